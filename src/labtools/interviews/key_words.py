"""The words that one city says more, or less, than the others, as far as that is sure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labtools.frames import as_estimates, check_columns, join_one
from labtools.intervals import bootstrap_by_cluster
from labtools.interviews.counts import Counts
from labtools.interviews.frequencies import MIN_INTERVIEWS_FOR_INTERVAL
from labtools.interviews.groups import keep_sources
from labtools.interviews.keyness import MIN_INTERVIEWS, measure_keyness
from labtools.interviews.log_odds import compare_log_odds
from labtools.interviews.log_ratios import estimate_log_ratios
from labtools.interviews.permutation import permute_keyness
from labtools.interviews.sentences import count_capitals

GROUPS = ("here", "elsewhere")
_MEASURED = (
    "word",
    "count_here",
    "count_elsewhere",
    "users_here",
    "users_elsewhere",
    "n_here",
    "n_elsewhere",
    "rate_here",
    "rate_elsewhere",
    "g2",
    "log_ratio",
    "lrc",
    "dp_norm",
    "vocabulary",
)
_TESTED = ("p", "p_adjusted", "draws")
_USERS = {"interviews_here": "users_here", "interviews_elsewhere": "users_elsewhere"}


def _inside(counts: Counts, here: Sequence[str]) -> NDArray[np.bool_]:
    """Which of the counted sources are here; those of `here` without a counted word are none."""
    return np.asarray(counts.sources.isin(list(here)), dtype=bool)


def compare_words(
    counts: Counts, here: Sequence[str], *, draws: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Every word of the vocabulary, measured here against elsewhere, and tested.

    counts: a person's interviews as one row (see `units.join_interviews`); here: the rows of the
    city; those without a counted word are passed over. Returns one row per word, in the order of
    `keyness.measure_keyness` and with its columns, but `users_here, users_elsewhere` for how many
    people or groups use the word, and `p`, `p_adjusted`, `draws` of `permutation.permute_keyness`;
    no row where there are no words on both sides.
    """
    inside = _inside(counts, here)
    if not (inside.any() and (~inside).any()):
        return pd.DataFrame(columns=[*_MEASURED, *_TESTED])
    measured = measure_keyness(counts, inside).rename(columns=_USERS)[list(_MEASURED)]
    tested = permute_keyness(counts, inside, draws=draws, rng=rng)
    return join_one(measured, tested[["word", *_TESTED]], on=["word"])


def choose_key_words(
    compared: pd.DataFrame, *, said: Literal["more", "less"], level: float = 0.05
) -> pd.DataFrame:
    """The words that are surely said more here, or less, those surest first.

    Kept are words whose adjusted p is at most `level`, whose conservative log ratio is not 0, and
    which at least three people or groups use on the side where they are said more.
    """
    check_columns(compared, *_MEASURED, *_TESTED)
    sign, side = (1, "here") if said == "more" else (-1, "elsewhere")
    sure = (compared["p_adjusted"] <= level) & (compared["lrc"] * sign > 0)
    kept = compared[sure & (compared[f"users_{side}"] >= MIN_INTERVIEWS)]
    return kept if said == "more" else kept.iloc[::-1]


