"""Answers → means, totals, ratios, shares and quantiles that the way of sampling allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special

from labtools.frames import as_estimates
from labtools.intervals import t_interval
from labtools.surveys.design import Floats, Sampling
from labtools.surveys.linearisation import Domains, divide, find_domains

_ALL_ALIKE = 1e-12  # a standard error below this part of the estimate is rounding


def estimate_means(
    scores: pd.DataFrame,
    column: str,
    *,
    by: Sequence[str],
    sampling: Sampling,
    design: Mapping[str, str],
    unit: str = "points",
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean of a measured column per group.

    scores: one row per person; design: as in survey.toml (`design.declare_design`). Returns one
    row per group, in the table's order: `estimate, low, high, n, unit`, then `standard_error`,
    `df` (the group's clusters less its strata), `design_effect` (how many times the variance is
    that of as many people drawn one by one) and `n_effective` (Kish, from the weights). People
    without a score leave both the mean and `n`, but stay in the design; a group of which nobody
    has one is NaN. Only a random sample gets an interval: Taylor linearisation, groups as domains
    of the whole sample, Student's t; there is none where all are alike, in one cluster of a
    stratum, or drawn for certain. Raises ValueError as `declare_design`. Särndal, Swensson &
    Wretman 1992, section 5.7; R's survey, `svyby`, and `svymean(deff = "replace")`.

    >>> people = pd.DataFrame({"city": "a", "score": [1.0, 2.0, 4.0, 4.5]})
    >>> means = estimate_means(people, "score", by=["city"], sampling="random", design={})
    >>> means[["estimate", "low", "high"]].round(3).to_numpy().tolist()
    [[2.875, 0.246, 5.504]]
    """
    domains = find_domains(scores, [column], by=by, sampling=sampling, design=design)
    values = _numbers(scores, column, domains)
    mean = domains.mean(values)
    deviation = values - mean[domains.group]
    scale = divide(np.ones(1), domains.sum(domains.weights))
    return _tabulate(
        domains, mean, deviation, deviation, scale, sampling=sampling, unit=unit, level=level
    )


def estimate_totals(
    answers: pd.DataFrame,
    column: str,
    *,
    by: Sequence[str],
    sampling: Sampling,
    design: Mapping[str, str],
    unit: str,
    level: float = 0.95,
) -> pd.DataFrame:
    """Weighted sum of a measured column per group: a number in the population, given weights.

    Rows, columns and errors as `estimate_means`. Those who did not answer add nothing: the total
    is that of people who would have answered. R's survey, `svytotal`.

    >>> people = pd.DataFrame({"city": "a", "children": [1, 2, 0, 1], "w": [10.0, 10, 20, 20]})
    >>> totals = estimate_totals(people, "children", by=["city"], sampling="census",
    ...                          design={"weight": "w"}, unit="children")
    >>> totals["estimate"].tolist()
    [50.0]
    """
    domains = find_domains(answers, [column], by=by, sampling=sampling, design=design)
    values = _numbers(answers, column, domains)
    total = np.where(domains.sum() > 0, domains.sum(domains.weights * values), np.nan)
    deviation = values - domains.mean(values)[domains.group]
    scale = np.ones(len(total))
    return _tabulate(
        domains, total, values, deviation, scale, sampling=sampling, unit=unit, level=level
    )


def estimate_ratios(
    answers: pd.DataFrame,
    numerator: str,
    denominator: str,
    *,
    by: Sequence[str],
    sampling: Sampling,
    design: Mapping[str, str],
    unit: str,
    level: float = 0.95,
) -> pd.DataFrame:
    """Weighted sum of one measured column over that of another, per group.

    Rows, columns and errors as `estimate_means`; who lacks either number leaves both sums. NaN
    where the denominator is 0. R's survey, `svyratio`.

    >>> people = pd.DataFrame({"city": "a", "rooms": [1, 2, 3], "people": [2, 2, 4]})
    >>> ratios = estimate_ratios(people, "rooms", "people", by=["city"], sampling="census",
    ...                          design={}, unit="rooms per person")
    >>> ratios["estimate"].tolist()
    [0.75]
    """
    domains = find_domains(
        answers, [numerator, denominator], by=by, sampling=sampling, design=design
    )
    above = _numbers(answers, numerator, domains)
    below = _numbers(answers, denominator, domains)
    whole = domains.sum(domains.weights * below)
    ratio = divide(domains.sum(domains.weights * above), whole)
    deviation = above - ratio[domains.group] * below
    scale = np.abs(divide(np.ones(1), whole))
    return _tabulate(
        domains, ratio, deviation, deviation, scale, sampling=sampling, unit=unit, level=level
    )


