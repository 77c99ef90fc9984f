"""Fixtures of the landing tests."""

from pathlib import Path

import pytest
from landing_help import Lander

from lscb.landing import Settings
from lscb.landing.reference import Reference, load_reference


@pytest.fixture
def lander(tmp_path: Path) -> Lander:
    """A landing folder and a lake of the test's own."""
    return Lander(tmp_path)


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The seeds of the project."""
    return load_reference(Settings.from_environment().seeds)
