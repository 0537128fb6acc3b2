"""Exports become a first dictionary: every answer has a row, every choice a code."""

import csv
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.questionnaires.answers import fold_cell
from labtools.evidence.questionnaires.dictionary import check_meanings
from labtools.evidence.questionnaires.proposals import folder as survey_import
from labtools.evidence.questionnaires.proposals.codes import choose_codes
from labtools.evidence.questionnaires.proposals.folder import (
    Imported,
    describe_import,
    import_survey,
)
from labtools.evidence.questionnaires.proposals.known_labels import _known, find_reason, find_scale
from labtools.evidence.questionnaires.proposals.types import guess_type
from labtools.evidence.questionnaires.survey import Survey, read_survey
from labtools.evidence.schemas import read_table
from labtools.faults import BadInput

MS_FORMS = """\
ID;Starttid;Slutförandetid;E-post;Namn;Hur trivs du här?;Vad gör du helst?;Något mer?
1;2024-10-01 10:00;2024-10-01 10:05;a@b.se;Anna Al;Mycket bra;Fika;Kursen;Mer ljus vid porten
2;2024-10-01 11:00;2024-10-01 11:05;c@d.se;Bo Ek;Ganska bra;Fika;;
3;2024-10-02 10:00;2024-10-02 10:05;e@f.se;Cia Oja;Vet ej;Kursen;;Tack, det är bra som det är
"""
EXPORTS = {
    "ms_forms": [
        "ID,Starttid,Slutförandetid,E-post,Namn,Hur trivs du här?,Vad gör du helst?,Något mer?",
        "1,2024-10-01 10:00,2024-10-01 10:05,a@b.se,Anna,Mycket bra,Fika;Kursen;,Mer ljus",
        "2,2024-10-01 11:00,2024-10-01 11:05,c@d.se,Bo,Ganska bra,Fika;,",
        "3,2024-10-02 10:00,2024-10-02 10:05,e@f.se,Cia,Vet ej,Kursen;,Bra som det är",
    ],
    "google_forms": [
        "Tidstämpel,Hur ofta kommer du hit?,Vad gör du helst?",
        '2024/10/01 10:00:01 fm CET,Ofta,"Fika, Kursen"',
        '2024/10/01 11:00:02 fm CET,Ibland,"Fika, Kursen, Ja, ibland"',
        '2024/10/02 01:00:03 em CET,Aldrig,"Fika"',
    ],
    "netigate": [
        "RespondentId;Svarsdatum;Status;Hur nöjd är du?;Vad gör du? - Fika;Vad gör du? - Kurs",
        "11;2024-10-01;Klar;5 = Mycket nöjd;1;0",
        "12;2024-10-02;Klar;4;0;1",
        "13;2024-10-02;Klar;1 = Mycket missnöjd;;",
    ],
    "surveymonkey": [
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,What do you do?,,,How old?",
        ",,,,,Coffee,Classes,Other (please specify),Response",
        "7,1,10/01/2024 10:00:00 AM,10/01/2024 10:05:00 AM,1.1.1.1,Coffee,,chess,34",
        "8,1,10/01/2024 11:00:00 AM,10/01/2024 11:05:00 AM,1.1.1.2,,Classes,,51",
    ],
    "qualtrics": [
        "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,"
        "RecordedDate,ResponseId,Q1,Q2",
        "Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,"
        "Recorded Date,Response ID,I feel at home here,Anything else?",
        ",".join(
            f'"{{""ImportId"":""{name}""}}"'
            for name in "startDate endDate status ipAddress progress duration finished "
            "recordedDate _recordId QID1 QID2_TEXT".split()
        ),
        "2024-10-01 10:00:00,2024-10-01 10:05:00,0,1.1.1.1,100,300,1,2024-10-01,R_1,Agree,Yes you",
        "2024-10-01 10:00:00,2024-10-01 10:05:00,1,1.1.1.1,100,300,1,2024-10-01,R_2,Agree,a test",
        "2024-10-01 10:00:00,2024-10-01 10:05:00,0,1.1.1.1,100,300,1,2024-10-01,R_3,Disagree,",
    ],
    "limesurvey": [
        'id,submitdate,lastpage,startlanguage,hem,kanal[SQ001],kanal[SQ002],"fritt"',
        "1,2024-10-01 10:00:00,3,sv,A1,Y,,Mer ljus",
        "2,2024-10-01 11:00:00,3,sv,A2,Y,Y,",
        "3,2024-10-01 12:00:00,3,sv,A1,,Y,Allt är bra",
    ],
    "kobo": [
        "start;end;trivsel/hem;trivsel/gor;trivsel/gor/fika;trivsel/gor/kurs;_id;_uuid;"
        "_submission_time;_index",
        "2024-10-01;2024-10-01;5;fika kurs;1;1;10;u-1;2024-10-01T10:00:00;1",
        "2024-10-01;2024-10-01;4;fika;1;0;11;u-2;2024-10-01T11:00:00;2",
        "2024-10-01;2024-10-01;;;;;12;u-3;2024-10-01T12:00:00;3",
    ],
    "plain": ["löpnr;ort;timmar", "a1;Umeå;1,5", "a2;Umeå;2", "a3;Umeå;"],
}


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    folder.mkdir()
    return folder


