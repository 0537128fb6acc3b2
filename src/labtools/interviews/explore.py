"""A search box for a person at the keyboard: where a word is said, and what stands around it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

import ipywidgets as widgets
import jinja2
import pandas as pd

from labtools import tables, words
from labtools.interviews import concordance, lookup
from labtools.words import Language, label

FILTERS = ("city", "type", "wave", "year", "speaker", "person_role", "theme")
MOST_LINES = 500  # a longer list takes long to draw, and nobody reads it
_ALL = "*"
_WIDTH = 40
_CSS = """<style>.labtools-search select[size] { font: 12px monospace; overflow-x: auto; }
.labtools-search .number { text-align: right; }
.labtools-search th, .labtools-search td { padding: 0 .8em 0 0; }
.labtools-search th:not(.number) { text-align: left; }
.labtools-search caption { text-align: left; font-weight: bold; }
.labtools-search .hit { border-left: 4px solid; padding-left: .6em; }</style>"""
_TURNS = """<p><strong>{{ about | join(" · ") }}</strong></p>
{% for turn in turns %}<p{% if turn.is_hit %} class="hit"{% endif %}>
<b>{{ turn.who }}, {{ turn.turn }}:</b> {% if turn.is_hit -%}
{{ turn.text[:start] }}<mark>{{ turn.text[start:end] }}</mark>{{ turn.text[end:] }}
{%- else %}{{ turn.text }}{% endif %}</p>
{% endfor %}"""


class Search:
    """The box and what it shows, as `open_search` tells; a notebook shows it by its name.

    Each control is an attribute. A page cannot hold it: there a sentence stands in its place.
    """

    def __init__(
        self,
        turns: pd.DataFrame,
        tokens: pd.DataFrame,
        *,
        language: Language,
        names: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._turns, self._tokens = turns, tokens
        self._words = lookup.count_words_of_turns(tokens)
        self._language, self._names, self._hits = language, names, pd.DataFrame()
        # A search begins with Enter, not with every letter.
        self.query = widgets.Text(description=label("search.query", language))
        self.query.continuous_update = False
        self.button = widgets.Button(description=label("search.button", language))
        self.match = self._offer("match", get_args(concordance.Match))
        self.column = self._offer("form", ("lemma", "word"))
        self.sort = self._offer("sort", get_args(concordance.Sort))
        self.filters = {
            column: self._offer_values(column)
            for column in FILTERS
            if column in turns and turns[column].nunique() > 1
        }
        if "speaker" in self.filters and (turns["speaker"] == "respondent").any():
            self.filters["speaker"].value = "respondent"
        self.told, self.turn, self.spread = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.lines = widgets.Select(
            description=label("search.lines", language), rows=12, layout={"width": "99%"}
        )
        # Jupyter keeps the arrow keys of a list for itself, but not those of a number.
        self.number = widgets.BoundedIntText(description=label("search.number", language), max=0)
        choices = [self.match, self.column, self.sort, *self.filters.values()]
        scrolled = widgets.Box([self.spread], layout={"max_height": "22em", "overflow": "auto"})
        asked = widgets.HBox([self.query, self.button])
        chosen = widgets.Box(choices, layout={"flex_flow": "row wrap"})
        told = [self.told, self.lines, self.number, self.turn, scrolled]
        self.box = widgets.VBox([widgets.HTML(_CSS), asked, chosen, *told])
        self.box.add_class("labtools-search")
        for control in (self.query, *choices):
            control.observe(self._search, names="value")
        self.button.on_click(self._search)
        self.lines.observe(self._open_line, names="index")
        self.number.observe(self._choose_line, names="value")
        self._search()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        sentence = label("search.page", self._language)
        shown: dict[str, Any] = self.box._repr_mimebundle_()
        return {**shown, "text/plain": sentence, "text/markdown": f"*{sentence}*"}

    def _offer(self, name: str, values: tuple[str, ...]) -> widgets.Dropdown:
        worded = [(label(f"{name}.{value}", self._language), value) for value in values]
        return widgets.Dropdown(description=label(f"search.{name}", self._language), options=worded)

    def _offer_values(self, column: str) -> widgets.Dropdown:
        """A filter: everything, the values in the order of their names, last what is blank."""
        found = {part for cell in self._turns[column].unique() for part in cell.split(";")}
        named = [value for value in self._names.get(column, {}) if value in found]
        others = sorted(found - set(named), key=lambda value: (value == "", value))
        worded = [(self._word(value, column), value) for value in [*named, *others]]
        everything = (label("search.all", self._language), _ALL)
        name = label(f"column.{column}", self._language)
        return widgets.Dropdown(description=name, options=[everything, *worded])

    def _word(self, value: str, column: str) -> str:
        if not value and column != "city":
            return label("search.blank", self._language)
        named_as = "role" if column == "person_role" else column
        return tables.format_cell(value, named_as, self._language, self._names.get(column, {}))

    def _search(self, _: object = None) -> None:
        """Show what the controls ask for."""
        query = unicodedata.normalize("NFC", self.query.value).strip()
        if not query:
            self._show(self._hits.head(0), label("search.hint", self._language))
            return
        chosen = {name: box.value for name, box in self.filters.items() if box.value != _ALL}
        turns = lookup.keep_turns(self._turns, chosen)
        try:
            hits = concordance.find_hits(self._tokens, query, column=self.column.value,
                                         match=self.match.value, sort=self.sort.value)  # fmt: skip
        except ValueError:
            self._show(self._hits.head(0), label("search.not_regex", self._language))
            return
        hits = lookup.keep_hits(hits, turns)
        use = lookup.count_by_source(hits, turns, self._words)
        spread = tables.show(
            use, caption="spread", language=self._language, names=self._names.get("city")
        )
        row = lookup.summarize_use(use).assign(further=max(len(hits) - MOST_LINES, 0))
        keys = ["search", "search_spread"] if len(hits) else ["search"]
        told = " ".join(words.say(key, row, language=self._language) for key in keys)
        html = spread.html if isinstance(spread, tables.HTMLTable) else ""
        self._show(hits.head(MOST_LINES), told, spread=html)

    def _show(self, hits: pd.DataFrame, told: str, *, spread: str = "") -> None:
        self._hits = hits
        self.told.value = f'<p role="status">{told}</p>'
        self.spread.value = spread
        self.lines.index = None
        self.lines.options = []
        self.number.max = len(hits)
        if len(hits):
            lines = concordance.add_context(hits, self._turns, width=_WIDTH)
            texts = lookup.format_lines(lines, width=_WIDTH)
            self.lines.options = [(line, at) for at, line in enumerate(texts)]
            self.lines.index = 0
        self._open_line()

    def _choose_line(self, _: object = None) -> None:
        if self.lines.options:
            self.lines.index = max(self.number.value, 1) - 1

    def _open_line(self, _: object = None) -> None:
        """Show the turn of the chosen line, with the two before and after it."""
        if self.lines.index is None:
            self.turn.value = ""
            return
        self.number.value = self.lines.index + 1
        hit = self._hits.iloc[self.lines.index]
        near = lookup.find_around(self._turns, hit["source_id"], hit["turn"], around=2)
        this = near[near["is_hit"]].iloc[0]
        about = [
            this["source_id"],
            *(self._word(this[column], column) for column in ("type", "city", "date")),
            f"{label('column.quote', self._language)}: "
            + label(f"answer.{this['quote']}", self._language),
        ]
        who = near["speaker"].map(lambda value: self._word(value, "speaker"))
        told = near.assign(who=(who + " " + near["person_id"]).str.strip())
        self.turn.value = _template().render(
            about=about, turns=told.to_dict("records"), start=hit["start"], end=hit["end"]
        )


def open_search(
    turns: pd.DataFrame,
    tokens: pd.DataFrame,
    *,
    language: Language,
    names: Mapping[str, Mapping[str, str]],
    word: str = "",
) -> Search:
    """A search box over turns, shown by Jupyter; it searches with Enter, or its button.

    turns: one row per turn, as `Lab.read_turns` gives them, also those that are not searched: they
    stand around a hit. What they have of FILTERS can be chosen by, where there is more than one
    value; at first, respondents. tokens: the words that are searched, of these turns or some of
    them. names: by column, what its values are called. word: searched at once. A chosen line shows
    its turn with its surroundings; below stands how often each source has the word.
    """
    search = Search(turns, tokens, language=language, names=names)
    search.query.value = word
    return search


@cache
def _template() -> jinja2.Template:
    return jinja2.Environment(autoescape=True).from_string(_TURNS)
