"""How fast ten million words of interviews are read, and how rightly.

    .venv/bin/python benchmarks/interviews.py [MILLIONS]

The respondents' turns that the example generator composes for 290 cities are taken as a tenth,
three tenths and all of the words, each in a process of its own on two cores; what labtools keeps
of words and languages is found again in a further process. NLTK and scikit-learn's
CountVectorizer do the same on the same words, in processes of their own. What counts words and not
letters is timed on words drawn by Zipf's law as well: 3,000 interviews, 20,000 lemmas. Prints
seconds of computing and by the clock (more where the machine has other work; less where a step
computes on both cores), ratios of computing to that of labtools, and the most memory taken up to
each step, of one run on this machine; before them, what `corpus.py` prints.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
GENERATOR = HERE.parent / "data" / "example" / "generator"
MILLIONS = 10.0
CITIES = 290
CITY = "norrvik"
PARTS = (0.1, 0.3, 1.0)
QUERIES = {
    "a word": ("växthuset", "word", "exact"),
    "the most frequent word": ("det", "word", "exact"),
    "a lemma": ("trivas", "lemma", "exact"),
    "a phrase": ("det är inte", "word", "exact"),
    "a wildcard": ("granne*", "word", "wildcard"),
    "a regular expression": (r"o?trygg\w*", "word", "regex"),
    "no such word": ("finnsinte", "word", "exact"),
}
SHOWN = 100  # lines of a concordance that a screen holds
GOALS = {
    "tokens, cold": 6.0,
    "tokens, kept": 0.5,
    "keyness, every word": 1.0,
    "1,000 permutations": 3.0,
    "bootstrap by interview, B = 1,000": 10.0,
    "bigrams with log-likelihood": 1.0,
    **dict.fromkeys((f"concordance: {name}" for name in QUERIES), 0.1),
}
LIKE = {  # what others do, and the last of our steps that does it
    "G² of every word, and no more": "keyness, every word",
    "words by interview, from the text": "words by interview",
    "bigrams, from the text": "bigrams with log-likelihood",
}
ZIPF = (3000, 20_000)  # interviews and lemmas
WORDS_PER_TURN = 30
KEPT = "LABTOOLS_BENCHMARK_KEPT"  # names the folder with what is kept from process to process


class Clock:
    """What each step took, and what it found."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, float]] = {}
        self.found: dict[str, Any] = {}

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        """Note seconds of computing and by the clock, and the most megabytes so far."""
        clock, computing = time.perf_counter(), time.process_time()
        yield
        computing, clock = time.process_time() - computing, time.perf_counter() - clock
        self.steps[step] = {"computing": computing, "clock": clock, "MB": _megabytes()}


def compose(words: int, path: Path) -> None:
    """Write so many words that Swedish respondents say, a row per turn."""
    sys.path.insert(0, str(GENERATOR))
    from bank import Bank
    from interviews import make_interviews
    from people import make_people
    from truth import HERE as BESIDE
    from truth import read_truth

    truth = read_truth(cities=CITIES, words=round(1.3 * words))
    rows = [
        (one.plan.source_id, one.plan.city.slug, number, turn.text)
        for one in make_interviews(truth, make_people(truth), Bank(BESIDE / "text"))
        if one.plan.language == "sv"
        for number, turn in enumerate(one.turns, start=1)
        if turn.speaker != "interviewer"
    ]
    turns = pd.DataFrame(rows, columns=["source_id", "city", "turn", "text"])
    turns = turns.assign(
        speaker="respondent", person_role="participant", quote="yes", language="sv"
    )
    turns[turns["text"].str.count(r"\S+").cumsum() <= words].to_parquet(path)


def run_labtools(turns: pd.DataFrame, clock: Clock) -> None:
    """Every step, from the text on."""
    from labtools.evidence.transcripts.kept import open_kept
    from labtools.interviews.concordance import add_context, find_hits, find_lines
    from labtools.interviews.languages import find_language
    from labtools.interviews.tokens import tokenize

    kept = open_kept(Path(os.environ[KEPT]))
    with clock.time("tokens, cold"):
        tokens = tokenize(turns, language="sv", kept=kept)
    with clock.time("language of each turn, cold"):
        find_language(turns, languages=["sv", "en"], kept=kept)
    clock.found["words"] = len(tokens)
    for name, (query, column, match) in QUERIES.items():
        with clock.time(f"concordance: {name}"):
            hits = find_hits(tokens, query, column=column, match=match)  # type: ignore[arg-type]
            add_context(hits.head(SHOWN), turns)
        clock.found[f"concordance: {name}"] = len(hits)
    in_city = turns.drop_duplicates("source_id").set_index("source_id")["city"]
    _count(tokens, in_city, CITY, clock)
    with clock.time("all lines of the most frequent word"):
        find_lines(tokens, turns, "det", column="word")