def bring(lab: Path, lines: list[str], *, encoding: str = "utf-8", **more: str) -> Imported:
    """Import a file of those lines as the survey `boende`."""
    path = lab.parent / "export.CSV"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return import_survey(path, lab=lab, survey="boende", language="sv", **more)


def fill(folder: Path, imported: Imported) -> None:
    """Write what a person would: a label for each code, a reason for what SPSS calls missing."""
    told = folder / "survey.toml"
    told.write_text(told.read_text("utf-8").replace('= "…"', '= "alla"'), encoding="utf-8")
    path = folder / "codes.csv"
    codes = read_table(path, "codes", name="codes.csv")
    bare = (codes[["label_sv", "label_en", "missing_reason"]] == "").all(axis=1)
    codes.loc[bare, "label_sv"] = codes.loc[bare, "code"]
    missing = set().union(*imported.export.sheet.user_missing.values())
    spss = codes["code"].isin(missing) & (codes["missing_reason"] == "")
    codes.loc[spss, "missing_reason"] = "refused"
    codes.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def read_filled(lab: Path, imported: Imported) -> Survey:
    folder = lab / "surveys" / imported.survey
    fill(folder, imported)
    return read_survey(folder, name=f"surveys/{imported.survey}")


def types_of(imported: Imported) -> dict[str, str]:
    table = imported.first.dictionary.drop_duplicates("variable")
    return dict(zip(table["variable"], table["type"], strict=True))


@pytest.mark.parametrize("profile", EXPORTS)
def test_what_each_tool_exports_is_read_once_its_codes_are_filled_in(lab, profile):
    imported = bring(lab, EXPORTS[profile])
    assert imported.export.profile == profile
    survey = read_filled(lab, imported)
    assert len(survey.answers) == len(imported.export.sheet.cells) >= 2
    assert set(survey.answers) == set(types_of(imported))


def test_the_parts_that_tell_who_a_person_is_stay_out_of_the_dictionary(lab):
    imported = bring(lab, EXPORTS["ms_forms"])
    columns = imported.first.dictionary["source_column"].tolist()
    assert columns == ["Hur trivs du här?", "Vad gör du helst?", "Något mer?"]
    assert imported.first.left_out["contact"] == ["E-post", "Namn"]
    assert '# date = "…"  # of the answer; the file has a column Slutförandetid' in (
        lab / "surveys" / "boende" / "survey.toml"
    ).read_text("utf-8")


def test_addresses_are_left_out_of_a_file_of_any_tool(lab):
    imported = bring(lab, ["nr;svara till;ort", "1;a@b.se;Umeå", "2;;Umeå", "3;c.d@e.org;Boden"])
    assert imported.first.left_out == {"contact": ["svara till"]}
    assert "svara_till" not in types_of(imported)


