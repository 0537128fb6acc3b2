"""The gate: reads the finished bytes of a release, however they were made, before they leave."""

from labtools.privacy.gate.findings import KINDS, Finding, list_faults
from labtools.privacy.gate.sought import Sought, make_sought
from labtools.privacy.gate.through import search_file, search_folder

__all__ = [
    "KINDS",
    "Finding",
    "Sought",
    "list_faults",
    "make_sought",
    "search_file",
    "search_folder",
]
