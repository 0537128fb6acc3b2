"""Tokens → topics: groups of words that tend to be said in the same stretch of an interview.

tomotopy's topic model with the city as a covariate (Dirichlet-multinomial regression).
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from labtools.frames import as_estimates, check_columns
from labtools.intervals import bootstrap_by_cluster
from labtools.interviews.concordance import add_context, keep_quotable
from labtools.interviews.frequencies import MIN_INTERVIEWS_FOR_INTERVAL

with warnings.catch_warnings():  # tomotopy 0.14.0 cannot be imported where this is an error
    warnings.filterwarnings("ignore", "builtin type", DeprecationWarning)
    import tomotopy

Topics = npt.NDArray[np.int64]

SOURCES_PER_TOPIC = 3
_ITERATIONS = 300  # a thousand: the example's runs agree by .03 more, its dealt words as well
_PRIOR_TOPICS = 0.1  # alpha: few topics in a stretch
_PRIOR_WORDS = 0.1  # eta: the small corpus agrees better between runs than with tomotopy's 0.01


def cut_documents(
    tokens: pd.DataFrame,
    *,
    leave_out: Collection[str],
    about_words: int = 25,
    least_sources: int = 3,
) -> pd.DataFrame:
    """The words that topics are made of, in stretches of some turns: the model's documents.

    tokens: as `tokenize` gives them. Kept are lemmas outside `leave_out` that at least
    `least_sources` interviews use. Each interview is divided, between turns, into as many
    stretches as it holds `about_words` kept words (one at the least). Returns one row per kept
    word, in order: the columns of `tokens`, and `document`, numbered from 0.
    """
    check_columns(tokens, "source_id", "turn", "start", "end", "lemma")
    used_by = tokens.groupby("lemma", observed=True)["source_id"].nunique()
    wanted = used_by.index[(used_by >= least_sources).to_numpy()].difference(list(leave_out))
    words = tokens[tokens["lemma"].isin(wanted)].reset_index(drop=True)
    words["lemma"] = words["lemma"].astype("category").cat.remove_unused_categories()
    by_source = words.groupby("source_id", observed=True, sort=False)
    length = by_source["turn"].transform("size")
    place = by_source.cumcount().groupby([words["source_id"], words["turn"]], observed=True)
    stretch = place.transform("min") * (length // about_words).clip(lower=1) // length
    at = words.assign(stretch=stretch).groupby(["source_id", "stretch"], observed=True, sort=False)
    return words.assign(document=at.ngroup())


def plan_numbers(words: pd.DataFrame, *, least_topics: int, most_topics: int) -> list[int]:
    """The numbers of topics to try: from `least_topics` to `most_topics`.

    Never so many that a topic would have fewer than three interviews to rest on; no number at all
    where even the least are too many. Raises ValueError for fewer than two topics.
    """
    if not 2 <= least_topics <= most_topics:
        raise ValueError(
            "least_topics must be 2 or more, and most_topics no fewer; "
            f"found {least_topics} and {most_topics}"
        )
    sources = words["source_id"].nunique()
    return list(range(least_topics, min(most_topics, sources // SOURCES_PER_TOPIC) + 1))


def fit_topics(words: pd.DataFrame, city_of: pd.Series, *, topics: int, seed: int) -> Topics:
    """The topic of every word, by collapsed Gibbs sampling: one number per row of `words`.

    words: as `cut_documents` gives them; city_of: the city of each source, by source_id.
    Topics are numbered from 0, the largest first. The same seed gives the same numbers with the
    same version of tomotopy on the same kind of processor. Mimno & McCallum 2008, Topic models
    conditioned on arbitrary features with Dirichlet-multinomial regression, UAI 24: 411.
    """
    check_columns(words, "source_id", "document", "lemma")
    model = tomotopy.DMRModel(k=topics, alpha=_PRIOR_TOPICS, eta=_PRIOR_WORDS, seed=seed)
    rows = words.groupby("document", sort=True).indices
    lemmas = words["lemma"].to_numpy(dtype=object)
    cities = words["source_id"].astype("str").map(city_of).to_numpy(dtype=object)
    for place in rows.values():
        model.add_doc(lemmas[place].tolist(), metadata=cities[place[0]])
    model.train(_ITERATIONS, workers=1)  # several workers give other numbers every time
    found = np.empty(len(words), dtype=np.int64)
    # model.docs[1] is an IndexError in tomotopy 0.14.0; going through them all is right.
    for place, document in zip(rows.values(), model.docs, strict=True):
        found[place] = document.topics
    by_size = np.argsort(-np.bincount(found, minlength=topics), kind="stable")
    return np.argsort(by_size)[found]


def fit_runs(
    words: pd.DataFrame, city_of: pd.Series, *, numbers: Sequence[int], seeds: int
) -> dict[int, list[Topics]]:
    """For each number of topics, `fit_topics` with the seeds 1, 2, … `seeds`.

    Raises ValueError for fewer than two seeds: one run cannot agree with another.
    """
    if seeds < 2:
        raise ValueError(f"seeds must be 2 or more, or nothing can be compared; found {seeds}")
    return {
        topics: [
            fit_topics(words, city_of, topics=topics, seed=seed) for seed in range(1, seeds + 1)
        ]
        for topics in numbers
    }


def deal_words(words: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """The same stretches and words, but dealt at random: what runs agree on then is chance.

    words: as `cut_documents` gives them; every word is as frequent, every stretch as long, as
    before.
    """
    check_columns(words, "lemma")
    order = rng.permutation(len(words))
    return words.assign(lemma=words["lemma"].take(order).set_axis(words.index))


def summarize(words: pd.DataFrame, runs: dict[int, list[Topics]]) -> pd.DataFrame:
    """One row: `interviews, documents, vocabulary, words`, numbers `least` to `most`, `runs` each.

    No row where no number of topics was tried.
    """
    columns = ["interviews", "documents", "vocabulary", "words", "least", "most", "runs"]
    if not runs:
        return pd.DataFrame(columns=columns)
    row = [
        words["source_id"].nunique(),
        words["document"].nunique(),
        words["lemma"].nunique(),
        len(words),
        min(runs),
        max(runs),
        len(runs[min(runs)]),
    ]
    return pd.DataFrame([row], columns=columns)


def measure_shares(words: pd.DataFrame, found: Topics, *, topics: int) -> pd.DataFrame:
    """How much of the kept words of each source is in each topic (0–1).

    words: a person's interviews as one source (see `units.join_interviews`) where people are
    compared. One row per source, one column per topic, numbered from 1; each row sums to 1.
    """
    counts = pd.crosstab(words["source_id"].astype("str"), found + 1)
    counts = counts.reindex(columns=range(1, topics + 1), fill_value=0)
    return counts.div(counts.sum(axis=1), axis=0)


def estimate_shares(
    shares: pd.DataFrame,
    city_of: pd.Series,
    *,
    topics: Sequence[int],
    order: Sequence[str],
    rng: np.random.Generator,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much of what is said in a city is in each topic, averaged over its people or groups.

    shares: as `measure_shares` gives them, a row for each person or group; city_of: their city;
    topics: those wanted; order: all cities. Returns one row per topic and city with anybody:
    `topic, city, estimate, low, high` (0–1), `n` people or groups, `unit`. The interval draws
    them again (bootstrap-t, cut at 0 and 1); NaN for a city of fewer than eight. It takes the
    topics as given: what another run would make of them is in none of it.
    """
    cities = city_of.reindex(shares.index).to_numpy()
    rows = []
    for city in order:
        inside = shares.loc[cities == city, list(topics)]
        if inside.empty or not len(topics):
            continue
        low = high = np.full(len(topics), np.nan)
        if len(inside) >= MIN_INTERVIEWS_FOR_INTERVAL:
            low, high = bootstrap_by_cluster(inside.to_numpy(), rng=rng, level=level)
        about = {"topic": list(topics), "city": city, "estimate": inside.mean().to_numpy()}
        ends = {"low": np.maximum(low, 0), "high": np.minimum(high, 1)}
        rows.append(pd.DataFrame({**about, **ends, "n": len(inside), "unit": "share"}))
    if not rows:
        return pd.DataFrame(columns=["topic", "city", "estimate", "low", "high", "n", "unit"])
    table = pd.concat(rows).sort_values("topic", kind="stable")
    return as_estimates(table, by=["topic", "city"])