def test_choices_in_one_cell_and_in_columns_are_one_variable(lab):
    imported = bring(lab, EXPORTS["kobo"])
    rows = imported.first.dictionary.query("type == 'multiple'")
    assert rows[["variable", "source_column", "option"]].to_numpy().tolist() == [
        ["gor", "trivsel/gor/fika", "fika"],
        ["gor", "trivsel/gor/kurs", "kurs"],
    ]
    assert imported.first.left_out["joined"] == ["trivsel/gor"]
    answers = read_filled(lab, imported).answers
    assert answers["gor"].fillna("?").tolist() == ["fika;kurs", "fika", "?"]


def test_a_label_with_a_comma_is_one_choice(lab):
    imported = bring(lab, EXPORTS["google_forms"])
    answers = read_filled(lab, imported).answers
    assert answers.iloc[:, 1].tolist() == ["fika;kursen", "fika;ja_ibland;kursen", "fika"]


def test_labels_of_a_known_scale_are_ordered_from_low_to_high_for_all_who_share_it(lab):
    lines = ["F1;F2", "Stämmer helt;Stämmer inte alls", "Vet ej;Varken eller"]
    imported = bring(lab, [*lines, "Stämmer ganska bra;Stämmer helt"])
    assert set(types_of(imported).values()) == {"ordinal"}
    assert imported.first.dictionary["codes"].tolist() == ["", "f1"]
    codes = imported.first.codes
    assert codes[["code", "label_sv", "missing_reason"]].to_numpy().tolist() == [
        ["1", "Stämmer inte alls", ""],
        ["2", "Varken eller", ""],
        ["3", "Stämmer ganska bra", ""],
        ["4", "Stämmer helt", ""],
        ["vet_ej", "Vet ej", "dont_know"],
    ]
    assert read_filled(lab, imported).answers["f1"].fillna(0).tolist() == [4.0, 0.0, 3.0]


def test_numbers_without_a_label_have_no_meaning_until_a_person_gives_it(lab):
    imported = bring(lab, ["F1;alder", *(f"{1 + row % 5};{20 + row}" for row in range(20))])
    assert types_of(imported) == {"f1": "single", "alder": "number"}
    faults = list(check_meanings(imported.first.codes, name="codes.csv"))
    assert len(faults) == 5
    assert str(next(check_meanings(read_codes(lab), name="codes.csv"))) == (
        "codes.csv, row 2: each code must have a meaning; found none for 1 of f1; write label_sv "
        "or label_en as the questionnaire has it, or the missing_reason"
    )
    assert "5 codes without a meaning in codes.csv" in describe_import(imported, lab="x")[-1]


def test_a_reason_alone_is_a_meaning():
    row = {"codes": "hem", "code": "9", "label_sv": "", "label_en": "", "missing_reason": "refused"}
    assert list(check_meanings(pd.DataFrame([row]), name="codes.csv")) == []


def read_codes(lab: Path) -> pd.DataFrame:
    return read_table(lab / "surveys" / "boende" / "codes.csv", "codes", name="codes.csv")


def test_spss_labels_and_missing_codes_become_rows(lab):
    table = pd.DataFrame({"hem": [1.0, 2.0, 3.0, 8.0, 9.0], "kon": [1.0, 2.0, 3.0, 1.0, 1.0]})
    path = lab.parent / "a.sav"
    labels = {1.0: "Dåligt", 2.0: "Sådär", 3.0: "Bra", 8.0: "Vet ej", 9.0: "Oläsligt"}
    pyreadstat.write_sav(
        table,
        str(path),
        column_labels={"hem": "Hur bor du?"},
        variable_value_labels={"hem": labels, "kon": {1.0: "Kvinna", 2.0: "Man", 3.0: "Annat"}},
        missing_ranges={"hem": [8.0, 9.0]},
    )
    imported = import_survey(path, lab=lab, survey="boende", language="sv")
    assert types_of(imported) == {"hem": "ordinal", "kon": "single"}
    reasons = imported.first.codes.query("codes == 'hem'")["missing_reason"].tolist()
    assert reasons == ["", "", "", "dont_know", ""]
    told = lab / "surveys" / "boende" / "survey.toml"
    told.write_text(told.read_text("utf-8").replace('= "…"', '= "alla"'), encoding="utf-8")
    with pytest.raises(BadInput, match=r"missing_reason that SPSS implies; found '9'"):
        read_survey(told.parent, name="surveys/boende")
    assert read_filled(lab, imported).answers["hem"].notna().sum() == 3


