"""A key is found where it was said to be, and every fault of it told without telling names."""

from pathlib import Path

import pytest

from labtools.faults import BadInput
from labtools.privacy.forms import list_forms
from labtools.privacy.key import (
    create_key,
    find_key,
    read_key,
    remember_key,
    write_key,
)
from labtools.privacy.private import write_private

HEADER = "name,aliases,kind,pseudonym,ordinary\n"


def save(folder: Path, rows: str, *, header: str = HEADER) -> Path:
    path = folder / "key.csv"
    write_private(path, header + rows)
    return path


def faults_of(path: Path) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read_key(path)
    return [str(fault).removeprefix(f"{path}, ") for fault in refused.value.faults]


def test_a_path_given_once_is_remembered_for_its_lab(tmp_path: Path, keys: Path) -> None:
    labs = [tmp_path / "nord", tmp_path / 'syd "två"']
    for lab in labs:
        lab.mkdir()
    assert find_key(labs[0]) is None
    for lab in labs:
        remember_key(lab, keys / f"{lab.name}.csv")
    assert [find_key(lab) for lab in labs] == [keys / f"{lab.name}.csv" for lab in labs]
    remember_key(labs[0], keys / "new.csv")
    assert find_key(labs[0]) == keys / "new.csv"
    assert find_key(tmp_path) is None


