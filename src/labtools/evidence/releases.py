"""What left the lab: releases, the people who could be in them, the counts in their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from labtools.evidence.indicators.table import as_csv, read_old, replace_files
from labtools.evidence.schemas import check_rows, contract, split_list
from labtools.faults import BadInput, Fault

_FILE = "releases.csv"


def list_people(people: pd.DataFrame, consent: pd.DataFrame) -> list[str]:
    """The ids of those whose words or answers could be in what is shared now.

    people, consent: as the lab reads them. That is everybody of people.csv but those who said
    that they take no part, or have withdrawn.
    """
    gone = _find_gone(consent)
    return [person for person in people["person_id"] if person.casefold() not in gone]


def _find_gone(consent: pd.DataFrame) -> dict[str, str]:
    """From the id, in small letters, of those who take no part or have withdrawn, to since when."""
    no = (consent["participate"] != "yes") | (consent["withdrawn_on"] != "")
    cells = consent.loc[no, ["person_id", "withdrawn_on"]].to_numpy().tolist()
    return {person.casefold(): when for person, when in cells}


def add_release(
    folder: Path, release: Mapping[str, str], *, published: Sequence[Mapping[str, str]] = ()
) -> None:
    """Write one release into releases.csv and published.csv of a lab's folder; old rows stay.

    published: a row per count of a table that partners may see, as published.csv has it, without
    its release. The same bytes shared twice on a day are one release. BadInput where a table is
    at fault, so that nothing leaves without being recorded.
    """
    new = {"releases": [release]}
    new["published"] = [{"release": release["release"], **row} for row in published]
    read = {name: read_old(folder, contract()[name]) for name in new}
    faults = []
    for name, (old, _) in read.items():
        faults += check_rows(old, contract()[name], name=contract()[name].file)
    if faults:
        raise BadInput(faults)
    if release["release"] in set(read["releases"][0]["release"]):
        return
    replace_files(
        {
            folder / contract()[name].file: as_csv([*old.to_dict("records"), *new[name]], header)
            for name, (old, header) in read.items()
            if new[name]
        }
    )


def check_releases(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """One fault for each release that holds somebody who has withdrawn since.

    tables: by name, every cell as text. Somebody who is no longer in people.csv counts as having
    withdrawn. A release that has been called back (`recalled_on`) has no fault.
    """
    releases = tables.get("releases", pd.DataFrame()).reindex(
        columns=["release", "file", "people", "recalled_on"], fill_value=""
    )
    consent = tables.get("consent", pd.DataFrame()).reindex(
        columns=["person_id", "participate", "withdrawn_on"], fill_value=""
    )
    gone = _find_gone(consent)
    people = tables.get("people", pd.DataFrame())
    known = {person.casefold() for person in people["person_id"]} if "person_id" in people else None
    faults = []
    for row, release, file, named, recalled in releases.itertuples():
        for person in split_list(named) if not recalled else []:
            folded = person.casefold()
            if folded in gone:
                since = gone[folded]
                why = f"who withdrew on {since}" if since else "who takes no part"
            elif known is not None and folded not in known:
                why = "who is no longer in people.csv"
            else:
                continue
            faults.append(_tell(person, why, f"{release} ({file})", row=int(row)))
    return faults


def _tell(person: str, why: str, release: str, *, row: int) -> Fault:
    must = "names nobody who has withdrawn since"
    do = "ask those who have it to delete it, share anew, and write the day under recalled_on"
    return Fault(_FILE, must, f"{person}, {why}, in {release}", do, row=row, column="people")
