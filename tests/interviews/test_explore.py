"""The search box as it is used, without a browser: its controls are set, what it shows is read."""

import html
import re

import pandas as pd
import pytest

from labtools.interviews import explore
from labtools.interviews.explore import Search, open_search
from labtools.interviews.tokens import tokenize
from labtools.words import Language

NAMES = {"city": {"norrvik": "Norrvik", "umea": "Umeå"}, "theme": {"home": "Hemma"}}


def turns(*texts: str) -> pd.DataFrame:
    """An interview in Norrvik: every other turn is the interviewer's; the last is from Umeå."""
    count = len(texts)
    speakers = [["interviewer", "respondent"][at % 2] for at in range(count)]
    return pd.DataFrame(
        {
            "source_id": ["i1"] * (count - 1) + ["i2"],
            "turn": [*range(1, count), 1],
            "text": pd.Series(texts, dtype="str"),
            "city": ["norrvik"] * (count - 1) + ["umea"],
            "type": "interview",
            "date": "2024-09-12",
            "speaker": speakers,
            "person_id": ["" if one == "interviewer" else "P-1" for one in speakers],
            "person_role": ["" if one == "interviewer" else "resident" for one in speakers],
            "quote": ["no" if one == "interviewer" else "yes" for one in speakers],
        }
    )


TALK = turns(
    "Har du en granne?",
    "Ja, min granne <Åke> är snäll.",
    "Och grannarna i huset?",
    "Grannarna hälsar. Jag trivs.",
    "Tack.",
    "Här trivdes jag, och trivs än.",
)


def opened(talk: pd.DataFrame = TALK, *, language: Language = "sv", word: str = "") -> Search:
    return open_search(
        talk, tokenize(talk, language="sv"), language=language, names=NAMES, word=word
    )


