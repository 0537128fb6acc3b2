"""Each theme: who has spoken of it, in which words, and what speaks against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from labtools.evidence.quotations import name_people
from labtools.evidence.schemas import split_list
from labtools.frames import check_columns
from labtools.interviews import evidence_gaps
from labtools.words import Language, say_row

NEGATIVE = ("against_claim", "against_numbers", "not_heard")


def name_themes(
    codebook: pd.DataFrame, used: Collection[str], *, language: Language, only: str = ""
) -> dict[str, str]:
    """From code to name, in the order of the codebook: the codes that are used, or one of them.

    A code that the codebook lacks comes last, under its own name. ValueError where `only` is no
    code of the codebook.
    """
    check_columns(codebook, "code")
    if only and only not in set(codebook["code"]):
        known = ", ".join(codebook["code"].head(20)) or "none, for there is no codebook"
        raise ValueError(
            f"theme must be a code of coding/codebook.csv; found {only}; codes: {known}"
        )
    names = evidence_gaps.name_themes(codebook, language=language)
    names |= {code: code for code in sorted(set(used) - set(names))}
    return {code: name for code, name in names.items() if code in ({only} if only else set(used))}


def count_themes(
    quotations: pd.DataFrame, turns: pd.DataFrame, *, themes: Mapping[str, str], city: str
) -> pd.DataFrame:
    """How many people and interviews have spoken of each theme, of how many that were read.

    quotations: coded segments of the whole lab, as `quotations.place_quotations` gives them; only
    what still stands there counts, and nobody's questions. turns: of the interviews in the whole
    lab. An interview is read where anybody has coded anything in it; then everybody heard in it
    is. themes: from code to name. Returns one row per theme, in their order: `code, theme` (name),
    `people, people_read, interviews, interviews_read` in the city, `cities` in which anybody
    spoke of it, of `cities_read`, and `gone` (quotations of the city that no longer stand).
    """
    check_columns(quotations, "source_id", "code", "state", "speaker", "person_id", "label")
    read = turns[turns["source_id"].isin(quotations["source_id"]) & _answers(turns)]
    said = quotations[quotations["state"].eq("there") & _answers(quotations)]
    said = said[said["source_id"].isin(read["source_id"])].assign(person=name_people)
    of = turns.drop_duplicates("source_id").set_index("source_id")["city"]
    said = said.assign(city=said["source_id"].map(of))
    here, read_here = said[said["city"] == city], read[read["city"] == city]
    lost = quotations[quotations["state"].ne("there") & quotations["source_id"].map(of).eq(city)]
    columns = {
        "people": here.groupby("code")["person"].nunique(),
        "interviews": here.groupby("code")["source_id"].nunique(),
        "cities": said[said["city"] != ""].groupby("code")["city"].nunique(),
        "gone": lost.groupby("code").size(),
    }
    table = pd.DataFrame({"code": list(themes), "theme": list(themes.values())}, dtype="str")
    for name, counted in columns.items():
        table[name] = table["code"].map(counted).fillna(0).astype("int64")
    table.insert(3, "people_read", name_people(read_here).nunique())
    table.insert(5, "interviews_read", read_here["source_id"].nunique())
    table.insert(7, "cities_read", read.loc[read["city"] != "", "city"].nunique())
    return table


def tell_counts(counts: pd.DataFrame, *, language: Language) -> pd.DataFrame:
    """`count_themes` for readers: `theme, people_told, interviews_told, cities_told, gone`.

    Each is told as a count of how many were read, such as 9 of 16: a share would look as if the
    interviews were drawn at random.
    """
    told = {
        f"{name}_told": [
            say_row("of_read", {"part": part, "whole": whole}, language=language)
            for part, whole in zip(counts[name], counts[f"{name}_read"], strict=True)
        ]
        for name in ("people", "interviews", "cities")
    }
    return counts[["theme"]].assign(**told, gone=counts["gone"])


def count_read(counts: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """One row: `people_read` in `interviews_read`, of how many `interviews`; none of none.

    counts: as `count_themes` gives them; sources: the interviews of the city.
    """
    if sources.empty:
        return pd.DataFrame(columns=["people_read", "interviews_read", "interviews"])
    read = counts[["people_read", "interviews_read"]].head(1).to_dict("records")
    nobody = {"people_read": 0, "interviews_read": 0}
    return pd.DataFrame([{**nobody, **(read[0] if read else {}), "interviews": len(sources)}])


def name_pairs(pairs: pd.DataFrame, *, themes: Mapping[str, str], most: int) -> pd.DataFrame:
    """The pairs of themes that share most interviews, for readers: `theme, with_theme`, by name.

    pairs: as `co_occurrence.count_co_occurrences` gives them. Then `shared` (interviews with both),
    `either`, `same_turn_in` and `people_of_both`.
    """
    chosen = pairs[pairs["first"].isin(list(themes)) | pairs["second"].isin(list(themes))]
    chosen = chosen.head(most).rename(
        columns={
            "first": "theme",
            "second": "with_theme",
            "interviews": "shared",
            "n": "either",
            "same_turn": "same_turn_in",
            "people": "people_of_both",
        }
    )
    both = ["theme", "with_theme"]
    named = chosen.assign(**{one: chosen[one].replace(dict(themes)) for one in both})
    return named[[*both, "shared", "either", "same_turn_in", "people_of_both"]]


def _answers(said: pd.DataFrame) -> pd.Series:
    return said["speaker"] != "interviewer"


def choose_quotations(
    quotations: pd.DataFrame, *, themes: Collection[str], most: int
) -> pd.DataFrame:
    """At most `most` quotations of each theme, one from each person in turn.

    quotations: those that may be shown. Only what stands there is shown, and a passage that two
    coders gave the same code once, as the first of them marked it.
    """
    there = quotations[quotations["state"].eq("there") & _answers(quotations)]
    there = there[there["code"].isin(list(themes)) & (there["text"] != "")]
    there = there.assign(person=name_people)
    once = there.drop_duplicates(["source_id", "turn", "code"])
    turn_of_person = once.groupby(["code", "person"]).cumcount()
    in_turn = once.assign(order=turn_of_person).sort_values("order", kind="stable")
    chosen = in_turn[in_turn.groupby("code").cumcount() < most]
    return chosen.drop(columns=["order", "person"]).sort_index()


def find_lost(quotations: pd.DataFrame, *, themes: Mapping[str, str]) -> pd.DataFrame:
    """The quotations whose turn is no longer as it was coded, or no longer there.

    Returns `segment_id, theme` (its name), `source_id, turn, became` (changed or missing). The
    words are left out: nobody knows any more whether they were said.
    """
    lost = quotations[(quotations["state"] != "there") & quotations["code"].isin(list(themes))]
    told = lost.assign(theme=lost["code"].map(dict(themes)).astype("str"), became=lost["state"])
    return told[["segment_id", "theme", "source_id", "turn", "became"]].reset_index(drop=True)


def summarize_quotations(
    quotations: pd.DataFrame, shown: pd.DataFrame, *, withdrawn: int
) -> pd.DataFrame:
    """One row: how many quotations are `coded`, `there`, `lost`, `held` (not for these readers).

    shown: as `concordance.keep_quotable` leaves them; withdrawn: how many more may no longer be
    used. No row where nothing is coded.
    """
    if quotations.empty and not withdrawn:
        return pd.DataFrame(columns=["coded", "there", "lost", "held", "withdrawn"])
    there = quotations["state"] == "there"
    held = there & ~quotations["segment_id"].isin(shown["segment_id"])
    row = {
        "coded": len(quotations),
        "there": int(there.sum()),
        "lost": int((~there).sum()),
        "held": int(held.sum()),
        "withdrawn": withdrawn,
    }
    return pd.DataFrame([row])


def list_negative_cases(
    quotations: pd.DataFrame,
    *,
    themes: Collection[str],
    sources: pd.DataFrame,
    claims: pd.DataFrame,
    summaries: pd.DataFrame,
    city: str,
) -> pd.DataFrame:
    """What speaks against each theme in a city: one row per theme and case.

    quotations: coded segments of the city, as `quotations.place_quotations` gives them; sources:
    its interviews; claims, summaries: of the lab. Returns `code, negative`, then `source_id, turn,
    segment_id, text, quote` of a quotation, or `source_id` alone, or the `text` of a summary, and
    the `claim`; blank otherwise. The kinds, in the order of NEGATIVE:

    against_claim: a quotation of the theme that still stands and that somebody has noted against
    a claim; against_numbers: a summary of the whole city in which somebody wrote that the words
    contradict the numbers; not_heard: an interview that somebody has coded, but not with the theme.
    """
    cited = claims[["claim"]].assign(segment_id=claims["contradicts"].map(split_list))
    cited = cited.explode("segment_id").dropna()
    there = quotations[(quotations["state"] == "there") & quotations["code"].isin(list(themes))]
    against = there.merge(cited, on="segment_id").assign(negative="against_claim")
    relation = summaries.get("relation", pd.Series("", index=summaries.index, dtype="str"))
    written = summaries[relation.eq("contradicts") & summaries["case"].eq(city)]
    written = written[written["theme"].isin(list(themes))]
    numbers = written.rename(columns={"theme": "code", "summary": "text"})
    numbers = numbers[["code", "text"]].assign(negative="against_numbers")
    read = [one for one in sources["source_id"] if one in set(quotations["source_id"])]
    spoken = quotations.loc[_answers(quotations), ["source_id", "code"]]
    heard = set(spoken.itertuples(index=False, name=None))
    silent = pd.DataFrame(
        [(code, one) for code in themes for one in read if (one, code) not in heard],
        columns=["code", "source_id"],
        dtype="str",
    ).assign(negative="not_heard")
    texts = ["code", "negative", "source_id", "segment_id", "text", "quote", "claim"]
    listed = pd.concat([against, numbers, silent], ignore_index=True)
    listed = listed.reindex(columns=[*texts, "turn"]).fillna(dict.fromkeys(texts, ""))
    rank = {code: at for at, code in enumerate(themes)}
    order = listed["code"].map(rank).sort_values(kind="stable").index
    return listed.loc[order].astype({"turn": "float64"}).reset_index(drop=True)
