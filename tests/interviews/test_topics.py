"""Topics: planted ones are found and come back; chance is told from agreement."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import hypergeom

from labtools.interviews import topic_stability, topics
from labtools.interviews.topic_stability import Ranked, average_jaccard, match_topics
from labtools.interviews.units import join_interviews

PLANTED = {
    "work": "jobb lön chef praktik anställning timme arbete yrke pension kollega".split(),
    "home": "hyra kök balkong granne trapphus tvättstuga port gård hiss lägenhet".split(),
    "school": "lärare klass läxa rast betyg elev skola prov lektion bänk".split(),
}
CITIES = ("a", "b")


def _turns() -> pd.DataFrame:
    """Twelve interviews of nine turns, each turn twenty words about one subject."""
    rng = np.random.default_rng(5)
    rows = []
    for number in range(12):
        for turn in range(1, 10):
            subject = list(PLANTED)[(turn + number) % 3]
            text = " ".join(rng.choice(PLANTED[subject], size=20))
            rows.append((f"i{number:02}", turn, text, CITIES[number % 2], subject))
    turns = pd.DataFrame(rows, columns=["source_id", "turn", "text", "city", "subject"])
    return turns.assign(speaker="respondent", person_role="resident", quote="yes")


def _tokens(turns: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for source, turn, text in turns[["source_id", "turn", "text"]].itertuples(index=False):
        start = 0
        for word in text.split():
            rows.append((source, turn, start, start + len(word), word, word))
            start += len(word) + 1
    columns = ["source_id", "turn", "start", "end", "word", "lemma"]
    kinds = dict.fromkeys(("source_id", "word", "lemma"), "category")
    return pd.DataFrame(rows, columns=columns).astype(kinds)


@pytest.fixture(scope="module")
def turns() -> pd.DataFrame:
    return _turns()


@pytest.fixture(scope="module")
def words(turns: pd.DataFrame) -> pd.DataFrame:
    return topics.cut_documents(_tokens(turns), leave_out=(), about_words=20)


@pytest.fixture(scope="module")
def city_of(turns: pd.DataFrame) -> pd.Series:
    return turns.drop_duplicates("source_id").set_index("source_id")["city"]


@pytest.fixture(scope="module")
def found(words: pd.DataFrame, city_of: pd.Series) -> topics.Topics:
    return topics.fit_topics(words, city_of, topics=3, seed=1)


def test_planted_topics_are_recovered(words: pd.DataFrame, found: topics.Topics) -> None:
    ranked = topic_stability.rank_words(words, found, topics=3)
    names = words["lemma"].cat.categories
    assert {frozenset(names[row]) for row in ranked} == {frozenset(w) for w in PLANTED.values()}


def test_each_word_gets_its_own_topic_in_stretches_about_two(
    turns: pd.DataFrame, city_of: pd.Series
) -> None:
    """Every turn holds ten words of one subject, then ten of one drawn anew."""
    rng = np.random.default_rng(6)
    mixed = [
        " ".join(np.concatenate([rng.choice(PLANTED[of], size=10) for of in pair]))
        for pair in rng.choice(list(PLANTED), size=(len(turns), 2))
    ]
    cut = topics.cut_documents(_tokens(turns.assign(text=mixed)), leave_out=(), about_words=20)
    found = topics.fit_topics(cut, city_of, topics=3, seed=1)
    subject = {word: name for name, planted in PLANTED.items() for word in planted}
    table = pd.crosstab(cut["lemma"].astype("str").map(subject), found)
    assert table.max(axis=1).sum() > 0.9 * len(cut)
    assert table.idxmax(axis=1).nunique() == 3


def test_the_largest_topic_is_the_first(words: pd.DataFrame, city_of: pd.Series) -> None:
    for seed in range(1, 5):
        sizes = np.bincount(topics.fit_topics(words, city_of, topics=5, seed=seed), minlength=5)
        assert (np.diff(sizes) <= 0).all()


def test_the_same_seed_gives_the_same_topics(words: pd.DataFrame, city_of: pd.Series) -> None:
    """And another seed others, where there is no structure to find."""
    dealt = topics.deal_words(words, rng=np.random.default_rng(1))
    first, again, other = (
        topics.fit_topics(dealt, city_of, topics=4, seed=seed) for seed in (3, 3, 4)
    )
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_stretches_keep_turns_whole_and_interviews_apart(turns: pd.DataFrame) -> None:
    cut = topics.cut_documents(_tokens(turns), leave_out=["jobb"], about_words=45)
    assert "jobb" not in set(cut["lemma"])
    assert (cut.groupby(["source_id", "turn"], observed=True)["document"].nunique() == 1).all()
    assert (cut.groupby("document")["source_id"].nunique() == 1).all()
    assert sorted(cut["document"].unique()) == list(range(cut["document"].nunique()))
    assert cut.groupby("document").size().between(30, 80).all()


def test_a_word_of_two_interviews_is_no_word_of_a_topic() -> None:
    rows = [
        (source, 1, 0, 1, lemma) for lemma, of in {"x": "abc", "y": "ab"}.items() for source in of
    ]
    tokens = pd.DataFrame(rows, columns=["source_id", "turn", "start", "end", "lemma"])
    assert topics.cut_documents(tokens, leave_out=())["lemma"].tolist() == ["x"] * 3


def test_no_topic_rests_on_fewer_than_three_interviews(words: pd.DataFrame) -> None:
    assert topics.plan_numbers(words, least_topics=2, most_topics=9) == [2, 3, 4]
    assert topics.plan_numbers(words, least_topics=5, most_topics=9) == []
    with pytest.raises(ValueError, match="least_topics must be 2 or more"):
        topics.plan_numbers(words, least_topics=1, most_topics=9)


def test_one_seed_cannot_be_compared(words: pd.DataFrame, city_of: pd.Series) -> None:
    with pytest.raises(ValueError, match="seeds must be 2 or more"):
        topics.fit_runs(words, city_of, numbers=[3], seeds=1)


def test_dealt_words_are_the_same_words_elsewhere(words: pd.DataFrame) -> None:
    dealt = topics.deal_words(words, rng=np.random.default_rng(2))
    assert dealt["lemma"].value_counts().equals(words["lemma"].value_counts())
    assert dealt["document"].equals(words["document"])
    assert dealt["lemma"].tolist() != words["lemma"].tolist()


def test_average_jaccard_is_the_mean_over_depths() -> None:
    """The first 1, 2, … 5 words of both, by hand."""
    first, second = np.array([[0, 1, 2, 3, 4]]), np.array([[5, 0, 6, 1, 2]])
    by_hand = [0 / 2, 1 / 3, 1 / 5, 2 / 6, 3 / 7]
    assert average_jaccard(first, second)[0, 0] == pytest.approx(np.mean(by_hand))


_lists = arrays.arrays(np.int64, (4, 10), elements=st.integers(0, 500), unique=True)


@given(_lists, st.permutations(range(4)))
def test_permuted_topics_are_matched_exactly(ranked: Ranked, order: list[int]) -> None:
    counterparts, likeness = match_topics(ranked, ranked[order])
    assert [order[place] for place in counterparts] == [0, 1, 2, 3]
    assert likeness == pytest.approx(1)


@given(_lists, _lists)
def test_likeness_is_symmetric_and_a_share(first: Ranked, second: Ranked) -> None:
    likeness = average_jaccard(first, second)
    assert likeness == pytest.approx(average_jaccard(second, first).T)
    assert (likeness >= 0).all()
    assert (likeness <= 1).all()


def test_matching_maximises_the_sum_not_the_first() -> None:
    """Greedily the first topic would take the second's only counterpart."""
    first = np.array([[1, 2, 3, 4], [1, 2, 7, 8]])
    second = np.array([[1, 2, 3, 9], [3, 1, 2, 4]])
    likeness = average_jaccard(first, second)
    assert likeness[0].argmax() == likeness[1].argmax() == 0
    assert match_topics(first, second)[0].tolist() == [1, 0]


