"""The settings of a run: the one place that reads the LSCB_ variables.

`Settings.from_environment()` reads them all and checks them all before any work: a
wrong one ends the run in one sentence (SettingError) and nothing is changed. README.md
lists them.
"""

import contextlib
import csv
import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lscb.disclosure.presets import preset_names
from lscb.errors import UserError

PACKED = Path(__file__).resolve().parent / "project"
"""Where an installed wheel holds what dbt reads (setup.py); a checkout has none."""
IS_PACKED = PACKED.is_dir()
PROJECT = PACKED if IS_PACKED else Path(__file__).resolve().parents[2]
LAKE_ONLY = "lake_only"

PREFIX = "LSCB_"
VARIABLES = (
    "LSCB_LANDING",
    "LSCB_LAKE",
    "LSCB_WAREHOUSE",
    "LSCB_PUBLISHED",
    "LSCB_HISTORY",
    "LSCB_RETURNS",
    "LSCB_DISCLOSURE",
    "LSCB_KEEP_PUBLICATIONS",
    "LSCB_AS_OF",
    "LSCB_LANDING_MODE",
)
# DuckDB takes what follows the one for a parameter, and the other for a separator.
UNFIT = "?\\"
LAST_YEAR = 2099
"""The last of which a file name can write a period, and so the last to be judged in."""
FOLDERS = ("landing", "lake", "published", "history", "returns")
WAREHOUSE_NAME = "warehouse.duckdb"


