"""Surveys as they are exported become one row per person and wave, or say why not."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from labtools.evidence.questionnaires import Survey, empty_survey, read_survey
from labtools.faults import BadInput

TOML = """
[survey]
name_sv = "Deltagare"
sampling = "census"
[columns]
person_id = "lopnr"
city = "ort"
wave = "omgang"
date = "dag"
[design]
weight = "vikt"
[scale.belonging]
variables = ["hemma", "lyssnad"]
score = "mean"
minimum_answered = 1
range = [1, 5]
name_sv = "Tillhörighet"
"""
DICTIONARY = [
    "variable,source_column,question_sv,question_en,type,codes,reverse",
    "lopnr,Löpnr,,,id,,",
    "ort,Ort,,,single,cities,",
    "omgang,Omgång,,,single,waves,",
    "dag,Svarsdatum,,,date,,",
    "vikt,Vikt,,,design,,",
    "hemma,Känner du dig hemma?,,,ordinal,agree,",
    "lyssnad,Ingen lyssnar,,,ordinal,agree,yes",
    "kontakter,Nya kontakter,,,number,,",
    "fritt,Något mer?,,,text,,",
]
CODES = [
    "codes,code,label_sv,label_en,order,missing_reason",
    "cities,norrvik,Norrvik,Norrvik,1,",
    "cities,asfors,Åsfors,Åsfors,2,",
    "waves,before,före,before,1,",
    "waves,after,efter,after,2,",
    "agree,1,Instämmer inte alls,Disagree,1,",
    "agree,5,Instämmer helt,Agree,5,",
    "agree,8,Vet ej,Don't know,,dont_know",
    "agree,9,Vill ej svara,Refused,,refused",
]
HEADER = "Löpnr;Ort;Omgång;Svarsdatum;Vikt;Känner du dig hemma?;Ingen lyssnar;Nya kontakter;"
ANSWERS = [
    HEADER + "Något mer?",
    'P-1;Norrvik;före;2024-10-01;1,5;1;8;2;"hissen; ljuset"',
    "P-1;norrvik;efter;2025-10-01;1,5;5;Instämmer helt;1 200,5;",
    "P-2;Åsfors;före;2024-10-02;0,5;;9;;Åh",
]


def write_survey(
    folder: Path,
    *,
    answers: list[str] | None = None,
    dictionary: list[str] | None = None,
    codes: list[str] | None = None,
    toml: str = TOML,
    encoding: str = "cp1252",
) -> Path:
    """A survey's folder with a CSV as Excel in Swedish writes it."""
    folder.mkdir(exist_ok=True)
    (folder / "survey.toml").write_text(toml, encoding="utf-8")
    for name, rows in (("dictionary", dictionary or DICTIONARY), ("codes", codes or CODES)):
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    text = "\r\n".join(answers or ANSWERS) + "\r\n"
    (folder / "answers.csv").write_bytes(text.encode(encoding))
    return folder


def read(folder: Path) -> Survey:
    return read_survey(folder, name="surveys/deltagare")


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read(folder)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_swedish_excel_csv_is_read_in_any_of_its_encodings(tmp_path: Path, encoding: str) -> None:
    answers = read(write_survey(tmp_path / "s", encoding=encoding)).answers
    expected = pd.DataFrame(
        {
            "person_id": ["P-1", "P-1", "P-2"],
            "city": ["norrvik", "norrvik", "asfors"],
            "wave": ["before", "after", "before"],
            "date": pd.to_datetime(["2024-10-01", "2025-10-01", "2024-10-02"]),
            "vikt": [1.5, 1.5, 0.5],
            "hemma": [1.0, 5.0, float("nan")],
            "lyssnad": [float("nan"), 5.0, float("nan")],
            "kontakter": [2.0, 1200.5, float("nan")],
            "fritt": ["hissen; ljuset", None, "Åh"],
        }
    )
    pd.testing.assert_frame_equal(answers, expected, check_dtype=False)


def test_each_missing_answer_keeps_its_reason(tmp_path: Path) -> None:
    missing = read(write_survey(tmp_path / "s")).missing
    expected = {
        (0, "lyssnad", "dont_know"),
        (1, "fritt", "blank"),
        (2, "hemma", "blank"),
        (2, "lyssnad", "refused"),
        (2, "kontakter", "blank"),
    }
    assert set(missing.itertuples(index=False, name=None)) == expected


def test_settings_and_scales_come_with_the_answers(tmp_path: Path) -> None:
    survey = read(write_survey(tmp_path / "deltagare"))
    assert survey.name == "deltagare"
    assert survey.settings["sampling"] == "census"
    assert survey.design == {"weight": "vikt"}
    assert survey.scales["belonging"].variables == ("hemma", "lyssnad")
    assert survey.scales["belonging"].range == (1.0, 5.0)
    assert survey.disposition.empty


