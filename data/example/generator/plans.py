"""Who is interviewed when and about what, before anybody speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle, islice

import numpy as np
from bank import Bank
from people import Person
from scipy.stats import poisson
from talk import Plan
from truth import City, Truth

# The standard set of a city, in the order of its numbers: type, role, wave, how the file is
# written. One city differs from the next by where it begins in the list of styles.
STANDARD = (
    ("interview", "participant", "before"),
    ("interview", "participant", "before"),
    ("interview", "staff", "before"),
    ("interview", "resident", "before"),
    ("conversation", "participant", "before"),
    ("interview", "participant", "before"),
    ("interview", "participant", "after"),
    ("interview", "partner", "after"),
    ("interview", "participant", "after"),
    ("interview", "resident", "after"),
    ("interview", "staff", "after"),
    ("interview", "participant", "after"),
    ("interview", "resident", "after"),
    ("conversation", "participant", "after"),
)
GROUPS = {("norrvik", 12): 4, ("asfors", 13): 4}  # number of a group interview → its people
TWICE = {7: 1}  # number of an interview → of the earlier one with the same person
INTERPRETED = (
    ("norrvik", 2), ("norrvik", 9), ("ekhamra", 1), ("ekhamra", 12), ("hallestrand", 6),
    ("asfors", 9),
)  # fmt: skip
ENGLISH = (("norrvik", 6), ("hallestrand", 9), ("asfors", 2))
OF_RESPONDENTS = 0.83  # of an interview's words
MOST_PLANTED = 6  # fragments in the city's own words that one interview tells


def make_plans(truth: Truth, city: City, people: Sequence[Person], bank: Bank) -> list[Plan]:
    rng = truth.rng("plans", city.slug)
    settings = truth["interviews"]
    here = {
        role: [person for person in people if person.city == city.slug and person.role == role]
        for role in ("participant", "resident", "staff", "partner")
    }
    next_of = dict.fromkeys(here, 0)
    staff_names = bank.names("extras/staff_names/" + ("generated" if city.generated else city.slug))
    slots = [_slot(city, number) for number in range(1, city.interviews + 1)]
    english = [(city.slug, number) in ENGLISH for number in range(1, city.interviews + 1)]
    held = _hold_themes(city, english, bank, rng)
    plans: list[Plan] = []
    voices: dict[str, str] = {}
    for number, (kind, role, wave) in enumerate(slots, start=1):
        size = GROUPS.get((city.slug, number), 1)
        if number in TWICE:
            respondents = [p for p in people if p.person_id in plans[TWICE[number] - 1].people]
        else:
            pool = here[role]
            respondents = [pool[(next_of[role] + i) % len(pool)] for i in range(size)]
            next_of[role] += size
        interpreted = (city.slug, number) in INTERPRETED
        for person in respondents:
            drawn = _voice(person, city, rng)
            voices.setdefault(person.person_id, "second_language" if interpreted else drawn)
        low, high = settings["group_words"] if size > 1 else settings["words"]
        words = int(rng.integers(low, high + 1))
        themes = held[number - 1]
        others = [theme for theme in city.themes if theme not in themes]
        asked = int(rng.integers(settings["deflections"][0], settings["deflections"][1] + 1))
        asked = min(asked, len(others)) if not english[number - 1] else 0
        in_vain = tuple(others[i] for i in rng.permutation(len(others))[:asked])
        alone = _is_alone(city, number, kind)
        plans.append(
            Plan(
                source_id=f"{city.initial}-{'G' if size > 1 else kind[0].upper()}{number:02d}",
                number=number,
                city=city,
                kind="group_interview" if size > 1 else kind,
                date=_day(truth, wave, rng),
                wave=wave,
                people=tuple(person.person_id for person in respondents),
                voices=tuple(voices[person.person_id] for person in respondents),
                role=role,
                themes=themes,
                asked_in_vain=in_vain,
                words=words,
                hesitation=float(rng.uniform(*settings["hesitation"])),
                planted=(),
                staff_names=staff_names,
                language="en" if english[number - 1] else "sv",
                interpreter=interpreted,
                alone=alone,
                again=number in TWICE,
            )
        )
    return _plant(plans, truth, city, bank) if city.planted_stems else plans


def _plant(plans: Sequence[Plan], truth: Truth, city: City, bank: Bank) -> list[Plan]:
    """The plans with the stems that each interview says, one for each fragment that it tells.

    How many is Poisson, its quantiles dealt by lot, so that neither the city's sum nor a stem's
    share of the interviews is left to chance; the stems go round from one interview to the next.
    """
    rng = truth.rng("planted", city.slug)
    saying = [p for p in plans if p.role in ("participant", "resident") and p.language == "sv"]
    lots = (rng.permutation(len(saying)) + rng.random(len(saying))) / len(saying)
    per_word = city.planted_per_1000 / 1000 * OF_RESPONDENTS / _planted_per_fragment(city, bank)
    counts = poisson.ppf(lots, [per_word * plan.words for plan in saying])
    start = int(rng.integers(len(city.planted_stems)))
    stems = islice(cycle(city.planted_stems), start, None)
    dealt = {
        plan.source_id: tuple(islice(stems, min(int(count), MOST_PLANTED)))
        for plan, count in zip(saying, counts, strict=True)
    }
    return [replace(plan, planted=dealt.get(plan.source_id, ())) for plan in plans]


def _slot(city: City, number: int) -> tuple[str, str, str]:
    if number <= len(STANDARD):
        return STANDARD[number - 1]
    return ("interview", "participant" if number % 3 else "resident", "after")


def _is_alone(city: City, number: int, kind: str) -> bool:
    """The last conversation of a city is a recording that a participant made alone.

    So is every tenth of the interviews beyond the standard set.
    """
    if number <= len(STANDARD):
        return kind == "conversation" and number == len(STANDARD)
    return number % 10 == 0


def _hold_themes(
    city: City, english: Sequence[bool], bank: Bank, rng: np.random.Generator
) -> list[tuple[str, ...]]:
    """Which themes each interview holds: as many interviews as the city's truth says, evenly."""
    held: list[list[str]] = [[] for _ in english]
    for theme in [list(city.themes)[i] for i in rng.permutation(len(city.themes))]:
        able = [
            i
            for i, is_english in enumerate(english)
            if not is_english or f"english/{theme}/fragments" in bank
        ]
        wanted = round(city.themes[theme] * len(english))
        load = [len(held[i]) + 2.5 * rng.random() for i in able]
        for i in np.argsort(load, kind="stable")[:wanted]:
            held[able[int(i)]].append(theme)
    for themes in held:  # a small lab's interview still speaks of something
        if not themes:
            themes.append(max(city.themes, key=lambda theme: city.themes[theme]))
    return [tuple(themes[i] for i in rng.permutation(len(themes))) for themes in held]


