"""Kolada's key figures of municipalities, by version 3 of its API."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import pandas as pd

from labtools.evidence.indicators.table import VALUE_KEY, as_indicators
from labtools.evidence.indicators.web import Sleep, bad_answer, fetch_json, follow, number_of
from labtools.faults import BadInput, Fault

KOLADA = "https://api.kolada.se/v3"
_MOST_IDS = 25  # that Kolada takes in one segment of an address
_GENDERS = {"T": "", "K": "sex=women", "M": "sex=men"}


def read_kolada(
    kpis: Sequence[str],
    municipalities: Sequence[str],
    years: Sequence[int],
    *,
    base_url: str = KOLADA,
    sleep: Sleep = time.sleep,
) -> pd.DataFrame:
    """Key figures of municipalities from Kolada's API, version 3.

    kpis such as N00956; municipalities: codes of four digits. One row per key figure,
    municipality, year and gender, with the columns of context/indicators.csv; `unit` and
    `retrieved` are blank. `value` is NaN where Kolada has none, and `status` then says why in
    Kolada's words; a figure that Kolada has withdrawn has the status `deleted` and no value.
    BadInput, which names the address' path, for any page that fails or repeats, a count that
    does not fit, or what was not asked for; and where any key figure, municipality or year
    that was asked for has no row at all.
    """
    asked = [list(dict.fromkeys(map(str, part))) for part in (kpis, municipalities, years)]
    shapes = {"kpi": r"[A-Z]\d{5}", "municipality": r"\d{4}", "year": r"\d{4}"}
    faults = [
        Fault("Kolada", f"each {name} has the form {shape}", repr(code), "correct it")
        for (name, shape), part in zip(shapes.items(), asked, strict=True)
        for code in part or [""]
        if not re.fullmatch(shape, code, flags=re.ASCII)
    ]
    if faults:
        raise BadInput(faults)
    rows = []
    for parts in product(*(_batches(part) for part in asked)):
        ids = [",".join(part) for part in parts]
        url = "{}/data/kpi/{}/municipality/{}/year/{}".format(base_url.rstrip("/"), *ids)
        rows += _read_pages(url, parts, sleep)
    columns = ("indicator", "region", "period")
    missing = [
        Fault("Kolada", f"has a value for {code}", "none", "leave it out, or correct it")
        for column, part in zip(columns, asked, strict=True)
        for code in sorted(set(part) - {row[column] for row in rows})
    ]
    if missing:
        raise BadInput(missing)
    return as_indicators(rows)


def _batches(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _MOST_IDS] for start in range(0, len(ids), _MOST_IDS)]


def _read_pages(url: str, asked: Sequence[Sequence[str]], sleep: Sleep) -> list[dict[str, Any]]:
    """The rows of an address and of every page after it."""
    rows: list[dict[str, Any]] = []
    counts: list[tuple[object, int]] = []  # what each page says, what it holds
    seen: set[str] = set()
    page: str | None = url
    while page is not None:
        if page in seen:
            raise bad_answer(page, "is the next page only once", "the same next page again")
        seen.add(page)
        answer = fetch_json(page, sleep=sleep)
        entries, link = answer.get("values"), answer.get("next_url")
        if not isinstance(entries, list) or (link and not entries):
            raise bad_answer(page, "has a list of values", repr(entries)[:80])
        counts.append((answer.get("count"), len(entries)))
        try:
            rows += [row for entry in entries for row in _kolada_rows(page, entry, asked)]
        except (KeyError, TypeError, AttributeError) as error:
            raise bad_answer(page, "has values as Kolada's version 3", repr(error)[:80]) from error
        if len({tuple(row[name] for name in VALUE_KEY) for row in rows}) < len(rows):
            raise bad_answer(page, "has each value once", "some of them twice")
        page = follow(page, link) if link else None
    total = sum(held for _, held in counts)
    if any(told != held for told, held in counts) and any(told != total for told, _ in counts):
        told = ", ".join(str(told) for told, _ in counts)
        raise bad_answer(url, f"has the count of its values, {total}", told)
    return rows


def _kolada_rows(
    url: str, entry: Mapping[str, Any], asked: Sequence[Sequence[str]]
) -> Iterator[dict[str, Any]]:
    ids = [str(entry[name]) for name in ("kpi", "municipality", "period")]
    wanted = all(code in part for code, part in zip(ids, asked, strict=True))
    if not wanted or not entry["values"]:
        must = "has values of what was asked for"
        raise bad_answer(url, must, " ".join(ids) + (" without values" if wanted else ""))
    for cell in entry["values"]:
        deleted = cell["isdeleted"]
        if cell["gender"] not in _GENDERS or not isinstance(deleted, bool):
            raise bad_answer(url, "has a gender T, K or M, and isdeleted", repr(cell)[:80])
        yield {
            "provider": "kolada",
            "indicator": ids[0],
            "region": ids[1],
            "area_version": "",
            "period": ids[2],
            "group": _GENDERS[cell["gender"]],
            "value": number_of(url, None if deleted else cell["value"]),
            "status": "deleted" if deleted else str(cell.get("status") or "").strip(),
        }
