"""How fast a batch runs: light notebooks, cold, beside what one would write oneself.

    .venv/bin/python benchmarks/batch.py [REPORTS]

Each report imports the stack, makes a table and draws two figures. Three ways, two at a time,
in one run on this machine: the commands `papermill` and `jupyter nbconvert` for each report;
papermill and nbconvert called from a pool of processes; labtools. Prints seconds and the ratio
to labtools, whether all three gave the same tables and figures. Then the same once more with
nothing changed. Last the example lab, cold: what the whole run costs of the processors, start and
pages included, and what its cells alone cost in their warm processes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

REPORTS = 60
JOBS = 2
BIN = Path(sys.executable).parent
CELLS = (
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\n"
    "import scipy.stats\nimport seaborn as sns",
    "rng = np.random.default_rng(len(city))\n"
    "table = pd.DataFrame({'score': rng.normal(size=200), 'wave': ['before', 'after'] * 100})",
    "table.groupby('wave').agg(['mean', 'std', 'count'])",
    "figure, ax = plt.subplots()\nsns.histplot(table, x='score', hue='wave', ax=ax)\nplt.show()",
    "figure, ax = plt.subplots()\nsns.boxplot(table, x='wave', y='score', ax=ax)\nplt.show()",
    "scipy.stats.ttest_ind(*[part['score'] for _, part in table.groupby('wave')])",
)
LAB = '[lab]\nname = "Bench"\nlanguage = "en"\nsynthetic = true\n'


def compose(root: Path, reports: int) -> list[str]:
    """A project with one notebook and a city for each report; return the cities."""
    cities = [f"city{number:03}" for number in range(reports)]
    lab = root / "data" / "bench"
    lab.mkdir(parents=True)
    head = "city,name,municipality_code,company,lab,target_group,start,end\n"
    rows = "".join(f"{city},{city.title()},,,,,,\n" for city in cities)
    (lab / "lab.toml").write_text(LAB, encoding="utf-8")
    (lab / "cities.csv").write_text(head + rows, encoding="utf-8")
    (lab / "sources.csv").write_text(
        "source_id,city,type,date,file,language,status\n", encoding="utf-8"
    )
    parameters = new_code_cell('city: str = "x"', metadata={"tags": ["parameters"]})
    titles = [new_markdown_cell("# Light", metadata={"tags": [f"lang-{n}"]}) for n in ("sv", "en")]
    cells = [*titles, parameters, *map(new_code_cell, CELLS)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = root / "notebooks" / "bench" / "01_light.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
    return cities


def run_commands(root: Path, out: Path, cities: list[str]) -> None:
    """`papermill`, then `jupyter nbconvert`, for each report."""
    source = root / "notebooks" / "bench" / "01_light.ipynb"

    def one(city: str) -> None:
        notebook = out / f"{city}.ipynb"
        for command in (
            [BIN / "papermill", source, notebook, "-p", "city", city],
            [BIN / "jupyter", "nbconvert", "--to", "html", notebook],
        ):
            subprocess.run(command, check=True, capture_output=True)

    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(one, cities))


def run_pool(root: Path, out: Path, cities: list[str]) -> None:
    """papermill and nbconvert, called in a pool of processes."""
    source = root / "notebooks" / "bench" / "01_light.ipynb"
    with ProcessPoolExecutor(JOBS, mp_context=get_context("spawn")) as pool:
        list(pool.map(partial(_run_one, source, out), cities))


def _run_one(source: Path, out: Path, city: str) -> None:
    import papermill
    from nbconvert import HTMLExporter

    notebook = out / f"{city}.ipynb"
    try:
        papermill.execute_notebook(source, notebook, {"city": city}, progress_bar=False)
    except RuntimeError:  # two kernels chose the same TCP port, as happens now and then
        papermill.execute_notebook(source, notebook, {"city": city}, progress_bar=False)
    page, _ = HTMLExporter().from_filename(str(notebook))
    notebook.with_suffix(".html").write_text(page, encoding="utf-8")


def run_labtools(root: Path, out: Path, cities: list[str]) -> None:
    """`labtools run`."""
    command = [BIN / "labtools", "run", "--lab", "data/bench", "--out", out, "--jobs", str(JOBS)]
    subprocess.run(command, check=True, capture_output=True, cwd=root)


def outputs(folder: Path, cities: list[str]) -> list[Any]:
    """Tables, figures and numbers of every report."""
    found = {path.stem: path for path in folder.rglob("*.ipynb")}
    return [
        [
            output.get("data")
            for cell in nbformat.read(found[city], as_version=4).cells
            for output in cell.get("outputs", [])
        ]
        for city in cities
    ]


def main() -> None:
    """Run all three on the same notebook, labtools twice."""
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        cities = compose(root, reports)
        ways: dict[str, tuple[str, Callable[[Path, Path, list[str]], None]]] = {
            "papermill and nbconvert, commands": ("commands", run_commands),
            "papermill and nbconvert, a pool": ("pool", run_pool),
            "labtools run": ("labtools", run_labtools),
            "labtools run, nothing changed": ("labtools", run_labtools),
        }
        seconds: dict[str, float] = {}
        for name, (place, run) in ways.items():
            out = root / place
            out.mkdir(exist_ok=True)
            begun = time.perf_counter()
            run(root, out, cities)
            seconds[name] = time.perf_counter() - begun
            if name == "labtools run":
                print_costs("this notebook, cold", out)
        ours = seconds["labtools run"]
        print(f"{reports} reports, {JOBS} at a time {'seconds':>26} {'ratio':>6}")
        for name, taken in seconds.items():
            print(f"{name:46} {taken:8.1f} {taken / ours:6.2f}")
        results = [outputs(root / place, cities) for place in ("commands", "pool", "labtools")]
        print(f"same tables and figures: {'yes' if results.count(results[0]) == 3 else 'NO'}")
        run_example(root / "example")
        print_costs("the example lab, cold", root / "example")


def run_example(out: Path) -> None:
    """`labtools run` of the example lab."""
    command = [BIN / "labtools", "run", "--out", out, "--jobs", str(JOBS)]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])


def print_costs(name: str, out: Path) -> None:
    """What the last run that wrote there cost, beside 1.1 times its cells and 0.35 s a report."""
    run = json.loads(next(out.rglob("run.json")).read_text("utf-8"))["run"]
    whole, cells, reports = run["cpu_seconds"], run["cell_cpu_seconds"], run["reports"]
    limit = 1.1 * cells + 0.35 * reports
    print(f"{name}: {reports} reports, {whole:.1f} processor seconds, cells {cells:.1f}", end="; ")
    print(f"1.1 × cells + 0.35 s each: {limit:.1f}")


if __name__ == "__main__":
    main()
