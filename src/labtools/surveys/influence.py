"""Each person's influence on several estimates → their covariance under the survey's design."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labtools.surveys.design import Design, Floats


def estimate_covariance(
    influence: Floats, inside: NDArray[np.bool_], *, design: Design
) -> tuple[Floats, int]:
    """Covariance of estimates, and its degrees of freedom.

    influence: a row per person of the sample, a column per estimate, 0 for who is not `inside`
    the domain: clusters without anybody inside count too. The finite population correction is
    left out, which lengthens intervals: a model speaks of more people than those who can be
    drawn. Degrees of freedom: clusters less strata of those inside. Binder 1983, International
    Statistical Review 51: 279; R's survey, `svyrecvar`.
    """
    drawn = design.drawn.astype(float)
    sums = _add_up(influence, design.clusters, len(design.strata))
    means = _add_up(sums, design.strata, len(drawn)) / np.maximum(drawn, 1)[:, None]
    apart = sums - means[design.strata]
    factors = drawn / np.maximum(drawn - 1, 1)
    clusters = np.unique(design.clusters[inside])
    df = len(clusters) - len(np.unique(design.strata[clusters]))
    return apart.T @ (apart * factors[design.strata][:, None]), df


def _add_up(values: Floats, places: NDArray[np.intp], count: int) -> Floats:
    """The sum of each column's values at every place."""
    return np.column_stack([np.bincount(places, one, minlength=count) for one in values.T])
