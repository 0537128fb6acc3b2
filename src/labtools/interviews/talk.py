"""Turns → who talks, and how much."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from labtools.frames import check_columns
from labtools.interviews.concordance import keep_quotable

SPEAKERS = ("respondent", "left_out", "interviewer", "interpreter", "other", "unknown")


def count_talk(turns: pd.DataFrame, tokens: pd.DataFrame, *, leave_out: str) -> pd.DataFrame:
    """Turns, words and share of all words by the speaker's part in the talk.

    turns: one row per turn with `source_id, turn, speaker, person_id, person_role`; tokens: one
    row per word with `source_id, turn`; leave_out: as for `choose_voices`; respondents of these
    roles are the part `left_out`. Returns one row per part that speaks, in the order of SPEAKERS:
    `speaker, people` (known persons; NaN where none is known, and for an interpreter, who speaks
    for another), `turns, words, share` (0–1 of all words).
    """
    check_columns(turns, "source_id", "turn", "speaker", "person_id", "person_role")
    words = tokens.groupby(["source_id", "turn"]).size().rename("words").reset_index()
    said = turns.merge(words, on=["source_id", "turn"], how="left", validate="1:1")
    said = said.fillna({"words": 0}).astype({"words": "int64"})
    others = (said["speaker"] == "respondent") & said["person_role"].isin(_list_roles(leave_out))
    said["speaker"] = said["speaker"].mask(others, "left_out")
    known = said[said["person_id"] != ""]
    talk = said.groupby("speaker").agg(turns=("turn", "size"), words=("words", "sum"))
    talk.insert(0, "people", known.groupby("speaker")["person_id"].nunique())
    talk["people"] = talk["people"].astype("float64")
    talk.loc[talk.index == "interpreter", "people"] = float("nan")
    talk["share"] = talk["words"] / talk["words"].sum()
    in_order = [speaker for speaker in SPEAKERS if speaker in talk.index]
    return talk.loc[in_order].reset_index()


def count_interviews(turns: pd.DataFrame, tokens: pd.DataFrame) -> pd.DataFrame:
    """How long each interview is, and how much of it is the interviewer's.

    Returns one row per source in the order of `turns`: `source_id, type, date, people`
    (known respondents), `turns, words, share_asked` (0–1 of the words, the interviewer's).
    """
    check_columns(turns, "source_id", "turn", "speaker", "person_id", "type", "date")
    words = tokens.groupby(["source_id", "turn"]).size().rename("words").reset_index()
    said = turns.merge(words, on=["source_id", "turn"], how="left", validate="1:1")
    said["words"] = said["words"].fillna(0).astype("int64")
    said["asked"] = said["words"].where(said["speaker"] == "interviewer", 0)
    respondents = said[(said["speaker"] == "respondent") & (said["person_id"] != "")]
    interviews = said.groupby("source_id", sort=False).agg(
        type=("type", "first"),
        date=("date", "first"),
        turns=("turn", "size"),
        words=("words", "sum"),
        asked=("asked", "sum"),
    )
    people = respondents.groupby("source_id")["person_id"].nunique()
    interviews.insert(2, "people", people.reindex(interviews.index).fillna(0).astype("int64"))
    interviews["share_asked"] = interviews["asked"] / interviews["words"].where(
        interviews["words"] > 0
    )
    return interviews.drop(columns="asked").reset_index()


def count_interpreted(turns: pd.DataFrame, tokens: pd.DataFrame) -> pd.DataFrame:
    """One row: in how many `interviews` an interpreter speaks, and how many `words`.

    No row where none does.
    """
    check_columns(turns, "source_id", "turn", "speaker")
    interpreted = turns[turns["speaker"] == "interpreter"]
    if interpreted.empty:
        return pd.DataFrame(columns=["interviews", "words"])
    words = tokens.merge(interpreted[["source_id", "turn"]], on=["source_id", "turn"])
    row = {"interviews": interpreted["source_id"].nunique(), "words": len(words)}
    return pd.DataFrame([row])


def choose_voices(turns: pd.DataFrame, *, speakers: Sequence[str], leave_out: str) -> pd.DataFrame:
    """The turns of some parts in the talk, without those of some roles.

    leave_out: a list of roles of people.csv separated by `;`, such as "staff;partner"; turns of
    people whose role is not known stay. Turns flagged `credit` are left out: nobody said what
    speech recognisers write where nobody speaks. `count_talk` counts them.
    """
    check_columns(turns, "speaker", "person_role", "flags")
    chosen = turns["speaker"].isin(list(speakers))
    chosen &= ~turns["person_role"].isin(_list_roles(leave_out))
    chosen &= ~turns["flags"].str.split(";").map(lambda flags: "credit" in flags).astype(bool)
    return turns[chosen].reset_index(drop=True)


def _list_roles(roles: str) -> list[str]:
    return [role.strip() for role in roles.split(";") if role.strip()]


def summarize(turns: pd.DataFrame, tokens: pd.DataFrame) -> pd.DataFrame:
    """One row: how many interviews, people, turns and words; no row where nobody speaks.

    Columns: `interviews, people` (known respondents), `turns, words, other_language` (interviews
    that are not in Swedish alone).
    """
    check_columns(turns, "source_id", "speaker", "person_id", "language")
    if turns.empty:
        return pd.DataFrame(columns=["interviews", "people", "turns", "words", "other_language"])
    respondents = turns.loc[turns["speaker"] == "respondent", "person_id"]
    other = turns.loc[turns["language"].str.strip() != "sv", "source_id"]
    row = {
        "interviews": turns["source_id"].nunique(),
        "people": respondents[respondents != ""].nunique(),
        "turns": len(turns),
        "words": len(tokens),
        "other_language": other.nunique(),
    }
    return pd.DataFrame([row])


def summarize_written(turns: pd.DataFrame) -> pd.DataFrame:
    """One row: how many `sheets` (filled in by one person once) hold how many `answers`.

    turns: free-text answers as `Lab.read_turns` gives them; no row where there is none.
    """
    check_columns(turns, "source_id")
    if turns.empty:
        return pd.DataFrame(columns=["sheets", "answers"])
    return pd.DataFrame([{"sheets": turns["source_id"].nunique(), "answers": len(turns)}])


def excerpt(turns: pd.DataFrame, *, most: int, audience: str) -> pd.DataFrame:
    """The first turns that may be shown: `source_id, turn, speaker, text`.

    For partners only the respondents' turns that may be quoted (`concordance.keep_quotable`).
    """
    shown = keep_quotable(turns, audience=audience)
    return shown[["source_id", "turn", "speaker", "text"]].head(most).reset_index(drop=True)
