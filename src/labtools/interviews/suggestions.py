"""Words of the codebook → turns that may be about a code, held against what people coded.

A suggestion is a model's: it is measured by the human coding, and never counted with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from labtools.evidence.schemas import split_list
from labtools.frames import as_estimates, check_columns
from labtools.intervals import Floats
from labtools.interviews.coding_units import divide, find_units, order_codes, resample
from labtools.interviews.tokens import lemmatize

CODER = "codebook words"  # no coder of coders.csv: of kind model, wherever it is told
MEASURES = ("precision", "recall")


def list_words(codebook: pd.DataFrame, *, language: str) -> pd.DataFrame:
    """The dictionary of the codebook: one row per `code` and `lemma`, from its column `words`.

    A word is taken in its dictionary form. Of several words in a row (such as *tvätta kläder*) no
    lemma can be made: they are left out.

    >>> codebook = pd.DataFrame({"code": ["work"], "words": ["jobben;arbete"]})
    >>> list_words(codebook, language="sv")["lemma"].tolist()
    ['jobb', 'arbete']
    """
    check_columns(codebook, "code")
    words = codebook.get("words", pd.Series("", index=codebook.index, dtype="str"))
    listed = codebook[["code"]].assign(word=words.map(split_list)).explode("word").dropna()
    listed = listed[~listed["word"].str.contains(" ")]
    lemmas = [lemmatize(word.lower(), language=language) for word in listed["word"]]
    listed = listed.assign(lemma=pd.Series(lemmas, index=listed.index, dtype="str"))
    return listed[["code", "lemma"]].drop_duplicates(ignore_index=True)


def suggest_turns(tokens: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """The turns in which a word of a code is said: one row per turn and code.

    tokens: as `tokens.tokenize` gives them; words: as `list_words` does. Returns `source_id, turn,
    code, coder` (CODER, which is no person) and `lemma` (those found, joined by `;`).
    """
    check_columns(tokens, "source_id", "turn", "lemma")
    said = tokens.loc[tokens["lemma"].isin(words["lemma"]), ["source_id", "turn", "lemma"]]
    said = said.astype({"source_id": "str", "lemma": "str", "turn": "float64"}).drop_duplicates()
    found = said.merge(words, on="lemma").sort_values("lemma", kind="stable")
    by = ["source_id", "turn", "code"]
    suggested = found.groupby(by)["lemma"].agg(";".join).astype("str").reset_index()
    return suggested.assign(coder=CODER)[[*by, "coder", "lemma"]]


def measure_suggestions(
    suggested: pd.DataFrame,
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    *,
    order: Sequence[str],
    draws: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> pd.DataFrame:
    """How well words find what people coded: two rows per code that has words or was coded.

    segments: of human coders; a turn is about a code if any of them marked it so. turns: those
    that were searched; sources that nobody coded are left out. order: of the codes. Returns
    `code, measure, estimate, low, high, n` (turns), `unit`. precision: of the turns suggested
    (`n`), the share that people coded so; recall: of the turns coded so (`n`), the share
    suggested. NaN where `n` is 0.
    Intervals draw whole sources (see `coding_units.resample`). van Rijsbergen 1979, Information
    Retrieval, chapter 7.
    """
    human = find_units(segments, turns, least_coders=1, order=order)
    suggested = suggested[suggested["source_id"].isin(human.sources)]
    units = turns[["source_id", "turn"]].astype({"turn": "float64"})
    suggested = suggested.merge(units, on=["source_id", "turn"])[["source_id", "turn", "code"]]
    coded = human.marks[["source_id", "turn", "code"]].drop_duplicates()
    both = suggested.merge(coded)
    codes = order_codes({*suggested["code"], *coded["code"]}, order)
    hits, proposed, wanted = (
        _count(rows, human.sources, codes) for rows in (both, suggested, coded)
    )
    tables = []
    for measure, whole in zip(MEASURES, (proposed, wanted), strict=True):
        share = partial(_share, hits, whole)
        found = resample(share, len(human.sources), draws=draws, rng=rng, level=level)
        table = pd.DataFrame({"code": codes, "measure": measure, **found})
        tables.append(table.assign(n=whole.sum(axis=0).astype("int64"), unit="share"))
    both_measures = pd.concat(tables, ignore_index=True)
    by_code = np.argsort(np.tile(np.arange(len(codes)), len(MEASURES)), kind="stable")
    return as_estimates(both_measures.iloc[by_code], by=["code", "measure"])


def _share(part: Floats, whole: Floats, weights: Floats) -> Floats:
    return divide(weights @ part, weights @ whole)


def summarize_suggestions(measured: pd.DataFrame) -> pd.DataFrame:
    """One row: how many turns with a code were `suggested`, `coded`, and both (`hits`).

    A turn with two codes counts twice. No row where nobody has coded anything.
    """
    check_columns(measured, "measure", "estimate", "n")
    n = measured.groupby("measure")["n"].sum()
    if not n.get("recall", 0):
        return pd.DataFrame(columns=["suggested", "coded", "hits"])
    right = measured[measured["measure"] == "recall"]
    hits = round((right["estimate"] * right["n"]).sum())
    return pd.DataFrame([{"suggested": n["precision"], "coded": n["recall"], "hits": hits}])


def _count(rows: pd.DataFrame, sources: pd.Index, codes: pd.Index) -> Floats:
    """How many turns of each source have each code: source × code."""
    counts = np.zeros((len(sources), len(codes)))
    np.add.at(counts, (sources.get_indexer(rows["source_id"]), codes.get_indexer(rows["code"])), 1)
    return counts
