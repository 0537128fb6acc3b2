"""The example's non-response is found where it was planted, and weighting makes up for it."""

from pathlib import Path
from typing import Any

import numpy as np

from labtools.lab import open_lab
from labtools.surveys import representation, response


def test_residents_answer_by_age_as_often_as_is_true_and_not_alike(
    example: Path, truth: dict[str, Any]
) -> None:
    """Each age's interval holds its truth; those of the first and last not the rate of all."""
    asked = open_lab(example).read_survey("residents").disposition
    rates = response.estimate_response_rates(
        asked, by=["group"], sampling="random", design={}, level=0.999
    )
    by_age = rates[rates["response_rate"] == "RR2"].set_index("group")
    for age, group in truth["residents"]["age_groups"].items():
        assert by_age.loc[age, "low"] <= group["answers"] <= by_age.loc[age, "high"], age
    whole = by_age["numerator"].sum() / by_age["denominator"].sum()
    assert by_age.loc["16-24", "high"] < whole < by_age.loc["65+", "low"]


def test_weights_take_most_of_the_bias_of_non_response_away(
    example: Path, truth: dict[str, Any]
) -> None:
    """Unweighted, belonging is too high in every city; by age alone less so; weighted, least."""
    lab = open_lab(example)
    asked = representation.name_groups(lab.read_survey("residents"), "alder", language="sv")
    errors: dict[str, list[float]] = {"answered": [], "adjusted": [], "weighted": []}
    for city in truth["city"]:
        latest = representation.keep_last_wave(asked, city["slug"], waves=lab.waves["id"])
        ways = representation.list_weightings(
            latest.answers, "part", asked=representation.count_asked(latest.disposition),
            weight=asked.design["weight"], trim_at=2,
        )  # fmt: skip
        means = representation.compare_scales(latest, weightings=ways, language="sv")
        found = means.set_index("basis")["estimate"]
        for way, of_way in errors.items():
            of_way.append(found[way] - city["residents"])
    mean = {way: np.mean(of_way) for way, of_way in errors.items()}
    assert min(errors["answered"]) > 0.1
    assert mean["answered"] > mean["adjusted"] > mean["weighted"] > -0.05
    assert abs(mean["weighted"]) < 0.3 * mean["answered"]
