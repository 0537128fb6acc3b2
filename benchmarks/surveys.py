"""How long a million answers take, beside R's survey: means, Rao and Scott's test, raking.

    .venv/bin/python benchmarks/surveys.py

Each is run once to warm up and three times after that; the median counts, declaration of the
design included. R (Debian: r-cran-survey, r-cran-data.table) runs once on the same rows, its
reading and its declaration apart. Prints seconds, ratios, the largest relative difference of the
results, and this process's peak memory. Without R, its columns are missing.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labtools.surveys.estimates import estimate_means
from labtools.surveys.independence import compare_answers
from labtools.surveys.weights import rake

ROWS = 1_000_000
STAIRWELLS = 20_000
DESIGN = {"strata": "area", "cluster": "stairwell", "weight": "weight"}
MARGINS = ("city", "age", "home")


def make_answers() -> pd.DataFrame:
    """Answers of people in 20,000 stairwells in 40 areas of 4 cities."""
    rng = np.random.default_rng(1)
    stairwell = rng.integers(0, STAIRWELLS, ROWS)
    area = stairwell % 40
    shared = rng.normal(0, 0.5, STAIRWELLS)[stairwell]
    level = shared + rng.normal(0, 1, ROWS)
    return pd.DataFrame(
        {
            "city": np.array(["norrvik", "sundby", "vallmo", "ekberga"])[area % 4],
            "age": rng.choice(["16–24", "25–44", "45–64", "65–"], ROWS),
            "area": area,
            "stairwell": stairwell,
            "weight": rng.uniform(1, 3, ROWS).round(3),
            "score": (3 + level).round(3),
            "home": np.clip((level + 3).round(), 1, 5).astype(int),
        }
    )


def make_margins(answers: pd.DataFrame) -> dict[str, pd.Series]:
    """People per value of three columns, not as those who answered are spread."""
    return {
        column: pd.Series(
            np.linspace(1, 2, answers[column].nunique()), index=sorted(answers[column].unique())
        ).pipe(lambda parts: 4e6 * parts / parts.sum())
        for column in MARGINS
    }


def measure(run: Callable[[], Any]) -> tuple[float, Any]:
    """The median seconds of three runs after one, and what it gave."""
    found, seconds = run(), []
    for _ in range(3):
        begun = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds), found


def run_r(answers: pd.DataFrame, margins: dict[str, pd.Series], folder: Path) -> pd.Series:
    """The seconds that R takes for each, its results left in the folder."""
    answers.to_csv(folder / "answers.csv", index=False)
    for column, totals in margins.items():
        totals.rename_axis(column).rename("people").to_csv(folder / f"{column}.csv")
    script = Path(__file__).with_suffix(".R")
    subprocess.run(["Rscript", str(script), str(folder)], check=True, capture_output=True)
    return pd.read_csv(folder / "seconds.csv", header=None, index_col=0)[1]


def compare(found: dict[str, Any], folder: Path) -> dict[str, float]:
    """The largest relative difference from R's results, of each."""
    means = pd.read_csv(folder / "mean.csv").rename(columns={"score": "expected", "se": "error"})
    both = found["mean"].merge(means, on=["city", "age"], validate="1:1")
    ours = found["rao_scott"][["statistic", "df", "df_residual", "p"]].to_numpy()[0]
    pairs = {
        "mean": (both[["estimate", "standard_error"]], both[["expected", "error"]]),
        "rao_scott": (ours, np.loadtxt(folder / "rao_scott.txt")),
        "raking": (found["raking"].weights, np.loadtxt(folder / "raking.txt")),
    }
    return {
        name: float(np.max(np.abs(np.asarray(one) / np.asarray(other) - 1)))
        for name, (one, other) in pairs.items()
    }


def main() -> None:
    """Print a line for each: seconds here, in R, the ratio, the largest relative difference."""
    answers = make_answers()
    margins = make_margins(answers)
    runs: dict[str, Callable[[], Any]] = {
        "mean": lambda: estimate_means(
            answers, "score", by=["city", "age"], sampling="random", design=DESIGN
        ),
        "rao_scott": lambda: compare_answers(
            answers, "age", "home", sampling="random", design=DESIGN
        ),
        "raking": lambda: rake(answers, margins=margins, weight="weight"),
    }
    seconds, found = {}, {}
    for name, run in runs.items():
        seconds[name], found[name] = measure(run)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{ROWS:,} answers, peak memory {peak:.2f} GB")
    if not shutil.which("Rscript"):
        for name, taken in seconds.items():
            print(f"{name:10} {taken:6.2f} s")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        of_r = run_r(answers, margins, folder)
        apart = compare(found, folder)
    print(f"{'':10} {'here s':>8} {'R s':>8} {'ratio':>8} {'furthest apart':>16}")
    for name, taken in seconds.items():
        ratio = of_r[name] / taken
        print(f"{name:10} {taken:8.2f} {of_r[name]:8.2f} {ratio:8.1f} {apart[name]:16.1e}")
    print(f"R declares the design in {of_r['declare']:.2f} s besides")


if __name__ == "__main__":
    main()
