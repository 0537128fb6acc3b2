"""A lab's folder: its settings, its cities, one reader per table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from labtools.evidence import text_answers, withdrawals
from labtools.evidence.questionnaires import survey as questionnaires
from labtools.evidence.readings import Check
from labtools.evidence.schemas import contract, empty_table, read_table
from labtools.evidence.settings import find_lab, read_lab
from labtools.evidence.transcripts import cache, turns
from labtools.evidence.transcripts.kept import Kept, open_kept
from labtools.frames import join_one
from labtools.privacy.lab_key import check_with_key, read_pseudonymiser
from labtools.privacy.pseudonyms import Pseudonymiser, hiding_names, replace_columns
from labtools.privacy.surveys import replace_survey
from labtools.privacy.texts import list_texts
from labtools.reads import tell_readers
from labtools.versions import versions
from labtools.words import Language, text_in


@tell_readers(but=("in_order", "kept", "without"))
@dataclass(frozen=True)
class Lab:
    """An opened lab: what `lab.toml` says, and readers for what lies in the folder.

    Readers return one row per record, typed as `data/README.md` tells; a table whose file is
    absent comes back with its columns and no row. With a `pseudonymiser` every name of its key
    is replaced in all text, messages included; ids stay, offsets and hashes are the raw text's.
    """

    folder: Path
    name: str
    language: str
    approach: str
    min_people: int
    synthetic: bool
    withdrawal: str
    waves: pd.DataFrame
    left_out: frozenset[str] = frozenset()
    pseudonymiser: Pseudonymiser | None = None

    def read_table(self, table_name: str) -> pd.DataFrame:
        """Any table outside surveys/ by its name in the contract, such as codebook or claims."""
        file = contract()[table_name].file
        path = self.folder / file
        if file in self.left_out or not os.path.lexists(path):  # a broken link is no absent file
            return empty_table(table_name)
        with hiding_names(self.pseudonymiser):
            table = read_table(path, table_name, name=file)
        return self._with_pseudonyms(table, list_texts(table_name, table))

    def _with_pseudonyms(self, table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
        """The table with the key's pseudonyms for names, where the lab has a key."""
        if self.pseudonymiser is None:
            return table
        return replace_columns(table, columns, self.pseudonymiser)

    def read_cities(self) -> pd.DataFrame:
        """One row per city, in the order of the file, which is the order of every figure."""
        return self.read_table("cities")

    def city_names(self) -> dict[str, str]:
        """From slug to name, in the order of every figure."""
        cities = self.read_cities()
        return dict(zip(cities["city"], cities["name"], strict=True))

    def city_name(self, city: str) -> str:
        """What a city is called; ValueError, which names the lab's cities, for a slug it lacks."""
        names = self.city_names()
        if city not in names:
            raise ValueError(f"the lab has no city {city}; choose among {', '.join(names)}")
        return names[city]

    def read_sources(self, city: str | None = None) -> pd.DataFrame:
        """One row per source that takes part; `status` excluded is left out."""
        sources = self.read_table("sources")
        sources = sources[sources["status"] != "excluded"]
        return _of_city(sources, city)

    def read_people(self, city: str | None = None) -> pd.DataFrame:
        """One row per pseudonymised person."""
        return _of_city(self.read_table("people"), city)

    def read_speakers(self) -> pd.DataFrame:
        """One row per speaker label of a source; a blank label stands for the whole file."""
        return self.read_table("speakers")

    def read_consent(self) -> pd.DataFrame:
        """One row per person asked; a blank is a no. BadInput where a no would be read past."""
        consent = self.read_table("consent")
        withdrawals.check_consent(consent, self.read_people(), self.folder)
        return consent

    def read_turns(
        self, city: str | None = None, *, types: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """One row per turn of every source with a transcript, in the order of the sources.

        Columns: source_id, turn, start_seconds, end_seconds, label, text, flags, flag_places,
        turn_hash (of the raw text); speaker (respondent, interviewer, interpreter, other or
        unknown), person_id, quote (yes or no: may it be quoted), person_role; city, type, date,
        language of the source. The same bytes are read once: then they come from the cache.

        types: of the sources, and `survey_answer` for what people wrote in the surveys, last and
        only if asked for. What those said who withdrew is left out as lab.toml's `[consent]` says.
        """
        said = self._read_transcripts(city, types)
        if types is not None and text_answers.TYPE in types:
            surveys = [self.read_survey(survey) for survey in self.surveys()]
            written = _of_city(text_answers.read_text_answers(surveys), city)
            said = pd.concat([said, written[said.columns]], ignore_index=True)
        people, consent = self.read_people(), self.read_consent()
        said = turns.keep_consented(said, consent, withdrawal=self.withdrawal)
        said = turns.hold_children(said, consent, people)
        role = people[["person_id", "role"]].rename(columns={"role": "person_role"})
        said = join_one(said, role, on=["person_id"]).fillna({"person_role": ""})
        return self._with_pseudonyms(said, ["label", "text"])[list(text_answers.COLUMNS)]

    def _read_transcripts(self, city: str | None, types: Sequence[str] | None) -> pd.DataFrame:
        sources = self.read_sources(city)
        wanted = turns.has_transcript(sources) & ~("raw/" + sources["file"]).isin(self.left_out)
        if types is not None:
            wanted &= sources["type"].isin(list(types))
        sources = sources[wanted]
        with hiding_names(self.pseudonymiser):
            said = turns.read_turns(sources, self.folder / "raw", cache=self.folder / cache.FOLDER)
        said = turns.name_speakers(said, self.read_speakers())
        about = sources[["source_id", "city", "type", "date", "language"]]
        return join_one(said, about, on=["source_id"])

    def surveys(self) -> list[str]:
        """The names of the lab's surveys, in alphabetical order."""
        there = {path.parent.name for path in self.folder.glob("surveys/*/survey.toml")}
        left_out = (file for file in self.left_out if file.startswith("surveys/"))
        return sorted(there - {file.split("/")[1] for file in left_out})

    def read_survey(self, survey: str) -> questionnaires.Survey:
        """One survey: answers, dictionary, design; without a row in a lab that has no survey.

        ValueError, which names the lab's surveys, where there is none of that name. Answers of
        people who take no part, or have withdrawn everything, are left out.
        """
        folder = self.folder / "surveys" / survey
        if not self.surveys():
            return questionnaires.empty_survey(survey)
        if survey not in self.surveys():
            there = ", ".join(self.surveys())
            raise ValueError(f"the lab has no survey {survey}; choose among {there} (-p survey …)")
        with hiding_names(self.pseudonymiser):
            read = questionnaires.read_survey(folder, name=f"surveys/{survey}")
        if self.pseudonymiser is not None:
            read = replace_survey(read, self.pseudonymiser)
        if "person_id" not in read.answers:
            return read
        theirs = withdrawals.find_theirs(read.answers["person_id"], self._find_gone())
        answers = read.answers[~theirs]
        missing = read.missing[read.missing["row"].isin(answers.index)]
        return replace(read, answers=answers, missing=missing)

    def _find_gone(self) -> set[str]:
        return turns.find_gone(self.read_consent(), withdrawal=self.withdrawal)

    def read_goals(self) -> pd.DataFrame:
        """One row per goal, with its definition and denominator in words."""
        return self.read_table("goals")

    def read_observations(self, city: str | None = None) -> pd.DataFrame:
        """One row per goal, city, date and source: numerator, denominator, unknown."""
        return _of_city(self.read_table("observations"), city)

    def read_activities(self, city: str | None = None) -> pd.DataFrame:
        """One row per activity: visits and people."""
        return _of_city(self.read_table("activities"), city)

    def read_reflections(self, city: str | None = None) -> pd.DataFrame:
        """One row per written reflection, with its stage in Kolb's cycle."""
        return _of_city(self.read_table("reflections"), city)

    def read_photos(self) -> pd.DataFrame:
        """One row per photograph; with faces, where somebody withdrew, as not approved."""
        photos = self.read_table("photos")
        return withdrawals.hold_photographs(photos, self.read_speakers(), self._find_gone())

    def read_segments(self) -> pd.DataFrame:
        """One row per coded segment; without what `read_turns` leaves out for consent."""
        segments, gone = self.read_table("segments"), self._find_gone()
        if segments.empty or not gone:
            return segments
        said = self._read_transcripts(None, None)
        theirs = withdrawals.find_theirs(said["person_id"], gone)
        return withdrawals.drop_segments(segments, said[theirs])

    def kept(self) -> Kept:
        """What was made of turns before, such as their words, in the lab's cache."""
        return open_kept(self.folder)

    def wave_names(self, language: Language) -> dict[str, str]:
        """From a wave's id to what it is called."""
        return dict(zip(self.waves["id"], text_in(self.waves, "label", language), strict=True))

    def in_order(self, table: pd.DataFrame) -> pd.DataFrame:
        """The same rows, cities as in cities.csv and waves as in lab.toml; others last."""
        places = {"city": list(self.city_names()), "wave": self.waves["id"].tolist()}
        keys = [column for column in places if column in table]
        rank = {column: {value: at for at, value in enumerate(places[column])} for column in keys}
        return table.sort_values(
            keys,
            key=lambda cells: cells.map(rank[str(cells.name)]).fillna(len(cells)),
            kind="stable",
        ).reset_index(drop=True)

    def source_titles(self) -> dict[str, str]:
        """From a source's id to its title, for the sources that have one."""
        titled = self.read_sources().query("title != ''")
        return dict(zip(titled["source_id"], titled["title"], strict=True))

    def read_records(self) -> dict[str, pd.DataFrame]:
        """The tables beside the conversations, by name; a row without a city is in its source's."""
        city_of = self.read_sources()[["source_id", "city"]]
        return {
            "activities": self.read_activities(),
            "reflections": self.read_reflections(),
            "goals": self.read_goals(),
            "observations": self.read_observations(),
            "photos": join_one(self.read_photos(), city_of, on=["source_id"]),
            "segments": join_one(self.read_segments(), city_of, on=["source_id"]),
        }

    def describe(self) -> pd.DataFrame:
        """One row for the foot of a page: the lab's `name`, its `sources`, and `versions`."""
        told = ", ".join(f"{package} {number}" for package, number in versions().items())
        row = {"name": self.name, "sources": len(self.read_sources()), "versions": told}
        return pd.DataFrame([row])

    def describe_names(self) -> pd.DataFrame:
        """One row with `names`, those of the key; without a row where the lab has no key."""
        names = [] if self.pseudonymiser is None else [self.pseudonymiser.names]
        return pd.DataFrame({"names": pd.Series(names, dtype="int64")})

    def check(self) -> Check:
        """Every fault of the folder and what became of its files, as `labtools check` tells."""
        check = check_with_key(self.folder.resolve())
        return check if self.pseudonymiser is None else self.pseudonymiser.replace_check(check)

    def without(self, files: Iterable[str]) -> Lab:
        """The same lab as if these files were not there: a refused file must not hide the rest.

        files: as `Check.unread` names them. A survey goes with any file of its folder. consent.csv
        and speakers.csv stay, faults and all: without them, who has withdrawn would be forgotten.
        """
        others = set(files) - {"consent.csv", "speakers.csv"}
        return replace(self, left_out=self.left_out | others)


def _of_city(table: pd.DataFrame, city: str | None) -> pd.DataFrame:
    chosen = table if city is None else table[table["city"] == city]
    return chosen.reset_index(drop=True)


def open_lab(folder: str | Path, *, pseudonyms: bool = True) -> Lab:
    """Open a lab's folder.

    folder: absolute, or relative to the working directory or to any folder above it, so that
    a notebook finds `data/example` wherever it is run from. Raises BadInput with every fault
    of `lab.toml`, and where the folder or one of its three required files is missing.

    pseudonyms: replace the names of the lab's key, where LABTOOLS_KEY names one or `labtools
    key` has been given one. A key that cannot be used is an error, and so is none where
    lab.toml says `pseudonyms = true`: no page is made without it.
    """
    path = find_lab(Path(folder))
    settings = read_lab(path)
    lab = settings["lab"]
    required = lab.get("pseudonyms", False)
    pseudonymiser = read_pseudonymiser(path, required=required) if pseudonyms else None
    opened = Lab(
        folder=path,
        name=lab["name"],
        language=lab["language"],
        approach=lab.get("approach", "codebook"),
        min_people=lab.get("min_people", 5),
        synthetic=lab.get("synthetic", False),
        withdrawal=settings.get("consent", {}).get("withdrawal", "everything"),
        waves=pd.DataFrame(
            settings.get("waves", []), columns=["id", "label_sv", "label_en", "start", "end"]
        ),
        pseudonymiser=pseudonymiser,
    )
    if pseudonymiser is None:
        return opened
    waves = replace_columns(opened.waves, ["label_sv", "label_en"], pseudonymiser)
    return replace(opened, name=pseudonymiser.replace(opened.name).text, waves=waves)
