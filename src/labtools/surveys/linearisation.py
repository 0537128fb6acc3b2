"""Groups of answers as domains of the whole sample → variances by Taylor linearisation.

svy 0.35 gives the same (a test holds the two together) but takes some ten times as long, too long
for a million answers, and what is forked from a process that has used it hangs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from labtools.frames import check_columns
from labtools.surveys.design import Counts, Design, Floats, Sampling, declare_design


@dataclass(frozen=True)
class Domains:
    """Which rows answered, and in which group each of them is.

    labels: one row per group. rows: places of those who answered; group: the group of each;
    weights: their weights. cells: for each of them, the number of its cluster within its group;
    cell_cluster: the cluster of each such number; pairs: its number of the stratum within the
    group; pair_group, pair_stratum: what the latter stands for.
    """

    labels: pd.DataFrame
    design: Design
    rows: Counts
    group: Counts
    weights: Floats
    cells: Counts
    cell_cluster: Counts
    pairs: Counts
    pair_group: Counts
    pair_stratum: Counts

    def sum(self, values: Floats | None = None) -> Floats:
        """The sum over each group's rows; how many rows it has where no values are given."""
        return np.bincount(self.group, values, minlength=len(self.labels)).astype(float)

    def mean(self, values: Floats) -> Floats:
        """The weighted mean over each group's rows; NaN where there are none."""
        return divide(self.sum(self.weights * values), self.sum(self.weights))

    def variance(self, influence: Floats) -> Floats:
        """Variance of the sum of an influence over each group's rows, as a domain of the sample.

        It lies between the clusters' sums within strata, those without anyone of the group
        counted as 0, and where a share of the clusters was drawn, that share of what lies between
        people within them: Särndal, Swensson & Wretman 1992, sections 4.3 and 5.7; Lumley 2010,
        Complex Surveys, appendix C.
        """
        sums = np.bincount(self.cells, influence, minlength=len(self.pairs)).astype(float)
        sampled = self.design.sampled[self.pair_stratum]
        between = _spread(sums, self.pairs, self.design.drawn[self.pair_stratum])
        within = _spread(influence, self.cells, self.design.sizes[self.cell_cluster])
        parts = (1 - sampled) * between + sampled * np.bincount(self.pairs, within)
        return np.bincount(self.pair_group, parts, minlength=len(self.labels)).astype(float)

    def degrees(self) -> Floats:
        """Degrees of freedom of each group: the clusters it lies in, less their strata."""
        groups = len(self.labels)
        clusters = np.bincount(self.pair_group[self.pairs], minlength=groups)
        return (clusters - np.bincount(self.pair_group, minlength=groups)).astype(float)


def find_domains(
    people: pd.DataFrame,
    columns: Sequence[str],
    *,
    by: Sequence[str],
    sampling: Sampling,
    design: Mapping[str, str],
) -> Domains:
    """Those who answered all of `columns`, by group, within the whole sample.

    Groups stand in the order of `people`, also those of which nobody answered; people without
    a group are in none, but in the sample. Without `by`, all are one group. Where chance did not
    choose who is in the sample, only the weights of its design count.
    """
    check_columns(people, *columns, *by)
    by_chance = () if sampling == "random" else ("strata", "cluster", "fpc")
    used = {part: column for part, column in design.items() if part not in by_chance}
    declared = declare_design(people, used)
    number, first = _group(people, by)
    answered = people[list(columns)].notna().all(axis=1).to_numpy()
    rows = np.flatnonzero(answered & (number >= 0))
    group = number[rows]
    groups, strata = max(len(first), 1), max(len(declared.drawn), 1)
    cells, keys = pd.factorize(declared.clusters[rows] * groups + group)
    cell_cluster, cell_group = np.divmod(keys, groups)
    pairs, keys = pd.factorize(cell_group * strata + declared.strata[cell_cluster])
    pair_group, pair_stratum = np.divmod(keys, strata)
    labels = people[list(by)].iloc[first].reset_index(drop=True)
    return Domains(labels, declared, rows, group, declared.weights[rows], cells, cell_cluster,
                   pairs, pair_group, pair_stratum)  # fmt: skip


def _spread(values: Floats, places: Counts, drawn: Counts) -> Floats:
    """n / (n − 1) times the squared deviations at each place, of n drawn; those absent are 0."""
    held = np.bincount(places, minlength=len(drawn))
    mean = np.bincount(places, values, minlength=len(drawn)) / drawn
    squares = np.bincount(places, (values - mean[places]) ** 2, minlength=len(drawn))
    return np.asarray((squares + (drawn - held) * mean**2) * expansion(drawn))


def expansion(drawn: Counts) -> Floats:
    """n / (n − 1), which makes squared deviations of n a variance; 1 for one, which has none."""
    return np.asarray(drawn / np.maximum(drawn - 1, 1))


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """The ratio, NaN where the denominator is 0."""
    usable = np.where(np.asarray(denominator) != 0, denominator, np.nan)
    return np.asarray(numerator / usable, dtype=float)


def _group(people: pd.DataFrame, by: Sequence[str]) -> tuple[Counts, Counts]:
    """The number of each row's group, −1 where it has none, and each group's first row."""
    if not by:
        return np.zeros(len(people), dtype=np.intp), np.arange(min(len(people), 1))
    number = np.zeros(len(people), dtype=np.intp)
    lost = np.zeros(len(people), dtype=bool)
    for column in by:
        codes, values = pd.factorize(people[column])
        lost |= codes < 0
        number = number * max(len(values), 1) + codes
    known = np.flatnonzero(~lost)
    numbered, keys = pd.factorize(number[known])
    group = np.full(len(people), -1, dtype=np.intp)
    group[known] = numbered
    first = np.full(len(keys), len(people), dtype=np.intp)
    np.minimum.at(first, numbered, known)
    return group, first