REAL = [
    ("carpentries", "2020-12-long-term-other_questions-no-open.csv"),
    ("carpentries", "2020-12-long-term-professional_profile-no-open.csv"),
    ("carpentries", "2020-12-long-term-ethnicity-no-open.csv"),
    ("carpentries", "2020-12-long-term-gender-no-open.csv"),
    ("limesurvey", "raw_data_anonymized.csv"),
    ("limesurvey", "clean_data.csv"),
    ("qualtrics", "sample.csv"),
    ("qualtrics", "sample_legacy.csv"),
    ("spss", "datetime.sav"),
    ("spss", "labelled-num-na.sav"),
    ("spss", "labelled-num.sav"),
    ("spss", "labelled-str.sav"),
    ("spss", "umlauts.sav"),
    ("spss", "variable-label.sav"),
]


@pytest.mark.parametrize(("tool", "file"), REAL)
def test_real_exports_are_read_once_their_codes_are_filled_in(shared_data, lab, tool, file):
    path = shared_data / "surveys" / tool / file
    imported = import_survey(path, lab=lab, survey="boende", language="sv")
    copy = lab / "surveys" / "boende" / imported.answers
    assert copy.read_bytes() == path.read_bytes()
    survey = read_filled(lab, imported)
    assert len(survey.answers) == len(imported.export.sheet.cells)


def test_every_other_real_table_is_read_as_well(shared_data, lab):
    files = sorted((shared_data / "surveys").glob("*/*.csv"))
    for number, path in enumerate(files):
        imported = import_survey(path, lab=lab, survey=f"s{number}", language="sv")
        assert len(read_filled(lab, imported).answers) == len(imported.export.sheet.cells), path


def test_a_formula_stays_text_in_what_is_written_and_the_copy_is_exact(shared_data, lab):
    path = shared_data / "broken" / "formula_injection.csv"
    imported = import_survey(path, lab=lab, survey="boende", language="sv")
    survey = read_filled(lab, imported)
    assert survey.answers["namn"].tolist()[1] == "@SUM(1)"
    assert (lab / "surveys/boende/answers.csv").read_bytes() == path.read_bytes()


def test_no_cell_that_is_written_begins_as_a_formula_and_all_are_read_as_they_were(lab):
    heading, label = '=HYPERLINK("x") eller?', "-Inte alls"
    lines = [f'"{heading.replace(chr(34), chr(34) * 2)}";+46 nr;a', *[f"{label};@x;1"] * 4]
    imported = bring(lab, lines)
    folder = lab / "surveys" / "boende"
    for name in ("dictionary", "codes"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]
    dictionary = read_table(folder / "dictionary.csv", "dictionary", name="dictionary.csv")
    assert dictionary["source_column"].tolist()[:2] == [heading, "+46 nr"]
    assert label in read_codes(lab)["label_sv"].tolist()
    assert len(read_filled(lab, imported).answers) == 4


def test_a_code_below_nought_is_a_number_and_stays_one(lab):
    table = pd.DataFrame({"a": [1.0, -9.0]})
    path = lab.parent / "a.sav"
    labels = {"a": {1.0: "Ja", -9.0: "Ej svar"}}
    pyreadstat.write_sav(table, str(path), variable_value_labels=labels)
    import_survey(path, lab=lab, survey="boende", language="sv")
    text = (lab / "surveys" / "boende" / "codes.csv").read_text("utf-8")
    assert "\na,-9,Ej svar,,2,blank\n" in text


@pytest.mark.parametrize("name", ["Boende", "../boende", "bo ende", "", "/tmp/x"])
def test_a_name_that_is_no_slug_is_refused_and_nothing_is_written(lab, name):
    path = lab.parent / "a.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"--as: must have only a–z, 0–9, _ and -"):
        import_survey(path, lab=lab, survey=name, language="sv")
    assert list(lab.iterdir()) == []


