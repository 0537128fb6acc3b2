"""Answers by background: how groups of a city fare, as domains of the whole sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from labtools.evidence.questionnaires.survey import Survey
from labtools.frames import as_estimates, check_columns
from labtools.surveys.estimates import estimate_means, estimate_shares
from labtools.surveys.families import adjust_holm
from labtools.surveys.independence import compare_answers
from labtools.words import Language, text_in

BY = ("background", "answer")


def list_backgrounds(survey: Survey, variables: str) -> list[str]:
    """Which of the variables in a `;`-separated list the survey's answers have, in its order."""
    named = (name.strip() for name in variables.split(";"))
    return [name for name in dict.fromkeys(named) if name in survey.answers]


def estimate_by_background(
    scores: pd.DataFrame,
    column: str,
    survey: Survey,
    *,
    backgrounds: Sequence[str],
    min_people: int,
    language: Language,
) -> pd.DataFrame:
    """Mean of a measured column for each answer to questions of background, in each city.

    scores: one row per person, of the whole sample, with `city`; backgrounds: variables of the
    survey. Returns one row per variable, city and answer given there, in the codes' order:
    `background` (the question), `answer` (its label), `estimate, low, high, n, unit`, `city`,
    `variable`, `code`, `whole` (whose people the groups divide). A group of fewer than
    `min_people` people keeps its n, without an estimate: their mean would be close to what one of
    them answered. Who left the question out is in none of its groups, but counted in a row
    without an answer (""), so that the rows of each city and variable hold everybody with a score.
    """
    check_columns(scores, "city", column, *backgrounds)
    everybody = scores.dropna(subset=column).groupby("city", sort=False).size()
    tables = []
    for variable in backgrounds:
        question, labels = _word(survey, variable, language)
        means = estimate_means(
            scores,
            column,
            by=["city", variable],
            sampling=survey.settings["sampling"],  # type: ignore[arg-type]
            design=survey.design,
        )
        named = means.assign(code=means[variable].map(_write))
        named = named[named["code"].isin(labels)]
        few = named["n"] < min_people
        hidden = {name: named[name].mask(few) for name in ("estimate", "low", "high")}
        named = named.assign(**hidden, answer=named["code"].map(labels))
        named = named.sort_values("code", key=lambda code: code.map([*labels].index), kind="stable")
        others = everybody - named.groupby("city")["n"].sum().reindex(everybody.index).fillna(0)
        others = others.rename("n").reset_index().assign(answer="", code="none", unit="points")
        both = pd.concat([named, others]).assign(background=question, variable=variable)
        tables.append(both.assign(whole=variable + ", " + both["city"]))
    columns = [*BY, "estimate", "low", "high", "n", "unit", "city", "variable", "code", "whole"]
    if not tables:
        return pd.DataFrame(columns=columns)
    return as_estimates(pd.concat(tables)[columns], by=list(BY))


def estimate_above(
    answers: pd.DataFrame,
    survey: Survey,
    questions: pd.DataFrame,
    levels: pd.DataFrame,
    *,
    cities: Sequence[str],
) -> pd.DataFrame:
    """Share of each city's people who answered a question above its middle.

    answers: one row per person, of the whole sample, with `city`; questions: one row per
    question with `variable, question, above, answers_above`, as `families.list_ordered` gives
    them; levels: one row per `city` with `n`, the people whom the page tells of besides. Returns
    one row per question and city: `question, answers_above, estimate, low, high` (0–1), `n`,
    `unit`, `city`, `variable`; NaN where nobody in the city answered it. Of these people `upper`
    gave such an answer, `lower` another, and by `apart` their number differs from that of
    `levels`.
    """
    check_columns(questions, "variable", "question", "above", "answers_above")
    everybody = levels.set_index("city")["n"]
    rows = []
    for row in questions.to_dict("records"):
        given = answers[row["variable"]]
        above = (given >= row["above"]).astype(float).where(given.notna())
        shares = estimate_shares(
            answers.assign(above=above),
            "above",
            by=["city"],
            sampling=survey.settings["sampling"],  # type: ignore[arg-type]
            design=survey.design,
        )
        for city in cities:
            in_city = shares[shares["city"] == city]
            n = int(in_city["n"].max()) if len(in_city) else 0
            none = {"estimate": 0.0 if n else np.nan, "low": np.nan, "high": np.nan, "n": n}
            found = in_city[in_city["code"] == 1].to_dict("records") or [none]
            told = {name: found[0][name] for name in ("estimate", "low", "high", "n")}
            asked = {name: row[name] for name in ("question", "answers_above", "variable")}
            upper = int((above[answers["city"] == city] == 1).sum())
            people = {"upper": upper, "lower": n - upper, "apart": abs(everybody.get(city, 0) - n)}
            rows.append({**asked, **told, "city": city, **people})
    columns = ["question", "answers_above", "estimate", "low", "high", "n", "city", "variable"]
    table = pd.DataFrame(rows, columns=[*columns, "upper", "lower", "apart"]).assign(unit="share")
    return as_estimates(table, by=["question", "answers_above"])


def compare_backgrounds(
    answers: pd.DataFrame,
    survey: Survey,
    questions: pd.DataFrame,
    *,
    city: str,
    backgrounds: Sequence[str],
    language: Language,
) -> pd.DataFrame:
    """Whether the answers to each question go with each background, in one city.

    Returns one row per question and background: `question, background`, `statistic` (F of Rao &
    Scott's test), `p`, `p_adjusted` (Holm, over all rows of the table), `n`; those with the
    smallest p first. The rest of the sample stays in the design. NaN without a random sample.
    """
    rows = []
    here = answers["city"] == city
    for variable, question in questions[["variable", "question"]].to_numpy().tolist():
        for background in backgrounds:
            found = compare_answers(
                answers.assign(**{variable: answers[variable].where(here)}),
                variable,
                background,
                sampling=survey.settings["sampling"],  # type: ignore[arg-type]
                design=survey.design,
            ).iloc[0]
            asked = {"question": question, "background": _word(survey, background, language)[0]}
            rows.append(asked | {name: found[name] for name in ("statistic", "p", "n")})
    tests = pd.DataFrame(rows, columns=["question", "background", "statistic", "p", "n"])
    return adjust_holm(tests).sort_values("p", kind="stable", ignore_index=True)


def _word(survey: Survey, variable: str, language: Language) -> tuple[str, dict[str, str]]:
    """A variable's question, and the label of each code that is no missing answer."""
    asked = survey.dictionary[survey.dictionary["variable"] == variable].iloc[[0]]
    question = text_in(asked, "question", language).iloc[0] or variable
    scheme = asked["codes"].iloc[0] or variable
    codes = survey.codes[(survey.codes["codes"] == scheme) & (survey.codes["missing_reason"] == "")]
    labels = text_in(codes, "label", language)
    labels = labels.where(labels != "", codes["code"])
    if len(codes):
        return question, dict(zip(codes["code"], labels, strict=True))
    given = sorted(survey.answers[variable].dropna().map(_write).unique())
    return question, {code: code for code in given if code}


def _write(code: object) -> str:
    """A code as codes.csv writes it: whole numbers without a point."""
    return f"{code:g}" if isinstance(code, float) and code == code else str(code)