def read(value: str) -> str:
    """What a person reads of a piece of HTML."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", value))).strip()


def test_enter_in_the_box_searches_what_respondents_say() -> None:
    search = opened()
    assert read(search.told.value) == "Skriv ett ord eller en fras och tryck på Enter."
    search.query.value = "granne"
    assert read(search.told.value).startswith("2 träffar i 1 av 2 källor. I snitt")
    assert not search.query.continuous_update
    search.filters["speaker"].value = "*"
    assert read(search.told.value).startswith("4 träffar i 1 av 2 källor.")


def test_the_first_line_is_open_and_another_opens_when_it_is_chosen() -> None:
    search = opened(word="granne")
    assert "<mark>granne</mark> &lt;Åke&gt;" in search.turn.value
    search.lines.index = 1
    assert "<mark>Grannarna</mark> hälsar" in search.turn.value
    assert search.number.value == 2
    search.number.value = 1
    assert search.lines.index == 0
    assert read(search.turn.value).startswith("i1 · Intervju · Norrvik · 12 september 2024 · Får")


def test_a_turn_stands_between_the_two_before_and_the_two_after_it_in_its_source() -> None:
    search = opened(word="granne")
    search.lines.index = 1
    told = read(search.turn.value)
    assert re.findall(r"(Intervju(?:are|person P-1)), (\d):", told) == [
        ("Intervjuperson P-1", "2"),
        ("Intervjuare", "3"),
        ("Intervjuperson P-1", "4"),
        ("Intervjuare", "5"),
    ]
    assert "trivdes" not in told
    assert search.turn.value.count('class="hit"') == 1


def test_it_looks_at_words_or_dictionary_forms_exactly_or_by_pattern() -> None:
    search = opened(word="trivas")
    assert len(search.lines.options) == 3
    search.column.value = "word"
    assert search.lines.options == ()
    search.query.value = "trivs"
    assert len(search.lines.options) == 2
    search.match.value = "wildcard"
    search.query.value = "triv?"
    assert len(search.lines.options) == 2
    search.query.value = "triv*"
    assert len(search.lines.options) == 3
    search.match.value = "regex"
    search.query.value = "trivd.s jag"
    assert len(search.lines.options) == 1


def test_lines_are_sorted_by_what_stands_before_or_after() -> None:
    search = opened(word="trivas")
    assert [label.split()[0] for label, _ in search.lines.options] == ["i1", "i2", "i2"]
    search.sort.value = "right"
    assert "trivs" in search.lines.options[0][0]
    before = [label for label, _ in search.lines.options]
    search.sort.value = "left"
    assert sorted(before) == sorted(label for label, _ in search.lines.options)
    assert [label.split()[2] for label, _ in search.lines.options] == ["Här", "Grannarna", "Här"]


def test_a_filter_is_offered_where_there_is_a_choice_and_narrows_the_search() -> None:
    search = opened(TALK.assign(theme=["", "home;work", "", "", "", ""]), word="granne")
    assert list(search.filters) == ["city", "speaker", "person_role", "theme"]
    assert search.filters["city"].options[1:] == (("Norrvik", "norrvik"), ("Umeå", "umea"))
    assert dict(search.filters["theme"].options) == {
        "Alla": "*", "Hemma": "home", "work": "work", "inte angivet": ""
    }  # fmt: skip
    search.filters["theme"].value = "home"
    assert len(search.lines.options) == 1
    search.filters["city"].value = "umea"
    assert read(search.told.value) == "Det finns inga ord att söka bland i det som är valt."


def test_a_wrong_regular_expression_is_told_in_a_sentence_and_shows_no_old_hit() -> None:
    search = opened(language="en", word="granne")
    search.match.value = "regex"
    search.query.value = "(gran"
    assert read(search.told.value).startswith("This is not a valid regular expression.")
    assert (search.lines.options, search.turn.value, search.spread.value) == ((), "", "")


def test_no_hit_is_a_sentence_with_the_sources_that_were_searched() -> None:
    search = opened(language="en", word="ingenting")
    assert read(search.told.value).startswith("No hits in any of 2 sources. A dictionary form")
    assert "i2" in read(search.spread.value)


def test_every_source_is_in_the_table_of_hits() -> None:
    rows = re.findall(r"<tr><th.*?</tr>", opened(word="granne").spread.value, flags=re.DOTALL)
    told = [[read(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]
    assert [(cells[0], cells[4], cells[5]) for cells in told] == [
        ("i1", "2", "10"),
        ("i2", "0", "6"),
    ]


def test_hits_beyond_the_list_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore, "MOST_LINES", 2)
    search = opened(word="trivas")
    assert len(search.lines.options) == 2
    assert "En träff till får inte plats i listan." in read(search.told.value)
    assert read(search.told.value).startswith("3 träffar")


def test_letters_typed_as_a_sign_and_its_accent_are_found() -> None:
    search = opened()
    search.column.value = "word"
    search.query.value = "a\N{COMBINING RING ABOVE}ke"
    assert len(search.lines.options) == 1


def test_the_button_searches() -> None:
    search = opened(word="granne")
    search.lines.options = []
    search.button.click()
    assert len(search.lines.options) == 2


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_lab_without_transcripts_has_a_box_that_says_so(language: Language) -> None:
    search = opened(TALK.head(0), language=language, word="granne")
    assert search.filters == {}
    assert read(search.told.value) in (
        "Det finns inga ord att söka bland i det som är valt.",
        "There are no words to search in what has been chosen.",
    )


def test_a_page_has_a_sentence_where_jupyter_has_the_box() -> None:
    shown = opened(language="en")._repr_mimebundle_(include=None, exclude=None)
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert shown["text/markdown"].startswith("*Here is a search box when the notebook is run in")
    assert shown["text/plain"] in shown["text/markdown"]


def test_the_number_of_a_line_never_goes_beyond_the_hits() -> None:
    search = opened(word="trivas")
    search.number.value = 3
    search.query.value = "granne"
    assert (search.number.max, search.number.value, search.lines.index) == (2, 1, 0)
    search.query.value = "ingenting"
    assert (search.number.max, search.turn.value) == (0, "")
