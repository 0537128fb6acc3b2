"""Opening a lab's folder, from anywhere, and reading its tables."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from labtools.evidence.checks import check_lab
from labtools.evidence.schemas import contract
from labtools.faults import BadInput
from labtools.lab import Lab, open_lab

SETTINGS = '[lab]\nname = "Prov"\nlanguage = "sv"\n'
_EMPTY = ("unplaced", "releases", "published")  # all has a place in the example; none has left it
CITIES = "city,name,municipality_code,company,lab,target_group,start,end\n"
SOURCES = "source_id,city,type,date,file,language,status\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "cities.csv").write_text(CITIES + "umea,Umeå,2480,,,,,\n", encoding="utf-8")
    (tmp_path / "sources.csv").write_text(
        SOURCES + "s1,umea,interview,2019-05,umea/s1.txt,sv,raw\n", encoding="utf-8"
    )
    raw = tmp_path / "raw" / "umea"
    raw.mkdir(parents=True)
    (raw / "s1.txt").write_text("Anna: Hej.\nBo: Hej hej.\nAnna: Ja.\n", encoding="utf-8")
    return tmp_path


def test_a_lab_is_found_from_any_folder_below(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook in notebooks/surveys/ opens data/example as it is."""
    monkeypatch.chdir(root / "notebooks" / "surveys")
    assert open_lab("data/example").folder == root / "data" / "example"


def test_settings_have_the_defaults_that_the_contract_tells(folder: Path) -> None:
    lab = open_lab(folder)
    told = (lab.approach, lab.min_people, lab.synthetic, lab.withdrawal, len(lab.waves))
    assert told == ("codebook", 5, False, "everything", 0)


def test_a_table_that_is_absent_has_its_columns_and_no_row(folder: Path) -> None:
    people = open_lab(folder).read_people()
    assert people.empty
    assert {"person_id", "role", "age_band"} <= set(people)


def test_an_excluded_source_takes_no_part(folder: Path) -> None:
    sources = folder / "sources.csv"
    sources.write_text(sources.read_text().replace("raw\n", "excluded\n"), encoding="utf-8")
    assert open_lab(folder).read_sources().empty


def test_turns_carry_what_is_known_of_their_source(folder: Path) -> None:
    turns = open_lab(folder).read_turns("umea")
    assert turns["text"].tolist() == ["Hej.", "Hej hej.", "Ja."]
    assert turns["speaker"].tolist() == ["unknown"] * 3
    assert set(turns["city"]) == {"umea"}
    assert set(turns["quote"]) == {"no"}


