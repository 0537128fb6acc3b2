"""Whom a page is for, and which of its counts and estimates they may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from labtools.frames import check_columns, join_one
from labtools.privacy.disclosure import TOTAL, Release, hide_few
from labtools.words import WITHHELD, Language, format_number, label

AUDIENCES = ("internal", "partners")
PUBLISHED = "application/vnd.labtools.published+json"  # of what `tell` leaves in a notebook
_ESTIMATE = ("estimate", "low", "high")
_BETWEEN = " · "


class Readers:
    """Those whom a page is for, and what it has told them of how many people.

    audience: `internal`, from whom nothing is hidden, or `partners`, to whom fewer than
    `min_people` people are never shown. read_table: the lab's; published.csv is read for partners,
    so that what is shown now and what was shown then do not tell more together.

    Each method takes a table of the whole lab, before a city's part is taken, so that no page
    tells what another hides. It returns the same rows with a column `too_few`: True where
    something is NaN that these readers must not see. Tables, figures and sentences say so in its
    place. `table` is what it is called from release to release. Tables are protected one by one:
    what two of them tell together of the same people is not seen.

    >>> from labtools.evidence.schemas import empty_table
    >>> heard = pd.DataFrame({"city": ["boden", "umeå"], "heard": [12, 9], "not_heard": [3, 8]})
    >>> readers = Readers("partners", min_people=5, read_table=empty_table)
    >>> shown = readers.hide_parts(heard, "heard", "not_heard", row="city", table="heard")
    >>> shown[["heard", "not_heard"]].isna().to_numpy().all()
    np.True_
    """

    def __init__(
        self, audience: str, *, min_people: int, read_table: Callable[[str], pd.DataFrame]
    ) -> None:
        if audience not in AUDIENCES:
            raise ValueError(f"audience must be one of {', '.join(AUDIENCES)}; found {audience}")
        self.are_partners = audience == "partners"
        self._min_people = min_people
        self._earlier = read_table("published") if self.are_partners else pd.DataFrame()
        self._published: dict[str, Release] = {}
        self._withheld = False

    def hide_parts(
        self,
        counts: pd.DataFrame,
        *parts: str,
        row: str | Sequence[str],
        table: str,
        total: str = TOTAL,
        each: str = "",
        also: Sequence[str] = (),
    ) -> pd.DataFrame:
        """Counts of people in parts of a whole, without those that tell of a few.

        counts: one row per `row` (a column, or several), each person in one; blank counts nobody.
        parts: the columns that count people, each person in one; total: that of their sum, which
        is hidden too where it is in the table. each: a column; the rows of each of its values are
        a table of their own. also: further columns, hidden in the rows where a count is.
        """
        check_columns(counts, *parts, *_as_list(row), *also)
        if not self.are_partners or counts.empty:
            return counts.assign(too_few=False)
        tables = {table: counts}
        if each:
            groups = counts.groupby(each, sort=False)
            tables = {f"{table}{_BETWEEN}{value}": rows for value, rows in groups}
        shown = []
        for name, rows in tables.items():
            whole = rows[list(parts)].fillna(0).set_axis(_name_rows(rows, row))
            told = self._hide(whole, name).rename(columns={TOTAL: total})
            shown.append(told.iloc[:-1].set_axis(rows.index))
        told = pd.concat(shown).reindex(counts.index)
        told = told[[column for column in told if column in counts]]
        masked = {column: counts[column].mask(told[column].isna()) for column in told}
        few = told.isna().any(axis="columns")
        masked |= {column: counts[column].mask(few) for column in also}
        return counts.assign(**masked, too_few=few)

    def hide_shares(
        self, outcomes: pd.DataFrame, *, row: str | Sequence[str], table: str, each: str = ""
    ) -> pd.DataFrame:
        """Shares of people without those that tell of a few: so many `numerator` of `denominator`.

        outcomes: one row per `row`, with `estimate, low, high, n`. Those who reached the goal and
        the others are parts of the denominator; where one of them is hidden, so are share and
        interval. A number without the other, or larger than it should be, is hidden where it is
        small. `unknown`, those outside the denominator, is never shown: with another total of the
        same people it would tell of a few.
        """
        check_columns(outcomes, "numerator", "denominator", *_ESTIMATE, "n")
        if not self.are_partners:
            return outcomes.assign(too_few=False)
        numerator, denominator = outcomes["numerator"], outcomes["denominator"]
        told = numerator <= denominator
        parts = outcomes.assign(
            reached=numerator.where(told), others=(denominator - numerator).where(told)
        )
        parts = self.hide_parts(
            parts, "reached", "others", row=row, table=table, total="denominator", each=each
        )
        alone = outcomes[["numerator", "denominator"]].where(~told)
        few = parts[["reached", "others"]].isna().any(axis="columns") & told
        few |= ((alone > 0) & (alone < self._min_people)).any(axis="columns")
        gone = few & (parts["denominator"].isna() | ~told)
        masked = {column: outcomes[column].mask(few) for column in ("numerator", *_ESTIMATE)}
        masked |= {column: outcomes[column].mask(gone) for column in ("denominator", "n")}
        if "unknown" in outcomes:
            masked["unknown"] = self.withhold(outcomes, "unknown")["unknown"]
        return outcomes.assign(**masked, too_few=few)

    def hide_means(
        self,
        estimates: pd.DataFrame,
        *also: str,
        row: str | Sequence[str],
        table: str,
        each: str = "",
        limits: tuple[float, float] | None = None,
    ) -> pd.DataFrame:
        """Estimates of `n` people each, without those of a few.

        estimates: one row per `row`, each person in one. Where `n` is hidden, so are `estimate`,
        `low`, `high`, and the columns named in `also`. So is an estimate without spread, `low`
        equal to `high`: it tells what every one of them answered. limits: the least and the most
        that one person can have; a mean so near to either that it bounds single people more
        narrowly than these limits is hidden too.
        """
        check_columns(estimates, *_ESTIMATE, "n", *also)
        shown = self.hide_parts(estimates, "n", row=row, table=table, each=each)
        if not self.are_partners:
            return shown
        alike = (shown["low"] == shown["high"]) & (shown["n"] > 0)
        if limits:
            least, most = limits
            above, below = (estimates["estimate"] - least, most - estimates["estimate"])
            alike |= estimates["n"] * above.combine(below, min) < most - least
        few = shown["too_few"] | alike
        masked = {column: shown[column].mask(few) for column in (*_ESTIMATE, *also)}
        return shown.assign(**masked, too_few=few)

    def hide_counts(
        self, counts: pd.DataFrame, *, row: str | Sequence[str], column: str, table: str
    ) -> pd.DataFrame:
        """A long table of counts `n` without those that tell of a few.

        counts: one row per `row` and `column`, each person in one; rows that are not there count
        nobody.
        """
        check_columns(counts, "n", column, *_as_list(row))
        if not self.are_partners or counts.empty:
            return counts.assign(too_few=False)
        names = [_name_rows(counts, row), _name_rows(counts, column)]
        at = pd.MultiIndex.from_arrays(names)
        whole = pd.Series(counts["n"].to_numpy(), index=at).unstack(fill_value=0, sort=False)
        told = self._hide(whole, table).stack(future_stack=True).reindex(at).isna().to_numpy()
        return counts.assign(n=counts["n"].mask(told), too_few=told)

    def withhold(self, table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """What is for the lab's own team alone, since no rule here protects it.

        For partners NaN in these columns; if none is named, no row, and a sentence made of it
        says so. The table stays as it is for the team.
        """
        check_columns(table, *columns)
        if not self.are_partners or (columns and table.empty):
            return table
        self._withheld = True
        if columns:
            return table.assign(**dict.fromkeys(columns, float("nan")))
        none = table.head(0)
        none.attrs[WITHHELD] = True
        return none

    def hide_like(
        self, table: pd.DataFrame, told: pd.DataFrame, *columns: str, on: Sequence[str]
    ) -> pd.DataFrame:
        """A table that tells of the same people as another, hidden where that is.

        told: one row per value of `on`, as a method here gave it. columns: NaN in the rows that
        are `too_few` there; if none is named, those of an estimate and its `n`.
        """
        columns = columns or (*_ESTIMATE, "n")
        check_columns(table, *columns)
        beside = join_one(table[list(on)], told[[*on, "too_few"]], on=on)["too_few"]
        few = beside.eq(True).set_axis(table.index)
        masked = {column: table[column].mask(few) for column in columns}
        return table.assign(**masked, too_few=few)

    def _hide(self, counts: pd.DataFrame, table: str) -> pd.DataFrame:
        """The table with its totals; without any count where none can be shown beside the last.

        Then what was shown last stays what its readers know.
        """
        if table in self._published or not counts.index.is_unique:
            raise ValueError(f"{table} must be one table, with each of its rows once")
        whole, last = hide_few(counts, min_people=0), self._find_last(table)
        try:
            shown = hide_few(counts, min_people=self._min_people, before=last)
        except ValueError:
            shown = whole.mask(whole >= 0)
        now = Release(whole, shown.notna())
        self._published[table] = now if last is None or now.shown.any(axis=None) else last
        return shown

    def _find_last(self, table: str) -> Release | None:
        """The table as it was released last."""
        told = self._earlier[self._earlier["table"] == table]
        if told.empty:
            return None
        told = told[told["release"] == told["release"].iloc[-1]]
        order = {"index": told["row"].unique(), "columns": told["column"].unique()}  # totals last
        cells = told.set_index(["row", "column"])
        counts = cells["people"].astype("float64").unstack().reindex(**order)
        return Release(counts, cells["shown"].eq("yes").unstack().reindex(**order))

    def tell(self, language: Language) -> Told:
        """What was hidden, in words, and for `labtools share` what was shown, count by count."""
        if not self.are_partners:
            return Told(label("readers.internal", language), [])
        hidden = sum(int((~table.shown).to_numpy().sum()) for table in self._published.values())
        which = "all" if self._min_people == 1 else "partners" if hidden else "partners_none"
        told = label(f"readers.{which}", language).format(
            people=format_number(self._min_people, language),
            counts=format_number(hidden, language),
        )
        if self._withheld:
            told = f"{told} {label('readers.withheld', language)}"
        return Told(told, list_published(self._published))


class Told:
    """A sentence that a notebook shows, with the counts that its tables were made of."""

    def __init__(self, text: str, published: list[dict[str, Any]]) -> None:
        self.text = text
        self.published = published

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/markdown": self.text, "text/plain": self.text}
        return bundle | ({PUBLISHED: self.published} if self.published else {})


def list_published(tables: Mapping[str, Release]) -> list[dict[str, Any]]:
    """One record per count of the tables, as published.csv keeps them: `table, row, column,
    people, shown`.
    """
    return [
        {
            "table": name,
            "row": row,
            "column": column,
            "people": int(people),
            "shown": "yes" if table.shown.loc[row, column] else "no",
        }
        for name, table in tables.items()
        for (row, column), people in table.counts.stack(future_stack=True).items()
    ]


def _as_list(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _name_rows(table: pd.DataFrame, columns: str | Sequence[str]) -> pd.Index:
    """What each row is called: its values of the columns, one after the other; a dash for none.

    published.csv must name each row, and keeps no blank at the end of a name.
    """
    told = table[_as_list(columns)].astype("str").agg(_BETWEEN.join, axis="columns")
    named = told.str.strip(_BETWEEN)
    return pd.Index(named.where(named != "", "–").to_numpy())
