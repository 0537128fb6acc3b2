"""Goals with their observations, what became of the participants, and what went on each week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from files import write_csv
from people import Person
from truth import City, Truth

from labtools.surveys.estimates import estimate_means

DATES = ("2024-09-30", "2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30", "2025-11-30")
REACHED = ("work", "studies", "own_business")
FINAL = {
    "work_or_studies": (REACHED, (0.56, 0.38, 0.06)),
    "neither": (("seeking", "traineeship", "parental_leave", "other"), (0.6, 0.2, 0.12, 0.08)),
    "unknown": (("unknown",), (1.0,)),
}
ACTIVITIES = {
    "norrvik": ("Öppet hus", "Språkkafé", "Jobbsökarhjälp", "Odlingsgrupp"),
    "ekhamra": ("Öppet hus", "Språkkafé", "Jobbsökarhjälp", "Syateljé"),
    "hallestrand": ("Öppet hus", "Föräldrakafé", "Ungdomskväll", "Cykelverkstad"),
    "asfors": ("Öppet hus", "Soppa", "Läxhjälp", "Fotbollskväll"),
}
FEWEST_CONTACTS = 3
GOAL_COLUMNS = (
    "goal", "city", "indicator_sv", "indicator_en", "definition_sv", "definition_en",
    "denominator_sv", "denominator_en", "kind", "target", "due", "theme",
)  # fmt: skip
OBSERVATION_COLUMNS = (
    "goal", "city", "date", "numerator", "denominator", "unknown", "source", "note",
    "weighted_share", "design_effect", "counted_sv", "counted_en",
)  # fmt: skip
GOALS = {
    "work": (
        "Arbete eller studier",
        "Work or studies",
        "Har arbete, studerar eller driver eget företag. Praktik räknas inte.",
        "Has work, studies or runs a business. A traineeship does not count.",
        "deltagare vars läge är känt",
        "participants whose situation is known",
        "participants",
        0.5,
    ),
    "home": (
        "Känner sig hemma",
        "Feels at home",
        "Svarar 4 eller 5 på ”När jag kommer tillbaka hit efter en dag borta känns det som att"
        " komma hem”.",
        "Answers 4 or 5 to “When I come back here after a day away, it feels like coming home”.",
        "boende som har svarat på frågan",
        "residents who answered the question",
        "sample",
        0.6,
    ),
    "contacts": (
        "Minst tre nya kontakter",
        "At least three new contacts",
        "Har lärt känna minst tre nya människor det senaste halvåret, enligt enkäten.",
        "Has got to know at least three new people in the past six months, by the survey.",
        "deltagare som har svarat på frågan",
        "participants who answered the question",
        "participants",
        0.7,
    ),
    "employed": (
        "Förvärvsarbetande i området",
        "Gainfully employed in the area",
        "Har förvärvsinkomst enligt register.",
        "Has earned income according to the register.",
        "alla i området, 20–64 år",
        "everybody in the area, aged 20–64",
        "register",
        0.65,
    ),
}

THEMES = {"work": "work", "home": "at_home", "contacts": "contacts", "employed": "work"}


def draw_statuses(truth: Truth, people: Sequence[Person]) -> pd.DataFrame:
    """One row per participant and date: the status, on the way to where the truth ends."""
    outcomes = {city.slug: city.outcome for city in truth.cities}
    rows = []
    for person in people:
        if person.role != "participant":
            continue
        rng = truth.rng("status", person.person_id)
        outcome = outcomes[person.city]
        end = str(rng.choice(list(outcome), p=list(outcome.values())))
        statuses, shares = FINAL[end]
        final = str(rng.choice(statuses, p=shares))
        start = str(rng.choice(("seeking", "parental_leave", "other"), p=(0.82, 0.1, 0.08)))
        change = int(rng.integers(1, len(DATES)))
        by_way_of = "traineeship" if final == "work" and rng.random() < 0.4 else ""
        for number, day in enumerate(DATES):
            status = final if number >= change else start
            if by_way_of and number == change - 1 and number > 0:
                status = by_way_of
            rows.append(
                {"person_id": person.person_id, "city": person.city, "date": day, "status": status}
            )
    return pd.DataFrame(rows)


def write_outcomes(
    folder: Path,
    truth: Truth,
    people: Sequence[Person],
    contacts: dict[tuple[str, str], list[int | None]],
    residents: pd.DataFrame,
) -> None:
    """Everything of `goals/`, and activities.csv.

    contacts: from city and wave to the numbers of new contacts answered, None for a blank;
    residents: the answers of the residents' survey.
    """
    statuses = draw_statuses(truth, people)
    columns = ("person_id", "date", "status")
    write_csv(folder / "goals" / "status.csv", statuses[list(columns)].to_dict("records"), columns)
    goals, observations = [], []
    for city in truth.cities:
        for name, words in GOALS.items():
            *texts, kind, target = words
            goals.append(
                {"goal": f"{city.slug}-{name}", "city": city.slug}
                | dict(zip(GOAL_COLUMNS[2:8], texts, strict=True))
                | {"kind": kind, "target": target, "due": "2025-11-30", "theme": THEMES[name]}
            )
        observations += _observe_work(city, statuses)
        observations += _observe_home(truth, city, residents)
        observations += [
            _observation(city, "contacts", day, answers, FEWEST_CONTACTS, city.participants)
            for day, answers in (
                ("2024-11-30", contacts[city.slug, "before"]),
                ("2025-11-30", contacts[city.slug, "after"]),
            )
        ]
        observations += _observe_employed(truth, city)
    write_csv(folder / "goals" / "goals.csv", goals, GOAL_COLUMNS)
    write_csv(folder / "goals" / "observations.csv", observations, OBSERVATION_COLUMNS)
    _write_activities(folder, truth)


def _row(city: City, goal: str, day: str, counts: tuple[int, int, int], **more: str) -> Any:
    numerator, denominator, unknown = counts
    return {
        "goal": f"{city.slug}-{goal}",
        "city": city.slug,
        "date": day,
        "numerator": numerator,
        "denominator": denominator,
        "unknown": unknown,
        **more,
    }


def _observe_work(city: City, statuses: pd.DataFrame) -> list[dict[str, object]]:
    rows = []
    there = statuses[statuses["city"] == city.slug]
    for day in ("2025-06-30", "2025-11-30"):
        now = there.loc[there["date"] == day, "status"]
        known = int((now != "unknown").sum())
        counts = (int(now.isin(REACHED).sum()), known, len(now) - known)
        rows.append(_row(city, "work", day, counts, source="labbets egen uppföljning"))
    if city.slug == "hallestrand":
        reached, known, unknown = counts
        rows.append(
            _row(
                city,
                "work",
                "2025-11-30",
                (reached - 7, known - 9, unknown + 9),
                source="kommunens arbetsmarknadsenhet",
                counted_sv="anställning på minst halvtid, och studier med studiemedel",
                counted_en="employment of at least half-time, and studies with student aid",
            )
        )
    return rows


def _observe_home(truth: Truth, city: City, residents: pd.DataFrame) -> list[dict[str, object]]:
    """Those of the residents' survey who feel at home, their weighted share, its design effect."""
    rng = truth.rng("goals", "home", city.slug)
    here = residents[residents["ort"] == city.slug]
    valid = here[here["hemma"] <= 5]
    found = estimate_means(
        valid.assign(home=(valid["hemma"] >= 4).astype(float)),
        "home",
        by=["ort"],
        sampling="random",
        design={"strata": "omrade", "cluster": "trapphus", "weight": "vikt"},
        unit="share",
    ).iloc[0]
    share, n = float(found["estimate"]), len(valid)
    effect = float(found["standard_error"]) ** 2 / (share * (1 - share) / n)
    asked = int(rng.integers(180, 320))
    earlier = (int(rng.binomial(asked, share - 0.06)), asked, int(rng.integers(3, 14)))
    now = (int((valid["hemma"] >= 4).sum()), n, int(here["asked"].iloc[0]) - n)
    weighted = {"weighted_share": f"{share:.4f}", "design_effect": f"{effect:.2f}"}
    return [
        _row(city, "home", "2024-11-15", earlier, source=f"{city.company}, hyresgästenkät 2024"),
        _row(city, "home", "2025-11-15", now, source="boendeenkäten 2025", **weighted),
    ]


