"""SPSS files (.sav, .zsav) → a table and what the file says of it, read in a process of its own.

The library reads in C, and some damaged files make it fall over with the process it is in.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from labtools.evidence.files.encodings import seen_text
from labtools.faults import BadInput, Fault

MOST_SECONDS = 120
_DATES = ("DATE", "YMDHMS", "MOYR", "QYR", "WKYR")
_SPSS_EPOCH = np.datetime64("1582-10-14", "s")
_MOST_SECONDS_OF_DATE = 300_000_000_000  # year 11089: no date of an answer lies beyond it
_MUST, _DO = "the file is a whole SPSS file", "save it again from SPSS"
# It gives lists, as importing pandas would take longer than all it does.
_CHILD = """
import pickle, sys, pyreadstat
try:
    read = pyreadstat.read_sav(
        sys.argv[1],
        user_missing=True,
        disable_datetime_conversion=True,
        output_format="dict",
    )
except Exception as error:
    sys.exit(str(error) or type(error).__name__)
pickle.dump(read, sys.stdout.buffer)
"""


def load_sav(path: Path, *, name: str) -> tuple[pd.DataFrame, Any]:
    """The file's records and pyreadstat's account of it; dates are seconds since 1582-10-14.

    BadInput where the file is damaged, also where reading it fails in a way that Python cannot
    catch, or takes more than MOST_SECONDS.
    """
    command = [sys.executable, "-P", "-X", "utf8", "-W", "ignore", "-c", _CHILD, str(path)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired as error:
        found = f"a part that is not read after {MOST_SECONDS} s"
        raise BadInput([Fault(name, _MUST, found, _DO)]) from error
    if child.returncode == 1:
        raise BadInput([Fault(name, _MUST, child.stderr.decode("utf-8", "replace"), _DO)])
    if child.returncode:
        raise BadInput([Fault(name, _MUST, "a part that stops its reader", _DO)])
    columns, about = pickle.loads(child.stdout)
    names = about.column_names
    if not all(isinstance(column, str) and column for column in names) or len(set(names)) < len(
        names
    ):
        found, do = "a name that cannot be read, or stands twice", _DO
        raise BadInput([Fault(name, "each variable has its own name", found, do)])
    kinds = about.readstat_variable_types
    cells = {
        column: pd.Series(values, dtype="str" if kinds[column] == "string" else "float64")
        for column, values in columns.items()
    }
    return pd.DataFrame(cells), about


def value_texts(values: pd.Series, kind: str) -> pd.Series:
    """A column as text; dates as 2018-05-14 or 2018-05-14T10:30:00.

    kind: the column's format as SPSS names it, such as F8.2 or DATE11.
    """
    if values.dtype.kind not in "fi":
        return values.fillna("").map(lambda value: seen_text(str(value)).strip()).astype("str")
    if any(date in kind for date in _DATES):
        inside = values.abs() < _MOST_SECONDS_OF_DATE
        seconds = values.where(inside, 0.0).round().astype("timedelta64[s]").to_numpy()
        unit: Literal["D", "s"] = "s" if "DATETIME" in kind or "YMDHMS" in kind else "D"
        times = np.datetime_as_string(_SPSS_EPOCH + seconds, unit=unit)
        dates = pd.Series(times, index=values.index, dtype="str")
        return dates.where(inside, values.map(code_text))
    return values.map(code_text).astype("str")


def code_text(value: object) -> str:
    """A value as a code is written: 1, not 1.0; "" for none.

    >>> code_text(1.0), code_text(2.5), code_text(float("nan"))
    ('1', '2.5', '')
    """
    if isinstance(value, float):
        if np.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return seen_text(str(value)).strip()


def is_within(cell: str, ranges: list[dict[str, object]]) -> bool:
    """Whether a code lies within any of the ranges that SPSS calls missing."""
    for bounds in ranges:
        low, high = bounds["lo"], bounds["hi"]
        if isinstance(low, str) or isinstance(high, str):
            if cell == code_text(low):
                return True
        elif cell and float(str(low)) <= float(cell) <= float(str(high)):
            return True
    return False
