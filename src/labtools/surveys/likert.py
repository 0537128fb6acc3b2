"""Ink for single questions: how the answers divide, before any mean is taken."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.ticker import FuncFormatter

from labtools.figures import add_legend, finish
from labtools.frames import check_columns
from labtools.words import Language, format_share, label, label_with_n

_SHARE_WITH_ROOM_FOR_ITS_NUMBER = 0.08


def draw_answers(
    counts: pd.DataFrame,
    *,
    title: str,
    language: Language,
    ax: Axes,
    names: Mapping[str, str] | None = None,
) -> Axes:
    """Diverging bars: a bar per question and wave, the middle answer across the line at zero.

    counts: one row per variable, wave and code with `share` (0–1) and `answered` (people), as
    `items.count_answers` gives them, answers from low to high. Every bar carries its n, every
    part with room for it its percent. `title` is the key of a label. (Heiberger & Robbins 2014,
    Journal of Statistical Software 57(5).)
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
    described = [
        label_with_n(f"{question} {named.get(wave, wave)}".strip(), n, language)
        + ": "
        + ", ".join(
            f"{answer} {format_share(share, language)}"
            for answer, share in zip(answers, row, strict=True)
        )
        for question, wave, n, row in zip(questions, waves, answered, shares, strict=True)
    ]
    return finish(ax, title, "; ".join(described), language)
