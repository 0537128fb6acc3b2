"""What was written down as true is found again in the finished files, within its intervals."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from scipy.stats import binomtest, norm, t

ITEMS = ["hemma", "lyssnad", "delaktig", "stod", "grannar", "flytta"]
COLUMNS = ["F1 Hemma", "F2 Lyssnad på", "F3 Delaktig", "F4 Stöd", "F5 Grannar", "F6 Flytta"]
LEVEL = 0.999  # each of some hundred intervals; all of them hold together nine times of ten


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def assert_share(count: int, n: int, true: float) -> None:
    """Wilson's interval around count of n holds the true share."""
    interval = binomtest(int(count), int(n)).proportion_ci(LEVEL, method="wilson")
    assert interval.low <= true <= interval.high, f"{count} of {n}, truth {true}"


def scale_of(items: pd.DataFrame) -> pd.Series:
    """The belonging scale, the last item reversed, where four items are answered."""
    valid = items.where(items.le(5))
    valid = valid.assign(**{items.columns[-1]: 6 - valid[items.columns[-1]]})
    return valid.mean(axis=1).where(valid.notna().sum(axis=1) >= 4)


@pytest.fixture(scope="module")
def participants(example: Path) -> pd.DataFrame:
    """Participants' answers with their scale."""
    path = example / "surveys" / "participants" / "answers.csv"
    answers = pd.read_csv(path, sep=";", decimal=",", encoding="cp1252")
    return answers.assign(
        scale=scale_of(answers[COLUMNS]),
        city=answers["Löpnr"].str.slice(2, 3),
        wave=answers["Omgång"].map({"före": "before", "efter": "after"}),
    )


@pytest.fixture(scope="module")
def residents(example: Path) -> pd.DataFrame:
    """Residents' answers with their scale."""
    path = example / "surveys" / "residents" / "answers.sav"
    answers, _ = pyreadstat.read_sav(path, user_missing=True)
    return answers.assign(scale=scale_of(answers[ITEMS])).dropna(subset="scale")


def test_themes_are_spoken_of_by_as_many_interviews_as_is_true(
    example: Path, sources: pd.DataFrame, cities: dict[str, dict[str, Any]]
) -> None:
    """To the nearest interview."""
    segments = read(example / "coding" / "segments.csv").merge(sources, on="source_id")
    talks = sources[sources["type"].isin(["interview", "group_interview", "conversation"])]
    heard = segments[segments["coder"] == "AL"].drop_duplicates(["source_id", "code"])
    for slug, city in cities.items():
        n = (talks["city"] == slug).sum()
        for theme, share in city["themes"].items():
            count = ((heard["city"] == slug) & (heard["code"] == theme)).sum()
            assert abs(count - share * n) <= 0.5, f"{slug} {theme}: {count} of {n}"


def test_a_citys_words_are_said_there_as_often_as_is_true(
    interviews: pd.DataFrame, cities: dict[str, dict[str, Any]]
) -> None:
    """Bootstrap over interviews with participants and residents, in Swedish."""
    rng = np.random.default_rng(1)
    spoken = interviews[
        (interviews["speaker"] == "respondent")
        & (interviews["language"] == "sv")
        & interviews["role"].isin(["participant", "resident"])
    ]
    for slug, city in cities.items():
        there = spoken[spoken["city"] == slug]
        pattern = rf"\b(?:{'|'.join(city['planted_stems'])})"
        counts = there.assign(hits=there["text"].str.count(pattern, re.IGNORECASE))
        by_interview = counts.groupby("source_id")[["hits", "words"]].sum().to_numpy()
        drawn = by_interview[rng.integers(len(by_interview), size=(4000, len(by_interview)))]
        rates = 1000 * drawn[:, :, 0].sum(axis=1) / drawn[:, :, 1].sum(axis=1)
        low, high = np.quantile(rates, [0.005, 0.995])
        assert low <= city["planted_per_1000"] <= high, f"{slug}: {low:.2f} to {high:.2f}"


def test_each_of_a_citys_words_is_said_in_seven_interviews_or_more(
    interviews: pd.DataFrame, cities: dict[str, dict[str, Any]]
) -> None:
    """Of ten or eleven; fewer would not be sure among all words."""
    for slug, city in cities.items():
        there = interviews[(interviews["city"] == slug) & (interviews["speaker"] == "respondent")]
        for stem in city["planted_stems"]:
            said = there[there["text"].str.contains(rf"\b{stem}", case=False)]
            assert 7 <= said["source_id"].nunique() <= 10, f"{slug}: {stem}"


