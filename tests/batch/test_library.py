"""What code imports, found by reading it."""

from pathlib import Path

from labtools.batch import library
from labtools.batch.library import hash_library


def test_what_is_imported_in_turn_counts_and_nothing_else(tmp_path: Path) -> None:
    names = {
        path.name
        for path in library._close({"labtools.surveys.scales"}, tmp_path)
        if path.suffix == ".py"
    }
    assert {"scales.py", "frames.py", "survey.py", "__init__.py"} <= names
    assert "concordance.py" not in names


def test_the_texts_beside_a_module_count(tmp_path: Path) -> None:
    names = {path.name for path in library._close({"labtools.words"}, tmp_path)}
    assert "wording.toml" in names


def test_a_module_of_the_projects_own_counts_with_what_it_imports(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("def f():\n    import deeper\n", encoding="utf-8")
    deeper = tmp_path / "deeper.py"
    deeper.write_text("x = 1\n", encoding="utf-8")
    before = hash_library(["from own import f"], root=tmp_path)
    assert before == hash_library(["import own"], root=tmp_path)
    assert before != hash_library(["import pandas"], root=tmp_path)
    library._hash_file.cache_clear()
    deeper.write_text("x = 2\n", encoding="utf-8")
    assert before != hash_library(["from own import f"], root=tmp_path)


def test_magics_are_read_past(tmp_path: Path) -> None:
    plain = hash_library(["from labtools import words"], root=tmp_path)
    magic = hash_library(["%matplotlib inline\nfrom labtools import words\n!ls"], root=tmp_path)
    assert plain == magic


def test_code_that_cannot_be_read_may_import_all_of_labtools(tmp_path: Path) -> None:
    everything = hash_library(["this is no python"], root=tmp_path)
    assert everything == hash_library(["nor this one"], root=tmp_path)
    assert everything != hash_library(["1"], root=tmp_path)


def test_imports_are_found_without_parsing_in_every_module_of_labtools() -> None:
    """Nothing that parsing finds is missed; what is found beside it names no module of labtools."""
    for path in library.LABTOOLS.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        parsed = library._imports(source)
        assert parsed is not None
        more = library.find_imports(source) - parsed
        assert parsed <= library.find_imports(source), path.name
        assert not [name for name in more if name.startswith("labtools.")], path.name