def run_again(turns: pd.DataFrame, clock: Clock) -> None:
    """What the next process finds of the words and languages that one before it kept."""
    from labtools.evidence.transcripts.kept import open_kept
    from labtools.interviews.languages import find_language
    from labtools.interviews.tokens import tokenize

    kept = open_kept(Path(os.environ[KEPT]))
    with clock.time("tokens, kept"):
        tokenize(turns, language="sv", kept=kept)
    with clock.time("language of each turn, kept"):
        find_language(turns, languages=["sv", "en"], kept=kept)


def run_zipf(turns: pd.DataFrame, clock: Clock) -> None:
    """The steps that count words, on as many words without a language; the turns are not read."""
    interviews, lemmas = ZIPF
    words = int(turns["text"].str.count(r"\S+").sum())
    rng = np.random.default_rng(1)
    shares = 1 / (np.arange(lemmas) + 2.7)
    drawn = rng.choice(lemmas, size=words, p=shares / shares.sum()).astype(np.int32)
    place = np.arange(words)
    names = pd.Index([f"ord{number:05}" for number in range(lemmas)], dtype="str")
    sources = pd.Index([f"i{number:04}" for number in range(interviews)], dtype="str")
    lemma = pd.Categorical.from_codes(drawn, categories=names)
    tokens = pd.DataFrame(
        {
            "source_id": pd.Categorical.from_codes(place * interviews // words, categories=sources),
            "turn": place // WORDS_PER_TURN,
            "word": lemma,
            "lemma": lemma,
        }
    )
    in_city = pd.Series([f"c{number % 30}" for number in range(interviews)], index=sources)
    _count(tokens, in_city, "c0", clock)


def _count(tokens: pd.DataFrame, in_city: pd.Series, city: str, clock: Clock) -> None:
    """Bigrams, keyness, permutations and bootstrap of one city against all others."""
    from labtools.interviews.collocations import count_pairs
    from labtools.interviews.counts import count_words
    from labtools.interviews.keyness import measure_keyness
    from labtools.interviews.log_ratios import estimate_log_ratios
    from labtools.interviews.permutation import permute_keyness

    with clock.time("bigrams with log-likelihood"):
        pairs = count_pairs(tokens, "word", window=1, order="kept")
    clock.found["bigrams with log-likelihood"] = len(pairs)
    with clock.time("words by interview"):
        counts = count_words(tokens, column="word")
    clock.found["words by interview"] = [*counts.matrix.shape, int(counts.matrix.sum())]
    with clock.time("lemmas by interview"):
        counts = count_words(tokens)
    clock.found["lemmas by interview"] = list(counts.matrix.shape)
    here = np.asarray(in_city.reindex(counts.sources) == city)
    with clock.time("keyness, every word"):
        measure_keyness(counts, here)
    with clock.time("1,000 permutations"):
        permute_keyness(counts, here, draws=1000, rng=np.random.default_rng(1))
    with clock.time("bootstrap by interview, B = 1,000"):
        words, rng = list(counts.words), np.random.default_rng(1)
        estimate_log_ratios(counts, here, words=words, cities=in_city, rng=rng, resamples=1000)


def run_nltk(turns: pd.DataFrame, clock: Clock) -> None:
    """NLTK's own tokenizer with the same pattern, its counts, bigrams, concordance and G²."""
    import nltk
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

    from labtools.interviews.spans import WORD

    likelihood_ratio = BigramAssocMeasures.likelihood_ratio
    texts, sources = turns["text"].tolist(), turns["source_id"].tolist()
    tokenizer = nltk.RegexpTokenizer(WORD)
    with clock.time("tokens, cold"):
        spans = [list(tokenizer.span_tokenize(text)) for text in texts]
        words = [
            [text[start:end].lower() for start, end in of_text]
            for text, of_text in zip(texts, spans, strict=True)
        ]
    del spans
    flat = [word for of_turn in words for word in of_turn]
    clock.found["words"] = len(flat)
    with clock.time("words by interview"):
        pairs = ((one, w) for one, of_turn in zip(sources, words, strict=True) for w in of_turn)
        by_source = nltk.ConditionalFreqDist(pairs)
    vocabulary = {word for counts in by_source.values() for word in counts}
    clock.found["words by interview"] = [len(by_source), len(vocabulary), by_source.N()]
    city = set(turns.loc[turns["city"] == CITY, "source_id"])
    here, everywhere = nltk.FreqDist(), nltk.FreqDist()
    for source, counts in by_source.items():
        everywhere.update(counts)
        if source in city:
            here.update(counts)
    with clock.time("G² of every word, and no more"):
        n_here, n = here.N(), everywhere.N()
        for word, count in everywhere.items():
            likelihood_ratio(here[word], (n_here, count), n)
    with clock.time("bigrams with log-likelihood"):
        finder = BigramCollocationFinder.from_documents(words)
        scored = finder.score_ngrams(likelihood_ratio)
    clock.found["bigrams with log-likelihood"] = len(scored)
    del finder, scored
    with clock.time("concordance, its index"):
        text = nltk.Text(flat)
        text.concordance_list("finnsinte")
    with clock.time("all lines of the most frequent word"):
        text.concordance_list("det", lines=sys.maxsize)


def run_sklearn(turns: pd.DataFrame, clock: Clock) -> None:
    """CountVectorizer with the same pattern: words by interview, and bigrams within turns."""
    from sklearn.feature_extraction.text import CountVectorizer

    from labtools.interviews.spans import WORD

    by_source = turns.groupby("source_id", sort=False)["text"].agg("\n".join).tolist()
    texts = turns["text"].tolist()
    with clock.time("words by interview, from the text"):
        counts = CountVectorizer(token_pattern=WORD).fit_transform(by_source)
    clock.found["words by interview"] = [*counts.shape, int(counts.sum())]
    del by_source, counts
    with clock.time("bigrams, from the text"):
        counts = CountVectorizer(token_pattern=WORD, ngram_range=(2, 2)).fit_transform(texts)
    clock.found["bigrams with log-likelihood"] = counts.shape[1]


WAYS: dict[str, Callable[[pd.DataFrame, Clock], None]] = {
    "labtools": run_labtools,
    "again": run_again,
    "zipf": run_zipf,
    "NLTK": run_nltk,
    "CountVectorizer": run_sklearn,
}


def main() -> None:
    """What is right, then what is fast, then beside others."""
    subprocess.run([sys.executable, HERE / "corpus.py"], check=True)
    words = round(1e6 * (float(sys.argv[1]) if len(sys.argv) > 1 else MILLIONS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turns.parquet"
        subprocess.run([sys.executable, __file__, "compose", path, str(words)], check=True)
        os.environ[KEPT] = folder
        runs = [_run("labtools", path, part) for part in PARTS]
        for run, part in zip(runs, PARTS, strict=True):
            run["steps"] |= _run("again", path, part)["steps"]
        print_growth(runs, _run("zipf", path, 1.0))
        peers = {name: _run(name, path, 1.0) for name in ("NLTK", "CountVectorizer")}
        print_peers(runs[-1], peers)


def print_growth(runs: list[dict[str, Any]], zipf: dict[str, Any]) -> None:
    """Each step at each size; growth: seconds a word at the largest, by those at the smallest."""
    sizes = "".join(f"{run['found']['words'] / 1e6:6.1f}M" for run in runs)
    print(f"\n{'labtools: seconds of computing; words':38}{sizes} {'growth':>6}", end=" ")
    print(f"{'clock':>6} {'goal':>5} {'MB':>5} {'Zipf, clock':>12}  found")
    times = runs[-1]["found"]["words"] / runs[0]["found"]["words"]
    for step, last in runs[-1]["steps"].items():
        seconds = "".join(f"{run['steps'][step]['computing']:7.2f}" for run in runs)
        growth = last["computing"] / runs[0]["steps"][step]["computing"] / times
        goal = f"{GOALS[step]:.1f}" if step in GOALS else ""
        drawn = [f"{took:.2f}" for took in list(zipf["steps"].get(step, {}).values())[:2]]
        print(f"{step:38}{seconds} {growth:6.2f} {last['clock']:6.2f} {goal:>5}", end=" ")
        print(f"{last['MB']:5.0f} {' '.join(drawn):>12}  {runs[-1]['found'].get(step, '')}")


def print_peers(ours: dict[str, Any], peers: dict[str, dict[str, Any]]) -> None:
    """Computing of the others beside labtools'; from the text: with our tokens."""
    own = {step: took["computing"] for step, took in ours["steps"].items()}
    for name, step in LIKE.items():
        own[name] = own[step] + (own["tokens, cold"] if name.endswith("from the text") else 0)
    memory = max(took["MB"] for took in ours["steps"].values())
    print(f"\n{'seconds of computing':52} {'labtools':>8} {'other':>7} {'ratio':>6}")
    for name, peer in peers.items():
        for step, took in peer["steps"].items():
            theirs = took["computing"]
            beside, ratio = "", ""
            if step in own:
                beside, ratio = f"{own[step]:.2f}", f"{theirs / own[step]:.1f}"
            print(f"{name + ': ' + step:52} {beside:>8} {theirs:7.2f} {ratio:>6}")
        most = max(took["MB"] for took in peer["steps"].values())
        print(f"{name + ': memory at most, MB':52} {memory:8.0f} {most:7.0f} {most / memory:6.1f}")
        same = all(ours["found"][key] == value for key, value in peer["found"].items())
        print(f"{name}: as many words, types and bigrams: {'yes' if same else peer['found']}")


def _run(way: str, path: Path, part: float) -> dict[str, Any]:
    command = [sys.executable, __file__, way, str(path), str(part)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(told))


def _run_one(way: str, path: Path, part: float) -> None:
    """In the child: read the turns, run on two cores, tell what it took."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    turns = pd.read_parquet(path)
    clock = Clock()
    WAYS[way](turns.head(round(part * len(turns))), clock)
    print(json.dumps({"steps": clock.steps, "found": clock.found}))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "compose":
        compose(int(sys.argv[3]), Path(sys.argv[2]))
    elif len(sys.argv) > 2:
        _run_one(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
    else:
        main()
