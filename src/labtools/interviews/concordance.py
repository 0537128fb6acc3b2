"""Tokens → a word in its context, every line leading back to its source and turn."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from labtools.frames import check_columns

Match = Literal["exact", "wildcard", "regex"]
Sort = Literal["source", "left", "right"]

_NEIGHBOURS = 3  # words that lines are sorted by, the nearest first


def find_hits(
    tokens: pd.DataFrame,
    query: str,
    *,
    column: Literal["word", "lemma"],
    match: Match = "exact",
    sort: Sort = "source",
) -> pd.DataFrame:
    """Every place where a word or phrase stands.

    tokens: one row per word, those of a turn in their order. query: one word, or several with a
    space between, which then stand side by side within a turn; capitals do not matter. "wildcard":
    `*` stands for any letters, `?` for one; "regex": each word is a regular expression for a whole
    word. Returns one row per hit: `source_id, turn, start, end` (code points of the turn). "left"
    sorts by the three words before, nearest first; "right" by those after; ties stay in order.
    ValueError where the query holds no word, or no regular expression.
    """
    check_columns(tokens, "source_id", "turn", "start", "end", column)
    parts = query.lower().split() if match != "regex" else query.split()
    if not parts:
        raise ValueError("a query must hold a word; found nothing but spaces")
    words = tokens[column].astype("category").cat
    codes = words.codes.to_numpy()
    turns = _number_turns(tokens)
    last = len(parts) - 1
    is_hit = np.ones(max(len(codes) - last, 0), dtype=bool)
    for place, part in enumerate(parts):
        wanted = np.append(_matches(words.categories, part, match), False)  # -1: no word
        is_hit &= wanted[codes[place : len(codes) - last + place]]
    first = np.flatnonzero(is_hit)
    first = first[turns[first] == turns[first + last]]
    if sort != "source":
        first = first[_order(codes, turns, first, last, after=sort == "right")]
    hits = tokens.iloc[first][["source_id", "turn", "start", "end"]].reset_index(drop=True)
    return hits.assign(end=tokens["end"].to_numpy()[first + last])


def _number_turns(tokens: pd.DataFrame) -> npt.NDArray[np.int64]:
    """A number per token that grows from turn to turn."""
    source = tokens["source_id"].astype("category").cat.codes.to_numpy()
    turn = tokens["turn"].to_numpy()
    begins = (np.diff(source, prepend=-1) != 0) | np.append(True, turn[1:] != turn[:-1])[
        : len(turn)
    ]
    return np.cumsum(begins)


def _matches(types: pd.Index, part: str, match: Match) -> npt.NDArray[np.bool_]:
    if match == "exact":
        return np.asarray(types == part, dtype=bool)
    try:
        pattern = re.compile(
            fnmatch.translate(part) if match == "wildcard" else part, re.IGNORECASE
        )
    except re.error as error:
        raise ValueError(f"{part!r} must be a regular expression; found {error}") from error
    return np.fromiter((bool(pattern.fullmatch(word)) for word in types), bool, len(types))


def _order(
    codes: npt.NDArray[np.integer[Any]],
    turns: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    last: int,
    *,
    after: bool,
) -> npt.NDArray[np.int64]:
    """The order of hits by their neighbours; words are numbered in alphabetical order."""
    keys = []
    for distance in range(1, _NEIGHBOURS + 1):
        beside = first + last + distance if after else first - distance
        inside = np.clip(beside, 0, len(codes) - 1)
        is_there = (inside == beside) & (turns[inside] == turns[first])
        keys.append(np.where(is_there, codes[inside], -1))
    return np.lexsort(keys[::-1])


def find_lines(
    tokens: pd.DataFrame,
    turns: pd.DataFrame,
    query: str,
    *,
    column: Literal["word", "lemma"],
    match: Match = "exact",
    sort: Sort = "source",
    width: int = 60,
) -> pd.DataFrame:
    """Every place where a word or phrase stands, in its context: `find_hits`, then `add_context`.

    (Sinclair 1991, Corpus, Concordance, Collocation.)
    """
    hits = find_hits(tokens, query, column=column, match=match, sort=sort)
    return add_context(hits, turns, width=width)


def add_context(hits: pd.DataFrame, turns: pd.DataFrame, *, width: int = 60) -> pd.DataFrame:
    """Hits with `width` characters of their turn on either side.

    turns: one row per turn with `text`. Returns one row per hit: `left, node, right, source_id,
    turn, start, end, speaker, person_role, quote`; the context never leaves the turn.
    """
    check_columns(turns, "source_id", "turn", "text", "speaker", "person_role", "quote")
    of_hits = turns["source_id"].isin(hits["source_id"].unique())
    about = turns.loc[of_hits, ["source_id", "turn", "text", "speaker", "person_role", "quote"]]
    lines = hits.astype({"source_id": "str"}).merge(
        about, on=["source_id", "turn"], how="left", validate="m:1"
    )
    spans = list(zip(lines["text"], lines["start"], lines["end"], strict=True))
    lines["left"] = pd.Series(
        [_before(text[:start], width) for text, start, _ in spans], dtype="str"
    )
    lines["node"] = pd.Series([text[start:end] for text, start, end in spans], dtype="str")
    lines["right"] = pd.Series([_after(text[end:], width) for text, _, end in spans], dtype="str")
    first = ["left", "node", "right", "source_id", "turn"]
    rest = ["start", "end", "speaker", "person_role", "quote"]
    return lines[[*first, *rest]]


def find_lines_of_each(
    tokens: pd.DataFrame,
    turns: pd.DataFrame,
    values: Sequence[str],
    *,
    column: Literal["word", "lemma"],
    most: int,
    audience: str,
    width: int = 60,
) -> pd.DataFrame:
    """At most `most` lines of each word, as `draw_evenly` chooses among those that may be shown.

    Returns `column`, then the columns of `add_context`; the words in their order.
    """
    found = [find_lines(tokens, turns, value, column=column, width=width) for value in values]
    shown = [
        draw_evenly(keep_quotable(lines, audience=audience), most=most).assign(**{column: value})
        for value, lines in zip(values, found, strict=True)
    ]
    none = find_lines(tokens.head(0), turns, "-", column=column).assign(**{column: ""})
    lines = pd.concat(shown, ignore_index=True) if shown else none
    return lines[[column, *(name for name in lines if name != column)]]


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
