"""Each tool's export becomes one header and real answers alone, or one line that says why not."""

import csv
import io
from contextlib import suppress
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.questionnaires.profiles import PROFILES, Export, read_export
from labtools.evidence.sheets.tabular import FileSettings
from labtools.faults import BadInput

MS = [
    ["ID", "Starttid", "Slutförandetid", "E-post", "Namn", "Hur kom du hit?", "Vad saknas?"],
    ["1", "2024-10-01 9:12", "2024-10-01 9:15", "anonymous", "", "Buss;Cykel;", "Bänkar; ljus"],
    ["2", "2024-10-01 9:20", "2024-10-01 9:31", "anonymous", "", "Till\u00a0fots;", ""],
]
GOOGLE = [
    [
        "Tidstämpel",
        "E-postadress",
        "Hur kom du hit?",
        "Trygghet [Dag]",
        "Vad saknas?",
        "Vad saknas?",
    ],
    ["2024/10/01 9:12:05 fm CEST", "a@b.se", "Buss, Cykel", "Bra", "Ljus, träd", ""],
    ["2024/10/01 1:00:10 em CEST", "", "Cykel", "Dålig", "Bra, men dyrt", "Nej"],
    ["2024/10/02 9:12:05 fm CEST", "", "Buss", "Bra", "", ""],
]
NETIGATE = [
    [
        "RespondentID",
        "Startdatum",
        "Slutdatum",
        "Status",
        "E-post",
        "Hur kom du hit?: Buss",
        "Hur kom du hit?: Cykel",
        "Trivs du - på gården?",
    ],
    ["7", "2024-10-01 09:12", "2024-10-01 09:15", "Klar", "a@b.se", "1", "0", "Ja, mycket"],
    ["8", "2024-10-01 09:20", "2024-10-01 09:31", "Klar", "", "", "", "Nej, på våren"],
]
SURVEYMONKEY = [
    [
        "Respondent ID",
        "Collector ID",
        "Start Date",
        "End Date",
        "IP Address",
        "Email Address",
        "Hur kom du hit?",
        "",
        "",
        "Trivs du?",
        "Vad saknas?",
        "Hur är det?",
        "",
    ],
    [
        "",
        "",
        "",
        "",
        "",
        "",
        "Buss",
        "Cykel",
        "Annat (ange)",
        "Response",
        "Open-Ended Response",
        "Dag",
        "Kväll",
    ],
    [
        "11",
        "9",
        "10/01/2024 09:00:00 AM",
        "10/01/2024 01:05:00 PM",
        "192.0.2.1",
        "",
        "Buss",
        "",
        "",
        "Ja",
        "",
        "Bra",
        "Dåligt",
    ],
    [
        "12",
        "9",
        "10/02/2024 09:00:00 AM",
        "10/02/2024 09:05:00 AM",
        "192.0.2.2",
        "",
        "Buss",
        "Cykel",
        "tåg",
        "Nej",
        "Ljus",
        "Bra",
        "Bra",
    ],
]
QUALTRICS = [
    [
        "EndDate",
        "Status",
        "IPAddress",
        "ResponseId",
        "DistributionChannel",
        "Q1",
        "Q2_1",
        "Q2_2",
        "Q2_2_TEXT",
        "Q3",
    ],
    [
        "Slutdatum",
        "Svarstyp",
        "IP-adress",
        "Svars-ID",
        "Kanal",
        "<b>Trivs</b> du?",
        "Hur kom du? - Selected Choice - Buss",
        "Hur kom du? - Selected Choice - Annat",
        "Hur kom du? - Annat - Text",
        "Vilka?",
    ],
    [
        '{"ImportId":"endDate","timeZone":"Europe/Stockholm"}',
        '{"ImportId":"status"}',
        '{"ImportId":"ipAddress"}',
        '{"ImportId":"_recordId"}',
        '{"ImportId":"distributionChannel"}',
        '{"ImportId":"QID1"}',
        '{"ImportId":"QID2","choiceId":"1"}',
        '{"ImportId":"QID2","choiceId":"2"}',
        '{"ImportId":"QID2_2_TEXT","choiceId":"2"}',
        '{"ImportId":"QID3"}',
    ],
    ["2024-10-01 09:15:00", "0", "192.0.2.1", "R_1", "anonymous", "4", "Buss", "", "", "1,3"],
    ["2024-10-01 09:16:00", "1", "", "R_2", "preview", "4", "Buss", "", "", "1"],
    ["2024-10-01 09:17:00", "2", "", "R_3", "test", "4", "", "", "", "1"],
    ["2024-10-01 09:18:00", "8", "192.0.2.1", "R_4", "anonymous", "1", "", "", "", "1"],
    ["2024-10-01 09:19:00", "4", "", "R_5", "anonymous", "2", "", "Annat", "tåg", "1,3,4"],
    ["2024-10-01 09:20:00", "16", "", "R_6", "anonymous", "2", "", "", "", "3"],
    ["2024-10-01 09:21:00", "9", "", "R_7", "anonymous", "2", "", "", "", "3"],
]
LIMESURVEY = [
    [
        "id",
        "submitdate",
        "lastpage",
        "startlanguage",
        "seed",
        "token",
        "G01Q01",
        "resa[buss]",
        "resa[cykel]",
        "resa[other]",
        "skala[a]",
        "interviewtime",
        "G01Q01Time",
    ],
    ["1", "2024-10-01 09:15:00", "3", "sv", "1", "abc", "A2", "Y", "", "tåg", "5", "63.2", "4.1"],
    ["2", "", "1", "sv", "2", "abd", "A1", "", "Y", "", "1", "12.0", "3.0"],
]
LIMESURVEY_TEXTS = [
    [
        "Response ID",
        "Date submitted",
        "Last page",
        "Start language",
        "IP address",
        "<p>Trivs du<br />\nhär?</p>",
        "Hur kom\ndu? [Buss]",
        "Hur kom\ndu? [Cykel]",
        "Hur kom\ndu? [Other]",
    ],
    ["1", "2024-10-01 09:15:00", "3", "sv", "192.0.2.1", "Ja", "Ja", "Nej", "tåg"],
    ["2", "", "1", "sv", "192.0.2.2", "", "Nej", "Nej", ""],
]
KOBO = [
    [
        "start",
        "end",
        "hem/resa",
        "hem/resa/buss",
        "hem/resa/cykel",
        "hem/kvm",
        "hem/ute",
        "hem/inne",
        "plats",
        "_plats_latitude",
        "_plats_longitude",
        "_plats_altitude",
        "_plats_precision",
        "_id",
        "_uuid",
        "_submission_time",
        "_submitted_by",
        "__version__",
        "_index",
    ],
    [
        "2024-10-01T09:00:00.000+02:00",
        "2024-10-01T09:05:00.000+02:00",
        "buss cykel",
        "1",
        "1",
        "54",
        "1",
        "1",
        "59.1 18.2 0 0",
        "59.1",
        "18.2",
        "0",
        "0",
        "41",
        "u-1",
        "2024-10-01T07:05:02",
        "enk",
        "v1",
        "1",
    ],
    [
        "2024-10-01T09:00:00.000+02:00",
        "2024-10-01T09:05:00.000+02:00",
        "buss",
        "1",
        "0",
        "61",
        "0",
        "1",
        "",
        "",
        "",
        "",
        "",
        "42",
        "u-2",
        "2024-10-01T07:06:02",
        "enk",
        "v1",
        "2",
    ],
]
COMPOSED = {
    "ms_forms": MS,
    "google_forms": GOOGLE,
    "netigate": NETIGATE,
    "surveymonkey": SURVEYMONKEY,
    "qualtrics": QUALTRICS,
    "limesurvey": LIMESURVEY,
    "kobo": KOBO,
}


