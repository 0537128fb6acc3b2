"""`labtools key`: the key from names to pseudonyms, and the list that a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from labtools.cli.group import lab_option
from labtools.faults import BadInput, Fault

if TYPE_CHECKING:
    import pandas as pd

    from labtools.lab import Lab
    from labtools.privacy.numbers import Recall

MEASURED = (
    "Of persons' names --recall high found, when measured, 100% (23 of 23 words) in edited text "
    "and 39% (9 of 23 words) in the same text without capitals; 90% (201 of 223 words) in spoken "
    "sentences and 77% (172 of 223 words) in the same without capitals."
)
"""Held by a test against `benchmarks/names.py`."""


@click.command()
@lab_option
@click.option(
    "--key",
    "given",
    metavar="PATH",
    type=Path,
    help="A CSV outside the lab and outside git; remembered. [default: LABTOOLS_KEY, or the last]",
)
@click.option(
    "--recall",
    type=click.Choice(["careful", "high"]),
    default="high",
    show_default=True,
    help="How readily something is suspected of being a name.",
)
def key(lab_folder: str, given: Path | None, *, recall: str) -> None:
    """Replace names by pseudonyms: keep the key, and list what it replaces and may miss.

    The key has one row per name: name, aliases (list), kind, pseudonym, ordinary (its forms
    that are Swedish words too; filled in where blank). Beside it comes a list of every replaced
    name and of everything else that may be one; write name or not_a_name under decision, add
    the names to the key, and run this again.

    A person, place or organisation is replaced in any case and in the genitive. What the list
    calls email, telephone, personal_number, address or postcode goes into the key with the
    kind identifier: it is replaced where it stands just as it is written, capitals aside; each
    other way to write it is an alias. A pseudonym is any text with a letter or digit, once in
    the key, such as Amina, Person 12 or [e-post 3]; no word of it stands in a name.
    """
    from labtools.lab import open_lab
    from labtools.privacy import key as keys
    from labtools.privacy import review as reviews
    from labtools.privacy.lab_key import needs_key
    from labtools.privacy.private import check_place

    lab = open_lab(lab_folder, pseudonyms=False)
    path = given or keys.find_key(lab.folder)
    if path is None:
        must, do = "the lab has a key", "give --key PATH"
        raise BadInput([Fault(lab_folder, must, "none", do)])
    path = path.expanduser().absolute()
    list_path = reviews.review_path(path)
    for private in (path, list_path):
        check_place(private, lab_folder=lab.folder)
    decided = reviews.read_review(list_path)
    if not path.exists():
        keys.create_key(path)
        click.echo(f"{path}: made; write the names in it")
    names = keys.read_key(path)
    filled = reviews.fill_ordinary(names)
    if not filled.equals(names):
        keys.write_key(path, filled)
    if given:
        keys.remember_key(lab.folder, path)
    review = reviews.build_review(
        gather_texts(lab), filled, recall=cast("Recall", recall), decided=decided
    )
    reviews.write_review(list_path, review)
    replaced = int(review.loc[review["status"] == "replaced", "count"].sum())
    decisions = reviews.count_decisions(review)
    click.echo(f"{list_path}: names replaced in {replaced} places")
    click.echo(
        f"words or numbers suspected besides: {sum(decisions.values())}; not decided: "
        f"{decisions['']}; decided to be names, but not in the key: {decisions['name']}; "
        f"decided to be none: {decisions['not_a_name']}"
    )
    click.echo(f"A person must read the list: no program finds every name. {MEASURED}")
    if not needs_key(lab.folder):
        told = "so that the lab is never opened without its key"
        click.echo(f"Write pseudonyms = true under [lab] in {lab.folder / 'lab.toml'}, {told}")


def gather_texts(lab: Lab) -> pd.DataFrame:
    """Every text of a lab that a page may show: `source` (where it stands) and `text`, raw.

    The turns and their labels, the text of every table, what the surveys ask and were answered.
    """
    import pandas as pd

    texts = pd.DataFrame(_texts(lab), columns=["source", "text"], dtype="str")
    return texts[texts["text"].str.strip() != ""].reset_index(drop=True)


def _texts(lab: Lab) -> Iterator[tuple[str, str]]:
    from labtools.evidence.schemas import contract
    from labtools.privacy.texts import list_texts

    turns = lab.read_turns()
    yield from zip(turns["source_id"], turns["text"], strict=True)
    labels = turns.drop_duplicates(["source_id", "label"])
    yield from zip(labels["source_id"], labels["label"], strict=True)
    for table in contract().values():
        if table.file.startswith(("surveys/", "context/")):
            continue
        rows = lab.read_segments() if table.name == "segments" else lab.read_table(table.name)
        name = table.key[0]
        for column in list_texts(table.name, rows):
            places = (f"{table.name} {at}" for at in rows[name])
            yield from zip(places, rows[column], strict=True)
    for survey in lab.surveys():
        read = lab.read_survey(survey)
        asked, codes = read.dictionary, read.codes
        told = {"dictionary": asked.filter(like="question_"), "codes": codes.filter(like="label_")}
        for at, cells in told.items():
            for column in cells:
                yield from ((f"surveys/{survey} {at}", text) for text in cells[column].unique())
        free = read.dictionary.loc[read.dictionary["type"] == "text", "variable"]
        for variable in dict.fromkeys(free):
            if variable in read.answers:
                yield from (
                    (f"surveys/{survey} {variable}", str(text))
                    for text in read.answers[variable].dropna()
                )
