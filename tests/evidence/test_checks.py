"""`labtools check`: what refers to nothing, files without rows, rows without files."""

from pathlib import Path
from unicodedata import normalize

import pytest
from PIL import Image

from labtools.evidence.checks import check_folder

SOURCES = "source_id,city,type,date,file,language,status\n"
SPEAKERS = "source_id,label,person_id,role\n"
PEOPLE = "person_id,city,role\n"
DISPOSITION = "city,wave,group,sampled,undeliverable,ineligible,refused,partial,complete,unknown\n"


def _folder(tmp_path: Path, **files: str) -> Path:
    """A small lab without fault, but for the files given."""
    texts = {
        "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
        "umea,Umeå,2480,,,,,\n",
        "sources.csv": "source_id,city,type,date,file,language,status\n"
        "s1,umea,interview,2019,umea/s1.txt,sv,raw\n",
        "raw/umea/s1.txt": "Anna: Hej.\nBo: Hej.\nAnna: Ja.\n",
    }
    for name, text in (texts | files).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def _told(folder: Path, *waves: str) -> list[str]:
    return [str(fault) for fault in check_folder(folder, waves=waves).faults]


def test_a_folder_that_keeps_the_contract_has_no_fault(tmp_path: Path) -> None:
    assert _told(_folder(tmp_path)) == []


def test_the_issues_of_one_bad_folder_are_told_in_one_go(tmp_path: Path) -> None:
    """A city that is not there, a file absent, a file unnamed, an id twice, no such day."""
    sources = (
        "source_id,city,type,date,file,language,status\n"
        "s1,umeo,interview,2019-02-30,umea/s1.txt,sv,raw\n"
        "s1,umea,interview,2019-02-03,umea/s2.txt,sv,raw\n"
    )
    told = _told(_folder(tmp_path, **{"sources.csv": sources, "raw/umea/extra.txt": "A: b\n"}))
    assert len(told) == 5
    assert told[0].startswith("sources.csv, row 2, column date: must be a date")
    assert told[1].startswith("sources.csv, row 3: each source_id must occur once; found s1")
    assert told[2] == (
        "sources.csv, row 2, column city: must name a row of cities.csv (city); found umeo; "
        "write umea, or add a row to cities.csv"
    )
    assert told[3].startswith(
        "sources.csv, row 3, column file: its file must lie in raw/; found no file raw/umea/s2.txt"
    )
    assert told[4].startswith(
        "raw/umea/extra.txt: must be named by a row of sources.csv; found none"
    )


def test_a_reference_in_a_list_is_checked_member_by_member(tmp_path: Path) -> None:
    reflections = (
        "entry,city,date,role,stage,text,leads_to\n"
        "r1,umea,,staff,experience,Kaffet flyttades.,r2; r3\n"
        "r2,umea,,staff,reflection,Fler stannade.,\n"
    )
    (line,) = _told(_folder(tmp_path, **{"learning/reflections.csv": reflections}))
    assert (
        "row 2, column leads_to: must name a row of learning/reflections.csv (entry); found r3"
        in line
    )


def test_a_numerator_larger_than_its_denominator_is_a_fault(tmp_path: Path) -> None:
    goals = (
        "goal,city,indicator_sv,indicator_en,definition_sv,definition_en,denominator_sv,"
        "denominator_en,kind\ng1,umea,,,,,,,participants\n"
    )
    observations = "goal,city,date,numerator,denominator,unknown,source\ng1,umea,2019,12,10,,vi\n"
    files = {"goals/goals.csv": goals, "goals/observations.csv": observations}
    (line,) = _told(_folder(tmp_path, **files))
    assert (
        "row 2, column numerator: numerator must be at most the denominator; found 12 of 10" in line
    )


def test_a_transcript_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (line,) = _told(_folder(tmp_path, **{"raw/umea/s1.txt": "\n\n"}))
    assert line.startswith("raw/umea/s1.txt")


def test_a_registered_photograph_needs_its_file(tmp_path: Path) -> None:
    photos = (
        "photo,source_id,file,caption_sv,caption_en,alt_sv,alt_en,faces,approved\n"
        "f1,s1,gard.jpg,,,,,none,yes\n"
    )
    (line,) = _told(_folder(tmp_path, **{"photos/register.csv": photos}))
    assert "its file must lie in photos/; found no file photos/gard.jpg" in line