def test_a_citys_words_are_never_said_elsewhere(
    turns: pd.DataFrame, cities: dict[str, dict[str, Any]]
) -> None:
    for slug, city in cities.items():
        elsewhere = turns[turns["city"] != slug]
        pattern = rf"\b(?:{'|'.join(city['planted_stems'])})"
        heard = elsewhere[elsewhere["text"].str.contains(pattern, case=False)]
        assert heard.empty, heard[["source_id", "text"]]


def test_the_second_coder_agrees_as_often_as_is_true(example: Path, truth: dict[str, Any]) -> None:
    segments = read(example / "coding" / "segments.csv")
    place = ["source_id", "turn", "start"]
    first = segments[segments["coder"] == truth["coding"]["coder_a"]]
    second = segments[segments["coder"] == truth["coding"]["coder_b"]]
    pairs = first.merge(second, on=place, how="left", suffixes=("", "_b"), validate="1:1")
    assert_share((pairs["code"] == pairs["code_b"]).sum(), len(pairs), truth["coding"]["same"])
    other = pairs["code_b"].notna() & (pairs["code"] != pairs["code_b"])
    assert_share(other.sum(), len(pairs), truth["coding"]["other"])


def test_belonging_before_and_after_has_its_mean_and_spread(
    participants: pd.DataFrame, truth: dict[str, Any]
) -> None:
    sd = truth["participants"]["sd"]
    for city in truth["city"]:
        for wave, mean in city["belonging"].items():
            there = (participants["city"] == city["initial"]) & (participants["wave"] == wave)
            scale = participants.loc[there, "scale"].dropna()
            half = t.ppf((1 + LEVEL) / 2, len(scale) - 1) * scale.std() / len(scale) ** 0.5
            assert abs(scale.mean() - mean) < half, f"{city['slug']} {wave}: {scale.mean():.2f}"
            assert (
                abs(np.log(scale.std() / sd)) < norm.ppf((1 + LEVEL) / 2) / (2 * len(scale)) ** 0.5
            )


def test_belonging_before_and_after_correlate_as_is_true(
    participants: pd.DataFrame, truth: dict[str, Any]
) -> None:
    """Within cities; Fisher's z."""
    centred = participants["scale"] - participants.groupby(["city", "wave"])["scale"].transform(
        "mean"
    )
    wide = participants.assign(centred=centred).pivot(
        index="Löpnr", columns="wave", values="centred"
    )
    linked = wide.dropna()
    z = np.arctanh(linked["before"].corr(linked["after"]))
    half = norm.ppf((1 + LEVEL) / 2) / (len(linked) - len(truth["city"]) - 3) ** 0.5
    assert abs(z - np.arctanh(truth["participants"]["correlation"])) < half


def test_new_contacts_have_their_mean(participants: pd.DataFrame, truth: dict[str, Any]) -> None:
    for city in truth["city"]:
        for wave, mean in city["new_contacts"].items():
            there = (participants["city"] == city["initial"]) & (participants["wave"] == wave)
            counts = participants.loc[there, "F10 Nya kontakter"].dropna()
            half = norm.ppf((1 + LEVEL) / 2) * (mean / len(counts)) ** 0.5
            assert abs(counts.mean() - mean) < half


def test_participants_answer_as_often_as_is_true(
    participants: pd.DataFrame, example: Path, truth: dict[str, Any]
) -> None:
    people = read(example / "people.csv").query("role == 'participant'").set_index("person_id")
    answered = participants.pivot_table(
        index="Löpnr", columns="wave", values="Ort", aggfunc="count", fill_value=0
    ).reindex(people.index, fill_value=0)
    before, after = answered["before"] > 0, answered["after"] > 0
    assert_share(before.sum(), len(people), truth["participants"]["answers_before"])
    for age, lost in truth["participants"]["attrition"].items():
        of_age = before & (people["age_band"] == age)
        assert_share((of_age & ~after).sum(), of_age.sum(), lost)


def test_outcomes_at_the_end_have_their_shares(
    example: Path, cities: dict[str, dict[str, Any]]
) -> None:
    statuses = read(example / "goals" / "status.csv")
    people = read(example / "people.csv").set_index("person_id")["city"]
    last = statuses[statuses["date"] == statuses["date"].max()]
    reached = dict.fromkeys(["work", "studies", "own_business"], "work_or_studies")
    outcome = last["status"].map(reached | {"unknown": "unknown"}).fillna("neither")
    for slug, city in cities.items():
        there = outcome[(last["person_id"].map(people) == slug).to_numpy()]
        for name, share in city["outcome"].items():
            assert_share((there == name).sum(), len(there), share)


