"""Kolada and Statistics Sweden → rows of context/indicators.csv, on request only."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from math import isnan, nan
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from labtools.evidence.jsonstat import Cube, read_cube
from labtools.evidence.kinds import NUMBERS
from labtools.evidence.schemas import check_rows, contract, read_rows
from labtools.evidence.web import Sleep, bad_answer, fetch_json, follow, number_of
from labtools.faults import BadInput, Fault

KOLADA = "https://api.kolada.se/v3"
SCB = "https://statistikdatabasen.scb.se/api/v2"
_MOST_IDS = 25  # that Kolada takes in one segment of an address
_GENDERS = {"T": "", "K": "sex=women", "M": "sex=men"}
_SEXES = {"1": "men", "2": "women"}
_TOTALS = ("1+2", "tot", "totalt", "totsa")
_KEY = ("indicator", "region", "area_version", "period", "group")
_MONTH = re.compile(r"(\d{4})M(\d{2})")
_VERSION = re.compile(r"(.+)_((?:DeSO|RegSO)\d{4})")


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
    return _table(rows)


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
        if len({tuple(row[name] for name in _KEY) for row in rows}) < len(rows):
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


def read_scb(
    table: str,
    query: Mapping[str, Sequence[str]],
    *,
    base_url: str = SCB,
    sleep: Sleep = time.sleep,
) -> pd.DataFrame:
    """Figures of one table from Statistics Sweden's PxWebApi, version 2.

    table such as TAB638; query: codes, or expressions such as `*` and `top(3)`, by variable.
    One row per cell, with the columns of context/indicators.csv: `indicator` is the table and
    its measure (`TAB638:BE0101N1`), `group` holds every other variable but totals; `retrieved`
    is blank. BadInput, which names the address' path, for an answer that is not whole, that
    lacks or adds a code, or has no variable of place or time.
    """
    url = f"{base_url.rstrip('/')}/tables/{quote(table, safe='')}/data?outputFormat=json-stat2"
    selection = [{"variableCode": name, "valueCodes": list(codes)} for name, codes in query.items()]
    cube = read_cube(url, fetch_json(url, body={"selection": selection}, sleep=sleep))
    for name, codes in query.items():
        _check_codes(url, name, codes, cube.variables.get(name, []))
    rows = [_scb_row(table, cube, place, codes) for place, codes in cube.cells()]
    if len({tuple(row[name] for name in _KEY) for row in rows}) < len(rows):
        do = "choose one total, or none"
        raise bad_answer(url, "has one value for each group", "several totals", do)
    return _table(rows)


def _check_codes(url: str, name: str, asked: Sequence[str], found: Sequence[str]) -> None:
    """BadInput where a code asked for is absent, or one is there that no expression covers."""
    plain = {code for code in asked if not re.search(r"[*?(]", code)}
    if plain - set(found) or not found or (len(plain) == len(set(asked)) and set(found) - plain):
        do = f"see the codes of {name} in the table's metadata"
        raise bad_answer(url, f"has {name} {','.join(asked)}", ",".join(found)[:80] or "none", do)


def _scb_row(table: str, cube: Cube, place: int, codes: dict[str, str]) -> dict[str, Any]:
    measure = codes[cube.measure] if cube.measure else ""
    region = codes[cube.place]
    version = _VERSION.fullmatch(region)
    roles = (cube.place, cube.time, cube.measure)
    return {
        "provider": "scb",
        "indicator": f"{table}:{measure}" if measure else table,
        "region": version[1] if version else region,
        "area_version": version[2] if version else "",
        "period": _MONTH.sub(r"\1-\2", codes[cube.time]),
        "group": _group({name: code for name, code in codes.items() if name not in roles}),
        "value": cube.values.get(place, nan),
        "unit": cube.units.get(measure, ""),
        "status": cube.statuses.get(place, ""),
    }


def _group(codes: Mapping[str, str]) -> str:
    parts = []
    for name, code in codes.items():
        if code.lower() in _TOTALS:
            continue
        name = {"kon": "sex", "alder": "age"}.get(name.lower(), name)
        parts.append(f"{name}={_SEXES.get(code, code) if name == 'sex' else code}")
    return ";".join(parts)


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = contract()["indicators"].columns
    blank = {column.name: nan if column.kind in NUMBERS else "" for column in columns}
    return pd.DataFrame([blank | row for row in rows], columns=list(blank))


def add_indicators(folder: Path, rows: pd.DataFrame, *, retrieved: date) -> None:
    """Merge rows into context/indicators.csv of a lab's folder, by the table's key.

    A row whose key is there already takes its place: value, status and date are replaced, and
    so are reference date, unit and margin where the new row has them; an old margin goes when
    the value has changed. Every other row and column stays as written. The file is replaced
    whole. BadInput, and the file untouched, where old or new rows break the contract.
    """
    table = contract()["indicators"]
    path = folder / table.file
    names = [column.name for column in table.columns]
    there = path.exists()
    old = read_rows(path, name=table.file) if there else pd.DataFrame(columns=names, dtype="str")
    new = rows.assign(retrieved=retrieved.isoformat(), margin=rows["margin"].map(_written))
    new = new.assign(value=rows["value"].map(_written))[names].fillna("").astype("str")
    new.index = pd.RangeIndex(2, len(new) + 2)
    faults = check_rows(old, table, name=table.file) + check_rows(new, table, name="new rows")
    if faults:
        raise BadInput(faults)
    header = [*old.columns, *(name for name in names if name not in old)]
    merged = {_key(row): row for row in old.to_dict("records")}
    for row in new.to_dict("records"):
        before = merged.get(_key(row), {})
        if float(before.get("value") or nan) != float(row["value"] or nan):
            before = {name: cell for name, cell in before.items() if name != "margin"}
        always = ("value", "status", "retrieved")
        merged[_key(row)] = before | {n: cell for n, cell in row.items() if cell or n in always}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(merged.values())
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    os.replace(part, path)


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in contract()["indicators"].key)


def _written(number: float) -> str:
    return "" if isnan(number) else repr(float(number)).removesuffix(".0")