def test_a_survey_that_cannot_be_read_is_told_with_the_rest(tmp_path: Path) -> None:
    files = {"surveys/s/survey.toml": "[survey", "raw/umea/b.txt": "A: b\n"}
    told = _told(_folder(tmp_path, **files))
    assert any("raw/umea/b.txt" in line for line in told)
    assert any("surveys/s/survey.toml" in line for line in told)


@pytest.mark.parametrize("name", [".DS_Store", ".git/x"])
def test_hidden_files_in_raw_are_no_sources(tmp_path: Path, name: str) -> None:
    assert _told(_folder(tmp_path, **{f"raw/{name}": "x"})) == []


def test_a_label_and_its_row_that_do_not_meet_are_both_told(tmp_path: Path) -> None:
    """The letter O for a nought: without this the person would silently be unknown."""
    files = {
        "raw/umea/s1.txt": "Moderator: Hej.\nBSR06: Hej.\nModerator: Ja?\nBSR06: Ja.\n",
        "speakers.csv": SPEAKERS + "s1,Moderator,,interviewer\ns1,BSRO6,,respondent\n",
    }
    assert _told(_folder(tmp_path, **files)) == [
        "speakers.csv, row 3, column label: must be a label in raw/umea/s1.txt; found BSRO6; "
        "write BSR06, or remove the row",
        "raw/umea/s1.txt: each label must have a row in speakers.csv; found BSR06 in 2 turns; "
        "correct BSRO6 there, or add a row with source_id s1",
    ]


def test_a_blank_label_stands_for_whoever_is_not_listed(tmp_path: Path) -> None:
    speakers = SPEAKERS + "s1,,,respondent\ns1,Anna,,interviewer\n"
    assert _told(_folder(tmp_path, **{"speakers.csv": speakers})) == []
    wrong = speakers.replace("Anna", "Hanna")
    (line,) = _told(_folder(tmp_path, **{"speakers.csv": wrong}))
    assert line.startswith("speakers.csv, row 3, column label: must be a label in raw/umea/s1.txt")


def test_labels_agree_whatever_their_unicode_form(tmp_path: Path) -> None:
    files = {
        "raw/umea/s1.txt": normalize("NFD", "Åsa: Hej.\nBo: Hej.\nÅsa: Ja.\n"),
        "speakers.csv": SPEAKERS + "s1,Åsa,,interviewer\ns1,Bo,,respondent\n",
    }
    assert _told(_folder(tmp_path, **files)) == []
    files = {name: normalize("NFC", text) for name, text in files.items()}
    files["speakers.csv"] = normalize("NFD", files["speakers.csv"])
    assert _told(_folder(tmp_path, **files)) == []


@pytest.mark.parametrize(
    ("kind", "listed", "faults"),
    [
        ("interview", "", 2),
        ("group_interview", "s1,Anna,,interviewer\n", 1),
        ("conversation", "s1,Hanna,,respondent\n", 3),
        ("meeting", "", 0),
        ("workshop", "s1,Anna,,interviewer\n", 1),
        ("walk", "s1,Anna,,interviewer\ns1,Bo,,respondent\n", 0),
        ("fieldnote", "s1,Hanna,,respondent\n", 0),
    ],
)
def test_labels_are_held_where_people_talk(
    tmp_path: Path, kind: str, listed: str, faults: int
) -> None:
    """A meeting's notes may have headings: its labels count once somebody is listed."""
    files = {
        "sources.csv": SOURCES + f"s1,umea,{kind},2019,umea/s1.txt,sv,raw\n",
        "speakers.csv": SPEAKERS + listed,
    }
    assert len(_told(_folder(tmp_path, **files))) == faults


def test_an_excluded_sources_file_is_named_and_not_read(tmp_path: Path) -> None:
    files = {
        "sources.csv": SOURCES + "s1,umea,interview,2019,umea/s1.txt,sv,excluded\n",
        "speakers.csv": SPEAKERS,
        "raw/umea/s1.txt": "\n",
    }
    assert _told(_folder(tmp_path, **files)) == []


