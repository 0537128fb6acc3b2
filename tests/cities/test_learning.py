"""How learning moves: round the cycle, from city to city, and the ink that shows it."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from labtools import figures
from labtools.cities import learning
from labtools.cities.arrows import MOST_IN_RING, draw_arrows
from labtools.cities.timeline import draw_stages, rows_of
from labtools.faults import BadInput
from labtools.lab import open_lab

NAMES = {"umea": "Umeå", "boden": "Boden", "lund": "Lund"}


def _reflections(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Entries as id, city, stage, leads_to, learnt_from."""
    columns = ["entry", "city", "stage", "leads_to", "learnt_from"]
    table = pd.DataFrame(rows, columns=columns, dtype="str")
    dates = [f"2024-0{number}-01" for number in range(1, len(table) + 1)]
    return table.assign(date=dates, text=table["entry"] + " skrev.", source="bok")


CYCLE = _reflections(
    ("e1", "umea", "experience", "r1", ""),
    ("r1", "umea", "reflection", "c1; r2", ""),
    ("r2", "umea", "reflection", "", ""),
    ("c1", "umea", "concept", "x1", ""),
    ("x1", "umea", "experiment", "e2", ""),
    ("e2", "boden", "experience", "x2", "umea;lund"),
    ("x2", "boden", "experiment", "", ""),
    ("z", "boden", "", "", ""),
)
STEPS = learning.list_steps(CYCLE)


def test_every_entry_is_counted_whatever_its_stage() -> None:
    found = learning.count_stages(CYCLE, order=["boden", "lund", "umea"])
    assert found.to_numpy().tolist() == [["boden", 3, 1, 0, 0, 1, 1], ["umea", 5, 1, 2, 1, 1, 0]]
    assert list(found)[:3] == ["city", "entries", "experience"]


def test_a_step_follows_where_its_stage_comes_next_and_the_last_leads_to_the_first() -> None:
    follows = dict(zip(STEPS["entry"] + STEPS["next_entry"], STEPS["follows"], strict=True))
    assert follows == {
        "e1r1": True,
        "r1c1": True,
        "r1r2": False,
        "c1x1": True,
        "x1e2": True,
        "e2x2": False,
    }


def test_a_cycle_is_closed_where_an_experience_leads_all_the_way_to_a_new_one() -> None:
    """Umeå's goes round, by way of a city of its own; Boden's leaps from experience to trial."""
    loops = learning.count_loops(CYCLE, STEPS, order=["umea", "boden", "lund"])
    assert loops.to_numpy().tolist() == [["umea", 1, 1, 1, 1, 1], ["boden", 1, 0, 0, 0, 0]]


def test_entries_that_lead_round_for_ever_are_followed_once_round() -> None:
    stages = zip("abcd", learning.STAGES, "bcda", strict=True)
    ring = _reflections(*((entry, "umea", stage, to, "") for entry, stage, to in stages))
    loops = learning.count_loops(ring, learning.list_steps(ring), order=["umea"])
    assert loops.to_numpy().tolist() == [["umea", 1, 1, 1, 1, 1]]


def test_who_learnt_is_told_by_the_entry_or_by_the_step_between_two_cities_once() -> None:
    arrows = learning.list_arrows(CYCLE, STEPS)
    assert arrows[["learnt_from", "city", "entry"]].to_numpy().tolist() == [
        ["umea", "boden", "e2"],
        ["lund", "boden", "e2"],
    ]
    silent = CYCLE.assign(learnt_from="")
    (led,) = learning.list_arrows(silent, STEPS).to_dict("records")
    assert (led["learnt_from"], led["city"], led["text"]) == ("umea", "boden", "e2 skrev.")
    counted = learning.count_arrows(pd.concat([arrows, arrows.head(1).assign(entry="e9")]))
    assert counted.to_numpy().tolist() == [
        ["umea", "boden", 2, "e2, e9"],
        ["lund", "boden", 1, "e2"],
    ]


def test_an_entry_that_leads_nowhere_that_is_known_is_one_line() -> None:
    with pytest.raises(BadInput) as refused:
        learning.list_steps(_reflections(("e1", "umea", "experience", "r9", "")))
    (fault,) = refused.value.faults
    assert "e1 leads to r9" in str(fault)


def test_a_city_is_mentioned_with_a_capital_whole_and_elsewhere() -> None:
    turns = pd.DataFrame(
        [
            ("i1", "boden", "I Umeå gör dom så. Umeås sätt, alltså."),
            ("i1", "boden", "Nere i boden står cykeln, och i Boden bor jag."),
            ("i2", "boden", "Umeåborna? Lundgren?"),
            ("i3", "boden", "Jag var i Lund."),
            ("i4", "boden", "Lund och Umeå."),
        ],
        columns=["source_id", "city", "text"],
    )
    found = learning.count_mentions(turns, NAMES)
    assert found.to_numpy().tolist() == [
        ["boden", "umea", 2, "i1, i4"],
        ["boden", "lund", 2, "i3, i4"],
    ]
    assert learning.count_mentions(turns, {}).empty
    assert learning.count_mentions(turns.head(0), NAMES).empty


