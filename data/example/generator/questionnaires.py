"""What both surveys share: dictionary, code lists and settings as files of the data contract."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from files import write_csv, write_text
from scales import ITEMS
from truth import HERE, City

QUESTIONS: dict[str, Any] = tomllib.loads(
    (HERE / "text" / "questions.toml").read_text(encoding="utf-8")
)
SINGLES = ("tillit", "trygg", "framtidstro")
MISSING = (("8", "Vet ej", "Don't know", "dont_know"), ("9", "Vill ej svara", "Refused", "refused"))
DICTIONARY_COLUMNS = (
    "variable", "source_column", "question_sv", "question_en", "type", "codes", "reverse",
    "sensitive",
)  # fmt: skip
CODE_COLUMNS = ("codes", "code", "label_sv", "label_en", "order", "missing_reason")
DISPOSITION_COLUMNS = (
    "city", "wave", "group", "sampled", "undeliverable", "ineligible", "refused", "partial",
    "complete", "unknown",
)  # fmt: skip


def questions(survey: str) -> list[dict[str, Any]]:
    """The questions of a survey (p or r), in the order of the questionnaire."""
    return [question for question in QUESTIONS["question"] if survey in question["surveys"]]


def write_dictionary(folder: Path, survey: str) -> None:
    """dictionary.csv of one survey."""
    rows = [
        {
            "variable": question["variable"],
            "source_column": question["column"] if survey == "p" else question["variable"],
            "question_sv": question["sv"],
            "question_en": question["en"],
            "type": question["type"],
            "codes": question.get("codes", ""),
            "reverse": question.get("reverse", ""),
            "sensitive": question.get("sensitive", ""),
        }
        for question in questions(survey)
    ]
    write_csv(folder / "dictionary.csv", rows, DICTIONARY_COLUMNS)


def write_codes(folder: Path, further: Sequence[dict[str, object]] = ()) -> None:
    """codes.csv: every list of answers with its reasons for missing."""
    rows: list[dict[str, object]] = []
    for name, codes in QUESTIONS["codes"].items():
        entries = [(*code, "") for code in codes]
        if name not in ("alder", "kon"):
            entries += list(MISSING)
        rows += [
            {
                "codes": name,
                "code": code,
                "label_sv": label_sv,
                "label_en": label_en,
                "order": order,
                "missing_reason": reason,
            }
            for order, (code, label_sv, label_en, reason) in enumerate(entries, start=1)
        ]
    write_csv(folder / "codes.csv", [*rows, *further], CODE_COLUMNS)


def write_settings(
    folder: Path, survey: dict[str, str], columns: dict[str, str], design: dict[str, str]
) -> None:
    """survey.toml, with the belonging scale that both surveys ask."""
    lines = ["[survey]", *_pairs(survey), "", "[columns]", *_pairs(columns)]
    if design:
        lines += ["", "[design]", *_pairs(design)]
    items = ", ".join(f'"{item}"' for item in ITEMS)
    lines += [
        "",
        "[scale.belonging]",
        f"variables = [{items}]",
        'score = "mean"',
        "minimum_answered = 4",
        "range = [1, 5]",
        'name_sv = "Tillhörighet"',
        'name_en = "Belonging"',
    ]
    write_text(folder / "survey.toml", "\n".join(lines) + "\n")


def _pairs(table: dict[str, str]) -> list[str]:
    return [f'{key} = "{value}"' for key, value in table.items()]


def write_disposition(folder: Path, rows: Sequence[dict[str, object]]) -> None:
    """disposition.csv of one survey."""
    write_csv(folder / "disposition.csv", rows, DISPOSITION_COLUMNS)


def city_codes(cities: Sequence[City]) -> list[dict[str, object]]:
    """The code list of the column that names the city."""
    return [
        {"codes": "ort", "code": city.slug, "label_sv": city.name, "label_en": city.name,
         "order": order}
        for order, city in enumerate(cities, start=1)
    ]  # fmt: skip