def as_csv(rows: list[list[str]], *, delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def export(
    folder: Path, rows: list[list[str]], *, delimiter: str = ",", profile: str = ""
) -> Export:
    path = folder / "answers.csv"
    encoding = "cp1252" if delimiter == ";" else "utf-8"
    path.write_bytes(as_csv(rows, delimiter=delimiter).encode(encoding))
    return read_export(path, name="answers.csv", settings=FileSettings(profile=profile))


def read_composed(folder: Path, profile: str) -> Export:
    delimiter = ";" if profile in ("netigate", "kobo", "ms_forms") else ","
    return export(folder, COMPOSED[profile], delimiter=delimiter)


@pytest.mark.parametrize("profile", COMPOSED)
def test_the_tool_is_known_by_the_shape_of_its_file(tmp_path: Path, profile: str) -> None:
    found = read_composed(tmp_path, profile)
    assert found.profile == profile
    assert found.sheet.cells.columns.is_unique
    named = set(found.questions) | set(found.options) | set(found.separators) | set(found.parts)
    assert named <= set(found.sheet.cells.columns)


def test_ms_forms_ends_each_of_several_choices_in_a_semicolon(tmp_path: Path) -> None:
    found = read_composed(tmp_path, "ms_forms")
    assert found.separators == {"Hur kom du hit?": ";"}  # not the free text that holds one
    assert found.parts["Slutförandetid"] == "date"
    assert found.parts["E-post"] == found.parts["Namn"] == "contact"
    assert found.sheet.cells.index.tolist() == [2, 3]


def test_ms_forms_is_known_as_a_workbook_with_a_sheet_of_its_own_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["not this"])
    sheet = book.create_sheet("Svar")
    for row in MS:
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    asked = FileSettings(sheet="Svar")
    assert read_export(tmp_path / "a.xlsx", name="a.xlsx", settings=asked).profile == "ms_forms"


