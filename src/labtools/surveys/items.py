"""Answers → what each question of a scale was answered, and what was not answered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labtools.evidence.questionnaires.survey import Scale, Survey
from labtools.frames import check_columns
from labtools.privacy.readers import Readers
from labtools.surveys.scales import answers_of
from labtools.words import Language, label, text_in

REASONS = ("dont_know", "refused", "blank", "not_applicable", "not_asked", "system")


def describe(survey: Survey, city: str, *, language: Language) -> pd.DataFrame:
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
            "survey": survey_name(survey, language),
            "population": settings.get("population", ""),
            "sampling": settings["sampling"],
            "wave": counted.index.astype("str"),
            "n": counted.to_numpy(),
            "sampled": sampled.reindex(counted.index).to_numpy(dtype=float),
        }
    )


def survey_name(survey: Survey, language: Language) -> str:
    """What a survey is called; its folder's name where survey.toml says nothing."""
    return text_in(pd.DataFrame([survey.settings]), "name", language).iloc[0] or survey.name


def list_questions(survey: Survey, scale: Scale, *, language: Language) -> pd.DataFrame:
    """The scale's questions as they were asked: `variable, question, reverse` (yes or no).

    A reversed question says so after its wording.
    """
    asked = survey.dictionary.drop_duplicates("variable").set_index("variable")
    asked = asked.reindex(list(scale.variables)).rename_axis("variable").reset_index()
    question = text_in(asked, "question", language)
    mark = f" ({label('column.reverse', language).lower()})"
    turned = asked["reverse"].map({"yes": mark}).fillna("")
    return pd.DataFrame(
        {
            "variable": asked["variable"].astype("str"),
            "question": question.where(question != "", asked["variable"].astype("str")) + turned,
            "reverse": asked["reverse"].where(asked["reverse"] == "yes", "no"),
        }
    )


def count_answers(
    answers: pd.DataFrame, survey: Survey, scale: Scale, *, language: Language
) -> pd.DataFrame:
    """How many people gave each answer to each question of a scale, in each wave.

    answers: one row per person and wave. Returns one row per variable, wave and code, in the
    codes' order: `variable, question, wave, code, answer` (its label, or the code), `n` (people),
    `share` (0–1 of those who answered, weighted where the survey's design names a weight; NaN if
    none did) and `answered` (how many that is).
    """
    check_columns(answers, "wave", *scale.variables)
    weight = survey.design.get("weight")
    weights = answers[weight] if weight else pd.Series(1.0, index=answers.index)
    questions = list_questions(survey, scale, language=language)
    lists = survey.dictionary.drop_duplicates("variable").set_index("variable")["codes"]
    labels = text_in(survey.codes, "label", language)
    codes = survey.codes.assign(answer=labels.where(labels != "", survey.codes["code"]))
    codes = codes[codes["missing_reason"] == ""].sort_values("order")
    rows = []
    for variable, question in questions[["variable", "question"]].to_numpy().tolist():
        scheme = codes[codes["codes"] == (lists[variable] or variable)]
        for wave, given in answers.groupby("wave", sort=False)[variable]:
            numbers = given.astype(float)
            answered = int(numbers.notna().sum())
            weight_of_all = weights[numbers.dropna().index].sum()
            for code, answer in scheme[["code", "answer"]].to_numpy().tolist():
                gave = numbers[numbers == float(code)].index
                share = weights[gave].sum() / weight_of_all if answered else np.nan
                rows.append((variable, question, wave, code, answer, len(gave), share, answered))
    columns = ["variable", "question", "wave", "code", "answer", "n", "share", "answered"]
    return pd.DataFrame(rows, columns=columns)


def hide_answers(
    answers: pd.DataFrame,
    survey: Survey,
    scale: Scale,
    levels: pd.DataFrame,
    readers: Readers,
    *,
    city: str,
    table: str,
    language: Language,
) -> pd.DataFrame:
    """The counts of `count_answers` in one city, without the questions that tell of a few.

    answers: of the whole lab; levels: one row per `city` with `n`, the people whom the page tells
    of besides. A question of which fewer people than `readers` allow gave an answer, or gave
    none, is left out in that wave with all its shares, which add up to one.
    """
    check_columns(levels, "city", "n")
    in_city = {one: answers[answers["city"] == one] for one in [*dict.fromkeys(answers["city"])]}
    here = in_city.get(city, answers.head(0))
    given = count_answers(here, survey, scale, language=language)
    if not readers.are_partners or given.empty:
        return given
    counts = [
        count_answers(rows, survey, scale, language=language).assign(city=one)
        for one, rows in in_city.items()
    ]
    told = pd.concat(counts, ignore_index=True)
    silent = told.drop_duplicates(["variable", "city", "wave"]).assign(code="none")
    silent["n"] = (silent["city"].map(levels.set_index("city")["n"]) - silent["answered"]).abs()
    parts = pd.concat([told, silent], ignore_index=True)
    few = pd.concat(
        readers.hide_counts(
            rows, row=["city", "wave"], column="code", table=f"{table} · {variable}"
        )
        for variable, rows in parts.groupby("variable", sort=False)
    )
    hidden = few[few["too_few"] & (few["city"] == city)][["variable", "wave"]].drop_duplicates()
    beside = given.merge(hidden.assign(hidden=True), on=["variable", "wave"], how="left")
    return given[beside["hidden"].isna().to_numpy()]


def spread_answers(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts of `count_answers` with a column per answer: `question, wave, …, answered`.

    Answers that share a label keep a column each, headed by label and code.
    """
    if counts.empty:
        return pd.DataFrame(columns=["question", "wave", "answered"])
    index = ["variable", "question", "wave", "answered"]
    table = counts.pivot_table(index=index, columns="code", values="n", sort=False)
    answers = counts.drop_duplicates("code").set_index("code")["answer"]
    shared = answers.duplicated(keep=False)
    headings = answers.where(~shared, answers + " (" + answers.index + ")").map(_capital)
    table = table[list(headings.index)].astype("int64").set_axis(list(headings), axis="columns")
    return table.reset_index()[["question", "wave", *headings, "answered"]]


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
    counts = missing.pivot_table(
        index=["variable", "wave"], columns="reason", values="row", aggfunc="count", fill_value=0
    )
    asked = [(variable, wave) for variable in scale.variables for wave in _waves(answers)]
    in_order = [pair for pair in asked if pair in counts.index]
    occurring = [reason for reason in REASONS if reason in counts.columns]
    table = counts.reindex(index=in_order, columns=occurring)
    labels = [_capital(label(f"reason.{reason}", language)) for reason in occurring]
    table = table.set_axis(labels, axis="columns").reset_index()
    texts = questions.set_index("variable")["question"]
    table.insert(0, "question", table.pop("variable").map(texts).astype("str"))
    return table


def _waves(answers: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(answers["wave"]))


def _capital(text: str) -> str:
    """With a capital first letter, as a heading has; a table reads small letters as a slug."""
    return text[:1].upper() + text[1:]
