"""Wording: numbers as each language writes them, sentences from their rows."""

import re
import string
import tomllib
from importlib.resources import files
from typing import Any

import pandas as pd
import pytest

from labtools import words

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def _wording() -> dict[str, Any]:
    return tomllib.loads(files("labtools").joinpath("wording.toml").read_text(encoding="utf-8"))


def test_every_label_stands_in_both_languages() -> None:
    for group, names in _wording().items():
        if group != "sentence":
            for name, texts in names.items():
                assert set(texts) == {"sv", "en"}, f"{group}.{name}"


def test_each_sentence_uses_the_same_fields_in_both_languages() -> None:
    """A number that one language shows and the other does not is a number lost."""
    for key, variants in _wording()["sentence"].items():
        for variant, texts in variants.items():
            fields = {
                language: {field for _, field, _, _ in string.Formatter().parse(text) if field}
                for language, text in texts.items()
            }
            assert fields["sv"] == fields["en"], f"{key}.{variant}"


def test_no_label_has_a_straight_quotation_mark_or_double_space() -> None:
    text = files("labtools").joinpath("wording.toml").read_text(encoding="utf-8")
    values = re.findall(r'(?:sv|en) = "([^"]*)"', text)
    assert len(values) > 300
    assert not [value for value in values if "  " in value or ("'" in value and " '" in value)]


@pytest.mark.parametrize(
    ("value", "decimals", "language", "expected"),
    [
        (1234567.0, 0, "sv", f"1{NBSP}234{NBSP}567"),
        (1234567.0, 0, "en", "1,234,567"),
        (-0.04, 1, "sv", "0,0"),
        (-2.5, 1, "sv", f"{MINUS}2,5"),
        (float("nan"), 1, "en", "–"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(
    value: float, decimals: int, language: words.Language, expected: str
) -> None:
    assert words.format_number(value, language, decimals=decimals) == expected


def test_a_change_carries_its_sign_and_a_word_between_its_ends() -> None:
    """A dash between two signed numbers could be read as a minus."""
    told = words.format_interval(-0.31, 0.08, "change in points", "sv")
    assert told == f"{MINUS}0,31 till +0,08"


def test_a_date_is_as_exact_as_it_was_given() -> None:
    assert words.format_date("2019", "sv") == "2019"
    assert words.format_date("2019-10", "sv") == "oktober 2019"
    assert words.format_date("2019-10-01", "en") == "1 October 2019"
    assert words.format_date("", "sv") == ""


def _row(**changed: object) -> pd.DataFrame:
    row = {
        "line": "Boden", "numerator": 9.0, "estimate": 0.9, "low": 0.596, "high": 0.982, "n": 10,
        "unit": "share", "unknown": float("nan"), "date": "", "source": "a_b",
    }  # fmt: skip
    return pd.DataFrame([row | changed])


def test_a_sentence_is_made_from_its_row() -> None:
    told = words.say("outcomes", _row(), language="sv")
    assert told.startswith(
        f"Boden: 9 av 10, 90{NBSP}% (60–98{NBSP}%); hur många som är okända framgår inte."
    )


def test_a_sentence_tells_the_unknown_by_their_number() -> None:
    assert "nobody is unknown" in words.say("outcomes", _row(unknown=0.0), language="en")
    assert "one is unknown" in words.say("outcomes", _row(unknown=1.0), language="en")
    assert "12 are unknown" in words.say("outcomes", _row(unknown=12.0), language="en")


def test_text_from_data_cannot_write_markdown_or_html() -> None:
    told = words.say("outcomes", _row(line="<b>*x*"), language="en")
    assert r"\<b\>\*x\*" in told


def test_an_undefined_estimate_has_a_sentence_of_its_own() -> None:
    undefined = _row(estimate=float("nan"), low=float("nan"), high=float("nan"))
    assert "the numerator is not known" in words.say("outcomes", undefined, language="en")


def test_several_rows_become_a_list_and_none_a_sentence() -> None:
    two = pd.concat([_row(), _row(line="Umeå")])
    assert words.say("outcomes", two, language="sv").count("\n- ") == 1
    nothing = words.say("outcomes", two.head(0), language="sv")
    assert nothing == "Ingen uppgift har både täljare och nämnare."


def test_a_text_that_one_language_lacks_is_shown_in_the_other() -> None:
    table = pd.DataFrame({"definition_sv": ["på svenska", ""], "definition_en": ["", "in English"]})
    for language in ("sv", "en"):
        assert words.text_in(table, "definition", language).tolist() == ["på svenska", "in English"]
    assert words.text_in(table, "counted", "en").tolist() == ["", ""]


def test_a_label_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match=r"must hold column\.nonsense in sv"):
        words.label("column.nonsense", "sv")
