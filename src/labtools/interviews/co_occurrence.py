"""Codes → which of them are heard together: in people and interviews, never in segments."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from labtools.frames import as_estimates, check_columns
from labtools.intervals import wilson_interval


def count_co_occurrences(said: pd.DataFrame) -> pd.DataFrame:
    """How often two codes are heard in the same interviews, from the same people, at once.

    said: one row per source, turn and code, as `incidence.Coded.said`, with `person_id`. Returns
    one row per pair of codes that share an interview, most shared first: `first, second`,
    `estimate, low, high` (Jaccard's index: the interviews with both, of those with either;
    Wilson's interval), `n` interviews with either, `unit` (`share of interviews`), `interviews`
    with both, `same_turn` (interviews with a turn that has both), `people` who talked of both.
    Segments of a whole source are in no turn, and people who are not known are not counted.
    Jaccard 1901, Bulletin de la Société Vaudoise des Sciences Naturelles 37: 547.

    >>> said = pd.DataFrame({"source_id": ["i1", "i1", "i2"], "turn": [2.0, 4.0, 2.0],
    ...                      "code": ["work", "safety", "work"], "person_id": "p1"})
    >>> count_co_occurrences(said)[["first", "second", "estimate", "n"]].to_numpy().tolist()
    [['safety', 'work', 0.5, 2]]
    """
    check_columns(said, "source_id", "turn", "code", "person_id")
    codes = pd.Index(sorted(said["code"].unique()))
    place = codes.get_indexer(said["code"])
    shared = _count_shared(said["source_id"], place, len(codes))
    found = sparse.triu(shared, k=1).tocoo()
    first, second = found.coords
    turns = said[said["turn"].notna()]
    at = [turns["source_id"], turns["turn"]]
    same_turn = _count_sources(turns, codes, turns.groupby(at, sort=False).ngroup())
    known = (said["person_id"] != "").to_numpy()
    people = _count_shared(said.loc[known, "person_id"], place[known], len(codes))
    each = shared.diagonal()
    both, either = found.data, each[first] + each[second] - found.data
    low, high = wilson_interval(both, either)
    pairs = pd.DataFrame(
        {
            "first": codes[first],
            "second": codes[second],
            "estimate": both / either,
            "low": low,
            "high": high,
            "n": either,
            "unit": "share of interviews",
            "interviews": both,
            "same_turn": _look_up(same_turn, first, second),
            "people": _look_up(people, first, second),
        }
    )
    order = ["interviews", "estimate", "first", "second"]
    pairs = pairs.sort_values(order, ascending=[False, False, True, True])
    return as_estimates(pairs, by=["first", "second"])


def _look_up(counts: sparse.csr_array, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray(counts.toarray()[first, second], dtype=np.int64)


def _count_shared(unit: pd.Series, place: np.ndarray, width: int) -> sparse.csr_array:
    """How many units hold each pair of codes; on the diagonal, each code."""
    held = _hold(pd.factorize(unit)[0], place, width)
    return sparse.csr_array(held.T @ held)


def _hold(row: np.ndarray, place: np.ndarray, width: int) -> sparse.csr_array:
    """A one for each code that a unit holds, however often."""
    height = int(row.max()) + 1 if len(row) else 0
    held = sparse.csr_array((np.ones(len(row), dtype=np.int64), (row, place)), (height, width))
    held.sum_duplicates()
    held.data[:] = 1
    return held


def _count_sources(turns: pd.DataFrame, codes: pd.Index, turn: pd.Series) -> sparse.csr_array:
    """In how many sources each pair of codes stands at the same turn."""
    rows = pd.DataFrame({"at": turn, "code": codes.get_indexer(turns["code"])})
    rows["source_id"] = turns["source_id"]
    rows = rows.drop_duplicates()
    pairs = rows.merge(rows[["at", "code"]], on="at", suffixes=("", "_other"))
    pairs = pairs[["source_id", "code", "code_other"]].drop_duplicates()
    counts = np.ones(len(pairs), dtype=np.int64)
    shape = (len(codes), len(codes))
    return sparse.csr_array((counts, (pairs["code"], pairs["code_other"])), shape)