def test_identical_runs_are_wholly_stable(words: pd.DataFrame, found: topics.Topics) -> None:
    ranked = topic_stability.rank_words(words, found, topics=3)
    agreement = topic_stability.measure_agreement([ranked, ranked[[2, 0, 1]], ranked[[1, 0, 2]]])
    assert agreement == pytest.approx(1)


def test_agreement_is_told_for_the_topics_of_either_run() -> None:
    """The second run's first topic is the first run's last."""
    first = np.array([[0, 1], [2, 3], [4, 5]])
    second = np.array([[4, 5], [0, 1], [2, 9]])
    agreement = topic_stability.measure_agreement([first, second])
    alike = (1 + 1 / 3) / 2
    assert agreement[0, 1] == pytest.approx([1, alike, 1])
    assert agreement[1, 0] == pytest.approx([1, 1, alike])


def test_random_lists_agree_as_chance_would_have_it() -> None:
    """What two lists of depth d share of v words is hypergeometric: the mean in closed form."""
    rng, size = np.random.default_rng(3), 200
    ranked = np.array([rng.permutation(size)[:10] for _ in range(400)])
    likeness = average_jaccard(ranked[:200], ranked[200:])
    depth, shared = np.arange(1, 11), np.arange(11)[:, None]
    jaccard = (
        hypergeom.pmf(shared, size, depth, depth) * shared / np.maximum(2 * depth - shared, 1)
    ).sum(0)
    assert likeness.mean() == pytest.approx(jaccard.mean(), rel=0.03)


