"""Quotations held against their turns, and what `labtools check` says of claims that cite them."""

from pathlib import Path

import pandas as pd
import pytest

from labtools.evidence.checks import check_folder
from labtools.evidence.quotations import locate_quotations, tell_roughly

TURNS = pd.DataFrame(
    {
        "source_id": ["s1", "s1", "s2"],
        "turn": [1, 2, 1],
        "text": ["Hej, jag heter Bo.", "Vi bor här.", "Ingen svarar."],
        "turn_hash": ["aaa", "bbb", "ccc"],
    }
)


@pytest.mark.parametrize(
    ("segment", "state"),
    [
        (("s1", 2, "Vi bor", "bbb"), "there"),
        (("s1", 2, "Vi  bor", ""), "there"),
        (("s1", 2, "Vi bor", "old"), "changed"),
        (("s1", 2, "De bor", "bbb"), "changed"),
        (("s1", 9, "Vi bor", "bbb"), "missing"),
        (("s3", 1, "Vi bor", "bbb"), "missing"),
        (("s1", float("nan"), "Vi bor", ""), "there"),
        (("s1", float("nan"), "De bor", ""), "missing"),
    ],
)
def test_a_quotation_is_there_only_where_its_turn_still_has_its_words(
    segment: tuple[str, float, str, str], state: str
) -> None:
    """By the hash of the turn where there is one, and by the words; spaces do not matter."""
    columns = ["source_id", "turn", "quote", "turn_hash"]
    located = locate_quotations(pd.DataFrame([segment], columns=columns), TURNS)
    assert located["state"].tolist() == [state]


def test_a_segment_without_a_turn_gets_the_first_that_holds_it() -> None:
    segments = pd.DataFrame(
        {"source_id": ["s1"], "turn": [float("nan")], "quote": ["bor"], "turn_hash": [""]}
    )
    assert locate_quotations(segments, TURNS)["turn"].tolist() == [2.0]


def _people(*groups: tuple[str, str, str, int]) -> pd.DataFrame:
    rows = [group for *group, size in groups for _ in range(size)]
    return pd.DataFrame(rows, columns=["city", "role", "age_band"])


PEOPLE = _people(
    ("umea", "participant", "25-44", 6),
    ("umea", "participant", "65+", 5),
    ("umea", "resident", "25-44", 6),
    ("umea", "resident", "65+", 3),
    ("umea", "resident", "", 3),
    ("umea", "staff", "25-44", 4),
    ("umea", "partner", "25-44", 3),
    ("boden", "staff", "65+", 4),
    ("lund", "staff", "65+", 5),
)


def test_of_who_said_it_no_more_is_told_than_so_many_share() -> None:
    """First the age is left out, then the role, then the place."""
    said = PEOPLE.drop_duplicates().rename(columns={"role": "person_role"})
    rough = tell_roughly(said, PEOPLE, min_people=5)
    assert rough.to_numpy().tolist() == [
        ["umea", "participant", "25-44"],
        ["umea", "participant", "65+"],
        ["umea", "resident", "25-44"],
        ["umea", "resident", ""],
        ["umea", "resident", ""],
        ["umea", "", ""],
        ["umea", "", ""],
        ["", "", ""],
        ["", "", ""],
    ]  # fmt: skip
    assert tell_roughly(said, PEOPLE, min_people=1).equals(said)


def test_that_a_role_is_missing_does_not_tell_it() -> None:
    """Two of the staff alone would be those of whom no role is told; so the residents join them."""
    people = _people(
        ("umea", "staff", "", 2), ("umea", "resident", "", 6), ("umea", "participant", "", 9)
    )
    said = pd.DataFrame({"city": "umea", "person_role": ["staff", "resident", "participant", "?"]})
    rough = tell_roughly(said, people, min_people=5)
    assert rough["person_role"].tolist() == ["", "", "participant", ""]
    assert set(rough["city"]) == {"umea"}


CODEBOOK = "code,parent,name_sv,name_en,definition\nhome,,Hem,Home,\n"
SEGMENTS = "segment_id,source_id,turn,start,end,quote,turn_hash,code,coder\n"
CLAIMS = "claim,kind,text_sv,text_en,supports,contradicts,author,date\n"


def _check(tmp_path: Path, segments: str, claims: str) -> list[str]:
    texts = {
        "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
        "umea,Umeå,2480,,,,,\n",
        "sources.csv": "source_id,city,type,date,file,language,status\n"
        "s1,umea,walk,2019,umea/s1.txt,sv,raw\n",
        "raw/umea/s1.txt": "Anna: Hej.\nBo: Vi bor här.\n",
        "coding/codebook.csv": CODEBOOK,
        "coding/coders.csv": "coder,kind\nKL,human\n",
        "coding/segments.csv": SEGMENTS + segments,
        "coding/claims.csv": CLAIMS + claims,
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [str(fault) for fault in check_folder(tmp_path).faults]


def test_a_claim_on_words_that_are_there_and_on_a_source_has_no_fault(tmp_path: Path) -> None:
    claims = "c1,finding,Ja,,a1;s1,,KL,\n"
    assert _check(tmp_path, "a1,s1,2,0,6,Vi bor,,home,KL\n", claims) == []


def test_a_claim_on_a_quotation_that_no_longer_exists_is_one_line_of_the_check(
    tmp_path: Path,
) -> None:
    """One line for words that left their turn, one for a turn and one for an id without a row."""
    segments = "a1,s1,2,0,6,De bor,,home,KL\na2,s1,7,0,6,Vi bor,,home,KL\n"
    told = _check(tmp_path, segments, "c1,finding,Ja,,a1;a2,a3,KL,\n")
    assert told == [
        "coding/claims.csv, row 2, column contradicts: must name a segment, goal, source or scale "
        "of a survey; found a3; correct it, or take it out of the claim",
        "coding/claims.csv, row 2, column supports: must be a quotation still in its turn; "
        "found a1, not in turn 2 of s1; read the turn, and code it anew",
        "coding/claims.csv, row 2, column supports: must be a quotation still in its turn; "
        "found a2, no turn 7 in s1; read the turn, and code it anew",
    ]
