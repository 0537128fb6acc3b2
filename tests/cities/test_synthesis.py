"""Claims with what they rest on, themes with numbers and words, and the text that links them."""

import re
import shutil
from pathlib import Path

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

from labtools.cities import claims, goals, numbers, synthesis, written
from labtools.evidence.questionnaires.survey import Scale
from labtools.evidence.quotations import place_quotations
from labtools.evidence.schemas import empty_table
from labtools.lab import Lab, open_lab
from labtools.privacy.readers import Readers

NAN = float("nan")
NAMES = {"umea": "Umeå", "boden": "Boden"}
TURNS = pd.DataFrame(
    [
        ("s1", 1, "Jag känner grannen.", "p1", "respondent", "participant", "yes", "B", "umea"),
        ("s1", 2, "Och hon mig.", "p1", "respondent", "participant", "yes", "B", "umea"),
        ("s2", 1, "Här bor ingen kvar.", "p2", "respondent", "resident", "no", "C", "boden"),
        ("s3", 1, "Jaha, säger du det?", "", "interviewer", "", "no", "I", "boden"),
    ],
    columns=["source_id", "turn", "text", "person_id", "speaker", "person_role", "quote",
             "label", "city"],
).assign(turn_hash="h", type=["interview", "interview", "conversation", "interview"])  # fmt: skip
SEGMENTS = pd.DataFrame(
    [
        ("a1", "s1", 1.0, "Jag känner grannen.", "h", "contacts"),
        ("a2", "s1", 2.0, "Och hon mig.", "h", "contacts"),
        ("a3", "s2", 1.0, "Här bor ingen kvar.", "h", "contacts"),
        ("a4", "s2", 1.0, "Här bor alla kvar.", "h", "contacts"),
        ("a5", "s3", 1.0, "Jaha", "h", "contacts"),
    ],
    columns=["segment_id", "source_id", "turn", "quote", "turn_hash", "code"],
)
CLAIMS = pd.DataFrame(
    [
        ("c1", "finding", "Man känner varandra.", "a1;a2;a3;umea-work", "a5"),
        ("c2", "finding", "Alla bor kvar.", "a4;a9;gone", ""),
        ("c3", "recommendation", "Håll <öppet>.", "", ""),
        ("c4", "recommendation", "Börja med de boende.", "bok", ""),
    ],
    columns=["claim", "kind", "text_sv", "supports", "contradicts"],
).assign(author="KL")
QUOTATIONS = place_quotations(SEGMENTS, TURNS)
EVIDENCE = claims.list_evidence(
    CLAIMS, QUOTATIONS, estimates=["umea-work"], sources=["bok"], withdrawn=["gone"]
)
OPEN = claims.keep_open(EVIDENCE, pd.DataFrame(), shown=["a1"], min_people=5, audience="internal")
STRENGTH = claims.count_strength(CLAIMS, EVIDENCE, shown=["a1", "a2"], language="sv")


def test_strength_counts_people_cities_and_kinds_of_source_not_quotations_alone() -> None:
    """Two quotations of one person are one person; an interviewer is nobody's evidence."""
    found = STRENGTH.set_index("claim").loc["c1"]
    assert found[["quotations", "people", "cities", "kinds", "estimates"]].tolist() == [
        3, 2, 2, 2, 1,
    ]  # fmt: skip
    assert found["against"] == 1


def test_what_is_changed_withdrawn_or_unknown_gives_no_strength_and_is_counted_apart() -> None:
    found = STRENGTH.set_index("claim").loc["c2"]
    assert found[["quotations", "people", "lost", "withdrawn"]].tolist() == [0, 0, 2, 1]
    states = EVIDENCE[EVIDENCE["claim"] == "c2"].set_index("reference")["state"].to_dict()
    assert states == {"a4": "changed", "a9": "unknown", "gone": "withdrawn"}


