"""Names become pseudonyms, always the same ones, and every offset finds its way back."""

from time import perf_counter
from unicodedata import normalize

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.privacy.pseudonyms import Pseudonymiser, Replaced, replace_columns


def make_key(*rows: tuple[str, ...]) -> pd.DataFrame:
    columns = ["name", "aliases", "pseudonym", "ordinary"]
    key = pd.DataFrame([(*row, *[""] * (4 - len(row))) for row in rows], columns=columns)
    return key.assign(kind="person").set_index(pd.RangeIndex(2, len(key) + 2))


KEY = make_key(
    ("Fatima Ali", "Fatima", "Amina"),
    ("Ali Hassan", "Ali", "Yusuf"),
    ("Anna-Karin Öberg", "Anna-Karin", "IP07"),
    ("Lars", "", "Nils"),
    ("Hans", "", "Olof", "Hans"),
    ("Portalen", "", "Gården", "Portalen"),
    ("A. I. Rabin", "", "Forskaren", "none"),
    ("SKB", "", "ABF", "none"),
    ("Hodan", "", "Agnes", "none"),
)


def replace(text: str) -> str:
    return Pseudonymiser(KEY).replace(text).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jag såg Fatima Ali i går", "Jag såg Amina i går"),
        ("Fatima och Ali Hassan", "Amina och Yusuf"),
        ("Fatimas bil, Fatima’s bil, Fatima:s bil", "Aminas bil, Aminas bil, Aminas bil"),
        ("Lars bil", "Nils bil"),
        ("Anna-Karins nyckel hos Anna Karin", "IP07:s nyckel hos IP07"),
        ("SKB:s hus", "ABF:s hus"),
        ("Hodans syster, Hodan:s syster", "Agnes syster, Agnes syster"),
        ("FATIMA! fatima, sa fatimas mamma", "Amina! Amina, sa Aminas mamma"),
        ("Fati-\nma, Fa\u00adtima och Fati- mas bror", "Amina, Amina och Aminas bror"),
        ("Fatima- och Alilagen", "Amina- och Alilagen"),
        (normalize("NFD", "Anna-Karin Öberg kom"), "IP07 kom"),
        ("enligt A. I. Rabin är", "enligt Forskaren är"),
        ("Fatimagruppen, fatimad", "Fatimagruppen, fatimad"),
        ("foto_Fatima_2.jpg", "foto_Amina_2.jpg"),
        ("", ""),
    ],
)
def test_names_are_found_in_every_dress_and_only_as_whole_words(text: str, expected: str) -> None:
    assert replace(text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("İbrahim", "ibrahim, IBRAHIM, İBRAHİM, Ibrahim"),
        ("Ibrahim", "İbrahim, İBRAHİM"),
        ("Işık", "ışık, IŞIK"),
        ("O'Brien", "O´Brien, O`Brien, O\u2032Brien, O\u02bcBrien"),
        ("Fatima Ali", "Fatima_Ali, Fatima\u200eAli, Fatima\u200b Ali"),
        ("Fatima", "Fa\ufeffti\u200cma, F\u200datima"),
        ("Fati\u00adma", "Fatima, Fati\u00adma"),
        ("علی\u200cرضا", "علی\u200cرضا, علی رضا"),
        ("फ़ातिमा", "फ़ातिमा"),
        ("সুমিত্রা", "সুমিত্রা"),
        ("တင်", "တင်"),
    ],
)
def test_names_are_found_in_the_alphabets_and_signs_of_many_countries(name: str, text: str) -> None:
    replaced = Pseudonymiser(make_key((name, "", "Olle", "none"))).replace(text)
    assert set(replaced.text.split(", ")) == {"Olle"}
    assert [text[span.start : span.end] for span in replaced.spans] == text.split(", ")


def test_a_long_text_with_a_soft_hyphen_in_it_takes_no_longer_than_others() -> None:
    begun = perf_counter()
    replaced = Pseudonymiser(KEY).replace("Fatima " * 30_000 + "Fati\u00adma")
    assert len(replaced.spans) == 30_001
    assert perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("text", "expected", "doubtful"),
    [
        ("Jag frågade Hans om bilen", "Jag frågade Olof om bilen", []),
        ("Det var Hans bil", "Det var Olof bil", []),
        ("jag tog hans bil", "jag tog hans bil", ["hans"]),
        ("Hans bil. – Hans bil", "Hans bil. – Hans bil", ["Hans", "Hans"]),
        ("Hans", "Olof", []),
        (" hans: ", " Olof: ", []),
        ("vi går till portalen i Portalen", "vi går till portalen i Gården", ["portalen"]),
    ],
)
def test_a_name_that_is_a_word_is_replaced_only_with_a_capital_inside_a_sentence(
    text: str, expected: str, doubtful: list[str]
) -> None:
    replaced = Pseudonymiser(KEY).replace(text)
    assert replaced.text == expected
    assert [text[start:end] for start, end in replaced.doubtful] == doubtful


