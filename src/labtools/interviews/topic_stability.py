"""Topics → which of them come back when the model is fitted again, and how well they hold together.

A topic is known by its ten foremost words; topics of two runs are matched by these.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from labtools.interviews.topics import Topics, measure_shares

Floats = npt.NDArray[np.float64]
Ranked = npt.NDArray[np.int64]

TOP_WORDS = 10
STABLE = 0.5  # with ten words: about two of three come back
_NO_WORD = -1


class Choice(NamedTuple):
    """The number of topics whose runs agree best, and the run of it most like the others."""

    topics: int
    found: Topics
    stability: Floats


def rank_words(words: pd.DataFrame, found: Topics, *, topics: int) -> Ranked:
    """The ten words that each topic holds most often: one row per topic, foremost first.

    Words are told by their category code, ties in alphabetical order; −1 where a topic holds
    fewer words than ten.
    """
    lemma = words["lemma"].cat
    counts = np.zeros((topics, len(lemma.categories)), dtype=np.int64)
    np.add.at(counts, (found, lemma.codes.to_numpy()), 1)
    order = np.argsort(-counts, axis=1, kind="stable")[:, :TOP_WORDS]
    return np.where(np.take_along_axis(counts, order, axis=1) > 0, order, _NO_WORD)


def average_jaccard(first: Ranked, second: Ranked) -> Floats:
    """How like each other ranked lists are (0–1): rows of `first` by rows of `second`.

    The mean of Jaccard's index of the first 1, 2, … words of both, so that the foremost weigh
    most; 1 for the same words in the same order. A list without words is like no other. Greene,
    O'Callaghan & Cunningham 2014, How many topics? Stability analysis for topic models,
    ECML-PKDD, section 3.1.

    >>> average_jaccard(np.array([[1, 2]]), np.array([[1, 3], [2, 1]])).round(3).tolist()
    [[0.667, 0.5]]
    """
    same = first[:, None, :, None] == second[None, :, None, :]
    same &= first[:, None, :, None] != _NO_WORD
    depth = np.arange(first.shape[1])
    shared = same.cumsum(axis=2).cumsum(axis=3)[:, :, depth, depth]
    lengths = [(ranked != _NO_WORD).cumsum(axis=1) for ranked in (first, second)]
    together = lengths[0][:, None, :] + lengths[1][None, :, :] - shared
    return np.asarray((shared / np.maximum(together, 1)).mean(axis=2), dtype=np.float64)


def match_topics(first: Ranked, second: Ranked) -> tuple[npt.NDArray[np.int64], Floats]:
    """Each topic's counterpart in another run, and how like it that is.

    One to one, so that the likeness is greatest in all (Kuhn 1955, the Hungarian method). Returns
    the row of `second` for each row of `first`, and `average_jaccard` of the two.
    """
    likeness = average_jaccard(first, second)
    rows, counterparts = linear_sum_assignment(likeness, maximize=True)
    return counterparts, likeness[rows, counterparts]


def measure_agreement(runs: list[Ranked]) -> Floats:
    """How like each topic of a run is to its counterparts: runs × runs × topics, 1 with itself."""
    topics = len(runs[0])
    agreement = np.ones((len(runs), len(runs), topics))
    for one, other in combinations(range(len(runs)), 2):
        counterparts, likeness = match_topics(runs[one], runs[other])
        agreement[one, other] = likeness
        agreement[other, one, counterparts] = likeness
    return agreement


def measure_coherence(words: pd.DataFrame, ranked: Ranked) -> Floats:
    """Normalised pointwise mutual information of each topic's foremost words (−1 to 1).

    The mean over their pairs; 1: always in the same stretches; 0: as chance would have it; −1:
    never together. Counted in the stretches of `cut_documents`; NaN for a topic of fewer than two
    words. Bouma 2009, GSCL: 31; Lau, Newman & Baldwin 2014, EACL: 530.
    """
    codes = words["lemma"].cat.codes.to_numpy()
    documents = int(words["document"].max()) + 1
    shape = (documents, len(words["lemma"].cat.categories))
    pairs = (words["document"].to_numpy(), codes)
    holds = sparse.csc_array((np.ones(len(words)), pairs), shape=shape)
    coherence = np.full(len(ranked), np.nan)
    for topic, row in enumerate(ranked):
        chosen = holds[:, row[row != _NO_WORD]].toarray() > 0
        first, second = np.triu_indices(chosen.shape[1], k=1)
        if not len(first):
            continue
        single = chosen.mean(axis=0)
        joint = (chosen[:, first] & chosen[:, second]).mean(axis=0)
        expected = single[first] * single[second]
        some = (joint > 0) & (joint < 1)
        npmi = np.where(joint == 0, -1.0, 1.0)
        npmi[some] = np.log(joint[some] / expected[some]) / -np.log(joint[some])
        coherence[topic] = npmi.mean()
    return coherence


def compare_numbers(
    words: pd.DataFrame,
    runs: dict[int, list[Topics]],
    *,
    dealt: pd.DataFrame,
    by_chance: dict[int, list[Topics]],
) -> pd.DataFrame:
    """Every number of topics tried: how well its runs agree, and its topics hold together.

    dealt: `words` as `deal_words` deals them; by_chance: runs of these. Returns one row per number:
    `topics, runs, stability` (0–1, the mean over all pairs of runs), `by_chance` (the same for
    words dealt at random), `stable_topics` (of the run most like the others), `coherence` (that
    run's mean), `is_chosen`. Chosen is the number whose stability is furthest above chance, which
    alone favours few topics; the fewest topics where several are.
    """
    rows = []
    for topics, found in runs.items():
        ranked = [rank_words(words, one, topics=topics) for one in found]
        best, of_topics, stability = _find_middle(ranked)
        coherence = measure_coherence(words, ranked[best])
        shuffled = [rank_words(dealt, one, topics=topics) for one in by_chance[topics]]
        known = coherence[~np.isnan(coherence)]
        rows.append(
            {
                "topics": topics,
                "runs": len(found),
                "stability": stability,
                "by_chance": _find_middle(shuffled)[2],
                "stable_topics": int((of_topics >= STABLE).sum()),
                "coherence": known.mean() if len(known) else np.nan,
            }
        )
    columns = ["topics", "runs", "stability", "by_chance", "stable_topics", "coherence"]
    table = pd.DataFrame(rows, columns=columns)
    above = table["stability"] - table["by_chance"]
    first = table.index[above >= above.max() - 1e-12][:1]
    return table.assign(is_chosen=pd.Series(table.index.isin(first), table.index, dtype=object))


def choose(words: pd.DataFrame, runs: dict[int, list[Topics]], compared: pd.DataFrame) -> Choice:
    """The number that `compare_numbers` chose, in the run most like the others.

    `stability`: how like each of its topics is to its counterparts in the other runs (0–1). Where
    no number was tried: no topics.
    """
    if compared.empty:
        return Choice(0, np.empty(0, dtype=np.int64), np.empty(0))
    topics = int(compared.loc[compared["is_chosen"].astype(bool), "topics"].iloc[0])
    ranked = [rank_words(words, one, topics=topics) for one in runs[topics]]
    best, stability, _ = _find_middle(ranked)
    return Choice(topics, runs[topics][best], stability)


def describe_topics(words: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """One row per topic: `topic` (from 1), its foremost `words`, `share, stability`, `coherence`.

    share: of the kept words, averaged over all sources (0–1; see `topics.measure_shares`);
    `is_stable`: whether it comes back, with a stability of one half or more.
    """
    columns = ["topic", "words", "share", "stability", "coherence", "is_stable"]
    if not choice.topics:
        return pd.DataFrame(columns=columns)
    ranked = rank_words(words, choice.found, topics=choice.topics)
    names = words["lemma"].cat.categories
    shares = measure_shares(words, choice.found, topics=choice.topics)
    table = pd.DataFrame(
        {
            "topic": range(1, choice.topics + 1),
            "words": [", ".join(names[row[row != _NO_WORD]]) for row in ranked],
            "share": shares.mean().to_numpy(),
            "stability": choice.stability,
            "coherence": measure_coherence(words, ranked),
        }
    )
    return table.assign(is_stable=(table["stability"] >= STABLE).astype(object))


def name_topics(described: pd.DataFrame, *, most: int = 3) -> dict[str, str]:
    """What figures call each topic: its number and its foremost words, never a name made up."""
    foremost = described["words"].str.split(", ").str[:most].str.join(", ")
    return {
        str(topic): f"{topic}: {words}"
        for topic, words in zip(described["topic"], foremost, strict=True)
    }


def _find_middle(ranked: list[Ranked]) -> tuple[int, Floats, float]:
    """The run most like the others; its topics' stability; the stability of all runs."""
    agreement = measure_agreement(ranked)
    others = len(ranked) - 1
    of_topics = (agreement.sum(axis=1) - 1) / others
    best = int(of_topics.mean(axis=1).argmax())
    return best, of_topics[best], float(of_topics.mean())
