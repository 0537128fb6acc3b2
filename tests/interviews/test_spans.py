"""Words are found as NLTK's tokenizer finds them with the same pattern, text by text."""

import nltk
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labtools.interviews import spans
from labtools.interviews.spans import WORD, find_words

SIGNS = st.text(st.sampled_from("aåÅzİß̈1٣. ,:-’'_…\n😀²ª中"), max_size=30)


@given(st.lists(SIGNS | st.text(max_size=30), max_size=5))
@example(
    [
        "a-b:c’d'e",
        "1.2,3:4",
        "a-1",
        "1-a-2",
        "1-2-a:b",
        "2019-05-14",
        "14-åring",
        "a--b",
        "a1b",
        "-a-",
        "a-",
        "",
        "å\ud800b",
    ]
)
def test_words_and_places_are_those_of_the_pattern(texts: list[str]) -> None:
    tokenizer = nltk.RegexpTokenizer(WORD)
    expected = [
        (number, start, end, text[start:end])
        for number, text in enumerate(texts)
        for start, end in tokenizer.span_tokenize(text)
    ]
    found = find_words(texts)
    words = [found.types[code] for code in found.code]
    places = zip(found.text.tolist(), found.start.tolist(), found.end.tolist(), strict=True)
    assert [(*place, word) for place, word in zip(places, words, strict=True)] == expected
    assert len(set(found.types)) == len(found.types)


def test_texts_are_taken_in_parts_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Vi trivs", "", "i SFI-gruppen", "vi 2,5", "…"] * 3
    whole = find_words(texts)
    monkeypatch.setattr(spans, "_AT_A_TIME", 10)
    parts = find_words(texts)
    assert [whole.types[code] for code in whole.code] == [parts.types[code] for code in parts.code]
    for name in ("text", "start", "end"):
        assert getattr(whole, name).tolist() == getattr(parts, name).tolist()
