"""Surveys as they are exported become one row per person and wave, or say why not."""

from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from labtools.evidence.questionnaires.survey import AnswerFile, Survey, empty_survey, read_survey
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


@pytest.mark.parametrize("dots", ["…", "..."])
def test_what_the_template_left_open_is_to_be_filled_in(tmp_path: Path, dots: str) -> None:
    toml = TOML.replace("[columns]", f'population = "{dots}"\n[columns]')
    (fault,) = faults_of(write_survey(tmp_path / "s", toml=toml))
    assert f"survey.toml: population in [survey] must be filled in; found '{dots}'" in fault


def test_a_wrong_encoding_is_told_before_the_dictionary_is_blamed(tmp_path: Path) -> None:
    toml = TOML + '[file]\nencoding = "mac-roman"\n'
    (fault,) = faults_of(write_survey(tmp_path / "s", toml=toml, encoding="cp1252"))
    assert fault.startswith("surveys/deltagare/survey.toml: encoding in [file] must be that of")
    assert "found mac-roman; leave it out: cp1252 is found out" in fault
    right = TOML + '[file]\nencoding = "cp1252"\n'
    dictionary = [row.replace("Löpnr", "Lopnr") for row in DICTIONARY]
    (fault,) = faults_of(write_survey(tmp_path / "t", toml=right, dictionary=dictionary))
    assert "must be a column of answers.csv; found Lopnr; write Löpnr" in fault


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


def test_how_the_answers_were_read_is_stated(tmp_path: Path) -> None:
    assert read(write_survey(tmp_path / "s")).file == AnswerFile(
        "answers.csv", "plain", "cp1252", ";", ",", 3, {}
    )
    assert read(write_sav(tmp_path / "t")).file == AnswerFile(
        "answers.sav", "spss", "UTF-8", "", ".", 4, {}
    )


def test_the_settings_can_say_how_the_file_is_to_be_read(tmp_path: Path) -> None:
    toml = TOML + '[file]\nprofile = "plain"\nencoding = "mac-roman"\ndelimiter = "|"\n'
    folder = write_survey(
        tmp_path / "s", toml=toml, answers=[row.replace(";", "|") for row in ANSWERS]
    )
    text = (folder / "answers.csv").read_bytes().decode("cp1252")
    (folder / "answers.csv").write_bytes(text.encode("mac-roman"))
    survey = read(folder)
    assert survey.answers["city"].tolist() == ["norrvik", "norrvik", "asfors"]
    assert (survey.file.encoding, survey.file.delimiter) == ("mac-roman", "|")


@pytest.mark.parametrize("key", ["profile", "encoding", "delimiter", "decimal"])
def test_an_unknown_setting_of_the_file_is_told_with_the_choices(tmp_path: Path, key: str) -> None:
    (fault,) = faults_of(write_survey(tmp_path / "s", toml=TOML + f'[file]\n{key} = "annat"\n'))
    known = {
        "profile": "'qualtrics'",
        "encoding": "'cp1252'",
        "delimiter": "'tab'",
        "decimal": "'.'",
    }
    assert fault.startswith(f"surveys/deltagare/survey.toml: {key} in [file] must be one of '")
    assert known[key] in fault
    assert "found annat" in fault


def test_a_misspelt_key_of_the_file_is_told(tmp_path: Path) -> None:
    (fault,) = faults_of(write_survey(tmp_path / "s", toml=TOML + '[file]\nencodng = "cp1252"\n'))
    assert "found encodng; write encoding" in fault


MULTIPLE = [
    "variable,source_column,wave,question_sv,question_en,type,separator,codes,option,blank",
    "nr,nr,,,,id,,,,",
    "resa,resa,,,,multiple,;,,,",
    "hjalp,h_a,,,,multiple,,,granne,",
    "hjalp,h_b,,,,multiple,,,vard,",
    "hjalp_annat,h_c,,,,text,,,,",
]
MULTIPLE_CODES = [
    CODES[0],
    "resa,buss,Buss,Bus,1,",
    "resa,cykel,Cykel,Bicycle,2,",
    "hjalp,granne,Av en granne,From a neighbour,1,",
    "hjalp,vard,Av värden,From the landlord,2,",
]
MULTIPLE_TOML = '[survey]\nsampling = "census"\n[columns]\nperson_id = "nr"\n'