def test_what_a_withdrawn_person_said_is_gone(folder: Path) -> None:
    (folder / "people.csv").write_text("person_id,city,role\np1,umea,resident\n")
    (folder / "speakers.csv").write_text(
        "source_id,label,person_id,role\ns1,Anna,p1,respondent\n", encoding="utf-8"
    )
    consent = folder / "consent.csv"
    header = "person_id,participate,quote,photo,archive,guardian,withdrawn_on\n"
    consent.write_text(header + "p1,yes,yes,,,,\n")
    assert open_lab(folder).read_turns()["quote"].tolist() == ["yes", "no", "yes"]
    consent.write_text(header + "p1,yes,yes,,,,2020-01-02\n")
    assert open_lab(folder).read_turns()["label"].tolist() == ["Bo"]
    with (folder / "lab.toml").open("a") as settings:
        settings.write('[consent]\nwithdrawal = "quotes"\n')
    kept = open_lab(folder).read_turns()
    assert kept["quote"].tolist() == ["withdrawn", "no", "withdrawn"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ('language = "sv"|language = "no"', "language must be one of sv, en; found 'no'"),
        ('name = "Prov"|name = 3', "name must be text; found 3"),
        (
            'language = "sv"|language = "sv"\nmin_people = 0',
            "min_people must be a whole number from 1",
        ),
        ('language = "sv"|language = "sv"\nsynthetic = "yes"', "synthetic must be true or false"),
        ("[lab]|[lap]", "one of lab, consent, waves; found lap; write lab"),
        (SETTINGS + "|[consent]", "must have a table [lab]; found none"),
        ("[lab]|[lab", "must be TOML in UTF-8"),
    ],
)
def test_wrong_settings_are_one_line_each(folder: Path, wrong: str, message: str) -> None:
    before, _, after = wrong.partition("|")
    (folder / "lab.toml").write_text(SETTINGS.replace(before, after), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        open_lab(folder)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_before_the_settings_is_read_past(folder: Path) -> None:
    (folder / "lab.toml").write_text(SETTINGS, encoding="utf-8-sig")
    assert open_lab(folder).name == "Prov"


def test_a_wave_without_an_english_name_has_a_blank_one(folder: Path) -> None:
    waves = '[[waves]]\nid = "before"\nlabel_sv = "före"\n'
    (folder / "lab.toml").write_text(SETTINGS + waves, encoding="utf-8")
    (wave,) = open_lab(folder).waves.to_dict("records")
    assert wave == {"id": "before", "label_sv": "före", "label_en": "", "start": "", "end": ""}


def test_the_waves_that_the_settings_declare_are_held_against_the_sources(folder: Path) -> None:
    waves = '[[waves]]\nid = "before"\nlabel_sv = "före"\n'
    (folder / "lab.toml").write_text(SETTINGS + waves, encoding="utf-8")
    sources = SOURCES.strip() + ",wave\n" + "s1,umea,interview,2019-05,umea/s1.txt,sv,raw,befor\n"
    (folder / "sources.csv").write_text(sources, encoding="utf-8")
    (fault,) = check_lab(folder).faults
    assert "each wave must be one of lab.toml; found befor in 1 row; write before" in str(fault)


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    (fault,) = check_lab(tmp_path / "nowhere").faults
    assert "found no such folder; name a lab's folder such as data/example" in str(fault)


def test_a_missing_table_does_not_hide_other_faults(folder: Path) -> None:
    (folder / "cities.csv").unlink()
    told = [str(fault) for fault in check_lab(folder).faults]
    assert any("must have a file cities.csv beside it" in fault for fault in told)
    assert any(
        "sources.csv, column city: must name a row of cities.csv (city); found no row there"
        in fault
        for fault in told
    )


def test_a_survey_or_city_that_is_not_there_names_those_that_are(root: Path) -> None:
    lab = open_lab(root / "data" / "example")
    with pytest.raises(ValueError, match="no survey enkat; choose among participants, residents"):
        lab.read_survey("enkat")
    with pytest.raises(ValueError, match="no city Norrvik; choose among norrvik, ekhamra"):
        lab.city_name("Norrvik")
    assert open_lab(root / "data" / "innovationslabb").read_survey("enkat").answers.empty


def test_rows_stand_in_the_order_of_cities_and_waves(root: Path) -> None:
    lab = open_lab(root / "data" / "example")
    scores = lab.read_survey("participants").answers[["city", "wave"]]
    backwards = scores.iloc[::-1]
    ordered = lab.in_order(backwards)
    pairs = list(dict.fromkeys(zip(ordered["city"], ordered["wave"], strict=True)))
    assert [city for city, _ in pairs[::2]] == list(lab.city_names())
    assert [wave for _, wave in pairs[:2]] == ["before", "after"]


def test_a_withdrawn_persons_answers_are_gone(root: Path) -> None:
    lab = open_lab(root / "data" / "example")
    consent = lab.read_consent()
    gone = set(consent.loc[consent["withdrawn_on"] != "", "person_id"])
    assert gone
    survey = lab.read_survey("participants")
    assert not gone & set(survey.answers["person_id"])
    assert set(survey.missing["row"]) <= set(survey.answers.index)
    assert not gone & set(lab.read_turns()["person_id"])


def test_every_table_of_the_contract_has_a_reader(root: Path) -> None:
    lab = open_lab(root / "data" / "example")
    for name, table in contract().items():
        if not table.file.startswith("surveys/"):
            read = lab.read_table(name)
            assert {column.name for column in table.columns} <= set(read), name
            assert len(read) or name in _EMPTY, name


def test_both_labs_in_the_repository_are_without_fault(root: Path) -> None:
    assert check_lab(root / "data" / "example").faults == ()
    assert check_lab(root / "data" / "innovationslabb").faults == ()


def test_reading_a_city_reads_no_other_citys_transcripts(root: Path) -> None:
    lab: Lab = open_lab(root / "data" / "example")
    turns = lab.read_turns("norrvik", types=("interview",))
    assert set(turns["city"]) == {"norrvik"}
    assert set(turns["type"]) == {"interview"}


def test_importing_labtools_costs_little_beyond_pandas() -> None:
    """No clock: what is loaded is what costs. Heavy packages wait for their caller."""
    code = "import sys, labtools, labtools.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"pandas", "matplotlib", "seaborn", "nltk", "simplemma", "papermill", "nbconvert"}
    assert not heavy & set(loaded)


def test_without_what_was_refused_the_rest_is_read(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "lab"
    shutil.copytree(root / "data" / "example", folder)
    (folder / "people.csv").write_text("person_id\nx y\n", encoding="utf-8")
    (folder / "surveys" / "residents" / "answers.sav").write_bytes(b"x")
    spoilt = sorted((folder / "raw" / "norrvik" / "interview").iterdir())[0]
    spoilt.write_bytes(b"")
    lab = open_lab(folder)
    whole = open_lab(root / "data" / "example").read_turns("norrvik")
    with pytest.raises(BadInput):
        lab.read_turns("norrvik")
    rest = lab.without(lab.check().unread())
    lost = {spoilt.stem}
    assert set(whole["source_id"]) - set(rest.read_turns("norrvik")["source_id"]) == lost
    assert rest.read_people().empty
    assert rest.surveys() == ["participants"]
    assert not rest.read_survey("participants").answers.empty


@pytest.mark.parametrize("table", ["consent.csv", "speakers.csv"])
def test_a_refused_table_of_consent_never_lets_withdrawn_words_back_in(
    tmp_path: Path, root: Path, table: str
) -> None:
    folder = tmp_path / "lab"
    shutil.copytree(root / "data" / "example", folder)
    (folder / table).write_text("person_id\nx y\n", encoding="utf-8")
    lab = open_lab(folder)
    with pytest.raises(BadInput, match=table):
        lab.without(lab.check().unread()).read_turns()


def test_photographs_and_segments_count_in_the_city_of_their_source(root: Path) -> None:
    records = open_lab(root / "data" / "example").read_records()
    for name in ("photos", "segments"):
        assert records[name]["city"].value_counts().min() > 0
        assert set(records[name]["city"]) == {"norrvik", "ekhamra", "hallestrand", "asfors"}, name