def test_a_speaker_whom_nobody_identified_counts_as_one_person_per_source() -> None:
    turns = TURNS.assign(person_id="")
    placed = place_quotations(SEGMENTS, turns)
    evidence = claims.list_evidence(CLAIMS, placed, estimates=[], sources=[], withdrawn=[])
    strength = claims.count_strength(CLAIMS, evidence, shown=[], language="sv")
    assert strength["people"].tolist() == [2, 0, 0, 0]


def test_a_claim_without_evidence_is_shown_as_such() -> None:
    text = written.write_claims(STRENGTH, EVIDENCE, kind="recommendation", language="sv")
    bare, published = text.split("<span id='e-claim.2f.c3'>")[1].split("<span id='e-claim.2f.c4'>")
    assert "Inget underlag" in bare
    assert r"Håll \<öppet\>." in bare
    assert "Inget underlag" not in published
    assert "[bok](#e-bok)" in published


def test_a_quotation_that_no_longer_matches_its_turn_is_one_line_of_its_claim() -> None:
    text = written.write_claims(STRENGTH, EVIDENCE, kind="finding", language="en")
    lines = [line for line in text.splitlines() if "Fault" in line]
    assert lines == [
        "- Fault: a4 does not count, the turn no longer has the text that the quotation was "
        "taken from.",
        "- Fault: a9 does not count, no quotation, goal, survey result or source is called so.",
    ]
    assert "One quotation no longer counts: whoever said it" in text


def test_every_link_of_a_claim_leads_to_a_place_in_the_text() -> None:
    told = pd.DataFrame([("umea-work", "work", "umea", "Nio av tio.")],
                        columns=["reference", "theme", "city", "sentence"])  # fmt: skip
    sources = pd.DataFrame([("bok", "Boken", "", "checked")],
                           columns=["source_id", "title", "note", "status"])  # fmt: skip
    text = "\n".join(
        [
            *(written.write_claims(STRENGTH, EVIDENCE, kind=kind, language="sv")
              for kind in ("finding", "recommendation")),
            written.write_quotations(OPEN, names=NAMES, language="sv"),
            numbers.write_estimates(told, cities=NAMES, language="sv"),
            written.write_sources(sources, language="sv"),
        ]
    )  # fmt: skip
    links, places = re.findall(r"\]\(#([^)]+)\)", text), re.findall(r"id='([^']+)'", text)
    assert set(links) <= set(places)
    assert len(places) == len(set(places))
    assert "Källa s1, replik 1 (intervju)" in text


def test_words_that_may_not_be_quoted_are_not_written() -> None:
    """The place is told, so that whoever may read the interview can follow it."""
    text = written.write_quotations(OPEN, names=NAMES, language="sv")
    assert "Jag känner grannen." in text
    assert "bor ingen kvar" not in text
    assert "Orden får inte återges här. Boende, Boden. Källa s2, replik 1" in text


SUMMARIES = pd.DataFrame(
    [
        ("s1", "contacts", "Känner en granne.", "a1;a2", ""),
        ("p2", "contacts", "Ensam kvar.", "a3", ""),
        ("umea", "contacts", "Fler, men få nära.", "", "expands"),
        ("???", "contacts", "Från ingenstans.", "", ""),
    ],
    columns=["case", "theme", "summary", "segments", "relation"],
)
CODEBOOK = pd.DataFrame(
    {
        "code": ["contacts", "home", "belonging"],
        "parent": ["belonging", "belonging", ""],
        "name_sv": ["Kontakter", "Hemma", "Tillhörighet"],
        "name_en": ["", "Home", "Belonging"],
    }
)
THEMES = synthesis.list_themes(CODEBOOK, language="en")
TOLD = pd.DataFrame(
    [("umea-contacts", "contacts", "Kontakter", "umea", "85 %", "85 % fick fler.", 0.85, "share")],
    columns=["reference", "theme", "name", "city", "value", "sentence", "estimate", "unit"],
)


SOURCES = pd.DataFrame({"source_id": ["s1", "bok"], "city": "umea", "type": ["walk", "document"]})