def find_typical_lines(
    words: pd.DataFrame,
    found: Topics,
    turns: pd.DataFrame,
    *,
    most: int,
    audience: str,
    width: int = 60,
) -> pd.DataFrame:
    """Lines from the stretches that hold most of a topic, at most `most` from as many interviews.

    turns: the turns that `words` come from. In each stretch the line stands around the word that
    the topic holds most often. For partners only turns that may be quoted. Returns `topic`, from
    1, and the columns of `concordance.add_context`; the most typical line first.
    """
    topic = pd.Series(found + 1, index=words.index)
    of_stretch = topic.groupby([words["document"], topic]).transform("size")
    of_word = topic.groupby([words["lemma"], topic], observed=True).transform("size")
    rows = words[["source_id", "turn", "start", "end"]].astype({"source_id": "str"})
    rows = rows.assign(topic=topic, own=of_stretch, often=of_word)
    quote = turns[["source_id", "turn", "quote"]]
    known = rows.merge(quote, on=["source_id", "turn"], how="left", validate="m:1")
    shown = keep_quotable(known, audience=audience)
    by = ["topic", "own", "often"]
    best = shown.sort_values(by, ascending=[True, False, False], kind="stable")
    chosen = best.drop_duplicates(["topic", "source_id"]).groupby("topic").head(most)
    chosen = chosen.reset_index(drop=True)
    hits = chosen[["source_id", "turn", "start", "end"]]
    lines = add_context(hits, turns, width=width)
    lines.insert(0, "topic", chosen["topic"])
    return lines
