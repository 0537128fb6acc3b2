"""What goes with a person of whom nothing may be counted: answers, segments, photographs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from labtools.faults import BadInput, Fault

_FILE = "consent.csv"


def check_consent(consent: pd.DataFrame, people: pd.DataFrame, folder: Path) -> None:
    """BadInput where somebody's no would be read past.

    That is a table of consent under another name, and a person who takes no part, or has
    withdrawn, under an id that nobody has; unless there is no table of people.
    """
    if not (folder / _FILE).exists():
        others = sorted(
            path.name for path in folder.glob("*.*") if path.name.casefold().startswith("consent")
        )
        if others:
            must, do = f"is called {_FILE}", "rename it, or move it away"
            raise BadInput(Fault(other, must, "another name", do) for other in others)
    no = (consent["participate"] != "yes") | (consent["withdrawn_on"] != "")
    strangers = consent.loc[no & ~find_theirs(consent["person_id"], people["person_id"])]
    if len(people) and len(strangers):
        must, do = "names a row of people.csv (person_id)", "correct the id, or add the person"
        raise BadInput(
            Fault(_FILE, must, str(person), do, row=int(str(row)), column="person_id")
            for row, person in strangers["person_id"].items()
        )


def find_theirs(person_ids: pd.Series, gone: Collection[str]) -> pd.Series:
    """Which ids are of these people, in small letters or capitals: rather one too many."""
    folded = {person.casefold() for person in gone}
    return person_ids.fillna("").astype("str").str.strip().str.casefold().isin(folded)


def drop_segments(segments: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """The segments but those of the turns in `said`, found by number or, without one, by quote."""
    turns = set(zip(said["source_id"], said["turn"].astype("float64"), strict=True))
    texts = said.groupby("source_id")["text"].agg(" ".join).to_dict()
    theirs = [
        (source, turn) in turns
        or (pd.isna(turn) and quote != "" and quote in texts.get(source, ""))
        for source, turn, quote in segments[["source_id", "turn", "quote"]].to_numpy()
    ]
    return segments[~pd.Series(theirs, index=segments.index, dtype="bool")]


def hold_photographs(
    photos: pd.DataFrame, speakers: pd.DataFrame, gone: Collection[str]
) -> pd.DataFrame:
    """The same photographs, those with faces from a source in which these people speak as not
    approved: nobody can tell by a table whose face it is.
    """
    theirs = speakers.loc[find_theirs(speakers["person_id"], gone), "source_id"]
    held = photos["source_id"].isin(list(theirs)) & (photos["faces"] != "none")
    return photos.assign(approved=photos["approved"].mask(held, "no"))
