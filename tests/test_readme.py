"""README and CONTRIBUTING: what they show is so, what they say to type is there."""

import re
from pathlib import Path

import pytest

from labtools.cities import goals
from labtools.cli import main
from labtools.evidence.inventory import count_heard
from labtools.evidence.transcripts.turns import find_gone
from labtools.lab import Lab, open_lab
from labtools.surveys import change, scales
from labtools.words import format_estimate, format_interval, say_row


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example(root: Path) -> Lab:
    return open_lab(root / "data" / "example")


def test_every_command_exists(root: Path, readme: str) -> None:
    texts = readme + (root / "CONTRIBUTING.md").read_text("utf-8")
    makefile = (root / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"(?:`|^    )make (\w+)", texts, flags=re.MULTILINE))
    assert {"run", "test", "lab", "bench", "lock"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), f"make {target}"
    for command in set(re.findall(r"bin/labtools (\w+)", texts)):
        assert command in main.commands, f"labtools {command}"


def test_every_command_is_told(readme: str) -> None:
    for command in main.commands:
        assert f"labtools {command}" in readme


def test_every_notebook_is_told_with_its_parameters(root: Path, readme: str) -> None:
    from labtools.batch.plan import find_notebooks, read_notebook

    for path in find_notebooks(root / "notebooks"):
        name = f"{path.parent.name}/{path.stem}"
        (row,) = [line for line in readme.splitlines() if line.startswith(f"| `{name}`")]
        told = set(re.findall(r"`(\w+)`", row))
        assert told == set(read_notebook(path).parameters), name


def test_the_goal_on_the_first_page_is_the_one_that_was_published(root: Path, readme: str) -> None:
    lab = open_lab(root / "data" / "innovationslabb")
    outcomes = goals.estimate_outcomes(lab.read_observations("norrkoping"), lab.read_goals())
    row = outcomes[outcomes["n"] > 0].iloc[0].to_dict()
    interval = format_interval(row["low"], row["high"], "share", "en")
    assert (
        f"Norrköping, as published: {row['numerator']:.0f} of {row['n']:.0f} ({interval})" in readme
    )
    other = goals.find_conflicts(outcomes).query("source == 'portalen'").iloc[0]
    assert f"by the lab's own account {other['published_en']}" in readme


def test_the_change_on_the_first_page_is_the_one_of_the_example(example: Lab, readme: str) -> None:
    survey = example.read_survey("participants")
    scale = scales.find_scale(survey, "belonging")
    scores = scales.score_scale(scales.answers_of(survey), scale, dictionary=survey.dictionary)
    pairs = change.pair_waves(scores, "score", waves=example.waves["id"].tolist())
    row = change.estimate_change(pairs).set_index("city").loc["norrvik"].to_dict()
    told = format_estimate(row["estimate"], row["unit"], "en")
    interval = format_interval(row["low"], row["high"], row["unit"], "en")
    assert (
        f"Norrvik (synthetic): {told} points ({interval}) for {row['n']:.0f} people who answered"
        in readme
    )


def test_those_heard_on_the_first_page_are_those_of_the_example(example: Lab, readme: str) -> None:
    gone = find_gone(example.read_consent(), withdrawal=example.withdrawal)
    heard = count_heard(example.read_people(), example.read_turns(), ["city"], gone=gone)
    row = heard.set_index("city").loc["norrvik"].to_dict()
    told = say_row("heard", row | {"name": "Norrvik"}, language="en")
    assert told == f"Norrvik: {row['heard']} of {row['n']} known people have been heard."
    assert f"Norrvik (synthetic): {row['heard']} of {row['n']} known people" in readme


def test_the_readme_fits_one_screen_of_text(readme: str) -> None:
    """Seventy lines that wrap little; what is longer belongs in another file."""
    assert len(readme.splitlines()) <= 70