def test_a_survey_that_is_there_is_never_touched(lab):
    bring(lab, EXPORTS["plain"])
    before = {path: path.read_bytes() for path in lab.rglob("*") if path.is_file()}
    with pytest.raises(BadInput, match="--as: must be a name that no survey of the lab has"):
        bring(lab, EXPORTS["kobo"])
    assert {path: path.read_bytes() for path in lab.rglob("*") if path.is_file()} == before


def test_a_file_that_cannot_be_read_leaves_nothing_behind(lab):
    with pytest.raises(BadInput, match="export"):
        bring(lab, ["a;b", "1;2;3"])
    with pytest.raises(BadInput, match=r"--profile: must be one of .*; did you mean qualtrics"):
        bring(lab, EXPORTS["plain"], profile="qualtrix")
    assert list(lab.iterdir()) == []


def test_an_import_that_stops_half_way_leaves_nothing_behind(lab, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(survey_import, "_as_csv", full)
    with pytest.raises(BadInput, match=r"surveys/boende: .* found No space left on device"):
        bring(lab, EXPORTS["plain"])
    assert list((lab / "surveys").iterdir()) == []


def test_what_was_found_out_is_written_where_it_can_be_overruled(lab):
    imported = bring(lab, ["namn;andel", "Åre;26,4", "Öland;3"], encoding="cp1252")
    settings = (lab / "surveys" / "boende" / "survey.toml").read_text("utf-8")
    for line in ('profile = "plain"', 'encoding = "cp1252"', 'delimiter = ";"'):
        assert f"\n{line}\n" in settings
    found = describe_import(imported, lab="x")[1]
    assert found == (
        "found: profile plain, encoding cp1252, delimiter ;, decimal sign ,, language sv"
    )


def test_rows_left_out_are_told_with_their_reason(lab):
    lines = describe_import(bring(lab, EXPORTS["qualtrics"]), lab="x")
    assert lines[0] == "surveys/boende: 2 rows of answers.csv"
    (told,) = [line for line in lines if line.startswith("rows left out")]
    assert "1 preview" in told


def test_labels_go_into_the_column_of_the_language_that_the_file_is_in(lab):
    codes = bring(lab, EXPORTS["qualtrics"]).first.codes
    assert codes["label_en"].tolist() == ["Disagree", "Agree"]
    assert set(codes["label_sv"]) == {""}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["2024-10-26", "2024-02-29", ""], "date"),
        (["2024-10-26", "2024-02-30"], "text"),
        (["1,5", "2", "0"], "number"),
        (["12 500", "7 800"], "number"),
        (["007", "1", "2"], "number"),
        (["26.4", "35,6"], "text"),
        (["1", "2", "5", "99"], "single"),
        (["0", "1", "2", "3", "4", "5", "6", "7", "10"], "number"),
        (["1 Inte alls", "2", "3", "4", "5 Helt"], "ordinal"),
        (["16-24", "25-44", "16-24", "25-44"], "single"),
        (["Ja", "Nej", "Ja", "Ja"], "single"),
        (["Bra", "Det är för mörkt", "Mer fika"], "text"),
        (["Fika;Kurs", "Fika", "Kurs;Fika"], "multiple"),
        (["", ""], "text"),
        (["Vet ej", "Vill ej svara"], "text"),
    ],
)
def test_types_are_guessed_from_the_answers(cells, kind):
    assert guess_type(pd.Series(cells, dtype="str"), heading="x", labels={}).type == kind


@given(st.lists(st.text(min_size=1, max_size=12), max_size=12, unique_by=fold_cell))
def test_a_code_is_a_slug_of_its_own_and_no_other_label(labels):
    codes = choose_codes(labels)
    assert [code.label for code in codes] == labels
    assert len({code.code for code in codes}) == len(labels)
    assert pd.Series([code.code for code in codes], dtype="str").str.fullmatch("[a-z0-9_]+").all()
    for code in codes:
        assert code.code not in {fold_cell(label) for label in labels if label != code.label}


