"""Turns → the language each is in, so that English talk never enters Swedish counts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from labtools.evidence.transcripts.kept import Kept, make_key
from labtools.frames import check_columns
from labtools.reads import hash_input

OTHER = "other"
_LEAST_WORDS = 4  # in fewer, a single word that two languages share would decide
_CLEARLY_OTHER = 0.01
_CLEAR = 0.9
_WORTH_KEEPING = 500  # turns, which take a tenth of a second
_ENOUGH = 400  # code points: the rest of a long turn does not change the answer


def find_language(
    turns: pd.DataFrame, *, languages: Sequence[str], kept: Kept | None = None
) -> pd.DataFrame:
    """The language of every turn: one of the lab's, or "other".

    turns: one row per turn in the order of the talk, with `source_id, turn, text`, and `language`
    of the source as sources.csv has it (`sv`, `sv;en`); languages: the lab's, by such codes;
    kept: where the judgements on many turns are kept, and found the next time.
    Returns one row per turn in the same order: `source_id, turn, language, certainty` (0–1).

    A turn of four words or more is judged by itself (py3langid, with the model in its package):
    "other" where the lab's languages together are less likely than one in a hundred, else the
    likeliest of them; certainty is its share of what they have together. A shorter turn, or one
    whose certainty is below .9, has the language of the clear turns before and after it in its
    source; where these differ, the one that most words of the source are in; where no turn of the
    source is clear, the first that sources.csv names. Its certainty is the share of the source's
    clear words that are in that language; NaN where there is none.
    Raises ValueError for no language, or for one that py3langid does not know.

    >>> turns = pd.DataFrame({"source_id": "i1", "turn": [1, 2], "language": "sv",
    ...                       "text": ["I came here because of a friend.", "Okej."]})
    >>> find_language(turns, languages=["sv", "en"])["language"].tolist()
    ['en', 'en']
    """
    check_columns(turns, "source_id", "turn", "text", "language")
    rows = turns[["source_id", "turn"]].reset_index(drop=True)
    if kept is None or len(turns) < _WORTH_KEEPING:
        return pd.concat([rows, _find_anew(turns, languages)], axis=1)
    names = pd.Series([*languages, OTHER], dtype="str")
    made_by = ["languages", list(names), hash_input(Path(__file__)), version("py3langid")]
    key = make_key(turns, "source_id", "text", "language", by=made_by)
    found = kept.read(key)
    if found is None:
        anew = _find_anew(turns, languages)
        place = pd.Index(names).get_indexer(anew["language"])
        found = {"language": place, "certainty": anew["certainty"].to_numpy()}
        kept.keep(key, found)
    language = names.take(found["language"]).reset_index(drop=True)
    return rows.assign(language=language, certainty=found["certainty"])


def keep_language(
    turns: pd.DataFrame, language: str, *, languages: Sequence[str], kept: Kept | None = None
) -> pd.DataFrame:
    """The turns in one language, each as `find_language` finds it; in an English interview a
    turn in Swedish is kept, and the other way about.
    """
    found = find_language(turns, languages=languages, kept=kept)["language"].to_numpy()
    return turns[found == language].reset_index(drop=True)


def prepare() -> None:
    """Read the model, which takes half a second, before it is needed."""
    _identifier()


def _find_anew(turns: pd.DataFrame, languages: Sequence[str]) -> pd.DataFrame:
    """One row per turn: `language, certainty`."""
    unknown = [language for language in languages if language not in _identifier().labels]
    if unknown or not languages:
        found = ", ".join(unknown) or "none"
        raise ValueError(f"languages must be codes that py3langid knows; found {found}")
    turns = turns.reset_index(drop=True)
    words = turns["text"].str.count(r"[^\W\d_]+").astype("int64")
    texts = turns["text"].str.slice(0, _ENOUGH).where(words >= _LEAST_WORDS, "").tolist()
    judged = {text: _judge(text, languages) for text in dict.fromkeys(texts)}
    language = pd.Series([judged[text][0] for text in texts], dtype="str")
    certainty = pd.Series([judged[text][1] for text in texts], dtype="float64")
    clear = certainty >= _CLEAR
    around = _look_around(
        turns["source_id"],
        language.where(clear),
        words=words,
        declared=turns["language"],
        languages=languages,
    )
    return pd.DataFrame(
        {
            "language": language.where(clear, around["language"]),
            "certainty": certainty.where(clear, around["certainty"]),
        }
    )


def _judge(text: str, languages: Sequence[str]) -> tuple[str, float]:
    """The language of a text by itself, and how certain that is; nothing is not certain at all."""
    if not text:
        return OTHER, 0.0
    probable = dict(_identifier().rank(text))
    together = sum(probable[language] for language in languages)
    if together < _CLEARLY_OTHER:
        return OTHER, 1 - together
    best = max(languages, key=lambda language: probable[language])
    return best, probable[best] / together


def _look_around(
    source: pd.Series,
    clear: pd.Series,
    *,
    words: pd.Series,
    declared: pd.Series,
    languages: Sequence[str],
) -> pd.DataFrame:
    """What each turn would be by the turns around it: `language, certainty`.

    clear: the language of the turns that are clear by themselves, missing for the others.
    """
    said = words.groupby([source, clear], observed=True).sum().rename("words").reset_index()
    said.columns = ["source_id", "language", "words"]
    said["share"] = said["words"] / said.groupby("source_id")["words"].transform("sum")
    most = said.sort_values("words", kind="stable").groupby("source_id")["language"].last()
    before, after = clear.groupby(source).ffill(), clear.groupby(source).bfill()
    first = declared.map({cell: _first_of(cell, languages) for cell in declared.unique()})
    language = before.fillna(after)
    language = language.where(after.isna() | (after == language), source.map(most))
    language = language.fillna(first)
    shares = said.set_index(["source_id", "language"])["share"]
    certainty = shares.reindex(pd.MultiIndex.from_arrays([source, language])).to_numpy()
    return pd.DataFrame({"language": language, "certainty": certainty})


def _first_of(declared: str, languages: Sequence[str]) -> str:
    """The first of the lab's languages in a cell such as `sv;en`; the lab's first in a blank."""
    named = (part.strip() for part in declared.split(";"))
    return next((part for part in named if part in languages), languages[0])


@cache
def _identifier() -> LanguageIdentifier:
    """The model that py3langid brings with it; nothing is downloaded."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
