"""Tables: captions, scopes, rounding, words, and nothing of the data as markup."""

import pandas as pd
import pytest

from labtools import tables


def _estimates() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "city": ["norrvik", "asfors"],
            "estimate": [0.9, float("nan")],
            "low": [0.596, float("nan")],
            "high": [0.982, float("nan")],
            "n": [10, 0],
            "unit": ["share", "share"],
        }
    )


def test_an_estimate_is_shown_with_its_interval_in_one_unit() -> None:
    shown = tables.show(
        _estimates(), caption="outcomes", language="en", names={"norrvik": "Norrvik"}
    )
    html = shown._repr_html_()
    assert "<caption>Share that reached the goal</caption>" in html
    cells = '<td class="number">90%</td><td class="number">60–98%</td>'
    assert f'<th scope="row" class="id">Norrvik</th>{cells}' in html.replace("\n", "")


def test_an_undefined_estimate_is_a_dash_with_its_n() -> None:
    html = tables.show(_estimates(), caption="outcomes", language="en")._repr_html_()
    assert (
        '<th scope="row" class="id">asfors</th><td class="number">–</td><td class="number">–</td>'
        in (html.replace("\n", ""))
    )
    assert '<td class="number">0</td>' in html


def test_an_interval_that_no_row_has_takes_no_column() -> None:
    levels = _estimates().assign(low=float("nan"), high=float("nan"))
    assert "interval" not in tables.show(levels, caption="outcomes", language="en")._repr_html_()


def test_a_cell_from_data_is_text_not_markup() -> None:
    table = pd.DataFrame({"text": ["<script>alert(1)</script>"], "n": [1]})
    html = tables.show(table, caption="first_turns", language="sv")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_blank_cell_is_a_dash_and_a_blank_city_the_whole_lab() -> None:
    assert tables.format_cell("", "title", "sv", {"": "fel"}) == "–"
    assert tables.format_cell("", "city", "sv", {}) == "Hela labbet"


def test_a_column_without_a_label_is_an_error_not_a_slug_on_the_page() -> None:
    with pytest.raises(KeyError, match=r"column\.some_slug"):
        tables.show(pd.DataFrame({"some_slug": [1]}), caption="heard", language="sv")


def test_an_answer_is_its_own_heading() -> None:
    table = pd.DataFrame({"question": ["?"], "Stämmer helt": [3]})
    html = tables.show(table, caption="items", language="sv")._repr_html_()
    assert '<th scope="col" class="number">Stämmer helt</th>' in html


def test_a_table_without_rows_becomes_a_sentence() -> None:
    told = tables.show(_estimates().head(0), caption="outcomes", language="sv")
    assert told == "*Andel som nådde målet: inget att visa.*"
