"""Invented statistics of the cities: indicators with a break and margins, and their areas."""

from __future__ import annotations

from pathlib import Path

from files import write_csv
from truth import City, Truth

YEARS = range(2015, 2025)
RETRIEVED = "2025-12-01"
BREAK = 2021
# code, name, unit, level, spread between cities, yearly change, by sex, has a margin of error
INDICATORS = (
    ("EX01", "Arbetslöshet, 16–64 år", "Unemployment, aged 16–64", "percent", 8.5, 2.0, -0.15,
     True, False),
    ("EX02", "Behöriga till gymnasiet", "Qualified for upper secondary school", "percent", 82.0,
     4.0, 0.2, True, False),
    ("EX03", "Invånare 31 december", "Inhabitants on 31 December", "people", 31000.0, 12000.0,
     60.0, False, False),
    ("EX04", "Trygga ute på kvällen", "Feel safe outdoors in the evening", "percent", 71.0, 6.0,
     0.3, True, True),
    ("EX05", "Nöjda med sin bostad", "Satisfied with their home", "percent", 78.0, 3.0, -0.2,
     False, True),
)  # fmt: skip
INDICATOR_COLUMNS = (
    "provider", "indicator", "region", "area_version", "period", "reference_date", "group",
    "value", "unit", "margin", "status", "retrieved",
)  # fmt: skip
AREAS = ("Centrum", "Norra", "Södra", "Västra")


def write_context(folder: Path, truth: Truth) -> None:
    """Everything of `context/`."""
    rows = [row for city in truth.cities for row in _municipality(truth, city)]
    rows += [row for city in truth.cities for row in _areas(truth, city)]
    write_csv(folder / "context" / "indicators.csv", rows, INDICATOR_COLUMNS)
    definitions = [
        {
            "provider": "example",
            "indicator": code,
            "name_sv": name_sv,
            "name_en": name_en,
            "unit": unit,
            "breaks": [str(BREAK)] if code == "EX01" else [],
            "source": "påhittade tal, se generatorn",
        }
        for code, name_sv, name_en, unit, *_ in INDICATORS
    ]
    definitions.append(
        {
            "provider": "example",
            "indicator": "EX-background",
            "name_sv": "Invånare efter födelseland",
            "name_en": "Inhabitants by country of birth",
            "unit": "people",
            "breaks": [],
            "source": "påhittade tal, se generatorn",
        }
    )
    write_csv(folder / "context" / "definitions.csv", definitions, list(definitions[0]))
    areas = [
        {"area": area, "city": city.slug, "level": "deso", "version": "2018", "name": name}
        for city in truth.cities
        for area, name in _area_names(city)
    ]
    write_csv(folder / "context" / "areas.csv", areas, list(areas[0]))


def _row(indicator: str, region: str, period: int, value: float, unit: str) -> dict[str, object]:
    return {
        "provider": "example",
        "indicator": indicator,
        "region": region,
        "period": period,
        "reference_date": f"{period}-12-31",
        "value": value,
        "unit": unit,
        "retrieved": RETRIEVED,
    }


def _municipality(truth: Truth, city: City) -> list[dict[str, object]]:
    """One row per indicator, year and group; a survey's figures come every other year."""
    rng = truth.rng("context", city.slug)
    rows = []
    for code, _, _, unit, level, spread, change, by_sex, has_margin in INDICATORS:
        base = level + spread * (2 * rng.random() - 1)
        gap = rng.uniform(1.0, 4.0)
        for year in YEARS:
            if has_margin and year % 2:
                continue
            value = base + change * (year - 2015) + 0.02 * spread * rng.standard_normal() * 3
            value += 1.2 if code == "EX01" and year >= BREAK else 0.0
            groups = {"": 0.0, "sex=women": gap / 2, "sex=men": -gap / 2} if by_sex else {"": 0.0}
            for group, shift in groups.items():
                digits = 0 if unit == "people" else 1
                row = _row(code, city.code, year, round(value + shift, digits), unit)
                row["group"] = group
                if unit == "people":
                    row["value"] = round(value)
                if has_margin:
                    row["margin"] = round(2.4 if group == "" else 3.4, 1)
                rows.append(row)
    return rows


def _area_names(city: City) -> list[tuple[str, str]]:
    names = (city.area, city.neighbour, *AREAS)
    return [(f"{city.code}A{number:04d}", name) for number, name in enumerate(names, start=10)]


def _areas(truth: Truth, city: City) -> list[dict[str, object]]:
    """Inhabitants of each small area by country of birth, at two dates."""
    rng = truth.rng("areas", city.slug)
    rows = []
    for number, (area, _) in enumerate(_area_names(city)):
        people = int(rng.integers(1100, 2400))
        abroad = (0.46, 0.24, 0.12, 0.10, 0.15, 0.08)[number] + 0.04 * (rng.random() - 0.5)
        for year, growth in ((2019, 0.0), (2024, 0.01)):
            born_abroad = round(people * (abroad + growth))
            for group, count in (
                ("background=abroad", born_abroad),
                ("background=sweden", people - born_abroad),
            ):
                row = _row("EX-background", area, year, count, "people")
                rows.append(row | {"area_version": "2018", "group": group})
            people += int(rng.integers(-40, 60))
    return rows
