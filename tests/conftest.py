"""What several test modules stand on: the example lab, and inputs that nobody here wrote."""

from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("labtools", deadline=None)  # tests never time
hypothesis.settings.load_profile("labtools")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real and broken inputs beside the checkout; absent in most checkouts."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data beside the checkout, which is not here")
    return folder
