"""How fast labtools starts, beside pandas alone: each in new processes, turn and turn about.

    make bench

Prints the median seconds of each and its ratio to `import pandas`, of one run on this machine.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 15
STARTS = {
    "import pandas": "import pandas",
    "import labtools": "import labtools",
    "import labtools.lab": "import labtools.lab",
    "the imports of surveys/02_belonging": "from labtools import figures, tables, words; "
    "from labtools.lab import open_lab; "
    "from labtools.surveys import change, design, items, likert, scales",
}


def main() -> None:
    """Time every start in turn, so that a slow moment of the machine falls on all alike."""
    nothing: list[float] = []
    seconds: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(ROUNDS):
        nothing.append(_time("pass"))
        for name, code in STARTS.items():
            seconds[name].append(_time(code))
    bare = statistics.median(nothing)
    medians = {name: statistics.median(taken) - bare for name, taken in seconds.items()}
    peer = medians["import pandas"]
    print(f"{'':38} {'seconds':>8} {'ratio':>6}   (Python's own start, {bare:.2f} s, taken off)")
    for name, median in medians.items():
        print(f"{name:38} {median:8.2f} {median / peer:6.1f}")


def _time(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