def _observation(
    city: City, goal: str, day: str, answers: list[int | None], fewest: int, asked: int
) -> dict[str, object]:
    """Of those asked, whoever left the question or the whole survey blank is unknown."""
    known = [answer for answer in answers if answer is not None]
    counts = (sum(answer >= fewest for answer in known), len(known), asked - len(known))
    row: dict[str, object] = _row(city, goal, day, counts, source="deltagarnas enkät")
    return row


def _observe_employed(truth: Truth, city: City) -> list[dict[str, object]]:
    rng = truth.rng("goals", "employed", city.slug)
    people = int(rng.integers(900, 1900))
    share = rng.uniform(0.48, 0.62)
    rows = []
    for day, growth in (("2022-12-31", 0.0), ("2023-12-31", 0.012)):
        counts = (round(people * (share + growth)), people, 0)
        rows.append(_row(city, "employed", day, counts, source="registerstatistik (påhittad)"))
        people += int(rng.integers(-20, 30))
    return rows


def _is_closed(day: date) -> bool:
    """July, and from Christmas to Epiphany."""
    return day.month == 7 or (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 7)


def _write_activities(folder: Path, truth: Truth) -> None:
    """Every week from September 2024 to November 2025, but when it is closed."""
    rows = []
    for city in truth.cities:
        rng = truth.rng("activities", city.slug)
        kinds = ACTIVITIES.get(city.slug, ("Öppet hus", "Språkkafé"))
        size = {kind: 10 + 12 * rng.random() for kind in kinds}
        number = 0
        week = date(2024, 9, 2)
        while week <= date(2025, 11, 24):
            weeks = (week - date(2024, 9, 2)).days / 7
            for place, kind in enumerate(kinds):
                day = week + timedelta(days=place + 1)
                if _is_closed(day) or rng.random() < 0.06:
                    continue
                visits = int(rng.poisson(size[kind] * (1 + 0.006 * weeks)))
                number += 1
                rows.append(
                    {
                        "activity": f"{city.initial}-A{number:04d}",
                        "city": city.slug,
                        "date": day.isoformat(),
                        "type": kind,
                        "visits": visits,
                        "people": visits - int(rng.binomial(visits, 0.12)),
                    }
                )
            week += timedelta(days=7)
    columns = ("activity", "city", "date", "type", "visits", "people")
    write_csv(folder / "activities.csv", rows, columns)
