"""Claims, summaries and quotations → text in which each statement is linked to its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from labtools.cities.accounts import list_names
from labtools.cities.links import link, mark, place, say_label, say_nothing, say_text
from labtools.cities.numbers import write_numbers
from labtools.evidence.quotations import list_cited
from labtools.frames import check_columns
from labtools.other_language import mark_other
from labtools.words import Language, Prose, has_label, label, say_row

_FIRST = 90  # characters of a quotation behind a summary


def write_claims(
    strength: pd.DataFrame, evidence: pd.DataFrame, *, kind: str, language: Language
) -> Prose:
    """The claims of one kind, each with its strength and with links to what it rests on.

    strength, evidence: as `claims.count_strength` and `claims.list_evidence` give them. What a
    claim cites that is not there is told in a line of its own; so is that it cites nothing.
    """
    check_columns(strength, "claim", "kind", "text")
    chosen = strength[strength["kind"] == kind].to_dict("records")
    if not chosen:
        return say_nothing("no_claim", language)
    of = dict(iter(evidence.groupby("claim")))
    parts = []
    for row in chosen:
        cited = of.get(row["claim"], evidence.head(0))
        lines = [_say_strength(row, language), *_write_cited(cited, language)]
        text = mark_other(say_row("claim", row, language=language), row["text"], language)
        parts.append(
            f"{mark('claim/' + row['claim'], language, shown=row['claim'])}. {text}\n\n"
            + "\n".join(f"- {one}" for one in lines)
        )
    return Prose("\n\n".join(parts))


def _say_strength(row: Mapping[str, Any], language: Language) -> str:
    keys = [key for key in ("quotations", "estimates", "published") if row[key]]
    told = [say_row(f"claim_{key}", row, language=language) for key in keys or ["bare"]]
    return " ".join([*told, say_row("claim_against", row, language=language)])


def _write_cited(cited: pd.DataFrame, language: Language) -> list[str]:
    there = cited[cited["state"] == "there"]
    lines = []
    for side in ("supports", "contradicts"):
        links = [link(one, language) for one in there.loc[there["side"] == side, "reference"]]
        lines += [f"{say_label(side, language)}: {', '.join(links)}"] if links else []
    withdrawn = int((cited["state"] == "withdrawn").sum())
    if withdrawn:
        lines.append(say_row("claim_withdrawn", {"withdrawn": withdrawn}, language=language))
    lost = cited[cited["state"].isin(["changed", "missing", "unknown"])].fillna({"turn": 0})
    return lines + [
        say_row("claim_lost", row, language=language) for row in lost.to_dict("records")
    ]


def write_quotations(
    evidence: pd.DataFrame, *, names: Mapping[str, str], language: Language
) -> Prose:
    """Every quotation that a claim cites and that is there, once, with a link back to its claims.

    evidence: as `claims.keep_open` gives it; where the words may not be shown to the page's
    readers only the place is told.
    """
    there = evidence[(evidence["evidence"] == "quotation") & (evidence["state"] == "there")]
    if there.empty:
        return say_nothing("no_quotation", language)
    claims = there.groupby("reference")["claim"].agg(lambda ids: list(dict.fromkeys(ids)))
    lines = []
    for row in there.drop_duplicates("reference").to_dict("records"):
        reference = row["reference"]
        back = ", ".join(
            link(f"claim/{claim}", language, shown=claim) for claim in claims[reference]
        )
        key = "quotation" if row["source_id"] else "quotation_open"
        told = say_row(
            key if row["is_open"] else "quotation_held",
            row | _tell_place(row, names, language),
            language=language,
        )
        lines.append(f"- {mark(reference, language)}. {told} ({back})")
    return Prose("\n".join(lines))


def _tell_place(
    row: Mapping[str, Any], names: Mapping[str, str], language: Language
) -> dict[str, str]:
    named = f"role.{row['person_role']}"
    role = label(named if has_label(named) else "speaker.unknown", language)
    city = label("city.", language) if row["city"] == "" else names.get(row["city"], row["city"])
    known = {"person_role": role, "city": city}
    return {
        "role": role,
        "city": city,
        "who": ", ".join(text for column, text in known.items() if row[column]),
        "kind_of_source": label(f"type.{row['type']}", language).lower() if row["type"] else "",
    }


def write_themes(
    themes: pd.DataFrame,
    told: pd.DataFrame,
    voices: pd.DataFrame,
    summaries: pd.DataFrame,
    *,
    cities: Mapping[str, str],
    language: Language,
) -> Prose:
    """Theme by theme: what the numbers say, what people say in each city, how they go together.

    As `synthesis.join_themes` takes them, summaries as `synthesis.keep_open` gives them; cities:
    from slug to name. Summaries are given as they were written; alike ones of a city stand once.
    A city without any is named.
    """
    if themes.empty:
        return say_nothing("no_theme", language)
    spoke = voices.set_index(["code", "city"])
    counts: Mapping[Any, Any] = spoke.to_dict("index")
    parents = set(themes["parent"])
    parts = []
    for theme, name, depth in themes[["theme", "name", "depth"]].itertuples(index=False):
        of = summaries[summaries["theme"] == theme]
        numbers = told[told["theme"] == theme]
        lines = [write_numbers(numbers, cities, language)] if len(numbers) else []
        for city, city_name in cities.items():
            here = of[of["city"] == city]
            people = counts.get((theme, city), {"people": 0, "sources": 0})
            if len(here):
                row = {"name": city_name, **people}
                lines.append(_write_city(here, row, language))
        missing = [shown for city, shown in cities.items() if city not in set(of["city"])]
        if missing and (len(of) or theme not in parents):
            row = {"names": list_names(missing, language)}
            lines.append(say_row("no_summary", row, language=language))
        heading = say_row("heading", {"text": name}, language=language)
        parts.append("\n\n".join([f"{'#' * min(3 + depth, 4)} {heading}", *lines]))
    return Prose("\n\n".join(parts))


def _write_city(here: pd.DataFrame, row: Mapping[str, Any], language: Language) -> str:
    """What people say in one city of one theme, then how somebody reads it beside the numbers."""
    said = [say_row("voices", row, language=language)]
    each = here[~here["is_city"]]
    for summary, of in each[each["summary"] != ""].groupby("summary", sort=False):
        cited = f" ({_cite(of, language)})" if of["case"].any() else ""
        said.append(say_text(str(summary), language) + cited)
    if len(each) and len(said) == 1:
        said.append(say_label("summary_held", language))
    parts = [" ".join(said)]
    for whole in here.index[here["is_city"]]:
        told = here.loc[[whole]]
        relation, summary = told[["relation", "summary"]].iloc[0]
        heading = (
            label(f"relation.{relation}", language) if relation else say_label("together", language)
        )
        cited = f" ({_cite(told, language)})" if told["segments"].any() else ""
        parts.append(f"**{heading}:** {say_text(summary, language)}{cited}")
    return "\n\n".join(parts)


def _cite(summaries: pd.DataFrame, language: Language) -> str:
    """The cases of a summary, each linked to its passages if it names any."""
    cases = summaries[["case", "theme", "segments"]].itertuples(index=False)
    return ", ".join(
        link(f"{case}/{theme}", language, shown=case) if segments else say_text(case, language)
        for case, theme, segments in cases
    )


def write_passages(
    summaries: pd.DataFrame,
    quotations: pd.DataFrame,
    *,
    shown: Collection[str],
    themes: Mapping[str, str],
    language: Language,
) -> Prose:
    """The passages behind each summary: source, turns, and how each passage begins.

    quotations: as `place_quotations` gives them; shown: as in `write_quotations`.
    """
    cited = list_cited(summaries).merge(quotations, on="segment_id", how="left", validate="m:1")
    if cited.empty:
        held = summaries["is_held"].any()
        return say_nothing("passages_held" if held else "no_passage", language)
    lines = []
    for (case, theme), passages in cited.groupby(["case", "theme"], sort=False):
        heading = say_row(
            "text", {"text": f"{case}, {themes.get(theme, theme)}"}, language=language
        )
        told = [_write_passage(row, shown, language) for row in passages.to_dict("records")]
        lines.append(f"- {place(f'{case}/{theme}', language)}**{heading}.** {' · '.join(told)}")
    return Prose("\n".join(lines))


def _write_passage(row: Mapping[str, Any], shown: Collection[str], language: Language) -> str:
    if row["state"] != "there":
        return say_row("passage_gone", row, language=language)
    key = "passage" if row["segment_id"] in shown else "passage_held"
    return say_row(key, {**row, "text": _begin(row["text"])}, language=language)


def _begin(text: str) -> str:
    """The first words of a text, … where it is cut."""
    return text if len(text) <= _FIRST else text[:_FIRST].rpartition(" ")[0] + " …"


def write_sources(sources: pd.DataFrame, *, language: Language) -> Prose:
    """Published sources: title, what was noted of each, and its address, if the lab keeps one."""
    if sources.empty:
        return say_nothing("no_source", language)
    blank = pd.Series("", index=sources.index, dtype="str")
    told = sources.assign(address=sources.get("address", blank))
    return Prose("\n".join(f"- {one}" for one in _tell_sources(told, language)))


def _tell_sources(sources: pd.DataFrame, language: Language) -> Iterable[str]:
    for row in sources.to_dict("records"):
        parts = [row["title"] or row["source_id"], row["note"], row["address"]]
        told = " – ".join(say_text(part.rstrip("."), language) for part in parts if part)
        state = label(f"status.{row['status']}", language).lower()
        yield f"{mark(row['source_id'], language)} ({state}): {told}."
