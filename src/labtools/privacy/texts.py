"""Which columns of a lab's tables hold text, in which a name may stand."""

from __future__ import annotations

from collections.abc import Iterable

from labtools.evidence.schemas import contract

_FOUND_BY = {"file", "label", "turn_hash"}
"""Text that finds a file or a turn, and must stay as it is until it has."""


def list_texts(table_name: str, columns: Iterable[str]) -> list[str]:
    """The columns that hold text: those of the contract, and all beyond it.

    Keys stay out, for other tables refer to them, but for the sources of observations.

    >>> list_texts("reflections", ["entry", "role", "text", "mood"])
    ['text', 'mood']
    """
    known = {column.name: column for column in contract()[table_name].columns}
    return [
        name
        for name in columns
        if name not in known
        or (
            known[name].kind == "text"
            and name not in _FOUND_BY
            and (not known[name].key or (table_name, name) == ("observations", "source"))
        )
    ]
