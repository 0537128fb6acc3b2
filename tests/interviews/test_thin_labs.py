"""Where hardly anybody has said anything, the pages say so: a sentence, never a traceback."""

from pathlib import Path

import nbformat
import pytest

from labtools.batch.plan import plan_reports
from labtools.batch.runner import run_plan
from labtools.batch.warm import kernel_server
from labtools.lab import open_lab

NOTEBOOKS = [
    "interviews/00_explore",
    "interviews/01_what_people_say",
    "interviews/02_word_choice",
    "interviews/05_topics",
]
THREE_WORDS = "Ulf: Hur är det?\nEva: Det är bra.\n"
NO_WORD = "Ulf: Och?\nEva: …\n"
ENGLISH = "Eva: I like my neighbours and the garden here, it is a quiet place.\n" * 3
SWEDISH = "Eva: Jag trivs med mina grannar och gården här, det är en lugn plats.\n" * 3


def _lay(folder: Path, said: dict[str, str]) -> Path:
    """A lab with one interview for each city that says anything, and a city without any."""
    row = "{0},{0},interview,,2024-05-02,,{0}.txt,sv,,,raw,\n"
    tables = {
        "lab.toml": '[lab]\nname = "Tunt"\nlanguage = "sv"\n',
        "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
        + "".join(f"{city},{city},,,,,,\n" for city in ["tom", *said]),
        "sources.csv": "source_id,city,type,title,date,wave,file,language,interpreter,checked_by,"
        "status,note\n" + "".join(row.format(city) for city in said),
        "speakers.csv": "source_id,label,person_id,role\n"
        + "".join(f"{city},Eva,,respondent\n{city},Ulf,,interviewer\n" for city in said),
    }
    (folder / "raw").mkdir(parents=True)
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    for city, text in said.items():
        (folder / "raw" / f"{city}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "said",
    [{}, {"kort": THREE_WORDS, "tyst": NO_WORD}, {"a": ENGLISH, "b": ENGLISH}, {"a": SWEDISH}],
    ids=["nobody", "three words", "English alone", "Swedish alone"],
)
def test_every_page_is_made_of_sentences(
    said: dict[str, str], tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word asked for occurs nowhere either."""
    monkeypatch.chdir(root)
    lab = open_lab(_lay(tmp_path / "lab", said))
    reports = plan_reports(
        lab, folder=root / "notebooks", notebooks=NOTEBOOKS, values={"word": "finnsinte"}
    )
    assert len(reports) == 2 + 2 * (1 + len(said))
    with kernel_server(["labtools.lab", "labtools.interviews.tokens"]) as server:
        outcomes = run_plan(
            reports, out=tmp_path / "out", jobs=2, timeout=300, server=server, progress=print
        )
    assert [(one.report.name, one.reason) for one in outcomes if one.status != "done"] == []
    assert [one.report.name for one in outcomes if one.stderr] == []
    (page,) = (tmp_path / "out").rglob("01_what_people_say/**/tom*.ipynb")
    told = [
        output["data"].get("text/markdown", "")
        for cell in nbformat.read(page, as_version=4).cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert "Det finns inga utskrivna intervjuer från den här staden." in " ".join(told)