def test_file_names_are_compared_in_one_unicode_form(tmp_path: Path) -> None:
    row = "s2,umea,interview,2019,umea/gård.txt,sv,raw\n"
    photos = (
        "photo,source_id,file,caption_sv,caption_en,alt_sv,alt_en,faces,approved\n"
        "f1,s2,gård.jpg,,,,,none,yes\n"
    )
    files = {
        "sources.csv": SOURCES + "s1,umea,interview,2019,umea/s1.txt,sv,raw\n" + row,
        normalize("NFD", "raw/umea/gård.txt"): "Anna: Hej.\nBo: Hej.\n",
        "photos/register.csv": photos,
    }
    folder = _folder(tmp_path, **files)
    Image.new("RGB", (4, 4)).save(folder / "photos" / normalize("NFD", "gård.jpg"))
    assert _told(folder) == []


def test_a_table_that_cannot_be_read_gives_no_faults_elsewhere(tmp_path: Path) -> None:
    speakers = SPEAKERS + "s1,Anna,p1,interviewer\ns1,Bo,p2,respondent\n"
    people = (PEOPLE + "p1,umea,staff\np2,umea,resident\n").replace(",", ";")
    (line,) = _told(_folder(tmp_path, **{"people.csv": people, "speakers.csv": speakers}))
    assert line == (
        "people.csv: must be separated by commas; found semicolons; save as CSV with commas"
    )


def test_an_unreadable_register_does_not_make_every_file_a_stranger(tmp_path: Path) -> None:
    files = {"sources.csv": "source_id;city\ns1;umea\n", "speakers.csv": SPEAKERS + "s1,A,,other\n"}
    (line,) = _told(_folder(tmp_path, **files))
    assert line.startswith("sources.csv: must be separated by commas")


def test_a_table_that_is_absent_is_one_fault_for_each_column_that_needs_it(tmp_path: Path) -> None:
    speakers = SPEAKERS + "s1,Anna,p1,interviewer\ns1,Bo,p2,respondent\n"
    (line,) = _told(_folder(tmp_path, **{"speakers.csv": speakers}))
    assert line == (
        "speakers.csv, column person_id: must name a row of people.csv (person_id); "
        "found no row there, and 2 rows here; write people.csv"
    )


def test_a_lab_has_at_least_one_city(tmp_path: Path) -> None:
    header = "city,name,municipality_code,company,lab,target_group,start,end\n"
    (line,) = _told(_folder(tmp_path, **{"cities.csv": header}))
    assert line.startswith("cities.csv: must have at least one city; found no row")


def test_an_observation_without_its_columns_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    told = _told(_folder(tmp_path, **{"goals/observations.csv": "goal,city,date\n"}))
    assert any("must have a column numerator" in line for line in told)


def _survey(**files: str) -> dict[str, str]:
    """Four answers, two of them in a city and a wave that the lab does not know."""
    texts = {
        "survey.toml": '[survey]\nsampling = "census"\n[columns]\ncity = "ort"\nwave = "nar"\n',
        "dictionary.csv": "variable,source_column,question_sv,question_en,type\n"
        "ort,Ort,,,id\nnar,När,,,id\n",
        "answers.csv": "Ort;När\numea;before\numeo;before\numeo;befor\n;\n",
    }
    return {f"surveys/s/{name}": text for name, text in (texts | files).items()}


def test_a_wrong_city_or_wave_of_a_survey_is_one_fault_for_its_rows(tmp_path: Path) -> None:
    rows = "umeaa,before,,3,,,,,,\numeaa,after,,3,,,,,,\n,,,3,,,,,,\n"
    folder = _folder(tmp_path, **_survey(**{"disposition.csv": DISPOSITION + rows}))
    told = _told(folder, "before")
    assert told == [
        "surveys/s/disposition.csv, column city: each city must be one of cities.csv; "
        "found umeaa in 2 rows; write umea, or add a row to cities.csv",
        "surveys/s/answers.csv, column Ort: each city must be one of cities.csv; "
        "found umeo in 2 rows; write umea, or add a row to cities.csv",
        "surveys/s/disposition.csv, column wave: each wave must be one of lab.toml; "
        "found after in 1 row; declare it in lab.toml",
        "surveys/s/answers.csv, column När: each wave must be one of lab.toml; "
        "found befor in 1 row; write before, or declare it in lab.toml",
    ]
    assert [line for line in _told(folder) if "wave" in line] == []


