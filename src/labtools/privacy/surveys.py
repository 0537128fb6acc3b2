"""Pseudonyms in what a survey asks, offers and was answered."""

from __future__ import annotations

from dataclasses import replace

from labtools.evidence.questionnaires.survey import Survey
from labtools.evidence.text_answers import list_variables
from labtools.privacy.pseudonyms import Pseudonymiser, replace_columns

_LABELS = ["label_sv", "label_en"]
_QUESTIONS = ["question_sv", "question_en"]
_SETTINGS = ("name_sv", "name_en", "population", "mode")


def replace_survey(survey: Survey, pseudonymiser: Pseudonymiser) -> Survey:
    """The same survey with pseudonyms for names.

    They are replaced in free answers, questions, the labels of codes, the names of scales, and
    what survey.toml tells of the survey. Ids, codes and groups stay as they are.
    """
    written = [one for one in list_variables(survey) if one in survey.answers]
    settings = {
        name: pseudonymiser.replace(told).text if name in _SETTINGS else told
        for name, told in survey.settings.items()
    }
    scales = {
        name: replace(
            scale,
            name_sv=pseudonymiser.replace(scale.name_sv).text,
            name_en=pseudonymiser.replace(scale.name_en).text,
        )
        for name, scale in survey.scales.items()
    }
    return replace(
        survey,
        settings=settings,
        scales=scales,
        dictionary=replace_columns(survey.dictionary, _QUESTIONS, pseudonymiser),
        codes=replace_columns(survey.codes, _LABELS, pseudonymiser),
        answers=replace_columns(survey.answers, written, pseudonymiser),
    )