CELLS = [
    ["1", "2", "3,0", "12", "99", "-1", "1 000", "−3", "0,5"],
    ["1", "4.0", "3,0", "12", "2", "007"],
    ["2024-10-26", "2024-02-29T10:00:00", "2024-13-01", "2024"],
    ["Ja", "ja.", "JA", "Nej", "ja_2", "Fika / kurs", "x y", "’", "½", "å ä ö", "²", "true"],
    ["5 = Bra", "1. Dåligt", "3", "3 - Varken eller"],
    ["Instämmer", "Instämmer helt", "instämmer helt ", "Varken eller", "Neutral"],
    ["a;b", "b;a;", "A, b, C", "a;c", "c", "a"],
    ["=1+1", "@x", "a@b.se", "P-17", "rad\nbrytning", "1e5", "-Nej"],
]
NO_ANSWER = ["", "Vet ej", "NA", "n/a", "99"]


@given(st.data())
@settings(max_examples=60)
def test_whatever_was_answered_is_read_back_in_as_many_rows(tmp_path_factory, data):
    lab = tmp_path_factory.mktemp("lab")
    path = lab / "any.csv"
    count = data.draw(st.integers(1, 12))
    columns = []
    for cells in data.draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4)):
        cell = st.sampled_from(cells) | st.sampled_from([*cells, *NO_ANSWER])
        columns.append(data.draw(st.lists(cell, min_size=count, max_size=count)))
    header = ["rad", *(f"fråga {number} här" for number in range(len(columns)))]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [header, *zip(["r"] * count, *columns, strict=True)]
        )
    imported = import_survey(path, lab=lab, survey="boende", language="sv")
    assert len(read_filled(lab, imported).answers) == count
    named = [column for left_out in imported.first.left_out.values() for column in left_out]
    assert {*imported.first.dictionary["source_column"], *named} == set(header)


def test_the_points_of_known_scales_are_told_apart():
    for points in _known()["scales"].values():
        words = [word for point in points for word in point]
        assert len(set(words)) == len(words)
        assert not [word for word in words if find_reason(word)]
    assert find_scale(["Ja", "Nej"]) is None
    assert find_scale(["Ganska nöjd", "Något nöjd"]) is None


def test_a_question_in_a_line_of_several_words_gets_a_short_name(lab):
    heads = ["3. Hur nöjd är du med grannarna?", "Hur nöjd är du med grannarna i porten?", "date"]
    imported = bring(lab, [";".join(heads), "Bra;Bra;2024-10-26", "Bra;Bra;2024-10-27"])
    assert list(types_of(imported)) == ["nojd_grannarna", "nojd_grannarna_porten", "date_2"]
    assert imported.first.dictionary["question_sv"].tolist() == [*heads[:2], ""]


def test_survey_toml_is_as_the_contract_has_it(lab):
    imported = bring(lab, EXPORTS["plain"])
    survey = read_filled(lab, imported)
    assert survey.settings["sampling"] == "unknown"
    assert json.dumps(survey.columns) == "{}"


def test_an_option_called_no_is_read_as_chosen(lab):
    lines = [
        "Respondent ID,Collector ID,Start Date,Vad gjorde du?,",
        ",,,Fika,Nej",
        "1,7,05/14/2018 10:00:00 AM,Fika,",
        "2,7,05/15/2018 10:00:00 AM,,Nej",
    ]
    imported = bring(lab, lines)
    answers = read_filled(lab, imported).answers
    assert answers["vad_gjorde_du"].tolist() == ["fika", "nej_2"]


def test_labels_that_lose_their_difference_in_a_code_stay_apart(lab):
    both = ["Instämmer helt;Instämmer inte alls", "Instämmer inte alls;Instämmer helt"]
    imported = bring(lab, ["a;b", *[*both, "Vet ej;Vet ej."] * 2])
    survey = read_filled(lab, imported)
    assert survey.missing["reason"].tolist() == ["dont_know"] * 4


