"""Words with their places, and their dictionary forms."""

import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from labtools.evidence.transcripts.kept import open_kept
from labtools.interviews import tokens
from labtools.interviews.tokens import function_words, lemmatize, tokenize


def _turns(*texts: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"source_id": ["i1"] * len(texts), "turn": range(1, len(texts) + 1), "text": texts}
    )


@given(st.lists(st.text(max_size=60), max_size=4))
def test_every_word_stands_where_its_offsets_say(texts: list[str]) -> None:
    """Offsets are code points of NFC text, emoji and combining marks included."""
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    turns = _turns(*composed)
    tokens = tokenize(turns, language="sv")
    for token in tokens.to_dict("records"):
        text = composed[token["turn"] - 1]
        assert text[token["start"] : token["end"]].lower() == token["word"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jag… jag vet inte.", ["jag", "jag", "vet", "inte"]),
        ("SFI-kursen på EU:s pengar", ["sfi-kursen", "på", "eu:s", "pengar"]),
        ("kl. 14.30, 3,5 timmar", ["kl", "14.30", "3,5", "timmar"]),
        ("en 14-åring, 2-3 dagar", ["en", "14-åring", "2-3", "dagar"]),
        ("", []),
        ("…!?", []),
    ],
)
def test_words_are_what_a_reader_would_call_words(text: str, words: list[str]) -> None:
    assert tokenize(_turns(text), language="sv")["word"].tolist() == words


@pytest.mark.parametrize(
    ("forms", "lemma"),
    [
        ("möten mötet möte mötena", "möte"),
        ("området områden område", "område"),
        ("boende boendet boenden", "boende"),
        ("trivs trivas trivdes", "trivas"),
        ("tittar titta tittade", "titta"),
        ("ringar ringarna", "ring"),
        ("trygg trygga tryggt", "trygg"),
        ("otrygg otrygga otryggt", "otrygg"),
        ("innovationslabbet innovationslabb", "innovationslabb"),
        ("satt sitter sitta", "sitta"),
        ("granne grannen grannar grannarna", "granne"),
        ("rädd rädda", "rädd"),
        ("lapp lappen lappar", "lapp"),
        ("slut slutet", "slut"),
        ("byta bytte", "byta"),
        ("skicka skickade skickat", "skicka"),
        ("hej", "hej"),
        ("stol stolar stolen", "stol"),
        ("handla handlar", "handla"),
        ("inte", "inte"),
    ],
)
def test_forms_of_a_word_share_its_lemma(forms: str, lemma: str) -> None:
    assert {lemmatize(form, language="sv") for form in forms.split()} == {lemma}


def test_lemmas_of_open_class_words_are_right_in_talbanken(shared_data: Path) -> None:
    """UD Talbanken, dev: plain simplemma reaches .921 on the same words."""
    rows = [
        line.split("\t")
        for line in (shared_data / "swedish" / "talbanken-dev.conllu")
        .read_text("utf-8")
        .splitlines()
        if line[:1].isdigit()
    ]
    gold = [
        (row[1].lower(), row[2].lower()) for row in rows if row[3] in ("NOUN", "VERB", "ADJ", "ADV")
    ]
    types = {word: lemmatize(word, language="sv") for word in {word for word, _ in gold}}
    right = sum(types[word] == lemma for word, lemma in gold) / len(gold)
    assert len(gold) > 4000
    assert right >= 0.925


def test_negations_are_never_left_out() -> None:
    left_out = function_words("sv")
    assert not {"inte", "aldrig", "ingen", "inget", "otrygg"} & left_out
    assert {"och", "att", "liksom"} <= left_out
    assert not {"not", "never"} & function_words("en")


def test_no_turn_gives_no_word_of_the_same_types() -> None:
    some = tokenize(_turns("hej"), language="sv")
    none = tokenize(_turns(), language="sv")
    assert len(none) == 0
    assert list(none) == list(some)
    assert [str(kind) for kind in none.dtypes] == [str(kind) for kind in some.dtypes]


def test_what_is_kept_is_found_without_looking_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Vi trivdes i SFI-gruppen 👋🏽 på gården, " + "mycket " * 300
    turns = pd.DataFrame({"source_id": ["b", "a", "a"] * 340, "turn": range(1020)})
    turns = turns.assign(text=pd.Series([text, "", "…"] * 340, dtype="str"))
    many = turns.assign(text=turns["text"] + text)
    kept = open_kept(tmp_path)
    anew = tokenize(many, language="sv")
    assert_frame_equal(tokenize(many, language="sv", kept=kept), anew)
    monkeypatch.setattr(tokens, "find_words", None)
    assert_frame_equal(tokenize(many, language="sv", kept=kept), anew)
    for other in (many.assign(source_id="c"), many.iloc[::-1]):
        with pytest.raises(TypeError):
            tokenize(other, language="sv", kept=kept)
    with pytest.raises(TypeError):
        tokenize(many, language="en", kept=kept)
    assert len(list((tmp_path / ".cache").glob("*.made"))) == 1
