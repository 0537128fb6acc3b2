"""`labtools share` from the outside: what leaves, what is refused, what is remembered."""

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labtools.batch.plan import Notebook, Report
from labtools.batch.record import Entry
from labtools.cli import main
from labtools.evidence.releases import add_release, check_releases, list_people
from labtools.evidence.schemas import read_table
from labtools.faults import BadInput
from labtools.site.release import check_finished, gather_pages

TABLES = {
    "lab.toml": '[lab]\nname = "Labb"\nlanguage = "sv"\nsynthetic = true\n',
    "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
    "norrvik,Norrvik,,,,,,\numea,Umeå,,,,,,\n",
    "sources.csv": "source_id,city,type,date,file,language,status\n",
    "people.csv": "person_id,city,role\np1,umea,participant\np2,umea,staff\np3,umea,staff\n",
    "consent.csv": "person_id,participate,quote,photo,archive,guardian,withdrawn_on\n"
    "p1,yes,yes,,,,\np2,no,no,,,,\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab of two cities with one short notebook for partners."""
    lab = tmp_path / "data" / "tiny"
    lab.mkdir(parents=True)
    for name, text in TABLES.items():
        (lab / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("click.get_app_dir", lambda name: str(tmp_path / "app"))
    monkeypatch.delenv("LABTOOLS_KEY", raising=False)
    write_notebook("'Nio av tio hade arbete.'")
    return tmp_path


def write_notebook(source: str) -> None:
    cells = [
        new_markdown_cell("# Mål", metadata={"tags": ["lang-sv"]}),
        new_markdown_cell("# Goals", metadata={"tags": ["lang-en"]}),
        new_code_cell(
            'lab_folder: str = "x"\ncity: str = "x"\n'
            'audience: str = "internal"\nmin_people: int = 5',
            metadata={"tags": ["parameters"]},
        ),
        new_code_cell(source),
    ]
    path = Path("notebooks/cities/01_goals.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)


def write_key(project: Path, rows: str) -> str:
    """The path of a key with these rows, as a key must be kept."""
    key = project / "keys" / "key.csv"
    key.parent.mkdir(mode=0o700)
    key.write_text(f"name,aliases,kind,pseudonym\n{rows}", encoding="utf-8")
    key.chmod(0o600)
    return str(key)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--lab", "data/tiny"])


def names_in(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_what_is_shared_is_the_pages_alone_and_is_recorded(project: Path) -> None:
    """A later withdrawal tells which release holds the person, until it is called back."""
    shared = call("share", "--to", "ut.zip", "--no-names")
    assert shared.exit_code == 0, shared.output
    data = Path("ut.zip").read_bytes()
    pages = {"cities/01_goals/norrvik.html", "cities/01_goals/umea.html", "index.html"}
    assert pages <= set(names_in(Path("ut.zip"))) <= pages | {"about.html"}
    again = call("share", "--to", "again.zip", "--no-names")
    assert again.exit_code == 0, again.output
    lab = Path("data/tiny")
    (release,) = read_table(lab / "releases.csv", "releases", name="r").to_dict("records")[:1]
    assert release["sha256"] == hashlib.sha256(data).hexdigest()
    assert (release["file"], release["audience"], release["language"]) == (
        "ut.zip",
        "partners",
        "sv",
    )
    assert (release["pages"], release["people"]) == (2, "p1;p3")
    assert "releases.csv" not in call("check").output

    consent = TABLES["consent.csv"].replace("p1,yes,yes,,,,", "p1,yes,yes,,,,2031-01-02")
    (lab / "consent.csv").write_text(consent, encoding="utf-8")
    checked = call("check")
    assert checked.exit_code == 1
    lines = [line for line in checked.output.splitlines() if line.startswith("releases.csv")]
    assert lines[0] == (
        "releases.csv, row 2, column people: must name nobody who has withdrawn since; found p1, "
        f"who withdrew on 2031-01-02, in {release['release']} (ut.zip); ask those who have it to "
        "delete it, share anew, and write the day under recalled_on"
    )


def test_what_the_gate_finds_is_told_and_nothing_is_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it at once, each in one line, without telling it; the run itself went well.

    A name that a notebook puts together itself has passed no pseudonymiser.
    """
    monkeypatch.setenv("LABTOOLS_KEY", write_key(project, "Fatima,,person,Amina\n"))
    write_notebook("'Ring 070-174 06 05: det var Fat' + 'imas idé'")
    refused = call("share", "--to", "ut.zip")
    assert refused.exit_code == 2
    page = "ut.zip/cities/01_goals/norrvik.html: must hold no"
    found = [line for line in refused.stderr.splitlines() if line.startswith("ut.zip/")]
    assert len(found) == 2 * 2  # on the page of each city; the number stands in its code too
    assert found[0].startswith(f"{page} telephone number; found 0… (13 characters) at line")
    assert any(line.startswith(f"{page} name of the key; found F… (7 c") for line in found)
    assert "06 05" not in refused.output
    assert "Fatima" not in refused.output
    assert not list(project.glob("*.zip*"))
    assert not Path("data/tiny/releases.csv").exists()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("if city == 'umea':\n    raise ValueError('nej')", "failed: code cell 2: ValueError: nej"),
        ("import sys\nprint('hm', file=sys.stderr)", "must have no message of a program"),
    ],
)
def test_a_run_that_did_not_go_well_is_not_shared(project: Path, source: str, told: str) -> None:
    """Neither a traceback nor a warning leaves."""
    write_notebook(source)
    refused = call("share", "--to", "ut.zip", "--no-names")
    assert refused.exit_code == 2
    assert any(
        line.startswith("cities/01_goals/umea: must") and told in line
        for line in refused.stderr.splitlines()
    )
    assert not Path("ut.zip").exists()


def test_without_a_key_nothing_runs_unless_it_is_said_that_there_are_no_names(
    project: Path,
) -> None:
    """It fails closed, and tells all that is wrong with the command at once."""
    refused = call("share", "--to", "nowhere/ut.html")
    assert refused.exit_code == 2
    assert [line.partition(":")[0] for line in refused.stderr.splitlines()] == [
        "--to",
        "--to",
        "labtools share",
    ]
    assert not Path("outputs").exists()


def test_a_key_without_a_name_searches_for_none_and_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABTOOLS_KEY", write_key(project, ""))
    refused = call("share", "--to", "ut.zip")
    assert refused.exit_code == 2
    assert "the key: must hold the names to search for; found none" in refused.stderr
    assert not Path("outputs").exists()


def make_entry(**changes: Any) -> Entry:
    blank = dict.fromkeys(("title", "reason", "when"), "")
    numbers = dict.fromkeys(("seconds", "cpu_seconds", "cell_cpu_seconds"), 0.0)
    entry: dict[str, Any] = {"notebook": "cities/01_goals", "city": "umea", "parameters": {}}
    entry |= {"status": "done", "stderr": False, "page": None, **blank, **numbers}
    return Entry(**(entry | changes))


def test_a_page_of_an_earlier_run_is_not_shared(tmp_path: Path) -> None:
    """It may quote somebody who has withdrawn since."""
    notebook = Notebook("cities/01_goals", Path("x"), {}, {})
    entries = {one.name: one for one in (make_entry(), make_entry(notebook="a/b"))}
    with pytest.raises(BadInput, match="a/b/umea: must be a report of this run"):
        check_finished(tmp_path, [Report(notebook, "umea", {})], entries)


def test_a_report_that_was_not_run_is_not_shared(tmp_path: Path) -> None:
    """Nothing is silently left out."""
    with pytest.raises(BadInput, match="must be done before anything is shared; found not run"):
        check_finished(tmp_path, [Report(Notebook("a/b", Path("x"), {}, {}), None, {})], {})


def test_pages_go_with_all_that_they_lead_to_and_nothing_else(tmp_path: Path) -> None:
    """Old pages and records stay; a link to what is not there is refused."""
    (tmp_path / "a").mkdir()
    leads = '<a href="a/b.html#x">b</a><a href="https://x.se">x</a>'
    twin = '<a href="../../partners-en/a/b.html" lang="en" hreflang="en">English</a>'
    (tmp_path / "index.html").write_text(leads, encoding="utf-8")
    (tmp_path / "a" / "b.html").write_text(f'{twin}<a href="%C3%A5.docx">d</a>', encoding="utf-8")
    (tmp_path / "a" / "å.docx").write_bytes(b"d")
    (tmp_path / "a" / "old.html").write_bytes(b"o")
    (tmp_path / "run.json").write_bytes(b"{}")
    alone = gather_pages(tmp_path, [], twin=False)
    assert set(alone) == {"index.html", "a/b.html", "a/å.docx"}
    assert b"partners-en" not in alone["a/b.html"]
    assert b"partners-en" in gather_pages(tmp_path, [], twin=True)["a/b.html"]
    (tmp_path / "a" / "å.docx").unlink()
    with pytest.raises(BadInput, match=r"a/å\.docx: must be there, for a page leads to it"):
        gather_pages(tmp_path, [], twin=False)


CONSENT = pd.DataFrame(
    {
        "person_id": ["P1", "p2", "p3"],
        "participate": ["yes", "yes", ""],
        "withdrawn_on": ["", "2020", ""],
    }
)


def test_those_who_could_be_in_a_release_are_all_but_those_who_said_no() -> None:
    """Somebody who was not asked is counted, and so may be in it."""
    people = pd.DataFrame({"person_id": ["p1", "p2", "p3", "p4"]})
    assert list_people(people, CONSENT) == ["p1", "p4"]


def test_each_release_is_told_with_each_who_has_withdrawn(tmp_path: Path) -> None:
    """Also whoever is no longer among the people; not of a release that was called back."""
    releases = pd.DataFrame(
        {
            "release": ["r1", "r2"],
            "file": ["a.zip", "b.zip"],
            "people": ["p1; P2;p3;p9", "p2"],
            "recalled_on": ["", "2021-01-01"],
        },
        index=[2, 3],
    )
    people = pd.DataFrame({"person_id": ["p1", "p2", "p3"]})
    tables = {"releases": releases, "consent": CONSENT, "people": people}
    assert [fault.found for fault in check_releases(tables)] == [
        "P2, who withdrew on 2020, in r1 (a.zip)",
        "p3, who takes no part, in r1 (a.zip)",
        "p9, who is no longer in people.csv, in r1 (a.zip)",
    ]
    assert check_releases({}) == []


def test_a_record_at_fault_stops_a_release_and_keeps_its_rows(tmp_path: Path) -> None:
    """What cannot be recorded does not leave; what was written by hand stays."""
    path = tmp_path / "releases.csv"
    row = {"release": "r2", "date": "2026-01-02", "sha256": "b", "people": "p1"}
    path.write_text("release,date,sha256\nr1,in May,a\n", encoding="utf-8")
    with pytest.raises(BadInput, match="must be a date"):
        add_release(tmp_path, row)
    path.write_text("release,date,sha256,note\nr1,2026,a,sent to Boden\n", encoding="utf-8")
    with pytest.raises(BadInput, match="must have a column file"):
        add_release(tmp_path, row)
    full = "release,date,file,sha256,audience,language,pages,people,note"
    path.write_text(f"{full}\nr1,2026,,a,,,,,sent to Boden\n", encoding="utf-8")
    add_release(tmp_path, row)
    add_release(tmp_path, row)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["r1,2026,,a,,,,,sent to Boden,", "r2,2026-01-02,,b,,,,p1,,"]


def test_one_file_holds_all_reports_and_two_languages_lead_to_each_other(project: Path) -> None:
    """Each language has its folder beside the other's, or its page."""
    one = call("share", "--to", "one.zip", "--no-names", "--language", "both", "--one-file")
    assert one.exit_code == 0, one.output
    assert names_in(Path("one.zip")) == ["tiny-en.html", "tiny-sv.html"]
    both = call("share", "--to", "both.zip", "--no-names", "--language", "both")
    assert both.exit_code == 0, both.output
    with zipfile.ZipFile("both.zip") as archive:
        page = archive.read("partners-sv/cities/01_goals/umea.html").decode()
        assert "partners-en/cities/01_goals/umea.html" in archive.namelist()
    assert 'href="../../../partners-en/cities/01_goals/umea.html"' in page
    assert Path("outputs/shared/tiny/partners-en/run.json").exists()
    assert not [name for name in names_in(Path("both.zip")) if not name.endswith(".html")]
    releases = read_table(Path("data/tiny/releases.csv"), "releases", name="r")
    assert releases["language"].tolist() == ["sv+en", "sv+en"]
    assert releases["pages"].tolist() == [4, 4]


def test_without_chromium_no_pdf_is_promised(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told before anything runs."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    refused = call("share", "--to", "ut.zip", "--no-names", "--pdf")
    assert refused.exit_code == 2
    assert "labtools share --pdf: must have Chromium or Chrome to print with" in refused.stderr
    assert not Path("outputs").exists()


def test_a_pdf_goes_beside_the_one_page_through_the_same_gate(project: Path) -> None:
    """What a notebook says is found in the PDF too."""
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed: on Debian, apt-get install chromium")
    shared = call("share", "--to", "ut.zip", "--no-names", "--pdf", "--one-file")
    assert shared.exit_code == 0, shared.output
    assert names_in(Path("ut.zip")) == ["tiny-sv.html", "tiny-sv.pdf"]
    write_notebook("print('Ring 070-174 06 05')")
    refused = call("share", "--to", "anew.zip", "--no-names", "--pdf")
    assert refused.exit_code == 2
    assert "anew.zip/tiny-sv.pdf: must hold no telephone number; found 0…" in refused.stderr
    assert names_in(Path("ut.zip")) == ["tiny-sv.html", "tiny-sv.pdf"]
    assert not Path("anew.zip").exists()
