"""One question with ordered answers → the odds of answering higher, group against group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from labtools.frames import as_estimates, check_columns
from labtools.intervals import t_interval
from labtools.surveys.change import MIN_PAIRS_FOR_INTERVAL
from labtools.surveys.design import Design, Floats, Sampling, declare_design
from labtools.surveys.influence import estimate_covariance

_FURTHEST = 30.0  # a log-odds that Newton's steps pass only on their way to infinity


class _Answers(NamedTuple):
    """Answers as steps 0, 1, …, groups as 0 (the reference), 1, …; weight 0 outside."""

    design: Design
    step: np.ndarray
    group: np.ndarray
    weights: Floats
    codes: list[float]
    groups: list[object]


def estimate_odds(
    answers: pd.DataFrame,
    variable: str,
    *,
    by: str,
    reference: str,
    sampling: Sampling,
    design: Mapping[str, str],
    level: float = 0.95,
) -> pd.DataFrame:
    """Odds of answering higher in each group, as a ratio to the odds in the reference group.

    answers: one row per person, `variable` as numbers. Returns one row per group but the
    reference, in the table's order: `by`, `estimate, low, high` (odds ratio; 1 is no difference,
    2 that the odds of an answer above any given step are twice as high), `n` people of both
    groups, `unit`, then `log_odds, standard_error`. Missing answers leave the estimate and `n`,
    not the design; steps that nobody chose are left out. NaN where the model has no finite
    answer: all answered alike, or all of one group at least as high as all of the other.

    Proportional-odds model by weighted maximum likelihood (McCullagh 1980, JRSS B 42: 109).
    Standard errors from the scores, summed over clusters within strata; t with clusters less
    strata (Binder 1983; R's survey, `svyolr`). Only a random sample gets an interval. Whether one
    odds ratio does for all steps: `compare_steps`. Raises ValueError where the reference is no
    group, and as `declare_design`.
    """
    laid = _lay_out(answers, variable, by, reference, design)
    count = len(laid.groups) - 1
    log_odds, influence = _fit(laid)
    inside = laid.weights > 0
    errors, df = np.full(count, np.nan), 0.0
    if sampling == "random" and count and not np.isnan(log_odds).all():
        covariance, df = estimate_covariance(influence, inside, design=laid.design)
        errors = np.sqrt(np.diag(covariance))
    low, high = t_interval(log_odds, np.where(errors > 0, errors, np.nan), df, level=level)
    n = [int((inside & np.isin(laid.group, [0, at])).sum()) for at in range(1, count + 1)]
    table = pd.DataFrame(
        {
            by: laid.groups[1:],
            "estimate": np.exp(log_odds),
            "low": np.exp(low),
            "high": np.exp(high),
            "n": n,
            "log_odds": log_odds,
            "standard_error": errors,
        }
    )
    return as_estimates(table.assign(unit="odds ratio"), by=[by])


def compare_steps(
    answers: pd.DataFrame,
    variable: str,
    *,
    by: str,
    reference: str,
    sampling: Sampling,
    design: Mapping[str, str],
    level: float = 0.95,
) -> pd.DataFrame:
    """The odds ratio at each step by itself, beside the common one: are the lines parallel?

    As `estimate_odds`, but one row per group and step: `by, step` (an answer of this code or
    higher against a lower one), `estimate, low, high` (odds ratio at that step alone), `n`,
    `unit`, then `common` (of `estimate_odds`) and `ratio, ratio_low, ratio_high`, the step's odds
    ratio divided by the common one: where that interval holds 1, the common one does for this
    step. NaN at a step that all or none of a group passed. After Brant 1990, Biometrics 46: 1171,
    with the design's covariance instead of the model's.
    """
    laid = _lay_out(answers, variable, by, reference, design)
    log_odds, influence = _fit(laid)
    inside = laid.weights > 0
    rows = []
    for at, group in enumerate(laid.groups[1:], start=1):
        n = int((inside & np.isin(laid.group, [0, at])).sum())
        for step in range(1, len(laid.codes)):
            alone, its_influence = _contrast(laid, at, step)
            found = np.array([alone, alone - log_odds[at - 1]])
            errors, df = np.full(2, np.nan), 0.0
            if sampling == "random" and not np.isnan(found).any():
                both = np.column_stack([its_influence, its_influence - influence[:, at - 1]])
                covariance, df = estimate_covariance(both, inside, design=laid.design)
                errors = np.sqrt(np.diag(covariance))
            low, high = t_interval(found, np.where(errors > 1e-9, errors, np.nan), df, level=level)
            own = [alone, low[0], high[0], found[1], low[1], high[1], log_odds[at - 1]]
            rows.append([group, laid.codes[step], n, *np.exp(own)])
    odds = ["estimate", "low", "high", "ratio", "ratio_low", "ratio_high", "common"]
    table = pd.DataFrame(rows, columns=[by, "step", "n", *odds]).assign(unit="odds ratio")
    return as_estimates(table[[by, "step", "n", *odds[:3], "unit", "common", *odds[3:6]]],
                        by=[by, "step"])  # fmt: skip


def estimate_odds_of_change(
    pairs: pd.DataFrame, *, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Odds of answering higher the second time, of those who answered both times.

    pairs: one row per person and question with `person_id, before, after` (codes). Returns one
    row per group, as `estimate_odds`. The person is the cluster, so that answers of the same
    person are not taken for two people's; the interval tells how far chance alone could move the
    result of so few people. NaN with fewer than two people, and as `estimate_odds` tells.
    """
    return _per_group(pairs, by, estimate_odds, level)


def compare_steps_of_change(
    pairs: pd.DataFrame, *, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """`compare_steps` of the second time against the first, of those who answered both times."""
    return _per_group(pairs, by, compare_steps, level)


def _lay_out(
    answers: pd.DataFrame, variable: str, by: str, reference: str, design: Mapping[str, str]
) -> _Answers:
    check_columns(answers, variable, by)
    groups = [reference, *dict.fromkeys(answers[by].dropna())]
    if len(answers) and groups.count(reference) == 1:
        raise ValueError(f"{by} must hold the reference {reference}; it has {groups[1:]}")
    groups = list(dict.fromkeys(groups))
    group = answers[by].map({name: at for at, name in enumerate(groups)}).to_numpy(dtype=float)
    values = answers[variable].to_numpy(dtype=float)
    inside = ~np.isnan(values) & ~np.isnan(group)
    codes = np.unique(values[inside])
    step = np.searchsorted(codes, np.where(inside, values, -np.inf))
    declared = declare_design(answers, design)
    weights = np.where(inside, declared.weights, 0.0)
    group = np.where(inside, group, 0).astype(int)
    return _Answers(declared, step, group, weights, codes.tolist(), groups)


def _fit(laid: _Answers) -> tuple[Floats, Floats]:
    """Each group's log odds ratio, and everybody's influence on it; NaN where there is none."""
    cells = np.zeros((len(laid.groups), max(len(laid.codes), 1)))
    np.add.at(cells, (laid.group, np.minimum(laid.step, cells.shape[1] - 1)), laid.weights)
    total = cells.sum()
    present = np.flatnonzero(cells[1:].sum(axis=1)) + 1
    log_odds = np.full(len(laid.groups) - 1, np.nan)
    influence = np.zeros((len(laid.step), len(log_odds)))
    if len(laid.codes) < 2 or not cells[0].sum() or not len(present):
        return log_odds, influence
    rows = [0, *present.tolist()]
    fitted = _maximise(cells[rows] / total)
    if fitted is None:
        return log_odds, influence
    effects, per_cell = fitted
    log_odds[present - 1] = effects
    of_cell = np.zeros((*cells.shape, len(present)))
    of_cell[rows] = per_cell
    influence[:, present - 1] = of_cell[laid.group, laid.step] * laid.weights[:, None] / total
    return log_odds, influence


def _maximise(cells: Floats) -> tuple[Floats, Floats] | None:
    """Newton's steps to the greatest likelihood: effects, and each cell's influence on them.

    cells: share of the weight per group (the reference first) and step. The likelihood is
    concave (Pratt 1981, JASA 76: 103), so that halved steps always climb. None where it has no
    finite maximum.
    """
    thresholds = np.cumsum(cells.sum(axis=0))[:-1]
    cuts = len(thresholds)
    at = np.concatenate([special.logit(thresholds), np.zeros(len(cells) - 1)])
    height = _climb(cells, at, cuts)[0]
    for _ in range(100):
        _, scores, curvature = _climb(cells, at, cuts)
        gradient = np.einsum("gk,gkq->q", cells, scores)
        try:
            move = np.linalg.solve(curvature, gradient)
        except np.linalg.LinAlgError:
            return None
        while not (higher := _climb(cells, at + move, cuts)[0]) >= height - 1e-13:
            move = move / 2
        at, height = at + move, higher
        if np.abs(at[cuts:]).max() > _FURTHEST:
            return None
        if np.abs(move).max() < 1e-11:
            return at[cuts:], scores @ np.linalg.inv(curvature)[:, cuts:]
    return None


def _climb(cells: Floats, at: Floats, cuts: int) -> tuple[float, Floats, Floats]:
    """Log likelihood, its gradient in each cell, and minus its second derivative."""
    groups, steps = cells.shape
    effects = np.concatenate([[0.0], at[cuts:]])
    ends = np.concatenate([[-np.inf], at[:cuts], [np.inf]])
    below = special.expit(ends[None, :] - effects[:, None])
    chance = np.diff(below, axis=1)
    slope = below * (1 - below)
    with np.errstate(divide="ignore", invalid="ignore"):
        height = float(np.where(cells > 0, cells * np.log(chance), 0.0).sum())
        upper, lower = slope[:, 1:] / chance, slope[:, :-1] / chance
    if not np.isfinite(height) or (chance <= 0).any():
        height = -np.inf
    # How the upper and the lower end of each cell move with the parameters.
    moves = np.zeros((groups, steps + 1, len(at)))
    moves[:, range(1, cuts + 1), range(cuts)] = 1.0
    moves[range(1, groups), 1:-1, range(cuts, len(at))] = -1.0
    up, down = moves[:, 1:], moves[:, :-1]
    scores = upper[..., None] * up - lower[..., None] * down
    bend_up = upper * (1 - 2 * below[:, 1:])
    bend_down = lower * (1 - 2 * below[:, :-1])
    curvature = np.einsum("gk,gkp,gkq->pq", cells, scores, scores)
    curvature -= np.einsum("gk,gkp,gkq->pq", cells * bend_up, up, up)
    curvature += np.einsum("gk,gkp,gkq->pq", cells * bend_down, down, down)
    return height, scores, curvature


def _contrast(laid: _Answers, group: int, step: int) -> tuple[float, Floats]:
    """Log odds ratio of reaching one step, from two shares; everybody's influence on it."""
    passed = laid.step >= step
    found, influence = 0.0, np.zeros(len(passed))
    for at, sign in ((group, 1.0), (0, -1.0)):
        weights = np.where(laid.group == at, laid.weights, 0.0)
        total = weights.sum()
        share = (weights * passed).sum() / total if total else np.nan
        if not 1e-12 < share < 1 - 1e-12:
            return np.nan, influence
        found += sign * float(special.logit(share))
        influence += sign * weights * (passed - share) / (share * (1 - share) * total)
    return found, influence


def _per_group(
    pairs: pd.DataFrame, by: Sequence[str], measure: Callable[..., pd.DataFrame], level: float
) -> pd.DataFrame:
    check_columns(pairs, *by, "person_id", "before", "after")
    both = pairs[["before", "after"]].notna().all(axis="columns")
    linked = pairs.assign(before=pairs["before"].where(both), after=pairs["after"].where(both))
    groups = list(linked.groupby(list(by), sort=False, observed=True))
    tables = []
    for key, people in groups or [((), linked)]:
        long = people.melt("person_id", ["before", "after"], "time", "answer")
        enough = len(people["before"].dropna()) >= MIN_PAIRS_FOR_INTERVAL
        found = measure(
            long,
            "answer",
            by="time",
            reference="before",
            sampling="random" if enough else "unknown",
            design={"cluster": "person_id"},
            level=level,
        )
        found = found.assign(n=found["n"] // 2).drop(columns="time")
        tables.append(found.assign(**dict(zip(by, key or [""] * len(by), strict=True))))
    first = [*by, *(["step"] if "step" in tables[0] else [])]
    return as_estimates(pd.concat(tables), by=first)