def _place(summaries: pd.DataFrame, *, audience: str = "internal") -> pd.DataFrame:
    people = pd.DataFrame({"person_id": ["p2"], "city": ["boden"]})
    placed = synthesis.place_summaries(
        summaries, cities=list(NAMES), sources=SOURCES, people=people
    )
    return synthesis.keep_open(placed, SOURCES, shown=["a1", "a2"], audience=audience)


def _readers(audience: str = "partners") -> Readers:
    return Readers(audience, min_people=5, read_table=empty_table)


def test_themes_stand_below_their_parents_and_a_circle_ends() -> None:
    assert THEMES["theme"].tolist() == ["belonging", "contacts", "home"]
    assert THEMES["depth"].tolist() == [0, 1, 1]
    assert THEMES["name"].tolist() == ["Belonging", "Kontakter", "Home"]
    circle = CODEBOOK.assign(parent=["belonging", "belonging", "contacts"])
    assert set(synthesis.list_themes(circle, language="sv")["theme"]) == set(CODEBOOK["code"])


def test_a_case_is_a_source_a_person_or_a_city() -> None:
    placed = _place(SUMMARIES)
    assert placed["city"].tolist() == ["umea", "boden", "umea", ""]
    assert placed["is_city"].tolist() == [False, False, True, False]


def test_how_words_and_numbers_go_together_is_only_what_somebody_wrote() -> None:
    """No relation is computed: a theme with numbers and words but no relation has none."""
    voices = claims.count_voices(QUOTATIONS)
    joint = synthesis.join_themes(THEMES, TOLD, voices, _place(SUMMARIES), cities=list(NAMES))
    assert joint[["theme", "numbers", "people", "cities_heard"]].to_numpy().tolist() == [
        ["Kontakter", 1, 2, 2]
    ]
    assert joint[["confirms", "expands", "contradicts"]].to_numpy().tolist() == [[0, 1, 0]]
    unwritten = _place(SUMMARIES.drop(columns="relation"))
    joint = synthesis.join_themes(THEMES, TOLD, voices, unwritten, cities=list(NAMES))
    assert joint["expands"].tolist() == [0]


def test_a_theme_that_only_gathers_others_is_not_said_to_have_been_silent() -> None:
    told = TOLD.assign(theme="belonging")
    nobody = claims.count_voices(QUOTATIONS.head(0))
    summaries = _place(SUMMARIES.head(0))
    joint = synthesis.join_themes(THEMES, told, nobody, summaries, cities=list(NAMES))
    assert joint[["theme", "numbers"]].to_numpy().tolist() == [["Belonging", 1]]
    assert joint.drop(columns=["code", "theme", "numbers"]).isna().all(axis=None)


def test_another_relation_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="relation must be confirms, expands, contradicts or"):
        _place(SUMMARIES.assign(relation="proves"))


def test_a_theme_is_written_as_people_wrote_it_with_links_to_passages() -> None:
    voices, placed = claims.count_voices(QUOTATIONS), _place(SUMMARIES)
    text = written.write_themes(THEMES, TOLD, voices, placed, cities=NAMES, language="sv")
    passages = written.write_passages(
        placed, QUOTATIONS, shown=["a1"], themes={"contacts": "Kontakter"}, language="sv"
    )
    assert "**Umeå** (en person i en källa): Känner en granne. ([s1](#e-s1.2f.contacts))" in text
    assert "**Siffror.** Kontakter: [Umeå](#e-umea-contacts) 85 %." in text
    assert "\n\n**Orden vidgar siffrorna:** Fler, men få nära.\n" in text
    assert "Ingen har sammanfattat temat i" not in text.split("Kontakter")[1].split("Home")[0]
    links, places = re.findall(r"\]\(#([^)]+)\)", text), re.findall(r"id='([^']+)'", passages)
    assert set(links) == {*places, "e-umea-contacts"}
    assert "replik 1: ”Jag känner grannen.” · replik 2: orden får inte återges här" in passages