def write_multiple(
    folder: Path,
    *,
    answers: list[str] | None = None,
    dictionary: list[str] | None = None,
    codes: list[str] | None = None,
    toml: str = MULTIPLE_TOML,
) -> Path:
    """A survey of a multiple choice in one cell, and one with a column for each option."""
    rows = ["nr,resa,h_a,h_b,h_c", "a,Cykel;Buss;,1,0,", "b,,,,", "c,Buss,0,0,min syster"]
    return write_survey(
        folder,
        answers=answers or rows,
        dictionary=dictionary or MULTIPLE,
        codes=codes or MULTIPLE_CODES,
        toml=toml,
    )


def test_a_multiple_choice_is_one_variable_however_it_is_laid_out(tmp_path: Path) -> None:
    survey = read(write_multiple(tmp_path / "s"))
    assert survey.answers.columns.tolist() == ["person_id", "resa", "hjalp", "hjalp_annat"]
    assert survey.answers["resa"].fillna("?").tolist() == ["buss;cykel", "?", "buss"]
    assert survey.answers["hjalp"].fillna("?").tolist() == ["granne", "?", ""]
    assert set(survey.missing.itertuples(index=False, name=None)) == {
        (0, "hjalp_annat", "blank"),
        (1, "resa", "blank"),
        (1, "hjalp", "blank"),
        (1, "hjalp_annat", "blank"),
    }


def test_choices_without_meaning_are_listed_with_all_other_faults(tmp_path: Path) -> None:
    rows = ["nr,resa,h_a,h_b,h_c", "a,Cykel;Tåg;,1,kanske,", "b,Båt,,,", "c,Tåg,,,"]
    codes = [*MULTIPLE_CODES, "resa,flyg,,,3,"]
    (bare,) = faults_of(write_multiple(tmp_path / "s", codes=codes))
    assert bare.startswith("surveys/deltagare/codes.csv, row 6: each code must have a meaning")
    faults = faults_of(write_multiple(tmp_path / "s", answers=rows))
    assert len(faults) == 3
    for found in ("'tåg' in 2 rows", "'båt' in 1 row", "'kanske' in 1 row"):
        assert sum(found in fault for fault in faults) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("multiple,,,vard,", "multiple,,,vaktmastare,", "row 5, column option: must be a code of"),
        ("multiple,,,vard,", "multiple,,,,", "row 5, column option: must have an option"),
        (
            "multiple,,,vard,",
            "multiple,,,vard,none",
            "row 4, column blank: each row of hjalp must have",
        ),
        ("multiple,,,vard,", "multiple,,resa,buss,", "row 4, column codes: each row of hjalp must"),
        ("text,,,,", "text,,,,none", "row 6, column blank: blank must be of"),
        ("text,,,,", "text,,,granne,", "row 6, column option: option must be of"),
        ("multiple,;,,,", "multiple,;,vagar,,", "row 3, column codes: codes.csv must have rows"),
        ("h_b,,,,multiple,,,vard", "h_b,,,,multiple,,,granne", "each variable + wave + option"),
    ],
)
def test_rows_of_a_multiple_choice_that_do_not_fit_are_told(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    dictionary = [row.replace(old, new) for row in MULTIPLE]
    faults = faults_of(write_multiple(tmp_path / "s", dictionary=dictionary))
    assert said in faults[0]
    assert len(faults) == 1


def test_a_blank_that_means_none_makes_no_row_for_a_wave(tmp_path: Path) -> None:
    dictionary = [
        MULTIPLE[0],
        "nr,nr,,,,id,,,,",
        "resa,r1,before,,,multiple,;,,,none",
        "resa,r2,after,,,multiple,;,,,none",
        "fritt,f2,after,,,text,,,,",
    ]
    rows = ["nr,r1,r2,f2", "a,Buss;,,", "b,Buss;,,hej"]
    survey = read(write_multiple(tmp_path / "s", answers=rows, dictionary=dictionary))
    found = survey.answers[["person_id", "wave", "resa"]].to_numpy().tolist()
    assert found == [["a", "before", "buss"], ["b", "before", "buss"], ["b", "after", ""]]


def test_rows_that_qualtrics_calls_previews_are_no_answers(tmp_path: Path) -> None:
    rows = [
        "EndDate,Status,ResponseId,Q1",
        "End Date,Response Type,Response ID,Hur kom du?",
        '"{""ImportId"":""endDate""}","{""ImportId"":""status""}",'
        '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}"',
        "2024-10-01 09:15:00,Survey Preview,R_1,Buss",
        "2024-10-01 09:16:00,IP Address,R_2,Cykel",
    ]
    dictionary = [MULTIPLE[0], "nr,ResponseId,,,,id,,,,", "resa,Q1,,,,single,,,,"]
    survey = read(write_multiple(tmp_path / "s", answers=rows, dictionary=dictionary))
    assert survey.answers["resa"].tolist() == ["cykel"]
    assert survey.file.left_out == {"preview": 1, "test": 0, "spam": 0}


ROUND = [
    MULTIPLE[0],
    "nr,nr,,,,id,,,,",
    "hemma,Hemma på gården,,,,ordinal,,agree,,",
    "timmar,timmar,,,,number,,,,",
    "dag,dag,,,,date,,,,",
    "fritt,fritt,,,,text,,,,",
]
WORDS = st.text("abåäöÅÄÖ éß,;.\"'-–1", min_size=1, max_size=12).map(str.strip)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([1, 5, 8, 9, None]),
        st.one_of(st.none(), st.integers(-9999, 9999).map(lambda cents: cents / 100)),
        st.one_of(st.none(), st.dates(pd.Timestamp("1900-01-01").date())),
        st.one_of(st.none(), WORDS.filter(lambda text: any(c.isalpha() for c in text))),
    ),
    min_size=1,
    max_size=6,
)


