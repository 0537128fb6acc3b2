"""Which segments a lab has already, and the ids of those that it has not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from labtools.evidence.coding.placing import find_spans
from labtools.evidence.coding.said import Said

_KEY = ("source_id", "turn", "start", "end", "code", "coder")


def as_table(rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """Rows as text cells, blank where a row lacks a column, numbered as below a header."""
    table = pd.DataFrame(list(rows)).fillna("").astype("str")
    return table.set_axis(range(2, len(table) + 2))


def find_new(
    new: Sequence[dict[str, str]], old: pd.DataFrame, said: Said
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The segments that are not there yet, and those whose id is there for something else."""
    old_keys = _list_keys(old, said)
    there = Counter(old_keys)
    by_id = dict(zip(old["segment_id"], old_keys, strict=True))
    keys = _list_keys(as_table(new), said) if new else []
    rest, clashing = [], []
    for row, key in zip(new, keys, strict=True):
        if by_id.get(row["segment_id"]) == key:
            there[key] -= 1
        elif row["segment_id"] in by_id and there[key] <= 0:
            clashing.append(row)
        else:
            rest.append((row, key))
    fresh = []
    for row, key in rest:
        if there[key] > 0:
            there[key] -= 1
        else:
            fresh.append(row)
    return fresh, clashing


def _list_keys(segments: pd.DataFrame, said: Said) -> list[tuple[str, ...]]:
    """What makes a segment the same; without offsets, where its quotation stands in its turn."""
    table = segments.reindex(columns=[*_KEY, "quote"], fill_value="")
    spans = find_spans(table, said)
    keys = []
    for place, (source, turn, start, end, code, coder, quote) in enumerate(
        table.to_numpy().tolist()
    ):
        at = spans.get(place)
        found = (start, end) if at is None else (str(at[0]), str(at[1]))
        without = quote if found[0] == "" else ""
        keys.append((source, turn, *found, code, coder, without))
    return keys


def number_segments(rows: Sequence[dict[str, str]], there: pd.Series) -> list[dict[str, str]]:
    """Each row with an id: its own, or its coder and the next number; parts share a number."""
    taken = set(there) | {row["segment_id"] for row in rows}
    last: defaultdict[str, int] = defaultdict(int)
    for one in taken:
        coder, dash, number = re.sub(r"^(.+-\d{4,})-\d{1,3}$", r"\1", one).rpartition("-")
        if dash and number.isdecimal():
            last[coder] = max(last[coder], int(number))
    numbered, ids = [], {}
    for row in rows:
        group = (row["selection"], row["coder"])
        if not row["segment_id"] and group not in ids:
            last[row["coder"]] += 1
            ids[group] = f"{row['coder']}-{last[row['coder']]:04d}"
        made = {name: cell for name, cell in row.items() if name not in ("selection", "part", "at")}
        made["segment_id"] = row["segment_id"] or ids[group] + row.get("part", "")
        numbered.append(made)
    return numbered


def list_unknown(
    unplaced: Sequence[dict[str, str]], known: Counter[str]
) -> Iterator[dict[str, str]]:
    """The rows that unplaced.csv lacks; one of several alike has -2 after its id."""
    times: Counter[str] = Counter()
    for row in unplaced:
        one = row["unplaced"]
        times[one] += 1
        if times[one] > known[one]:
            yield {**row, "unplaced": one if times[one] == 1 else f"{one}-{times[one]}"}
