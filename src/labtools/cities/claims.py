"""Claims → what each rests on, how strong that is, and what speaks against it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from labtools.evidence.quotations import SAID_BY, SIDES, name_people, tell_roughly
from labtools.evidence.schemas import split_list
from labtools.frames import check_columns, join_one
from labtools.privacy.readers import Readers
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
    claims: pd.DataFrame, evidence: pd.DataFrame, *, shown: Collection[str], language: Language
) -> pd.DataFrame:
    """How much stands behind each claim: one row per claim, in its order.

    evidence: as `list_evidence` gives it; only what is `there` counts. shown: ids of the quotations
    that the readers see. Returns `claim, kind, text, author`; of what supports it `quotations,
    people` (of whom `people_held` are not among those), `cities, kinds` (of source), `estimates,
    published`; `against` (quotations, estimates and published sources), of which
    people are `people_against`; `lost` (citations that are changed, missing or unknown, on either
    side) and `withdrawn`. A speaker whom nobody has identified counts as one person per source
    and label; an interviewer as none.
    """
    check_columns(evidence, "claim", "side", "reference", "evidence", "state", *SAID_BY)
    there = evidence[evidence["state"] == "there"]
    for_it, against = (there[there["side"] == side] for side in SIDES)
    said, denied = (part[part["evidence"] == "quotation"] for part in (for_it, against))
    each = said.groupby("claim")
    is_lost = evidence["state"].isin(["changed", "missing", "unknown"])
    counts = {
        "quotations": each.size(),
        "people": _count_people(said),
        "people_held": _count_people(said[~said["reference"].isin(list(shown))]),
        "cities": said[said["city"] != ""].groupby("claim")["city"].nunique(),
        "kinds": said[said["type"] != ""].groupby("claim")["type"].nunique(),
        "estimates": for_it[for_it["evidence"] == "estimate"].groupby("claim").size(),
        "published": for_it[for_it["evidence"] == "published"].groupby("claim").size(),
        "against": against.groupby("claim").size(),
        "people_against": _count_people(denied),
        "lost": evidence[is_lost].groupby("claim").size(),
        "withdrawn": evidence[evidence["state"] == "withdrawn"].groupby("claim").size(),
    }
    told = claims[["claim", "kind", "author"]].assign(text=text_in(claims, "text", language))
    for name, counted in counts.items():
        told[name] = told["claim"].map(counted).fillna(0).astype("int64")
    return told.reset_index(drop=True)


def _count_people(said: pd.DataFrame) -> pd.Series:
    spoken = said[said["speaker"] != "interviewer"].assign(person=name_people)
    return spoken.groupby("claim")["person"].nunique()


def hide_few(strength: pd.DataFrame, readers: Readers) -> pd.DataFrame:
    """The same rows, for partners without what tells of a few people.

    strength: as `count_strength` gives it. Who sees some of the quotations can reckon how many
    others there are; so with a few others the number of people goes too. What is lost, or was
    withdrawn, is for the lab's own team.
    """
    each = {"row": "claim", "each": "claim"}
    whole = ["quotations", "people", "cities", "kinds"]
    told = readers.hide_parts(strength, "people", table="claim_people", also=whole, **each)
    told = readers.hide_parts(told, "people_held", table="claim_held", also=whole, **each)
    told = readers.hide_parts(
        told, "people_against", table="claim_against", also=["against"], **each
    )
    return readers.withhold(told, "lost", "withdrawn")


def keep_open(
    evidence: pd.DataFrame,
    people: pd.DataFrame,
    *,
    shown: Collection[str],
    min_people: int,
    audience: str,
) -> pd.DataFrame:
    """The evidence that the readers may see, with `is_open`: whether its words may be shown.

    evidence: as `list_evidence` gives it; people: those who have spoken, as people.csv has them;
    shown: ids of the quotations that may be shown. For partners without the others, and without
    what is no longer there; nor is it told from which source and turn a quotation is, nor more of
    who said it than `min_people` people share. Their ids are of the coding, where neighbours are
    of one interview: for partners they are numbered anew, q1, q2 and on.
    """
    is_quotation = evidence["evidence"] == "quotation"
    told = evidence.assign(is_open=~is_quotation | evidence["reference"].isin(list(shown)))
    if audience != "partners":
        return told
    told = told[told["is_open"] & (told["state"] == "there")].reset_index(drop=True)
    is_quotation = told["evidence"] == "quotation"
    number = pd.factorize(told["reference"].where(is_quotation))[0] + 1
    told["reference"] = told["reference"].mask(is_quotation, "q" + pd.Series(number).astype("str"))
    blank = dict.fromkeys(["source_id", "person_id", "label", "type", "code"], "")
    return tell_roughly(told, people, min_people=min_people).assign(**blank)


def count_voices(quotations: pd.DataFrame) -> pd.DataFrame:
    """Who has spoken of what: one row per `code` and `city`, with `people` and `sources`.

    Only quotations that are there, and not the interviewer's. The city is the source's.
    """
    there = quotations["state"].eq("there") & quotations["speaker"].ne("interviewer")
    said = quotations[there].assign(person=name_people)
    counted = said.groupby(["code", "city"], sort=False)
    return counted.agg(people=("person", "nunique"), sources=("source_id", "nunique")).reset_index()
