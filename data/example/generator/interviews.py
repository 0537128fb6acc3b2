"""Who is interviewed about what; composed talk → raw files, sources.csv and speakers.csv."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bank import Bank
from files import write_bytes
from people import Person
from plans import make_plans
from speech import compose
from talk import Plan, Turn
from transcript_files import STYLES, Said
from truth import Truth

WITHDRAWN = {("ekhamra", 9): "2025-11-24"}
FILE_STYLES = (
    "docx_colon", "odt", "docx_table", "rtf", "vtt", "docx_time", "txt_windows", "docx_bold",
    "txt_cp1252", "docx_colon", "rtf", "txt_nfd", "vtt", "odt", "docx_time", "txt",
)  # fmt: skip
LABELS = {"participant": "IP", "resident": "IP", "staff": "PE", "partner": "PA"}
TITLES = {"interview": "Intervju", "group_interview": "Gruppintervju", "conversation": "Samtal"}


@dataclass(frozen=True)
class Interview:
    """A composed interview with the file it is in."""

    plan: Plan
    turns: tuple[Turn, ...]
    file: str
    style: str
    labels: dict[str, str]


def make_interviews(truth: Truth, people: Sequence[Person], bank: Bank) -> list[Interview]:
    """Every interview of every city, in the order of cities and numbers."""
    made = []
    said: dict[str, set[tuple[str, int]]] = {}
    for order, city in enumerate(truth.cities):
        plans = make_plans(truth, city, people, bank)
        for plan in plans:
            turns = compose(plan, bank, truth.rng("speech", plan.source_id), said)
            style = _style(truth, order, plan)
            file = f"{city.slug}/{plan.kind}/{plan.source_id}{STYLES[style][0]}"
            labels = _labels(plan, turns)
            made.append(Interview(plan, tuple(turns), file, style, labels))
    return made


def _style(truth: Truth, order: int, plan: Plan) -> str:
    if plan.alone:
        return "srt"
    if plan.city.generated or plan.number > truth["interviews"]["standard"]:
        return "txt"
    return FILE_STYLES[(order * 13 + plan.number) % len(FILE_STYLES)]


def _labels(plan: Plan, turns: Sequence[Turn]) -> dict[str, str]:
    """From speaker to the label in the file; now and then a first name stands for a role."""
    if plan.alone:
        return {"respondent 0": ""}
    labels = {}
    for speaker in sorted({turn.speaker for turn in turns}):
        if speaker == "interviewer":
            named = {0: "Karin", 5: "Elin"}.get(plan.number % 7)
            labels[speaker] = named or ("Interviewer" if plan.language == "en" else "Intervjuare")
        elif speaker == "interpreter":
            labels[speaker] = "Tolk"
        elif plan.role == "staff" and plan.number == 11:
            labels[speaker] = plan.staff_names[0]
        else:
            person = plan.people[int(speaker.split()[1])]
            labels[speaker] = f"{plan.city.initial}-{LABELS[plan.role]}{person[-2:]}"
            if plan.role == "resident":
                labels[speaker] = f"{plan.city.initial}-BO{person[-2:]}"
    return labels


def write_interviews(folder: Path, interviews: Sequence[Interview]) -> None:
    """The raw files."""
    for interview in interviews:
        said = [
            Said(interview.labels[turn.speaker], tuple(piece.text for piece in turn.pieces))
            for turn in interview.turns
        ]
        write_bytes(folder / "raw" / interview.file, STYLES[interview.style][1](said))


def source_rows(interviews: Sequence[Interview]) -> list[dict[str, object]]:
    """Rows of sources.csv."""
    return [
        {
            "source_id": interview.plan.source_id,
            "city": interview.plan.city.slug,
            "type": interview.plan.kind,
            "title": f"{TITLES[interview.plan.kind]} {interview.plan.source_id}",
            "date": interview.plan.date,
            "wave": interview.plan.wave,
            "file": interview.file,
            "language": interview.plan.language,
            "interpreter": "yes" if interview.plan.interpreter else "no",
            "checked_by": "KL" if number % 4 else "",
            "status": "checked" if number % 4 else "raw",
            "note": "inspelat på egen hand" if interview.plan.alone else "",
        }
        for number, interview in enumerate(interviews)
    ]


def speaker_rows(interviews: Sequence[Interview]) -> list[dict[str, object]]:
    """Rows of speakers.csv; what an interpreter says are the words of the person heard."""
    rows: list[dict[str, object]] = []
    for interview in interviews:
        for speaker, label in interview.labels.items():
            person = ""
            if speaker == "interpreter":
                person = interview.plan.people[0]
            elif speaker != "interviewer":
                person = interview.plan.people[int(speaker.split()[1])]
            rows.append(
                {
                    "source_id": interview.plan.source_id,
                    "label": label,
                    "person_id": person,
                    "role": speaker.split()[0],
                }
            )
    return rows


def withdrawals(interviews: Sequence[Interview]) -> dict[str, str]:
    """From the person who has withdrawn to the day of it."""
    return {
        interview.plan.people[0]: WITHDRAWN[interview.plan.city.slug, interview.plan.number]
        for interview in interviews
        if (interview.plan.city.slug, interview.plan.number) in WITHDRAWN
    }
