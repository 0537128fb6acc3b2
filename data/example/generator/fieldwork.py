"""Workshops, meetings, walks and field notes: what researchers wrote themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from bank import Bank
from files import write_bytes
from transcript_files import format_paragraphs_docx, format_paragraphs_odt
from truth import City, Truth

# Of each city: letter, type, title, shelf, number of paragraphs, how many such sources.
PLAN = (
    ("W", "workshop", "Workshop", "workshop", 5, 1),
    ("F", "fieldnote", "Fältanteckning", "fieldnote", 3, 3),
    ("V", "walk", "Vandring", "walk", 7, 1),
)
MEETING_PARAGRAPHS = 7
SUFFIXES = (".docx", ".txt", ".odt")


def make_fieldwork(truth: Truth, bank: Bank) -> list[dict[str, Any]]:
    """One record per source: its row of sources.csv, and `paragraphs`."""
    records: list[dict[str, Any]] = []
    for city in truth.cities:
        rng = truth.rng("fieldwork", city.slug)
        for letter, kind, title, shelf, paragraphs, count in PLAN:
            for number in range(1, count + 1):
                text = _paragraphs(city, bank, rng, shelf, paragraphs, truth)
                day = date(2024, 9, 10) + timedelta(days=int(rng.integers(440)))
                suffix = SUFFIXES[(len(records)) % len(SUFFIXES)]
                name = f"{city.initial}-{letter}{number:02d}"
                records.append(
                    _record(name, city.slug, kind, title, _weekday(day), suffix)
                    | {"paragraphs": text}
                )
    first = truth.cities[0]
    rng = truth.rng("fieldwork", "meeting")
    text = _paragraphs(first, bank, rng, "meeting", MEETING_PARAGRAPHS, truth)
    meeting = _record("L-M01", "", "meeting", "Gemensamt styrgruppsmöte", "2025-05-20", ".odt")
    records.append(meeting | {"paragraphs": text})
    return records


def _weekday(day: date) -> str:
    return (day - timedelta(days=2) if day.weekday() >= 5 else day).isoformat()


def _paragraphs(
    city: City, bank: Bank, rng: np.random.Generator, shelf: str, count: int, truth: Truth
) -> list[str]:
    staff = bank.names("extras/staff_names/" + ("generated" if city.generated else city.slug))
    friends = bank.names("extras/friends")
    taken: set[tuple[str, int]] = set()

    def take(name: str) -> str:
        slots = {
            "city": city.name,
            "company": city.company,
            "place": city.place,
            "area": city.area,
            "staff": staff[int(rng.integers(len(staff)))],
            "friend": friends[int(rng.integers(len(friends)))],
        }
        text, key = bank.take(name, rng, slots, taken=taken)
        taken.add(key)
        return text

    middle = [take(f"fieldwork/{shelf}/paragraphs") for _ in range(count)]
    if shelf != "workshop":
        return middle
    return [take("fieldwork/workshop/openings"), *middle, take("fieldwork/workshop/closings")]


def _record(
    source_id: str, city: str, kind: str, title: str, day: str, suffix: str
) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "city": city,
        "type": kind,
        "title": f"{title} {day}",
        "date": day,
        "wave": "",
        "file": f"{city or 'alla'}/{kind}/{source_id}{suffix}",
        "language": "sv",
        "interpreter": "no",
        "checked_by": "KL",
        "status": "checked",
        "note": "",
    }


def write_fieldwork(folder: Path, records: Sequence[dict[str, Any]]) -> None:
    """The raw files."""
    for record in records:
        paragraphs = record["paragraphs"]
        if record["file"].endswith(".docx"):
            content = format_paragraphs_docx(paragraphs)
        elif record["file"].endswith(".odt"):
            content = format_paragraphs_odt(paragraphs)
        else:
            content = "".join(f"{text}\n" for text in paragraphs).encode("utf-8")
        write_bytes(folder / "raw" / record["file"], content)


def speaker_rows(records: Sequence[dict[str, Any]]) -> list[dict[str, object]]:
    """Rows of speakers.csv: the whole file is the researcher's own text."""
    return [
        {"source_id": record["source_id"], "label": "", "person_id": "", "role": "other"}
        for record in records
    ]