def write_people(folder: Path, rows: pd.DataFrame, kind: str) -> None:
    """The same answers in one of the formats; in CSV and Excel by their label or code."""
    for old in folder.glob("answers.*"):
        old.unlink()
    name = "Hemma på gården"
    suffix, _, rest = kind.partition(" ")
    if suffix in ("sav", "zsav"):
        table = rows.rename(columns={name: "hemma"}).assign(
            hemma=rows[name].astype(float),
            timmar=rows["timmar"].astype(float),
            fritt=rows["fritt"].fillna(""),
        )
        pyreadstat.write_sav(
            table,
            str(folder / f"answers.{suffix}"),
            compress=suffix == "zsav",
            missing_ranges={"hemma": [8, 9]},
            variable_format={"dag": "DATE11"},
        )
    elif suffix == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(list(rows.columns))
        for row in rows.itertuples(index=False):
            book.active.append([None if pd.isna(cell) else cell for cell in row])
        for row in book.active.iter_rows(min_row=2, min_col=5, max_col=5):
            row[0].data_type = "s" if row[0].value is not None else row[0].data_type
        book.save(folder / "answers.xlsx")
    else:
        delimiter, encoding = rest.split()
        decimal = "," if delimiter == ";" else "."
        text = rows.to_csv(sep=delimiter, decimal=decimal, index=False, lineterminator="\r\n")
        (folder / "answers.csv").write_bytes(text.encode(encoding))


@given(PEOPLE)
@settings(max_examples=4, phases=[Phase.generate])  # each starts SPSS's reader twice
def test_answers_survive_every_format(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[object, ...]]
) -> None:
    columns = ["Hemma på gården", "timmar", "dag", "fritt"]
    rows = pd.DataFrame(people, columns=columns, dtype="object")
    rows["Hemma på gården"] = rows["Hemma på gården"].astype("Int64")
    rows.insert(0, "nr", [f"å{number}" for number in range(len(rows))])
    folder = write_survey(
        tmp_path_factory.getbasetemp() / "round", dictionary=ROUND, toml=MULTIPLE_TOML
    )
    formats = [f"csv {mark} {code}" for mark in ";," for code in ("utf-8", "utf-8-sig", "cp1252")]
    found = {}
    for kind in (*formats, "xlsx", "sav", "zsav"):
        write_people(folder, rows, kind)
        if kind.endswith("sav"):
            short = [row.replace("Hemma på gården", "hemma") for row in ROUND]
            (folder / "dictionary.csv").write_text("\n".join(short), encoding="utf-8")
        found[kind] = read(folder)
    first = found[formats[0]].answers
    assert first["timmar"].fillna(-1e9).tolist() == [-1e9 if p[1] is None else p[1] for p in people]
    assert [None if pd.isna(day) else day.date() for day in first["dag"]] == [p[2] for p in people]
    assert first["fritt"].fillna("").tolist() == [p[3] or "" for p in people]
    for survey in found.values():
        pd.testing.assert_frame_equal(survey.answers, first)
        assert set(survey.missing["reason"]) <= {"blank", "system", "refused", "dont_know"}
        blanks = survey.missing.replace({"reason": {"system": "blank"}})
        pd.testing.assert_frame_equal(blanks, found[formats[0]].missing)


