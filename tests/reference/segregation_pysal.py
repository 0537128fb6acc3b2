"""Expected values of tests/cities/test_segregation.py, printed by PySAL's segregation 2.5.4.

python segregation_pysal.py   (in an environment of its own; writes segregation.csv beside it)
"""

import csv
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

# Inhabitants of areas by group: two groups, three with an empty cell, and many small areas.
rng = np.random.default_rng(1955)
TABLES = {
    "two": [[460, 1040], [240, 1310], [120, 1900], [100, 1205], [150, 1633], [80, 1420]],
    "three": [[30, 12, 58], [7, 0, 93], [41, 25, 14], [5, 60, 180], [22, 18, 9]],
    "small": rng.multinomial(rng.integers(3, 40, size=40), [0.2, 0.3, 0.5]).tolist(),
}

if __name__ == "__main__":
    # By name: nothing else of this project needs the package.
    of_two = import_module("segregation.singlegroup")
    of_several = import_module("segregation.multigroup")
    rows = []
    for name, counts in TABLES.items():
        groups = [f"g{at}" for at in range(len(counts[0]))]
        table = pd.DataFrame(counts, columns=groups)
        table["total"] = table.sum(axis="columns")
        for group in groups:
            for index, of_one in (
                ("dissimilarity", of_two.Dissim),
                ("isolation", of_two.Isolation),
                ("exposure", of_two.Interaction),
                ("entropy_of_two", of_two.Entropy),
            ):
                found = of_one(table, group_pop_var=group, total_pop_var="total").statistic
                rows.append([name, group, index, repr(float(found))])
        for index, of_all in (
            ("entropy", of_several.MultiInfoTheory),
            ("dissimilarity", of_several.MultiDissim),
        ):
            rows.append([name, "", index, repr(float(of_all(table, groups=groups).statistic))])
    with (
        Path(__file__).with_name("segregation.csv").open("w", newline="", encoding="utf-8") as file
    ):
        csv.writer(file, lineterminator="\n").writerows(
            [["data", "group", "index", "value"], *rows]
        )
    cells = [
        [name, area, f"g{at}", count]
        for name, counts in TABLES.items()
        for area, of_area in enumerate(counts)
        for at, count in enumerate(of_area)
    ]
    place = Path(__file__).with_name("segregation_counts.csv")
    with place.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [["data", "area", "group", "count"], *cells]
        )