def test_residents_answer_by_age_as_often_as_is_true(example: Path, truth: dict[str, Any]) -> None:
    disposition = pd.read_csv(example / "surveys" / "residents" / "disposition.csv")
    outcomes = ["undeliverable", "ineligible", "refused", "partial", "complete", "unknown"]
    assert (disposition[outcomes].sum(axis=1) == disposition["sampled"]).all()
    by_age = disposition.groupby("group")[["sampled", *outcomes]].sum()
    for age, group in truth["residents"]["age_groups"].items():
        row = by_age.loc[age]
        assert_share(row["partial"] + row["complete"], row["sampled"], group["answers"])
        assert_share(row["sampled"], by_age["sampled"].sum(), group["share"])


def weighted_mean(answers: pd.DataFrame) -> tuple[float, float]:
    """Mean of the scale and its standard error: linearised, by stairwell within stratum."""
    weight = answers["vikt"].to_numpy()
    mean = float((answers["scale"] * weight).sum() / weight.sum())
    scores = answers.assign(score=weight * (answers["scale"] - mean) / weight.sum())
    totals = scores.groupby(["omrade", "trapphus"])["score"].sum()
    variance = 0.0
    for stratum, of_stratum in totals.groupby(level="omrade"):
        n = len(of_stratum)
        population = answers.loc[answers["omrade"] == stratum, "antal_trapphus"].iloc[0]
        variance += (1 - n / population) * n * of_stratum.var()
    return mean, float(variance**0.5)


def test_residents_belonging_has_its_mean_with_the_design(
    residents: pd.DataFrame, cities: dict[str, dict[str, Any]]
) -> None:
    for slug, city in cities.items():
        mean, error = weighted_mean(residents[residents["ort"] == slug])
        assert abs(mean - city["residents"]) < norm.ppf((1 + LEVEL) / 2) * error, slug


def test_residents_belonging_is_too_high_without_the_design(
    residents: pd.DataFrame, truth: dict[str, Any]
) -> None:
    """The unweighted means lie above the truth by more than chance; the weighted ones do not."""
    off = {city["slug"]: city["residents"] for city in truth["city"]}
    errors = residents["scale"] - residents["ort"].map(off)
    unweighted = errors.groupby(residents["ort"]).mean().mean()
    found = [weighted_mean(residents[residents["ort"] == slug]) for slug in off]
    weighted = np.mean([mean for mean, _ in found]) - np.mean(list(off.values()))
    error = sum(error**2 for _, error in found) ** 0.5 / len(found)
    assert unweighted > 3 * error
    assert abs(weighted) < 3 * error


def test_neighbours_are_as_alike_as_is_true(residents: pd.DataFrame, truth: dict[str, Any]) -> None:
    """Intra-class correlation by analysis of variance within stratum, given age; a bootstrap
    over stairwells holds the truth."""
    level = residents.groupby(["omrade"])["scale"].transform("mean")
    by_age = (residents["scale"] - level).groupby(residents["alder"]).transform("mean")
    rest = residents.assign(rest=residents["scale"] - level - by_age)
    groups = [group["rest"].to_numpy() for _, group in rest.groupby("trapphus")]
    strata = residents["omrade"].nunique()
    parts = np.array([[len(g), g.sum(), (g**2).sum()] for g in groups])

    def correlation(chosen: np.ndarray) -> float:
        size, total, square = chosen.T
        n, k = size.sum(), len(chosen)
        between = (total**2 / size).sum() / (k - strata)
        within = (square - total**2 / size).sum() / (n - k)
        typical = (n - (size**2).sum() / n) / (k - 1)
        return float((between - within) / (between + (typical - 1) * within))

    rng = np.random.default_rng(2)
    drawn = [correlation(parts[rng.integers(len(parts), size=len(parts))]) for _ in range(2000)]
    low, high = np.quantile(drawn, [0.005, 0.995])
    assert low < truth["residents"]["icc"] < high
    assert low > 0


def test_who_learnt_from_whom_is_told(example: Path, truth: dict[str, Any]) -> None:
    reflections = read(example / "learning" / "reflections.csv")
    told = reflections[reflections["learnt_from"] != ""]
    arrows = set(zip(told["city"], told["learnt_from"], strict=True))
    assert arrows == {(arrow["city"], arrow["from"]) for arrow in truth["learnt"]}
    names = {city["slug"]: city["name"] for city in truth["city"]}
    assert all(
        names[other] in text for other, text in zip(told["learnt_from"], told["text"], strict=True)
    )