def test_a_wrong_city_that_a_code_stands_for_is_named_in_the_codes(tmp_path: Path) -> None:
    codes = "codes,code,label_sv,label_en,order,missing_reason\n"
    files = {
        "codes.csv": codes + "ort,umeo,Umeå,,,\n",
        "answers.csv": "Ort;När\nUmeå;before\nUmeå;before\n",
    }
    (line,) = _told(_folder(tmp_path, **_survey(**files)), "before")
    assert line.startswith("surveys/s/codes.csv, column code: each city must be one of cities.csv")


def test_waves_side_by_side_are_held_in_the_dictionary(tmp_path: Path) -> None:
    files = {
        "survey.toml": '[survey]\nsampling = "census"\n',
        "dictionary.csv": "variable,source_column,wave,question_sv,question_en,type\n"
        "f1,F1,before,,,number\nf1,F1b,aftr,,,number\nf2,F2b,aftr,,,number\n",
        "answers.csv": "F1;F1b;F2b\n1;2;3\n",
    }
    (line,) = _told(_folder(tmp_path, **_survey(**files)), "before", "after")
    assert line.startswith(
        "surveys/s/dictionary.csv, column wave: each wave must be one of lab.toml"
    )
    assert "found aftr in 2 rows; write after, or declare it in lab.toml" in line


def test_an_interview_in_a_format_that_nobody_can_read_is_not_passed_over(tmp_path: Path) -> None:
    """An old .doc once counted as a source and was missing from every page."""
    sources = (
        "source_id,city,type,date,file,language,status\n"
        "s1,umea,interview,2019,umea/s1.doc,sv,raw\ns2,umea,document,2019,umea/s2.png,sv,raw\n"
    )
    files = {"sources.csv": sources, "raw/umea/s1.doc": "x", "raw/umea/s2.png": "y"}
    folder = _folder(tmp_path, **files)
    (folder / "raw" / "umea" / "s1.txt").unlink()
    (line,) = _told(folder)
    assert line.startswith("sources.csv, row 2, column file: its file must be one of .docx, ")
    assert "found umea/s1.doc; open it in Word or LibreOffice and save it as .docx, or" in line


@pytest.mark.parametrize(
    ("file", "do"),
    [
        ("s1.M4A", "transcribe it, put the transcript in raw/ and name that here, or exclude"),
        ("s1.mp4", "transcribe it"),
        ("s1.pages", "open it in Pages and export it as .docx"),
        ("s1.gdoc", "open it in Google Docs and download it as .docx"),
        ("s1.url", "download the document that it leads to"),
        ("s1.wpd", "save it in one of these, or exclude the source"),
    ],
)
def test_an_interview_that_is_no_text_yet_says_how_it_becomes_one(
    tmp_path: Path, file: str, do: str
) -> None:
    sources = SOURCES + f"s1,umea,group_interview,2019,umea/{file},sv,raw\n"
    folder = _folder(tmp_path, **{"sources.csv": sources, f"raw/umea/{file}": "x"})
    (folder / "raw" / "umea" / "s1.txt").unlink()
    (line,) = _told(folder)
    assert f"; found umea/{file}; {do}" in line


def test_one_file_is_one_source(tmp_path: Path) -> None:
    sources = (
        "source_id,city,type,date,file,language,status\n"
        "s1,umea,interview,2019,umea/s1.txt,sv,raw\ns2,umea,interview,2019,umea/s1.txt,sv,raw\n"
    )
    (line,) = _told(_folder(tmp_path, **{"sources.csv": sources}))
    assert "row 3, column file: each file must be one source; found umea/s1.txt a second" in line


