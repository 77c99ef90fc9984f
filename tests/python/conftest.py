"""What the tests share: one sample, landed and built once, and the public data.

Tests may run side by side in several processes. What takes long to make is made by the
first that needs it, in a folder of the whole run; each process has its own for what dbt
writes.
"""

import inspect
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.template import Template
from build_help import (
    PROJECT,
    SHARED,
    Build,
    build_from,
    environment,
    hold,
    made_once,
    run_dbt,
)
from codes import CODE, is_another_catalogue
from lscb.disclosure.presets import preset
from lscb.parsed import take_over_parsed
from lscb.publishing.history import Place
from lscb.publishing.publish import publish
from lscb.quality.data_docs import build_data_docs
from lscb.quality.invariants import Invariant
from lscb.sample import make_sample
from lscb.settings import PREFIX

TESTS = PROJECT / "tests"
DATA = (str, dict, list, tuple, set, frozenset)
# When the published files were looked at.
TODAY = "2026-11-28"
ANOTHER = pytest.mark.skip(reason="speaks of another catalogue's indicators")


# What takes longest begins first, so that of two processes none ends long after the
# other: one makes the warehouse (`test_rules`), the other has work that needs none.
LONGEST = (
    *("test_rules", "test_publishing", "test_history", "test_side_doors"),
    *("test_canaries_planted", "test_worlds", "test_wheel"),
    *("test_check_equals_landing", "test_on_paper_and_phone", "test_project"),
    *("test_replaying", "test_hostile_marts", "test_site", "test_exports"),
    *("test_in_a_browser", "test_explanations", "test_check_files"),
    *("test_disclosure_worlds", "test_cells"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; skip what names indicators the catalogue lacks."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))
    if not is_another_catalogue():
        return
    for item in items:
        if item.path.name != "test_codes.py" and names_codes(item):
            item.add_marker(ANOTHER)


def names_codes(item: pytest.Item) -> bool:
    """Whether a test, what it is given, or what it calls of the tests names a code."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    fixtures = [
        each.func
        for found in item._fixtureinfo.name2fixturedefs.values()
        for each in found
    ]
    return bool(CODE.search(repr(given))) or any(
        CODE.search(inspect.getsource(each)) or _holds_codes(each)
        for each in _used(item.function, *fixtures)
    )


def _used(*functions: Callable) -> set[Callable]:
    """Functions of the tests, and those of the tests that they use."""
    used: set[Callable] = set()
    more = [inspect.unwrap(function) for function in functions]
    while more:
        function = more.pop()
        file = Path(inspect.getsourcefile(function) or "")
        if function not in used and TESTS in file.parents:
            used.add(function)
            more += filter(inspect.isfunction, _globals(function))
    return used


def _globals(function: Callable) -> list:
    """What of its module a function uses."""
    words = re.findall(r"\w+", inspect.getsource(function))
    return [function.__globals__[w] for w in set(words) if w in function.__globals__]


def _holds_codes(function: Callable) -> bool:
    """Whether a constant that a function uses holds a code."""
    return any(
        isinstance(value, DATA) and CODE.search(repr(value))
        for value in _globals(function)
    )


def pytest_configure() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        take_over_parsed(PROJECT / "target" / worker)
        os.environ["DBT_TARGET_PATH"] = str(PROJECT / "target" / worker)
        os.environ["DBT_LOG_PATH"] = str(PROJECT / "logs" / worker)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What was built before may be asked again, as the bench of mutants does."""
    parser.addoption(
        "--built",
        type=Path,
        help="a folder with landing, lake and warehouse.duckdb of the default sample",
    )
    parser.addoption(
        "--published",
        type=Path,
        help="a folder with lscb.duckdb, and perhaps exports, of the default sample",
    )
    parser.addoption(
        "--planted",
        type=Path,
        help="a folder with warehouse.duckdb, built with a fault of every kind in it",
    )


@pytest.fixture(autouse=True)
def settings_as_they_were() -> Iterator[None]:
    """What a test leaves behind of settings, the next one does not find.

    The main job puts all of them, as they were understood, into the environment.
    """
    before = {name: os.environ[name] for name in os.environ if name.startswith(PREFIX)}
    yield
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        if name not in before:
            del os.environ[name]
    os.environ.update(before)


@pytest.fixture(scope="session")
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The default sample, as `make sample` writes it."""
    if built := request.config.getoption("--built"):
        return built / "landing"
    folder = made_once(
        tmp_path_factory, "sample", lambda folder: make_sample(folder / "landing")
    )
    return folder / "landing"


@pytest.fixture(scope="session")
def warehouse(
    request: pytest.FixtureRequest,
    sample: Path,
    template: Template,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Build]:
    """The default sample, built by dbt with its unit tests; what dbt wrote beside.

    Every data test holds: asked over one connection, as dbt asks them in a main job.
    """

    def make(folder: Path) -> None:
        warehouse = folder / "warehouse.duckdb"
        with environment(sample, folder / "lake", warehouse):
            run_dbt("build", "--exclude-resource-type", "test")
        hold(warehouse, template.invariants)
        target = Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target")
        shutil.copytree(target, folder / "target")

    folder = request.config.getoption("--built") or made_once(
        tmp_path_factory, "warehouse", make
    )
    built = Build.of(sample, folder)
    yield built
    built.marts.close()


@pytest.fixture(scope="session")
def publication(warehouse: Build, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where the default sample is published, by the rule of 2008, and its history."""

    def make(folder: Path) -> None:
        place = Place(folder / "published", folder / "history")
        publish(warehouse.warehouse, place, preset("hes_2008"))

    folder = made_once(tmp_path_factory, "publication", make)
    return Place(folder / "published", folder / "history")


@pytest.fixture(scope="session")
def data_docs(warehouse: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first page of the Data Docs of the default sample."""

    def make(folder: Path) -> None:
        build_data_docs(warehouse.warehouse, folder / "docs")

    return made_once(tmp_path_factory, "data_docs", make) / "docs" / "index.html"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The project, parsed, with its seeds loaded and its data tests compiled."""
    return Template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def invariants(template: Template) -> list[Invariant]:
    """Every dbt data test, compiled once, to be asked of any warehouse in seconds.

    They are compiled for SOME_DAY; `build_help.hold` asks them as at a build's own day.
    """
    return template.invariants


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of published files, where this checkout has it beside it."""
    folder = SHARED / "real"
    if not folder.is_dir():
        pytest.skip("the published files are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def public_warehouse(
    public_data: Path, template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Build]:
    """Published MPS and DfE files, landed under their contract's names, and built.

    Every data test holds. The unit tests, which speak of no data, are the sample's.
    """
    from lscb.public_data import copy_public_data

    def make(folder: Path) -> None:
        copy_public_data(public_data, folder / "landing")
        built = build_from(template, folder / "landing", folder, as_of=TODAY)
        built.marts.close()
        hold(built.warehouse, template.invariants, TODAY)

    folder = made_once(tmp_path_factory, "public", make)
    built = Build.of(folder / "landing", folder)
    yield built
    built.marts.close()
