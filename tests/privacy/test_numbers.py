"""Numbers that lead to a person are found in the forms in which people write and say them."""

from time import perf_counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.privacy.numbers import find_numbers
from labtools.privacy.suspects import find_suspects


def kinds(text: str, recall: str = "high") -> list[tuple[str, str]]:
    found = find_numbers(text, recall=recall)  # type: ignore[arg-type]
    return [(one.kind, text[one.start : one.end]) for one in found]


@pytest.mark.parametrize(
    "number",
    [
        "18900118-9811",
        "19121212-1212",
        "121212+1212",
        "701063-2391",  # a coordination number: the day plus 60
        "7010632391",
        "200001012384",
        "20000101 2384",
        "19 12 12 12 12 12",
    ],
)
def test_personal_and_coordination_numbers_are_found_with_ten_and_twelve_digits(
    number: str,
) -> None:
    assert kinds(f"mitt nummer är {number}, sa hon", "careful") == [("personal_number", number)]


def test_a_wrong_check_digit_is_only_suspected_in_high_recall() -> None:
    assert kinds("121212-1213", "careful") == []
    assert kinds("121212-1213") == [("personal_number", "121212-1213")]


@pytest.mark.parametrize("text", ["faktura 9913451212", "OCR 123456789012345", "1912121212120"])
def test_numbers_that_are_no_dates_or_too_long_are_no_personal_numbers(text: str) -> None:
    assert "personal_number" not in dict(kinds(text))


@pytest.mark.parametrize(
    "number",
    ["070-174 06 05", "0701740605", "+46 70 174 06 05", "08-465 004 00", "+252 61 5123456"],
)
def test_telephone_numbers_are_found_in_swedish_and_international_form(number: str) -> None:
    assert kinds(f"ring {number} i morgon", "careful") == [("telephone", number)]


@pytest.mark.parametrize(
    "text", ["den 2024-09-12 kom", "åren 2018-2019", "kl 08.30", "2,5 procent av 120 000"]
)
def test_dates_years_and_amounts_are_no_telephone_numbers(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("recall", ["careful", "high"])
def test_e_mail_addresses_are_found(recall: str) -> None:
    expected = [("email", "fatima.ali@example.se")]
    assert kinds("skriv till fatima.ali@example.se, så", recall) == expected


def test_spelt_out_e_mail_addresses_are_found_in_high_recall() -> None:
    said = "fatima punkt ali snabel-a example punkt se"
    assert kinds(f"det är {said} alltså") == [("email", said)]
    assert kinds(f"det är {said} alltså", "careful") == []


@pytest.mark.parametrize(
    "address", ["Vasagatan 12", "Norra vägen 3B", "solrosvägen 7 b", "Box 12", "Kungs gata 4"]
)
def test_street_addresses_are_found(address: str) -> None:
    ((kind, text),) = kinds(f"hon bor på {address}, tror jag", "careful")
    assert kind == "address"
    assert text in address
    assert text.endswith(address.split(maxsplit=1)[1][-2:])


@pytest.mark.parametrize("part", ["A.", "a.", "ก", "Box 12 ", "a@b.se "])
def test_a_long_text_is_looked_through_in_time_that_grows_with_its_length(part: str) -> None:
    text = part * (60_000 // len(part)) + " snabel-a"
    begun = perf_counter()
    find_suspects(pd.Series([text]), recall="high")
    assert perf_counter() - begun < 8


def test_a_digest_that_ends_in_digits_before_a_capital_is_no_postcode() -> None:
    assert "postcode" not in {kind for kind, _ in kinds("02457aae9cd80763\nInnehåll", "careful")}


def test_postcodes_are_found_before_a_place_or_after_an_address() -> None:
    assert ("postcode", "123 45") in kinds("Vasagatan 12, 123 45 Norrvik", "careful")
    assert ("postcode", "123 45") in kinds("vasagatan 12, 123 45 norrvik")
    assert kinds("det kom 100 20 personer", "careful") == []


@given(st.text(alphabet="0123456789 -+@.abGatånväg\n", max_size=60))
def test_what_is_found_lies_inside_in_order_and_apart(text: str) -> None:
    past = 0
    for one in find_numbers(text, recall="high"):
        assert past <= one.start < one.end <= len(text)
        past = one.end
