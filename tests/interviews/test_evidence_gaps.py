"""Who has been heard about what, what is empty, and whom to meet next."""

import numpy as np
import pandas as pd
import pytest

from labtools import figures, tables, words
from labtools.evidence.schemas import empty_table
from labtools.interviews import gap_figures, saturation
from labtools.interviews.evidence_gaps import (
    choose_next,
    choose_thin,
    count_further,
    count_gaps,
    count_hidden,
    list_single,
    list_themes,
    map_evidence,
    name_themes,
    summarize_gaps,
)
from labtools.interviews.incidence import Coded
from labtools.privacy.readers import Readers

NAMES = {"norrvik": "Norrvik", "work": "Arbete", "home": "Hemma"}


def _coded() -> Coded:
    """Two participants and a partner of Norrvik, and an unknown voice."""
    columns = ["source_id", "city", "type", "person_id", "role"]
    heard = pd.DataFrame(
        [
            ("i1", "norrvik", "interview", "p1", "participant"),
            ("i2", "norrvik", "interview", "p2", "participant"),
            ("i3", "norrvik", "conversation", "p3", "partner"),
            ("i4", "norrvik", "interview", "", ""),
        ],
        columns=columns,
    )
    said = pd.DataFrame({"source_id": ["i1", "i1", "i2", "i3", "i4"],
                         "code": ["work", "work", "work", "home", "home"]})  # fmt: skip
    return Coded(said.merge(heard, on="source_id").assign(date=""), heard.assign(date=""))


def _people() -> pd.DataFrame:
    rows = [
        ("p1", "norrvik", "participant", "16-24", "woman"),
        ("p2", "norrvik", "participant", "16-24", "woman"),
        ("p3", "norrvik", "partner", "", "man"),
        ("p4", "norrvik", "participant", "16-24", "woman"),
        ("p5", "norrvik", "participant", "65+", "man"),
        ("p6", "norrvik", "participant", "65+", "man"),
        ("p7", "norrvik", "partner", "25-44", "woman"),
        ("p8", "norrvik", "staff", "25-44", "man"),
        ("gone", "norrvik", "staff", "25-44", "woman"),
    ]
    return pd.DataFrame(rows, columns=["person_id", "city", "role", "age_band", "gender"])


def _roles() -> pd.DataFrame:
    return map_evidence(_coded(), ["work", "home", "money"], by=["city", "role"])


def test_people_are_counted_once_and_an_empty_cell_is_nought_of_those_heard() -> None:
    cells = _roles().set_index(["role", "theme"])[["people", "sources", "n", "n_sources"]]
    assert cells.loc[("participant", "work")].tolist() == [2, 2, 2, 2]
    assert cells.loc[("participant", "home")].tolist() == [0, 0, 2, 2]
    assert cells.loc[("partner", "home")].tolist() == [1, 1, 1, 1]
    assert len(cells) == 6


def test_an_unknown_voice_is_a_source_but_no_person() -> None:
    cells = map_evidence(_coded(), ["home"], by=["city"]).iloc[0]
    assert cells[["people", "sources", "n", "n_sources"]].tolist() == [1, 2, 3, 4]


def test_the_map_is_counted_whole() -> None:
    """Six cells: both roles without money, and each without the other's theme."""
    assert count_gaps(_roles()).iloc[0].to_dict() == {"cells": 6, "empty": 4, "single": 1}
    assert count_gaps(_roles().iloc[:0]).empty


def test_gaps_are_told_by_name_and_the_rest_by_number() -> None:
    themes = ["work", *(f"t{number}" for number in range(10))]
    gaps = summarize_gaps(map_evidence(_coded(), themes, by=["city", "role"]), NAMES,
                          by=["city", "role"], language="sv")  # fmt: skip
    told = gaps.set_index("role")["themes_missing"]
    assert told["participant"] == "t0, t1, t2, t3, t4, t5, t6, t7, och 2 till"
    assert told["partner"] == "Arbete, t0, t1, t2, t3, t4, t5, t6, och 3 till"
    assert gaps["themes_empty"].tolist() == [10, 11]