def test_a_contact_that_is_asked_for_again_is_a_contact_too(tmp_path: Path) -> None:
    rows = [[*MS[0], "Namn", "ID"], [*MS[1], "Åsa Ek", "x"]]
    found = export(tmp_path, rows, delimiter=";")
    assert found.parts["Namn (2)"] == "contact"
    assert "ID (2)" in found.questions


def test_google_forms_has_swedish_times_and_tells_free_text_from_choices(tmp_path: Path) -> None:
    found = read_composed(tmp_path, "google_forms")
    assert found.sheet.cells["Tidstämpel"].tolist()[:2] == [
        "2024-10-01T09:12:05",
        "2024-10-01T13:00:10",
    ]
    assert found.separators == {"Hur kom du hit?": ", "}
    assert found.parts == {"Tidstämpel": "date", "E-postadress": "contact"}
    assert "Vad saknas? (2)" in found.questions
    assert "Trygghet [Dag]" in found.questions


def test_netigate_has_a_column_for_each_option(tmp_path: Path) -> None:
    found = read_composed(tmp_path, "netigate")
    assert found.sheet.encoding == "cp1252"
    assert found.options == {
        "Hur kom du hit?: Buss": ("Hur kom du hit?", "Buss"),
        "Hur kom du hit?: Cykel": ("Hur kom du hit?", "Cykel"),
    }
    assert found.parts == {
        "RespondentID": "person_id",
        "Slutdatum": "date",
        "Startdatum": "tool",
        "Status": "tool",
        "E-post": "contact",
    }


def test_surveymonkey_joins_its_two_header_rows(tmp_path: Path) -> None:
    found = read_composed(tmp_path, "surveymonkey")
    assert found.sheet.cells.index.tolist() == [3, 4]
    assert found.sheet.cells.columns.tolist()[6:] == [
        "Hur kom du hit? [Buss]",
        "Hur kom du hit? [Cykel]",
        "Hur kom du hit? [Annat (ange)]",
        "Trivs du?",
        "Vad saknas?",
        "Hur är det? [Dag]",
        "Hur är det? [Kväll]",
    ]
    assert set(found.options.values()) == {
        ("Hur kom du hit?", "Buss"),
        ("Hur kom du hit?", "Cykel"),
    }
    assert found.sheet.cells["End Date"].tolist()[0] == "2024-10-01T13:05:00"


