"""Turns → sentences, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pandas as pd
import stopwordsiso
from nltk.tokenize.punkt import PunktLanguageVars, PunktParameters, PunktSentenceTokenizer

from labtools.frames import check_columns

_OPENS = r"[\"'“”‘’«»(\[–—-]*\s?"
_CLOSES = r"[\"'“”‘’«»)\]]"
_CAPITAL = rf"(?={_OPENS}[A-ZÅÄÖÉÜ])"
# Dots or a closing quotation mark, or the colon of a word that is no name.
_ALWAYS = re.compile(
    rf"(?:(?:…|(?<!\.)\.\.+){_CLOSES}*|[.!?]{_CLOSES}+|(?<![\w-])[a-zåäöéü][\w-]*:)\s+{_CAPITAL}"
)
_MAY_END = re.compile(r"[.!?…:]\S{0,3}\s")
_LINE = re.compile(r"[^\n]+")
_BEGINS_SMALL = re.compile(rf"{_OPENS}(?P<letter>[^\W\d_])")
_LETTER = re.compile(r"[^\W\d_]")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_LIST_NUMBER = re.compile(r"\W*\d{1,2}[.)]\s*")


class _Marks(PunktLanguageVars):  # type: ignore[misc]  # NLTK has no types
    """Punkt's, with the ellipsis that is one character."""

    sent_end_chars = (".", "?", "!", "…")


def split_sentences(turns: pd.DataFrame) -> pd.DataFrame:
    """The sentences of every turn, as they are written.

    turns: one row per turn with `source_id, turn, text`. Returns one row per sentence, in order:
    `source_id, turn, start, end` (code points of the turn, end exclusive, without space around).
    A line of its own is a sentence of its own, such as a heading. No sentence begins with a small
    letter; dots, a closing quotation mark or a colon followed by a capital always end one, but not
    the colon after a name. In speech, full stops are the transcriber's: compare lengths of
    sentences only within what one person wrote down. A turn without letter or digit has no
    sentence. Swedish; NLTK's Punkt (Kiss & Strunk 2006) with our own abbreviations
    (`abbreviations_sv.csv`) in place of training.

    >>> turns = pd.DataFrame({"source_id": ["i1"], "turn": [1],
    ...                       "text": ["Vi ses t.ex. kl. 8. Eller … nej! sa hon. Nä."]})
    >>> split_sentences(turns)[["start", "end"]].to_numpy().tolist()
    [[0, 19], [20, 40], [41, 44]]
    """
    check_columns(turns, "source_id", "turn", "text")
    spans = [list(_split(text)) for text in turns["text"]]
    counts = [len(found) for found in spans]
    flat = [span for found in spans for span in found]
    of_turn = np.repeat(np.arange(len(turns)), counts)
    sentences = turns[["source_id", "turn"]].iloc[of_turn].reset_index(drop=True)
    places = pd.DataFrame(flat, columns=["start", "end"], dtype="int32")
    return pd.concat([sentences, places], axis=1)


def count_capitals(
    tokens: pd.DataFrame, turns: pd.DataFrame, *, words: Sequence[str]
) -> pd.DataFrame:
    """How often words are written with a capital though no sentence begins with them.

    tokens: one row per word with `source_id, turn, start, lemma`; turns: with `text`. Returns one
    row per asked lemma, in their order: `word`; `inside`, how many of its places have a letter
    before them in their sentence; `capitals`, how many of those begin with a capital. Only turns
    with one of the words are looked at.

    >>> turns = pd.DataFrame({"source_id": ["i1"], "turn": [1], "text": ["Jag och Eva. Eva går."]})
    >>> tokens = turns[["source_id", "turn"]].merge(
    ...     pd.DataFrame({"turn": 1, "start": [8, 13], "lemma": "eva"}))
    >>> count_capitals(tokens, turns, words=["eva"]).to_numpy().tolist()
    [['eva', 1, 1]]
    """
    places = tokens.loc[tokens["lemma"].isin(list(words)), ["source_id", "turn", "start", "lemma"]]
    places = places.astype({"source_id": "str", "lemma": "str"})
    wanted = places[["source_id", "turn"]].drop_duplicates()
    said = turns[["source_id", "turn", "text"]].merge(wanted, on=["source_id", "turn"])
    bounds = split_sentences(said).rename(columns={"start": "begin"})
    found = places.merge(bounds, on=["source_id", "turn"]).query("begin <= start < end")
    found = found.merge(said, on=["source_id", "turn"], validate="m:1")
    rows = list(zip(found["text"], found["begin"], found["start"], strict=True))
    inside = np.array([bool(_LETTER.search(text[a:b])) for text, a, b in rows], dtype=bool)
    capital = np.array([text[b].isupper() for text, _, b in rows], dtype=bool)
    counted = found[["lemma"]].assign(inside=inside, capitals=inside & capital)
    return (
        counted.groupby("lemma")[["inside", "capitals"]]
        .sum()
        .reindex(list(words), fill_value=0)
        .rename_axis("word")
        .reset_index()
    )


def _split(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of one turn starts and ends."""
    for line in _LINE.finditer(text):
        breaks = [line.start() + place for place in _find_breaks(line[0])]
        bounds = [line.start(), *breaks, line.end()]
        for start, end in pairwise(bounds):
            sentence = text[start:end]
            if _LETTER_OR_DIGIT.search(sentence):
                yield start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())


def _find_breaks(line: str) -> list[int]:
    """Where the second, third … sentence of a line begins."""
    if not _MAY_END.search(line):
        return []
    found = {start for start, _ in _punkt().span_tokenize(line)}
    found |= {match.end() for match in _ALWAYS.finditer(line)}
    found |= {match.end() for match in _after_letters().finditer(line)}
    breaks: list[int] = []
    for place in sorted(found - {0}):
        begins = _BEGINS_SMALL.match(line, place)
        goes_on = begins is not None and begins["letter"].islower()
        before = line[breaks[-1] if breaks else 0 : place]
        number_in_list = not breaks and _LIST_NUMBER.fullmatch(before)
        if goes_on or number_in_list or not _LETTER.search(line, place):
            continue
        if breaks and not _LETTER_OR_DIGIT.search(before):
            breaks.pop()  # dots between two sentences belong to the first
        breaks.append(place)
    return breaks


@cache
def _punkt() -> PunktSentenceTokenizer:
    """Punkt that knows Swedish abbreviations, and the words that begin a sentence after one."""
    own = files("labtools.interviews").joinpath("abbreviations_sv.csv").read_text(encoding="utf-8")
    parameters = PunktParameters()
    parameters.abbrev_types = set(own.splitlines()[1:])
    parameters.sent_starters = set(_beginnings())
    return PunktSentenceTokenizer(parameters, lang_vars=_Marks())


@cache
def _after_letters() -> re.Pattern[str]:
    """The full stop after a letter that is no initial: *kurs C. Sen*, *klass 7 B. Dottern*."""
    common = "|".join(word.capitalize() for word in _beginnings())
    no_name = rf"(?=(?:{common})\b(?!\.))"
    return re.compile(rf"(?<!\S)(?:[A-ZÅÄÖ]\.\s+{no_name}|(?<=\d )[A-ZÅÄÖ]\.\s+{_CAPITAL})")


@cache
def _beginnings() -> list[str]:
    """Words that are no names: after an abbreviation, their capital begins a sentence."""
    return sorted(stopwordsiso.stopwords("sv") | {"sen", "fast", "jaha", "nä", "okej"})
