"""Answers → scale scores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labtools.evidence.questionnaires.survey import Scale, Survey
from labtools.frames import check_columns
from labtools.words import Language, text_in


def find_scale(survey: Survey, name: str) -> Scale:
    """The scale of that name; one without variables where the survey has no answers.

    Raises ValueError that names the survey's scales where it has none so named.
    """
    if name in survey.scales:
        return survey.scales[name]
    if survey.answers.empty:
        return Scale(name, (), "mean", 1, (1.0, 5.0), "", "")
    known = ", ".join(survey.scales) or "none"
    raise ValueError(f"survey {survey.name} has no scale {name}; choose among {known} (-p scale …)")


def answers_of(survey: Survey) -> pd.DataFrame:
    """The survey's answers with `person_id`, `city` and `wave`, whichever it has of them.

    What an anonymous survey, or one without waves, does not have is blank.
    """
    absent = {part: "" for part in ("person_id", "city", "wave") if part not in survey.answers}
    return survey.answers.assign(**absent)


def name_with_wave(scale: Scale, waves: pd.Series, *, language: Language) -> pd.Series:
    """What the scale is called, and each wave after a comma where it has a name.

    A scale without a name in survey.toml is called by its key.
    """
    named = pd.DataFrame([{"name_sv": scale.name_sv, "name_en": scale.name_en}])
    name = text_in(named, "name", language).iloc[0] or scale.name
    return (name + ", " + waves.astype("str")).str.removesuffix(", ")


def turn_reversed(answers: pd.DataFrame, scale: Scale, *, dictionary: pd.DataFrame) -> pd.DataFrame:
    """The same rows and columns, with the scale's reversed questions turned within its range.

    answers: questions as numbers, missing as NaN. A question is reversed where its dictionary
    row says `reverse` = yes. Raises ValueError for an answer outside the scale's range.
    """
    items = list(scale.variables)
    check_columns(answers, *items)
    check_columns(dictionary, "variable", "reverse")
    lowest, highest = scale.range
    values = answers[items].astype(float)
    for item in items:
        outside = values.loc[(values[item] < lowest) | (values[item] > highest), item]
        if len(outside):
            raise ValueError(
                f"scale {scale.name} must range from {lowest:g} to {highest:g}; "
                f"found {outside.iloc[0]:g} in {item}"
            )
    turned = set(dictionary.loc[dictionary["reverse"] == "yes", "variable"])
    for item in turned & set(items):
        values[item] = lowest + highest - values[item]
    return answers.assign(**{item: values[item] for item in items})


def score_scale(answers: pd.DataFrame, scale: Scale, *, dictionary: pd.DataFrame) -> pd.DataFrame:
    """A score per person and wave.

    answers: one row per person and wave, items as numbers, missing as NaN. Items whose
    dictionary row says `reverse` = yes are turned within the scale's range. Returns the rows of
    `answers` in their order with every other column kept, `answered` (items) and `score`: the
    mean, the sum or the percent of the range, NaN where fewer items than the scale's minimum
    were answered. A sum of a partly answered scale takes the person's mean for what is missing.
    Raises ValueError for an answer outside the scale's range.
    """
    items = list(scale.variables)
    lowest, highest = scale.range
    values = turn_reversed(answers, scale, dictionary=dictionary)[items]
    mean = values.mean(axis="columns")
    answered = values.notna().sum(axis="columns")
    score = {
        "mean": mean,
        "sum": mean * len(items),
        "percent": 100 * (mean - lowest) / (highest - lowest),
    }[scale.score]
    scores = answers.drop(columns=items)
    scores["answered"] = answered
    scores["score"] = score.where(answered >= scale.minimum_answered, np.nan)
    return scores.reset_index(drop=True)


def score_limits(scale: Scale) -> tuple[float, float]:
    """The lowest and highest score that the scale can have."""
    lowest, highest = scale.range
    items = len(scale.variables)
    return {
        "mean": (lowest, highest),
        "sum": (lowest * items, highest * items),
        "percent": (0.0, 100.0),
    }[scale.score]


def score_step(scale: Scale) -> float:
    """The width of a bar of scores: an eighth of the scale."""
    lowest, highest = score_limits(scale)
    return (highest - lowest) / 8


def count_tallest(scores: pd.DataFrame, scale: Scale, *, step: float) -> int:
    """The most people of any city and wave within one step of the scale.

    It is the height that the bars of every city's page must share.
    """
    check_columns(scores, "city", "wave", "score")
    answered = scores.dropna(subset="score")
    lowest, highest = score_limits(scale)
    last = round((highest - lowest) / step) - 1
    steps = ((answered["score"] - lowest) / step).astype(int).clip(upper=last)
    counts = answered.groupby(["city", "wave", steps]).size()
    return int(counts.max()) if len(counts) else 1
