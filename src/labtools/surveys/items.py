"""Answers → what each question of a scale was answered, and what was not answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from labtools.evidence.questionnaires import Scale, Survey
from labtools.frames import check_columns
from labtools.surveys.scales import answers_of
from labtools.words import Language, label

REASONS = ("dont_know", "refused", "blank", "not_applicable", "not_asked", "system")


def describe(survey: Survey, city: str, *, language: str) -> pd.DataFrame:
    """One row per wave of a city: who was asked, how, and how many answered.

    Columns: `survey` and `population` in words, `sampling`, `wave`, `n` people who answered,
    `sampled` (NaN where disposition.csv has no row). No row where nobody in the city answered.
    """
    answers = answers_of(survey)
    counted = answers[answers["city"] == city].groupby("wave", sort=False).size()
    sampled = survey.disposition[survey.disposition["city"] == city]
    sampled = sampled.groupby("wave")["sampled"].sum(min_count=1)
    settings = survey.settings
    return pd.DataFrame(
        {
            "survey": settings.get(f"name_{language}") or settings.get("name_sv", survey.name),
            "population": settings.get("population", ""),
            "sampling": settings["sampling"],
            "wave": counted.index.astype("str"),
            "n": counted.to_numpy(),
            "sampled": sampled.reindex(counted.index).to_numpy(dtype=float),
        }
    )


def list_questions(survey: Survey, scale: Scale, *, language: str) -> pd.DataFrame:
    """The scale's questions as they were asked: `variable, question, reverse` (yes or no)."""
    asked = survey.dictionary.drop_duplicates("variable").set_index("variable")
    asked = asked.reindex(list(scale.variables))
    return pd.DataFrame(
        {
            "variable": pd.Series(list(scale.variables), dtype="str"),
            "question": [_question(row, language) for row in asked.to_dict("records")],
            "reverse": asked["reverse"].where(asked["reverse"] == "yes", "no").to_numpy(),
        }
    )


def count_answers(
    answers: pd.DataFrame, survey: Survey, scale: Scale, *, language: str
) -> pd.DataFrame:
    """How many people gave each answer to each question of a scale, in each wave.

    answers: one row per person and wave. Returns one row per variable, wave and answer, in the
    codes' order: `variable, question, wave, answer` (its label), `n` (people), `share` (0–1 of
    those who answered; NaN if none did) and `answered` (how many that is).
    """
    check_columns(answers, "wave", *scale.variables)
    questions = list_questions(survey, scale, language=language)
    codes = survey.dictionary.drop_duplicates("variable").set_index("variable")["codes"]
    rows = []
    for variable, question in questions[["variable", "question"]].to_numpy().tolist():
        scheme = survey.codes[survey.codes["codes"] == (codes[variable] or variable)]
        scheme = scheme[scheme["missing_reason"] == ""].sort_values("order")
        for wave, given in answers.groupby("wave", sort=False)[variable]:
            numbers = given.astype(float).value_counts()
            answered = int(given.notna().sum())
            for code in scheme.to_dict("records"):
                n = int(numbers.get(float(code["code"]), 0))
                answer = code[f"label_{language}"] or code["label_sv"]
                share = n / answered if answered else float("nan")
                rows.append((variable, question, wave, answer, n, share, answered))
    columns = ["variable", "question", "wave", "answer", "n", "share", "answered"]
    return pd.DataFrame(rows, columns=columns)


def spread_answers(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts of `count_answers` with a column per answer: `question, wave, …, answered`."""
    if counts.empty:
        return pd.DataFrame(columns=["question", "wave", "answered"])
    order = list(dict.fromkeys(counts["answer"]))
    table = counts.pivot_table(
        index=["question", "wave", "answered"], columns="answer", values="n", sort=False
    )
    table = table[order].astype("int64").reset_index().rename_axis(columns=None)
    return table[["question", "wave", *order, "answered"]]


def count_missing(survey: Survey, scale: Scale, city: str, *, language: Language) -> pd.DataFrame:
    """Answers to a scale's questions that are missing, by reason, in one city.

    Returns one row per question and wave with any: `question, wave`, and a column per reason
    that occurs, headed by its label, in the order of REASONS (people).
    """
    answers = answers_of(survey)[["city", "wave"]]
    missing = survey.missing[survey.missing["variable"].isin(scale.variables)]
    missing = missing.join(answers, on="row")
    missing = missing[missing["city"] == city]
    questions = list_questions(survey, scale, language=language)
    missing = missing.merge(questions[["variable", "question"]], on="variable", validate="m:1")
    counts = missing.pivot_table(
        index=["question", "wave"], columns="reason", values="row", aggfunc="count", fill_value=0
    )
    asked = [(question, wave) for question in questions["question"] for wave in _waves(answers)]
    in_order = [pair for pair in asked if pair in counts.index]
    occurring = [reason for reason in REASONS if reason in counts.columns]
    table = counts.reindex(index=in_order, columns=occurring)
    labels = [label(f"reason.{reason}", language) for reason in occurring]
    return table.set_axis(labels, axis="columns").reset_index()


def _waves(answers: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(answers["wave"]))


def _question(row: Mapping[str, Any], language: str) -> str:
    return str(row[f"question_{language}"] or row["question_sv"])
