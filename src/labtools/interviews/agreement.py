"""How far two coders who read the same turn coded it alike, code by code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labtools.frames import as_estimates, check_columns
from labtools.intervals import Floats
from labtools.interviews.coding_units import CodingUnits, divide, resample
from labtools.words import Language, format_share

MEASURES = ("alpha", "ac1")
_MOST_NAMES = 12


def keep_comparable(segments: pd.DataFrame, *, approach: str) -> pd.DataFrame:
    """The segments between which agreement may be computed: none where the lab is reflexive.

    In reflexive thematic analysis a theme is one researcher's reading. That another reads
    otherwise is no error, so there is nothing to agree upon (Braun & Clarke 2021, Qualitative
    Research in Psychology 18: 328).
    """
    return segments.head(0) if approach == "reflexive" else segments


def estimate_agreement(
    units: CodingUnits,
    *,
    approach: str,
    least_turns: int,
    draws: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> pd.DataFrame:
    """Agreement beyond chance on whether a turn is about a code: two rows per code.

    units: of sources that two coders or more have read. Returns `code, measure, estimate, low,
    high, n` (turns), `unit`, `marked` (turns that any coder marked). alpha: Krippendorff's for
    nominal data, 1 where all agree, 0 as by chance. ac1: Gwet's, whose chance does not grow with
    how rare the code is. Both are NaN, not estimable, for a code marked in fewer than `least_turns`
    turns. Missing readings are left out of both. Intervals draw whole sources (see `resample`).
    ValueError where the lab's approach is reflexive: see `keep_comparable`. Krippendorff 2011,
    Computing Krippendorff's Alpha-Reliability; Gwet 2008, British Journal of Mathematical and
    Statistical Psychology 61: 29, for turns read by two or more.
    """
    if approach == "reflexive" and len(units.sources):
        raise ValueError(
            "agreement is computed where approach in lab.toml is codebook or reliability; "
            "found reflexive, for which another reading is no error"
        )
    rare = units.either.sum(axis=0) < least_turns
    tables = []
    for measure, estimate in zip(MEASURES, (_alpha, _ac1), strict=True):
        of_codes = partial(_estimate_codes, estimate, units, rare)
        columns = resample(of_codes, len(units.sources), draws=draws, rng=rng, level=level)
        tables.append(pd.DataFrame({"code": units.codes, "measure": measure, **columns}))
    marked = units.either.sum(axis=0).astype("int64")
    both = pd.concat([table.assign(marked=marked) for table in tables], ignore_index=True)
    both = both.assign(n=int(units.turns.sum()), unit="reliability")
    by_code = np.argsort(np.tile(np.arange(len(units.codes)), len(MEASURES)), kind="stable")
    return as_estimates(both.iloc[by_code], by=["code", "measure"])


def estimate_overall(
    units: CodingUnits, *, draws: int, rng: np.random.Generator, level: float = 0.95
) -> pd.DataFrame:
    """Krippendorff's alpha of all codes together: one row; none where nobody reads with another.

    Observed and expected disagreement are summed over the codes. Where each turn has exactly one
    code, that is alpha for nominal data. Returns `estimate, low, high, n` (turns), `unit`,
    `sources`, and `codes`.
    """
    if not len(units.codes):
        return pd.DataFrame(columns=["estimate", "low", "high", "n", "unit", "sources", "codes"])

    def overall(weights: Floats) -> Floats:
        observed, expected = _disagree(units, weights)
        return 1 - divide(observed.sum(axis=1), expected.sum(axis=1))[:, None]

    columns = resample(overall, len(units.sources), draws=draws, rng=rng, level=level)
    told = pd.DataFrame(columns)
    told = told.assign(n=int(units.turns.sum()), unit="reliability")
    told = told.assign(sources=len(units.sources), codes=len(units.codes))
    return as_estimates(told, by=[])


def choose_sentence(approach: str) -> str:
    """The key of the sentence that tells `estimate_overall`, or why there is nothing to tell."""
    return "agreement_refused" if approach == "reflexive" else "agreement"


def find_rare(agreement: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """One row: how many `codes` are marked too seldom to tell agreement, and their `names`.

    No row where there is none.
    """
    check_columns(agreement, "code", "estimate")
    rare = agreement.loc[agreement["estimate"].isna(), "code"].unique().tolist()
    if not rare:
        return pd.DataFrame(columns=["codes", "names"])
    told = ", ".join(names.get(code, code) for code in rare[:_MOST_NAMES])
    return pd.DataFrame([{"codes": len(rare), "names": told}])


def find_limits(agreement: pd.DataFrame) -> tuple[float, float]:
    """The scale that a figure of agreement needs: 0 to 1, lower where codes agree less than chance.

    >>> find_limits(pd.DataFrame({"estimate": [0.5], "low": [-0.25]}))
    (-0.25, 1.0)
    """
    lowest = agreement[["estimate", "low"]].min().min()
    return (min(0.0, float(np.nan_to_num(lowest))), 1.0)


def _estimate_codes(
    estimate: Callable[[CodingUnits, Floats], Floats],
    units: CodingUnits,
    rare: NDArray[np.bool_],
    weights: Floats,
) -> Floats:
    return np.where(rare, np.nan, estimate(units, weights))


def _alpha(units: CodingUnits, weights: Floats) -> Floats:
    observed, expected = _disagree(units, weights)
    return 1 - divide(observed, expected)


def _disagree(units: CodingUnits, weights: Floats) -> tuple[Floats, Floats]:
    """Observed and expected disagreement, each times the number of decisions: draw × code."""
    decisions = (weights @ (units.turns * units.coders))[:, None]
    yes = weights @ units.marked
    no = decisions - yes
    return weights @ units.split, divide(yes * no, decisions - 1)


def _ac1(units: CodingUnits, weights: Floats) -> Floats:
    turns = (weights @ units.turns)[:, None]
    coders = units.coders[:, None]
    agreed = 1 - divide(weights @ (2 * units.split / coders), turns)
    prevalence = divide(weights @ (units.marked / coders), turns)
    by_chance = 2 * prevalence * (1 - prevalence)
    return divide(agreed - by_chance, 1 - by_chance)


def count_agreement(
    units: CodingUnits, overlap: pd.DataFrame, *, language: Language
) -> pd.DataFrame:
    """What agreement is computed from: one row per code, the most marked first.

    overlap: as `overlap.measure_overlap` gives it. Returns `code, marked` (turns that any coder
    marked), `share_agreed` (of all turns, percent agreement), `prevalence` (the share of the turns
    that each coder read and marked, in words), `alike` (turns that two coders marked) and
    `share_overlap` (of their characters, on average).
    """
    check_columns(overlap, "code", "estimate", "n")
    coders = units.coders[:, None]
    agreed = 1 - divide((2 * units.split / coders).sum(axis=0), units.turns.sum())
    read = units.readers.assign(turns=units.turns[units.sources.get_indexer(_of(units))])
    turns_read = read.groupby("coder")["turns"].sum()
    counts = pd.crosstab(units.marks["code"], units.marks["coder"])
    shares = counts.reindex(columns=turns_read.index, fill_value=0) / turns_read
    told = [
        ", ".join(f"{coder} {format_share(share, language)}" for coder, share in row.items())
        for _, row in shares.reindex(units.codes).iterrows()
    ]
    found = overlap.set_index("code")
    table = pd.DataFrame(
        {
            "code": units.codes,
            "marked": units.either.sum(axis=0).astype("int64"),
            "share_agreed": agreed,
            "prevalence": pd.Series(told, dtype="str"),
            "alike": found["n"].reindex(units.codes).fillna(0).astype("int64").to_numpy(),
            "share_overlap": found["estimate"].reindex(units.codes).to_numpy(),
        }
    )
    return table.sort_values("marked", ascending=False, kind="stable").reset_index(drop=True)


def _of(units: CodingUnits) -> pd.Series:
    return units.readers["source_id"]