def test_qualtrics_previews_tests_and_spam_are_left_out_and_counted(tmp_path: Path) -> None:
    found = read_composed(tmp_path, "qualtrics")
    assert found.left_out == {"preview": 2, "test": 1, "spam": 1}
    assert found.sheet.cells["ResponseId"].to_dict() == {4: "R_1", 8: "R_5", 9: "R_6"}
    assert found.questions["Q1"] == "Trivs du?"
    assert found.options == {"Q2_1": ("Q2", "Buss"), "Q2_2": ("Q2", "Annat")}
    assert found.separators == {"Q3": ","}
    assert found.parts["IPAddress"] == "contact"


def test_qualtrics_says_in_words_as_well_what_is_no_response(tmp_path: Path) -> None:
    words = {"0": "IP Address", "1": "Survey Preview", "2": "Survey Test", "8": "Spam"}
    rows = [[*row[:1], words.get(row[1], "Imported"), *row[2:]] for row in QUALTRICS[3:]]
    rows = [[*row[:4], "anonymous", *row[5:]] for row in rows]
    found = export(tmp_path, [*QUALTRICS[:3], *rows])
    assert found.left_out == {"preview": 1, "test": 1, "spam": 1}
    assert len(found.sheet.cells) == 4


def test_qualtrics_with_two_header_rows_is_known(tmp_path: Path) -> None:
    header = ["RecordedDate", "ResponseId", "Status", "Q1"]
    rows = [header, ["Recorded Date", "Response ID", "Response Type", "Trivs du?"]]
    found = export(
        tmp_path, [*rows, ["2024-10-01", "R_1", "Survey Preview", "4"], ["", "R_2", "", "3"]]
    )
    assert (found.profile, found.left_out["preview"]) == ("qualtrics", 1)
    assert found.sheet.cells["Q1"].to_dict() == {4: "3"}


def test_real_qualtrics_exports_have_one_answer_each(shared_data: Path) -> None:
    for file, row in (("sample.csv", 4), ("sample_legacy.csv", 3)):
        found = read_export(shared_data / "surveys" / "qualtrics" / file, name=file)
        assert found.profile == "qualtrics"
        assert found.sheet.cells[["Q1", "Q2"]].loc[row].tolist() == ["2", "Hello World!"]
        assert found.questions["Q1"] == "This is a multiple choice question."
        contacts = {column for column, part in found.parts.items() if part == "contact"}
        assert "LocationLatitude" in contacts
        assert found.sheet.cells.index.tolist() == [row]


def test_limesurvey_codes_keep_unfinished_responses(tmp_path: Path) -> None:
    found = read_composed(tmp_path, "limesurvey")
    assert len(found.sheet.cells) == 2
    assert found.options == {"resa[buss]": ("resa", "buss"), "resa[cykel]": ("resa", "cykel")}
    assert found.parts["token"] == "contact"
    assert found.parts["interviewtime"] == "duration"
    assert found.parts["G01Q01Time"] == "tool"
    assert found.questions == {}


def test_limesurvey_headings_as_text_lose_html_and_line_breaks(tmp_path: Path) -> None:
    found = export(tmp_path, LIMESURVEY_TEXTS)
    assert found.profile == "limesurvey"
    assert next(iter(found.questions)) == "Trivs du här?"
    assert found.options["Hur kom du? [Buss]"] == ("Hur kom du?", "Buss")
    assert "Hur kom du? [Other]" not in found.options


def test_limesurvey_headings_as_code_and_text_are_both(tmp_path: Path) -> None:
    header = ["id. Response ID", "submitdate. Date submitted", "lastpage. Last page"]
    header += ["startlanguage. Start language", "G01Q01. Trivs du?"]
    found = export(tmp_path, [header, ["1", "2024-10-01 09:15:00", "3", "sv", "A1"]])
    assert found.questions == {"G01Q01": "Trivs du?"}
    assert found.parts["submitdate"] == "date"


def test_the_real_limesurvey_export_is_whole(shared_data: Path) -> None:
    path = shared_data / "surveys" / "limesurvey" / "raw_data_anonymized.csv"
    found = read_export(path, name=path.name)
    cells = found.sheet.cells
    assert (found.profile, cells.shape) == ("limesurvey", (296, 67))
    asked = [column for column in cells if column not in found.parts]
    assert {"Gender", "Age", "LocationsRico[home]", "ProlificID"} <= set(asked)
    assert not [column for column in asked if column.endswith("Time")]
    assert found.options == {}  # its questions in brackets are answered on a scale
    cleaned = pd.read_csv(path.with_name("clean_data.csv"), dtype=str, index_col="id")
    ours = cells.set_index("id").loc[cleaned.index]
    assert (ours["SAPearson"] == cleaned["SAPearson"]).all()


