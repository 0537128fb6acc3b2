"""The example lab holds what it promises to hold."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pyreadstat
from PIL import Image

from labtools.evidence.checks import check_folder

INTERVIEWS = ("interview", "group_interview", "conversation")
GPS = 0x8825


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def test_no_fault_is_found(example: Path) -> None:
    assert check_folder(example, synthetic=True).faults == ()


def test_at_least_twelve_interviews_a_city(sources: pd.DataFrame) -> None:
    counts = sources[sources["type"].isin(INTERVIEWS)]["city"].value_counts()
    assert len(counts) == 4
    assert counts.min() >= 12
    assert counts.sum() >= 52


def test_other_sources_are_as_many_as_promised(sources: pd.DataFrame) -> None:
    counts = sources["type"].value_counts()
    assert counts["group_interview"] == 2
    assert counts["workshop"] >= 3
    assert counts["meeting"] >= 1
    assert counts["fieldnote"] + counts["walk"] >= 12


def test_languages_and_interpreters(sources: pd.DataFrame) -> None:
    talks = sources[sources["type"].isin(INTERVIEWS)]
    assert (talks["language"] == "en").sum() == 3
    assert (talks["interpreter"] == "yes").sum() == 6


def test_every_format_that_reaches_researchers(sources: pd.DataFrame) -> None:
    suffixes = {Path(file).suffix for file in sources["file"]}
    assert suffixes == {".docx", ".odt", ".rtf", ".txt", ".vtt", ".srt"}


def test_plain_text_comes_in_several_encodings(example: Path) -> None:
    contents = [path.read_bytes() for path in sorted(example.glob("raw/*/*/*.txt"))]
    with_bom = [content for content in contents if content.startswith(b"\xef\xbb\xbf")]
    decomposed = [content for content in contents if "a\u030a".encode() in content]
    single_byte = [content for content in contents if b"\xe5" in content.replace(b"\xc3\xa5", b"")]
    assert min(len(with_bom), len(decomposed), len(single_byte)) >= 1
    assert all(b"\r\n" in content for content in with_bom)


def test_an_interview_has_1000_to_2500_words(interviews: pd.DataFrame) -> None:
    words = interviews.groupby("source_id")["words"].sum()
    assert words.between(1000, 2500).all(), words[~words.between(1000, 2500)]


def test_interviewers_speak_about_fifteen_percent(interviews: pd.DataFrame) -> None:
    words = interviews.groupby("speaker")["words"].sum()
    assert 0.12 < words["interviewer"] / words.sum() < 0.18


def test_every_speaker_is_known(turns: pd.DataFrame) -> None:
    unknown = turns[turns["speaker"].isna()]
    assert unknown.empty, unknown[["source_id", "label"]]


def test_most_interviews_are_with_participants(interviews: pd.DataFrame) -> None:
    spoken = interviews[interviews["speaker"] == "respondent"]
    roles = spoken.groupby("source_id")["role"].first().value_counts()
    assert roles["participant"] > roles.drop("participant").sum()
    assert set(roles.index) == {"participant", "resident", "staff", "partner"}


def test_no_fragment_comes_twice_in_an_interview(example: Path) -> None:
    segments = read(example / "coding" / "segments.csv")
    first = segments[segments["coder"] == "AL"]
    assert not first.duplicated(["source_id", "quote"]).any()


def test_quotes_stand_where_the_segments_say(example: Path, turns: pd.DataFrame) -> None:
    segments = read(example / "coding" / "segments.csv").astype(
        {"turn": int, "start": int, "end": int}
    )
    found = segments.merge(turns, on=["source_id", "turn"], suffixes=("", "_read"), validate="m:1")
    assert len(found) == len(segments)
    assert (found["turn_hash"] == found["turn_hash_read"]).all()
    assert all(
        text[start:end] == quote
        for text, start, end, quote in zip(
            found["text"], found["start"], found["end"], found["quote"], strict=True
        )
    )


def test_one_person_who_was_heard_has_withdrawn(example: Path, interviews: pd.DataFrame) -> None:
    consent = read(example / "consent.csv")
    withdrawn = consent[consent["withdrawn_on"] != ""]
    assert len(withdrawn) == 1
    assert set(withdrawn["person_id"]) <= set(interviews["person_id"])
    assert set(interviews["person_id"].dropna()) - {""} <= set(consent["person_id"])


def test_at_least_44_reflections_in_chains(example: Path) -> None:
    reflections = read(example / "learning" / "reflections.csv")
    assert len(reflections) >= 44
    assert set(reflections["stage"]) == {"experience", "reflection", "concept", "experiment"}
    stage = dict(zip(reflections["entry"], reflections["stage"], strict=True))
    steps = Counter(
        (stage[entry], stage[following])
        for entry, cell in zip(reflections["entry"], reflections["leads_to"], strict=True)
        for following in cell.split(";")
        if following
    )
    assert set(steps) == {
        ("experience", "reflection"),
        ("reflection", "concept"),
        ("concept", "experiment"),
        ("experiment", "experience"),
    }


def test_photographs_carry_a_position_at_sea(example: Path) -> None:
    register = read(example / "photos" / "register.csv")
    assert len(register) >= 12
    assert {"none", "masked"} == set(register["faces"])
    for file in register["file"]:
        with Image.open(example / "photos" / file) as image:
            assert image.size[0] == 480
            position = image.getexif().get_ifd(GPS)
        assert (float(position[2][0]), float(position[4][0])) == (62.0, 19.0)


def test_participants_answers_are_as_swedish_excel_writes_them(example: Path) -> None:
    content = (example / "surveys" / "participants" / "answers.csv").read_bytes()
    text = content.decode("cp1252")
    assert "Löpnr;Ort;Omgång" in text.splitlines()[0]
    assert "\ufeff" not in text
    assert content.count(b"\r\n") == content.count(b"\n") > 200
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert all("," in row["F11 Timmar"] for row in rows)
    before = Counter(row["Ort"] for row in rows if row["Omgång"] == "före")
    assert all(30 <= count <= 60 for count in before.values())


def test_residents_answers_have_labels_and_user_missing_codes(example: Path) -> None:
    path = example / "surveys" / "residents" / "answers.sav"
    answers, about = pyreadstat.read_sav(path, user_missing=True)
    assert len(answers) >= 1500
    assert about.variable_value_labels["hemma"][8.0] == "Vet ej"
    assert about.missing_ranges["hemma"] == [{"lo": 8.0, "hi": 8.0}, {"lo": 9.0, "hi": 9.0}]
    assert answers["trapphus"].nunique() > 100


def test_each_city_has_three_goals_or_more_and_one_of_a_register(example: Path) -> None:
    goals = read(example / "goals" / "goals.csv")
    assert goals["city"].value_counts().min() >= 3
    assert "register" in set(goals["kind"])


def test_two_sources_of_one_goal_disagree(example: Path) -> None:
    observations = read(example / "goals" / "observations.csv")
    same = observations.groupby(["goal", "date"])["source"].nunique()
    [(goal, date)] = same[same > 1].index
    told = observations[(observations["goal"] == goal) & (observations["date"] == date)]
    assert told["numerator"].nunique() == len(told)


def test_statuses_agree_with_the_last_observation(example: Path) -> None:
    statuses = read(example / "goals" / "status.csv")
    people = read(example / "people.csv").set_index("person_id")["city"]
    observations = read(example / "goals" / "observations.csv")
    last = statuses[statuses["date"] == statuses["date"].max()]
    for city, there in last.groupby(last["person_id"].map(people)):
        row = observations[
            (observations["goal"] == f"{city}-work")
            & (observations["date"] == last["date"].max())
            & (observations["source"] == "labbets egen uppföljning")
        ].iloc[0]
        reached = there["status"].isin(["work", "studies", "own_business"]).sum()
        unknown = (there["status"] == "unknown").sum()
        counts = (int(row["numerator"]), int(row["denominator"]), int(row["unknown"]))
        assert counts == (reached, len(there) - unknown, unknown)


def test_claims_are_supported_contradicted_and_bare(example: Path) -> None:
    claims = read(example / "coding" / "claims.csv")
    assert (claims["supports"] == "").sum() == 1
    assert (claims["contradicts"] != "").sum() == 1


def test_no_real_municipality_is_named(
    example: Path, turns: pd.DataFrame, shared_data: Path
) -> None:
    panel = pd.read_csv(shared_data / "municipal" / "panel_2002_2022.csv")
    names = "|".join(sorted(set(panel["municip_name"]) - {"Vara"}))  # vara: to be
    pattern = rf"\b(?:{names})s?\b"
    named = turns[turns["text"].str.contains(pattern)]
    assert named.empty, named[["source_id", "text"]]
    assert set(panel["municip_name"]).isdisjoint(read(example / "cities.csv")["name"])
    codes = {f"{code:04d}" for code in panel["municip_code"]}
    assert codes.isdisjoint(read(example / "cities.csv")["municipality_code"])
