"""The lab's people under their pseudonyms, and what they consented to."""

from __future__ import annotations

from dataclasses import dataclass

from truth import City, Truth

AGE_BANDS = ("16-24", "25-44", "45-64", "65+")
AGE_SHARES = {  # of those who take part or are interviewed
    "norrvik": (0.16, 0.52, 0.26, 0.06),
    "ekhamra": (0.12, 0.58, 0.28, 0.02),
    "hallestrand": (0.42, 0.40, 0.13, 0.05),
    "asfors": (0.14, 0.34, 0.30, 0.22),
}
WOMEN_SHARES = {"norrvik": 0.52, "ekhamra": 0.97, "hallestrand": 0.46, "asfors": 0.58}
TITLES = {
    "staff": ("samordnare", "bovärd", "projektledare", "fritidsledare"),
    "partner": ("studie- och yrkesvägledare", "handläggare", "cirkelledare", "diakon"),
}
COUNTS = {"resident": 10, "staff": 4, "partner": 3}
INITIALS = {"participant": "P", "resident": "R", "staff": "S", "partner": "O"}


@dataclass(frozen=True)
class Person:
    """One person as `people.csv` knows them."""

    person_id: str
    city: str
    role: str
    age_band: str
    gender: str
    title: str = ""


def make_people(truth: Truth) -> list[Person]:
    """Everybody of every city: participants first, then residents, staff and partners."""
    return [person for city in truth.cities for person in _people_of(truth, city)]


def _people_of(truth: Truth, city: City) -> list[Person]:
    rng = truth.rng("people", city.slug)
    shares = AGE_SHARES.get(city.slug, (0.2, 0.45, 0.25, 0.1))
    women = WOMEN_SHARES.get(city.slug, 0.55)
    people = []
    for role, count in {"participant": city.participants, **COUNTS}.items():
        for number in range(1, count + 1):
            age = AGE_BANDS[int(rng.choice(4, p=shares if role == "participant" else None))]
            if role in ("staff", "partner"):
                age = AGE_BANDS[1 + int(rng.integers(2))]
            draw = rng.random()
            gender = "woman" if draw < women else "man"
            if role == "participant" and draw > 0.985:
                gender = "other"
            titles = TITLES.get(role, ("",))
            people.append(
                Person(
                    person_id=f"{INITIALS[role]}-{city.initial}-{number:03d}",
                    city=city.slug,
                    role=role,
                    age_band="" if rng.random() < 0.04 else age,
                    gender="" if rng.random() < 0.04 else gender,
                    title=titles[(number - 1) % len(titles)],
                )
            )
    return people


PEOPLE_COLUMNS = ("person_id", "city", "role", "age_band", "gender", "title", "note")
CONSENT_COLUMNS = (
    "person_id", "participate", "quote", "photo", "archive", "guardian", "withdrawn_on",
)  # fmt: skip


def consent_rows(
    truth: Truth, people: list[Person], asked: set[str], withdrawn: dict[str, str]
) -> list[dict[str, object]]:
    """One row per person who took part in the evidence.

    asked: ids of those who were interviewed; withdrawn: from id to the day of withdrawal.
    Participants of the survey were asked too; residents' survey answers are anonymous.
    """
    rows: list[dict[str, object]] = []
    for person in people:
        if person.role != "participant" and person.person_id not in asked:
            continue
        draws = truth.rng("consent", person.person_id).random(3)
        rows.append(
            {
                "person_id": person.person_id,
                "participate": "yes",
                "quote": "yes" if draws[0] > 0.10 else "no",
                "photo": "yes" if draws[1] > 0.45 else "no",
                "archive": "yes" if draws[2] > 0.25 else "",
                "guardian": "",
                "withdrawn_on": withdrawn.get(person.person_id, ""),
            }
        )
    return rows