def test_kobo_takes_several_choices_both_ways_and_places_as_contacts(tmp_path: Path) -> None:
    found = read_composed(tmp_path, "kobo")
    assert found.separators == {"hem/resa": " "}
    assert found.options == {
        "hem/resa/buss": ("hem/resa", "buss"),
        "hem/resa/cykel": ("hem/resa", "cykel"),
    }  # hem/ute and hem/inne are 0 and 1 as well, beside hem/kvm, which is no option
    contacts = {column for column, part in found.parts.items() if part == "contact"}
    assert contacts == {"_submitted_by", "plats"} | {
        f"_plats_{one}" for one in ("latitude", "longitude", "altitude", "precision")
    }
    assert found.parts["_id"] == "person_id"
    assert found.parts["_uuid"] == "tool"


def test_spss_tells_its_questions(tmp_path: Path) -> None:
    for suffix in ("sav", "zsav"):
        path = tmp_path / f"a.{suffix}"
        rows = pd.DataFrame({"hemma": [1.0, 2.0]})
        pyreadstat.write_sav(
            rows,
            str(path),
            column_labels={"hemma": "Känns det som hemma?"},
            compress=suffix == "zsav",
        )
        found = read_export(path, name=path.name)
        assert (found.profile, found.questions) == ("spss", {"hemma": "Känns det som hemma?"})


def test_any_table_is_plain_and_whole(shared_data: Path) -> None:
    folder = shared_data / "surveys" / "carpentries"
    for path in folder.glob("*-no-open.csv"):
        found = read_export(path, name=path.name)
        assert (found.profile, len(found.sheet.cells), found.left_out) == ("plain", 87, {})


def test_plain_removes_no_row_though_it_says_preview(tmp_path: Path) -> None:
    found = export(tmp_path, QUALTRICS, profile="plain")
    assert (found.profile, len(found.sheet.cells)) == ("plain", len(QUALTRICS) - 1)


@pytest.mark.parametrize("profile", [one for one in PROFILES if one not in ("plain", "spss")])
def test_a_profile_that_the_file_has_not_is_one_fault(tmp_path: Path, profile: str) -> None:
    with pytest.raises(BadInput) as refused:
        export(tmp_path, [["nr", "svar"], ["1", "ja"]], profile=profile)
    (fault,) = refused.value.faults
    assert f"an export of the profile {profile}" in fault.must
    assert fault.found == "the headings nr, svar"


def test_spss_is_the_profile_of_spss_files_alone(tmp_path: Path, shared_data: Path) -> None:
    with pytest.raises(BadInput, match=r"profile spss of a file that ends in \.csv"):
        export(tmp_path, MS, profile="spss")
    path = shared_data / "surveys" / "spss" / "umlauts.sav"
    with pytest.raises(BadInput, match=r"profile kobo of a file that ends in \.sav"):
        read_export(path, name=path.name, settings=FileSettings(profile="kobo"))


@given(st.data())
@settings(max_examples=200)
def test_exports_cut_or_blanked_anywhere_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    profile = data.draw(st.sampled_from(sorted(COMPOSED)))
    rows = [list(row) for row in COMPOSED[profile]]
    kept = rows[: data.draw(st.integers(0, len(rows)))]
    width = data.draw(st.integers(1, len(rows[0])))
    wanted = data.draw(st.sampled_from(["", profile, "plain"]))
    for row in kept:
        for place in data.draw(st.sets(st.integers(0, len(row) - 1), max_size=3)):
            row[place] = data.draw(st.sampled_from(["", "1", "{", '{"ImportId":', "[]", "/", "²"]))
    with suppress(BadInput):
        export(tmp_path_factory.getbasetemp(), [row[:width] for row in kept], profile=wanted)


