"""The lists hold names from where people come, and words are told from names."""

import pytest

from labtools.privacy.names import is_known, is_proper, is_word, load_names


@pytest.mark.parametrize(
    "name", ["fatima", "hodan", "selam", "reza", "farkhunda", "lejla", "oksana", "maria", "björn"]
)
def test_given_names_are_listed_wherever_they_come_from(name: str) -> None:
    assert name in load_names().given


@pytest.mark.parametrize("word", ["gammal", "gilla", "styrman", "kände"])
def test_words_that_stand_in_the_libraries_lists_are_no_names(word: str) -> None:
    assert word not in load_names().given


def test_names_come_without_their_accents_too_but_keep_their_swedish_letters() -> None:
    given = load_names().given
    assert {"josé", "jose", "göran", "åsa"} <= given
    assert "asa" not in load_names().swedish


@pytest.mark.parametrize("word", ["hans", "bo", "sten", "love", "björn", "said", "they"])
def test_ordinary_words_are_known_in_both_languages(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("name", ["eva", "göran", "fatima", "norrköping", "anna"])
def test_names_are_no_words_even_where_the_dictionary_has_them(name: str) -> None:
    assert not is_word(name)


def test_compounds_of_known_words_are_known() -> None:
    assert is_known("tvättstugemöte")
    assert not is_known("rabin")


def test_what_the_dictionary_has_with_a_capital_alone_is_proper() -> None:
    assert is_proper("norrköping")
    assert not is_proper("köping")