def _planted_per_fragment(city: City, bank: Bank) -> float:
    """How many of the city's own words a fragment holds, where the stems go round."""
    shelf = f"city_words/{city.slug}/fragments"
    pattern = rf"\b(?:{'|'.join(city.planted_stems)})"
    hits = [len(re.findall(pattern, text, re.IGNORECASE)) for text in bank.names(shelf)]
    by_stem = [bank.find(shelf, rf"\b{stem}") for stem in city.planted_stems]
    return float(np.mean([np.mean([hits[i] for i in places]) for places in by_stem]))


def _voice(person: Person, city: City, rng: np.random.Generator) -> str:
    draw = rng.random()
    if person.role in ("staff", "partner"):
        return "plain"
    if person.age_band == "16-24":
        return "young"
    if person.age_band == "65+":
        return "older"
    share = {"norrvik": 0.4, "ekhamra": 0.35, "hallestrand": 0.15, "asfors": 0.2}
    return "second_language" if draw < share.get(city.slug, 0.25) else "plain"


def _day(truth: Truth, wave: str, rng: np.random.Generator) -> str:
    [span] = [span for span in truth["waves"] if span["id"] == wave]
    first = date.fromisoformat(span["start"] + "-02")
    day = first + timedelta(days=int(rng.integers(0, 85)))
    if day.weekday() >= 5:
        day -= timedelta(days=2)
    return day.isoformat()