@pytest.mark.parametrize("cells", [["0581", "1480", "0180", "2482"], ["01", "02", "10", "02"]])
def test_a_nought_before_a_number_is_kept(cells):
    assert guess_type(pd.Series(cells, dtype="str"), heading="x", labels={}).type != "number"


@pytest.mark.parametrize(
    ("profile", "heading"),
    [
        ("ms_forms", "Vad skulle göra det bättre?"),
        ("netigate", "Kommentar"),
        ("plain", "Please describe your day"),
        ("plain", "Om nej, varför?"),
    ],
)
def test_an_open_question_is_text_though_its_sentences_recur(lab, profile, heading):
    lines = list(EXPORTS[profile])
    mark = ";" if ";" in lines[0] else ","
    lines[1:] = [lines[1 + place % 2] for place in range(12)]
    wrote = ["Mer ljus i porten", "Fler bänkar på gården", "Bra"]
    rows = [f"{line}{mark}{wrote[place % 3]}" for place, line in enumerate(lines[1:])]
    imported = bring(lab, [f"{lines[0]}{mark}{heading}", *rows])
    assert imported.export.profile == profile
    assert list(types_of(imported).values())[-1] == "text"


def test_short_choices_below_an_open_heading_stay_choices():
    cells = pd.Series(["Fika", "Kurs"] * 5)
    assert guess_type(cells, heading="Vad gör du helst?", labels={}).type == "single"
    cells = pd.Series(["Hel tid", "Del tid"] * 5)
    assert guess_type(cells, heading="Vad är din sysselsättning?", labels={}).type == "single"


def test_what_the_tool_calls_free_is_text_though_it_recurs(lab):
    rows = [next(csv.reader([line])) for line in EXPORTS["qualtrics"]]
    asked = ["Q3_4_TEXT", "How? - Other - Text", "{'ImportId': 'QID3_4_TEXT'}", "Tram", "", "Tram"]
    path = lab.parent / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*row, cell] for row, cell in zip(rows, asked, strict=True))
    imported = import_survey(path, lab=lab, survey="boende", language="sv")
    assert types_of(imported)["q3_4_text"] == "text"
    (lab / "surveys").rename(lab / "other")
    monkeys = [*EXPORTS["surveymonkey"]]
    monkeys += [monkeys[-1].replace("8,1", f"{number},1") for number in (9, 10)]
    monkeys[2:] = [line.replace(",,34", ",chess,34") for line in monkeys[2:]]
    asked = ["Why?", "Open-Ended Response", "Near", "Near", "Near", "Near"]
    lines = [f"{line},{cell}" for line, cell in zip(monkeys, asked, strict=True)]
    assert list(types_of(bring(lab, lines)).values())[-1] == "text"


def test_unfinished_responses_are_told_with_how_to_leave_them_out(lab):
    lines = [line.replace("13;2024-10-02;Klar", "13;;Påbörjad") for line in EXPORTS["netigate"]]
    imported = bring(lab, lines)
    told = describe_import(imported, lab="data/x")
    assert told[2] == (
        'unfinished responses, kept: 1; to leave them out, write unfinished = "left_out" '
        "below [file] in surveys/boende/survey.toml"
    )
    assert read_filled(lab, imported).file.unfinished == 1
    settings = lab / "surveys" / "boende" / "survey.toml"
    text = settings.read_text("utf-8").replace("[file]", '[file]\nunfinished = "left_out"')
    settings.write_text(text, encoding="utf-8")
    survey = read_filled(lab, imported)
    assert (len(survey.answers), survey.file.left_out) == (2, {"unfinished": 1})
    assert survey.file.unfinished == 0


def test_the_sheet_of_a_workbook_that_was_read_is_named(lab):
    book = openpyxl.Workbook()
    book.active.title = "Svar 2024"
    book.active.append(["nr", "ort"])
    book.active.append([1, "Umeå"])
    book.create_sheet("Om filen")
    book.save(lab.parent / "a.xlsx")
    imported = import_survey(lab.parent / "a.xlsx", lab=lab, survey="boende", language="sv")
    found = describe_import(imported, lab="data/x")[1]
    assert found.startswith("found: profile plain, sheet Svar 2024 of 2, decimal sign")
