"""Sources → the turns of a lab: who said what, and whose words may be used."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pandas as pd

from labtools.evidence.files.folders import find_files
from labtools.evidence.transcripts.cache import read_files
from labtools.evidence.transcripts.kept import tidy
from labtools.evidence.transcripts.transcript import FORMATS, TYPES
from labtools.evidence.withdrawals import find_theirs
from labtools.faults import BadInput, Fault
from labtools.frames import join_one


def has_transcript(sources: pd.DataFrame) -> pd.Series:
    """Which sources have a file in a format that is read as text; documents are only kept."""
    suffixes = sources["file"].map(lambda file: PurePosixPath(file).suffix.lower())
    return suffixes.isin(list(FORMATS)).astype(bool) & (sources["type"] != "document")


_ASKING = ("interviewer", "interpreter")


def read_turns(sources: pd.DataFrame, raw: Path, *, cache: Path | None = None) -> pd.DataFrame:
    """Every turn of every source, in the order of the sources.

    sources: rows of sources.csv whose `file` lies below `raw`, in any Unicode form. cache: the
    folder that keeps what was read before, None for none. Columns: source_id, turn,
    start_seconds, end_seconds, label, text, flags, turn_hash, as `read_transcript` tells.
    Raises BadInput with the faults of every file that cannot be read.
    """
    files = find_files(raw)
    wanted = sources[["source_id", "file"]].astype("str")
    wanted["file"] = wanted["file"].str.normalize("NFC")
    there = wanted["file"].drop_duplicates()
    said, faults = read_files(there[there.isin(list(files))], files, cache=cache)
    if cache is not None:
        tidy(cache.parent)
    must, do = "lies in raw/", "put the file there, or correct the row in sources.csv"
    for file in there[~there.isin(list(files))]:
        faults[file] = (Fault(f"raw/{file}", must, "no such file", do),)
    if faults:
        raise BadInput([fault for file in there for fault in faults.get(file, ())])
    return wanted.merge(said, on="file", how="left")[list(TYPES)]


def name_speakers(turns: pd.DataFrame, speakers: pd.DataFrame) -> pd.DataFrame:
    """The same turns with `person_id` ("" unknown) and `speaker`, their part in the talk.

    A label is found in speakers.csv as it stands; failing that, in other capitals, if the source
    has one such label; failing that, by the source's row with a blank label, which stands for
    the whole file; failing that, the speaker is `unknown`. Nothing is dropped.
    """
    known = speakers[["source_id", "label", "person_id", "role"]]
    known = known.rename(columns={"role": "speaker"})
    exact = join_one(turns, known, on=["source_id", "label"])
    whole_file = known[known["label"] == ""].drop(columns="label")
    fallback = join_one(turns[["source_id"]], whole_file, on=["source_id"])
    folded = known.assign(label=_fold(known["label"]))
    folded = folded[~folded.duplicated(["source_id", "label"], keep=False)]
    asked = turns[["source_id", "label"]].assign(label=_fold(turns["label"]))
    alike = join_one(asked, folded[folded["label"] != ""], on=["source_id", "label"])
    for column, blank in (("person_id", ""), ("speaker", "unknown")):
        told = exact[column].where(exact["speaker"].notna(), alike[column])
        told = told.where(exact["speaker"].notna() | alike["speaker"].notna(), fallback[column])
        exact[column] = told.fillna(blank)
    return exact


def _fold(labels: pd.Series) -> pd.Series:
    return labels.str.casefold().str.split().str.join(" ")


def find_gone(consent: pd.DataFrame, *, withdrawal: str) -> set[str]:
    """The people whom nothing may be counted of: they take no part, or have withdrawn all."""
    gone = consent["participate"] != "yes"
    if withdrawal == "everything":
        gone |= consent["withdrawn_on"] != ""
    return set(consent.loc[gone, "person_id"])


_OF_AGE = 15  # from then on people consent for themselves (SFS 2003:460, section 18)


def hold_children(turns: pd.DataFrame, consent: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The same turns; those of a child whose guardian has not agreed may not be quoted.

    turns: as `keep_consented` leaves them. A child is who may be under 15 by `age_band` in
    people, or whose age is not told while consent's `guardian` is no.
    """
    agreed = set(consent.loc[consent["guardian"] == "yes", "person_id"])
    refused = consent.loc[consent["guardian"] == "no", "person_id"]
    age = people.get("age_band", pd.Series("", index=people.index)).fillna("").astype("str")
    youngest = age.str.extract(r"^(\d+)", expand=False).astype("float64")  # none in "-14", "<18"
    may_be = ((age != "") & ~(youngest >= _OF_AGE)) | (
        (age == "") & people["person_id"].isin(refused)
    )
    held = find_theirs(turns["person_id"], set(people.loc[may_be, "person_id"]) - agreed)
    return turns.assign(quote=turns["quote"].mask(held & (turns["quote"] == "yes"), "no"))


def keep_consented(turns: pd.DataFrame, consent: pd.DataFrame, *, withdrawal: str) -> pd.DataFrame:
    """The turns that may be used, with `quote`: yes, no, or withdrawn, as the words may be quoted.

    A person who said no to taking part is left out. One who has withdrawn is left out where
    `withdrawal` is "everything", and where it is "quotes" no page shows what was said: `quote` is
    withdrawn. A person without a row
    in consent.csv is counted, not quoted; the researchers' own words (no person) are neither.
    Where one who is left out was spoken with, and nobody is left but who asked or interpreted,
    the questions go too: they tell what the answers were.
    """
    withdrawn = consent["withdrawn_on"] != ""
    refused = consent["participate"] != "yes"
    quotable = consent[(consent["quote"] == "yes") & ~withdrawn & ~refused]["person_id"]
    gone = find_gone(consent, withdrawal=withdrawal)
    theirs = find_theirs(turns["person_id"], gone)
    others = ~theirs & ~turns["speaker"].isin(_ASKING)
    emptied = theirs.groupby(turns["source_id"]).transform("any")
    emptied &= ~others.groupby(turns["source_id"]).transform("any")
    kept = turns[~theirs & ~emptied].copy()
    kept["quote"] = kept["person_id"].isin(set(quotable)).map({True: "yes", False: "no"})
    gave_up = find_theirs(kept["person_id"], consent.loc[withdrawn, "person_id"])
    kept["quote"] = kept["quote"].mask(gave_up, "withdrawn")
    return kept.reset_index(drop=True)
