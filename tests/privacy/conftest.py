"""What the tests of privacy share: a folder for keys, and no memory of other labs' keys."""

from pathlib import Path

import click
import pytest


@pytest.fixture(autouse=True)
def app_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the paths of keys are remembered, for this test alone."""
    folder = tmp_path / "app"
    monkeypatch.setattr(click, "get_app_dir", lambda name: str(folder))
    monkeypatch.delenv("LABTOOLS_KEY", raising=False)
    return folder


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A folder of one's own, outside git and every lab."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder
