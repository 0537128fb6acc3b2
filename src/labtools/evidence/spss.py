"""SPSS files (.sav) → a table and what the file says of it, read in a process of its own.

The library reads in C, and some damaged files make it fall over with the process it is in.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from labtools.faults import BadInput, Fault

MOST_SECONDS = 120
_MUST, _DO = "the file is a whole SPSS file", "save it again from SPSS"
_CHILD = """
import pickle, sys, pyreadstat
try:
    read = pyreadstat.read_sav(sys.argv[1], user_missing=True, disable_datetime_conversion=True)
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
    records, about = pickle.loads(child.stdout)
    return records, about
