"""Two coders' segments, found in the raw files as they are read back; summaries and claims."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from bank import Bank
from files import write_csv
from interviews import Interview
from talk import Piece
from truth import HERE, Truth

from labtools.evidence.transcripts.transcript import read_transcript

SEGMENT_COLUMNS = (
    "segment_id", "source_id", "turn", "start", "end", "quote", "turn_hash", "code", "coder",
    "date", "memo",
)  # fmt: skip
MEMOS = ("Jämför med förra vågan.", "Tvetydigt, ta upp på kodmötet.", "Stark bild.", "Motexempel?")


@dataclass(frozen=True)
class Place:
    """Where a piece of talk stands in the file as it is read."""

    source_id: str
    date: str
    turn: int
    start: int
    text: str
    turn_hash: str
    theme: str


def write_coding(folder: Path, truth: Truth, interviews: Sequence[Interview], bank: Bank) -> None:
    """Everything of `coding/`; of a city, the standard interviews are coded."""
    settings = truth["coding"]
    coded = [i for i in interviews if i.plan.number <= truth["interviews"]["standard"]]
    first: list[dict[str, object]] = []
    second: list[dict[str, object]] = []
    by_case: dict[tuple[str, str], list[str]] = {}
    themes = sorted(truth.cities[0].themes)
    for interview in coded:
        rng = truth.rng("coding", interview.plan.source_id)
        for place in _places(folder, interview):
            if place.theme:
                name = f"{settings['coder_a']}-{len(first) + 1:04d}"
                first.append(_segment(name, place, place.theme, settings["coder_a"], rng))
                by_case.setdefault((place.source_id, place.theme), []).append(name)
            code = _code_of_second(place, themes, settings, rng)
            if code:
                name = f"{settings['coder_b']}-{len(second) + 1:04d}"
                shorter = _shorten(place, rng)
                second.append(_segment(name, shorter, code, settings["coder_b"], rng))
    write_csv(folder / "coding" / "segments.csv", [*first, *second], SEGMENT_COLUMNS)
    coders = [{"coder": settings[coder], "kind": "human"} for coder in ("coder_a", "coder_b")]
    write_csv(folder / "coding" / "coders.csv", coders, ("coder", "kind"))
    _write_codebook(folder)
    _write_summaries(folder, truth, coded, by_case, bank)
    _write_claims(folder, truth, first)


def _places(folder: Path, interview: Interview) -> Iterator[Place]:
    """Every piece that a respondent says, in the turn in which a reader of the file finds it."""
    path = folder / "raw" / interview.file
    turns = read_transcript(path, source_id=interview.plan.source_id)
    texts, hashes = list(turns["text"]), list(turns["turn_hash"])
    turn, after = 0, 0
    for said in interview.turns:
        for piece in said.pieces:
            while (start := texts[turn].find(piece.text, after)) < 0:
                turn, after = turn + 1, 0
                if turn == len(texts):
                    raise ValueError(
                        f"{interview.file}: what was written is not read: {piece.text}"
                    )
            after = start + len(piece.text)
            if said.speaker != "interviewer" and len(piece.text) > 60:
                yield _place(interview, piece, turn, start, hashes[turn])


def _place(interview: Interview, piece: Piece, turn: int, start: int, turn_hash: str) -> Place:
    plan = interview.plan
    return Place(plan.source_id, plan.date, turn + 1, start, piece.text, turn_hash, piece.theme)


def _segment(
    name: str, place: Place, code: str, coder: str, rng: np.random.Generator
) -> dict[str, object]:
    day = date.fromisoformat(place.date) + timedelta(days=14 + int(rng.integers(40)))
    return {
        "segment_id": name,
        "source_id": place.source_id,
        "turn": place.turn,
        "start": place.start,
        "end": place.start + len(place.text),
        "quote": place.text,
        "turn_hash": place.turn_hash,
        "code": code,
        "coder": coder,
        "date": day.isoformat(),
        "memo": MEMOS[int(rng.integers(len(MEMOS)))] if rng.random() < 0.03 else "",
    }


def _code_of_second(
    place: Place, themes: Sequence[str], settings: dict[str, float], rng: np.random.Generator
) -> str:
    """The code that coder B gives, blank where B passes on."""
    draw = rng.random()
    if not place.theme:
        return themes[int(rng.integers(len(themes)))] if draw < settings["extra"] else ""
    if draw < settings["same"]:
        return place.theme
    if draw < settings["same"] + settings["other"]:
        others = [theme for theme in themes if theme != place.theme]
        return others[int(rng.integers(len(others)))]
    return ""


def _shorten(place: Place, rng: np.random.Generator) -> Place:
    """Coder B leaves out the last sentence now and then."""
    cut = max(place.text.rfind(". ", 0, -2), place.text.rfind("? ", 0, -2)) + 1
    if rng.random() < 0.35 and cut > 40:
        return Place(**{**vars(place), "text": place.text[:cut]})
    return place


def _write_codebook(folder: Path) -> None:
    codes = tomllib.loads((HERE / "text" / "codebook.toml").read_text(encoding="utf-8"))["code"]
    rows = [
        {
            "code": code["code"],
            "parent": code["parent"],
            "name_sv": code["sv"],
            "name_en": code["en"],
            "definition": code["definition"],
            "include": code["include"],
            "exclude": code["exclude"],
            "words": code["words"],
        }
        for code in codes
    ]
    write_csv(folder / "coding" / "codebook.csv", rows, list(rows[0]))


def _write_summaries(
    folder: Path,
    truth: Truth,
    coded: Sequence[Interview],
    by_case: dict[tuple[str, str], list[str]],
    bank: Bank,
) -> None:
    """The framework of the second wave's interviews: one row per case and theme.

    Then what a whole city's numbers and words say together.
    """
    rows = []
    for interview in coded:
        plan = interview.plan
        if plan.wave != "after":
            continue
        rng = truth.rng("summaries", plan.source_id)
        slots = {"area": plan.city.area, "company": plan.city.company}
        for theme in sorted(plan.themes):
            text, _ = bank.take(f"summaries/summary/{theme}", rng, slots)
            rows.append(
                {
                    "case": plan.source_id,
                    "theme": theme,
                    "summary": text,
                    "segments": by_case.get((plan.source_id, theme), [])[:3],
                    "author": "KL",
                    "date": "2025-12-08",
                }
            )
    written = tomllib.loads((HERE / "text" / "summaries.toml").read_text(encoding="utf-8"))
    cities = {city.slug for city in truth.cities}
    rows += [
        {**together, "author": "KL", "date": "2025-12-11"}
        for together in written["together"]
        if together["case"] in cities
    ]
    columns = ("case", "theme", "summary", "segments", "author", "date", "relation")
    write_csv(folder / "coding" / "summaries.csv", rows, columns)


def _write_claims(folder: Path, truth: Truth, segments: Sequence[dict[str, object]]) -> None:
    """What the synthesis says; one claim has evidence against it, one has none at all."""
    claims = tomllib.loads((HERE / "text" / "summaries.toml").read_text(encoding="utf-8"))["claim"]
    rows = []
    for claim in claims:
        rng = truth.rng("claims", claim["claim"])
        found = [s["segment_id"] for s in segments if s["code"] == claim["theme"]]
        chosen = [found[i] for i in sorted(rng.permutation(len(found))[:7])]
        rows.append(
            {
                "claim": claim["claim"],
                "kind": claim["kind"],
                "text_sv": claim["sv"],
                "text_en": claim["en"],
                "supports": chosen[:5],
                "contradicts": chosen[5:] if "against" in claim else [],
                "author": "KL",
                "date": "2025-12-12",
            }
        )
    write_csv(folder / "coding" / "claims.csv", rows, list(rows[0]))