@pytest.mark.parametrize("codes", [("A", "a"), ("1", "01"), ("1", "1.0"), ("1,5", "1.50")])
def test_codes_that_an_answer_cannot_tell_apart_are_refused(
    tmp_path: Path, codes: tuple[str, str]
) -> None:
    rows = [f'agree,"{code}",Etikett {place},,,' for place, code in enumerate(codes)]
    (fault,) = faults_of(write_survey(tmp_path / "s", codes=[CODES[0], *CODES[1:5], *rows]))
    assert f"found {codes[0]} and {codes[1]} of agree" in fault


@pytest.mark.parametrize(
    "rows",
    [
        ["q,a,,multiple,x,", "q,a,,multiple,y,"],  # the first option would never be chosen
        ["q,a,before,single,,", "q,a,after,single,,"],  # nobody would change
    ],
)
def test_one_column_is_not_read_twice_for_one_variable(tmp_path: Path, rows: list[str]) -> None:
    dictionary = ["variable,source_column,wave,type,option,codes,question_sv,question_en"]
    folder = write_survey(
        tmp_path / "s",
        answers=["a,b", "1,0", "0,1"],
        dictionary=dictionary + [f"{row},," for row in rows],
        codes=[CODES[0], "q,x,Ex,,1,", "q,y,Ypsilon,,2,", "q,0,Noll,,3,", "q,1,Ett,,4,"],
        toml='[survey]\nsampling = "unknown"\n',
    )
    (fault,) = faults_of(folder)
    assert "row 3, column source_column: q must have each column once" in fault


def test_a_variable_means_the_same_in_each_wave(tmp_path: Path) -> None:
    dictionary = [
        "variable,source_column,wave,type,codes,question_sv,question_en",
        "q,a,before,single,,,",
        "q,b,after,single,r,,",
    ]
    codes = [CODES[0], "q,1,Nej,,1,", "q,2,Ja,,2,", "r,1,Ja,,1,", "r,2,Nej,,2,"]
    toml = '[survey]\nsampling = "unknown"\n'
    folder = write_survey(
        tmp_path / "s", answers=["a,b", "1,1"], dictionary=dictionary, codes=codes, toml=toml
    )
    (fault,) = faults_of(folder)
    assert "q must have the same codes in each wave; found 'q', 'r'" in fault


def test_who_said_no_to_every_choice_in_a_wave_answered_in_it(tmp_path: Path) -> None:
    dictionary = [
        "variable,source_column,wave,type,option,question_sv,question_en",
        "nr,nr,,id,,,",
        "q,b,before,multiple,x,,",
        "q,b2,before,multiple,y,,",
        "q,a,after,multiple,x,,",
        "q,a2,after,multiple,y,,",
    ]
    folder = write_survey(
        tmp_path / "s",
        answers=["nr,b,b2,a,a2", "1,1,0,0,0", "2,0,0,,"],
        dictionary=dictionary,
        codes=[CODES[0], "q,x,Ex,,1,", "q,y,Ypsilon,,2,"],
        toml='[survey]\nsampling = "unknown"\n',
    )
    rows = read(folder).answers[["nr", "wave", "q"]].to_numpy().tolist()
    assert rows == [["1", "before", "x"], ["1", "after", ""], ["2", "before", ""]]


def test_who_said_no_throughout_answered_also_where_blank_means_none(tmp_path: Path) -> None:
    dictionary = [
        "variable,source_column,wave,type,option,blank,question_sv,question_en",
        "nr,nr,,id,,,,",
        "q,b,before,multiple,x,none,,",
        "q,b2,before,multiple,y,none,,",
        "q,a,after,multiple,x,none,,",
        "q,a2,after,multiple,y,none,,",
    ]
    folder = write_survey(
        tmp_path / "s",
        answers=["nr,b,b2,a,a2", "1,1,0,0,0", "2,0,0,,"],
        dictionary=dictionary,
        codes=[CODES[0], "q,x,Ex,,1,", "q,y,Ypsilon,,2,"],
        toml='[survey]\nsampling = "unknown"\n',
    )
    rows = read(folder).answers[["nr", "wave", "q"]].to_numpy().tolist()
    assert rows == [["1", "before", "x"], ["1", "after", ""], ["2", "before", ""]]
