"""Sources → the turns of a lab: who said what, and whose words may be used."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pandas as pd

from labtools.evidence.transcripts import FORMATS, read_transcript
from labtools.faults import BadInput, Fault
from labtools.frames import join_one

COLUMNS = ("source_id", "turn", "start_seconds", "end_seconds", "label", "text", "turn_hash")


def has_transcript(sources: pd.DataFrame) -> pd.Series:
    """Which sources have a file in a format that is read as text."""
    suffixes = sources["file"].map(lambda file: PurePosixPath(file).suffix.lower())
    return suffixes.isin(list(FORMATS)).astype(bool)


def read_turns(sources: pd.DataFrame, raw: Path) -> pd.DataFrame:
    """Every turn of every source, in the order of the sources.

    sources: rows of sources.csv whose `file` lies below `raw`. Columns: source_id, turn,
    start_seconds, end_seconds, label, text, turn_hash. Raises BadInput with the faults of
    every file that cannot be read.
    """
    faults: list[Fault] = []
    parts = []
    for source_id, file in zip(sources["source_id"], sources["file"], strict=True):
        path = raw / file
        if not (path.is_file() and path.resolve().is_relative_to(raw.resolve())):
            must, do = "lies in raw/", "put the file there, or correct the row in sources.csv"
            faults.append(Fault(f"raw/{file}", must, "no such file", do))
            continue
        try:
            parts.append(read_transcript(path, source_id=source_id, name=f"raw/{file}"))
        except BadInput as error:
            faults.extend(error.faults)
    if faults:
        raise BadInput(faults)
    if not parts:
        types = {"turn": "int64", "start_seconds": "float64", "end_seconds": "float64"}
        return pd.DataFrame(
            {column: pd.Series(dtype=types.get(column, "str")) for column in COLUMNS}
        )
    return pd.concat(parts, ignore_index=True)


def name_speakers(turns: pd.DataFrame, speakers: pd.DataFrame) -> pd.DataFrame:
    """The same turns with `person_id` ("" unknown) and `speaker`, their part in the talk.

    A label is found in speakers.csv as it stands; failing that, by the source's row with a
    blank label, which stands for the whole file; failing that, the speaker is `unknown`.
    Nothing is dropped.
    """
    known = speakers[["source_id", "label", "person_id", "role"]]
    known = known.rename(columns={"role": "speaker"})
    exact = join_one(turns, known, on=["source_id", "label"])
    whole_file = known[known["label"] == ""].drop(columns="label")
    fallback = join_one(turns[["source_id"]], whole_file, on=["source_id"])
    found = exact["speaker"].notna()
    for column, blank in (("person_id", ""), ("speaker", "unknown")):
        exact[column] = exact[column].where(found, fallback[column]).fillna(blank)
    return exact


def keep_consented(turns: pd.DataFrame, consent: pd.DataFrame, *, withdrawal: str) -> pd.DataFrame:
    """The turns that may be used, with `quote`: yes where the words may be quoted.

    A person who said no to taking part is left out. One who has withdrawn is left out where
    `withdrawal` is "everything", and never quoted where it is "quotes". A person without a row
    in consent.csv is counted, not quoted; the researchers' own words (no person) are neither.
    """
    withdrawn = consent["withdrawn_on"] != ""
    refused = consent["participate"] != "yes"
    gone = refused | withdrawn if withdrawal == "everything" else refused
    quotable = consent[(consent["quote"] == "yes") & ~withdrawn & ~refused]["person_id"]
    kept = turns[~turns["person_id"].isin(set(consent[gone]["person_id"]))].copy()
    kept["quote"] = kept["person_id"].isin(set(quotable)).map({True: "yes", False: "no"})
    return kept.reset_index(drop=True)