def test_words_left_empty_are_like_nothing() -> None:
    empty = np.full((1, 3), -1)
    assert average_jaccard(empty, empty).item() == 0
    assert average_jaccard(np.array([[4, -1, -1]]), np.array([[4, -1, -1]])).item() == 1


def test_coherence_of_several_closed_cases() -> None:
    """Always together 1, never −1; as chance would have it 0."""
    holds = {"a": [0, 1], "b": [0, 1], "c": [2, 3], "d": [0, 2]}
    rows = [(document, lemma) for lemma, documents in holds.items() for document in documents]
    table = pd.DataFrame(rows, columns=["document", "lemma"]).astype({"lemma": "category"})
    ranked = np.array([[0, 1, -1], [0, 2, -1], [0, 3, -1], [0, -1, -1]])
    coherence = topic_stability.measure_coherence(table, ranked)
    assert coherence == pytest.approx([1, -1, 0, np.nan], nan_ok=True)


def test_planted_topics_are_stable_and_dealt_words_are_not(
    words: pd.DataFrame, city_of: pd.Series
) -> None:
    """And the number that was planted is the one chosen."""
    dealt = topics.deal_words(words, rng=np.random.default_rng(4))
    runs = topics.fit_runs(words, city_of, numbers=[2, 3, 4], seeds=4)
    by_chance = topics.fit_runs(dealt, city_of, numbers=[2, 3, 4], seeds=4)
    compared = topic_stability.compare_numbers(words, runs, dealt=dealt, by_chance=by_chance)
    assert compared.loc[compared["is_chosen"].astype(bool), "topics"].tolist() == [3]
    row = compared.set_index("topics").loc[3]
    assert row["stability"] > 0.6 > 0.45 > row["by_chance"]
    choice = topic_stability.choose(words, runs, compared)
    described = topic_stability.describe_topics(words, choice)
    assert described["is_stable"].tolist() == [True] * 3
    assert described["share"].sum() == pytest.approx(1)
    names = topic_stability.name_topics(described)
    assert list(names) == ["1", "2", "3"]
    assert names["1"] == "1: " + ", ".join(described["words"].iloc[0].split(", ")[:3])


def test_shares_are_averaged_over_interviews_not_words() -> None:
    """One interview of 2 words and one of 8: (1/2 + 1/4) / 2, not 3/10."""
    table = pd.DataFrame({"source_id": ["x"] * 2 + ["y"] * 8})
    found = np.array([0, 1] + [0] * 2 + [1] * 6)
    shares = topics.measure_shares(table, found, topics=3)
    assert shares.to_numpy().tolist() == [[1 / 2, 1 / 2, 0], [1 / 4, 3 / 4, 0]]
    estimates = topics.estimate_shares(
        shares,
        pd.Series({"x": "a", "y": "a"}),
        topics=[1, 3],
        order=["a", "b"],
        rng=np.random.default_rng(1),
    )
    assert estimates["estimate"].tolist() == [3 / 8, 0]
    assert estimates["n"].tolist() == [2, 2]
    assert estimates[["low", "high"]].isna().all(axis=None)


