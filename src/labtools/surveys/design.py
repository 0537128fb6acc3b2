"""What survey.toml says of the sample → weight, cluster and stratum of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labtools.frames import check_columns
from labtools.surveys.weights import weights_of

Sampling = Literal["random", "census", "convenience", "unknown"]
Floats = NDArray[np.float64]
Counts = NDArray[np.intp]
_PARTS = ("strata", "cluster", "weight", "fpc")
_COUNTS_AS_WHOLE = 1e-6


@dataclass(frozen=True)
class Design:
    """How the rows were drawn: clusters within strata, with replacement unless there is an fpc.

    weights, clusters: one per row. sizes: rows of each cluster. strata: the stratum of each.
    drawn: clusters per stratum. sampled: the share of a stratum's clusters that was drawn; 0
    without fpc.
    """

    weights: Floats
    clusters: Counts
    sizes: Counts
    strata: Counts
    drawn: Counts
    sampled: Floats


def declare_design(people: pd.DataFrame, design: Mapping[str, str]) -> Design:
    """The design of a table, checked once.

    people: one row per person, everyone whose answers came in, whatever they left out; design:
    which columns hold `strata`, `cluster`, `weight` and `fpc` (none named: one stratum, each
    person a cluster, equal weights, few drawn of many). Clusters are nested in strata: those of
    the same name in two strata are two. `fpc` is how many clusters the stratum has. Who answered
    within a drawn cluster is counted as drawn from many, since few answer of those asked: R's
    survey with `ids = ~cluster + person` and an fpc of 1e12 for persons. Raises ValueError for
    other parts (an fpc of later stages, replicate weights), a weight that is not above 0, a
    missing stratum or cluster, an fpc that varies within its stratum or is less than the clusters
    drawn, and a stratum with one cluster, unless it has no more.
    """
    unknown = [part for part in design if part not in _PARTS]
    if unknown:
        raise ValueError(
            f"a design has {', '.join(_PARTS)}; found {', '.join(unknown)}: "
            "an fpc of later stages and replicate weights are not supported"
        )
    weights = weights_of(people, design.get("weight"))
    in_stratum, names = _number(people, "strata", design)
    clusters, strata = _nest(people, in_stratum, len(names), design)
    drawn = np.bincount(strata, minlength=len(names))
    sampled = np.zeros(len(names))
    if "fpc" in design:
        population = _read_population(people, in_stratum, drawn, names, design["fpc"])
        sampled = drawn / np.maximum(population, 1)
    alone = (drawn < 2) & (sampled < 1)
    if alone.any() and len(people) > 1:
        whole = "the sample" if "strata" not in design else f"stratum {names[alone][0]}"
        raise ValueError(
            f"{whole} must hold two clusters or more; it has one: "
            "join it with a neighbour before anything is estimated"
        )
    sizes = np.bincount(clusters, minlength=len(strata))
    return Design(weights, clusters, sizes, strata, drawn, sampled)


def _number(
    people: pd.DataFrame, part: str, design: Mapping[str, str]
) -> tuple[Counts, NDArray[np.object_]]:
    """Each row's stratum or cluster as a number, and what the numbers stand for."""
    if part not in design:
        return np.zeros(len(people), dtype=np.intp), np.array([""], dtype=object)
    check_columns(people, design[part])
    numbers, names = pd.factorize(people[design[part]])
    if (numbers < 0).any():
        raise ValueError(
            f"everybody must have a {part} ({design[part]}); {(numbers < 0).sum()} have none"
        )
    return numbers.astype(np.intp), np.asarray(names, dtype=object)


def _nest(
    people: pd.DataFrame, in_stratum: Counts, strata: int, design: Mapping[str, str]
) -> tuple[Counts, Counts]:
    """Each row's cluster, and the clusters' strata; people are their own where none is named."""
    if "cluster" not in design:
        return np.arange(len(people), dtype=np.intp), in_stratum
    numbers, _ = _number(people, "cluster", design)
    clusters, keys = pd.factorize(numbers * strata + in_stratum)
    return clusters.astype(np.intp), (keys % strata).astype(np.intp)


def _read_population(
    people: pd.DataFrame,
    in_stratum: Counts,
    drawn: Counts,
    names: NDArray[np.object_],
    column: str,
) -> Floats:
    """How many clusters each stratum has."""
    check_columns(people, column)
    told = people[column].to_numpy(dtype=float)
    population = np.zeros(len(names))
    population[in_stratum] = told
    wrong = ~(np.abs(told - population[in_stratum]) <= _COUNTS_AS_WHOLE)
    if wrong.any():
        raise ValueError(
            f"{column} must be one number for all in a stratum; it is missing or varies in "
            f"{names[in_stratum[wrong][0]] or 'the sample'}"
        )
    short = population < drawn - _COUNTS_AS_WHOLE
    if short.any():
        where = names[short][0] or "the sample"
        raise ValueError(
            f"{column} must count the clusters that were drawn from, no fewer than were drawn; "
            f"in {where} it is {population[short][0]:g}, of which {drawn[short][0]} were drawn"
        )
    return population
