"""Where sentences begin and end."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.interviews.sentences import count_capitals, split_sentences
from labtools.interviews.tokens import tokenize

_FINAL = re.compile(r"[.!?…][\"'”)]*$")


def _turns(texts: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"source_id": "i1", "turn": range(1, len(texts) + 1), "text": texts})


def _split(text: str) -> list[str]:
    places = split_sentences(_turns([text]))
    return [text[start:end] for start, end in zip(places["start"], places["end"], strict=True)]


def _measure(turns: list[list[str]], *, between: re.Pattern[str]) -> tuple[float, str]:
    """F of the sentences found in their texts joined, and what was found wrongly.

    A space joins where a sentence ends as `between` says, a line break elsewhere.
    """
    gold, texts = set(), []
    for turn, sentences in enumerate(turns, start=1):
        text = ""
        for sentence in sentences:
            gold.add((turn, len(text), len(text) + len(sentence)))
            text += sentence + (" " if between.search(sentence) else "\n")
        texts.append(text[:-1])
    places = split_sentences(_turns(texts))
    found = set(zip(places["turn"], places["start"], places["end"], strict=True))
    wrong = [texts[turn - 1][start:end] for turn, start, end in sorted(found - gold)]
    f = 2 * len(gold & found) / (len(gold) + len(found))
    return f, f"F {f:.4f}: {len(gold)} sentences, {len(found)} found, wrong: {wrong}"


def test_sentences_of_talbanken_are_found(shared_data: Path) -> None:
    """UD Talbanken, dev: its documents, with what has no final mark on a line of its own."""
    documents: list[list[str]] = []
    lines = (shared_data / "swedish" / "talbanken-dev.conllu").read_text("utf-8").splitlines()
    for line in lines:
        if line.startswith("# newdoc"):
            documents.append([])
        elif line.startswith("# text = "):
            documents[-1].append(line.removeprefix("# text = "))
    assert sum(map(len, documents)) == 504
    f, message = _measure(documents, between=_FINAL)
    assert f >= 0.985, message
    f, message = _measure(documents, between=re.compile(rf"{_FINAL.pattern}|:$"))
    assert f >= 0.985, "colons followed by a space: " + message


def test_sentences_of_spoken_turns_are_found() -> None:
    lines = Path(__file__).with_name("spoken_turns.txt").read_text("utf-8").splitlines()
    turns = [line.split(" | ") for line in lines if not line.startswith("#")]
    assert len(turns) >= 100
    f, message = _measure(turns, between=re.compile(""))
    assert f >= 0.95, message


@given(st.lists(st.text(alphabet="aÅk1 .…?!\n”:(–", max_size=40), max_size=3))
def test_no_letter_is_outside_a_sentence_and_none_in_two(texts: list[str]) -> None:
    places = split_sentences(_turns(texts))
    for turn, text in enumerate(texts, start=1):
        inside = places[places["turn"] == turn]
        covered = [place for row in inside.itertuples() for place in range(row.start, row.end)]
        assert len(covered) == len(set(covered))
        assert not any(text[place].isalnum() for place in set(range(len(text))) - set(covered))
        for row in inside.itertuples():
            assert text[row.start : row.end] == text[row.start : row.end].strip()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Det var sent! sa hon. Ja.", ["Det var sent! sa hon.", "Ja."]),
        ("Jag… jag vet inte… Kanske.", ["Jag… jag vet inte…", "Kanske."]),
        ("”Kom hit.” Han gick.", ["”Kom hit.”", "Han gick."]),
        ("Vi ses kl. 8. T.ex. i dag.", ["Vi ses kl. 8.", "T.ex. i dag."]),
        ("Enligt A. I. Rabin är det så.", ["Enligt A. I. Rabin är det så."]),
        ("Rubrik utan punkt\nHär börjar det.", ["Rubrik utan punkt", "Här börjar det."]),
        ("7. För det sjunde.", ["7. För det sjunde."]),
        ("Får jag tänka? … Jo.", ["Får jag tänka? …", "Jo."]),
        ("…!?", []),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert _split(text) == sentences


def test_places_are_code_points_of_the_turn_and_the_index_of_turns_is_free() -> None:
    turns = _turns(["🙂 Hej. Då så.", "Nej."]).set_index(pd.Index([7, 7]))
    places = split_sentences(turns)
    assert places.to_numpy().tolist() == [["i1", 1, 0, 6], ["i1", 1, 7, 13], ["i1", 2, 0, 4]]


def test_no_turn_gives_no_sentence_of_the_same_types() -> None:
    assert split_sentences(_turns([])).dtypes.equals(
        split_sentences(_turns(["Hej."]).head(0)).dtypes
    )
    assert split_sentences(_turns(["…"])).columns.tolist() == ["source_id", "turn", "start", "end"]


@pytest.mark.parametrize(
    ("text", "inside", "capitals"),
    [
        ("Jag bor i Ekhamra.", 1, 1),
        ("Ekhamra är bra. Ekhamra är fint.", 0, 0),
        ("– Ekhamra, sa hon. ”Ekhamra är bra.”", 0, 0),
        ("1. Ekhamra är bra.", 0, 0),
        ("jag bor i ekhamra. ekhamra är bra", 2, 0),
        ("Mitt i EKHAMRA t.ex. Ekhamra torg.", 2, 2),
    ],
)
def test_a_capital_counts_where_no_sentence_begins(text: str, inside: int, capitals: int) -> None:
    turns = _turns(["Nej, inte här.", text])
    counted = count_capitals(tokenize(turns, language="sv"), turns, words=["saknas", "ekhamra"])
    assert counted.to_numpy().tolist() == [["saknas", 0, 0], ["ekhamra", inside, capitals]]
