"""A word in its context, and the way back to it."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.interviews import concordance
from labtools.interviews.tokens import tokenize


def _turns(*texts: str) -> pd.DataFrame:
    count = len(texts)
    return pd.DataFrame(
        {
            "source_id": [f"i{at}" for at in range(count)],
            "turn": [1] * count,
            "text": pd.Series(texts, dtype="str"),
            "speaker": ["respondent"] * count,
            "person_role": ["resident"] * count,
            "quote": ["yes", "no"][:count] + ["no"] * max(0, count - 2),
        }
    )


def _lines(turns: pd.DataFrame, word: str, **options: object) -> pd.DataFrame:
    tokens = tokenize(turns, language="sv")
    return concordance.find_lines(tokens, turns, word, **({"column": "word"} | options))


@given(st.lists(st.text("ab å.\U0001f600", max_size=80), min_size=1, max_size=4))
def test_every_line_leads_back_to_its_place(texts: list[str]) -> None:
    turns = _turns(*texts)
    for line in _lines(turns, "a", width=10).to_dict("records"):
        text = turns.loc[turns["source_id"] == line["source_id"], "text"].iloc[0]
        assert text[line["start"] : line["end"]] == line["node"]
        assert text[: line["start"]].endswith(line["left"].removeprefix("… "))
        assert text[line["end"] :].startswith(line["right"].removesuffix(" …"))


def test_the_context_never_leaves_the_turn() -> None:
    lines = _lines(_turns("Kaffe.", "Te och kaffe."), "kaffe")
    assert lines["left"].tolist() == ["", "Te och "]


def test_a_long_context_is_cut_between_words() -> None:
    (line,) = _lines(_turns("ett tu tre fyra kaffe fem sex sju åtta"), "kaffe", width=9).to_dict(
        "records"
    )
    assert line["left"] == "… fyra "
    assert line["right"] == " fem sex …"


def test_lines_sort_by_the_words_nearest_the_node() -> None:
    turns = _turns("b kaffe z", "a kaffe y", "a c kaffe x")
    assert _lines(turns, "kaffe", sort="right")["right"].str.strip().tolist() == ["x", "y", "z"]
    assert _lines(turns, "kaffe", sort="left")["left"].str.strip().tolist() == ["a", "b", "a c"]


@pytest.mark.parametrize(
    ("query", "match", "nodes"),
    [
        ("ett  MÖTE", "exact", ["Ett möte"]),
        ("möte*", "wildcard", ["möte", "möten"]),
        ("m?te", "wildcard", ["möte"]),
        ("*", "wildcard", ["Ett", "möte", "Två", "möten", "till"]),
        ("två *", "wildcard", ["Två möten"]),
        ("till ett", "exact", []),
        ("möte två", "exact", []),
        (r"m.ten? till|två", "regex", ["möten till"]),
        (r"(två|ett) m.*", "regex", ["Ett möte", "Två möten"]),
        ("[", "wildcard", []),
    ],
)
def test_a_query_is_a_word_a_phrase_a_wildcard_or_a_regular_expression(
    query: str, match: str, nodes: list[str]
) -> None:
    """A phrase stands within one turn; its words are matched one by one."""
    turns = _turns("Ett möte.", "Två möten till")
    turns["source_id"] = "i0"
    turns["turn"] = [1, 2]
    assert _lines(turns, query, match=match)["node"].tolist() == nodes


@pytest.mark.parametrize(("query", "match"), [("  ", "exact"), ("(", "regex")])
def test_what_is_no_query_is_told(query: str, match: str) -> None:
    with pytest.raises(ValueError, match="must"):
        _lines(_turns("hej"), query, match=match)


@given(st.lists(st.text("ab ", max_size=12), max_size=4), st.sampled_from(["a", "b a", "a a b"]))
def test_hits_are_those_of_a_plain_search(texts: list[str], query: str) -> None:
    turns = _turns(*texts)
    wanted = query.split()
    expected = []
    for number, text in enumerate(texts):
        words = [(m.start(), m.end(), m[0]) for m in re.finditer(r"\S+", text)]
        for at in range(len(words) - len(wanted) + 1):
            part = words[at : at + len(wanted)]
            if [word for _, _, word in part] == wanted:
                expected.append((f"i{number}", part[0][0], part[-1][1]))
    hits = concordance.find_hits(tokenize(turns, language="sv"), query, column="word")
    assert list(zip(hits["source_id"], hits["start"], hits["end"], strict=True)) == expected


def test_a_lemma_finds_all_its_forms() -> None:
    turns = _turns("mötet var bra", "två möten")
    assert _lines(turns, "möte", column="lemma")["node"].tolist() == ["mötet", "möten"]


def test_a_word_that_occurs_nowhere_gives_no_line() -> None:
    lines = _lines(_turns("hej"), "kaffe")
    assert lines.empty
    assert concordance.summarize(lines, "kaffe").empty


def test_no_talkative_person_fills_the_page() -> None:
    lines = pd.DataFrame({"source_id": ["a", "a", "a", "b"], "n": [1, 2, 3, 4]})
    assert concordance.draw_evenly(lines, most=3)["n"].tolist() == [1, 2, 4]


def test_partners_see_only_quotable_lines() -> None:
    lines = _lines(_turns("kaffe", "kaffe"), "kaffe")
    assert len(concordance.keep_quotable(lines, audience="internal")) == 2
    assert concordance.keep_quotable(lines, audience="partners")["source_id"].tolist() == ["i0"]


def test_nobody_sees_the_words_of_one_who_has_withdrawn() -> None:
    lines = pd.DataFrame({"source_id": ["i0", "i1", "i2"], "quote": ["yes", "no", "withdrawn"]})
    for audience, shown in (("internal", ["i0", "i1"]), ("partners", ["i0"])):
        kept = concordance.keep_quotable(lines, audience=audience)
        assert kept["source_id"].tolist() == shown


def test_each_word_gets_a_few_lines_that_may_be_shown() -> None:
    turns = _turns("hus och gård", "hus", "gård hus")
    tokens = tokenize(turns, language="sv")
    options = {"column": "lemma", "most": 2}
    lines = concordance.find_lines_of_each(
        tokens, turns, ["gård", "hus"], audience="internal", **options
    )
    assert lines["lemma"].tolist() == ["gård", "gård", "hus", "hus"]
    partners = concordance.find_lines_of_each(
        tokens, turns, ["hus"], audience="partners", **options
    )
    assert partners["source_id"].tolist() == ["i0"]
    none = concordance.find_lines_of_each(tokens, turns, [], audience="internal", **options)
    assert none.empty
    assert set(none) == set(lines)
