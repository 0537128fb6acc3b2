"""Scale scores: reversed items, minimum answered, and the three ways of scoring."""

import numpy as np
import pandas as pd
import pytest

from labtools.evidence.questionnaires.survey import Scale, empty_survey
from labtools.surveys import scales


def _scale(score: str = "mean", minimum: int = 2) -> Scale:
    return Scale("belonging", ("home", "heard", "move"), score, minimum, (1.0, 5.0), "", "")


def _answers(*rows: tuple[float, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["home", "heard", "move"], dtype=float)
    return table.assign(person_id="p", city="a", wave="before")


DICTIONARY = pd.DataFrame({"variable": ["home", "heard", "move"], "reverse": ["", "no", "yes"]})


def _score(*rows: tuple[float, float, float], scale: Scale | None = None) -> list[float]:
    scored = scales.score_scale(_answers(*rows), scale or _scale(), dictionary=DICTIONARY)
    return scored["score"].tolist()


def test_a_reversed_item_is_turned_within_the_range() -> None:
    """5, 4 and a reversed 1, which becomes 5: (5 + 4 + 5) / 3."""
    assert _score((5, 4, 1)) == [14 / 3]


def test_too_few_answers_give_no_score_and_their_count() -> None:
    scored = scales.score_scale(
        _answers((5, np.nan, np.nan), (5, 4, np.nan)), _scale(), dictionary=DICTIONARY
    )
    assert scored["answered"].tolist() == [1, 2]
    assert scored["score"].isna().tolist() == [True, False]
    assert scored["score"].iloc[1] == 4.5


def test_sum_and_percent_are_the_mean_in_another_unit() -> None:
    assert _score((5, 4, 3), scale=_scale("sum")) == [12]
    assert _score((5, 5, 1), (1, 1, 5), (3, 3, 3), scale=_scale("percent")) == [100, 0, 50]


def test_everyone_alike_scores_alike_and_nobody_gives_no_row() -> None:
    assert _score((3, 3, 3), (3, 3, 3)) == [3, 3]
    assert _score() == []


def test_an_answer_outside_the_range_is_an_error_that_names_item_and_value() -> None:
    with pytest.raises(ValueError, match="must range from 1 to 5; found 8 in heard"):
        _score((5, 8, 1))


def test_a_scale_that_is_not_there_names_those_that_are() -> None:
    survey = empty_survey("s")
    assert scales.find_scale(survey, "belonging").variables == ()
    answered = type(survey)(
        **{**vars(survey), "answers": _answers((1, 1, 1)), "scales": {"trust": _scale()}}
    )
    with pytest.raises(ValueError, match="survey s has no scale belonging; choose among trust"):
        scales.find_scale(answered, "belonging")


def test_answers_of_an_anonymous_survey_have_no_person_and_so_are_never_linked() -> None:
    survey = empty_survey("s")
    answered = type(survey)(**{**vars(survey), "answers": pd.DataFrame({"home": [1.0, 2.0]})})
    people = scales.answers_of(answered)
    assert people["person_id"].tolist() == ["", ""]
    assert people["wave"].tolist() == ["", ""]


def test_limits_follow_the_way_of_scoring() -> None:
    found = [scales.score_limits(_scale(score)) for score in ("mean", "sum", "percent")]
    assert found == [(1, 5), (3, 15), (0, 100)]


def test_the_tallest_bar_is_the_most_people_in_one_step_of_any_city() -> None:
    scores = pd.DataFrame(
        {"city": ["a", "a", "b", "b", "b"], "wave": "w", "score": [1.0, 1.2, 4.8, 5.0, 3.0]}
    )
    assert scales.count_tallest(scores, _scale(), step=0.5) == 2
    assert scales.count_tallest(scores.head(0), _scale(), step=0.5) == 1


def test_reversed_questions_are_turned_and_everything_else_stays() -> None:
    answers = _answers((5, 4, 1), (1, np.nan, np.nan))
    turned = scales.turn_reversed(answers, _scale(), dictionary=DICTIONARY)
    assert turned["move"].fillna(0).tolist() == [5, 0]
    pd.testing.assert_frame_equal(turned.drop(columns="move"), answers.drop(columns="move"))


def test_a_scale_without_a_name_is_called_by_its_key_and_a_blank_wave_is_not_told() -> None:
    named = Scale("belonging", (), "mean", 1, (1.0, 5.0), "", "Belonging")
    waves = pd.Series(["before", ""])
    assert scales.name_with_wave(named, waves, language="sv").tolist() == [
        "Belonging, before",
        "Belonging",
    ]
    assert scales.name_with_wave(_scale(), waves.tail(1), language="sv").tolist() == ["belonging"]


def test_a_bar_is_an_eighth_of_the_scale() -> None:
    found = [scales.score_step(_scale(score)) for score in ("mean", "sum", "percent")]
    assert found == [0.5, 1.5, 12.5]
