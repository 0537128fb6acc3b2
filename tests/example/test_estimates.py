"""labtools' own estimates, on labs made with other seeds, find the truth and not its absence."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from labtools.lab import open_lab
from labtools.surveys import change, scales
from labtools.surveys.estimates import estimate_means

SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)
WAVES = ["before", "after"]


def _scores(folder: Path, survey: str) -> pd.DataFrame:
    lab = open_lab(folder)
    asked = lab.read_survey(survey)
    scale = scales.find_scale(asked, "belonging")
    return scales.score_scale(scales.answers_of(asked), scale, dictionary=asked.dictionary)


@pytest.fixture(scope="module")
def labs(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A lab for each seed: the same truth, other people."""
    folders = []
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp(f"seed{seed}")
        generator = root / "data" / "example" / "generator"
        options = ["--to", str(folder), "--seed", str(seed), "--parts", "surveys"]
        subprocess.run([sys.executable, str(generator), *options], check=True)
        (folder / "sources.csv").touch()
        folders.append(folder)
    return folders


def test_the_change_in_belonging_is_found_without_bias(
    labs: list[Path], truth: dict[str, Any]
) -> None:
    """The mean error over 8 labs is within 3 standard errors of nought, city by city.

    Where the truth is a change of .3 or more, no change at all lies further away than that.
    """
    found = pd.concat(
        change.estimate_change(
            change.pair_waves(_scores(lab, "participants"), "score", waves=WAVES)
        )
        for lab in labs
    )
    for city in truth["city"]:
        true = city["belonging"]["after"] - city["belonging"]["before"]
        estimates = found.loc[found["city"] == city["slug"], "estimate"].to_numpy()
        error = estimates.std(ddof=1) / np.sqrt(len(estimates))
        assert len(estimates) == len(SEEDS)
        assert abs(estimates.mean() - true) < 3 * error + 0.02, city["slug"]
        if abs(true) >= 0.3:
            assert abs(estimates.mean()) > 4 * error, city["slug"]


def test_intervals_of_change_and_of_residents_means_cover_the_truth(
    labs: list[Path], truth: dict[str, Any]
) -> None:
    """32 intervals of each kind; fewer than 27 covers come once in fifty at .95."""
    covered = {"change": 0, "residents": 0}
    for lab in labs:
        pairs = change.pair_waves(_scores(lab, "participants"), "score", waves=WAVES)
        changes = change.estimate_change(pairs).set_index("city")
        survey = open_lab(lab).read_survey("residents")
        means = estimate_means(
            _scores(lab, "residents"), "score", by=["city"], sampling="random", design=survey.design
        ).set_index("city")
        for city in truth["city"]:
            slug = city["slug"]
            true = city["belonging"]["after"] - city["belonging"]["before"]
            covered["change"] += changes.loc[slug, "low"] <= true <= changes.loc[slug, "high"]
            low, high = means.loc[slug, ["low", "high"]]
            covered["residents"] += low <= city["residents"] <= high
    assert min(covered.values()) >= 27, covered


def test_residents_means_without_weights_miss_the_truth(
    labs: list[Path], truth: dict[str, Any]
) -> None:
    """Who answers is not who lives there: the plain mean is too high in every city."""
    errors = [
        _scores(lab, "residents").groupby("city")["score"].mean()[city["slug"]] - city["residents"]
        for lab in labs
        for city in truth["city"]
    ]
    assert np.mean(errors) > 0.05


def test_the_design_effect_of_stairwells_is_found(labs: list[Path], truth: dict[str, Any]) -> None:
    """Kish's 1 + (b - 1) icc, b the stairwell that the average person lives in; over 8 labs."""
    found, expected = [], []
    for lab in labs:
        survey = open_lab(lab).read_survey("residents")
        scores = _scores(lab, "residents").dropna(subset="score")
        design = {part: survey.design[part] for part in ("strata", "cluster")}
        means = estimate_means(scores, "score", by=["city"], sampling="random", design=design)
        found += means["design_effect"].tolist()
        for _, people in scores.groupby("city"):
            sizes = people[survey.design["cluster"]].value_counts()
            neighbours = (sizes**2).sum() / sizes.sum() - 1
            expected.append(1 + neighbours * truth["residents"]["icc"])
    assert np.mean(found) == pytest.approx(np.mean(expected), rel=0.15)
    assert np.mean(expected) > 1.5
