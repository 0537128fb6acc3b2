"""Answers of two groups → whether the questions of a scale mean the same to both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from labtools.evidence.questionnaires.survey import Scale
from labtools.frames import as_estimates, check_columns
from labtools.surveys.families import adjust_holm


def compare_items(
    answers: pd.DataFrame,
    variables: Sequence[str],
    *,
    group: str,
    groups: Sequence[object],
    level: float = 0.95,
) -> pd.DataFrame:
    """How differently two groups answer each question, among people with the same total.

    answers: one row per person (and wave), questions as numbers, reversed ones turned; groups:
    values of the column `group` in order, of which the first and the last are compared. Returns
    one row per variable: `estimate`, the last group's mean less the first's among people whose
    answers add up alike (points; above 0: the last group answers this question higher than its
    other answers lead one to expect), `low, high`, `n` people with somebody in the other group to
    compare with, `unit`, `p`, `p_adjusted` (Holm over the scale's questions). The estimates set
    questions against each other: a change that all share shows in none of them.

    Left out: people who did not answer every question. Ignored: weights, clusters, and that some
    answered in both groups, which makes intervals wide rather than narrow. No row for fewer
    than two groups with people, or two questions; NaN where no two totals meet, or where people
    with one total all answered alike.

    Why this check: totals are compared with totals, so a true difference between the groups is
    not taken for a difference in meaning (a regression on the other questions' mean does that,
    since that mean is uncertain), and it needs far fewer people than a factor model for each
    group. Matched on the total with weights n₁n₂/n: Mantel 1963, JASA 58: 690; as a measure of
    items: Zwick, Donoghue & Grima 1993, Journal of Educational Measurement 30: 233; the
    interval's hypergeometric error: Zwick & Thayer 1996, Journal of Educational and Behavioral
    Statistics 21: 187; Holm 1979, Scandinavian Journal of Statistics 6: 65.
    """
    check_columns(answers, *variables, group)
    ends = [*groups[:1], *groups[-1:]]
    complete = answers.loc[answers[group].isin(ends), [*variables, group]].dropna()
    second = complete[group].isin(ends[1:])
    rows = []
    if len(variables) > 1 and second.any() and not second.all():
        total = complete[list(variables)].sum(axis="columns").round(6)
        z = float(special.ndtri((1 + level) / 2))
        for variable in variables:
            people = pd.DataFrame({"total": total, "second": second, "answer": complete[variable]})
            estimate, error, n = _compare_matched(people)
            p = 2 * special.ndtr(-abs(estimate) / error) if error > 0 else np.nan
            rows.append({"variable": variable, "estimate": estimate, "low": estimate - z * error,
                         "high": estimate + z * error, "n": n, "p": p})  # fmt: skip
    columns = ["variable", "estimate", "low", "high", "n", "p"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="difference in points")
    return as_estimates(adjust_holm(table), by=["variable"])


def difference_limits(scale: Scale) -> tuple[float, float]:
    """Limits of a figure of differences, alike for every city: half the scale's range each way."""
    half = (scale.range[1] - scale.range[0]) / 2
    return -half, half


def count_unlike(compared: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Per comparison how many `questions` were compared among `n` people, and `unlike` of them.

    compared: tables of `compare_items`, each with its `comparison`. Unlike is a
    question whose adjusted p is below 1 - level; NaN where no question could be told.
    """
    check_columns(compared, "comparison", "n", "p_adjusted")
    rows = []
    for comparison, items in compared.groupby("comparison", sort=False):
        told = items["p_adjusted"].notna()
        unlike = float((items["p_adjusted"] < 1 - level).sum()) if told.any() else np.nan
        rows.append((comparison, len(items), items["n"].max(), unlike))
    return pd.DataFrame(rows, columns=["comparison", "questions", "n", "unlike"])


def _compare_matched(people: pd.DataFrame) -> tuple[float, float, int]:
    """Mantel's difference in means over totals, its standard error, and the people compared."""
    strata = people.groupby("total")
    n, n_second = strata.size(), strata["second"].sum()
    n_first = n - n_second
    meet = (n_first > 0) & (n_second > 0)
    weight = (n_first * n_second / n)[meet]
    if not weight.sum():
        return np.nan, np.nan, 0
    sums = people.assign(own=people["answer"] * people["second"]).groupby("total")
    expected = n_second * strata["answer"].mean()
    observed = sums["own"].sum()
    variance = (n_first * n_second / n * strata["answer"].var(ddof=1))[meet].sum()
    if not variance > 1e-12:
        return np.nan, np.nan, int(n[meet].sum())
    difference = (observed - expected)[meet].sum() / weight.sum()
    return float(difference), float(np.sqrt(variance) / weight.sum()), int(n[meet].sum())
