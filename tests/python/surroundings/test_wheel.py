"""The wheel: `lscb check` where there is no checkout, and nothing else."""

import re
import shutil
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from build_help import AS_OF, PROJECT, made_once

pytestmark = pytest.mark.long

SENT = "lado_referrals__Barnet__2008-09Q1__v1.csv"
LINES = """referral_id,referral_date,contact_type
r1,2008-05-01,Referral
r2,31/02/2008,Referral
r3,2008-05-02,Referral
r4,2008-05-03,Referral
r5,2008-05-04,Referral
r6,2008-05-05,Referral
"""
# dbt loads as a plugin whatever is called dbt_, and this environment has one.
BARRED = """
import pkgutil, sys
sys.modules.update(dict.fromkeys({barred}))
found = pkgutil.iter_modules
pkgutil.iter_modules = lambda *given: [
    each for each in found(*given) if each.name not in {barred}
]
import python_calamine, pyarrow.parquet
from lscb.cli import main
sys.argv = ["lscb", *sys.argv[1:]]
sys.exit(main())
"""
SOURCES = (
    *("pyproject.toml", "setup.py", "dbt_project.yml", "profiles.yml"),
    *("expectations", "macros", "models", "scripts", "seeds"),
)


@dataclass(frozen=True)
class Installed:
    """An environment that has the wheel, and the libraries of the tests' own."""

    folder: Path

    @property
    def packages(self) -> Path:
        return self.folder / "lib" / "python3.11" / "site-packages"

    def run(self, *words: str | Path, cwd: Path) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.folder / "bin" / "lscb", *words],
            cwd=cwd,
            env={"PATH": "/usr/bin:/bin", "LSCB_AS_OF": AS_OF, "HOME": str(cwd)},
            capture_output=True,
            text=True,
            check=False,
        )

    def files(self) -> set[Path]:
        """All that is installed, but for what Python compiles on its way."""
        found = (self.packages / "lscb").rglob("*")
        return {path for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    def make(folder: Path) -> None:
        source = folder / "source"
        source.mkdir()
        for name in SOURCES:
            if (PROJECT / name).is_dir():
                unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
                shutil.copytree(PROJECT / name, source / name, ignore=unwanted)
            else:
                shutil.copyfile(PROJECT / name, source / name)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        offline = ["--no-deps", "--no-index"]
        wheel = ["wheel", *offline, "--no-build-isolation", "--wheel-dir", "dist"]
        subprocess.run([*pip, *wheel, "./source"], cwd=folder, check=True)
        venv.create(folder / "venv", symlinks=True)
        into = Installed(folder / "venv")
        # The libraries alone: a path in a .pth file, whose own .pth files stay unread.
        libraries = next(p for p in sys.path if p.endswith("site-packages"))
        (into.packages / "libraries.pth").write_text(f"{libraries}\n")
        (built,) = (folder / "dist").iterdir()
        python = str(into.folder / "bin" / "python")
        subprocess.run(
            [*pip, "--python", python, "install", *offline, str(built)], check=True
        )

    return Installed(made_once(tmp_path_factory, "wheel", make) / "venv")


def test_it_says_in_an_empty_folder_what_the_checkout_says(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / SENT).write_text(LINES)
    before = installed.files()
    there = installed.run("check", SENT, "--report", "report", cwd=tmp_path)
    assert there.stderr == ""
    assert there.returncode == 1
    for said in ("6 lines, 5 accepted, 1 set aside", "line 3"):
        assert said in " ".join(there.stdout.split())
    assert {path.name for path in tmp_path.iterdir()} == {SENT, "report"}
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "E09000003.xlsx",
        "E09000003.html",
    }
    assert installed.files() == before
    here = subprocess.run(
        [sys.executable, "-m", "lscb", "check", SENT],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "LSCB_AS_OF": AS_OF,
            "PYTHONPATH": str(PROJECT / "scripts"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert there.stdout.replace(f"The report is in {tmp_path}/report.\n", "") == (
        here.stdout
    )


def test_it_does_nothing_else(installed: Installed, tmp_path: Path) -> None:
    for words in (["build"], ["publish"], ["bench", "house"], ["purge"]):
        done = installed.run(*words, cwd=tmp_path)
        assert done.returncode == 2
        assert "checks files, and does nothing else" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_holds_every_file_that_code_reads(installed: Installed) -> None:
    """What lies beside the code, and what dbt reads."""
    wanted = {
        Path("project") / path.relative_to(PROJECT)
        for name in ("expectations", "macros", "models", "seeds")
        for path in (PROJECT / name).rglob("*")
        if path.is_file()
    } | {
        path.relative_to(PROJECT / "scripts" / "lscb")
        for path in (PROJECT / "scripts" / "lscb").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    held = {path.relative_to(installed.packages / "lscb") for path in installed.files()}
    assert wanted - held == set()


def test_what_it_needs_is_what_the_checkout_is_locked_to() -> None:
    """No library in another version, and none of which only the checkout knows."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    listed = (PROJECT / "requirements.in").read_text().splitlines()
    assert set(project["dependencies"]) <= set(listed)


def test_it_gets_by_with_what_it_needs(installed: Installed, tmp_path: Path) -> None:
    """With every library out of reach that nothing which it needs needs in turn."""
    wanted = needed("lscb")
    barred = sorted(
        module
        for module, libraries in metadata.packages_distributions().items()
        if not wanted & {normal(library) for library in libraries}
    )
    assert {"pytest", "openpyxl", "ruff", "highspy"} <= set(barred)
    (tmp_path / SENT).write_text(LINES)
    done = subprocess.run(
        [
            *(installed.folder / "bin" / "python", "-c", BARRED.format(barred=barred)),
            *("check", SENT, "--report", "report"),
        ],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "LSCB_AS_OF": AS_OF},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "1 set aside" in " ".join(done.stdout.split())


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(name: str) -> set[str]:
    """The libraries that the wheel needs, and all that they need in turn."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    found: set[tuple[str, str]] = set()
    more = [Requirement(each) for each in project["dependencies"]]
    while more:
        wanted = more.pop()
        for extra in ("", *wanted.extras):
            key = normal(wanted.name), extra
            if key in found:
                continue
            found.add(key)
            try:
                of_it = metadata.requires(wanted.name) or []
            except metadata.PackageNotFoundError:
                continue
            more += [
                each
                for each in map(Requirement, of_it)
                if not each.marker or each.marker.evaluate({"extra": extra})
            ]
    return {library for library, _ in found} | {normal(name)}
