"""With what a publication was made: the code, its commit, and the libraries."""

import hashlib
import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from lscb.settings import PROJECT

FOLDERS = ("models", "macros", "seeds", "expectations", "scripts")
FILES = ("dbt_project.yml", "requirements.lock")
LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb", "highspy")


def made_by() -> dict:
    """What a manifest says of the code and the libraries.

    `commit` is empty where the project is not under version control, and ends in
    `-dirty` where a file differs from it. `code` is the digest of all files that
    decide what a publication says, also where there is no commit.
    """
    return {
        "code": code_digest(),
        "commit": _commit(),
        "versions": {
            "python": platform.python_version(),
            **{library: version(library) for library in LIBRARIES},
        },
    }


def code_digest(beside: Iterable[str] = ()) -> str:
    """SHA-256 over names and bytes of the code and seeds, and of what is named beside.

    Folders and files, as paths of the project; those that are not there count as none.
    """
    digest = hashlib.sha256()
    for file in sorted(_files([*FOLDERS, *FILES, *beside])):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(PROJECT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _files(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        for path in (PROJECT / name, *(PROJECT / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _commit() -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    said = subprocess.run(
        [git, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or None
