"""Statistics Sweden's PxWebApi, version 2 → rows of context/indicators.csv, on request only."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import nan, prod
from typing import Any
from urllib.parse import quote

import pandas as pd

from labtools.evidence.indicators.jsonstat import Cube, codes_of, read_cube
from labtools.evidence.indicators.table import VALUE_KEY, as_indicators
from labtools.evidence.indicators.web import Sleep, bad_answer, fetch_json

SCB = "https://statistikdatabasen.scb.se/api/v2"
_SEXES = {"1": "men", "2": "women"}
_TOTALS = ("1+2", "tot", "totalt", "totsa")
_MONTH = re.compile(r"(\d{4})M(\d{2})")
_VERSION = re.compile(r"(.+)_((?:DeSO|RegSO)\d{4})")
_LONGEST_PAUSE = 60.0  # seconds
_ENDLESS = 10**12  # no limit is as large

Query = Mapping[str, Sequence[str]]


def read_scb(
    table: str, query: Query, *, base_url: str = SCB, sleep: Sleep = time.sleep
) -> pd.DataFrame:
    """Figures of one table from Statistics Sweden's PxWebApi, version 2.

    table such as TAB638; query: codes, or expressions such as `*` and `top(3)`, by variable.
    One row per cell, with the columns of context/indicators.csv: `indicator` is the table and
    its measure (`TAB638:BE0101N1`), `group` holds every other variable but totals; `retrieved`
    is blank. What has more cells than the service gives at once is asked for in parts, no
    faster than the service allows. BadInput, which names the address' path, for an answer that
    is not whole, that lacks or adds a code, or has no variable of place or time; where parts
    do not fit together; and for a query too large that cannot be parted.
    """
    base = base_url.rstrip("/")
    service = _read_service(base, sleep)
    url = f"{base}/tables/{quote(table, safe='')}"
    codes = {name: list(dict.fromkeys(asked)) for name, asked in query.items()}
    sizes = {name: len(asked) for name, asked in codes.items()}
    if any(_is_expression(code) for asked in codes.values() for code in asked):
        codes, sizes = _write_out(f"{url}/metadata?outputFormat=json-stat2", codes, service)
    url += "/data?outputFormat=json-stat2"
    parts = _split(url, query, codes, sizes, most=service.most_cells)
    rows: list[dict[str, Any]] = []
    held: dict[str, list[str]] = {}
    for part in parts:
        cube = _read_part(url, part, service)
        for name, found in cube.variables.items():
            if part.get(name) == parts[0].get(name) and held.setdefault(name, found) != found:
                raise bad_answer(url, f"has the same {name} in each part", "others in a later one")
        rows += [_scb_row(table, cube, place, of_cell) for place, of_cell in cube.cells()]
    if len({tuple(row[name] for name in VALUE_KEY) for row in rows}) < len(rows):
        do = "choose one total, or none"
        raise bad_answer(url, "has one value for each group", "several totals", do)
    return as_indicators(rows)


@dataclass(frozen=True)
class _Service:
    """What the service says of itself: most cells in one answer, seconds between two requests."""

    most_cells: int
    pause: float
    sleep: Sleep

    def ask(self, url: str, *, body: object = None) -> dict[str, Any]:
        if self.pause:
            self.sleep(self.pause)
        return fetch_json(url, body=body, sleep=self.sleep)


def _read_service(base: str, sleep: Sleep) -> _Service:
    """The limits under /config; one on how often to ask may be absent, or 0 for none."""
    url = f"{base}/config"
    told = fetch_json(url, sleep=sleep)
    cells, calls, seconds = (
        number if isinstance(number := told.get(name), int) and 0 < number < _ENDLESS else 0
        for name in ("maxDataCells", "maxCallsPerTimeWindow", "timeWindow")
    )
    pause = seconds / calls if calls else 0.0
    if not cells or pause > _LONGEST_PAUSE:
        must = f"has maxDataCells, and a pause of at most {_LONGEST_PAUSE:.0f} s between requests"
        raise bad_answer(url, must, f"{told.get('maxDataCells')!r:.40} and {pause:.0f} s")
    return _Service(cells, pause, sleep)


def _is_expression(code: str) -> bool:
    return bool(re.search(r"[*?(]", code))


def _write_out(
    url: str, query: Mapping[str, list[str]], service: _Service
) -> tuple[dict[str, list[str]], dict[str, int]]:
    """The codes that a query's `*` and `?` stand for, and at most how many each variable has.

    Variables with functions, such as `top(3)`, are left out of the codes: what they stand for
    is the service's to say.
    """
    dimensions: Any = service.ask(url).get("dimension")
    codes: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}
    for name, asked in query.items():
        try:
            known = codes_of(dimensions[name]["category"])
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise bad_answer(url, f"has the codes of {name}", repr(error)[:80]) from error
        if any("(" in code for code in asked):
            sizes[name] = min(len(known), sum(_most_of(code, known) for code in asked))
        else:
            matched = (_matches(code, known) for code in asked)
            codes[name] = list(dict.fromkeys(code for each in matched for code in each))
            sizes[name] = len(codes[name])
    return codes, sizes


def _matches(code: str, known: Sequence[str]) -> list[str]:
    """The codes that an expression with `*` and `?` covers; a plain code is itself, if unknown."""
    if not _is_expression(code):
        return [code]
    pattern = code.replace("[", "[[]")
    return [one for one in known if fnmatchcase(one, pattern)]


def _most_of(code: str, known: Sequence[str]) -> int:
    """At most how many codes an expression covers.

    >>> _most_of("TOP(3)", "abcdef"), _most_of("from(c)", "abcdef"), _most_of("b", "abcdef")
    (3, 6, 1)
    """
    function = re.fullmatch(r"(?:top|bottom)\((\d+)(?:,\d+)?\)", code, flags=re.IGNORECASE)
    if function:
        return int(function[1])
    return len(known) if "(" in code else len(_matches(code, known))


def _split(
    url: str,
    query: Query,
    codes: Mapping[str, Sequence[str]],
    sizes: Mapping[str, int],
    *,
    most: int,
) -> list[Query]:
    """The query, or parts of it with at most so many cells, along the variable with most codes."""
    cells = prod(sizes.values())
    if cells <= most:
        return [query]
    longest = max(codes, key=lambda name: sizes[name], default="")
    if sizes.get(longest, 0) < 2:
        do = "ask for fewer codes, or write them out in place of expressions"
        raise bad_answer(url, f"has at most {most} cells in one answer", f"up to {cells}", do)
    length = max(1, most // (cells // sizes[longest]))
    parts: list[Query] = []
    for start in range(0, sizes[longest], length):
        some = {longest: codes[longest][start : start + length]}
        fewer = {longest: len(some[longest])}
        parts += _split(url, {**query, **some}, {**codes, **some}, {**sizes, **fewer}, most=most)
    return parts


def _read_part(url: str, query: Query, service: _Service) -> Cube:
    selection = [{"variableCode": name, "valueCodes": list(codes)} for name, codes in query.items()]
    cube = read_cube(url, service.ask(url, body={"selection": selection}))
    for name, codes in query.items():
        _check_codes(url, name, codes, cube.variables.get(name, []))
    return cube


def _check_codes(url: str, name: str, asked: Sequence[str], found: Sequence[str]) -> None:
    """BadInput where a code asked for is absent, or one is there that no expression covers."""
    plain = {code for code in asked if not _is_expression(code)}
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