def test_the_environment_goes_before_what_is_remembered(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember_key(tmp_path, keys / "remembered.csv")
    monkeypatch.setenv("LABTOOLS_KEY", str(keys / "told.csv"))
    assert find_key(tmp_path) == keys / "told.csv"


def test_a_relative_path_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line and the notebooks work in different folders."""
    monkeypatch.setenv("LABTOOLS_KEY", "keys/key.csv")
    with pytest.raises(BadInput, match="LABTOOLS_KEY: must be an absolute path"):
        find_key(tmp_path)


def test_a_damaged_memory_is_told(tmp_path: Path, app_folder: Path) -> None:
    app_folder.mkdir()
    (app_folder / "keys.toml").write_text("not toml", encoding="utf-8")
    with pytest.raises(BadInput, match=r"keys\.toml: must be TOML"):
        find_key(tmp_path)


def test_a_new_key_has_its_header_and_no_name(keys: Path) -> None:
    create_key(keys / "key.csv")
    assert (keys / "key.csv").read_text(encoding="utf-8") == HEADER
    assert read_key(keys / "key.csv").empty


def test_a_key_survives_reading_and_writing(keys: Path) -> None:
    rows = 'Fatima Ali,Fatima;Fatma,person,"Amina, Fru",none\nNorrvik,,place,Staden,\n'
    path = save(keys, rows)
    key = read_key(path)
    assert key.index.tolist() == [2, 3]
    write_key(path, key)
    assert path.read_text(encoding="utf-8") == HEADER + rows


def test_the_column_of_ordinary_words_may_be_absent_and_others_are_kept(keys: Path) -> None:
    header = "name,aliases,kind,pseudonym,remark\n"
    key = read_key(save(keys, "Fatima,,person,Amina,said so\n", header=header))
    assert key.loc[2, ["ordinary", "remark"]].tolist() == ["", "said so"]


def test_each_form_stands_once_with_its_row_and_whether_it_is_a_word(keys: Path) -> None:
    key = read_key(save(keys, "Hans Ek,Hans;HANS; ;Mar,person,Olof,Hans;Mars\n"))
    forms = list_forms(key)
    assert forms["form"].tolist() == ["Hans Ek", "Hans", "Mar"]
    assert forms["ordinary"].tolist() == [False, True, True]
    assert set(forms["row"]) == {2}


def test_every_fault_is_told_at_once_and_no_name_in_full(keys: Path) -> None:
    path = save(
        keys,
        "Fatima Ali,Fatima,person,Amina,\n"  # 2
        "Fatima Noor,fatima;…,person,Layla,\n"  # 3: alias of row 2; no letters
        "Hodan,,human,,\n"  # 4: kind, blank pseudonym
        ",,place,Torget,\n"  # 5: blank name
        "Yusuf,,person,amina,\n"  # 6: pseudonym of row 2
        "Selam,,person,Karin Noor,\n"  # 7: pseudonym with a word of row 3
        "Dawit,,person,Peter,David\n",  # 8: ordinary is none of its forms
    )
    faults = faults_of(path)
    told = "\n".join(faults)
    assert [fault.partition(":")[0] for fault in faults] == [
        "row 3, column aliases",
        "row 3, column aliases",
        "row 4, column pseudonym",
        "row 4, column kind",
        "row 5, column name",
        "row 6, column pseudonym",
        "row 7, column pseudonym",
        "row 8, column ordinary",
    ]
    for name in ("Fatima", "fatima", "Noor", "Hodan", "Yusuf", "Amina", "amina", "David", "human"):
        assert name not in told
    assert "row 2 has as well" in told
    assert "shares a word with row 3" in told


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("Fatima,,person,Ali,\nAli,,person,Yusuf,\n", "another's name"),
        ("Amis,,person,Olga,\nFatima,,person,Ami,\n", "its genitive is another's name"),
        ("Ami,,person,Olga,\nFatima,,person,Amis,\n", "it is the genitive of another's name"),
        ("1 Gården,,place,Torget,\nFatima,,person,Person 1,\n", "it may begin another's name"),
        ("Fatima Ali,,person,Fatima B,\n", "a word of its own name"),
    ],
)
def test_a_pseudonym_that_could_be_replaced_again_is_refused(
    keys: Path, rows: str, why: str
) -> None:
    assert any("must have no word of any name" in fault for fault in faults_of(save(keys, rows)))


@pytest.mark.parametrize(
    "name", ["anna@x.se", "+46 70 174 06 05", '"Ek, Fatima"', "Fatima (Fia)", "S:t Olof", "Ek/Lund"]
)
@pytest.mark.parametrize("column", ["name", "aliases"])
def test_a_name_with_signs_that_would_never_be_found_is_refused(
    keys: Path, name: str, column: str
) -> None:
    cells = f"{name}," if column == "name" else f"Hodan,{name}"
    (told,) = faults_of(save(keys, f"{cells},person,Agnes,\n"))
    assert told.startswith(f"row 2, column {column}: must hold words with spaces, hyphens or")
    assert told.endswith("or give the row the kind identifier")
    assert len(read_key(save(keys, f"{cells},identifier,Agnes,\n"))) == 1


@pytest.mark.parametrize("name", ["Anna-Karin Ek", "A. I. Rabin", "Anna K.", "D'Arc", "’t Hooft"])
def test_a_name_is_written_with_its_hyphens_apostrophes_and_initials(keys: Path, name: str) -> None:
    assert len(read_key(save(keys, f"{name},,person,Agnes,\n"))) == 1


@pytest.mark.parametrize(
    ("pseudonym", "why"),
    [
        ("Nummer 070 1 3 Bo", "the identifier is within it"),
        ("Nummer 070", "it may begin the identifier"),
        ("1 3", "it may end the identifier"),
        ("1", "it may stand within the identifier"),
        ("se", "a word of an identifier"),
    ],
)
def test_a_pseudonym_that_could_make_an_identifier_is_refused(
    keys: Path, pseudonym: str, why: str
) -> None:
    rows = f"070-1 3,anna@x.se,identifier,Agnes,\nHodan,,person,{pseudonym},\n"
    assert any("must have no word of any name" in fault for fault in faults_of(save(keys, rows)))


def test_numbered_pseudonyms_may_share_their_numbers_with_names(keys: Path) -> None:
    rows = "Hus 1,,place,Plats 1,\nFatima,,person,Person 1,\nAli,,person,Person 2,\n"
    assert len(read_key(save(keys, rows))) == 3


@pytest.mark.parametrize("row", ["Fatima,,person,Amina,\n", "Fatima,Fatima,person,Amina\n"])
def test_a_key_without_its_header_shows_nothing_of_its_first_row(keys: Path, row: str) -> None:
    faults = faults_of(save(keys, row, header=""))
    assert len(faults) == 1
    assert "Fatima" not in faults[0]


def test_a_key_that_others_may_read_is_not_read(keys: Path) -> None:
    path = save(keys, "Fatima,,person,Amina,\n")
    path.chmod(0o644)
    with pytest.raises(BadInput, match="chmod 600"):
        read_key(path)
