"""Write a synthetic sample below a landing folder, and the truth about it."""

import argparse
import sys
from pathlib import Path

from lscb.entry import UserError, run_script
from lscb.sampling.periods import first_year
from lscb.sampling.reference import Reference
from lscb.sampling.sample import MARKER, Request, marker_bytes, write_sample
from lscb.settings import Settings

SEED = 20080729
YEARS = ("2007-08", "2008-09")


def _size(text: str) -> float:
    size = float(text)
    if not 0 < size <= 100:
        raise argparse.ArgumentTypeError(
            "the size is a share of London: 1 is all of it, 0.1 a tenth"
        )
    return size


def _year(text: str) -> str:
    try:
        first_year(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, help="the landing folder (default: LSCB_LANDING)"
    )
    parser.add_argument(
        "--truth",
        type=Path,
        help="the truth file (default: .truth/truth.csv in the landing folder)",
    )
    parser.add_argument("--size", type=_size, default=0.1, help="1 is all of London")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--years", type=_year, nargs="+", default=YEARS, help="financial years"
    )
    return parser.parse_args(arguments)


def check_folder(landing: Path, request: Request) -> None:
    """Refuse a folder that holds anything but this very sample."""
    if not landing.exists() or not any(landing.iterdir()):
        return
    marker = landing / MARKER
    if not marker.exists():
        raise UserError(
            f"{landing} holds files that no generator made. Give --out an empty "
            "folder, so that synthetic and real files never mix."
        )
    if marker.read_bytes() != marker_bytes(request):
        raise UserError(
            f"{landing} holds another synthetic sample. Empty it, or give --out an "
            "empty folder, so that two samples never mix."
        )


def main(arguments: list[str] | None = None) -> int:
    """Write the sample and say what was written; return the exit code."""
    wanted = parse_arguments(arguments)
    wanted.out = wanted.out or Settings.from_environment().landing
    request = Request(wanted.seed, wanted.size, tuple(wanted.years))
    check_folder(wanted.out, request)
    truth_file = wanted.truth or wanted.out / ".truth" / "truth.csv"
    summary = write_sample(request, wanted.out, truth_file, Reference())
    print(
        f"SYNTHETIC sample below {wanted.out}: {summary.files:,} files, "
        f"{summary.records:,} records. Truth of {summary.truth_rows:,} cells in "
        f"{truth_file}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(run_script(main))