MANY = {f"c{number}": f"Stad {number}" for number in range(101)}
TOLD_OF_MANY = pd.DataFrame(
    [(f"g-{city}", "contacts", "Kontakter", city, "", "Uppgift.", number / 100, "share")
     for number, city in enumerate(MANY)],
    columns=list(TOLD),
)  # fmt: skip


def test_many_cities_are_one_list_and_a_theme_tells_their_spread_with_a_link_to_it() -> None:
    """Shares evenly from 0 to 1: their quartiles are a quarter, a half and three quarters."""
    listed = numbers.write_estimates(TOLD_OF_MANY, cities=MANY, language="sv")
    assert "###" not in listed
    assert listed.count("\n    - <span id='e-g-c") == len(MANY)
    shown = numbers.write_numbers(TOLD_OF_MANY, MANY, "sv").replace("\N{NO-BREAK SPACE}", " ")
    assert shown == (
        "**Siffror.** Kontakter: 101 uppgifter, lägst 0 %, hälften mellan 25 % och 75 %, "
        "median 50 %, högst 100 % ([stad för stad](#e-g-c0))."
    )


def test_a_theme_that_hundreds_of_cities_lack_names_a_dozen_of_them() -> None:
    voices, placed = claims.count_voices(QUOTATIONS), _place(SUMMARIES.head(0))
    text = written.write_themes(THEMES, TOLD, voices, placed, cities=MANY, language="sv")
    assert text.count("Ingen har sammanfattat temat i Stad 0, Stad 1,") == 2
    assert text.count("Stad 11 och 89 till.") == 2


def test_partners_see_no_number_of_people_below_the_least() -> None:
    """Neither in a sum over cities, nor by what a claim cites; a claim on nothing still says so."""
    voices, placed = claims.count_voices(QUOTATIONS), _place(SUMMARIES)
    joint = synthesis.join_themes(THEMES, TOLD, voices, placed, cities=list(NAMES))
    joint = _readers().hide_parts(joint, "people", row="code", table="voices", each="code")
    assert joint[["people", "too_few"]].isna().to_numpy().tolist() == [[True, False]]
    assert joint["summaries"].tolist() == [4]
    told = claims.hide_few(STRENGTH, _readers())
    text = written.write_claims(told, EVIDENCE, kind="finding", language="sv")
    assert "Styrka: citat från för få personer för att antalet ska uppges. Bygger på en" in text
    assert told.set_index("claim").loc["c1", ["people", "quotations", "cities"]].isna().all()
    text = written.write_claims(told, EVIDENCE, kind="recommendation", language="sv")
    assert "Inget underlag" in text
    team = claims.hide_few(STRENGTH, _readers("internal"))
    pd.testing.assert_frame_equal(team.drop(columns="too_few"), STRENGTH)


def test_the_number_of_people_is_hidden_where_the_quotations_shown_tell_of_a_few_others() -> None:
    """Seven people, and five of them quoted: two did not want to be."""
    few = STRENGTH.head(1).assign(people=7, people_held=2, people_against=0, against=1)
    told = claims.hide_few(few, _readers()).iloc[0]
    assert told[["people", "quotations"]].isna().all()
    assert told["against"] == 1
    told = claims.hide_few(few.assign(people_held=0), _readers()).iloc[0]
    assert told["people"] == 7
    told = claims.hide_few(few.assign(people_against=1), _readers()).head(1)
    text = written.write_claims(told, EVIDENCE, kind="finding", language="en")
    assert "There is evidence against it, from too few people for the number to be told." in text


