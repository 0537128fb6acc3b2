"""A lab whose texts hold names is opened with its key alone, and its check looks at the key."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from labtools.cli import main
from labtools.faults import BadInput
from labtools.lab import open_lab
from labtools.privacy.key import remember_key
from labtools.privacy.lab_key import check_with_key
from labtools.privacy.private import write_private

KEY = "name,aliases,kind,pseudonym,ordinary\nHodan,,person,Amina,none\n"


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab without a fault, with names in its texts and no key."""
    folder = tmp_path / "lab"
    folder.mkdir()
    settings = '[lab]\nname = "Labb"\nlanguage = "sv"\npseudonyms = true\n'
    (folder / "lab.toml").write_text(settings, "utf-8")
    head = "city,name,municipality_code,company,lab,target_group,start,end"
    (folder / "cities.csv").write_text(f"{head}\numea,Umeå,,,,,,\n", "utf-8")
    head = "source_id,city,type,date,file,language,status"
    row = "s1,umea,conversation,2026,a.txt,sv,raw"
    (folder / "sources.csv").write_text(f"{head}\n{row}\n", "utf-8")
    (folder / "raw").mkdir()
    (folder / "raw" / "a.txt").write_text("Hodan: Hej.\nBo: Hej.\nHodan: Ja.\nBo: Jo.\n", "utf-8")
    return folder


@pytest.fixture
def key(lab: Path, keys: Path) -> Path:
    """The lab's key, remembered."""
    path = keys / "key.csv"
    write_private(path, KEY)
    remember_key(lab, path)
    return path


def faults_of(lab: Path) -> list[str]:
    return [str(fault) for fault in check_with_key(lab).faults]


@pytest.mark.parametrize("move", [shutil.move, shutil.copytree])
@pytest.mark.usefixtures("key")
def test_a_lab_that_moved_from_its_key_is_not_opened_and_its_check_says_why(lab, move):
    assert "Hodan" not in set(open_lab(lab).read_turns()["label"])
    assert faults_of(lab) == []
    moved = lab.parent / "elsewhere"
    move(lab, moved)
    with pytest.raises(BadInput) as refused:
        open_lab(moved)
    must = "must have a key, for names are in the texts (pseudonyms = true); found none"
    do = f"run labtools key --lab {moved} --key PATH, or set LABTOOLS_KEY"
    assert str(refused.value) == f"lab.toml: {must}; {do}"
    assert faults_of(moved) == [str(refused.value)]
    (moved / "sources.csv").unlink()
    assert faults_of(moved)[-1] == str(refused.value)


def test_a_lab_without_names_in_its_texts_needs_no_key(lab: Path) -> None:
    (lab / "lab.toml").write_text('[lab]\nname = "Labb"\nlanguage = "sv"\n', "utf-8")
    assert open_lab(lab).pseudonymiser is None
    assert faults_of(lab) == []


def test_a_folder_that_is_no_lab_is_one_fault(tmp_path: Path) -> None:
    assert len(faults_of(tmp_path / "nowhere")) == 1


@pytest.mark.parametrize("damage", ["mode", "absent", "git", "rows"])
def test_a_key_that_cannot_be_used_is_a_fault_as_text_as_json_and_on_the_page(
    lab: Path, key: Path, tmp_path: Path, damage: str
) -> None:
    if damage == "mode":
        key.chmod(0o644)
    elif damage == "absent":
        key.unlink()
    elif damage == "git":
        (key.parent / ".git").mkdir()
    else:
        write_private(key, KEY.replace("person", "human"))
    page = tmp_path / "fel.html"
    call = CliRunner().invoke(main, ["check", "--lab", str(lab), "--html", str(page)])
    (line,) = faults_of(lab)
    assert line.startswith(str(key))
    assert call.exit_code == 1
    assert line in call.stdout.splitlines()
    told = CliRunner().invoke(main, ["check", "--lab", str(lab), "--json"])
    assert [fault["line"] for fault in json.loads(told.stdout)["faults"]] == [line]
    html = page.read_text("utf-8")
    assert str(key) in html
    assert "sidan kan innehålla namn" in html
    assert "<title>Kontroll av underlaget – Labb</title>" in html  # the lab's own name
    assert "Hodan" not in call.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.usefixtures("key")
def test_a_file_inside_the_lab_with_the_header_of_a_key_is_a_fault(
    lab: Path, encoding: str, delimiter: str
) -> None:
    (lab / "notes").mkdir()
    copy = lab / "notes" / "mine.csv"
    copy.write_text(KEY.replace(",", delimiter), encoding=encoding)
    (line,) = faults_of(lab)
    assert line.startswith("notes/mine.csv, row 1: must hold no key from names to pseudonyms")
    assert len(open_lab(lab).check().faults) == 1


def test_a_run_says_when_names_are_not_replaced(lab: Path, tmp_path: Path) -> None:
    settings = (lab / "lab.toml").read_text("utf-8").replace("true", "false")
    (tmp_path / "notebooks").mkdir()
    call = ["run", "none", "--notebooks", str(tmp_path / "notebooks"), "--lab", str(lab)]
    line = f"{lab}: names are not replaced; see labtools key --help"
    for told, expected in ((settings, True), (settings + "synthetic = true\n", False)):
        (lab / "lab.toml").write_text(told, "utf-8")
        assert (line in CliRunner().invoke(main, call).stderr.splitlines()) is expected


def test_the_command_asks_to_require_the_key_until_the_lab_does(lab: Path, keys: Path) -> None:
    call = ["key", "--lab", str(lab), "--key", str(keys / "key.csv")]
    asks = "Write pseudonyms = true under [lab]"
    assert asks not in CliRunner().invoke(main, call).output
    (lab / "lab.toml").write_text('[lab]\nname = "Labb"\nlanguage = "sv"\n', "utf-8")
    assert asks in CliRunner().invoke(main, call).output.splitlines()[-1]
