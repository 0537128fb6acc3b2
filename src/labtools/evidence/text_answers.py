"""Free-text answers of surveys → turns, so that they can be read beside what was said."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from labtools.evidence.questionnaires.survey import Survey
from labtools.evidence.transcripts.transcript import TYPES, turn_hash

TYPE = "survey_answer"
COLUMNS = TYPES | dict.fromkeys(
    ["person_id", "speaker", "quote", "person_role", "city", "type", "date", "language"], "str"
)
"""Of the turns of a lab, in their order, with their types."""


def read_text_answers(surveys: Sequence[Survey]) -> pd.DataFrame:
    """Every free-text answer as a turn, with the columns of `Lab.read_turns`.

    One source per row of a survey's answers, that is per person and wave: `source_id` is the
    survey's name and the number of that row, from 1, as `participants-17`. It holds one turn
    for each answered variable of type text, in the dictionary's order; `label` is the variable.
    Line breaks are spaces; a blank answer gives no turn. `person_id`, `city` and `date` are ""
    where the survey does not tell them, `language` and `person_role` always.

    Consent is the caller's to apply: `quote` is "no" throughout. Who answered without an id is
    counted and never quoted; of the others `turns.keep_consented` leaves out who takes no part,
    and sets `quote` to yes for those alone whose row in consent.csv says so.
    """
    parts = [_turns_of(survey) for survey in surveys]
    empty = pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in COLUMNS.items()})
    return pd.concat([empty, *parts], ignore_index=True) if parts else empty


def list_variables(survey: Survey) -> list[str]:
    """The variables of a survey in which people wrote freely, in the dictionary's order."""
    parts = set(survey.columns.values()) | set(survey.design.values())
    asked = survey.dictionary.loc[survey.dictionary["type"] == "text", "variable"]
    return [one for one in dict.fromkeys(asked) if one not in parts]


def _turns_of(survey: Survey) -> pd.DataFrame:
    answers = survey.answers
    variables = [one for one in list_variables(survey) if one in answers]
    rows = pd.DataFrame(
        {
            "source_id": [f"{survey.name}-{number}" for number in answers.index + 1],
            "person_id": _part(survey, "person_id"),
            "city": _part(survey, "city"),
            "date": _part(survey, "date"),
        }
    )
    long = pd.concat(
        [rows.assign(label=one, text=answers[one].to_numpy()) for one in variables] or [rows[:0]]
    ).reindex(columns=[*rows, "label", "text"])
    text = long["text"].fillna("").astype("str").str.split().str.join(" ")
    said = long.assign(text=text)[text != ""].sort_index(kind="stable")
    said = said.assign(
        turn=said.groupby("source_id", sort=False).cumcount() + 1,
        start_seconds=float("nan"),
        end_seconds=float("nan"),
        turn_hash=said["text"].map(turn_hash),
        flags="",
        flag_places="",
        speaker="respondent",
        quote="no",
        person_role="",
        type=TYPE,
        language="",
    )
    return said[list(COLUMNS)].astype(COLUMNS)


def _part(survey: Survey, part: str) -> list[str]:
    """What each row says of a part of [columns], a date as 2018-05-14; "" where nothing."""
    if part not in survey.columns:
        return [""] * len(survey.answers)
    cells = survey.answers[part]
    if cells.dtype.kind == "M":
        cells = cells.dt.strftime("%Y-%m-%d")
    return list(cells.fillna("").astype("str"))