def estimate_shares(
    answers: pd.DataFrame,
    variable: str,
    *,
    by: Sequence[str],
    sampling: Sampling,
    design: Mapping[str, str],
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of people who gave each answer to a question, per group.

    answers: one row per person. Returns one row per group and `code` that anyone gave, codes in
    ascending order, with the columns of `estimate_means`; `n` is the group's people who answered.
    Only a random sample gets an interval: Korn & Graubard 1998, Survey Methodology 24: 193 (R's
    `svyciprop(method = "beta")`), which holds at least its level, also near 0 and 1. Where all
    or none gave an answer, or every cluster is alike, the variance is unknown and the effective
    sample is taken as Kish's, from the weights. Raises ValueError as `declare_design`.

    >>> people = pd.DataFrame({"city": "a", "home": [1, 2, 2, 2]})
    >>> shares = estimate_shares(people, "home", by=["city"], sampling="random", design={})
    >>> shares[["code", "estimate", "low", "high"]].round(3).to_numpy().tolist()
    [[1.0, 0.25, 0.002, 0.868], [2.0, 0.75, 0.132, 0.998]]
    """
    domains = find_domains(answers, [variable], by=by, sampling=sampling, design=design)
    given, codes = pd.factorize(answers[variable].iloc[domains.rows], sort=True)
    scale = divide(np.ones(1), domains.sum(domains.weights))
    tables = []
    for number, code in enumerate(codes):
        gave = (given == number).astype(float)
        share = domains.mean(gave)
        deviation = gave - share[domains.group]
        table = _tabulate(
            domains,
            share,
            deviation,
            deviation,
            scale,
            sampling=sampling,
            unit="share",
            level=level,
        ).assign(code=code)
        if sampling == "random":
            table["low"], table["high"] = _korn_graubard(table, level)
        tables.append(table.assign(group=range(len(table)), number=number))
    if not tables:
        empty = estimate_means(
            answers.assign(**{variable: np.nan}), variable, by=by, sampling=sampling,
            design=design, unit="share", level=level,
        )  # fmt: skip
        return as_estimates(empty.assign(code=np.nan), by=[*by, "code"])
    shares = pd.concat(tables).sort_values(["group", "number"], kind="stable")
    return as_estimates(shares.drop(columns=["group", "number"]), by=[*by, "code"])


def _numbers(answers: pd.DataFrame, column: str, domains: Domains) -> Floats:
    """What those who answered gave, as numbers."""
    return np.asarray(answers[column].to_numpy()[domains.rows], dtype=float)


def _tabulate(
    domains: Domains,
    estimate: Floats,
    linearised: Floats,
    deviation: Floats,
    scale: Floats,
    *,
    sampling: Sampling,
    unit: str,
    level: float,
) -> pd.DataFrame:
    """The estimates contract of a sum over people, given what each adds to it, times a scale.

    deviation: what each would add in a sample drawn one by one, for the design effect.
    """
    n = domains.sum()
    weights, group = domains.weights, domains.group
    whole = domains.sum(weights)
    error = degrees = effect = np.full(len(n), np.nan)
    if sampling == "random":
        degrees = domains.degrees()
        error = np.sqrt(domains.variance(weights * linearised * scale[group]))
        varies = (error > _ALL_ALIKE * np.abs(estimate)) & (degrees > 0)
        error = np.where(varies, error, np.nan)
        plain = domains.mean(deviation**2) * divide(np.ones(1), n - 1) * (scale * whole) ** 2
        effect = divide(error**2, plain)
    low, high = t_interval(estimate, error, degrees, level=level)
    table = domains.labels.assign(
        estimate=estimate,
        low=low,
        high=high,
        n=n.astype(int),
        unit=unit,
        standard_error=error,
        df=degrees,
        design_effect=effect,
        n_effective=divide(whole**2, domains.sum(weights**2)),
    )
    return as_estimates(table, by=list(domains.labels))


def _korn_graubard(shares: pd.DataFrame, level: float) -> tuple[Floats, Floats]:
    """Clopper and Pearson's interval of the effective number of people, fewer for few clusters."""
    share = shares["estimate"].to_numpy()
    error = shares["standard_error"].to_numpy()
    n, degrees = (shares[column].to_numpy(dtype=float) for column in ("n", "df"))
    tail = (1 - level) / 2
    n_effective = np.where(
        np.isnan(error), shares["n_effective"], divide(share * (1 - share), error**2)
    )
    t_people = special.stdtrit(np.where(n > 1, n - 1, np.nan), tail)
    t_clusters = special.stdtrit(np.where(degrees > 0, degrees, np.nan), tail)
    n_effective = n_effective * (t_people / t_clusters) ** 2
    gave = n_effective * share
    defined = np.where(np.isnan(gave), np.nan, 0.0)
    low = special.betaincinv(np.maximum(gave, 1e-300), n_effective - gave + 1, tail)
    high = special.betaincinv(gave + 1, np.maximum(n_effective - gave, 1e-300), 1 - tail)
    return np.where(share > 0, low, 0.0) + defined, np.where(share < 1, high, 1.0) + defined