def test_every_code_without_meaning_is_listed_at_once(tmp_path: Path) -> None:
    rows = [
        ANSWERS[0],
        "P-1;Norrvik;före;2024-10-01;1;3;1;0;",
        "P-2;Norrvik;före;2024-10-01;1;3;Kanske;0;",
        "P-3;Malmö;före;2024-02-30;1;1;1;två;",
    ]
    faults = faults_of(write_survey(tmp_path / "s", answers=rows))
    assert len(faults) == 5
    place = "surveys/deltagare/answers.csv, row 2, column Känner du dig hemma?"
    assert any(fault.startswith(place) and "'3' in 2 rows" in fault for fault in faults)
    for found in ("'Kanske' in 1 row", "'Malmö'", "'2024-02-30'", "'två'"):
        assert sum(found in fault for fault in faults) == 1


def test_decimal_comma_is_refused_where_commas_delimit(tmp_path: Path) -> None:
    dictionary = [DICTIONARY[0], "andel,andel,,,number,,"]
    rows = ["nr,andel", '1,"26,4"', "2,35.6", '3,"1.234,5"']
    toml = '[survey]\nsampling = "unknown"\n'
    folder = write_survey(tmp_path / "s", answers=rows, dictionary=dictionary, toml=toml)
    first, second = faults_of(folder)
    assert first.startswith("surveys/deltagare/answers.csv, row 2, column andel: must be a number")
    assert "'26,4' in 1 row" in first
    assert "'1.234,5' in 1 row" in second


def test_wide_answers_become_a_row_for_each_wave_somebody_answered(tmp_path: Path) -> None:
    dictionary = [
        "variable,source_column,wave,question_sv,question_en,type,codes",
        "nr,nr,,,,id,",
        "hemma,h1,before,,,ordinal,agree",
        "hemma,h2,after,,,ordinal,agree",
        "bor_kvar,k2,after,,,ordinal,agree",
    ]
    toml = '[survey]\nsampling = "census"\n[columns]\nperson_id = "nr"\n'
    rows = ["nr,h1,h2,k2", "a,1,5,1", "b,5,,", "c,,9,", "d,,,"]
    survey = read(write_survey(tmp_path / "s", answers=rows, dictionary=dictionary, toml=toml))
    expected = pd.DataFrame(
        {
            "person_id": ["a", "a", "b", "c"],
            "wave": ["before", "after", "before", "after"],
            "hemma": [1.0, 5.0, 5.0, float("nan")],
            "bor_kvar": [float("nan"), 1.0, float("nan"), float("nan")],
        }
    )
    pd.testing.assert_frame_equal(survey.answers, expected, check_dtype=False)
    assert set(survey.missing.itertuples(index=False, name=None)) == {
        (0, "bor_kvar", "not_asked"),
        (2, "bor_kvar", "not_asked"),
        (3, "hemma", "refused"),
        (3, "bor_kvar", "blank"),
    }


def test_a_person_twice_in_a_wave_is_refused(tmp_path: Path) -> None:
    rows = [*ANSWERS, "P-1;Norrvik;efter;2025-10-03;1;1;1;1;"]
    (fault,) = faults_of(write_survey(tmp_path / "s", answers=rows))
    assert fault.startswith("surveys/deltagare/answers.csv, row 5: each person_id + wave")
    assert "P-1 + after" in fault


def test_people_without_id_are_not_each_others_doubles(tmp_path: Path) -> None:
    rows = [ANSWERS[0], *[";Norrvik;före;2024-10-01;1;1;1;0;"] * 2]
    answers = read(write_survey(tmp_path / "s", answers=rows)).answers
    assert len(answers) == 2


def test_what_the_answers_or_the_dictionary_lack_is_named(tmp_path: Path) -> None:
    toml = TOML.replace('"lyssnad"]', '"lyssnat"]').replace('"vikt"', '"wikt"')
    dictionary = [row.replace("Nya kontakter", "Nya kontaktr") for row in DICTIONARY]
    dictionary = [row.replace("agree,yes", "agre,yes") for row in dictionary]
    faults = faults_of(write_survey(tmp_path / "s", toml=toml, dictionary=dictionary))
    assert len(faults) == 4
    for found in ("found wikt", "found lyssnat", "write Nya kontakter", "none for agre"):
        assert sum(found in fault for fault in faults) == 1


def test_a_scale_outside_its_range_is_refused(tmp_path: Path) -> None:
    toml = TOML.replace("[1, 5]", "[1, 4]")
    faults = faults_of(write_survey(tmp_path / "s", toml=toml))
    assert len(faults) == 2
    assert "found 1 to 5" in faults[0]


