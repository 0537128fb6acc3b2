"""Answers to a scale's questions → how far they measure one thing together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from labtools.evidence.questionnaires.survey import Scale, Survey
from labtools.frames import as_estimates, check_columns, join_one
from labtools.privacy.readers import Readers
from labtools.surveys.items import list_questions
from labtools.surveys.one_factor import omega_of
from labtools.surveys.polychoric import correlate_latent
from labtools.words import Language

Floats = NDArray[np.float64]

_LEAST_RESAMPLES = 0.9  # that must have an omega, or it gets no interval


def estimate_alpha(
    answers: pd.DataFrame, variables: Sequence[str], *, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Cronbach's alpha of a scale's questions, per group.

    answers: one row per person (and wave), questions as numbers, reversed ones turned
    (`scales.turn_reversed`). Returns one row per group: `estimate, low, high, n, unit`. Higher:
    people who answer one question high answer the others high too; at .8 a fifth of the spread
    of the scores is chance. Below 0: a question runs against the others. It is no proof that
    the questions measure one thing, only how consistently they measure what they do.

    n: people who answered every question; others are left out. Design weights and clusters are
    ignored, so in a clustered sample the interval is somewhat narrow. NaN for one question, for
    fewer than two people and where all scores are alike. Interval: Feldt 1965, Psychometrika 30:
    357; Feldt, Woodruff & Salih 1987, Applied Psychological Measurement 11: 95, formulas 6-7. It
    assumes that the questions measure alike and tells how far chance alone could move alpha.

    >>> table = pd.DataFrame({"x": [1, 2, 3, 4], "y": [2, 2, 3, 5], "wave": "before"})
    >>> estimate_alpha(table, ["x", "y"], by=["wave"])["estimate"].round(3).tolist()
    [0.952]
    """
    rows = []
    for group, people in _complete(answers, variables, by):
        n, k = people.shape
        alpha = _alpha(_covariance(people))
        tails = np.array([1 + level, 1 - level]) / 2
        low, high = (1 - (1 - alpha) * _f_quantile(n - 1, (n - 1) * (k - 1), tails)).tolist()
        rows.append({**group, "estimate": alpha, "low": low, "high": high, "n": n})
    return _as_reliabilities(rows, by)


def estimate_omega(
    answers: pd.DataFrame,
    variables: Sequence[str],
    *,
    by: Sequence[str],
    rng: np.random.Generator,
    resamples: int = 500,
    level: float = 0.95,
) -> pd.DataFrame:
    """McDonald's omega total of a scale's questions, per group.

    answers, n, what is ignored: as in `estimate_alpha`. Higher: more of the spread of the scores
    comes from what the questions share; unlike alpha, omega lets some questions measure it
    better than others. One factor is fitted by maximum likelihood on the correlations and
    brought back to points, so that omega is that of the mean of the answers as they stand.

    NaN for fewer than three questions (one factor is then not determined), where a question was
    answered alike by all, for no more people than questions, and where no fit is found. Interval:
    percentiles of a bootstrap of people; NaN where more than one resample in ten has no omega.
    McDonald 1999, Test Theory, chapter 6; the interval: Kelley & Pornprasertmanit 2016,
    Psychological Methods 21: 69; the fit: `one_factor.fit_one_factor`.
    """
    rows = []
    for group, people in _complete(answers, variables, by):
        n, k = people.shape
        omega, low, high = np.nan, np.nan, np.nan
        if k > 2 and n > k:
            omega = float(omega_of(_covariance(people)[None])[0])
        if np.isfinite(omega):
            drawn = (people[rng.integers(n, size=n)] for _ in range(resamples))
            again = np.stack([_covariance(resample) for resample in drawn])
            omegas = omega_of(again)
            found = omegas[np.isfinite(omegas)]
            if len(found) >= _LEAST_RESAMPLES * resamples:
                low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2]).tolist()
                low, high = min(low, omega), max(high, omega)
        rows.append({**group, "estimate": omega, "low": low, "high": high, "n": n})
    return _as_reliabilities(rows, by)


