"""How a program counts positions in a text: found out by which way makes its quotations match."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from labtools.evidence.coding.quotes import compare_quote

BOM = "\ufeff"


class Counting(NamedTuple):
    """A unit, how many of it a line break takes, and whether the byte-order mark is counted."""

    unit: str
    line_break: int
    mark: bool

    def __str__(self) -> str:
        lines = {1: "a line break as one", 2: "a line break as two (CR LF)"}[self.line_break]
        mark = "the byte-order mark counted" if self.mark else "no byte-order mark"
        return f"{self.unit}, {lines}, {mark}"


COUNTINGS = tuple(
    Counting(unit, line_break, mark)
    for unit in ("code points", "UTF-16 units", "UTF-8 bytes")
    for mark in (False, True)
    for line_break in (1, 2)
)


class _Fit(NamedTuple):
    """Where each selection is by one way of counting (-1 nowhere), and how well that matches."""

    begin: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]
    match: npt.NDArray[np.int64]


def find_plain(text: str) -> str:
    """A text as it is counted in here: without its byte-order mark, each line break a line feed."""
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")


def find_positions(
    texts: Mapping[str, str], selections: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Each selection's place in its plain text, and sentences that say how it was counted.

    texts: by key, as the program keeps them. selections: with `text, start, end, quote`. Returns
    one row per selection: `begin, stop` (code points in `find_plain`, -1 where that is nowhere)
    and `match` (2 where the words there are the quotation, 1 but for space or a cut end, 0 not;
    without a quotation 2 where it begins and ends at a word's edge, 1 with space there, 0 not,
    which proves nothing of the words).

    Each source takes the way of counting by which most of its selections match; where several
    are as good, the one best for the whole project, then the plainest: no mark that the
    text lacks, line breaks as they stand in it, code points.
    """
    found = pd.DataFrame(-1, index=selections.index, columns=["begin", "stop", "match"])
    placed = selections[selections["text"].isin(list(texts)) & selections["start"].notna()]
    placed = placed[placed["end"].notna()]
    fits: dict[str, dict[Counting, _Fit]] = {}
    whole: Counter[Counting] = Counter()
    groups = dict(list(placed.groupby("text", sort=False)))
    for key, rows in groups.items():
        fits[key] = _try_all(texts[key], rows)
        whole.update({counting: int(fit.match.sum()) for counting, fit in fits[key].items()})
    used: defaultdict[Counting, list[str]] = defaultdict(list)
    for key, rows in groups.items():
        breaks = 2 if "\r\n" in texts[key] else 1
        counting = max(
            COUNTINGS,
            key=lambda one: (
                fits[key][one].match.sum(),
                whole[one],
                not one.mark or texts[key].startswith(BOM),
                one.line_break == breaks,
                one.unit == COUNTINGS[0].unit,
                not one.mark,
            ),
        )
        fit = fits[key][counting]
        found.loc[rows.index] = np.column_stack([fit.begin, fit.stop, fit.match])
        used[counting].append(key)
    return found, [_tell(counting, keys, placed, found) for counting, keys in used.items()]


def _tell(counting: Counting, keys: list[str], placed: pd.DataFrame, found: pd.DataFrame) -> str:
    rows = placed[placed["text"].isin(keys) & (placed["quote"] != "")]
    matching = int((found.loc[rows.index, "match"] > 0).sum())
    told = f"{matching} of {len(rows)} quotations match" if len(rows) else "no quotation to go by"
    return f"positions counted in {counting}: {len(keys)} text{'s' * (len(keys) > 1)}, {told}"


def _try_all(text: str, rows: pd.DataFrame) -> dict[Counting, _Fit]:
    """Every way of counting; those that lead to the same places are compared once."""
    plain = find_plain(text)
    starts, ends = (rows[side].to_numpy().astype("int64") for side in ("start", "end"))
    quotes = [find_plain(quote) for quote in rows["quote"]]
    done: dict[bytes, _Fit] = {}
    fits = {}
    for counting in COUNTINGS:
        edges = _count_edges(plain, counting)
        begin, stop = (_find_edges(edges, at) for at in (starts, ends))
        key = begin.tobytes() + stop.tobytes()
        if key not in done:
            triples = zip(begin.tolist(), stop.tolist(), quotes, strict=True)
            match = [_match(plain, *triple) for triple in triples]
            done[key] = _Fit(begin, stop, np.array(match, dtype="int64"))
        fits[counting] = done[key]
    return fits


def _count_edges(plain: str, counting: Counting) -> npt.NDArray[np.int64]:
    """What the program counts before each character, and after the last."""
    marked = np.frombuffer((BOM + plain).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = np.ones(len(marked), dtype="int64")
    if counting.unit == "UTF-16 units":
        widths += marked > 0xFFFF
    elif counting.unit == "UTF-8 bytes":
        widths += sum((marked > last).astype("int64") for last in (0x7F, 0x7FF, 0xFFFF))
    if counting.line_break == 2:
        widths += marked == ord("\n")
    widths[0] *= counting.mark
    return widths.cumsum()


def _find_edges(edges: npt.NDArray[np.int64], at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The character that begins at each count, -1 where none does; a mark before all is passed."""
    at = np.where((at >= 0) & (at < edges[0]), edges[0], at)
    places = np.searchsorted(edges, at)
    there = edges[np.minimum(places, len(edges) - 1)] == at
    return np.where(there, places, -1).astype("int64")


def _match(plain: str, begin: int, stop: int, quote: str) -> int:
    if begin < 0 or stop < begin:
        return 0
    if quote:
        return compare_quote(plain[begin:stop], quote)
    words = plain[begin:stop]
    at_edges = _is_edge(plain, begin) and _is_edge(plain, stop)
    return (2 if words == words.strip() else 1) if at_edges else 0


def _is_edge(plain: str, at: int) -> bool:
    return not (0 < at < len(plain) and plain[at - 1].isalnum() and plain[at].isalnum())
