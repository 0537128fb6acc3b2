"""Turns → tokens: words with their place in the turn, and their lemmas."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import simplemma
import stopwordsiso

from labtools.evidence.transcripts.kept import Kept, make_key
from labtools.frames import check_columns
from labtools.interviews.spans import find_words
from labtools.reads import hash_input

_WORTH_KEEPING = 2_000_000  # code points, which take half a second

# What Swedes say with their hands full; neither stop words of any list nor words about anything.
SPOKEN_FILLERS = frozenset(
    "eh hm mm mhm ah oj ju liksom typ asså alltså va ba öh okej jaha jo".split()
)
NEGATIONS = {
    "sv": frozenset("inte ej icke aldrig ingen inget inga ingenting ingenstans varken".split()),
    "en": frozenset("not no never nothing nobody none neither nor nowhere".split()),
}


def tokenize(turns: pd.DataFrame, *, language: str, kept: Kept | None = None) -> pd.DataFrame:
    """Words of every turn.

    turns: one row per turn with `source_id`, `turn`, `text` (NFC). Returns one row per word, in
    order: `source_id, turn, start, end` (code points within the turn, end exclusive), `word` in
    lower case, `lemma`; names and words are categories, in alphabetical order. Punctuation is not
    a word. Lemmas: simplemma's greedy look-up, once per type, after the project's own list
    (`lemmas_<language>.csv`); right for 93 of 100 open-class words of UD Talbanken's dev part.
    kept: where the words of many turns are kept, and found the next time.

    >>> turns = pd.DataFrame({"source_id": ["i1"], "turn": [1],
    ...                       "text": ["Vi trivdes i SFI-gruppen."]})
    >>> tokenize(turns, language="sv")[["start", "end", "word"]].to_numpy().tolist()
    [[0, 2, 'vi'], [3, 10, 'trivdes'], [11, 12, 'i'], [13, 24, 'sfi-gruppen']]
    """
    check_columns(turns, "source_id", "turn", "text")
    if kept is None or turns["text"].str.len().sum() < _WORTH_KEEPING:
        return _as_table(_find_arrays(turns, language))
    key = make_key(turns, "source_id", "turn", "text", by=["tokens", language, _made_by()])
    arrays = kept.read(key)
    if arrays is None:
        arrays = _find_arrays(turns, language)
        kept.keep(key, arrays)
    return _as_table(arrays)


def _find_arrays(turns: pd.DataFrame, language: str) -> dict[str, npt.NDArray[Any]]:
    """The columns of the tokens, and the categories that the codes of three of them stand for."""
    spans = find_words(turns["text"].tolist())
    words = [word.lower() for word in spans.types]
    lemmas = [lemmatize(word, language=language) for word in words]
    coded = {
        "source_id": (_as_categories(turns["source_id"].tolist()), spans.text),
        "word": (_as_categories(words), spans.code),
        "lemma": (_as_categories(lemmas), spans.code),
    }
    categories = {name: "\n".join(each.categories) for name, (each, _) in coded.items()}
    return {
        "turn": turns["turn"].to_numpy()[spans.text],
        "start": spans.start,
        "end": spans.end,
        **{name: each.codes[places] for name, (each, places) in coded.items()},
        **{f"{name}s": np.frombuffer(one.encode(), np.uint8) for name, one in categories.items()},
    }


def _as_table(arrays: Mapping[str, npt.NDArray[Any]]) -> pd.DataFrame:
    names = {name: arrays[f"{name}s"].tobytes().decode() for name in ("source_id", "word", "lemma")}
    coded = {
        name: pd.Categorical.from_codes(
            arrays[name],
            categories=pd.Index(one.split("\n") if one else [], dtype="str"),
            validate=False,
        )
        for name, one in names.items()
    }
    columns = {name: arrays[name] for name in ("turn", "start", "end")} | coded
    order = ["source_id", "turn", "start", "end", "word", "lemma"]
    return pd.DataFrame({name: columns[name] for name in order}, copy=False)


@cache
def _made_by() -> list[str]:
    """What words and lemmas depend on beside the text: this folder's code and lists, libraries."""
    folder = Path(__file__).parent
    made = [folder / "spans.py", folder / "tokens.py", *sorted(folder.glob("lemmas_*.csv"))]
    libraries = [f"{name} {version(name)}" for name in ("nltk", "simplemma")]
    return [*map(hash_input, made), *libraries, platform.python_version()]


def _as_categories(values: list[str]) -> pd.Categorical:
    """One entry per value; sorted, so that they sort as text does."""
    return pd.Categorical(values, categories=pd.Index(sorted(set(values)), dtype="str"))


def lemmatize(word: str, *, language: str) -> str:
    """The dictionary form of a lower-case word; the word itself where none is known.

    >>> [lemmatize(word, language="sv") for word in ("mötena", "trivdes", "otrygga")]
    ['möte', 'trivas', 'otrygg']
    """
    own = _own_lemmas(language)
    if word in own:
        return own[word]
    lemma = _look_up(word, language)
    if language == "sv" and lemma == word + "a" and _inflects(word):
        return word
    if language == "sv" and word.endswith("ar") and lemma == word + "e":  # tittar: not tittare
        return word[:-1]
    return lemma


def prepare() -> None:
    """Read the Swedish dictionary, which takes half a second, before it is needed."""
    lemmatize("ett", language="sv")


def _look_up(word: str, language: str) -> str:
    return str(simplemma.lemmatize(word, lang=language, greedy=True)).lower()


def _inflects(word: str) -> bool:
    """Whether the dictionary knows the definite form of a noun, or the neuter of an adjective.

    simplemma takes many a noun for the stem of a verb in -a (*lapp* for *lappa*), while it reads
    their other forms rightly (*lappen*, *lappar*).
    """
    return any(_look_up(word + ending, "sv") == word for ending in ("en", "et", "t", "n"))


@cache
def _own_lemmas(language: str) -> dict[str, str]:
    """The project's own list: forms that the dictionary lacks or reads wrongly."""
    list_of_forms = files("labtools.interviews").joinpath(f"lemmas_{language}.csv")
    lines = list_of_forms.read_text(encoding="utf-8").splitlines()[1:]
    return {form: lemma for form, lemma in (line.split(",") for line in lines)}


@cache
def function_words(language: str) -> frozenset[str]:
    """Words left out of lists of frequent words: stop words and spoken fillers, no negation.

    From stopwordsiso; each word's lemma is left out as well.

    >>> "inte" in function_words("sv"), "och" in function_words("sv")
    (False, True)
    """
    words = set(stopwordsiso.stopwords(language)) | SPOKEN_FILLERS
    words |= {lemmatize(word, language=language) for word in words}
    return frozenset(words - NEGATIONS[language])