def test_partners_see_quotations_without_their_source_and_with_no_more_than_many_share() -> None:
    people = pd.DataFrame({"city": "umea", "role": ["participant"] * 3 + ["staff"] * 5})
    told = claims.keep_open(EVIDENCE, people, shown=["a1"], min_people=5, audience="partners")
    assert told[["claim", "reference"]].to_numpy().tolist() == [
        ["c1", "q1"], ["c1", "umea-work"], ["c4", "bok"]
    ]  # fmt: skip
    text = written.write_quotations(told, names=NAMES, language="sv")
    assert text.endswith(". ”Jag känner grannen.”, Umeå ([c1](#e-claim.2f.c1))")
    assert not re.search(r"s1|replik|promenad|intervju|Deltagare|a1|återges", text)
    text = written.write_claims(STRENGTH, told, kind="finding", language="sv")
    assert not re.search(r"Fel:|räknas inte|a[1-9]\b", text)


def test_partners_see_of_a_summary_what_rests_on_words_that_may_be_quoted() -> None:
    """What is written of a city, or of a document, stays; no id of an interview does."""
    book = SUMMARIES.head(1).assign(case="bok", summary="Ur boken.", segments="")
    placed = _place(pd.concat([SUMMARIES, book], ignore_index=True), audience="partners")
    assert placed["summary"].tolist() == [
        "", "", "Fler, men få nära.", "Känner en granne.", "Ur boken."
    ]  # fmt: skip
    assert placed["case"].tolist() == ["", "", "umea", "", "bok"]
    voices = _readers().withhold(claims.count_voices(QUOTATIONS), "people", "sources")
    text = written.write_themes(THEMES, TOLD, voices, placed, cities=NAMES, language="sv")
    assert "**Umeå**: Känner en granne. Ur boken. (bok)\n" in text
    assert "**Boden**: vad som står om enskilda intervjuer visas inte här." in text
    passages = written.write_passages(placed, QUOTATIONS, shown=["a1"], themes={}, language="sv")
    assert passages.startswith("*Ställena visas bara för labbets eget team")


def test_what_partners_may_not_see_is_told_as_such_and_not_as_missing() -> None:
    changes = pd.DataFrame(
        {
            "city": ["umea"], "estimate": [NAN], "low": [NAN], "high": [NAN], "n": [NAN],
            "unit": ["change in points"], "rose": [NAN], "fell": [NAN], "same": [NAN],
            "too_few": [True],
        }
    )  # fmt: skip
    scale = Scale("belonging", (), "mean", 1, (1.0, 5.0), "Tillhörighet", "")
    told = synthesis.tell_changes(changes, NAMES, survey="panel", scale=scale, language="sv")
    assert told["sentence"].item() == ("Tillhörighet, Umeå: för få personer för att visas.")
    assert told["value"].item() == "för få"
    outcomes = pd.DataFrame({"goal": ["g1", "g2"], "estimate": [NAN, NAN],
                             "too_few": [True, False]})  # fmt: skip
    gaps = synthesis.count_gaps(STRENGTH, outcomes, outcomes)
    assert gaps["uncounted"].item() == 1


def test_outcomes_are_told_with_their_interval_or_as_they_were_published() -> None:
    observed = pd.DataFrame(
        {
            "goal": ["work", "visits"], "city": ["umea", "boden"], "date": ["", "2019"],
            "source": ["bok", "bok"], "numerator": [9.0, NAN], "denominator": [10.0, NAN],
            "unknown": [NAN, NAN], "published_sv": ["", "omkring 130"],
        }
    )  # fmt: skip
    set_goals = pd.DataFrame(
        {
            "goal": ["work", "visits"], "city": ["umea", "boden"], "kind": ["participants", ""],
            "indicator_sv": ["Arbete", "Besök"], "target": [NAN, NAN], "theme": ["job", ""],
        }
    )  # fmt: skip
    outcomes = goals.estimate_outcomes(observed, set_goals).assign(too_few=False)
    told = synthesis.tell_outcomes(outcomes, NAMES | {"bok": "Boken"}, language="sv")
    assert told["sentence"].tolist() == [
        "Arbete, Umeå: 9 av 10, 90\N{NO-BREAK SPACE}% (60–98\N{NO-BREAK SPACE}%); hur många som är "
        "okända framgår inte. Källa: Boken.",
        "Besök, Boden: omkring 130, så som det uppges, 2019. Källa: Boken.",
    ]
    assert told["theme"].tolist() == ["job", ""]
    assert told["value"].str.startswith(("90", "omkring 130")).all()
    hidden = outcomes.assign(estimate=NAN, low=NAN, high=NAN, numerator=NAN, too_few=True)
    told = synthesis.tell_outcomes(hidden, NAMES, language="sv")
    assert told["sentence"].str.endswith(": för få personer för att visas.").all()
    assert told["value"].tolist() == ["för få", "för få"]


