"""The settings: read in one place, checked before work, one sentence for each fault."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lscb import settings
from lscb.settings import PROJECT, SettingError, Settings

NOBODY = 65534
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")


def places(folder: Path, **others: str) -> dict[str, str]:
    """Variables that name places apart below a folder, and others."""
    names = ("landing", "lake", "published", "history", "returns")
    return {
        **{f"LSCB_{name.upper()}": str(folder / name) for name in names},
        "LSCB_WAREHOUSE": str(folder / "warehouse.duckdb"),
        **{f"LSCB_{name.upper()}": text for name, text in others.items()},
    }


def test_without_variables_all_is_in_the_project() -> None:
    found = Settings.from_environment({"HOME": "/nowhere"})
    assert (found.landing, found.lake) == (PROJECT / "landing", PROJECT / "lake")
    assert found.warehouse == PROJECT / "warehouse.duckdb"
    assert (found.published, found.history) == (
        PROJECT / "published",
        PROJECT / "history",
    )
    assert found.returns == PROJECT / "returns"
    assert (found.disclosure, found.keep_publications) == ("hes_2008", 5)
    assert (found.as_of, found.is_lake_only) == (None, False)


def test_history_and_returns_stand_beside_the_publication(tmp_path: Path) -> None:
    found = Settings.from_environment({"LSCB_PUBLISHED": str(tmp_path / "out")})
    assert (found.history, found.returns) == (
        tmp_path / "history",
        tmp_path / "returns",
    )


def test_an_empty_variable_is_not_set() -> None:
    empty = dict.fromkeys(settings.VARIABLES, "")
    assert Settings.from_environment(empty) == Settings.from_environment({})


def test_a_path_is_taken_as_it_is_written(tmp_path: Path, monkeypatch) -> None:
    odd = tmp_path / 'it\'s "odd" [1] 100% #2 {name} * $HOME é 文'
    found = Settings.from_environment(places(odd))
    assert found.landing == odd / "landing"
    assert Settings.from_environment(found.as_environment()) == found
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.from_environment({"LSCB_LAKE": "~/kept"}).lake == tmp_path / "kept"


def test_a_relative_path_is_of_the_project(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = Settings.from_environment({"LSCB_LANDING": "in/../sent"})
    assert found.landing == PROJECT / "sent"


def test_variables_come_back_as_they_were_set(tmp_path: Path) -> None:
    given = places(
        tmp_path, disclosure="dfe", keep_publications="12", as_of="2009-07-02"
    )
    found = Settings.from_environment(given | {"LSCB_LANDING_MODE": "lake_only"})
    assert (found.disclosure, found.keep_publications) == ("dfe", 12)
    assert (found.as_of, found.is_lake_only) == (date(2009, 7, 2), True)
    assert Settings.from_environment(found.as_environment()) == found


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        *(
            ("LSCB_AS_OF", text)
            for text in (
                "yesterday",
                "31/03/2009",
                "2009-02-29",
                "20090331",
                "2009-W14-2",
                " 2009-03-31",
                "2009-3-31",
                "0208-03-31",
                "2100-01-01",
                "20090-3-31",
                "2009-03-31T00:00",
                "٢٠٠٩-٠٣-٣١",
            )
        ),
        *(
            ("LSCB_KEEP_PUBLICATIONS", text)
            for text in ("0", "-1", "none", "2.5", "²", " 5", "1e3", "9" * 5000)
        ),
        ("LSCB_DISCLOSURE", "hes2008"),
        ("LSCB_DISCLOSURE", "None"),
        ("LSCB_LANDING_MODE", "lake"),
        ("LSCB_LAKE", "~nobody_is_called_so/lake"),
        ("LSCB_LAKE", "/tmp/\udcff"),
        ("LSCB_WAREHOUSE", "/tmp/what?.duckdb"),
        ("LSCB_LAKE", "C:\\lake"),
        ("LSCB_LAKE", "/tmp/two\nlines"),
        ("LSCB_LAKE", "/" + "x" * 300 + "/../" + "y" * 5000),
    ],
)
def test_a_wrong_setting_is_said_in_one_sentence(variable: str, text: str) -> None:
    with pytest.raises(SettingError) as stopped:
        Settings.from_environment({variable: text})
    said = str(stopped.value)
    assert variable in said
    assert "\n" not in said
    assert re.search(r"(give|choose|name|set) ", said, re.IGNORECASE)


def test_a_misspelt_setting_is_not_passed_over() -> None:
    with pytest.raises(SettingError, match="LSCB_DISCLOSURE meant"):
        Settings.from_environment({"LSCB_DISCLOSUR": "dfe"})


@pytest.mark.parametrize(
    ("first", "second", "how"),
    [
        ("landing", "lake", "same"),
        ("landing", "lake/in", "within"),
        ("lake", "landing/x/y", "within"),
        ("published", "lake", "same"),
        ("published", "lake/out", "within"),
        ("published", "landing", "same"),
        ("history", "published/history", "within"),
        ("returns", "published", "same"),
        ("lake", "published/lake", "within"),
    ],
)
def test_no_folder_is_within_another(
    tmp_path: Path, first: str, second: str, how: str
) -> None:
    given = places(tmp_path, **{first: str(tmp_path / second)})
    with pytest.raises(SettingError, match=how) as stopped:
        Settings.from_environment(given)
    assert f"LSCB_{first.upper()}" in str(stopped.value)


def test_a_link_is_followed_before_places_are_compared(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "seems_apart").symlink_to(tmp_path / "lake")
    with pytest.raises(SettingError, match="same folder"):
        Settings.from_environment(
            places(tmp_path, landing=str(tmp_path / "seems_apart"))
        )


@pytest.mark.parametrize("name", ["landing", "published", "history", "returns"])
def test_the_warehouse_is_not_where_it_would_be_read_or_handed_out(
    tmp_path: Path, name: str
) -> None:
    given = places(tmp_path, warehouse=str(tmp_path / name / "w.duckdb"))
    with pytest.raises(SettingError, match=r"warehouse .* is within"):
        Settings.from_environment(given)


@pytest.mark.parametrize("name", ["landing", "lake", "published", "returns"])
@pytest.mark.parametrize("folder", [PROJECT, PROJECT.parent])
def test_the_project_is_no_folder_of_a_run(name: str, folder: Path) -> None:
    with pytest.raises(SettingError, match=r"holds the project|is within|same folder"):
        Settings.from_environment({f"LSCB_{name.upper()}": str(folder)})


@pytest.mark.parametrize("name", ["landing", "lake", "published", "history", "returns"])
def test_a_file_is_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("not a folder")
    with pytest.raises(SettingError, match="is a file"):
        Settings.from_environment(places(tmp_path))
    below = places(tmp_path, **{name: str(tmp_path / name / "deeper")})
    with pytest.raises(SettingError, match=r"is below .*, a file"):
        Settings.from_environment(below)


def test_a_folder_is_no_warehouse(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").mkdir()
    with pytest.raises(SettingError, match="is a folder: name a file"):
        Settings.from_environment(places(tmp_path))


CHECK = """
import os, pwd, sys
from lscb.settings import Settings, SettingError
os.setgid({nobody}); os.setuid({nobody})
try:
    Settings.from_environment().check_writable("lake", "warehouse", "published")
except SettingError as stopped:
    sys.exit(f"said: {{stopped}}")
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter; that of pytest is closed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        yield folder


@ROOT_ONLY
@pytest.mark.parametrize(
    ("name", "mode", "said"),
    [
        ("landing", 0o700, "cannot be read"),
        ("lake", 0o700, "cannot be read"),
        ("lake", 0o755, "cannot be written"),
        ("published", 0o755, "cannot be written"),
    ],
)
def test_a_folder_of_another_user_is_said(
    open_folder: Path, name: str, mode: int, said: str
) -> None:
    for each in ("landing", "lake", "published", "w"):
        (open_folder / each).mkdir()
        (open_folder / each).chmod(0o777)
    (open_folder / name).chmod(mode)
    done = subprocess.run(
        [sys.executable, "-c", CHECK.format(nobody=NOBODY)],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT / "scripts"),
            **places(open_folder, warehouse=str(open_folder / "w" / "w.duckdb")),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    expected = f"said: The {name} folder {open_folder / name} {said}"
    assert done.stderr.startswith(expected), done.stderr
    assert done.stderr.count("\n") == 1
    assert "root" in done.stderr
