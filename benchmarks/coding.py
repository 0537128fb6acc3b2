"""How fast ten thousand coded segments are read, and how rightly.

    .venv/bin/python benchmarks/coding.py

A lab is composed: 400 interviews in four cities, 500 codes, 10,000 segments of two coders, half
of them in turns that both coded. It is written to disk, exported to a REFI-QDA project, and
imported into a copy without coding, by the commands that a user types. Every other step runs once
to warm up and three times after that; the median counts. NLTK computes alpha of every code, and
pandas the matrix, on the same units in the same process. Prints seconds, ratios, the largest
difference of the results, and this process's peak memory, of one run on this machine.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from nltk.metrics.agreement import AnnotationTask

from labtools.evidence.quotations import place_quotations
from labtools.interviews import (
    agreement,
    co_occurrence,
    coding_units,
    evidence_gaps,
    framework,
    incidence,
    overlap,
    saturation,
    suggestions,
    themes,
    tokens,
)
from labtools.lab import Lab, open_lab

SOURCES, TURNS, CODES, SEGMENTS, DRAWS = 400, 60, 500, 10_000, 1000
CITIES = ("norrvik", "sundby", "vallmo", "ekberga")
WORDS = tuple(map("".join, product("bdfgklmnprstv", "aeiouåö", "lnrst", ["a", "or"])))
NLTK_CODES = 3  # the others would take as long each
GOALS = {"import": 10.0, "matrix": 1.0, "agreement, B = 1,000": 10.0, "gaps and saturation": 1.0}
COMMAND = "from labtools.cli import main; main(prog_name='labtools')"


def compose(folder: Path) -> None:
    """Write the lab: transcripts, tables, coding."""
    rng = np.random.default_rng(1)
    raw = folder / "raw"
    raw.mkdir(parents=True)
    ids = [f"i{number:03d}" for number in range(SOURCES)]
    city = {source: CITIES[number % 4] for number, source in enumerate(ids)}
    said = {
        source: [" ".join(rng.choice(WORDS, 12)).capitalize() + "." for _ in range(TURNS)]
        for source in ids
    }
    for source, turns in said.items():
        pairs = (f"Fråga: Jaha?\nSvar: {text}" for text in turns)
        (raw / f"{source}.txt").write_text("\n".join(pairs) + "\n", encoding="utf-8")
    (folder / "lab.toml").write_text(
        '[lab]\nname = "Prov"\nlanguage = "sv"\npseudonyms = false\n', encoding="utf-8"
    )
    sources = {"type": "interview", "date": "2024-05", "language": "sv", "status": "raw"}
    people = {"role": "participant", "age_band": "", "gender": ""}
    speakers = [(one, "Fråga", "", "interviewer") for one in ids]
    speakers += [(one, "Svar", f"p-{one}", "respondent") for one in ids]
    tables = {
        "cities": pd.DataFrame({"city": CITIES, "name": CITIES}).assign(
            municipality_code="", company="", lab="", target_group="", start="", end=""
        ),
        "sources": pd.DataFrame({"source_id": ids, "city": [city[one] for one in ids]}).assign(
            file=[f"{one}.txt" for one in ids], **sources
        ),
        "people": pd.DataFrame(
            {"person_id": [f"p-{one}" for one in ids], "city": [city[one] for one in ids]}
        ).assign(**people),
        "speakers": pd.DataFrame(speakers, columns=["source_id", "label", "person_id", "role"]),
        "coding/codebook": pd.DataFrame({"code": [f"c{n:03d}" for n in range(CODES)]}).assign(
            parent="", name_sv="", name_en="", definition="", words=rng.choice(WORDS, CODES)
        ),
        "coding/coders": pd.DataFrame({"coder": ["x", "y"], "kind": "human"}),
        "coding/segments": _code(said, rng),
    }
    tables["coding/summaries"] = _summarise(tables["coding/segments"])
    (folder / "coding").mkdir()
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)


def _code(said: dict[str, list[str]], rng: np.random.Generator) -> pd.DataFrame:
    """Half of the passages one coder's alone, half marked by both, some with another code."""
    rows = []
    while len(rows) < SEGMENTS:
        source = str(rng.choice(list(said)))
        turn, code = int(rng.integers(TURNS)), int(rng.zipf(1.3)) % CODES
        text = said[source][turn]
        start, end = sorted(rng.integers(0, len(text) + 1, 2))
        for coder in rng.permutation(["x", "y"])[: rng.integers(1, 3)]:
            other = code if rng.random() < 0.9 else int(rng.integers(CODES))
            place = (source, 2 * turn + 2, start, max(end, start + 1))
            rows.append((*place, f"c{other:03d}", coder))
    table = pd.DataFrame(
        rows[:SEGMENTS], columns=["source_id", "turn", "start", "end", "code", "coder"]
    )
    quotes = [
        said[source][turn // 2 - 1][start:end]
        for source, turn, start, end in table[["source_id", "turn", "start", "end"]].to_numpy()
    ]
    table = table.assign(quote=quotes, turn_hash="", date="", memo="")
    table.insert(0, "segment_id", [f"g{number:05d}" for number in range(len(table))])
    return table[table["quote"].str.strip() != ""]


def _summarise(segments: pd.DataFrame) -> pd.DataFrame:
    """A summary of every second cell of the matrix, which names its passages."""
    cells = segments.groupby(["source_id", "code"])["segment_id"].agg(";".join).iloc[::2]
    table = cells.rename("segments").reset_index()
    table = table.rename(columns={"source_id": "case", "code": "theme"})
    return table.assign(summary="Så här.", author="KL", date="")


def run_command(*arguments: str) -> float:
    """Seconds that a command takes, from its start to its end."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", COMMAND, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun


def exchange(folder: Path) -> dict[str, float]:
    """Export the coding, import it into a copy without any, and hold the two together."""
    copy, project = folder.parent / "copy", folder.parent / "coding.qdpx"
    shutil.copytree(folder, copy, ignore=lambda *_: ["coding"])
    (copy / "coding").mkdir()
    seconds = {"export": run_command("export", "coding", "--lab", str(folder), str(project))}
    seconds["import"] = run_command("import", "coding", "--lab", str(copy), str(project))
    columns = ["source_id", "turn", "start", "end", "quote"]
    before, after = (
        set(open_lab(one).read_table("segments")[columns].itertuples(index=False, name=None))
        for one in (folder, copy)
    )
    print(f"passages that came back as they went: {len(before & after)} of {len(before)}")
    return seconds


def measure(run: Callable[[], Any]) -> tuple[float, Any]:
    """The median seconds of three runs after one, and what it gave."""
    found, seconds = run(), []
    for _ in range(3):
        begun = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds), found


def read(lab: Lab) -> dict[str, Any]:
    """What a page reads before it counts anything."""
    coders, turns = lab.read_table("coders"), lab.read_turns()
    coded = coding_units.keep_human(lab.read_segments(), coders)
    known = incidence.find_coded(
        coded, turns, sources=lab.read_sources(), coders=coders, people=lab.read_people()
    )
    return {"lab": lab, "turns": turns, "coded": coded, "known": known,
            "answers": turns[turns["speaker"] != "interviewer"],
            "summaries": lab.read_table("summaries"), "codebook": lab.read_table("codebook"),
            "sources": lab.read_sources()}  # fmt: skip


def make_matrix(given: dict[str, Any]) -> pd.DataFrame:
    """The framework matrix of the whole lab, quotations verified, as a page shows it."""
    quotations = place_quotations(given["coded"], given["turns"])
    cells = framework.make_cells(given["summaries"], quotations, withdrawn=[], held=[])
    cases = framework.order_cases(cells, given["sources"], quotations)
    named = {code: code for code in given["codebook"]["code"]}
    framework.count_cells(cells, themes=named, cases=cases)
    return framework.spread_cells(
        cells, themes=named, cases=cases, most_themes=CODES, language="sv"
    )


def agree(given: dict[str, Any]) -> pd.DataFrame:
    """Alpha and AC1 of every code, overlap, and all codes together, each with its interval."""
    rng = np.random.default_rng(1)
    units = coding_units.find_units(
        given["coded"], given["answers"], least_coders=2, order=given["codebook"]["code"].tolist()
    )
    agreement.estimate_overall(units, draws=DRAWS, rng=rng)
    overlap.measure_overlap(given["coded"], given["answers"], draws=DRAWS, rng=rng)
    return agreement.estimate_agreement(
        units, approach="codebook", least_turns=1, draws=DRAWS, rng=rng
    )


def suggest(given: dict[str, Any]) -> pd.DataFrame:
    """Turns that the words of 500 codes propose, and how well they do."""
    spoken = tokens.tokenize(given["answers"], language="sv")
    words = suggestions.list_words(given["codebook"], language="sv")
    suggested = suggestions.suggest_turns(spoken, words)
    return suggestions.measure_suggestions(
        suggested, given["coded"], given["answers"], order=[], draws=DRAWS,
        rng=np.random.default_rng(1),
    )  # fmt: skip


def count_voices(given: dict[str, Any]) -> pd.DataFrame:
    """Themes with their people, quotations and negative cases, for one city."""
    quotations = place_quotations(given["coded"], given["turns"])
    named = {code: code for code in given["codebook"]["code"]}
    here = given["sources"][given["sources"]["city"] == CITIES[0]]
    of_city = quotations[quotations["source_id"].isin(here["source_id"])]
    claims = given["lab"].read_table("claims")
    themes.list_negative_cases(
        of_city, themes=named, sources=here, claims=claims, summaries=given["summaries"],
        city=CITIES[0],
    )  # fmt: skip
    themes.choose_quotations(of_city, themes=named, most=3)
    return themes.count_themes(quotations, given["turns"], themes=named, city=CITIES[0])


def find_gaps(given: dict[str, Any]) -> None:
    """What has not been heard: frequencies, Chao2, coverage, the map, codes heard together."""
    known = given["known"]
    frequencies = incidence.count_frequencies(known, by=["city"])
    saturation.estimate_codes(frequencies, by=["city"])
    saturation.estimate_coverage(frequencies, by=["city"])
    listed = evidence_gaps.list_themes(given["codebook"], known)
    evidence_gaps.map_evidence(known, listed, by=["city", "type", "role"])
    co_occurrence.count_co_occurrences(known.said)


def agree_with_nltk(given: dict[str, Any]) -> dict[str, float]:
    """Alpha of every code by NLTK, without an interval, on the turns that two coders read."""
    units = coding_units.find_units(given["coded"], given["answers"], least_coders=2, order=[])
    turns = given["answers"][["source_id", "turn"]].astype({"turn": "float64"})
    read = turns.merge(units.readers, on="source_id")
    every = list(read[["coder", "source_id", "turn"]].itertuples(index=False, name=None))
    marks = units.marks[["coder", "source_id", "turn"]].itertuples(index=False, name=None)
    marked: dict[str, set[tuple[Any, ...]]] = {}
    for code, place in zip(units.marks["code"], marks, strict=True):
        marked.setdefault(code, set()).add(place)
    return {
        code: AnnotationTask(
            [(coder, (source, turn), (coder, source, turn) in marked[code])
             for coder, source, turn in every]
        ).alpha()
        for code in list(units.codes)[:NLTK_CODES]
    }  # fmt: skip


def cross_with_pandas(given: dict[str, Any]) -> pd.DataFrame:
    """How many segments each case has of each code, and no more."""
    return pd.crosstab(given["coded"]["source_id"], given["coded"]["code"])


def main() -> None:
    """Print a line for each step, then the ratios."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "lab"
        compose(folder)
        seconds = exchange(folder)
        given = read(open_lab(folder))
        steps: dict[str, Callable[[], Any]] = {
            "matrix": lambda: make_matrix(given),
            "agreement, B = 1,000": lambda: agree(given),
            "suggestions, B = 1,000": lambda: suggest(given),
            "themes and negative cases": lambda: count_voices(given),
            "gaps and saturation": lambda: find_gaps(given),
            "NLTK, alpha of a code": lambda: agree_with_nltk(given),
            "pandas, segments by case and code": lambda: cross_with_pandas(given),
        }
        found = {}
        for name, run in steps.items():
            seconds[name], found[name] = measure(run)
        seconds["NLTK, alpha of a code"] /= NLTK_CODES
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{len(given['coded']):,} segments, {CODES} codes, {SOURCES} sources, "
          f"{len(given['answers']):,} turns of answers; peak memory {peak:.2f} GB")  # fmt: skip
    for name, taken in seconds.items():
        goal = f"goal {GOALS[name]:4.0f} s" if name in GOALS else ""
        print(f"{name:36} {taken:8.2f} s  {goal}")
    ours = found["agreement, B = 1,000"].query("measure == 'alpha'").set_index("code")["estimate"]
    apart = max(abs(ours[code] - one) for code, one in found["NLTK, alpha of a code"].items())
    codes = len(ours)
    ratio = codes * seconds["NLTK, alpha of a code"] / seconds["agreement, B = 1,000"]
    print(f"NLTK for {codes} codes, without intervals, would take {ratio:.0f} times as long as all "
          f"of agreement; alpha differs by {apart:.0e} at most")  # fmt: skip
    ratio = seconds["matrix"] / seconds["pandas, segments by case and code"]
    print(f"the matrix takes {ratio:.1f} times as long as pandas' crosstab, which verifies nothing")


if __name__ == "__main__":
    main()