def test_a_person_interviewed_twice_counts_once_in_a_citys_share() -> None:
    """4 of 8 words of the one, 0 of 2 of the other: (1/2 + 0) / 2, where interviews give 2/9."""
    table = pd.DataFrame({"source_id": ["x"] * 6 + ["y"] * 2 + ["z"] * 2, "turn": 1})
    found = np.array([0] * 4 + [1] * 6)
    units = pd.DataFrame({"source_id": ["x", "y", "z"], "unit": ["x + y", "x + y", "z"]})
    shares = topics.measure_shares(join_interviews(table, units), found, topics=2)
    city = pd.Series("a", index=["x + y", "z"])
    rng = np.random.default_rng(1)
    (row,) = topics.estimate_shares(shares, city, topics=[1], order=["a"], rng=rng).to_dict(
        "records"
    )
    assert (row["estimate"], row["n"]) == (1 / 4, 2)


@pytest.mark.parametrize(("people", "has_interval"), [(7, False), (8, True)])
def test_eight_people_have_an_interval(people: int, has_interval: bool) -> None:
    first = np.linspace(0.1, 0.8, people)
    ids = [f"i{n}" for n in range(people)]
    shares = pd.DataFrame({1: first, 2: 1 - first}, index=ids)
    estimates = topics.estimate_shares(
        shares,
        pd.Series("a", index=ids),
        topics=[1],
        order=["a"],
        rng=np.random.default_rng(1),
    )
    row = estimates.iloc[0]
    assert (0 < row["low"] < row["estimate"] < row["high"] < 1) == has_interval
    assert pd.isna(row["low"]) != has_interval
    assert row["estimate"] == pytest.approx(0.45)


def test_typical_lines_are_of_their_topic_and_of_different_interviews(
    words: pd.DataFrame, found: topics.Topics, turns: pd.DataFrame
) -> None:
    lines = topics.find_typical_lines(words, found, turns, most=3, audience="internal")
    assert lines["topic"].tolist() == [1] * 3 + [2] * 3 + [3] * 3
    assert (lines.groupby("topic")["source_id"].nunique() == 3).all()
    subject = turns.set_index(["source_id", "turn"])["subject"]
    said = subject.loc[list(zip(lines["source_id"], lines["turn"], strict=True))].to_numpy()
    assert (pd.Series(said).groupby(lines["topic"]).nunique() == 1).all()
    assert all(node in PLANTED[of] for node, of in zip(lines["node"], said, strict=True))


def test_the_stretch_that_holds_most_of_a_topic_comes_first() -> None:
    turns = pd.DataFrame({"source_id": ["x", "y"], "turn": 1, "text": ["hus", "hus gård hus"]})
    turns = turns.assign(speaker="respondent", person_role="resident", quote="yes")
    cut = topics.cut_documents(_tokens(turns), leave_out=(), least_sources=1)
    found = np.zeros(len(cut), dtype=np.int64)
    lines = topics.find_typical_lines(cut, found, turns, most=1, audience="internal")
    assert lines[["source_id", "node", "right"]].to_numpy().tolist() == [["y", "hus", " gård hus"]]


def test_partners_see_only_lines_that_may_be_quoted(
    words: pd.DataFrame, found: topics.Topics, turns: pd.DataFrame
) -> None:
    some = turns.assign(quote=np.where(turns["source_id"] < "i02", "yes", "no"))
    lines = topics.find_typical_lines(words, found, some, most=3, audience="partners")
    assert set(lines["source_id"]) == {"i00", "i01"}
    assert len(lines) == 6


def test_without_interviews_every_table_is_empty() -> None:
    nothing = _tokens(_turns()).head(0)
    words = topics.cut_documents(nothing, leave_out=())
    city_of = pd.Series(dtype="str")
    numbers = topics.plan_numbers(words, least_topics=2, most_topics=4)
    dealt = topics.deal_words(words, rng=np.random.default_rng(1))
    runs = topics.fit_runs(words, city_of, numbers=numbers, seeds=2)
    compared = topic_stability.compare_numbers(words, runs, dealt=dealt, by_chance=runs)
    choice = topic_stability.choose(words, runs, compared)
    described = topic_stability.describe_topics(words, choice)
    shares = topics.measure_shares(words, choice.found, topics=choice.topics)
    estimates = topics.estimate_shares(
        shares, city_of, topics=[], order=["a"], rng=np.random.default_rng(1)
    )
    lines = topics.find_typical_lines(
        words, choice.found, _turns().head(0), most=3, audience="internal"
    )
    for table in (topics.summarize(words, runs), compared, described, estimates, lines):
        assert table.empty
    assert topic_stability.name_topics(described) == {}
