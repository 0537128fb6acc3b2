"""The participants' survey: before and after, linked ids, as a Swedish Excel writes a CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from files import format_csv, write_text
from people import AGE_BANDS, Person
from questionnaires import (
    QUESTIONS,
    SINGLES,
    city_codes,
    questions,
    write_codes,
    write_dictionary,
    write_disposition,
    write_settings,
)
from scales import ITEMS, draw_items, draw_single, leave_out, solve_correlation, solve_trait
from truth import City, Truth

WAVES = {"before": ("före", date(2024, 9, 16)), "after": ("efter", date(2025, 9, 15))}
GENDERS = {"woman": "1", "man": "2", "other": "3", "": ""}


@dataclass(frozen=True)
class Answers:
    """One city and wave: what everybody would answer, by column of the file, and who does."""

    city: City
    wave: str
    rows: list[dict[str, object]]
    answered: list[bool]

    @property
    def handed_in(self) -> list[dict[str, object]]:
        """The rows of those who answer."""
        return [row for row, yes in zip(self.rows, self.answered, strict=True) if yes]


def make_participants(truth: Truth, people: Sequence[Person]) -> list[Answers]:
    """The survey of every city before and after."""
    made = []
    for city in truth.cities:
        there = [p for p in people if p.city == city.slug and p.role == "participant"]
        answered = _who_answers(truth, city, there)
        rows = _answers(truth, city, there)
        made += [Answers(city, wave, rows[wave], answered[wave]) for wave in WAVES]
    return made


def new_contacts(made: Sequence[Answers]) -> dict[tuple[str, str], list[int | None]]:
    """The numbers of new contacts that were answered, None for a blank, by city and wave."""
    [column] = [q["column"] for q in questions("p") if q["variable"] == "nya_kontakter"]
    return {
        (one.city.slug, one.wave): [
            None if row[column] == "" else int(str(row[column])) for row in one.handed_in
        ]
        for one in made
    }


def write_participants(folder: Path, truth: Truth, made: Sequence[Answers]) -> None:
    """Everything of `surveys/participants`."""
    survey = folder / "surveys" / "participants"
    rows = [row for one in made for row in one.handed_in]
    columns = [question["column"] for question in questions("p")]
    text = format_csv(rows, columns, delimiter=";", lineterminator="\r\n")
    write_text(survey / "answers.csv", text, encoding="cp1252")
    write_dictionary(survey, "p")
    waves: list[dict[str, object]] = [
        {"codes": "omgang", "code": wave, "label_sv": label, "label_en": wave, "order": order}
        for order, (wave, (label, _)) in enumerate(WAVES.items(), start=1)
    ]
    write_codes(survey, [*waves, *city_codes(truth.cities)])
    write_disposition(survey, [_disposition(truth, one) for one in made])
    write_settings(
        survey,
        {
            "name_sv": "Deltagarnas enkät",
            "name_en": "The participants' survey",
            "population": "alla som deltar i labben",
            "mode": "på papper och i webbläsare, på mötesplatsen",
            "sampling": "census",
        },
        {"person_id": "lopnr", "city": "ort", "wave": "omgang", "date": "svarsdatum"},
        {},
    )


def _who_answers(truth: Truth, city: City, people: Sequence[Person]) -> dict[str, list[bool]]:
    rng = truth.rng("participants", "answers", city.slug)
    settings = truth["participants"]
    before = [bool(rng.random() < settings["answers_before"]) for _ in people]
    after = []
    for person, answered in zip(people, before, strict=True):
        stays = 1 - settings["attrition"].get(person.age_band, 0.2)
        after.append(bool(rng.random() < (stays if answered else settings["answers_after_only"])))
    return {"before": before, "after": after}


def _answers(
    truth: Truth, city: City, people: Sequence[Person]
) -> dict[str, list[dict[str, object]]]:
    """What everybody would answer in each wave, whether or not they do."""
    rng = truth.rng("participants", "items", city.slug)
    settings = truth["participants"]
    sd = settings["sd"]
    traits = {wave: solve_trait(city.belonging[wave], sd) for wave in WAVES}
    rho = solve_correlation(traits["before"], traits["after"], sd, settings["correlation"])
    first = rng.standard_normal(len(people))
    second = rho * first + (1 - rho**2) ** 0.5 * rng.standard_normal(len(people))
    made = {}
    for wave, trait in (("before", first), ("after", second)):
        centre, spread = traits[wave]
        level = centre + spread * trait
        items = draw_items(level, rng, reverse=settings["reversed_item"])
        singles = [draw_single(level, rng, share=share) for share in (0.35, 0.25, 0.30)]
        cells = leave_out(np.column_stack([items, *singles]), rng, settings)
        contacts = rng.poisson(city.new_contacts[wave], len(people))
        hours = np.rint(2 * rng.gamma(2.0, 1.4, len(people))) / 2
        made[wave] = [
            _row(city, wave, person, cells[i], int(contacts[i]), float(hours[i]), rng)
            for i, person in enumerate(people)
        ]
    return made


def _row(
    city: City,
    wave: str,
    person: Person,
    cells: list[str],
    contacts: int,
    hours: float,
    rng: np.random.Generator,
) -> dict[str, object]:
    label, first_day = WAVES[wave]
    comments = QUESTIONS["remarks"]["comments"]
    draws = rng.random(4)
    values: dict[str, object] = {
        "lopnr": person.person_id,
        "ort": city.name,
        "omgang": label,
        "svarsdatum": (first_day + timedelta(days=int(draws[0] * 60))).isoformat(),
        "alder": str(AGE_BANDS.index(person.age_band) + 1) if person.age_band else "",
        "kon": GENDERS[person.gender],
        **dict(zip((*ITEMS, *SINGLES), cells, strict=True)),
        "nya_kontakter": "" if draws[1] < 0.04 else contacts,
        "timmar": f"{hours:.1f}".replace(".", ","),
        "kommentar": comments[int(draws[2] * len(comments))] if draws[3] < 0.12 else "",
    }
    return {question["column"]: values[question["variable"]] for question in questions("p")}


def _disposition(truth: Truth, one: Answers) -> dict[str, object]:
    rng = truth.rng("participants", "disposition", one.city.slug, one.wave)
    answered = sum(one.answered)
    silent = len(one.answered) - answered
    refused = int(rng.binomial(silent, 0.35))
    partial = int(rng.binomial(answered, 0.03))
    return {
        "city": one.city.slug,
        "wave": one.wave,
        "sampled": len(one.answered),
        "undeliverable": 0,
        "ineligible": 0,
        "refused": refused,
        "partial": partial,
        "complete": answered - partial,
        "unknown": silent - refused,
    }