def test_what_rests_on_one_person_is_listed_without_the_person() -> None:
    single = list_single(_roles(), NAMES, by=["city", "role"], language="sv")
    assert single.to_numpy().tolist() == [["norrvik", "partner", 1, 1, "Hemma"]]
    assert not set(single) & {"person_id", "source_id"}


def test_partners_are_told_how_many_groups_they_do_not_see_and_not_which() -> None:
    """Nor in how many cells the theme rests on one person; the team sees all."""
    partners, team = (
        Readers(audience, min_people=5, read_table=empty_table)
        for audience in ("partners", "internal")
    )
    assert count_hidden(_roles(), partners.withhold(_roles()))["hidden"].item() == 6
    assert count_hidden(_roles(), team.withhold(_roles())).empty
    counted = count_gaps(_roles())
    told = words.say("cells_by_role", partners.withhold(counted, "single"), language="sv")
    assert told == "Delas städerna på roller blir rutorna 6. Då är 4 tomma."
    told = words.say("cells_by_role", team.withhold(counted, "single"), language="sv")
    assert told.endswith("Då är 4 tomma, och i en vilar temat på en enda känd person.")


def test_estimates_of_a_few_interviews_are_told_as_too_few() -> None:
    frequencies = pd.DataFrame({"role": ["participant", "partner", "staff"], "n": [31, 3, 9],
                                "codes_found": 12, "in_one": 2, "in_two": 1,
                                "incidences": 40})  # fmt: skip
    readers = Readers("partners", min_people=5, read_table=empty_table)
    also = ["codes_found", "in_one", "in_two", "incidences"]
    shown = readers.hide_parts(frequencies, "n", row="role", table="coded_by_role", also=also)
    codes = saturation.estimate_codes(shown, by=["role", "too_few"])
    assert codes["estimate"].isna().tolist() == [False, True, True]
    assert codes["n"].isna().tolist() == [False, True, True]
    html = tables.show(
        codes.drop(columns="standard_error"), caption="codes_by_role", language="sv"
    )._repr_html_()
    assert html.count("för få") == 8


def test_the_largest_group_that_nobody_met_comes_first() -> None:
    """Then, of groups of one, the role never coded, then the one with more empty themes."""
    turns = pd.DataFrame({"person_id": ["p1", "p2", "p3"], "speaker": "respondent"})
    chosen = choose_next(_people(), turns, _roles(), gone={"gone"}, names=NAMES, language="sv",
                         most=3)  # fmt: skip
    assert chosen[["order", "role", "age_band", "known", "heard"]].to_numpy().tolist() == [
        [1, "participant", "65+", 2, 0],
        [2, "staff", "25-44", 1, 0],
        [3, "partner", "25-44", 1, 0],
    ]
    assert chosen["about"].tolist() == ["Hemma, money", "alla teman", "Arbete, money"]
    assert chosen["themes_empty"].isna().tolist() == [False, True, False]
    assert count_further(chosen).to_numpy().tolist() == [["norrvik", 1]]
    assert "person_id" not in chosen


def test_what_rests_on_one_person_is_asked_about_where_nothing_is_empty() -> None:
    turns = pd.DataFrame({"person_id": ["p1", "p2", "p3"], "speaker": "respondent"})
    roles = map_evidence(_coded(), ["home"], by=["city", "role"])
    chosen = choose_next(_people(), turns, roles, gone=set(), names=NAMES, language="sv", most=9)
    about = chosen.set_index(["role", "age_band"])["about"]
    assert about["partner", "25-44"] == "Hemma"


