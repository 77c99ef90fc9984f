"""The wheel: the packages of scripts/, with what dbt reads of the project inside.

A checkout is installed editable and reads its own folders; what is built here is for
whoever checks files without a checkout (docs/check.md).
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PROJECT = Path(__file__).resolve().parent
CARRIED = (
    "dbt_project.yml", "profiles.yml", "expectations", "macros", "models", "seeds",
)  # fmt: skip


class BuildWithProject(build_py):
    """Puts the project into lscb/project, where settings.py looks for it."""

    def run(self) -> None:
        """Build as always, then copy."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "lscb" / "project"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for name in CARRIED:
            copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copyfile
            copy(PROJECT / name, target / name)


setup(cmdclass={"build_py": BuildWithProject})
