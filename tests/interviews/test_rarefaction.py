"""How the number of codes grows with the interviews."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.interviews.incidence import Coded
from labtools.interviews.rarefaction import find_stopping, rarefy_codes, trace_emergence
from labtools.interviews.saturation import expect_new

VEGAN = pd.read_csv(Path(__file__).parents[1] / "reference" / "vegan.csv")


def _coded(interviews: list[set[str]], dates: list[str] | None = None) -> Coded:
    """Interviews of one city, each with its codes, in the order given unless dated."""
    ids = [f"i{number:03d}" for number in range(len(interviews))]
    heard = pd.DataFrame({"source_id": ids, "city": "norrvik", "person_id": "", "role": ""})
    heard["date"] = dates or [f"2024-01-{day:02d}" for day in range(1, len(ids) + 1)]
    rows = [(at, code) for at, codes in zip(ids, interviews, strict=True) for code in codes]
    said = pd.DataFrame(rows, columns=["source_id", "code"], dtype="str")
    return Coded(said.assign(city="norrvik", person_id="", role=""), heard)


def _spread(heard_in: list[int], total: int) -> Coded:
    """Codes in so many of the interviews, one after the other round the interviews."""
    interviews: list[set[str]] = [set() for _ in range(total)]
    at = 0
    for code, times in enumerate(heard_in):
        for _ in range(times):
            interviews[at % total].add(f"c{code}")
            at += 1
    return _coded(interviews, [f"{day:05d}" for day in range(total)])


def test_rarefaction_agrees_with_vegan() -> None:
    """specaccum(BCI, "exact"): 225 species in 50 plots, to every number of plots."""
    heard_in = VEGAN["interviews"].repeat(VEGAN["heard_in_so_many"]).tolist()
    rarefied = rarefy_codes(_spread(heard_in, 50), by=["city"])
    assert rarefied["estimate"].head(50).tolist() == pytest.approx(VEGAN["codes"].tolist())
    assert len(rarefied) == 100


def test_the_unconditional_error_is_that_of_colwell_2012() -> None:
    """Beetles of the old growth of Osa, n = 237, S = 112: standard error 9.22."""
    heard_in = np.repeat([1, 2, 3, 4, 5, 6, 7, 8, 14, 42], [84, 10, 4, 3, 5, 1, 2, 1, 1, 1])
    rarefied = rarefy_codes(_spread(heard_in.tolist(), 237), by=[])
    row = rarefied[rarefied["interviews"] == 237].iloc[0]
    assert row["estimate"] == pytest.approx(112)
    assert (row["high"] - row["low"]) / 2 / 1.959964 == pytest.approx(9.22, abs=0.005)


@settings(max_examples=25)
@given(st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), min_size=2, max_size=6))
def test_the_expectation_is_the_mean_of_every_choice(interviews: list[set[str]]) -> None:
    expected = rarefy_codes(_coded(interviews), by=["city"])["estimate"]
    for size in range(1, len(interviews) + 1):
        sizes = [len(set().union(*chosen)) for chosen in combinations(interviews, size)]
        assert expected[size - 1] == pytest.approx(np.mean(sizes))


@pytest.mark.parametrize("counts", [(9, 4, 3), (6, 0, 4)], ids=["with doubles", "without"])
def test_the_error_beyond_the_interviews_is_that_of_the_derivatives(
    counts: tuple[int, int, int],
) -> None:
    """The delta method with differences in place of the derivatives."""
    total, further = 8, 5.0
    heard_in = [1] * counts[0] + [2] * counts[1] + [5] * counts[2]
    rarefied = rarefy_codes(_spread(heard_in, total), by=[])
    row = rarefied[rarefied["interviews"] == total + further].iloc[0]
    at, step = np.array(counts, dtype=float), 1e-5

    def codes(q: np.ndarray, ahead: float = further) -> float:
        arguments = [np.array(value) for value in (float(total), q[0], q[1], ahead)]
        return float(q.sum() + expect_new(*arguments))

    moves = np.eye(3) * step
    known = [0, 1, 2] if counts[1] else [0, 2]  # without doubles it is another formula
    change = np.ones(3)
    for each in known:
        change[each] = (codes(at + moves[each]) - codes(at - moves[each])) / (2 * step)
    variance = change**2 @ at - (change @ at) ** 2 / codes(at, 1e9)
    assert row["estimate"] == pytest.approx(codes(at))
    assert row["high"] - row["estimate"] == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-5)


def test_a_code_in_every_interview_leaves_no_interval_at_the_end() -> None:
    """No width would be no honest one; there is none to tell beyond what was heard either."""
    rarefied = rarefy_codes(_coded([{"a", "b"}] * 4), by=["city"])
    assert (rarefied["estimate"] == 2).all()
    assert rarefied["low"].isna().tolist() == [False] * 3 + [True] * 5


def test_of_one_interview_or_none_there_is_no_curve() -> None:
    assert rarefy_codes(_coded([{"a"}]), by=["city"]).empty
    assert trace_emergence(_coded([]), by=["city"], orders=5, rng=np.random.default_rng(1)).empty
    assert find_stopping(_coded([]), by=[], orders=5, rng=np.random.default_rng(1)).empty


def test_emergence_goes_by_date_and_what_has_none_comes_last() -> None:
    coded = _coded([{"a"}, {"a", "b"}, {"c"}], ["", "2024-02", "2024-01-05"])
    traced = trace_emergence(coded, by=["city"], orders=200, rng=np.random.default_rng(1))
    assert traced["in_order"].tolist() == [1, 3, 3]
    assert traced["estimate"].tolist() == pytest.approx([4 / 3, 7 / 3, 3])
    assert [traced["low"].iloc[1], traced["high"].iloc[1]] == [2, 3]
    assert traced["low"].iloc[-1] == traced["high"].iloc[-1] == 3


def test_the_band_holds_most_orders_and_their_mean_is_the_expectation() -> None:
    """Twenty interviews of which one alone holds a further code: it comes early in few orders."""
    interviews = [{"a"} for _ in range(19)] + [{"a", "b"}]
    traced = trace_emergence(_coded(interviews), by=[], orders=2_000, rng=np.random.default_rng(3))
    assert traced["estimate"].iloc[9] == pytest.approx(1.5)
    assert [traced["low"].iloc[9], traced["high"].iloc[9]] == [1, 2]
    assert traced["high"].iloc[0] == 2  # one order in twenty starts with it


def test_when_the_rule_stops_depends_on_the_order() -> None:
    """By date the rare codes come last, when the rule has ended; a role is a group of its own."""
    interviews = [{"a", "b", "c"}] * 8 + [{"a", "d"}]
    stopped = find_stopping(_coded(interviews), by=["city"], orders=500,
                            rng=np.random.default_rng(4)).iloc[0]  # fmt: skip
    assert [stopped["stopped"], stopped["codes_found"], stopped["codes"]] == [6, 3, 4]
    assert [stopped["stopped_first"], stopped["stopped_last"]] == [6, 8]


def test_a_rule_that_never_stops_has_no_number() -> None:
    stopped = find_stopping(_coded([{letter} for letter in "abcdefg"]), by=["city"], orders=50,
                            rng=np.random.default_rng(5)).iloc[0]  # fmt: skip
    assert stopped[["stopped", "stopped_first", "stopped_last", "codes_found"]].isna().all()


def test_cities_keep_their_order_and_share_no_interview() -> None:
    one, other = _coded([{"a"}, {"b"}]), _coded([{"a"}, {"a"}])
    said = pd.concat([one.said, other.said.assign(city="asfors")])
    heard = pd.concat([one.heard, other.heard.assign(city="asfors")])
    rarefied = rarefy_codes(Coded(said, heard), by=["city"])
    at_two = rarefied[rarefied["interviews"] == 2].set_index("city")["estimate"]
    assert at_two.to_dict() == pytest.approx({"norrvik": 2, "asfors": 1})
    assert list(rarefied["city"].unique()) == ["norrvik", "asfors"]


@pytest.mark.parametrize("prevalence", [np.full(40, 0.15), np.linspace(0.02, 0.7, 40)])
def test_the_interval_holds_what_other_rounds_bring_on_average(prevalence: np.ndarray) -> None:
    """In 92 of 100 rounds of ten interviews: of four and of seven, and of ten and of fifteen where
    all codes are alike; where some are rare Chao2 falls short of them, and the interval with it.
    """
    rng = np.random.default_rng(6)
    held = []
    for _ in range(100):
        heard = rng.random((10, 40)) < prevalence
        interviews = [{f"c{code}" for code in np.flatnonzero(row)} for row in heard]
        rarefied = rarefy_codes(_coded(interviews), by=[]).set_index("interviews")
        at = rarefied.loc[[4, 7, 10, 15]]
        truth = [(1 - (1 - prevalence) ** size).sum() for size in at.index]
        held.append(((at["low"] <= truth) & (truth <= at["high"])).tolist())
    shares = np.mean(held, axis=0)
    assert (shares[:2] >= 0.92).all()
    assert (shares[2:] >= (0.92 if np.ptp(prevalence) == 0 else 0.8)).all()
