"""Which language a turn is in."""

import socket
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from labtools.evidence.transcripts.kept import open_kept
from labtools.interviews import languages
from labtools.interviews.languages import find_language
from labtools.lab import open_lab

LANGUAGES = ["sv", "en"]
_SWEDISH = "Jag trivs med mina grannar här på gården."
_ENGLISH = "I like my neighbours and the garden here."
_FINNISH = "Täällä on hyvä asua ja naapurit ovat mukavia."


def _find(*texts: str, declared: str = "sv") -> list[str]:
    turns = pd.DataFrame({"source_id": "i1", "turn": range(len(texts)), "text": texts})
    turns = turns.assign(language=declared).astype({"text": "str"})
    return find_language(turns, languages=LANGUAGES)["language"].tolist()


def test_every_turn_of_the_example_is_in_the_language_of_its_interview(root: Path) -> None:
    turns = open_lab(root / "data" / "example").read_turns()
    found = find_language(turns, languages=LANGUAGES)
    assert (turns["language"] == "en").sum() > 100
    right = (found["language"] == turns["language"]).mean()
    assert right >= 0.99, f"{right:.4f} of {len(turns)} turns"


def test_turns_in_a_dozen_languages_are_told_apart_one_by_one() -> None:
    """Composed turns, each a source of its own: no neighbour helps."""
    turns = pd.read_csv(Path(__file__).with_name("turns_by_language.csv"), encoding="utf-8")
    alone = turns.rename(columns={"language": "gold"}).assign(turn=1, language="sv")
    alone["source_id"] = [f"i{number}" for number in range(len(alone))]
    found = find_language(alone, languages=LANGUAGES)["language"]
    wrong = alone.loc[found != turns["language"], "text"].tolist()
    assert len(wrong) <= 0.02 * len(turns), f"{len(wrong)} of {len(turns)} wrong: {wrong}"
    entered = alone.loc[(found == "sv") & (turns["language"] != "sv"), "text"].tolist()
    assert entered == []


def test_no_swedish_sentence_becomes_another_language(shared_data: Path) -> None:
    lines = (shared_data / "swedish" / "talbanken-dev.conllu").read_text("utf-8").splitlines()
    texts = [line.removeprefix("# text = ") for line in lines if line.startswith("# text = ")]
    turns = pd.DataFrame({"source_id": [f"i{n}" for n in range(len(texts))], "text": texts})
    found = find_language(turns.assign(turn=1, language="sv"), languages=LANGUAGES)
    assert (found["language"] == "en").sum() <= 2  # titles in a list of sources
    assert not (found["language"] == "other").any()


def test_a_short_turn_is_in_the_language_around_it() -> None:
    assert _find(_ENGLISH, "Mm.", "Okay.", _ENGLISH) == ["en"] * 4
    assert _find("Hm.", _SWEDISH) == ["sv", "sv"]
    assert _find(_FINNISH, "Joo.") == ["other", "other"]
    assert _find(_SWEDISH, "Social worker.", "All right.") == ["sv", "sv", "sv"]


def test_between_two_languages_a_short_turn_has_that_of_most_words() -> None:
    assert _find(_SWEDISH, "Mm.", _ENGLISH, _ENGLISH) == ["sv", "en", "en", "en"]


def test_without_a_clear_turn_the_language_is_the_declared_one() -> None:
    turns = pd.DataFrame(
        {"source_id": ["a", "b", "c"], "turn": 1, "text": "Mm.", "language": ["en;sv", "", "fi"]}
    )
    clear = pd.DataFrame({"source_id": ["0"], "turn": 1, "text": _ENGLISH, "language": "en"})
    found = find_language(pd.concat([clear, turns, clear]), languages=LANGUAGES).iloc[1:-1]
    assert found["language"].tolist() == ["en", "sv", "sv"]
    assert found["certainty"].isna().all()


def test_neighbours_are_those_of_the_same_source() -> None:
    turns = pd.DataFrame(
        {"source_id": ["a", "b", "b"], "turn": [1, 1, 2], "text": [_ENGLISH, "Mm.", _SWEDISH]}
    ).assign(language="sv")
    turns["source_id"] = turns["source_id"].astype("category")
    found = find_language(turns.set_index(pd.Index([5, 5, 5])), languages=LANGUAGES)
    assert found["language"].tolist() == ["en", "sv", "sv"]
    assert found["certainty"].between(0.9, 1).all()


def test_the_certainty_of_a_short_turn_is_the_share_of_words_in_its_language() -> None:
    turns = pd.DataFrame({"source_id": "i", "turn": range(3), "language": "sv"})
    turns["text"] = [_SWEDISH, _ENGLISH, "Ja."]
    found = find_language(turns, languages=LANGUAGES)
    assert found.loc[2, ["language", "certainty"]].tolist() == ["en", 0.5]


def test_no_turn_gives_no_row() -> None:
    assert _find() == []


@pytest.mark.parametrize(("wrong", "named"), [(["sv", "xx"], "xx"), ([], "none")])
def test_an_unknown_language_is_refused(wrong: list[str], named: str) -> None:
    turns = pd.DataFrame({"source_id": ["i"], "turn": [1], "text": ["Hej"], "language": ["sv"]})
    with pytest.raises(ValueError, match=f"found {named}"):
        find_language(turns, languages=wrong)


def test_the_model_is_read_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    languages._identifier.cache_clear()
    assert _find(_ENGLISH) == ["en"]


def test_what_is_kept_is_found_without_judging_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [_SWEDISH, _ENGLISH, _FINNISH, "Ja."] * 130
    turns = pd.DataFrame({"source_id": "i1", "turn": range(520), "text": texts, "language": "sv"})
    turns = turns.astype({"text": "str"})
    kept = open_kept(tmp_path)
    anew = find_language(turns, languages=LANGUAGES)
    assert_frame_equal(find_language(turns, languages=LANGUAGES, kept=kept), anew)
    english = find_language(turns.assign(text=_ENGLISH), languages=LANGUAGES, kept=kept)
    assert set(english["language"]) == {"en"}
    monkeypatch.setattr(languages, "_judge", None)
    assert_frame_equal(find_language(turns, languages=LANGUAGES, kept=kept), anew)
    with pytest.raises(TypeError):
        find_language(turns.head(100), languages=LANGUAGES, kept=kept)
