"""Writes the example lab, or a lab of another size with the same truth.

python data/example/generator
python data/example/generator --to large --cities 290 --words 10000000
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
import coding
import context
import fieldwork
import interviews
import learning
import outcomes
import participants
import photos
import residents
from bank import Bank
from files import write_csv, write_text
from people import CONSENT_COLUMNS, PEOPLE_COLUMNS, Person, consent_rows, make_people
from truth import HERE, Truth, read_truth

PARTS = ("interviews", "coding", "fieldwork", "learning", "surveys", "goals", "context")
CITY_COLUMNS = (
    "city", "name", "municipality_code", "company", "lab", "target_group", "start", "end", "area",
    "place",
)  # fmt: skip
SOURCE_COLUMNS = (
    "source_id", "city", "type", "title", "date", "wave", "file", "language", "interpreter",
    "checked_by", "status", "note",
)  # fmt: skip


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=HERE.parent,
    help="Which folder; data/example unless named.",
)
@click.option("--cities", type=click.IntRange(1, 290), default=4, show_default=True)
@click.option("--words", type=click.IntRange(1000, 10_000_000), help="About so many in interviews.")
@click.option("--seed", type=int, help="Instead of the one in truth.toml.")
@click.option("--parts", default=",".join(PARTS), show_default=True, help="Which, by commas.")
def main(folder: Path, cities: int, words: int | None, seed: int | None, parts: str) -> None:
    """Write a lab into a folder; files that are not its own stay as they are."""
    chosen = set(parts.split(","))
    if chosen - set(PARTS):
        raise click.BadParameter(f"{', '.join(sorted(chosen - set(PARTS)))} is not a part")
    if "coding" in chosen and "interviews" not in chosen:
        raise click.BadParameter("coding needs interviews")
    truth = read_truth(seed=seed, cities=cities, words=words)
    write_lab(folder, truth, Bank(HERE / "text"), chosen)


def write_lab(folder: Path, truth: Truth, bank: Bank, parts: set[str]) -> None:
    """Write the chosen parts of a lab, and what every part stands on."""
    people = make_people(truth)
    talks = interviews.make_interviews(truth, people, bank) if "interviews" in parts else []
    notes = fieldwork.make_fieldwork(truth, bank) if "fieldwork" in parts else []
    _write_base(folder, truth)
    write_csv(folder / "people.csv", [asdict(person) for person in people], PEOPLE_COLUMNS)
    heard = {person for talk in talks for person in talk.plan.people}
    consent = consent_rows(truth, people, heard, interviews.withdrawals(talks))
    write_csv(folder / "consent.csv", consent, CONSENT_COLUMNS)
    sources = [{c: note[c] for c in SOURCE_COLUMNS} for note in notes]
    write_csv(folder / "sources.csv", [*interviews.source_rows(talks), *sources], SOURCE_COLUMNS)
    speakers = [*interviews.speaker_rows(talks), *fieldwork.speaker_rows(notes)]
    write_csv(folder / "speakers.csv", speakers, ("source_id", "label", "person_id", "role"))
    interviews.write_interviews(folder, talks)
    fieldwork.write_fieldwork(folder, notes)
    if "coding" in parts:
        coding.write_coding(folder, truth, talks, bank)
    if "fieldwork" in parts:
        walks = [note for note in notes if note["type"] in ("walk", "fieldnote")]
        photos.write_photos(folder, truth, walks)
    if "learning" in parts:
        learning.write_learning(folder, truth)
    if "context" in parts:
        context.write_context(folder, truth)
    _write_numbers(folder, truth, people, parts)


def _write_numbers(folder: Path, truth: Truth, people: list[Person], parts: set[str]) -> None:
    if not parts & {"surveys", "goals"}:
        return
    of_participants = participants.make_participants(truth, people)
    of_residents = residents.make_residents(truth)
    if "surveys" in parts:
        participants.write_participants(folder, truth, of_participants)
        residents.write_residents(folder, truth, of_residents)
    if "goals" in parts:
        contacts = participants.new_contacts(of_participants)
        answered = residents.weigh_answers(of_residents)
        outcomes.write_outcomes(folder, truth, people, contacts, answered)


def _write_base(folder: Path, truth: Truth) -> None:
    """lab.toml and cities.csv."""
    lab = truth["lab"]
    lines = [
        "[lab]",
        f'name = "{lab["name"]}"',
        f'language = "{lab["language"]}"',
        f'approach = "{lab["approach"]}"',
        f"min_people = {lab['min_people']}",
        "synthetic = true",
        "",
        "[consent]",
        'withdrawal = "everything"',
    ]
    for wave in truth["waves"]:
        lines += ["", "[[waves]]", *(f'{key} = "{value}"' for key, value in wave.items())]
    write_text(folder / "lab.toml", "\n".join(lines) + "\n")
    rows = [
        {
            "city": city.slug,
            "name": city.name,
            "municipality_code": city.code,
            "company": city.company,
            "lab": city.lab,
            "target_group": city.target_group_sv,
            "start": "2024-09-01",
            "end": "2025-12-31",
            "area": city.area,
            "place": city.place,
        }
        for city in truth.cities
    ]
    write_csv(folder / "cities.csv", rows, CITY_COLUMNS)


if __name__ == "__main__":
    main()
