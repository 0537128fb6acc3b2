"""The staff's written reflections: chains of experience, reflection, concept and experiment."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from bank import expand, parse
from files import write_csv
from truth import HERE, City, Truth

STAGES = ("experience", "reflection", "concept", "experiment")
CHAINS_PER_CITY = 4
COLUMNS = (
    "entry", "city", "date", "role", "stage", "text", "leads_to", "learnt_from", "source",
)  # fmt: skip


def write_learning(folder: Path, truth: Truth) -> None:
    """learning/reflections.csv.

    A city's third chain stops before its experiment, as chains do; its first one's experiment
    leads to the second one's experience. Who learnt from whom is told in an experiment.
    """
    text = (HERE / "text" / "reflections.toml").read_text(encoding="utf-8")
    written = tomllib.loads(text)
    rows: list[dict[str, Any]] = []
    for order, city in enumerate(truth.cities):
        rng = truth.rng("learning", city.slug)
        entries = [
            _chain(truth, city, rng, written, order * CHAINS_PER_CITY + number, number)
            for number in range(CHAINS_PER_CITY)
        ]
        entries[0][-1]["leads_to"] = [entries[1][0]["entry"]]
        sources = [arrow["from"] for arrow in truth["learnt"] if arrow["city"] == city.slug]
        for number, other in enumerate(sources):
            _tell(entries[number][-1], other, truth, written, rng)
        rows += [row for chain in entries for row in chain]
    write_csv(folder / "learning" / "reflections.csv", rows, COLUMNS)


def _chain(
    truth: Truth,
    city: City,
    rng: np.random.Generator,
    written: dict[str, Any],
    which: int,
    number: int,
) -> list[dict[str, Any]]:
    """The entries of one chain, each leading to the next."""
    chain = written["chain"][which % len(written["chain"])]
    stages = [stage for stage in STAGES if chain.get(stage)]
    stages = stages[:3] if number == 2 else stages
    day = date(2024, 9, 20) + timedelta(days=95 * number + int(rng.integers(30)))
    names = [f"{city.initial}-R{number * 4 + place:02d}" for place in range(1, len(stages) + 1)]
    rows = []
    for place, stage in enumerate(stages):
        text = expand(parse(chain[stage]), slots(truth, city, rng), rng)
        rows.append(
            {
                "entry": names[place],
                "city": city.slug,
                "date": (day + timedelta(days=16 * place)).isoformat(),
                "role": "partner" if number == 3 and place % 2 else "staff",
                "stage": stage,
                "text": text,
                "leads_to": names[place + 1 : place + 2],
                "learnt_from": [],
                "source": "reflektionsdagboken",
            }
        )
    return rows


def slots(truth: Truth, city: City, rng: np.random.Generator) -> dict[str, str]:
    """What a reflection may name."""
    extras = tomllib.loads((HERE / "text" / "extras.toml").read_text(encoding="utf-8"))
    staff = extras["staff_names"]["generated" if city.generated else city.slug]
    return {
        "city": city.name,
        "company": city.company,
        "place": city.place,
        "area": city.area,
        "staff": staff[int(rng.integers(len(staff)))],
        "friend": extras["friends"][int(rng.integers(len(extras["friends"])))],
    }


def _tell(
    row: dict[str, Any], other: str, truth: Truth, written: dict[str, Any], rng: np.random.Generator
) -> None:
    """Add to an entry that its idea came from another city."""
    names = {city.slug: city.name for city in truth.cities}
    if other not in names:
        return
    sentences = written["learnt_from"]["sentences"]
    sentence = sentences[int(rng.integers(len(sentences)))]
    [here] = [city for city in truth.cities if city.slug == row["city"]]
    filled = slots(truth, here, rng) | {"from": names[other], "other_city": names[other]}
    row["text"] = f"{row['text']} {expand(parse(sentence), filled, rng)}"
    row["learnt_from"] = [other]