def test_a_change_is_called_by_survey_scale_and_city() -> None:
    changes = pd.DataFrame(
        {
            "city": ["umea"], "estimate": [0.5], "low": [0.25], "high": [0.75], "n": [30],
            "unit": ["change in points"], "rose": [20], "fell": [8], "same": [2],
        }
    )  # fmt: skip
    scale = Scale("belonging", (), "mean", 1, (1.0, 5.0), "Tillhörighet", "")
    told = synthesis.tell_changes(changes, NAMES, survey="panel", scale=scale, language="en")
    assert told["reference"].tolist() == ["panel/belonging/umea"]
    assert told["sentence"].iloc[0].startswith("Tillhörighet, Umeå: on average +0.50 points")


def test_visits_that_nobody_counted_are_unknown_not_none() -> None:
    activities = pd.DataFrame(
        {"city": ["umea", "umea", "boden"], "date": ["2019-05", "2019-01", ""],
         "visits": [3.0, None, None]}
    )  # fmt: skip
    found = synthesis.count_activities(activities, order=["boden", "lund", "umea"])
    assert found["city"].tolist() == ["boden", "umea"]
    assert found["visits"].isna().tolist() == [True, False]
    assert found.loc[1, ["activities", "visits", "first_date"]].tolist() == [2, 3.0, "2019-01"]


def test_gaps_count_claims_on_nothing_and_goals_without_a_share() -> None:
    outcomes = pd.DataFrame({"goal": ["g1", "g2"], "estimate": [0.9, None]})
    gaps = synthesis.count_gaps(STRENGTH, pd.DataFrame({"goal": ["g1", "g2", "g3"]}), outcomes)
    assert gaps.iloc[0].to_dict() == {
        "claims": 4, "bare": 2, "lost": 1, "withdrawn": 1, "goals": 3, "uncounted": 2,
    }  # fmt: skip


def test_a_lab_without_coding_says_so_in_a_sentence_each() -> None:
    nobody = place_quotations(SEGMENTS.head(0), TURNS)
    none = CLAIMS.head(0)
    evidence = claims.list_evidence(none, nobody, estimates=[], sources=[], withdrawn=[])
    strength = claims.count_strength(none, evidence, shown=[], language="en")
    placed = _place(SUMMARIES.head(0))
    voices = claims.count_voices(nobody)
    texts = [
        written.write_claims(strength, evidence, kind="finding", language="en"),
        written.write_quotations(evidence, names={}, language="en"),
        written.write_themes(THEMES.head(0), TOLD, voices, placed, cities=NAMES, language="en"),
        written.write_passages(placed, nobody, shown=[], themes={}, language="en"),
        numbers.write_estimates(TOLD.head(0), cities=NAMES, language="en"),
    ]
    assert all(re.fullmatch(r"\*[A-Z].+\.\*", text) for text in texts)


@pytest.fixture
def example(root: Path, tmp_path: Path) -> Lab:
    """The example, coding and transcripts of one city, to be spoilt."""
    shutil.copytree(root / "data" / "example", tmp_path / "lab", ignore=lambda *_: ["generator"])
    return open_lab(tmp_path / "lab", pseudonyms=False)


def _evidence_of(lab: Lab) -> pd.DataFrame:
    segments = lab.read_segments()
    return claims.list_evidence(
        lab.read_table("claims"),
        place_quotations(segments, lab.read_turns()),
        estimates=[],
        sources=[],
        withdrawn=set(lab.read_table("segments")["segment_id"]) - set(segments["segment_id"]),
    )


