"""Tokens → a word in its context, every line leading back to its source and turn."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from labtools.frames import check_columns


def find_lines(
    tokens: pd.DataFrame,
    turns: pd.DataFrame,
    value: str,
    *,
    column: Literal["word", "lemma"],
    width: int = 60,
    sort: Literal["source", "left", "right"] = "source",
) -> pd.DataFrame:
    """Every place where a word stands, with `width` characters of its turn on either side.

    tokens: one row per word with `start` and `end` in code points of the turn's text; turns: one
    row per turn with `text`. Returns one row per hit: `left, node, right, source_id, turn,
    start, end, speaker, person_role, quote`; the context never leaves the turn. "left" sorts by the
    words before, nearest first; "right" by those after. (Sinclair 1991, Corpus, Concordance,
    Collocation.)
    """
    check_columns(tokens, "source_id", "turn", "start", "end", column)
    check_columns(turns, "source_id", "turn", "text", "speaker", "person_role", "quote")
    hits = tokens.loc[tokens[column] == value, ["source_id", "turn", "start", "end"]]
    about = turns[["source_id", "turn", "text", "speaker", "person_role", "quote"]]
    lines = hits.merge(about, on=["source_id", "turn"], how="left", validate="m:1")
    spans = list(zip(lines["text"], lines["start"], lines["end"], strict=True))
    lines["left"] = pd.Series(
        [_before(text[:start], width) for text, start, _ in spans], dtype="str"
    )
    lines["node"] = pd.Series([text[start:end] for text, start, end in spans], dtype="str")
    lines["right"] = pd.Series([_after(text[end:], width) for text, _, end in spans], dtype="str")
    if sort == "right":
        lines = lines.sort_values("right", key=lambda cells: cells.str.lower(), kind="stable")
    elif sort == "left":
        nearest_first = lines["left"].str.lower().str.split().str[::-1].str.join(" ")
        lines = lines.loc[nearest_first.sort_values(kind="stable").index]
    first = ["left", "node", "right", "source_id", "turn"]
    rest = ["start", "end", "speaker", "person_role", "quote"]
    return lines[[*first, *rest]].reset_index(drop=True)


def _before(text: str, width: int) -> str:
    """The last `width` characters, from the start of a word, with … where something is cut."""
    if len(text) <= width:
        return text
    return "… " + text[-width:].partition(" ")[2]


def _after(text: str, width: int) -> str:
    """The first `width` characters, to the end of a word, with … where something is cut."""
    if len(text) <= width:
        return text
    return text[:width].rpartition(" ")[0] + " …"


def draw_evenly(lines: pd.DataFrame, *, most: int) -> pd.DataFrame:
    """At most `most` lines, one from each source in turn: no talkative person fills the page.

    The order within a source is kept; the result is sorted as `lines` was.
    """
    check_columns(lines, "source_id")
    place_in_source = lines.groupby("source_id").cumcount()
    chosen = place_in_source.sort_values(kind="stable").index[:most]
    return lines.loc[sorted(chosen)].reset_index(drop=True)


def keep_quotable(lines: pd.DataFrame, *, audience: str) -> pd.DataFrame:
    """The lines that may be shown: for partners only words that their speaker lets be quoted."""
    shown = lines[lines["quote"] == "yes"] if audience == "partners" else lines
    return shown.reset_index(drop=True)


def summarize(lines: pd.DataFrame, word: str) -> pd.DataFrame:
    """One row: a word's `hits`, and the `interviews` they lie in; no row without a hit."""
    if lines.empty:
        return pd.DataFrame(columns=["word", "hits", "interviews"])
    row = {"word": word, "hits": len(lines), "interviews": lines["source_id"].nunique()}
    return pd.DataFrame([row])
