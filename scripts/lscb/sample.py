"""Write a synthetic sample below a landing folder, and the truth about it."""

from collections.abc import Sequence
from pathlib import Path

from lscb.errors import UserError
from lscb.sampling.periods import first_year
from lscb.sampling.reference import Reference
from lscb.sampling.sample import MARKER, Request, marker_bytes, write_sample
from lscb.settings import Settings

SEED, SIZE = 20080729, 0.1
YEARS = ("2007-08", "2008-09")


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


def make_sample(
    out: Path | None = None,
    truth: Path | None = None,
    size: float = SIZE,
    seed: int = SEED,
    years: Sequence[str] = YEARS,
) -> int:
    """Write the sample and say what was written; return the exit code.

    `out` is the landing folder, of the settings where it is left out; `size` a share of
    the region; `truth` the file for the truth, else .truth/truth.csv in `out`.
    """
    if not 0 < size <= 100:
        raise UserError(
            f"The size is {size:g}, and must be above 0 and at most 100: it is a share"
            " of the region, 1 is all of it, 0.1 a tenth."
        )
    for year in years:
        try:
            first_year(year)
        except ValueError as error:
            raise UserError(
                f"{year!r} is not a financial year: write it as 2008-09."
            ) from error
    out = out or Settings.from_environment().landing
    request = Request(seed, size, tuple(years))
    check_folder(out, request)
    truth_file = truth or out / ".truth" / "truth.csv"
    summary = write_sample(request, out, truth_file, Reference())
    print(
        f"SYNTHETIC sample below {out}: {summary.files:,} files, "
        f"{summary.records:,} records. Truth of {summary.truth_rows:,} cells in "
        f"{truth_file}."
    )
    for line in summary.left_out:
        print(f"The truth leaves out {line}.")
    return 0
