"""Tokens → a word in its context, every line leading back to its source and turn."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from itertools import repeat
from typing import Literal

import numpy as np
import pandas as pd

from labtools.frames import check_columns
from labtools.interviews.ngrams import Flags, Ints

Match = Literal["exact", "wildcard", "regex"]
Sort = Literal["source", "left", "right"]
Turns = tuple[Ints, Ints]  # per token: the number of its source, and of its turn there

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
    words, sources = (pd.Categorical(tokens[name]) for name in (column, "source_id"))
    turns = (sources.codes, tokens["turn"].to_numpy())
    last = len(parts) - 1
    first = np.flatnonzero(_is_wanted(words[: max(len(words) - last, 0)], parts[0], match))
    for distance, part in enumerate(parts[1:], start=1):
        first = first[_is_wanted(words[first + distance], part, match)]
        first = first[_is_beside(first, distance, turns)]
    if sort != "source":
        first = first[_order(words.codes, turns, first, last, after=sort == "right")]
    hits = tokens[["source_id", "turn", "start"]].iloc[first].reset_index(drop=True)
    return hits.assign(end=tokens["end"].to_numpy()[first + last])


def _is_wanted(words: pd.Categorical, part: str, match: Match) -> Flags:
    """Per word: whether it matches."""
    codes: Ints = words.codes
    wanted = _matches(words.categories, part, match)
    if np.count_nonzero(wanted) == 1:  # to compare is ten times as fast as to look up
        return np.equal(codes, int(wanted.argmax()))
    return np.append(wanted, False)[codes]  # -1: no word


def _is_beside(here: Ints, distance: int, turns: Turns) -> Flags:
    """Whether the token so far after each, or before it, is of the same turn."""
    source, turn = turns
    there = here + distance
    inside = np.clip(there, 0, len(turn) - 1)
    beside: Flags = (source[inside] == source[here]) & (turn[inside] == turn[here])
    beside &= inside == there
    return beside


def _matches(types: pd.Index, part: str, match: Match) -> Flags:
    if match == "exact":
        return np.asarray(types == part, dtype=bool)
    try:
        pattern = re.compile(
            fnmatch.translate(part) if match == "wildcard" else part, re.IGNORECASE
        )
    except re.error as error:
        raise ValueError(f"{part!r} must be a regular expression; found {error}") from error
    return np.fromiter((bool(pattern.fullmatch(word)) for word in types), bool, len(types))


def _order(codes: Ints, turns: Turns, first: Ints, last: int, *, after: bool) -> Ints:
    """The order of hits by their neighbours; words are numbered in alphabetical order."""
    keys = []
    for distance in range(1, _NEIGHBOURS + 1):
        away = last + distance if after else -distance
        beside = _is_beside(first, away, turns)
        keys.append(np.full(len(first), -1, dtype=codes.dtype))
        keys[-1][beside] = codes[first[beside] + away]
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
    about = turns.loc[of_hits, ["source_id", "turn", "speaker", "person_role", "quote"]]
    texts = turns.loc[of_hits, "text"].tolist()
    lines = hits.astype({"source_id": "str"}).merge(
        about.assign(row=range(len(about))),
        on=["source_id", "turn"],
        how="left",
        validate="m:1",
    )
    text = [texts[row] for row in lines["row"].tolist()]  # each text once, however many its hits
    start, end = lines["start"].tolist(), lines["end"].tolist()
    for column, parts in (
        ("left", map(_before, text, start, repeat(width))),
        ("node", map(str.__getitem__, text, map(slice, start, end))),
        ("right", map(_after, text, end, repeat(width))),
    ):
        lines[column] = pd.Series(list(parts), dtype="str")
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


def _before(text: str, start: int, width: int) -> str:
    """The `width` characters before `start`, from the start of a word, … where text is cut."""
    if start <= width:
        return text[:start]
    return "… " + text[start - width : start].partition(" ")[2]


def _after(text: str, end: int, width: int) -> str:
    """The `width` characters from `end` on, to the end of a word, … where text is cut."""
    if len(text) - end <= width:
        return text[end:]
    return text[end : end + width].rpartition(" ")[0] + " …"


def draw_evenly(lines: pd.DataFrame, *, most: int) -> pd.DataFrame:
    """At most `most` lines, one from each source in turn: no talkative person fills the page.

    The order within a source is kept; the result is sorted as `lines` was.
    """
    check_columns(lines, "source_id")
    place_in_source = lines.groupby("source_id").cumcount()
    chosen = place_in_source.sort_values(kind="stable").index[:most]
    return lines.loc[sorted(chosen)].reset_index(drop=True)


def keep_quotable(lines: pd.DataFrame, *, audience: str) -> pd.DataFrame:
    """The lines that may be shown: for partners only words that their speaker lets be quoted.

    For nobody the words of a person who has withdrawn, also where lab.toml lets them count.
    """
    may = ["yes"] if audience == "partners" else ["yes", "no"]
    return lines[lines["quote"].isin(may)].reset_index(drop=True)


def summarize(lines: pd.DataFrame, word: str) -> pd.DataFrame:
    """One row: a word's `hits`, and the `interviews` they lie in; no row without a hit."""
    if lines.empty:
        return pd.DataFrame(columns=["word", "hits", "interviews"])
    row = {"word": word, "hits": len(lines), "interviews": lines["source_id"].nunique()}
    return pd.DataFrame([row])
