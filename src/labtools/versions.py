"""The versions that a result may depend on."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version

_PACKAGES = (
    "labtools",
    "lxml",
    "matplotlib",
    "nbconvert",
    "nltk",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "py3langid",
    "pyarrow",
    "pypdf",
    "pyreadstat",
    "scipy",
    "seaborn",
    "simplemma",
    "stopwordsiso",
    "striprtf",
    "tomotopy",
    "webvtt-py",
)


def versions() -> dict[str, str]:
    """Python's version and those of the packages that make numbers, ink and pages, by name."""
    return {"python": platform.python_version(), **_of_packages()}


@cache
def _of_packages() -> dict[str, str]:
    return {name: version(name) for name in _PACKAGES}
