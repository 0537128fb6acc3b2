"""run.schema.json tells of every part of `run.json`, and of no other."""

import copy
import importlib
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from labtools.batch import record
from labtools.batch.quick_schema import import_jsonschema
from labtools.batch.record import FORMAT, Entry, identify_lab, write_record
from labtools.cli.run import _tell_costs

DIGEST = "0123456789abcdef"
DONE = Entry(
    notebook="surveys/02_belonging",
    city="umea",
    title="Tillhörighet",
    parameters={"city": "umea", "min_people": 5, "share": 0.5, "all": True, "wave": None},
    status="done",
    reason="",
    seconds=1.5,
    cpu_seconds=1.25,
    cell_cpu_seconds=0.75,
    stderr=False,
    when="2026-01-31T12:00:00+01:00",
    page="surveys/02_belonging/umea.html",
    state={"code": DIGEST, "prose": DIGEST, "library": DIGEST, "versions": record.versions()},
    reads=[["city_names", "[[], {}, []]", DIGEST]],
    files={"data/own.csv": DIGEST, "data/secret.csv": "PermissionError"},
    settings=DIGEST,
    evidence=DIGEST,
    rendered=DIGEST,
)
FAILED = replace(DONE, city=None, status="failed", reason="code cell 2: x", page=None, rendered="")
STOPPED = replace(FAILED, city="lund", status="stopped", seconds=0.0, reads=[], files={})
FOREIGN = replace(DONE, notebook="elsewhere/plot", city=None, settings="")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    file = Path(record.__file__).with_name("run.schema.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def validator(schema):
    import_jsonschema()
    jsonschema = importlib.import_module("jsonschema")  # comes with nbformat
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture
def written(tmp_path) -> dict[str, Any]:
    """A record with a report of each kind, as it stands in the file."""
    lab = identify_lab(tmp_path / "data" / "tiny", tmp_path / "out")
    costs = _tell_costs([], 0.0)
    reports = [DONE, FAILED, STOPPED, FOREIGN]
    write_record(tmp_path, reports, lab=lab, files={"lab.toml": DIGEST}, costs=costs)
    found: dict[str, Any] = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    return found


def test_a_record_as_it_is_written_holds_to_the_schema(validator, written):
    assert [error.message for error in validator.iter_errors(written)] == []


def test_so_does_one_of_a_folder_without_a_lab_or_reports(validator, tmp_path):
    write_record(tmp_path, [], lab="none", files={}, costs=_tell_costs([], 0.0))
    validator.validate(json.loads((tmp_path / "run.json").read_text(encoding="utf-8")))


def parts(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What in a record has a fixed set of names."""
    return [found, found["run"], found["reports"][0], found["reports"][0]["state"]]


@pytest.mark.parametrize("which", range(4))
def test_a_record_in_which_a_part_is_missing_or_unknown_does_not(validator, written, which):
    for name in parts(written)[which]:
        less = copy.deepcopy(written)
        del parts(less)[which][name]
        assert not validator.is_valid(less), name
    more = copy.deepcopy(written)
    parts(more)[which]["other"] = ""
    assert not validator.is_valid(more)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("status", "ready"),
        ("seconds", -1),
        ("when", "31 January 2026"),
        ("page", ""),
        ("stderr", 0),
        ("parameters", {"city": ["umea"]}),
        ("reads", [["city_names", "[]"]]),
        ("reads", [["city_names", "[]", DIGEST, ""]]),
        ("files", {"data/own.csv": ""}),
        ("evidence", ""),
        ("rendered", "x"),
    ],
)
def test_a_report_in_which_a_value_is_of_another_kind_does_not(validator, written, name, wrong):
    written["reports"][0][name] = wrong
    assert [error.absolute_path[2] for error in validator.iter_errors(written)] == [name]


def described(schema: dict[str, Any], name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property and every definition, by the way to it."""
    for kind in ("properties", "$defs"):
        for key, inner in schema.get(kind, {}).items():
            yield f"{name}/{key}", inner
            yield from described(inner, f"{name}/{key}")


def test_everything_in_it_is_told_in_a_sentence(schema):
    assert len(list(described(schema))) > 30
    for name, part in described(schema):
        assert part["description"].endswith("."), name


def test_whatever_has_properties_requires_them_all_and_allows_no_other(schema):
    for name, part in [("", schema), *described(schema)]:
        if "properties" in part:
            assert sorted(part["required"]) == sorted(part["properties"]), name
            assert part["additionalProperties"] is False, name


def test_it_tells_of_every_field_of_an_entry_and_of_this_format(schema):
    report = schema["$defs"]["report"]
    assert list(report["properties"]) == [field.name for field in fields(Entry)]
    assert schema["properties"]["format"]["const"] == FORMAT
