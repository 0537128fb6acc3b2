"""How heavy written texts are to read."""

import math

import numpy as np
import pandas as pd
import pytest

from labtools.faults import BadInput
from labtools.interviews.readability import estimate_readability, lix, summarize


def _texts(*texts: str, type_: str = "reflection") -> tuple[pd.DataFrame, ...]:
    """One source per text, its words between spaces, its sentences up to each full stop."""
    turns, tokens, sentences = [], [], []
    for number, text in enumerate(texts):
        place = {"source_id": f"r{number}", "turn": 1}
        turns.append({**place, "type": type_})
        start = 0
        for sentence in text.split(". "):
            sentences.append({**place, "start": start})
            for word in sentence.split():
                start = text.index(word, start)
                tokens.append({**place, "start": start, "word": word.strip(".").lower()})
            start += 1
    frames = (
        pd.DataFrame(turns),
        pd.DataFrame(tokens, columns=["source_id", "turn", "start", "word"]),
        pd.DataFrame(sentences),
    )
    return tuple(frame.astype({"source_id": "category"}) for frame in frames)


def test_lix_of_a_text_by_hand() -> None:
    """METHODS.md: 437 words, 21 sentences, 112 long ones."""
    assert lix(437, 21, 112) == pytest.approx(46.44, abs=0.005)
    assert math.isnan(lix(0, 0, 0))


def test_each_source_has_its_own_words_and_sentences() -> None:
    table = estimate_readability(*_texts("Vi lär oss. Tillsammans", "SFI-kurs är bra 1234567"))
    assert table.to_dict("list") == {
        "source_id": ["r0", "r1"],
        "words": [4, 4],
        "sentences": [2, 1],
        "long_words": [1, 1],
        "lix": [2 + 25, 4 + 25],
    }


def test_a_hyphen_or_a_figure_is_no_letter() -> None:
    table = estimate_readability(*_texts("abc-def abcdefg ab-cdefg 12345678"))
    assert table["long_words"].tolist() == [2]


def test_a_source_without_a_word_has_no_lix_and_stays() -> None:
    turns, tokens, sentences = _texts("Hej du", "Nej")
    table = estimate_readability(turns, tokens[tokens["source_id"] == "r1"], sentences)
    assert table["words"].tolist() == [0, 1]
    assert table["sentences"].tolist() == [0, 1]
    assert table["lix"].isna().tolist() == [True, False]


def test_speech_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadInput) as error:
        estimate_readability(*_texts("Hej du", "Nej", type_="interview"))
    assert str(error.value).splitlines() == [
        "sources.csv, column type: must be a written type for LIX: reflection, document, "
        f"fieldnote, survey_answer; found r{number} is interview; leave the source out; in "
        "speech, the transcriber sets the full stops"
        for number in (0, 1)
    ]


def test_a_citys_texts_are_summed_up_by_their_median() -> None:
    measured = pd.DataFrame(
        {"source_id": ["a", "b", "c", "d"], "words": [10, 20, 30, 0], "lix": [30.0, 50, 31, np.nan]}
    )
    city_of = pd.Series({"a": "umea", "b": "umea", "c": "umea", "d": "boden"})
    found = summarize(measured, city_of, order=["boden", "umea"])
    assert found.to_numpy().tolist() == [["umea", 3, 60, 31.0, 30.0, 50.0]]
