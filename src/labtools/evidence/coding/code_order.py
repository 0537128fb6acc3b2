"""Codes in the order of their tree: each after the one it stands under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd


def order_codes(codes: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The same codes, parents before their children, and a warning for those that were moved.

    codes: one row per code with `key, parent, name`. A code under something that is not there,
    or under itself in the end, is put at the top.
    """
    rows = {str(row["key"]): row for row in codes.to_dict("records")}
    parents = {key: str(row["parent"]) for key, row in rows.items()}
    loose = [key for key, parent in parents.items() if parent and _is_loose(key, parents)]
    parents |= dict.fromkeys(loose, "")
    below: dict[str, list[str]] = {}
    for key, parent in parents.items():
        below.setdefault(parent, []).append(key)
    ordered = [{**rows[key], "parent": parents[key]} for key in _walk(below)]
    names = ", ".join(str(rows[key]["name"]) for key in loose)
    warnings = [f"codes under a code that is not there, put at the top: {names}"] if loose else []
    return pd.DataFrame(ordered, columns=list(codes), dtype="object"), warnings


def _is_loose(key: str, parents: Mapping[str, str]) -> bool:
    at, seen = parents[key], {key}
    if at not in parents:
        return True
    while at in parents and at not in seen:
        seen.add(at)
        at = parents[at]
    return at == key


def _walk(below: Mapping[str, list[str]]) -> Iterator[str]:
    waiting = below.get("", [])[::-1]
    while waiting:
        key = waiting.pop()
        yield key
        waiting += below.get(key, [])[::-1]
