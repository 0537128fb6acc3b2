"""The questions looked at together, and p-values that allow for their number."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labtools.evidence.questionnaires.survey import Scale, Survey
from labtools.frames import check_columns
from labtools.surveys.items import list_questions
from labtools.words import Language, label, text_in


def list_ordered(survey: Survey, *, language: Language) -> pd.DataFrame:
    """The questions whose answers have an order (`type = ordinal`): a family nobody has to pick.

    Questions whose codes are no numbers are left out. Returns one row per question with at least
    two answers to choose among, in the dictionary's order: `variable`, `question` (its wording; a
    reversed one says so), `above` (the lowest code past the middle) and `answers_above` (what is
    answered from there on, in words).
    """
    asked = survey.dictionary.drop_duplicates("variable")
    numbered = survey.answers.select_dtypes("number").columns
    asked = asked[(asked["type"] == "ordinal") & asked["variable"].isin(numbered)]
    labels = text_in(survey.codes, "label", language)
    codes = survey.codes.assign(answer=labels.where(labels != "", survey.codes["code"]))
    codes = codes[codes["missing_reason"] == ""]
    rows = []
    for variable, scheme in asked[["variable", "codes"]].to_numpy().tolist():
        answers = codes[codes["codes"] == (scheme or variable)]
        answers = answers.assign(number=answers["code"].astype(float)).sort_values("number")
        upper = answers.iloc[(len(answers) + 1) // 2 :]
        if len(upper):
            rows.append((variable, upper["number"].iloc[0], ", ".join(upper["answer"])))
    table = pd.DataFrame(rows, columns=["variable", "above", "answers_above"])
    family = Scale("", tuple(table["variable"]), "mean", 1, (1.0, 5.0), "", "")
    questions = list_questions(survey, family, language=language)["question"]
    table.insert(1, "question", questions.astype("str"))
    return table


def name_steps(steps: pd.DataFrame, survey: Survey, *, language: Language) -> pd.DataFrame:
    """The same rows with `answer` instead of `step`: the label of the code, or higher.

    steps: one row per `variable` and `step` (a code), as `ordinal.compare_steps_of_change` gives
    them; a code without a label is called by its number.
    """
    check_columns(steps, "variable", "step")
    lists = survey.dictionary.drop_duplicates("variable").set_index("variable")["codes"]
    labels = text_in(survey.codes, "label", language)
    asked = {lists[variable] or variable for variable in steps["variable"]}
    codes = survey.codes.assign(label=labels)
    codes = codes[codes["codes"].isin(asked) & (labels != "") & (codes["missing_reason"] == "")]
    known = {
        (scheme, float(code)): text
        for scheme, code, text in codes[["codes", "code", "label"]].to_numpy().tolist()
    }
    answers = [
        known.get((lists[variable] or variable, step), f"{step:g}")
        for variable, step in zip(steps["variable"], steps["step"], strict=True)
    ]
    higher = label("figure.or_higher", language)
    named = steps.assign(step=[higher.format(answer) for answer in answers])
    return named.rename(columns={"step": "answer"})


def adjust_holm(tests: pd.DataFrame, column: str = "p") -> pd.DataFrame:
    """The same rows with `p_adjusted`: Holm's p over all rows, which are one declared family.

    tests: one row per test; `column` holds its p. Choose the family before looking: every row
    counts, interesting or not. An undefined p (NaN) stays so and is not counted. An adjusted p
    below .05 for any row is wrong at most once in twenty families, however the tests depend on
    each other. Raises ValueError for a p outside 0–1. Holm 1979, Scandinavian Journal of
    Statistics 6: 65; R's `p.adjust`.

    >>> adjust_holm(pd.DataFrame({"p": [0.01, 0.04, 0.03]}))["p_adjusted"].tolist()
    [0.03, 0.06, 0.06]
    """
    check_columns(tests, column)
    p = tests[column].to_numpy(dtype=float)
    if ((p < 0) | (p > 1)).any():
        raise ValueError(f"a p must lie between 0 and 1; found {p.tolist()}")
    defined = np.flatnonzero(~np.isnan(p))
    in_order = defined[np.argsort(p[defined], kind="stable")]
    times = np.arange(len(in_order), 0, -1)
    adjusted = np.full(len(p), np.nan)
    adjusted[in_order] = np.minimum(np.maximum.accumulate(times * p[in_order]), 1)
    return tests.assign(p_adjusted=adjusted)