def test_a_group_of_which_some_were_met_comes_after_and_may_have_nothing_to_ask() -> None:
    turns = pd.DataFrame({"person_id": ["p1", "p2", "p3"], "speaker": "respondent"})
    roles = map_evidence(_coded(), ["work"], by=["city", "role"])
    chosen = choose_next(_people(), turns, roles, gone=set(), names=NAMES, language="en", most=9)
    last = chosen.iloc[-1]
    assert last[["role", "age_band", "known", "heard", "about"]].tolist() == [
        "participant", "16-24", 3, 2, ""
    ]  # fmt: skip
    assert chosen.iloc[0]["about"] == "every theme"


def test_without_people_or_codes_there_is_nobody_and_nothing_to_list() -> None:
    coded = Coded(_coded().said.iloc[:0], _coded().heard.iloc[:0])
    roles = map_evidence(coded, ["work"], by=["city", "role"])
    assert roles.empty
    assert list_single(roles, NAMES, by=["city"], language="sv").empty
    assert summarize_gaps(roles, NAMES, by=["city"], language="sv").empty
    no_turns = pd.DataFrame({"person_id": [], "speaker": []}, dtype="str")
    one = {"gone": set(), "names": NAMES, "language": "sv", "most": 5}
    assert choose_next(_people().iloc[:0], no_turns, roles, **one).empty  # type: ignore[arg-type]
    everybody = choose_next(_people(), no_turns, roles, **one)  # type: ignore[arg-type]
    assert set(everybody["about"]) == {"alla teman"}


def test_themes_are_those_that_could_be_set() -> None:
    """A code that only groups others is none; one that is not in the codebook is."""
    codebook = pd.DataFrame({"code": ["all", "work"], "parent": ["", "all"],
                             "name_sv": ["", "Arbete"], "name_en": ["", ""]})  # fmt: skip
    assert list_themes(codebook, _coded()) == ["work", "home"]
    assert name_themes(codebook, language="en") == {"all": "all", "work": "Arbete"}


def test_a_map_without_the_column_is_named() -> None:
    with pytest.raises(KeyError, match="sources missing"):
        summarize_gaps(_roles().drop(columns="sources"), NAMES, by=["city"], language="sv")


def test_the_figure_takes_the_themes_that_most_are_silent_on() -> None:
    thin = choose_thin(_roles(), most=1)
    assert set(thin["theme"]) == {"money"}


def test_the_map_is_drawn_with_its_numbers_and_told_in_words() -> None:
    (ax,) = figures.new_panels(1)
    gap_figures.draw_map(
        _roles().query("n >= 2"), "city", "role",
        title="evidence_map", language="sv", axes=[ax], names=NAMES,
    )  # fmt: skip
    assert sorted(text.get_text() for text in ax.texts) == ["0/2", "0/2", "2/2"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["Deltagare"]
    assert ax.get_label().startswith("Personer som talat om temat, av de hörda i rollen. Norrvik, ")
    assert "Hemma (deltagare)" in ax.get_label()


def test_emergence_is_drawn_on_into_what_may_come() -> None:
    (ax,) = figures.new_panels(1)
    emergence = pd.DataFrame({"city": "norrvik", "interviews": [1, 2], "estimate": [1.5, 2.0],
                              "low": [1.0, 2.0], "high": [2.0, 2.0], "n": 2,
                              "in_order": [1, 2]})  # fmt: skip
    ahead = pd.DataFrame({"city": "norrvik", "further": [1, 2], "estimate": [0.5, 0.75],
                          "low": [0.0, 0.0], "high": [1.0, 2.0]})  # fmt: skip
    gap_figures.draw_emergence(emergence, ahead, "city", title="emergence", language="en",
                               axes=[ax], names=NAMES)  # fmt: skip
    assert np.array(ax.lines[-1].get_xydata()).tolist() == [[2, 2], [3, 2.5], [4, 2.75]]
    assert "2 after 2, and 2 more interviews are expected to bring at least 0.8" in ax.get_label()
