"""How a batch grows: a lab of 290 cities, four small notebooks each.

    .venv/bin/python benchmarks/cities.py [CITIES]

Runs `labtools run` cold for a quarter, a half and all of the cities, two reports at a time, each
in a project of its own. Prints seconds, seconds and processor seconds a report, the most memory
that the command's own process held, the seconds of its index alone, and those of a run where
nothing changed. Then whether the time is linear in the reports: what a report costs with all
cities beside a quarter of them, without what the run of one city costs, which every run does.
Processor seconds decide, as what else the machine does hardly touches them. Linux alone tells
the memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labtools.batch.record import identify_lab, read_record
from labtools.lab import open_lab
from labtools.site.frame import Site
from labtools.site.index import write_index

CITIES = 290
JOBS = 2
BIN = Path(sys.executable).parent
LINEAR = 1.15  # what a report may cost with all cities, where it costs 1 with fewer
NOTEBOOKS = {
    "01_name": ("letters = sorted(city)", "len(letters)", "print(*letters)"),
    "02_count": ("from collections import Counter", "Counter(city).most_common(3)"),
    "03_text": ("rows = [f'{n} {city}' for n in range(20)]", "print('\\n'.join(rows))"),
    "04_table": (
        "import pandas as pd",
        "table = pd.DataFrame({'letter': list(city), 'place': range(len(city))})",
        "table.groupby('letter').agg(['min', 'max', 'count'])",
    ),
}
LAB = '[lab]\nname = "Bench"\nlanguage = "en"\nsynthetic = true\n'


def compose(root: Path, cities: int) -> Path:
    """A project with the four notebooks and so many cities; return the lab's folder."""
    lab = root / "data" / "bench"
    lab.mkdir(parents=True)
    head = "city,name,municipality_code,company,lab,target_group,start,end\n"
    rows = "".join(f"city{number:03},City {number},,,,,,\n" for number in range(cities))
    (lab / "lab.toml").write_text(LAB, encoding="utf-8")
    (lab / "cities.csv").write_text(head + rows, encoding="utf-8")
    (lab / "sources.csv").write_text(
        "source_id,city,type,date,file,language,status\n", encoding="utf-8"
    )
    chapter = root / "notebooks" / "bench"
    chapter.mkdir(parents=True)
    for name, sources in NOTEBOOKS.items():
        titles = [
            new_markdown_cell(f"# {name}", metadata={"tags": [f"lang-{language}"]})
            for language in ("sv", "en")
        ]
        parameters = new_code_cell('city: str = "x"', metadata={"tags": ["parameters"]})
        cells = [*titles, parameters, *map(new_code_cell, sources)]
        nbformat.write(new_notebook(cells=cells), chapter / f"{name}.ipynb")
    return lab


def run(root: Path) -> tuple[float, float]:
    """`labtools run` in a project: seconds, and the most MB that its own process held."""
    command = [BIN / "labtools", "run", "--lab", "data/bench", "--jobs", str(JOBS)]
    most = [0.0]
    begun = time.perf_counter()
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        watcher = Thread(target=_watch_memory, args=(process.pid, most))
        watcher.start()
        _, told = process.communicate()
    seconds = time.perf_counter() - begun
    watcher.join()
    if process.returncode != 0:
        sys.exit(told.decode())
    return seconds, most[0]


def _watch_memory(pid: int, most: list[float]) -> None:
    """Keep the system's own highest mark of a process, in MB, until it ends."""
    status = Path(f"/proc/{pid}/status")
    while True:
        try:
            lines = status.read_text("ascii").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            return
        marks = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
        if not marks:
            return
        most[0] = int(marks[0]) / 1000
        time.sleep(0.1)


def time_index(out: Path, lab_folder: Path) -> float:
    """Seconds to write the index of what was run."""
    lab = open_lab(lab_folder)
    record = read_record(out, lab=identify_lab(lab_folder, out), tell=sys.exit)
    site = Site(lab.name, lab.synthetic, lab.city_names(), "en")
    begun = time.perf_counter()
    entries = list(record.entries.values())
    write_index(out / "again.html", entries, site=site, when="2024-01-01T12:00:00+01:00")
    return time.perf_counter() - begun


def main() -> None:
    """Run one city, then a quarter, a half and all of them."""
    whole = int(sys.argv[1]) if len(sys.argv) > 1 else CITIES
    print("cities reports  seconds  a report  processor  MB held  index  nothing changed")
    taken: list[tuple[int, float, float]] = []
    for cities in (1, round(whole / 4), round(whole / 2), whole):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            lab, out = compose(root, cities), root / "outputs" / "bench" / "internal-en"
            reports = cities * len(NOTEBOOKS)
            seconds, held = run(root)
            processor = json.loads((out / "run.json").read_bytes())["run"]["cpu_seconds"]
            index = time_index(out, lab)
            again, _ = run(root)
        taken.append((reports, seconds, processor))
        print(f"{cities:6} {reports:7} {seconds:8.1f} {seconds / reports:9.3f}", end=" ")
        print(f"{processor / reports:10.3f} {held:8.0f} {index:6.2f} {again:16.2f}", flush=True)
    clock, processor = (_grow([(row[0], row[column]) for row in taken]) for column in (1, 2))
    verdict = "linear" if processor <= LINEAR else "MORE THAN LINEAR"
    print(f"a report costs {clock:.2f} times as much by the clock,", end=" ")
    print(f"{processor:.2f} times of the processor: {verdict}")


def _grow(taken: Sequence[tuple[int, float]]) -> float:
    """What a report beyond the first run's costs in the last run, beside the second run."""
    (one, start), (few, first), *_, (many, last) = taken
    return ((last - start) / (many - one)) / ((first - start) / (few - one))


if __name__ == "__main__":
    main()