def estimate_ordinal_alpha(
    answers: pd.DataFrame, variables: Sequence[str], *, by: Sequence[str]
) -> pd.DataFrame:
    """Alpha from polychoric correlations, per group: of what lies behind the steps of answers.

    answers, n, what is ignored: as in `estimate_alpha`. Higher than alpha where the few steps of
    the answers, or answers heaped at one end, hide some of the agreement. It is the reliability
    that finer answers would have, not that of the scores as they are (Chalmers 2018,
    Educational and Psychological Measurement 78: 1056): show it beside alpha, never instead. No
    interval. NaN as for alpha. Zumbo, Gadermann & Zeisser 2007, Journal of Modern Applied
    Statistical Methods 6: 21; correlations as in `polychoric.correlate_latent`.
    """
    rows = []
    for group, people in _complete(answers, variables, by):
        alpha = _alpha(correlate_latent(people)) if len(people) > 1 else np.nan
        rows.append({**group, "estimate": alpha, "low": np.nan, "high": np.nan, "n": len(people)})
    return _as_reliabilities(rows, by)


def describe_items(
    answers: pd.DataFrame, variables: Sequence[str], *, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """How each question fits with the others of its scale, per group.

    answers: as in `estimate_alpha`. Returns one row per group and variable: `estimate`, the
    correlation with the mean of the other questions (below 0: it runs against them, most often
    since it should have been reversed), `low, high` (Fisher's z), `n` people who answered every
    question, `unit`; then `answered` and `missing` (people), `mean` (points, of those who
    answered it) and `alpha_if_dropped`, alpha of the others. NaN with one question, fewer than
    two people, or answers that are all alike. Weights and clusters are ignored. Fisher 1921,
    Metron 1: 3.
    """
    rows = []
    for group, own in _groups(answers, variables, by):
        complete = own.dropna().to_numpy(dtype=float)
        covariance, n = _covariance(complete), len(complete)
        z = special.ndtri((1 + level) / 2) / np.sqrt(n - 3) if n > 3 else np.nan
        for at, variable in enumerate(variables):
            rest = np.delete(np.arange(len(variables)), at)
            fit = _correlate_with_rest(covariance, at, rest)
            turned = np.arctanh(fit) if abs(fit) < 1 else np.nan
            answered = int(own[variable].notna().sum())
            row = {"variable": variable, "estimate": fit, "n": n, "unit": "correlation",
                   "low": np.tanh(turned - z), "high": np.tanh(turned + z),
                   "answered": answered, "missing": len(own) - answered,
                   "mean": own[variable].mean(),
                   "alpha_if_dropped": _alpha(covariance[np.ix_(rest, rest)])}  # fmt: skip
            rows.append({**group, **row})
    columns = [*by, "variable", "estimate", "low", "high", "n", "unit", "answered", "missing",
               "mean", "alpha_if_dropped"]  # fmt: skip
    return as_estimates(pd.DataFrame(rows, columns=columns), by=[*by, "variable"])


def find_contrary(described: pd.DataFrame) -> pd.DataFrame:
    """Questions whose answers run against the others': those with a correlation below 0.

    described: as `describe_items` gives it; the same columns come back. Where alpha is negative
    there is always such a question.
    """
    check_columns(described, "variable", "estimate")
    return described[described["estimate"] < 0].reset_index(drop=True)


def reliability_limits(reliabilities: pd.DataFrame) -> tuple[float, float]:
    """Limits of a figure that hold every estimate and interval: from 0, or from below it, to 1."""
    check_columns(reliabilities, "estimate", "low")
    lowest = reliabilities[["estimate", "low"]].min().min()
    return (float(min(0.0, np.floor(5 * lowest) / 5)) if np.isfinite(lowest) else 0.0, 1.0)


def hide_few(
    reliabilities: pd.DataFrame, answers: pd.DataFrame, readers: Readers, *, table: str
) -> pd.DataFrame:
    """Reliabilities without those of a few people, or where a few left a question out.

    reliabilities: one row per `city` and `wave`, of the whole lab; answers: what they were
    estimated from. Hidden by `readers` over the table of those who answered every question and
    those who did not.
    """
    where = ["city", "wave"]
    people = answers.groupby(where, sort=False).size().rename("people").reset_index()
    beside = join_one(reliabilities, people, on=where)
    beside = beside.assign(incomplete=beside["people"] - beside["n"])
    hidden = ("estimate", "low", "high", "n")
    shown = readers.hide_parts(beside, "n", "incomplete", row=where, table=table, also=hidden)
    return shown[[*reliabilities, "too_few"]]


def stack(tables: Mapping[str, pd.DataFrame], *, column: str) -> pd.DataFrame:
    """Tables under each other, with a further column that holds the key of each.

    >>> two = {"alpha": pd.DataFrame({"n": [3]}), "omega": pd.DataFrame({"n": [4]})}
    >>> stack(two, column="measure").to_numpy().tolist()
    [[3, 'alpha'], [4, 'omega']]
    """
    named = [table.assign(**{column: key}) for key, table in tables.items()]
    return pd.concat(named, ignore_index=True)


def name_questions(
    table: pd.DataFrame, survey: Survey, scale: Scale, *, language: Language
) -> pd.DataFrame:
    """The same rows with `question`: what each `variable` of the scale asks, in words."""
    check_columns(table, "variable")
    texts = list_questions(survey, scale, language=language).set_index("variable")["question"]
    return table.assign(question=table["variable"].map(texts).astype("str"))


def list_items(named: pd.DataFrame) -> pd.DataFrame:
    """The table of `describe_items`, its questions named, as it is read."""
    check_columns(named, "question", "wave")
    order = ["question", "wave", "answered", "missing", "mean", "n", "item_rest"]
    return named.rename(columns={"estimate": "item_rest"})[[*order, "alpha_if_dropped"]]


def _complete(
    answers: pd.DataFrame, variables: Sequence[str], by: Sequence[str]
) -> Iterator[tuple[dict[str, Any], Floats]]:
    """Each group, and the answers of its people who answered every question."""
    for group, members in _groups(answers, variables, by):
        yield group, members.dropna().to_numpy(dtype=float)


def _groups(
    answers: pd.DataFrame, variables: Sequence[str], by: Sequence[str]
) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    check_columns(answers, *variables, *by)
    for key, members in answers.groupby(list(by), sort=False, observed=True):
        yield dict(zip(by, key, strict=True)), members[list(variables)]


def _as_reliabilities(rows: list[dict[str, Any]], by: Sequence[str]) -> pd.DataFrame:
    columns = [*by, "estimate", "low", "high", "n"]
    return as_estimates(pd.DataFrame(rows, columns=columns).assign(unit="reliability"), by=by)


def _covariance(people: Floats) -> Floats:
    n, k = people.shape
    if n < 2:
        return np.full((k, k), np.nan)
    centred = people - people.mean(axis=0)
    covariance: Floats = centred.T @ centred / (n - 1)
    return covariance


def _alpha(covariance: Floats) -> float:
    k, total = len(covariance), covariance.sum()
    if k < 2 or not total > 1e-12:
        return np.nan
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def _f_quantile(df_people: int, df_rest: int, tails: Floats) -> Floats:
    degrees = (df_people if df_people > 0 else np.nan, df_rest if df_rest > 0 else np.nan)
    return np.asarray(special.fdtri(*degrees, tails), dtype=float)


def _correlate_with_rest(covariance: Floats, at: int, rest: NDArray[np.intp]) -> float:
    with_rest = covariance[at, rest].sum()
    spread = covariance[at, at] * covariance[np.ix_(rest, rest)].sum()
    return float(with_rest / np.sqrt(spread)) if spread > 1e-12 else np.nan
