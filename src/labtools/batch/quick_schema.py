"""jsonschema, which every notebook is checked with, without a part of it that nothing here uses."""

from __future__ import annotations

import importlib
import sys

_GRAMMAR = "rfc3987_syntax"


def import_jsonschema() -> None:
    """Import jsonschema without its grammar of international addresses.

    To compile the grammar takes longer than all else that a run imports, and the schema of
    notebooks names no such address. Where it has been imported already, it stays.
    """
    if _GRAMMAR in sys.modules:
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[_GRAMMAR]
