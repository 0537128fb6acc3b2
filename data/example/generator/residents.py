"""The residents' survey: stairwells drawn within strata, everybody there asked; an SPSS file."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
from questionnaires import (
    DISPOSITION_COLUMNS,
    MISSING,
    QUESTIONS,
    SINGLES,
    city_codes,
    questions,
    write_codes,
    write_dictionary,
    write_disposition,
    write_settings,
)
from scales import (
    ITEMS,
    Numbers,
    draw_items,
    draw_single,
    leave_out,
    solve_centre,
    solve_correlation,
    solve_trait,
)
from truth import City, Truth

FIRST_DAY = date(2025, 9, 8)
HEADER_DATE = slice(92, 101)  # where an SPSS file keeps when it was made
HEADER_TIME = slice(101, 109)


def make_residents(truth: Truth) -> pd.DataFrame:
    """One row per adult asked: what each would answer, and in `outcome` what became of it."""
    return pd.concat([_ask(truth, city) for city in truth.cities], ignore_index=True)


def write_residents(folder: Path, truth: Truth, asked: pd.DataFrame) -> None:
    """Everything of `surveys/residents`."""
    survey = folder / "surveys" / "residents"
    variables = [question["variable"] for question in questions("r")]
    _write_sav(survey / "answers.sav", weigh_answers(asked)[variables])
    write_dictionary(survey, "r")
    write_codes(survey, [*city_codes(truth.cities), *_stratum_codes(truth)])
    write_disposition(survey, _dispositions(truth, asked))
    write_settings(
        survey,
        {
            "name_sv": "Boendeenkäten",
            "name_en": "The residents' survey",
            "population": "alla vuxna i labbets område och i grannområdet",
            "mode": "på papper och i webbläsare",
            "sampling": "random",
        },
        {"person_id": "lopnr", "city": "ort", "date": "svarsdatum"},
        {
            "strata": "omrade",
            "cluster": "trapphus",
            "weight": "vikt",
            "fpc": "antal_trapphus",
        },
    )


def _stratum_codes(truth: Truth) -> list[dict[str, object]]:
    """The code list of the column that names the stratum: the area, and the kind of house."""
    houses = {"hoghus": ("höghus", "high-rise"), "laghus": ("låghus", "low-rise")}
    strata = [
        (_stratum(city, stratum), getattr(city, stratum["area"]), houses[stratum["house"]])
        for city in truth.cities
        for stratum in truth["residents"]["stratum"]
    ]
    return [
        {"codes": "omrade", "code": code, "label_sv": f"{area}, {sv}", "label_en": f"{area}, {en}",
         "order": order}
        for order, (code, area, (sv, en)) in enumerate(strata, start=1)
    ]  # fmt: skip


def _stratum(city: City, stratum: dict[str, Any]) -> str:
    return f"{city.slug}-{stratum['area']}-{stratum['house']}"


def _ask(truth: Truth, city: City) -> pd.DataFrame:
    """One row per adult of the drawn stairwells of a city, with the answer each would give."""
    settings = truth["residents"]
    shares = [group["share"] for group in settings["age_groups"].values()]
    strata = settings["stratum"]
    rng = truth.rng("residents", "sample", city.slug)
    rows = []
    for stratum in strata:
        area = getattr(city, stratum["area"])
        name = _stratum(city, stratum)
        total = _stairwells(truth, stratum, city)
        effects = rng.standard_normal(total)
        effects = (effects - effects.mean()) / effects.std()  # over all, so that they add nothing
        for number in sorted(rng.choice(total, size=stratum["drawn"], replace=False)):
            low, high = settings["stairwell_adults"]
            for _ in range(int(rng.integers(low, high + 1))):
                rows.append(
                    {
                        "ort": city.slug,
                        "omrade": name,
                        "area": area,
                        "trapphus": f"{name}-{int(number) + 1:02d}",
                        "antal_trapphus": float(total),
                        "drawn": float(stratum["drawn"]),
                        "shift": stratum["shift"],
                        "stairwell": float(effects[number]),
                        "age": int(rng.choice(len(shares), p=shares)),
                    }
                )
    asked = pd.DataFrame(rows)
    return _answer(asked, truth, city)


def _stairwells(truth: Truth, stratum: dict[str, Any], city: City) -> int:
    """How many stairwells a stratum has."""
    return int(stratum["stairwells"].get(city.slug, truth["generated"]["stairwells"]))


def _answer(asked: pd.DataFrame, truth: Truth, city: City) -> pd.DataFrame:
    settings = truth["residents"]
    rng = truth.rng("residents", "items", city.slug)
    ages = list(settings["age_groups"].values())
    level = _level(asked, truth, city, rng)
    items = draw_items(level, rng, reverse=truth["participants"]["reversed_item"])
    singles = [draw_single(level, rng, share=share) for share in (0.35, 0.25, 0.30)]
    cells = leave_out(np.column_stack([items, *singles]), rng, settings)
    answered = asked.copy()
    for column, name in enumerate((*ITEMS, *SINGLES)):
        answered[name] = [float(row[column]) if row[column] else np.nan for row in cells]
    answered["alder"] = answered["age"] + 1.0
    answered["kon"] = 1.0 + (rng.random(len(asked)) > 0.51)
    days = (rng.random(len(asked)) * 56).astype(int)
    answered["svarsdatum"] = [FIRST_DAY + timedelta(days=int(day)) for day in days]
    probability = np.array([ages[age]["answers"] for age in asked["age"]])
    draws, outcome = rng.random(len(asked)), np.full(len(asked), "unknown", dtype=object)
    lost, out = settings["undeliverable"], settings["ineligible"]
    refuses = probability + lost + out
    refuses = refuses + settings["refused_of_rest"] * (1 - refuses)
    outcome[draws < refuses] = "refused"
    outcome[draws < probability + lost + out] = "ineligible"
    outcome[draws < probability + lost] = "undeliverable"
    outcome[draws < probability] = "complete"
    outcome[draws < probability * settings["partial_of_answers"]] = "partial"
    answered["outcome"] = outcome
    answered["lopnr"] = [f"B-{city.initial}-{number:05d}" for number in range(1, len(asked) + 1)]
    return answered


def _level(asked: pd.DataFrame, truth: Truth, city: City, rng: np.random.Generator) -> Numbers:
    """Where each adult's items centre: city, stratum, age, stairwell, and the person's own."""
    settings = truth["residents"]
    ages = list(settings["age_groups"].values())
    sd = settings["sd"]
    _, spread = solve_trait(city.residents, sd)
    stairwells = [_stairwells(truth, stratum, city) for stratum in settings["stratum"]]
    shifts = [s["shift"] + age["shift"] for s in settings["stratum"] for age in ages]
    shares = [n / sum(stairwells) * age["share"] for n in stairwells for age in ages]
    centre = solve_centre(city.residents, spread, shifts, shares)
    trait = (centre, spread)
    rho = solve_correlation(trait, trait, sd, settings["icc"])
    shared = asked["stairwell"].to_numpy()
    own = rng.standard_normal(len(asked))
    moved = asked["shift"].to_numpy() + np.array([ages[age]["shift"] for age in asked["age"]])
    return np.asarray(centre + moved + spread * (rho**0.5 * shared + (1 - rho) ** 0.5 * own))


def weigh_answers(asked: pd.DataFrame) -> pd.DataFrame:
    """Those who answered, with the weight: stairwells in the stratum over stairwells drawn,
    times those asked over those who answered of the same city, area and age group; and `asked`,
    how many adults of the city were asked."""
    weighed = asked.assign(design=asked["antal_trapphus"] / asked["drawn"])
    weighed["answered"] = weighed["outcome"].isin(["complete", "partial"])
    weighed["design_answered"] = weighed["design"] * weighed["answered"]
    in_scope = weighed[~weighed["outcome"].isin(["ineligible"])]
    cells = in_scope.groupby(["ort", "area", "age"])[["design", "design_answered"]].sum()
    answered = weighed[weighed["answered"]].copy()
    ratio = cells["design"] / cells["design_answered"]
    answered["asked"] = answered["ort"].map(in_scope.groupby("ort").size())
    keys = pd.MultiIndex.from_frame(answered[["ort", "area", "age"]])
    answered["vikt"] = (answered["design"].to_numpy() * ratio.reindex(keys).to_numpy()).round(4)
    return answered.reset_index(drop=True)


def _dispositions(truth: Truth, asked: pd.DataFrame) -> list[dict[str, object]]:
    names = list(truth["residents"]["age_groups"])
    rows: list[dict[str, object]] = []
    for city in truth.cities:
        for age, name in enumerate(names):
            there = asked[(asked["ort"] == city.slug) & (asked["age"] == age)]
            counts = there["outcome"].value_counts()
            rows.append(
                {"city": city.slug, "group": name, "sampled": len(there)}
                | {outcome: int(counts.get(outcome, 0)) for outcome in DISPOSITION_COLUMNS[4:]}
            )
    return rows


def _write_sav(path: Path, answers: pd.DataFrame) -> None:
    """The SPSS file, with labels and user-missing codes, and a time of making that stays put."""
    path.parent.mkdir(parents=True, exist_ok=True)
    asked = {question["variable"]: question for question in questions("r")}
    labels = {
        name: {
            float(code): label
            for code, label, *_ in [
                *QUESTIONS["codes"][question["codes"]],
                *(MISSING if question["type"] == "ordinal" else ()),
            ]
        }
        for name, question in asked.items()
        if "codes" in question
    }
    part = path.with_name(path.name + ".part")
    pyreadstat.write_sav(
        answers,
        str(part),
        column_labels=[question["sv"] for question in asked.values()],
        variable_value_labels=labels,
        missing_ranges={name: [8.0, 9.0] for name in (*ITEMS, *SINGLES)},
    )
    content = bytearray(part.read_bytes())
    content[HEADER_DATE] = b"01 Dec 25"
    content[HEADER_TIME] = b"12:00:00"
    part.write_bytes(content)
    os.replace(part, path)
