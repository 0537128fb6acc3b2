"""Questions by themselves, in a scale or beside it: how each was answered, before any mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from labtools import figures
from labtools.evidence.questionnaires.survey import Scale, Survey
from labtools.frames import check_columns
from labtools.surveys import items, likert
from labtools.words import Language


def pick_questions(survey: Survey, variables: str) -> Scale:
    """The questions of a `;`-separated list that the survey asks with ordered answers.

    A Scale only so that `items` and `likert` can tell of its questions. What the survey does not
    ask so is left out (`list_unasked`).
    """
    asked = [name for name in _split(variables) if _is_ordered(survey, name)]
    return Scale("", tuple(asked), "mean", 1, (-np.inf, np.inf), "", "")


def list_unasked(survey: Survey, variables: str) -> pd.DataFrame:
    """One row per `variable` of a `;`-separated list that the survey does not ask so."""
    unasked = [name for name in _split(variables) if not _is_ordered(survey, name)]
    return pd.DataFrame({"variable": pd.Series(unasked, dtype="str")})


def show_answers(
    answers: pd.DataFrame,
    survey: Survey,
    questions: Scale,
    *,
    language: Language,
    names: Mapping[str, str],
) -> None:
    """How the answers to each question divide, n, and don't know: a figure per list of answers.

    answers: rows of `survey.answers` under their own index, with `wave`. Questions with the same
    answers to choose among share a figure. A question that nobody answered is left out; where
    none is left, a sentence says so.
    """
    counts = items.count_answers(answers, survey, questions, language=language)
    counts = counts[counts["answered"] > 0]
    unsure = likert.count_unsure(answers, survey, questions.variables)
    asked = survey.dictionary.drop_duplicates("variable").set_index("variable")["codes"]
    lists = counts["variable"].map(asked).where(lambda name: name != "", counts["variable"])
    for name in list(dict.fromkeys(lists)) or [""]:
        own = counts[lists == name]
        ax = figures.new_axes(rows=2 * len(own[["variable", "wave"]].drop_duplicates()))
        likert.draw_answers(
            own, title="items_share", language=language, ax=ax, names=names, unsure=unsure
        )
        figures.show(ax, language=language)


def count_waves(answers: pd.DataFrame, city: str, *, waves: Sequence[str]) -> pd.DataFrame:
    """One row: how many of the survey's `waves` nobody in the city answered (`silent`), `names`.

    waves: those that anybody answered anywhere. No row where that is none.
    """
    check_columns(answers, "city", "wave")
    if not len(waves):
        return pd.DataFrame(columns=["waves", "silent", "names"])
    here = set(answers.loc[answers["city"] == city, "wave"])
    silent = [wave for wave in waves if wave not in here]
    row = {"waves": len(waves), "silent": len(silent), "names": ", ".join(silent)}
    return pd.DataFrame([row])


def _split(variables: str) -> list[str]:
    names = (name.strip() for name in variables.split(";"))
    return list(dict.fromkeys(name for name in names if name))


def _is_ordered(survey: Survey, name: str) -> bool:
    asked = survey.dictionary[survey.dictionary["variable"] == name]
    return name in survey.answers and bool((asked["type"] == "ordinal").any())
