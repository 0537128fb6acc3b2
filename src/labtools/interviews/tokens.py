"""Turns → tokens: words with their place in the turn, and their lemmas."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd
import simplemma
import stopwordsiso

from labtools.frames import check_columns
from labtools.interviews.spans import find_words

COLUMNS = ("source_id", "turn", "start", "end", "word", "lemma")

# What Swedes say with their hands full; neither stop words of any list nor words about anything.
SPOKEN_FILLERS = frozenset(
    "eh hm mm mhm ah oj ju liksom typ asså alltså va ba öh okej jaha jo".split()
)
NEGATIONS = {
    "sv": frozenset("inte ej icke aldrig ingen inget inga ingenting ingenstans varken".split()),
    "en": frozenset("not no never nothing nobody none neither nor nowhere".split()),
}


def tokenize(turns: pd.DataFrame, *, language: str) -> pd.DataFrame:
    """Words of every turn.

    turns: one row per turn with `source_id`, `turn`, `text` (NFC). Returns one row per word, in
    order: `source_id, turn, start, end` (code points within the turn, end exclusive), `word` in
    lower case, `lemma`; names and words are categories, in alphabetical order. Punctuation is not
    a word. Lemmas: simplemma's greedy look-up, once per type, after the project's own list
    (`lemmas_<language>.csv`); right for 93 of 100 open-class words of UD Talbanken's dev part.

    >>> turns = pd.DataFrame({"source_id": ["i1"], "turn": [1],
    ...                       "text": ["Vi trivdes i SFI-gruppen."]})
    >>> tokenize(turns, language="sv")[["start", "end", "word"]].to_numpy().tolist()
    [[0, 2, 'vi'], [3, 10, 'trivdes'], [11, 12, 'i'], [13, 24, 'sfi-gruppen']]
    """
    check_columns(turns, "source_id", "turn", "text")
    spans = find_words(turns["text"].tolist())
    sources = _as_categories(turns["source_id"].tolist())
    types = [word.lower() for word in spans.types]
    words = _as_categories(types)
    lemmas = _as_categories([lemmatize(word, language=language) for word in types])
    return pd.DataFrame(
        {
            "source_id": sources.take(spans.text),
            "turn": turns["turn"].to_numpy()[spans.text],
            "start": spans.start,
            "end": spans.end,
            "word": words.take(spans.code),
            "lemma": lemmas.take(spans.code),
        }
    )


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
