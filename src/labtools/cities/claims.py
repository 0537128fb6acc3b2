"""Claims → what each rests on, how strong that is, and what speaks against it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from labtools.evidence.quotations import SAID_BY, SIDES, name_people
from labtools.evidence.schemas import split_list
from labtools.frames import check_columns, join_one
from labtools.words import Language, text_in


def list_evidence(
    claims: pd.DataFrame,
    quotations: pd.DataFrame,
    *,
    estimates: Collection[str],
    sources: Collection[str],
    withdrawn: Collection[str],
) -> pd.DataFrame:
    """What each claim cites, for and against it: one row per claim and reference.

    quotations: as `place_quotations` gives them. estimates, sources: the ids of estimates and
    of published sources that there are; a claim's column `source`, beyond the contract, holds
    such ids too. withdrawn: ids of segments that may no longer be used. Returns `claim, side`
    (supports or contradicts), `reference`, `evidence` (quotation, estimate, published or ""),
    `state` (there, changed, missing, withdrawn, or unknown: nothing is called so), then the
    columns of the quotation, blank otherwise. A reference that stands twice counts once.
    """
    check_columns(claims, "claim", *SIDES)
    cells = {side: claims[side] for side in SIDES}
    if "source" in claims:
        cells["supports"] = claims["supports"] + ";" + claims["source"]
    cited = pd.DataFrame(
        [
            (claim, side, reference)
            for side in SIDES
            for claim, cell in zip(claims["claim"], cells[side], strict=True)
            for reference in split_list(cell)
        ],
        columns=["claim", "side", "reference"],
        dtype="str",
    ).drop_duplicates()
    said = quotations.rename(columns={"segment_id": "reference"})
    told = join_one(cited, said, on=["reference"])
    is_quotation = told["reference"].isin(said["reference"])
    is_withdrawn = told["reference"].isin(list(withdrawn)) & ~is_quotation
    is_estimate = told["reference"].isin(list(estimates)) & ~is_quotation
    is_published = told["reference"].isin(list(sources)) & ~is_quotation & ~is_estimate
    kind = pd.Series("", index=told.index, dtype="str")
    kind = kind.mask(is_quotation | is_withdrawn, "quotation")
    kind = kind.mask(is_estimate, "estimate").mask(is_published, "published")
    state = told["state"].where(is_quotation, "unknown").mask(is_withdrawn, "withdrawn")
    told = told.assign(evidence=kind, state=state.mask(is_estimate | is_published, "there"))
    texts = ["source_id", "text", "code", *SAID_BY]
    return told.fillna(dict.fromkeys(texts, "")).reset_index(drop=True)


def count_strength(
    claims: pd.DataFrame, evidence: pd.DataFrame, *, language: Language
) -> pd.DataFrame:
    """How much stands behind each claim: one row per claim, in its order.

    evidence: as `list_evidence` gives it. Only what is `there` counts. Returns `claim, kind,
    text, author`; of what supports it `quotations, people, cities, kinds` (of source),
    `estimates, published`; `against` (quotations, estimates and published sources); `lost`
    (citations that are changed, missing or unknown, on either side) and `withdrawn`. A speaker
    whom nobody has identified counts as one person per source and label; an interviewer as none.
    """
    check_columns(evidence, "claim", "side", "reference", "evidence", "state", *SAID_BY)
    there = evidence["state"] == "there"
    for_it = evidence[there & (evidence["side"] == "supports")]
    said = for_it[for_it["evidence"] == "quotation"]
    spoken = said[said["speaker"] != "interviewer"].assign(person=name_people)
    each = said.groupby("claim")
    is_lost = evidence["state"].isin(["changed", "missing", "unknown"])
    counts = {
        "quotations": each.size(),
        "people": spoken.groupby("claim")["person"].nunique(),
        "cities": said[said["city"] != ""].groupby("claim")["city"].nunique(),
        "kinds": said[said["type"] != ""].groupby("claim")["type"].nunique(),
        "estimates": for_it[for_it["evidence"] == "estimate"].groupby("claim").size(),
        "published": for_it[for_it["evidence"] == "published"].groupby("claim").size(),
        "against": evidence[there & (evidence["side"] == "contradicts")].groupby("claim").size(),
        "lost": evidence[is_lost].groupby("claim").size(),
        "withdrawn": evidence[evidence["state"] == "withdrawn"].groupby("claim").size(),
    }
    told = claims[["claim", "kind", "author"]].assign(text=text_in(claims, "text", language))
    for name, counted in counts.items():
        told[name] = told["claim"].map(counted).fillna(0).astype("int64")
    return told.reset_index(drop=True)


def count_voices(quotations: pd.DataFrame) -> pd.DataFrame:
    """Who has spoken of what: one row per `code` and `city`, with `people` and `sources`.

    Only quotations that are there, and not the interviewer's. The city is the source's.
    """
    there = quotations["state"].eq("there") & quotations["speaker"].ne("interviewer")
    said = quotations[there].assign(person=name_people)
    counted = said.groupby(["code", "city"], sort=False)
    return counted.agg(people=("person", "nunique"), sources=("source_id", "nunique")).reset_index()


def hide_small(counts: pd.DataFrame, *columns: str, min_people: int, audience: str) -> pd.DataFrame:
    """The same rows, for partners without the counts of fewer than `min_people` people.

    columns: counts of one row that could be computed from each other; where one of them is from 1
    to `min_people` less one, all are NaN. For the lab's own team nothing is hidden.
    """
    check_columns(counts, *columns)
    if audience != "partners":
        return counts
    chosen = counts[list(columns)]
    small = ((chosen > 0) & (chosen < min_people)).any(axis="columns")
    return counts.assign(**{column: counts[column].mask(small) for column in columns})
