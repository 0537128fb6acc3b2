"""The spoken test set marks every name rightly, and identifies nobody.

spoken.csv was composed for these tests, sentence by sentence, by a language model, as residents,
participants and staff of many tongues speak in interviews; the names were marked inline as the
sentences were written, and the spans counted from the marks. Nobody said the sentences, every
person is invented, and what is said of real places and organisations is invented too.

`names` lists the spans as `start-end:kind` in code points of `text`, joined by `;`. A genitive's
ending, a hyphen at a line break and adjoining given name and surname lie in one span; titles and
words of kinship lie outside. A street with its number is an address, a street alone a place.
Not marked: God, feasts, weekdays, languages, nationalities, courses (SFI), products (BankID).

Telephone numbers lie in the series that Post- och telestyrelsen reserves for fiction; personal
numbers have a day of birth before 1900, written with its century or with the `+` of the very old,
and a number of birth from 980; so the form most often met, ten figures and a hyphen, is lacking.
"""

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from personnummer import personnummer

FILE = Path(__file__).with_name("spoken.csv")
DIGITS = dict(zip("noll ett två tre fyra fem sex sju åtta nio".split(), "0123456789", strict=True))
FICTION = re.compile(
    r"08465004\d\d|03139006\d\d|04062804\d\d|09803192\d\d|07017406(0[5-9]|[1-9]\d)"
)
WORDS_TOO = set(
    "berg björn bo dag ek frank hans kim klara lina "
    "lind love mark my rosa saga siv sol stig".split()
)


@pytest.fixture(scope="module")
def sentences() -> pd.DataFrame:
    return pd.read_csv(FILE, dtype="str", keep_default_na=False, encoding="utf-8")


@pytest.fixture(scope="module")
def spans(sentences: pd.DataFrame) -> pd.DataFrame:
    """One row per span: sentence_id, text, start, end, kind, name."""
    rows = [
        (row.sentence_id, row.text, int(start), int(end), kind, row.text[int(start) : int(end)])
        for row in sentences.itertuples()
        for start, end, kind in re.findall(r"(\d+)-(\d+):(\w+)", row.names)
    ]
    return pd.DataFrame(rows, columns=["sentence_id", "text", "start", "end", "kind", "name"])


def names_of(spans: pd.DataFrame, kind: str) -> list[str]:
    return spans.loc[spans["kind"] == kind, "name"].tolist()


def test_the_set_has_the_stated_size_and_mixture(sentences: pd.DataFrame) -> None:
    lower = sentences["text"] == sentences["text"].str.lower()
    named = sentences["names"] != ""
    assert (len(sentences), lower.sum(), named.sum()) == (412, 167, 249)
    assert (lower & named).sum() == 102


def test_each_kind_occurs_as_often_as_stated(spans: pd.DataFrame) -> None:
    assert Counter(spans["kind"]) == {
        "person": 204,
        "place": 49,
        "organisation": 22,
        "telephone": 11,
        "personal_number": 8,
        "address": 6,
        "email": 4,
        "postcode": 4,
    }
    assert sum(len(name.split()) for name in names_of(spans, "person")) == 223


def test_the_file_is_plain_utf8_with_numbered_sentences_that_never_repeat(
    sentences: pd.DataFrame,
) -> None:
    data = FILE.read_bytes()
    assert data.startswith(b"sentence_id,text,names\n")
    assert b"\r" not in data
    assert sentences["sentence_id"].tolist() == [f"s{n:03}" for n in range(1, len(sentences) + 1)]
    assert sentences["text"].is_unique
    assert all(unicodedata.is_normalized("NFC", text) for text in sentences["text"])


def test_the_marks_are_written_in_one_form(sentences: pd.DataFrame) -> None:
    marks = r"(\d+-\d+:[a-z_]+(;\d+-\d+:[a-z_]+)*)?"
    assert sentences["names"].str.fullmatch(marks).all()


def test_spans_lie_inside_in_order_and_apart(sentences: pd.DataFrame, spans: pd.DataFrame) -> None:
    assert (spans["start"] >= 0).all()
    assert (spans["start"] < spans["end"]).all()
    assert (spans["end"] <= spans["text"].str.len()).all()
    for _, of_sentence in spans.groupby("sentence_id"):
        bounds = of_sentence[["start", "end"]].to_numpy().tolist()
        assert all(end < start for (_, end), (start, _) in pairwise(bounds))


def test_spans_begin_and_end_at_word_borders(spans: pd.DataFrame) -> None:
    for span in spans.itertuples():
        around = span.text[: span.start][-1:] + span.text[span.end :][:1]
        begins = span.name[0].isalnum() or span.name[0] == "+"
        assert begins and span.name[-1].isalnum(), span  # noqa: PT018
        assert not any(sign.isalnum() for sign in around), span


def test_a_name_marked_once_is_marked_wherever_it_stands(
    sentences: pd.DataFrame, spans: pd.DataFrame
) -> None:
    """Save the names that are ordinary words too, and each of those stands as both."""
    kinds = ("person", "place", "organisation")
    marked = {name.lower() for kind in kinds for name in names_of(spans, kind)}
    within = {
        (span.sentence_id, position)
        for span in spans.itertuples()
        for position in range(span.start, span.end)
    }
    unmarked = {
        word.group().lower()
        for row in sentences.itertuples()
        for word in re.finditer(r"[^\W\d_]+", row.text)
        if (row.sentence_id, word.start()) not in within
    }
    assert marked & unmarked == WORDS_TOO


def test_personal_numbers_are_valid_and_nobodys(spans: pd.DataFrame) -> None:
    found = [personnummer.parse(re.sub(r"\s", "", n)) for n in names_of(spans, "personal_number")]
    assert {number.full_year[:2] for number in found} == {"18"}
    assert all(int(number.num) >= 980 for number in found)
    assert {number.is_coordination_number() for number in found} == {False, True}


def test_telephone_numbers_are_reserved_for_fiction(spans: pd.DataFrame) -> None:
    for name in names_of(spans, "telephone"):
        figures = "".join(DIGITS.get(word, word) for word in name.split())
        assert FICTION.fullmatch(re.sub(r"\D", "", figures.replace("+46", "0"))), name


def test_emails_lie_in_domains_reserved_for_examples(spans: pd.DataFrame) -> None:
    for name in names_of(spans, "email"):
        address = name.replace(" snabel a ", "@").replace(" punkt ", ".")
        assert re.fullmatch(r"[a-z.]+@example\.(se|com)", address), name


def test_postcodes_have_five_digits_and_addresses_a_number(spans: pd.DataFrame) -> None:
    assert all(re.fullmatch(r"\d{3} \d\d", name) for name in names_of(spans, "postcode"))
    assert all(re.search(r" \d+( [A-Z])?$", name) for name in names_of(spans, "address"))
