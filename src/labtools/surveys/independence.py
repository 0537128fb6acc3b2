"""Two questions → whether the answers to one go with those to the other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse, special

from labtools.surveys.design import Counts, Design, Floats, Sampling
from labtools.surveys.linearisation import expansion, find_domains

_ALL_ALIKE = 1e-12  # a design effect below this is rounding


def compare_answers(
    answers: pd.DataFrame,
    rows: str,
    columns: str,
    *,
    sampling: Sampling,
    design: Mapping[str, str],
) -> pd.DataFrame:
    """Rao and Scott's second-order test that two answers are independent of one another.

    answers: one row per person; rows, columns: a question or a group each. Returns one row:
    `statistic` (F), `df` and `df_residual` of F, `p`, `n` people who answered both,
    `design_effect`: how many times Pearson's X² is what it would be of as many people drawn one
    by one. Who lacks either answer leaves the table, not the design. All NaN but n where either
    has but one answer, where all clusters are alike, and where the sample is not random: chance
    did not choose who is in it. Raises ValueError as `design.declare_design`, and where so many
    pairs of answers are nobody's that there is nothing to test. Rao & Scott 1984, Annals of
    Statistics 12: 46; R's survey, `svychisq(statistic = "F")`.

    >>> people = pd.DataFrame({"city": list("aabbb") * 6, "home": [1, 2, 2, 2, 2] * 6})
    >>> found = compare_answers(people, "city", "home", sampling="random", design={})
    >>> found[["df", "df_residual", "n"]].to_numpy().round(9).tolist()
    [[1.0, 29.0, 30.0]]
    """
    domains = find_domains(answers, [rows, columns], by=[], sampling=sampling, design=design)
    answered = answers.iloc[domains.rows]
    row, row_values = pd.factorize(answered[rows])
    column, column_values = pd.factorize(answered[columns])
    shape = len(row_values), len(column_values)
    found = dict.fromkeys(("statistic", "df", "df_residual", "p"), np.nan)
    found |= {"n": len(answered), "design_effect": np.nan}
    degrees = domains.degrees()[0] if len(answered) else 0.0
    if sampling != "random" or min(shape) < 2 or degrees <= 0:
        return pd.DataFrame([found])
    cell = row * shape[1] + column
    clusters = domains.design.clusters[domains.rows]
    shares = np.bincount(cell, domains.weights, minlength=shape[0] * shape[1])
    shares = shares / shares.sum()
    covariance = _share_covariance(domains.design, clusters, cell, domains.weights, shares)
    effects = _generalised_effects(covariance * len(answered), shares, shape)
    table = shares.reshape(shape)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = len(answered) * ((table - expected) ** 2 / expected).sum()
    trace = np.trace(effects)
    if trace < _ALL_ALIKE:
        return pd.DataFrame([found])
    df = trace**2 / np.trace(effects @ effects)
    statistic = pearson / trace
    found |= {"statistic": statistic, "df": df, "df_residual": df * degrees}
    found |= {"p": special.fdtrc(df, df * degrees, statistic)}
    return pd.DataFrame([found | {"design_effect": trace / len(effects)}])


def _share_covariance(
    design: Design, clusters: Counts, cell: Counts, weights: Floats, shares: Floats
) -> Floats:
    """Linearised covariance of the cells' shares, as `Domains.variance` has its diagonal.

    Sums of squares less squares of sums: coarser in rounding, and the only way without a row per
    cluster for each cell.
    """
    count = len(design.strata), len(shares)
    held = sparse.coo_array((weights, (clusters, cell)), shape=count).tocsr()
    strata = sparse.coo_array((np.ones(count[0]), (design.strata, np.arange(count[0]))))
    totals = (strata.tocsr() @ held).toarray()
    between = (1 - design.sampled) * expansion(design.drawn)
    within = design.sampled[design.strata] * expansion(design.sizes)
    squares = held.T @ held.multiply((between[design.strata] - within / design.sizes)[:, None])
    of_people = np.bincount(cell, within[clusters] * weights**2, minlength=count[1])
    spread = squares.toarray() - totals.T @ (totals * (between / design.drawn)[:, None])
    spread = spread + np.diag(of_people)
    centre = np.eye(count[1]) - shares  # takes from each cell its share of the sum
    return np.asarray(centre.T @ spread @ centre / weights.sum() ** 2)


def _generalised_effects(covariance: Floats, shares: Floats, shape: tuple[int, int]) -> Floats:
    """Rao and Scott's matrix, whose eigenvalues are the design effects of the interactions.

    covariance: that of the shares, times the number of people. Empty cells count for nothing.
    """
    inverse = np.where(shares > 0, 1 / np.where(shares > 0, shares, 1), 0)
    by_row = np.kron(np.eye(shape[0]), np.ones((shape[1], 1)))
    by_column = np.kron(np.ones((shape[0], 1)), np.eye(shape[1]))
    margins = np.hstack([by_row, by_column])
    left, values, _ = np.linalg.svd(margins)
    interactions = left[:, (values > 1e-9).sum() :]
    plain = interactions.T @ (inverse[:, None] * interactions)
    scaled = inverse[:, None] * interactions
    if np.linalg.matrix_rank(plain) < len(plain):
        raise ValueError(
            f"{(shares == 0).sum()} of the table's {len(shares)} pairs of answers are nobody's, "
            "too many for a test: join answers or groups"
        )
    return np.asarray(np.linalg.solve(plain, scaled.T @ covariance @ scaled))
