"""`labtools key` makes the key, remembers it, and never says more than it must."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from labtools.cli import main
from labtools.cli.key import gather_texts
from labtools.lab import open_lab
from labtools.privacy.private import write_private

HEADER = "name,aliases,kind,pseudonym,ordinary\n"


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab with one conversation, a reflection and a photograph."""
    folder = tmp_path / "lab"
    assert CliRunner().invoke(main, ["new", str(folder)]).exit_code == 0
    write = {
        "cities.csv": "norrvik,Norrvik,,,,,,\n",
        "sources.csv": "s1,norrvik,interview,Samtal med Hodan,2024,,norrvik/a.txt,sv,,,checked,\n",
    }
    for name, row in write.items():
        path = folder / name
        header = path.read_text(encoding="utf-8").splitlines()[0]
        columns = header.split(",")
        cells = dict(zip(columns, row.strip().split(","), strict=False))
        path.write_text(
            f"{header}\n{','.join(cells.get(each, '') for each in columns)}\n", encoding="utf-8"
        )
    (folder / "raw" / "norrvik").mkdir(parents=True)
    (folder / "raw" / "norrvik" / "a.txt").write_text(
        "Intervjuare: Vem är det?\nFatima: Det är min mamma Hodan Warsame.\nIntervjuare: Jaha.\n"
        "Fatima: Ja.\n",
        encoding="utf-8",
    )
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["key", *map(str, arguments)])


def test_a_key_is_made_once_and_remembered(lab: Path, keys: Path) -> None:
    path = keys / "nord.csv"
    first = run("--lab", lab, "--key", path)
    assert first.exit_code == 0, first.output
    assert path.read_text(encoding="utf-8") == HEADER
    assert "made; write the names in it" in first.output
    write_private(path, HEADER + "Fatima,,person,Amina,\nHodan,,person,Layla,\n")
    second = run("--lab", lab)
    assert second.exit_code == 0, second.output
    assert "names replaced in 3 places" in second.output
    assert path.read_text(encoding="utf-8").splitlines()[1] == "Fatima,,person,Amina,none"


def test_the_output_tells_to_read_what_was_measured_and_no_name(lab: Path, keys: Path) -> None:
    write_private(keys / "nord.csv", HEADER + "Fatima,,person,Amina,\n")
    told = run("--lab", lab, "--key", keys / "nord.csv").output
    assert "A person must read the list" in told
    assert "100% (23 of 23 words)" in told
    assert "anonym" not in told.casefold()
    assert not any(name in told for name in ("Fatima", "Hodan", "Amina"))


def test_the_list_beside_the_key_keeps_its_decisions(lab: Path, keys: Path) -> None:
    path, listed = keys / "nord.csv", keys / "nord-review.csv"
    run("--lab", lab, "--key", path)
    text = listed.read_text(encoding="utf-8")
    assert ",suspected,Hodan Warsame,person," in text
    write_private(listed, text.replace(",suspected,Hodan Warsame", "name,suspected,Hodan Warsame"))
    again = run("--lab", lab)
    assert "not in the key: 1; decided to be none: 0\n" in again.output
    found = re.search(r"suspected besides: (\d+); not decided: (\d+);", again.output)
    assert found
    assert int(found[1]) == int(found[2]) + 1
    assert "name,suspected,Hodan Warsame" in listed.read_text(encoding="utf-8")


@pytest.mark.parametrize("where", ["lab", "git"])
def test_a_key_in_the_lab_or_in_git_is_refused_in_one_line(
    lab: Path, keys: Path, where: str
) -> None:
    (keys / ".git").mkdir()
    path = (lab if where == "lab" else keys) / "key.csv"
    refused = run("--lab", lab, "--key", path)
    assert refused.exit_code == 2
    assert len(refused.output.splitlines()) == 1
    assert not path.exists()
    assert run("--lab", lab).exit_code == 2  # nothing was remembered


def test_without_any_key_the_command_says_how_to_give_one(lab: Path) -> None:
    refused = run("--lab", lab)
    assert refused.exit_code == 2
    assert refused.output.endswith("give --key PATH\n")


def test_texts_are_gathered_from_turns_labels_tables_and_free_answers(
    lab: Path, root: Path
) -> None:
    texts = gather_texts(open_lab(lab, pseudonyms=False))
    assert ("s1", "Det är min mamma Hodan Warsame.") in set(
        texts.itertuples(index=False, name=None)
    )
    assert ("s1", "Fatima") in set(texts.itertuples(index=False, name=None))
    assert ("sources s1", "Samtal med Hodan") in set(texts.itertuples(index=False, name=None))
    example = gather_texts(open_lab(root / "data" / "example"))
    places = {source.split()[0] for source in example["source"]}
    assert {"reflections", "photos", "segments", "sources"} <= places


def test_opening_a_lab_loads_no_list_of_names() -> None:
    import subprocess
    import sys

    code = (
        "import sys, labtools.lab, labtools.privacy.pseudonyms; "
        "print([m for m in ('faker', 'mimesis', 'simplemma', 'phonenumbers') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