def test_the_example_tells_the_arrows_that_were_planted_and_closes_one_cycle_a_city(
    root: Path,
) -> None:
    """Each city's first chain leads on to its second; its third stops before the experiment."""
    lab = open_lab(root / "data" / "example")
    reflections = lab.read_reflections()
    steps = learning.list_steps(reflections)
    arrows = learning.count_arrows(learning.list_arrows(reflections, steps))
    truth = tomllib.loads((root / "data" / "example" / "truth.toml").read_text("utf-8"))
    planted = {(arrow["from"], arrow["city"]) for arrow in truth["learnt"]}
    assert set(zip(arrows["learnt_from"], arrows["city"], strict=True)) == planted
    loops = learning.count_loops(reflections, steps, order=list(lab.city_names()))
    assert loops.drop(columns="city").to_numpy().tolist() == [[4, 4, 4, 3, 1]] * 4


def test_the_published_arrow_from_norrkoping_to_boden_is_there_with_its_source(root: Path) -> None:
    reflections = open_lab(root / "data" / "innovationslabb").read_reflections()
    arrows = learning.list_arrows(reflections, learning.list_steps(reflections))
    told = arrows[(arrows["learnt_from"] == "norrkoping") & (arrows["city"] == "boden")]
    assert told["source"].tolist() == ["allmannytta-etta"]


def test_the_timeline_has_a_point_per_entry_with_a_place_and_a_line_per_step() -> None:
    ax = figures.new_axes(rows=rows_of(CYCLE))
    draw_stages(CYCLE, STEPS, language="sv", ax=ax, names=NAMES)
    points = [place for line in ax.lines for place in zip(*line.get_data(), strict=True)]
    assert len(points) == 7
    whole, dashed = (len(lines.get_segments()) for lines in ax.collections)
    assert (whole, dashed) == (4, 2)
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels[:3] == ["Umeå", "Erfarenhet", "Reflektion"]
    assert labels[5] == "Boden"
    assert "Boden: erfarenhet 1, reflektion 0, tanke 0, försök 1" in str(ax.get_label())


def test_arrows_run_from_the_teacher_to_the_learner_and_every_city_stands_there() -> None:
    pairs = learning.count_arrows(learning.list_arrows(CYCLE, STEPS))
    order = ["umea", "boden", "skara"]
    ax = draw_arrows(pairs, order=order, language="en", ax=figures.new_axes(), names=NAMES)
    assert len(ax.patches) == 2
    texts = {text.get_text(): text.get_style() for text in ax.texts}
    assert {"Umeå": "normal", "skara": "normal", "Lund": "italic"}.items() <= texts.items()
    assert "Boden learnt from Umeå (1)" in str(ax.get_label())
    many = [f"c{number}" for number in range(20)]
    ax = draw_arrows(
        pairs, order=[*order, *many], language="en", ax=figures.new_axes(), names=NAMES
    )
    assert "c1" not in {text.get_text() for text in ax.texts}


def test_of_very_many_cities_the_pairs_that_most_entries_tell_of_stand_in_the_ring() -> None:
    """Thirty pairs of cities of their own, told of by one entry, two entries, three …"""
    pairs = pd.DataFrame(
        [(f"a{number}", f"b{number}", number + 1) for number in range(30)],
        columns=["learnt_from", "city", "n"],
    )
    ax = draw_arrows(pairs, order=[], language="en", ax=figures.new_axes(), names={})
    assert len(ax.patches) == MOST_IN_RING / 2
    told = str(ax.get_label())
    assert "a29" in told
    assert "a18" in told
    assert "a17" not in told


def test_of_nothing_nothing_is_drawn_and_every_table_is_empty() -> None:
    none = CYCLE.head(0)
    steps = learning.list_steps(none)
    arrows = learning.list_arrows(none, steps)
    ax = figures.new_axes()
    draw_stages(none, steps, language="sv", ax=ax, names=NAMES)
    draw_arrows(learning.count_arrows(arrows), order=["umea"], language="sv", ax=ax, names=NAMES)
    assert not ax.has_data()
    assert learning.count_stages(none, order=["umea"]).empty
    assert learning.count_loops(none, steps, order=["umea"]).empty
    assert learning.summarize(none).empty
    assert learning.as_turns(none).empty
