"""Where landing finds the files and the lake."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """The folders of one run: what agencies sent, what is kept, and the seeds."""

    landing: Path
    lake: Path
    seeds: Path = PROJECT / "seeds"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read LSCB_LANDING and LSCB_LAKE, or take the folders of the project."""
        return cls(
            landing=_folder("LSCB_LANDING", PROJECT / "landing"),
            lake=_folder("LSCB_LAKE", PROJECT / "lake"),
        )


def _folder(variable: str, otherwise: Path) -> Path:
    return Path(os.environ.get(variable) or otherwise).expanduser().resolve()
