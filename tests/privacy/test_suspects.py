"""What may be a name is suspected, each time with the reason that made it so."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.privacy.suspects import COLUMNS, REASONS, find_suspects


def suspects(*texts: str, recall: str = "high") -> list[tuple[str, str]]:
    found = find_suspects(pd.Series(list(texts)), recall=recall)  # type: ignore[arg-type]
    return list(zip(found["text"], found["kind"], strict=True))


@pytest.fixture(scope="module")
def benchmark(root: Path) -> ModuleType:
    """benchmarks/names.py, which measures."""
    spec = importlib.util.spec_from_file_location("names_benchmark", root / "benchmarks/names.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("recall", ["careful", "high"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jag pratade med Hodan om det.", ("Hodan", "person")),
        ("Det var Fatima Alis mamma.", ("Fatima Alis", "person")),
        ("Sen kom Kerstin Zetterquist.", ("Kerstin Zetterquist", "person")),
        ("Hon heter Xwyz, tror jag.", ("Xwyz", "person")),
        ("Det sa rektor Qvibble.", ("Qvibble", "person")),
        ("Enligt A. I. Rabin är det så.", ("A. I. Rabin", "person")),
        ("Vi flyttade till Mogadishu.", ("Mogadishu", "place")),
        ("hon heter hodan, tror jag", ("hodan", "person")),
        ("Ring 070-174 06 05.", ("070-174 06 05", "telephone")),
    ],
)
def test_lists_cues_and_numbers_are_enough_in_both_modes(
    recall: str, text: str, expected: tuple[str, str]
) -> None:
    assert suspects(text, recall=recall) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vi var på Zyxeln då.", [("Zyxeln", "name")]),
        ("Jag gick på SFI.", [("SFI", "organisation")]),
        ("det var fatima som kom", [("fatima", "person")]),
        ("det var anna berg som kom", [("anna berg", "person")]),
        ("min man hans kom", [("hans", "person")]),
        ("jag bor i qwertyby nu", [("qwertyby", "place")]),
        ("Hans sa det.", [("Hans", "person")]),
        ("Zyxeln är fin.", [("Zyxeln", "name")]),
    ],
)
def test_high_recall_suspects_what_careful_lets_pass(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert suspects(text) == expected
    assert suspects(text, recall="careful") == []


@pytest.mark.parametrize(
    "text",
    [
        "hans bok och min bok, på berget i solen",
        "Det var bra. Vi gick hem. Sen kom dom.",
        "Maten var god. – Ja, mycket god.",
        "min man bor här och jag kommer från jobbet",
        "i mars, på en måndag, pratade vi arabiska",
        "I think I'm fine, they said so",
        "",
    ],
)
def test_ordinary_speech_is_not_suspected(text: str) -> None:
    assert suspects(text) == []


@given(
    st.lists(st.sampled_from("jag och Hodan Zyx på SFI hem i Norrvik Gud Du".split()), max_size=8)
)
def test_high_recall_suspects_every_capital_within_a_sentence(words: list[str]) -> None:
    text = " ".join(["då", *words])
    found = find_suspects(pd.Series([text]), recall="high")
    covered = {at for row in found.itertuples() for at in range(row.start, row.end)}
    assert {at for at, letter in enumerate(text) if letter.isupper()} <= covered


def test_a_name_in_one_text_is_suspected_in_the_others() -> None:
    texts = pd.Series(["Vi såg Zyxeln där.", "i zyxeln var det kallt"], index=["a", "b"])
    found = find_suspects(texts, recall="high")
    assert found["at"].tolist() == ["a", "b"]
    assert found["reason"].tolist()[1] == "a name elsewhere in these texts"


@given(st.lists(st.text(max_size=40), max_size=4))
@settings(max_examples=60)
def test_each_suspect_is_a_piece_of_its_text_with_a_reason(texts: list[str]) -> None:
    found = find_suspects(pd.Series(texts, dtype="str"), recall="high")
    assert found.columns.tolist() == list(COLUMNS)
    for row in found.itertuples():
        assert texts[row.at][row.start : row.end] == row.text != ""
        assert row.reason in REASONS


def test_high_recall_finds_nine_of_ten_words_of_names_in_edited_text(
    benchmark: ModuleType, shared_data: Path
) -> None:
    path = shared_data / "swedish" / "uner-talbanken-dev.iob2"
    texts, marked = benchmark.read_talbanken(path)
    measured = benchmark.measure(texts, marked, recall="high")
    assert measured.persons == 23
    assert measured.person_recall >= 0.90
    assert measured.precision >= 0.40


def test_high_recall_finds_most_words_of_names_in_speech(benchmark: ModuleType) -> None:
    texts, marked = benchmark.read_spoken(benchmark.SPOKEN)
    measured = benchmark.measure(texts, marked, recall="high")
    lower = benchmark.measure(texts.str.lower(), marked, recall="high")
    assert measured.person_recall >= 0.90
    assert measured.precision >= 0.90
    assert lower.person_recall >= 0.75


def test_the_command_states_what_is_measured(benchmark: ModuleType, shared_data: Path) -> None:
    from labtools.cli.key import MEASURED

    edited = benchmark.read_talbanken(shared_data / "swedish" / "uner-talbanken-dev.iob2")
    spoken = benchmark.read_spoken(benchmark.SPOKEN)
    told = []
    for texts, marked in (edited, _lower(edited), spoken, _lower(spoken)):
        one = benchmark.measure(texts, marked, recall="high")
        told.append(f"{one.person_recall:.0%} ({one.persons_found} of {one.persons} words)")
    assert [part for part in told if part not in MEASURED] == []


def _lower(one: tuple[pd.Series, list[object]]) -> tuple[pd.Series, list[object]]:
    return one[0].str.lower(), one[1]