def mark_names(key_words: pd.DataFrame, tokens: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """The same rows with `is_name`: whether the word is mostly written as a name.

    That is, with a capital in more than half of the places where no sentence begins; None where
    there is no such place. tokens, turns: where the words are said. Acronyms are marked as well,
    and nothing is where the transcribers wrote without capitals.
    """
    found = count_capitals(tokens, turns, words=key_words["word"].tolist())
    is_name = [
        2 * capitals > inside if inside else None
        for inside, capitals in zip(
            found["inside"].tolist(), found["capitals"].tolist(), strict=True
        )
    ]
    return key_words.assign(is_name=pd.Series(is_name, index=key_words.index, dtype=object))


def estimate_ratios(
    key_words: pd.DataFrame,
    counts: Counts,
    here: Sequence[str],
    *,
    cities: pd.Series,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The same words with all their measures, and the interval of how much oftener they are said.

    counts, here: as for `compare_words`; cities: that of each row of the counts. Returns `word`;
    `g2, dp_norm` of `keyness.measure_keyness`; `p`, not adjusted; and `estimate, low, high, n,
    unit` of `log_ratios.estimate_log_ratios`.
    """
    described = key_words[["word", "g2", "dp_norm", "p"]]
    words = described["word"].tolist()
    if not words:
        return described.reindex(columns=[*described, "estimate", "low", "high", "n", "unit"])
    ratios = estimate_log_ratios(
        counts, _inside(counts, here), words=words, cities=cities, rng=rng
    ).drop(columns=["n_here", "n_elsewhere"])
    return join_one(described, ratios, on=["word"])


def summarize(compared: pd.DataFrame) -> pd.DataFrame:
    """One row: `vocabulary`, `draws`, how many `here` and `elsewhere`, key words `more`, `less`.

    No row where there was nothing to compare.
    """
    if compared.empty:
        return pd.DataFrame(columns=["vocabulary", "draws", *GROUPS, "more", "less"])
    first = compared.iloc[0]
    row = {
        "vocabulary": int(first["vocabulary"]),
        "draws": int(first["draws"]),
        "here": int(first["n_here"]),
        "elsewhere": int(first["n_elsewhere"]),
        "more": len(choose_key_words(compared, said="more")),
        "less": len(choose_key_words(compared, said="less")),
    }
    return pd.DataFrame([row])


def estimate_rates_by_group(
    counts: Counts,
    here: Sequence[str],
    *,
    words: Sequence[str],
    rng: np.random.Generator,
    level: float = 0.95,
) -> pd.DataFrame:
    """How often chosen words are said here and elsewhere, averaged over people or groups.

    counts, here: as for `compare_words`. Returns two rows per word: `word, group` (here,
    elsewhere), `estimate, low, high` per thousand words, `n` people or groups, `unit`. The
    interval draws them again (bootstrap-t, cut at nought); NaN for fewer than eight.
    """
    inside = _inside(counts, here)
    place = counts.words.get_indexer(list(words))
    rows = []
    for group, chosen in zip(GROUPS, (inside, ~inside), strict=True):
        rates = keep_sources(counts, chosen).rates()[:, place].toarray()
        low = high = np.full(len(place), np.nan)
        if len(rates) >= MIN_INTERVIEWS_FOR_INTERVAL and len(place):
            low, high = bootstrap_by_cluster(rates, rng=rng, level=level)
        rows.append(
            pd.DataFrame(
                {
                    "word": list(words),
                    "group": group,
                    "estimate": rates.mean(axis=0) if len(rates) else np.nan,
                    "low": np.maximum(low, 0),
                    "high": high,
                    "n": len(rates),
                    "unit": "per thousand words",
                }
            )
        )
    return as_estimates(pd.concat(rows, ignore_index=True), by=["word", "group"])


def list_without(counts: Counts, here: Sequence[str], *, words: Sequence[str]) -> pd.DataFrame:
    """Who here does not say each word: one row per word with `word, without, source_ids`.

    counts, here: as for `compare_words`, an interpreter's words among the counted. without: how
    many people or groups; source_ids: which, separated by commas.
    """
    inside = keep_sources(counts, _inside(counts, here))
    place = inside.words.get_indexer(list(words))
    silent = inside.matrix[:, place].toarray() == 0
    return pd.DataFrame(
        {
            "word": list(words),
            "without": silent.sum(axis=0),
            "source_ids": [", ".join(inside.sources[column]) for column in silent.T],
        }
    )


def rank_by_log_odds(
    counts: Counts, here: Sequence[str], *, own: Collection[str], most: int
) -> pd.DataFrame:
    """The words that `log_odds.compare_log_odds` puts first; `is_key`: whether among `own`.

    The prior weighs as much as an average person or group here. No row where there are no words
    on both sides.
    """
    inside = _inside(counts, here)
    if not (inside.any() and (~inside).any()):
        return pd.DataFrame(columns=["word", "count_here", "count_elsewhere", "z", "is_key"])
    prior_words = float(counts.totals[inside].mean())
    ranked = compare_log_odds(counts, inside, prior_words=prior_words).head(most)
    is_key = [word in set(own) for word in ranked["word"]]
    return ranked.assign(is_key=pd.Series(is_key, index=ranked.index, dtype=object))


def count_shared(ranked: pd.DataFrame) -> pd.DataFrame:
    """One row: how many of `n` words are `shared` with the key words; no row without words."""
    if ranked.empty:
        return pd.DataFrame(columns=["n", "shared"])
    return pd.DataFrame([{"n": len(ranked), "shared": sum(ranked["is_key"])}])
