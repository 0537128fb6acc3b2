"""Ink for single questions: how the answers divide, before any mean is taken."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from labtools.evidence.questionnaires.survey import Survey
from labtools.figures import add_legend, finish
from labtools.frames import check_columns, join_one
from labtools.words import Language, format_share, label, label_with_n

_SHARE_WITH_ROOM_FOR_ITS_NUMBER = 0.08
_UNSURE = ("dont_know", "refused")


def count_unsure(answers: pd.DataFrame, survey: Survey, variables: Sequence[str]) -> pd.DataFrame:
    """People who said that they do not know or do not want to answer, per question and wave.

    answers: rows of `survey.answers` under their own index, with `wave`. Returns one row per
    variable and wave: `unsure` (people), `asked` (those and the ones who answered; blanks and
    questions not asked are in neither) and `share` (0–1; NaN where nobody did either).
    """
    check_columns(answers, "wave", *variables)
    said = survey.missing[survey.missing["reason"].isin(_UNSURE)]
    rows = []
    for variable in variables:
        theirs = answers.index.isin(said.loc[said["variable"] == variable, "row"])
        for wave, given in answers.assign(theirs=theirs).groupby("wave", sort=False):
            unsure = int(given["theirs"].sum())
            asked = unsure + int(given[variable].notna().sum())
            rows.append((variable, wave, unsure, asked, unsure / asked if asked else np.nan))
    return pd.DataFrame(rows, columns=["variable", "wave", "unsure", "asked", "share"])


def draw_answers(
    counts: pd.DataFrame,
    *,
    title: str,
    language: Language,
    ax: Axes,
    names: Mapping[str, str] | None = None,
    unsure: pd.DataFrame | None = None,
) -> Axes:
    """Diverging bars: a bar per question and wave, the middle answer across the line at zero.

    counts: one row per variable, wave and code with `share` (0–1) and `answered` (people), as
    `items.count_answers` gives them, answers from low to high. Every bar carries its n, every
    part with room for it its percent. `title` is the key of a label. unsure: as `count_unsure`
    gives it; drawn at the right on a scale of its own, so that *don't know* is no midpoint.
    (Heiberger & Robbins 2014, Journal of Statistical Software 57(5).)
    """
    check_columns(counts, "variable", "question", "wave", "code", "answer", "share", "answered")
    if counts.empty:
        return ax
    named = dict(names or {})
    answers = counts.drop_duplicates("code").set_index("code")["answer"]
    colours = sns.color_palette("BrBG", len(answers))
    index = ["variable", "question", "wave", "answered"]
    table = counts.pivot_table(index=index, columns="code", values="share", sort=False)
    shares = table[list(answers.index)].fillna(0.0).to_numpy()
    variables, questions, waves, answered = (table.index.get_level_values(at) for at in range(4))
    starts_question = ~variables.duplicated()
    at = np.arange(len(table)) + 1.1 * np.cumsum(starts_question)
    middle = len(answers) // 2
    below = shares[:, :middle].sum(axis=1)
    if len(answers) % 2:
        below = below + shares[:, middle] / 2
    left = -below
    for answer, colour, widths in zip(answers, colours, shares.T, strict=True):
        ax.barh(at, widths, left=left, height=0.8, color=colour, edgecolor="#BBBBBB", label=answer)
        ink = "white" if np.dot(to_rgb(colour), (0.3, 0.59, 0.11)) < 0.55 else "black"
        for y, start, width in zip(at, left, widths, strict=True):
            if width >= _SHARE_WITH_ROOM_FOR_ITS_NUMBER:
                ax.text(
                    start + width / 2, y, f"{100 * width:.0f}", color=ink, ha="center", va="center"
                )
        left = left + widths
    ax.set_yticks(
        at,
        [
            label_with_n(named.get(wave, wave), n, language)
            for wave, n in zip(waves, answered, strict=True)
        ],
    )
    for y, question in zip(at[starts_question], questions[starts_question], strict=True):
        shortened = textwrap.shorten(question, 92, placeholder=" …")
        ax.text(-1, y - 0.95, shortened, va="center", backgroundcolor="white")
    ax.set_ylim(at[-1] + 0.6, at[0] - 1.5)
    ax.set_xlim(-1, 1)
    ax.axvline(0, color="#333333", linewidth=1, zorder=0)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: format_share(abs(x), language)))
    ax.set_xlabel(label("unit.share", language))
    add_legend(ax)
    beside = [""] * len(table)
    if unsure is not None:
        keys = pd.DataFrame({"variable": variables, "wave": waves})
        beside = _draw_unsure(join_one(keys, unsure, on=["variable", "wave"]), at, ax, language)
    described = [
        label_with_n(f"{question} {named.get(wave, wave)}".strip(), n, language)
        + ": "
        + ", ".join(
            f"{answer} {format_share(share, language)}"
            for answer, share in zip(answers, row, strict=True)
        )
        + told
        for question, wave, n, row, told in zip(
            questions, waves, answered, shares, beside, strict=True
        )
    ]
    return finish(ax, title, "; ".join(described), language)


def _draw_unsure(
    unsure: pd.DataFrame, at: NDArray[np.float64], ax: Axes, language: Language
) -> list[str]:
    """A narrow panel at the right, a grey bar per line; what it says of each, for the text."""
    panel = ax.inset_axes((1.02, 0.0, 0.18, 1.0), sharey=ax)
    panel.barh(at, unsure["share"].fillna(0.0), height=0.8, color="#999999", hatch="//",
               edgecolor="white")  # fmt: skip
    told = []
    for y, share, people, asked in zip(
        at, unsure["share"], unsure["unsure"], unsure["asked"], strict=True
    ):
        text = label("figure.of_asked", language).format(people, asked)
        panel.annotate(text, (share if asked else 0.0, y), xytext=(3, 0),
                       textcoords="offset points", va="center", fontsize=9)  # fmt: skip
        told.append(f", {label('figure.unsure', language).lower()} {text}")
    panel.set_xlim(0, max(0.4, 2.5 * unsure["share"].max()))
    panel.set_xticks([])
    panel.tick_params(axis="y", left=False, labelleft=False)
    panel.patch.set_visible(False)
    for side in ("top", "right", "bottom"):
        panel.spines[side].set_visible(False)
    panel.spines["left"].set_color("#BBBBBB")
    panel.set_title("\n".join(textwrap.wrap(label("figure.unsure", language), 14)), loc="left",
                    fontsize=9)  # fmt: skip
    return told