def test_a_table_with_nearly_the_right_name_is_told(tmp_path: Path) -> None:
    files = {"speaker.csv": "a\n", "Goals/goals.csv": "a\n", "own_notes.csv": "a\n"}
    told = _told(_folder(tmp_path, **files))
    assert [line.split("; found another name; ")[1] for line in told] == [
        "rename it goals/goals.csv",
        "rename it speakers.csv",
    ]


def test_a_survey_folder_without_settings_is_told(tmp_path: Path) -> None:
    (line,) = _told(_folder(tmp_path, **{"surveys/enkat/answers.csv": "a;b\n1;2\n"}))
    assert line.startswith("surveys/enkat: must have a survey.toml; found none")


def test_an_observation_belongs_to_the_city_of_its_goal(tmp_path: Path) -> None:
    header = (
        "goal,city,indicator_sv,indicator_en,definition_sv,definition_en,denominator_sv,"
        "denominator_en,kind\n"
    )
    cities = (
        "city,name,municipality_code,company,lab,target_group,start,end\n"
        "umea,Umeå,2480,,,,,\nlulea,Luleå,2580,,,,,\n"
    )
    observations = "goal,city,date,numerator,denominator,unknown,source\n"
    files = {
        "cities.csv": cities,
        "goals/goals.csv": header + "g1,umea,,,,,,,participants\n",
        "goals/observations.csv": observations + "g1,lulea,,1,2,,vi\ng1,umea,,1,2,,vi\n",
    }
    (line,) = _told(_folder(tmp_path, **files))
    assert "row 2, column city: must be umea, the city of goal g1; found lulea" in line


def test_a_language_has_two_letters(tmp_path: Path) -> None:
    sources = (
        "source_id,city,type,date,file,language,status\n"
        "s1,umea,interview,2019,umea/s1.txt,svenska,raw\n"
    )
    (line,) = _told(_folder(tmp_path, **{"sources.csv": sources}))
    assert "column language: must be a list of languages of two letters; found svenska" in line


def test_a_real_lab_names_municipalities_that_there_are(tmp_path: Path) -> None:
    head = "city,name,municipality_code,company,lab,target_group,start,end\n"
    folder = _folder(tmp_path, **{"cities.csv": head + "umea,Umeå,2489,,,,,\n"})
    (told,) = _told(folder)
    assert told.startswith("cities.csv, row 2, column municipality_code: must")
    assert check_folder(folder, synthetic=True).faults == ()


def test_photographs_are_read_refused_or_missing_and_count_for_their_city(tmp_path: Path) -> None:
    head = "photo,source_id,file,caption_sv,caption_en,alt_sv,alt_en,faces,approved\n"
    rows = "f1,s1,good.png,,,Ett hus,,none,\nf2,s1,bad.jpg,,,Ett hus,,none,\nf3,,no.jpg,,,,,none,\n"
    folder = _folder(tmp_path, **{"photos/register.csv": head + rows, "photos/bad.jpg": "x"})
    Image.new("RGB", (4, 4)).save(folder / "photos" / "good.png")
    found = check_folder(folder)
    assert [str(fault).split(":")[0] for fault in found.faults] == [
        "photos/register.csv, row 4, column file",
        "photos/bad.jpg",
    ]
    pictures = [one for one in found.readings if one.kind == "photograph"]
    assert [(one.file, one.city, one.status) for one in pictures] == [
        ("photos/good.png", "umea", "read"),
        ("photos/bad.jpg", "umea", "refused"),
        ("photos/no.jpg", "", "missing"),
    ]


PHOTOS = "photo,source_id,file,caption_sv,caption_en,alt_sv,alt_en,faces,approved\n"


@pytest.mark.parametrize("register", [{"photos/register.csv": PHOTOS}, {}])
def test_a_photograph_without_a_row_is_told(tmp_path: Path, register: dict[str, str]) -> None:
    beside = dict.fromkeys(["photos/.DS_Store", "photos/a/Thumbs.db", "photos/a/gård.jpg"], "x")
    check = check_folder(_folder(tmp_path, **register, **beside), waves=())
    (fault,) = check.faults
    assert str(fault) == (
        "photos/a/gård.jpg: must be named by a row of photos/register.csv; found none; "
        "add a row, or move the file away"
    )
    pictures = [one for one in check.readings if one.kind == "photograph"]
    assert [(one.file, one.status) for one in pictures] == [("photos/a/gård.jpg", "unlisted")]


