"""Fill a landing folder with public statistics, under the names that landing expects.

    lscb public-data FOLDER_OF_DOWNLOADS LANDING

The downloads are files as their publishers lay them out. Which file is what stands in
seeds/reference/public_files.csv; a file that is not there is named and skipped.
"""

import csv
import shutil
import sys
from pathlib import Path

from lscb.errors import UserError
from lscb.settings import PROJECT

PUBLIC_FILES = PROJECT / "seeds" / "reference" / "public_files.csv"


def copy_public_data(downloads: Path, landing: Path) -> list[Path]:
    """Copy every file that the seed lists and the folder holds; return the copies."""
    copies = []
    with PUBLIC_FILES.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            source = downloads / row["file_name"]
            if not source.exists():
                print(f"not there: {source}", file=sys.stderr)
                continue
            extract = row["landing_name"].split("__")[0]
            target = landing / extract / row["landing_name"]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
            copies.append(target)
    return copies


def fill_landing(downloads: Path, landing: Path) -> int:
    """Copy, and say what was copied; returns the exit code."""
    copies = copy_public_data(downloads, landing)
    if not copies:
        raise UserError(f"None of the files of {PUBLIC_FILES.name} is in {downloads}.")
    for copy in copies:
        print(copy)
    return 0