def test_offsets_point_at_the_same_words_in_both_texts() -> None:
    raw = "Fatima Ali gick med Ali till torget."
    replaced = Pseudonymiser(KEY).replace(raw)
    assert replaced.text == "Amina gick med Yusuf till torget."
    start = replaced.text.index("gick")
    assert replaced.to_raw(start, start + 4) == (raw.index("gick"), raw.index("gick") + 4)
    assert replaced.to_raw(2, 3) == (0, len("Fatima Ali"))
    assert replaced.from_raw(8, 14) == (0, len("Amina gic"))
    assert [raw[span.start : span.end] for span in replaced.spans] == ["Fatima Ali", "Ali"]
    assert [span.name_row for span in replaced.spans] == [2, 3]


IDENTIFIERS = pd.DataFrame(
    [
        ("Anna", "", "person", "Karin"),
        ("anna@x.se", "", "identifier", "[e-brev]"),
        ("+46 70 1", "070-1;070 1", "identifier", "Nummer 2"),
        ("Ödegatan 3 B", "", "identifier", "[gata 4]"),
    ],
    columns=["name", "aliases", "kind", "pseudonym"],
    index=range(2, 6),
).assign(ordinary="none")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna har ANNA@X.se.", "Karin har [e-brev]."),
        ("anna@x.seb, b1anna@x.se", "Karin@x.seb, b1anna@x.se"),
        ("(anna@x.se)", "([e-brev])"),
        ("a+46 70 1, +46 70 12", "a+46 70 1, +46 70 12"),
        ("ring +46 70\u00a01, 070-1 och 070  1", "ring Nummer 2, Nummer 2 och Nummer 2"),
        ("ring 070.1, 1070-1 eller 070-12", "ring 070.1, 1070-1 eller 070-12"),
        ("ödegatan 3 b, inte Ödegatan 3", "[gata 4], inte Ödegatan 3"),
    ],
)
def test_an_identifier_is_found_as_it_is_written_and_whole(text: str, expected: str) -> None:
    replaced = Pseudonymiser(IDENTIFIERS).replace(text)
    assert replaced.text == expected
    assert Pseudonymiser(IDENTIFIERS).replace(expected).text == expected
    for span in replaced.spans:
        assert replaced.to_raw(span.new_start, span.new_end) == (span.start, span.end)


pieces = (
    "Fatima|Ali|fatimas|Ali:s|Hans|hans|Anna-|Karin|Fa\u00adtima|Fati-|ma|och|Lars|Hassan|SKB:s"
    "|A.|I.|Rabin|IP07|.|\n|–|Ö|ß"
)
words = st.sampled_from(pieces.split("|"))
texts = st.lists(words | st.text(max_size=3), max_size=25).map(" ".join)


@given(texts)
def test_offsets_are_shifted_outside_names_and_whole_names_inside(text: str) -> None:
    replaced = Pseudonymiser(KEY).replace(text)
    inside = {at for span in replaced.spans for at in range(span.start, span.end)}
    for at, character in enumerate(text):
        start, end = replaced.from_raw(at, at + 1)
        if at in inside:
            assert (start, end) in {(span.new_start, span.new_end) for span in replaced.spans}
        else:
            assert replaced.text[start:end] == character
            assert replaced.to_raw(start, end) == (at, at + 1)
    for span in replaced.spans:
        assert replaced.to_raw(span.new_start, span.new_end) == (span.start, span.end)
    assert replaced.to_raw(0, len(replaced.text)) == (0, len(text))


@given(texts)
def test_a_second_round_changes_nothing(text: str) -> None:
    once = replace(text)
    assert Pseudonymiser(KEY).replace(once) == Replaced(
        once, (), Pseudonymiser(KEY).replace(once).doubtful
    )


@given(texts, texts)
def test_the_same_name_has_the_same_pseudonym_in_every_text(one: str, other: str) -> None:
    pseudonymiser = Pseudonymiser(KEY)
    pseudonyms: dict[str, set[str]] = {}
    for text in (one, other):
        replaced = pseudonymiser.replace(text)
        for span in replaced.spans:
            said = text[span.start : span.end]
            pseudonyms.setdefault(said, set()).add(replaced.text[span.new_start : span.new_end])
    assert all(len(each) == 1 for each in pseudonyms.values())


def test_columns_are_replaced_in_a_new_table_and_missing_cells_stay_missing() -> None:
    turns = pd.DataFrame({"text": ["Fatima kom", None], "label": ["Hans", "IP1"], "turn": [1, 2]})
    before = turns.copy()
    after = replace_columns(turns, ["text", "label"], Pseudonymiser(KEY))
    assert after["text"].iloc[0] == "Amina kom"
    assert pd.isna(after["text"].iloc[1])
    assert after["label"].tolist() == ["Olof", "IP1"]
    pd.testing.assert_frame_equal(turns, before)


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(KeyError, match="said"):
        replace_columns(pd.DataFrame({"text": ["a"]}), ["said"], Pseudonymiser(KEY))