class SettingError(UserError, ValueError):
    """A setting is wrong; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Settings:
    """All that a run can be told: its folders, all absolute, and its few choices."""

    landing: Path
    lake: Path
    warehouse: Path = PROJECT / WAREHOUSE_NAME
    published: Path = PROJECT / "published"
    history: Path = PROJECT / "history"
    returns: Path = PROJECT / "returns"
    disclosure: str = "hes_2008"
    keep_publications: int = 5
    as_of: date | None = None
    """The date as at which submissions are due; None: today."""
    is_lake_only: bool = False
    """Whether the lake is used as it is and nothing is landed."""
    seeds: Path = PROJECT / "seeds"

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] | None = None) -> "Settings":
        """Read and check every variable; SettingError where one is wrong.

        An empty variable is one that is not set. A relative path is taken from the
        project's folder, as dbt takes it, whatever folder the run is called from.
        """
        given = os.environ if variables is None else variables
        _refuse_unknown(given)
        published = _path("LSCB_PUBLISHED", PROJECT / "published", given)
        settings = cls(
            landing=_path("LSCB_LANDING", PROJECT / "landing", given),
            lake=_path("LSCB_LAKE", PROJECT / "lake", given),
            warehouse=_path("LSCB_WAREHOUSE", PROJECT / WAREHOUSE_NAME, given),
            published=published,
            history=_path("LSCB_HISTORY", published.parent / "history", given),
            returns=_path("LSCB_RETURNS", published.parent / "returns", given),
            disclosure=_disclosure(given.get("LSCB_DISCLOSURE") or "hes_2008"),
            keep_publications=_number(given.get("LSCB_KEEP_PUBLICATIONS") or "5"),
            as_of=_as_of(given.get("LSCB_AS_OF") or ""),
            is_lake_only=_is_lake_only(given.get("LSCB_LANDING_MODE") or ""),
        )
        settings.check_kinds()
        settings.check_places()
        return settings

    def as_environment(self) -> dict[str, str]:
        """The same settings as variables, for dbt and for processes of their own."""
        return {
            **{
                f"{PREFIX}{name.upper()}": str(getattr(self, name))
                for name in (*FOLDERS, "warehouse")
            },
            "LSCB_DISCLOSURE": self.disclosure,
            "LSCB_KEEP_PUBLICATIONS": str(self.keep_publications),
            "LSCB_AS_OF": "" if self.as_of is None else self.as_of.isoformat(),
            "LSCB_LANDING_MODE": LAKE_ONLY if self.is_lake_only else "",
        }

    def places(self) -> list[Path]:
        """The folders that a run writes to."""
        return [*(getattr(self, name) for name in FOLDERS), self.warehouse.parent]

    def check_kinds(self) -> None:
        """Folders are folders and can be read, the warehouse is no folder."""
        for name in (*FOLDERS, "warehouse"):
            path = getattr(self, name)
            last = path.parent if name == "warehouse" else path
            for place in reversed([last, *last.parents]):
                if not os.path.lexists(place):
                    break
                if not place.is_dir():
                    at = "is a file" if place == path else f"is below {place}, a file"
                    raise SettingError(
                        f"{_said(name, path)} {at}: name another place with"
                        f" {PREFIX}{name.upper()}."
                    )
                wanted = os.R_OK | os.X_OK if place == path else os.X_OK
                if not os.access(place, wanted):
                    raise SettingError(
                        f"{_said(name, path)} cannot be read: {place} is closed to this"
                        f" user (it belongs to {_owner(place)}). Have it opened, or"
                        f" name another place with {PREFIX}{name.upper()}."
                    )
        if self.warehouse.is_dir():
            raise SettingError(
                f"{_said('warehouse', self.warehouse)} is a folder: name a file with"
                " LSCB_WAREHOUSE."
            )

    def check_places(self) -> None:
        """No folder is within another: what is kept apart is handed out apart."""
        places = [(name, getattr(self, name)) for name in FOLDERS]
        for place, (name, path) in enumerate(places):
            for other, beside in places[place + 1 :]:
                if path == beside:
                    _refuse_place(name, path, "is the same folder as", other, beside)
                if beside in path.parents:
                    _refuse_place(name, path, "is within", other, beside)
                if path in beside.parents:
                    _refuse_place(other, beside, "is within", name, path)
            if path == PROJECT or path in PROJECT.parents:
                raise SettingError(
                    f"{_said(name, path)} holds the project itself: name a folder of"
                    f" its own with {PREFIX}{name.upper()}."
                )
            if name != "lake" and path in self.warehouse.parents:
                _refuse_place("warehouse", self.warehouse, "is within", name, path)

    def check_writable(self, *names: str) -> None:
        """SettingError, before work begins, where a named one cannot be written."""
        for name in names:
            path = getattr(self, name)
            # A file is replaced by a rename in its folder, which must be writable too.
            first = path.parent if name == "warehouse" else path
            for place in {_nearest(first), _nearest(path)}:
                if not os.access(place, os.W_OK | (os.X_OK if place.is_dir() else 0)):
                    raise SettingError(
                        f"{_said(name, path)} cannot be written: {place} is read-only"
                        f" for this user (it belongs to {_owner(place)}). Have it made"
                        f" writable, or name another place with {PREFIX}{name.upper()}."
                    )


def places_below(folder: Path) -> dict[str, str]:
    """The variables of a run of which every place lies below one folder."""
    places = {f"{PREFIX}{name.upper()}": str(folder / name) for name in FOLDERS}
    return places | {"LSCB_WAREHOUSE": str(folder / WAREHOUSE_NAME)}


@contextlib.contextmanager
def in_project(variables: Mapping[str, object]) -> Iterator[None]:
    """These variables, and the project as working folder; as it was before, after."""
    before = {name: os.environ.get(name) for name in variables}
    folder = Path.cwd()
    os.environ.update({name: str(value) for name, value in variables.items()})
    os.chdir(PROJECT)
    try:
        yield
    finally:
        os.chdir(folder)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _path(variable: str, otherwise: Path, given: Mapping[str, str]) -> Path:
    text = given.get(variable)
    if not text:
        return otherwise
    try:
        text.encode()
        unfit = [sign for sign in text if sign in UNFIT or not sign.isprintable()]
        if unfit:
            raise SettingError(
                f"{variable} is {text!r}, and DuckDB takes no path that holds"
                f" {unfit[0]!r}. Name another path."
            )
        path = (PROJECT / Path(text).expanduser()).resolve()
        with contextlib.suppress(
            FileNotFoundError, NotADirectoryError, PermissionError
        ):
            path.lstat()
        return path
    except UnicodeEncodeError:
        reason = "is not valid UTF-8"
    except RuntimeError as error:
        # No home is known, or a loop of links.
        reason = "leads nowhere: " + str(error).rstrip(".")
    except OSError as error:
        reason = f"cannot be looked up: {error.strerror}"
    shown = text.encode(errors="backslashreplace").decode()
    raise SettingError(f"{variable} is {shown!r}, which {reason}. Name another path.")


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in VARIABLES:
            near = difflib.get_close_matches(name, VARIABLES, 1)
            meant = f"Is {near[0]} meant? " if near else ""
            raise SettingError(
                f"No setting is called {name}. {meant}The settings are"
                f" {', '.join(VARIABLES)}; unset it, or set one of these."
            )


def _disclosure(name: str) -> str:
    names = preset_names()
    if name not in names:
        raise SettingError(
            f"LSCB_DISCLOSURE is {name!r}, which is not a rule for hiding: choose"
            f" one of {', '.join(names)}."
        )
    return name


def _number(text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        raise SettingError(
            f"LSCB_KEEP_PUBLICATIONS is {text!r}: give a whole number of 1 or more."
        )
    return int(text)


def _as_of(text: str) -> date | None:
    if not text:
        return None
    calendar = PROJECT / "seeds" / "reference" / "calendar.csv"
    with calendar.open(encoding="utf-8", newline="") as rows:
        first = int(next(csv.DictReader(rows))["first_year"])
    try:
        # The one form that every engine casts, of those that Python reads.
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9-]{10}", text) else None
    except ValueError:
        day = None
    if day is None or not first <= day.year <= LAST_YEAR:
        raise SettingError(
            f"LSCB_AS_OF is {text!r}: give a date from {first} to {LAST_YEAR} as"
            " YYYY-MM-DD, or leave it out for today."
        )
    return day


def _is_lake_only(text: str) -> bool:
    if text not in ("", LAKE_ONLY):
        raise SettingError(
            f"LSCB_LANDING_MODE is {text!r}: set it to {LAKE_ONLY} to use the lake as"
            " it is, or leave it out."
        )
    return text == LAKE_ONLY


def _refuse_place(name: str, path: Path, how: str, other: str, beside: Path) -> None:
    raise SettingError(
        f"{_said(name, path)} {how} t{_said(other, beside)[1:]}: name places apart from"
        f" one another with {PREFIX}{name.upper()} and {PREFIX}{other.upper()}."
    )


def _said(name: str, path: Path) -> str:
    kind = "file of the warehouse" if name == "warehouse" else f"{name} folder"
    return f"The {kind} {path}"


def _nearest(path: Path) -> Path:
    """The path, or the nearest of those above it that is there."""
    return next(each for each in (path, *path.parents) if each.exists())


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return "another user"
