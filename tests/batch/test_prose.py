"""New text of a notebook reaches its executed copy, unless its code is new too."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labtools.batch.prose import refresh_prose

INJECTED = {"tags": ["injected-parameters"]}


def _write(path: Path, text: str, *code: nbformat.NotebookNode) -> Path:
    nbformat.write(new_notebook(cells=[new_markdown_cell(text), *code]), path)
    return path


def _sources(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def test_text_is_renewed_and_what_was_run_stays(tmp_path: Path) -> None:
    ran = [new_code_cell("a = 1"), new_code_cell("a = 2", metadata=INJECTED), new_code_cell("a")]
    executed = _write(tmp_path / "ran.ipynb", "old", *ran)
    notebook = _write(tmp_path / "a.ipynb", "new", new_code_cell("a = 1"), new_code_cell("a"))
    refresh_prose(notebook, executed)
    assert _sources(executed) == ["new", "a = 1", "a = 2", "a"]


def test_a_notebook_saved_with_other_code_meanwhile_is_left_for_the_next_run(
    tmp_path: Path,
) -> None:
    executed = _write(tmp_path / "ran.ipynb", "old", new_code_cell("a"), new_code_cell("b"))
    refresh_prose(_write(tmp_path / "a.ipynb", "new", new_code_cell("a")), executed)
    assert _sources(executed) == ["old", "a", "b"]