def test_the_examples_claims_lose_what_the_withdrawn_said_and_nothing_else(example: Lab) -> None:
    """Then consent is withdrawn by one more: the claim loses that evidence too."""
    states = _evidence_of(example)["state"].value_counts().to_dict()
    assert states == {"there": 26, "withdrawn": 1}
    consent = example.folder / "consent.csv"
    text = consent.read_text("utf-8")
    consent.write_text(
        text.replace("P-N-001,yes,yes,yes,yes,,", "P-N-001,yes,yes,yes,yes,,2026-01-01"), "utf-8"
    )
    found = _evidence_of(example).set_index("reference")
    assert found.loc["AL-0151", "state"] == "withdrawn"
    assert found.loc["AL-0151", "text"] == ""


def test_summaries_are_read_as_people_left_them(example: Lab) -> None:
    before = (example.folder / "coding" / "summaries.csv").read_bytes()
    placed = synthesis.place_summaries(
        example.read_table("summaries"),
        cities=list(example.city_names()),
        sources=example.read_sources(),
        people=example.read_people(),
    )
    assert (placed["city"] != "").all()
    assert (example.folder / "coding" / "summaries.csv").read_bytes() == before


def test_a_quotation_whose_words_are_edited_away_is_one_line_on_the_page_and_in_the_check(
    example: Lab,
) -> None:
    """A passage of N-I02 that the claim C01 cites, edited in Word as anybody would."""
    file = example.folder / "raw" / "norrvik" / "interview" / "N-I02.docx"
    document = docx.Document(file)
    (run,) = (one for one in document.element.iter(qn("w:t"))
              if "hela samtalet den dagen" in (one.text or ""))  # fmt: skip
    run.text = run.text.replace("hela samtalet den dagen", "allt den dagen")
    document.save(file)
    evidence = _evidence_of(example)
    strength = claims.count_strength(
        example.read_table("claims"), evidence, shown=[], language="sv"
    )
    text = written.write_claims(strength, evidence, kind="finding", language="sv")
    lines = [line for line in text.splitlines() if "Fel:" in line]
    assert len(lines) == 1
    assert lines[0].startswith("- Fel: AL-0034 räknas inte, repliken har inte längre den text")
    faults = [str(fault) for fault in example.check().faults if "AL-0034" in str(fault)]
    assert len(faults) == 1
    assert faults[0].startswith("coding/claims.csv, row 2, column supports: must be a quotation")


@pytest.fixture
def published(root: Path) -> Lab:
    """The four real labs, of which only published facts are there."""
    return open_lab(root / "data" / "innovationslabb")


def test_every_published_fact_names_a_source_that_the_lab_knows(published: Lab) -> None:
    titles = published.source_titles()
    told = [
        synthesis.list_labs(published.read_cities())["source"],
        published.read_observations()["source"],
        published.read_reflections()["source"],
        published.read_table("claims")["source"],
    ]
    assert [len(sources) for sources in told] == [4, 9, 3, 2]
    assert all(set(sources) <= set(titles) for sources in told)
    set_goals = published.read_goals()
    assert set(set_goals["goal"]) == set(published.read_observations()["goal"])


def test_the_report_and_three_of_its_five_recommendations_are_named_as_missing(
    published: Lab,
) -> None:
    said, sources = published.read_table("claims"), published.read_sources()
    assert said["kind"].tolist() == ["recommendation"] * 2
    raw = sources[(sources["type"] == "document") & (sources["status"] == "raw")]
    assert raw["source_id"].tolist() == ["slutrapport"]
    assert "tre av dess fem rekommendationer" in raw["note"].iloc[0]
    text = written.write_sources(sources[sources["type"] == "document"], language="sv")
    assert "<span id='e-slutrapport'>" in text
    assert "(ogranskad): Slutrapporten, 74 sidor – inte läst" in text
