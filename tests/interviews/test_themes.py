"""Themes of a small lab on disk: who spoke, their words, what is lost, and what speaks against."""

from pathlib import Path

import pandas as pd
import pytest

from labtools.evidence.inventory import INTERVIEW_TYPES
from labtools.evidence.quotations import place_quotations
from labtools.interviews import themes
from labtools.interviews.coding_units import keep_human
from labtools.interviews.concordance import keep_quotable
from labtools.interviews.theme_texts import write_themes
from labtools.lab import open_lab

TABLES = {
    "lab.toml": '[lab]\nname = "Prov"\nlanguage = "sv"\npseudonyms = false\n',
    "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
    "umea,Umeå,2480,,,,,\nboden,Boden,2582,,,,,\n",
    "sources.csv": "source_id,city,type,date,file,language,status\n"
    "i1,umea,interview,2019-05,i1.txt,sv,raw\ni2,umea,interview,2019-05,i2.txt,sv,raw\n"
    "i3,umea,interview,2019-05,i3.txt,sv,raw\ni4,boden,interview,2019-05,i4.txt,sv,raw\n",
    "people.csv": "person_id,city,role\np1,umea,participant\np2,umea,resident\np4,boden,staff\n",
    "speakers.csv": "source_id,label,person_id,role\ni1,Fråga,,interviewer\ni1,Anna,p1,respondent\n"
    "i2,,p2,respondent\ni3,,p1,respondent\ni4,,p4,respondent\n",
    "consent.csv": "person_id,participate,quote,photo,archive,guardian,withdrawn_on\n"
    "p1,yes,yes,,,,\np2,yes,no,,,,\np4,yes,yes,,,,\n",
    "coding/codebook.csv": "code,parent,name_sv,name_en,definition\n"
    "home,,Hemma,Home,\nwork,,Arbete,Work,\n",
    "coding/coders.csv": "coder,kind\nx,human\ny,human\nm,model\n",
    "coding/claims.csv": "claim,kind,text_sv,text_en,supports,contradicts,author,date\n"
    "c1,finding,Alla trivs.,,,g2,KL,\n",
    "coding/summaries.csv": "case,theme,summary,segments,author,date,relation\n"
    "umea,work,Orden säger något annat.,,KL,,contradicts\n",
}
RAW = {
    "i1": "Fråga: Trivs du?\nAnna: Jag trivs här. Jag söker jobb.\nFråga: Jaha.\nAnna: Ja.\n",
    "i2": "Jag vill flytta hem.\n",
    "i3": "Det är skönt att vara hemma.\n",
    "i4": "Här är jag hemma.\n",
}
CODED = [
    ("g1", "i1", 2, "Jag trivs här.", "home", "x"),
    ("g1b", "i1", 2, "Jag trivs här.", "home", "y"),
    ("g2", "i2", 1, "Jag vill flytta hem.", "home", "x"),
    ("g3", "i3", 1, "skönt att vara hemma", "home", "x"),
    ("g4", "i4", 1, "Här är jag hemma.", "home", "x"),
    ("g5", "i1", 2, "Jag söker jobb.", "work", "x"),
    ("g6", "i1", 1, "Trivs du?", "work", "x"),
    ("g7", "i2", 1, "flytta", "work", "m"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The lab, its passages coded with the places and hashes that they have now."""
    for name, text in TABLES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "raw").mkdir()
    for source, text in RAW.items():
        (tmp_path / "raw" / f"{source}.txt").write_text(text, encoding="utf-8")
    said = open_lab(tmp_path).read_turns().set_index(["source_id", "turn"])
    rows = []
    for segment, source, turn, quote, code, coder in CODED:
        of = said.loc[(source, turn)]
        start = of["text"].index(quote)
        place = [turn, start, start + len(quote), quote, of["turn_hash"]]
        rows.append([segment, source, *place, code, coder])
    columns = ["segment_id", "source_id", "turn", "start", "end", "quote", "turn_hash", "code"]
    table = pd.DataFrame(rows, columns=[*columns, "coder"])
    table.to_csv(tmp_path / "coding" / "segments.csv", index=False)
    return tmp_path


def _place(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Quotations and turns as a page has them."""
    lab = open_lab(folder)
    turns = lab.read_turns(types=INTERVIEW_TYPES)
    human = keep_human(lab.read_segments(), lab.read_table("coders"))
    return place_quotations(human, turns), turns


def _count(folder: Path) -> pd.DataFrame:
    quotations, turns = _place(folder)
    names = {"home": "Hemma", "work": "Arbete"}
    return themes.count_themes(quotations, turns, themes=names, city="umea").set_index("code")


def _page(folder: Path, *, audience: str = "internal") -> str:
    lab = open_lab(folder)
    quotations, turns = _place(folder)
    names = themes.name_themes(lab.read_table("codebook"), {"home", "work"}, language="sv")
    here = lab.read_sources("umea")
    of_city = quotations[quotations["source_id"].isin(here["source_id"])]
    shown = keep_quotable(of_city, audience=audience)
    return write_themes(
        themes.count_themes(quotations, turns, themes=names, city="umea"),
        themes.choose_quotations(shown, themes=names, most=5),
        _against(folder),
        themes.find_lost(of_city, themes=names),
        shown=shown["segment_id"].tolist(),
        language="sv",
    )


def _against(folder: Path) -> pd.DataFrame:
    lab, (quotations, _) = open_lab(folder), _place(folder)
    here = lab.read_sources("umea")
    return themes.list_negative_cases(
        quotations[quotations["source_id"].isin(here["source_id"])],
        themes=["home", "work"],
        sources=here,
        claims=lab.read_table("claims"),
        summaries=lab.read_table("summaries"),
        city="umea",
    )


def _replace(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), "utf-8")


def test_people_and_interviews_are_counted_not_segments(folder: Path) -> None:
    """Anna in two interviews, twice by two coders, is one person; a question is nobody's."""
    counted = _count(folder)
    columns = ["people", "people_read", "interviews", "interviews_read", "cities", "cities_read"]
    assert counted.loc["home", columns].tolist() == [2, 2, 3, 3, 2, 2]
    assert counted.loc["work", columns].tolist() == [1, 2, 1, 3, 1, 2]


def test_a_quotation_carries_source_turn_characters_and_hash(folder: Path) -> None:
    page = _page(folder)
    said = _place(folder)[1].set_index(["source_id", "turn"])["turn_hash"]
    hashed = said[("i1", 2)]
    assert (
        f"”Jag trivs här.” Deltagare, källa i1, replik 2, tecken 0–14 (kontrolltal {hashed})"
        in page
    )
    assert page.count("Jag trivs här.") == 1  # two coders marked it
    assert "flytta” " not in page  # a model's


def test_one_letter_of_the_transcript_makes_its_quotations_fail_and_no_others(folder: Path) -> None:
    """Told by its place, without its words; every other line of the page stays, but for counts."""
    before = _page(folder)
    _replace(folder / "raw" / "i3.txt", "skönt", "skont")
    after = _page(folder)
    assert "**Visas inte:** g3, källa i3, replik 1: Repliken har inte längre den text" in after
    assert "hemma" not in after
    quoted = [line for line in before.splitlines() if line.startswith("- ”")]
    assert [line for line in quoted if line not in after.splitlines()] == [
        line for line in quoted if "källa i3" in line
    ]
    quotations, _ = _place(folder)
    states = quotations.set_index("segment_id")["state"]
    assert states[states != "there"].to_dict() == {"g3": "changed"}
    counted = _count(folder)
    assert counted.loc["home", ["people", "interviews", "gone"]].tolist() == [2, 2, 1]
    assert counted.loc["work", ["people", "interviews", "gone"]].tolist() == [1, 1, 0]


def test_an_interview_whose_words_are_lost_is_not_one_in_which_nobody_spoke(folder: Path) -> None:
    _replace(folder / "raw" / "i3.txt", "skönt", "skont")
    against = _against(folder)
    silent = against[against["negative"] == "not_heard"]
    assert silent[["code", "source_id"]].to_numpy().tolist() == [["work", "i2"], ["work", "i3"]]


def test_withdrawn_consent_takes_the_words_and_the_counts_that_relied_on_them(folder: Path) -> None:
    _replace(folder / "consent.csv", "p1,yes,yes,,,,", "p1,yes,yes,,,,2020-01-01")
    page = _page(folder, audience="internal")
    assert "trivs" not in page
    assert "skönt" not in page
    assert "Jag vill flytta hem." in page
    counted = _count(folder)
    assert counted.loc["home", ["people", "people_read", "interviews"]].tolist() == [1, 1, 1]


def test_words_withdrawn_from_quotation_alone_still_count_and_are_shown_to_nobody(
    folder: Path,
) -> None:
    """withdrawal = "quotes" in lab.toml."""
    with (folder / "lab.toml").open("a", encoding="utf-8") as settings:
        settings.write('[consent]\nwithdrawal = "quotes"\n')
    _replace(folder / "consent.csv", "p1,yes,yes,,,,", "p1,yes,yes,,,,2020-01-01")
    assert "trivs" not in _page(folder, audience="internal")
    assert _count(folder).loc["home", "people"] == 2


def test_partners_see_only_words_that_may_be_quoted(folder: Path) -> None:
    """Also where they speak against a claim: then only the place is told."""
    page = _page(folder, audience="partners")
    assert "Jag vill flytta hem." not in page
    assert "Mot påståendet c1: orden får inte återges här. Källa i2, replik 1." in page
    assert "Jag trivs här." in page


def test_negative_cases_are_noted_written_or_silent(folder: Path) -> None:
    """Against a claim, against the numbers, and interviews read in which it is not coded."""
    against = _against(folder)
    assert against[
        ["code", "negative", "source_id", "segment_id", "claim"]
    ].to_numpy().tolist() == [
        ["home", "against_claim", "i2", "g2", "c1"],
        ["work", "against_numbers", "", "", ""],
        ["work", "not_heard", "i2", "", ""],
        ["work", "not_heard", "i3", "", ""],
    ]
    page = _page(folder)
    assert "Mot påståendet c1: ”Jag vill flytta hem.” Källa i2, replik 1." in page
    assert "säger emot siffrorna: ”Orden säger något annat.”" in page
    assert "Inte hört i 2 av 3 lästa intervjuer: i2, i3." in page
    assert "Hört i alla 3 lästa intervjuer." in page


def test_each_person_is_quoted_before_anybody_is_quoted_twice(folder: Path) -> None:
    quotations, _ = _place(folder)
    chosen = themes.choose_quotations(quotations, themes=["home"], most=3)
    assert chosen["segment_id"].tolist() == ["g1", "g2", "g4"]


def test_a_code_that_the_codebook_lacks_comes_last_and_an_unknown_theme_is_refused() -> None:
    codebook = pd.DataFrame({"code": ["work", "home"], "name_sv": ["Arbete", ""]})
    named = themes.name_themes(codebook, ["x", "home", "work"], language="sv")
    assert named == {"work": "Arbete", "home": "home", "x": "x"}
    assert list(themes.name_themes(codebook, ["work"], language="sv", only="home")) == ["home"]
    with pytest.raises(ValueError, match="found garden; codes: work, home"):
        themes.name_themes(codebook, ["work"], language="sv", only="garden")


def test_a_lab_without_coding_has_a_sentence(folder: Path) -> None:
    (folder / "coding" / "segments.csv").unlink()
    quotations, turns = _place(folder)
    counts = themes.count_themes(quotations, turns, themes={}, city="umea")
    assert counts.empty
    read = themes.count_read(counts, open_lab(folder).read_sources("umea"))
    assert read.iloc[0].to_dict() == {"people_read": 0, "interviews_read": 0, "interviews": 3}
    empty = themes.find_lost(quotations, themes={})
    told = write_themes(counts, quotations, empty, empty, shown=[], language="en")
    assert told == "*No themes: no interviews have been coded.*"


def test_a_passage_that_is_a_whole_interview_counts_there_and_quotes_nothing(folder: Path) -> None:
    """Coded without turn or words: it stands as long as the interview does."""
    with (folder / "coding" / "segments.csv").open("a") as segments:
        segments.write("g8,i2,,,,,,work,x\n")
    quotations, _ = _place(folder)
    whole = quotations.set_index("segment_id").loc["g8"]
    assert whole["state"] == "there"
    assert pd.isna(whole["turn"])
    assert _count(folder).loc["work", "interviews"] == 2
    chosen = themes.choose_quotations(quotations, themes=["work"], most=5)
    assert chosen["segment_id"].tolist() == ["g5"]
