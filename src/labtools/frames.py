"""Checks that every table shares: its columns, the estimates contract, merges that lose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

ESTIMATE_COLUMNS = ("estimate", "low", "high", "n", "unit")


def check_columns(table: pd.DataFrame, *columns: str) -> None:
    """Raise KeyError that names what is missing and what there is, unless all columns are there."""
    missing = [column for column in columns if column not in table]
    if missing:
        raise KeyError(
            f"the table must have the columns {', '.join(columns)}; "
            f"{', '.join(missing)} missing; it has {', '.join(map(str, table.columns))}"
        )


def as_estimates(table: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """The same rows with the group columns first, then `estimate, low, high, n, unit`, then others.

    Raises ValueError where an estimate lies outside its interval or `n` is negative or not whole;
    it may be NaN in rows that are `too_few`, a column, whose people must not be counted.

    >>> rows = pd.DataFrame({"unit": ["share"], "n": [10], "estimate": [0.9], "low": [0.6],
    ...                      "high": [0.98], "city": ["norrvik"]})
    >>> list(as_estimates(rows, by=["city"]))
    ['city', 'estimate', 'low', 'high', 'n', 'unit']
    """
    check_columns(table, *by, *ESTIMATE_COLUMNS)
    tolerance = 1e-9 * table["estimate"].abs()
    below = table["estimate"] < table["low"] - tolerance
    outside = below | (table["estimate"] > table["high"] + tolerance)
    if outside.any():
        row = table[outside].iloc[0].to_dict()
        raise ValueError(f"an estimate must lie within its interval; found {row}")
    few = table.get("too_few", pd.Series(data=False, index=table.index))
    n = table["n"].astype(float)
    if ((n < 0) | ((n % 1 != 0) & ~(few & n.isna()))).any():
        raise ValueError(f"n must count people; found {n.tolist()}")
    first = [*by, *ESTIMATE_COLUMNS]
    rest = [column for column in table if column not in first]
    return table[[*first, *rest]].reset_index(drop=True)


def join_one(left: pd.DataFrame, right: pd.DataFrame, *, on: Sequence[str]) -> pd.DataFrame:
    """Every row of `left` with what `right` knows of it, in the order of `left`.

    Raises `pandas.errors.MergeError` where `right` has a key twice, and ValueError where both
    tables have a further column of the same name: one of them would be lost.
    """
    check_columns(left, *on)
    check_columns(right, *on)
    shared = sorted((set(left) & set(right)) - set(on))
    if shared:
        raise ValueError(f"only {', '.join(on)} may stand in both tables; also {', '.join(shared)}")
    return left.merge(right, on=list(on), how="left", validate="m:1")


def stack(tables: Mapping[str, pd.DataFrame], *, by: str) -> pd.DataFrame:
    """The rows of several tables of estimates, one after the other, for one figure.

    by: the column that tells from which table a row is. Columns that not all of them have are
    left out.

    >>> one = pd.DataFrame({"city": ["norrvik"], "estimate": [3.0]})
    >>> stack({"raw": one, "pooled": one.assign(raw=3.0)}, by="kind").to_numpy().tolist()
    [['norrvik', 3.0, 'raw'], ['norrvik', 3.0, 'pooled']]
    """
    shared = [
        column
        for column in next(iter(tables.values()))
        if all(column in table for table in tables.values())
    ]
    parts = [table[shared].assign(**{by: name}) for name, table in tables.items()]
    return pd.concat(parts, ignore_index=True)
