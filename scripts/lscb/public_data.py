"""Fill a landing folder with public statistics, under the names that landing expects.

    python -m lscb.public_data FOLDER_OF_DOWNLOADS LANDING

The downloads are files as their publishers lay them out. Which file is what stands in
seeds/reference/public_files.csv; a file that is not there is said and passed by.
"""

import argparse
import csv
import shutil
import sys
from pathlib import Path

from lscb.entry import run_script
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


def main() -> int:
    """Copy, and say what was copied; 2 where nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("downloads", type=Path)
    parser.add_argument("landing", type=Path)
    arguments = parser.parse_args()
    copies = copy_public_data(arguments.downloads, arguments.landing)
    for copy in copies:
        print(copy)
    if not copies:
        print(f"None of the files of {PUBLIC_FILES.name} is in {arguments.downloads}.")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(run_script(main))