def test_a_response_without_its_own_id_is_no_header(tmp_path: Path) -> None:
    rows = [["ResponseId", "RecordedDate", "Q1"], ["1", "2018-05-14", "5"], ["2", "", "4"]]
    for first in (rows[1], rows[2]):
        read = export(tmp_path, [rows[0], first, rows[1]])
        assert (read.profile, read.sheet.cells["Q1"].iloc[0]) == ("qualtrics", first[2])
    start = "05/14/2018 10:00:00 AM"
    heads = ["Respondent ID", "Collector ID", "Start Date", "Trivs du?"]
    read = export(tmp_path, [heads, ["", "7", start, "Ja"], ["", "7", start, "Nej"]])
    assert read.sheet.cells["Trivs du?"].tolist() == ["Ja", "Nej"]
    read = export(tmp_path, [heads, ["", "", "", "Ja"], ["", "", "", "Nej"]])
    assert read.sheet.cells["Trivs du?"].tolist() == ["Ja", "Nej"]
    read = export(tmp_path, [heads, ["", "", "", "Réponse"], ["1", "7", start, "Nej"]])
    assert read.sheet.cells.index.tolist() == [3]


def test_a_grid_with_blanks_beside_its_noes_is_no_multiple_choice(tmp_path: Path) -> None:
    head = ["id", "submitdate", "lastpage", "startlanguage", "Q[a]", "Q[b]"]
    own = ["2024-05-01 10:00:00", "3", "sv"]
    rows = [["1", *own, "Ja", "Nej"], ["2", *own, "", "Ja"], ["3", *own, "Nej", ""]]
    assert export(tmp_path, [head, *rows]).options == {}
    whole = export(tmp_path, [head, rows[0], ["2", *own, "", ""]])
    assert whole.options == {"Q[a]": ("Q", "a"), "Q[b]": ("Q", "b")}


def test_dates_of_which_one_has_another_order_all_stay_as_they_are(tmp_path: Path) -> None:
    head = ["Respondent ID", "Collector ID", "End Date", "Trivs du?"]
    dates = ["05/06/2018 10:00:00 AM", "14/06/2018 10:00:00 AM"]
    rows = [[str(row), "7", date, "Ja"] for row, date in enumerate(dates, start=1)]
    assert export(tmp_path, [head, *rows]).sheet.cells["End Date"].tolist() == dates


def leave_out(folder: Path) -> Export:
    asked = FileSettings(unfinished="left_out")
    return read_export(folder / "answers.csv", name="answers.csv", settings=asked)


@pytest.mark.parametrize("said", ["False", "0", "FALSE"])
def test_qualtrics_tells_who_did_not_finish(tmp_path: Path, said: str) -> None:
    finished = ["Finished", "Avslutad", '{"ImportId":"finished"}', "1", "0", said, "1", said]
    rows = [[*row, cell] for row, cell in zip(QUALTRICS, [*finished, "1", "1"], strict=True)]
    found = export(tmp_path, rows)
    assert (len(found.sheet.cells), found.unfinished) == (3, 1)  # a test is left out anyhow
    found = leave_out(tmp_path)
    assert (len(found.sheet.cells), found.unfinished) == (2, 0)
    assert found.left_out == {"preview": 2, "test": 1, "spam": 1, "unfinished": 1}


@pytest.mark.parametrize("profile", ["limesurvey", "netigate"])
def test_responses_never_sent_in_are_kept_unless_they_are_to_be_left_out(
    tmp_path: Path, profile: str
) -> None:
    rows = [list(row) for row in COMPOSED[profile]]
    rows[-1] = [cell.replace("Klar", "Påbörjad") for cell in rows[-1]]
    found = export(tmp_path, rows, delimiter=";" if profile == "netigate" else ",")
    assert (len(found.sheet.cells), found.unfinished) == (2, 1)
    found = leave_out(tmp_path)
    assert (len(found.sheet.cells), found.left_out) == (1, {"unfinished": 1})


def test_what_the_file_does_not_tell_cannot_be_left_out(tmp_path: Path) -> None:
    assert read_composed(tmp_path, "google_forms").unfinished is None
    with pytest.raises(BadInput, match="must name its unfinished responses"):
        leave_out(tmp_path)