def test_photographs_are_no_strangers_to_a_register_that_cannot_be_read(tmp_path: Path) -> None:
    files = {"photos/register.csv": PHOTOS.replace(",", ";"), "photos/a.jpg": "x"}
    (line,) = _told(_folder(tmp_path, **files))
    assert line.startswith("photos/register.csv: must be separated by commas")


def test_the_same_transcript_under_two_names_is_told(tmp_path: Path) -> None:
    said = "Anna: Hej.\nBo: Hej.\nAnna: Ja.\n"
    rows = "".join(f"s{n},umea,interview,2019,umea/s{n}.txt,sv,raw\n" for n in (1, 2, 3))
    files = {"sources.csv": SOURCES + rows, "raw/umea/s2.txt": said}
    files["raw/umea/s3.txt"] = said.replace("Ja", "Nä")
    assert files["raw/umea/s3.txt"] != said
    (line,) = _told(_folder(tmp_path, **files))
    assert line == (
        "raw/umea/s2.txt: must hold what no other file holds; found the same bytes as "
        "raw/umea/s1.txt; remove one of the two, or exclude its source"
    )
    files["sources.csv"] = (SOURCES + rows).replace("s2.txt,sv,raw", "s2.txt,sv,excluded")
    assert _told(_folder(tmp_path, **files)) == []


def test_the_same_answers_under_two_names_are_told(tmp_path: Path) -> None:
    files = _survey(**{"answers.csv": "Ort;När\numea;before\n"})
    again = {name.replace("/s/", "/t/"): text for name, text in files.items()}
    (line,) = _told(_folder(tmp_path, **files, **again), "before")
    assert line.startswith("surveys/t/answers.csv: must hold what no other file holds; found the")
    assert "same bytes as surveys/s/answers.csv" in line


def test_a_file_that_icloud_has_not_downloaded_is_named(tmp_path: Path) -> None:
    sources = SOURCES + "s1,umea,interview,2019,umea/s1.txt,sv,raw\n"
    row = "s2,umea,interview,2019,umea/gård.docx,sv,raw\n"
    stub = normalize("NFD", "raw/umea/.gård.docx.icloud")
    (line,) = _told(_folder(tmp_path, **{"sources.csv": sources + row, stub: "bplist00"}))
    assert line == (
        "sources.csv, row 3, column file: its file must lie in raw/; found no file "
        "raw/umea/gård.docx, only iCloud's stub .gård.docx.icloud; "
        "download the file from iCloud, and copy it there again"
    )


def test_a_missing_speaker_is_told_with_the_source_that_the_row_needs(tmp_path: Path) -> None:
    (line,) = _told(_folder(tmp_path, **{"speakers.csv": SPEAKERS + "s1,Anna,,interviewer\n"}))
    assert line.startswith("raw/umea/s1.txt: each label must have a row in speakers.csv; found Bo")
    assert "add a row with source_id s1" in line


def test_a_file_of_two_sources_needs_each_speaker_once(tmp_path: Path) -> None:
    rows = "".join(f"s{n},umea,interview,2019,umea/s1.txt,sv,raw\n" for n in (1, 2))
    files = {"sources.csv": SOURCES + rows, "speakers.csv": SPEAKERS + "s1,Anna,,interviewer\n"}
    files["speakers.csv"] += "s2,Bo,,respondent\n"
    (line,) = _told(_folder(tmp_path, **files))
    assert "each file must be one source" in line
    files["speakers.csv"] = SPEAKERS + "s2,Bo,,respondent\n"
    assert [line for line in _told(_folder(tmp_path, **files)) if "Anna" in line] == [
        "raw/umea/s1.txt: each label must have a row in speakers.csv; found Anna in 2 turns; "
        "add a row with source_id s1 to speakers.csv"
    ]


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "umea/~$s1.docx"])
def test_what_programs_leave_behind_is_no_source(tmp_path: Path, name: str) -> None:
    assert _told(_folder(tmp_path, **{f"raw/{name}": "x"})) == []