def test_survey_toml_is_checked_key_by_key(tmp_path: Path) -> None:
    toml = TOML.replace("census", "censsus").replace("minimum_answered = 1", "minimum = 1")
    faults = faults_of(write_survey(tmp_path / "s", toml=toml.replace('"mean"', '"median"')))
    assert any("found censsus" in fault for fault in faults)
    assert any("found minimum" in fault for fault in faults)


def test_faults_of_all_files_come_together(tmp_path: Path) -> None:
    folder = write_survey(tmp_path / "s", toml="[survey\n", dictionary=["variable", "a"])
    (folder / "answers.csv").write_bytes(b"")
    faults = faults_of(folder)
    for file in ("survey.toml", "dictionary.csv", "answers.csv"):
        assert any(fault.startswith(f"surveys/deltagare/{file}") for fault in faults)


def test_two_files_of_answers_are_refused(tmp_path: Path) -> None:
    folder = write_survey(tmp_path / "s")
    (folder / "answers.xlsx").write_bytes(b"PK")
    assert "found answers.csv, answers.xlsx" in faults_of(folder)[0]


def write_sav(folder: Path) -> Path:
    """A residents' survey as SPSS saves it: labels, user-missing and system-missing codes."""
    write_survey(
        folder,
        toml='[survey]\nsampling = "random"\n[columns]\ncity = "ort"\n'
        '[design]\nweight = "vikt"\ncluster = "trapphus"\n',
        dictionary=[
            DICTIONARY[0],
            "ort,ort,,,single,cities,",
            "trapphus,trapphus,,,design,,",
            "vikt,vikt,,,number,,",
            "hemma,hemma,,,ordinal,agree,",
            "dag,dag,,,date,,",
        ],
    )
    (folder / "answers.csv").unlink()
    rows = pd.DataFrame(
        {
            "ort": [1.0, 2.0, 2.0, 1.0],
            "trapphus": ["Å1", "Å1", "Ö2", ""],
            "vikt": [10.25, 1.0, 2.0, 3.0],
            "hemma": [1.0, 9.0, float("nan"), 8.0],
            "dag": pd.to_datetime(["2025-10-01", "2025-10-02", None, "2025-10-04"]).date,
        }
    )
    labels = {"ort": {1: "Norrvik", 2: "Åsfors"}, "hemma": {8: "Vet ej", 9: "Vill ej svara"}}
    pyreadstat.write_sav(
        rows,
        str(folder / "answers.sav"),
        variable_value_labels=labels,
        missing_ranges={"hemma": [8, 9]},
    )
    return folder


def test_sav_keeps_user_missing_apart_from_system_missing(tmp_path: Path) -> None:
    survey = read(write_sav(tmp_path / "s"))
    answers = survey.answers
    assert answers["city"].tolist() == ["norrvik", "asfors", "asfors", "norrvik"]
    assert answers["trapphus"].tolist()[:3] == ["Å1", "Å1", "Ö2"]
    assert answers["vikt"].tolist() == [10.25, 1.0, 2.0, 3.0]
    assert answers["hemma"].isna().tolist() == [False, True, True, True]
    assert answers["dag"].dt.day.tolist()[:2] == [1, 2]
    assert set(survey.missing.itertuples(index=False, name=None)) == {
        (1, "hemma", "refused"),
        (2, "hemma", "system"),
        (3, "hemma", "dont_know"),
        (2, "dag", "system"),
        (3, "trapphus", "blank"),
    }


def test_a_code_that_spss_calls_missing_must_have_its_reason(tmp_path: Path) -> None:
    folder = write_sav(tmp_path / "s")
    codes = [row.replace(",,refused", ",9,") for row in CODES]
    (folder / "codes.csv").write_text("\n".join(codes), encoding="utf-8")
    (fault,) = faults_of(folder)
    assert fault.startswith("surveys/deltagare/answers.sav, row 2, column hemma")


def test_an_empty_survey_has_the_columns_and_types_of_a_full_one(tmp_path: Path) -> None:
    full, empty = read(write_survey(tmp_path / "s")), empty_survey("s")
    parts = ["person_id", "city", "wave", "date"]
    assert empty.answers.dtypes.to_dict() == full.answers[parts].dtypes.to_dict()
    assert empty.missing.dtypes.to_dict() == full.missing.dtypes.to_dict()
    assert set(empty.dictionary) == set(full.dictionary)


def test_a_misspelt_key_of_the_settings_names_the_nearest_known_one(tmp_path: Path) -> None:
    toml = TOML.replace("[design]", "[desing]").replace("minimum_answered", "minimum_answerd")
    assert [
        line.split("found ")[1] for line in faults_of(write_survey(tmp_path / "s", toml=toml))
    ] == [
        "desing; write design",
        "minimum_answerd; write minimum_answered",
    ]
