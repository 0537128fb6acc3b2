"""The example lab as its files say, read with plain pandas, and the truth it was made from."""

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from labtools.evidence.transcripts.transcript import read_transcript


@pytest.fixture(scope="session")
def example(root: Path) -> Path:
    """The example lab's folder."""
    return root / "data" / "example"


@pytest.fixture(scope="session")
def truth(example: Path) -> dict[str, Any]:
    """What is true there."""
    return tomllib.loads((example / "truth.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def cities(truth: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is true in each city, by slug."""
    return {city["slug"]: city for city in truth["city"]}


@pytest.fixture(scope="session")
def sources(example: Path) -> pd.DataFrame:
    """One row per source."""
    return pd.read_csv(example / "sources.csv", dtype="str", keep_default_na=False)


@pytest.fixture(scope="session")
def turns(example: Path, sources: pd.DataFrame) -> pd.DataFrame:
    """One row per turn of every source, with its speaker's part and role, and its words."""
    speakers = pd.read_csv(example / "speakers.csv", dtype="str", keep_default_na=False)
    people = pd.read_csv(example / "people.csv", dtype="str", keep_default_na=False)
    known = speakers.rename(columns={"role": "speaker"}).merge(
        people[["person_id", "role"]], on="person_id", how="left", validate="m:1"
    )
    read = [
        read_transcript(example / "raw" / file, source_id=source_id)
        for source_id, file in zip(sources["source_id"], sources["file"], strict=True)
    ]
    said = pd.concat(read, ignore_index=True)
    said = said.merge(known, on=["source_id", "label"], how="left", validate="m:1")
    about = sources[["source_id", "city", "type", "language", "wave"]]
    said = said.merge(about, on="source_id", validate="m:1")
    return said.assign(words=said["text"].str.split().str.len())


@pytest.fixture(scope="session")
def interviews(turns: pd.DataFrame) -> pd.DataFrame:
    """The turns of interviews, group interviews and conversations."""
    return turns[turns["type"].isin(["interview", "group_interview", "conversation"])]
