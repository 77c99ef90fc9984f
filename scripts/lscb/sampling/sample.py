"""The whole sample: files below the landing folder, and the truth about them."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lscb.sampling import GENERATOR_VERSION, POSTCODES, SURNAME, truth
from lscb.sampling.admissions import make_admissions
from lscb.sampling.files import SampleFile
from lscb.sampling.missing import make_missing_children
from lscb.sampling.offences import make_offences
from lscb.sampling.periods import Grid
from lscb.sampling.published import make_published
from lscb.sampling.reference import Reference
from lscb.sampling.referrals import make_referrals
from lscb.sampling.returns import make_returns
from lscb.sampling.survey import make_survey
from lscb.sampling.targets import TRUTH_COLUMNS, make_targets

MARKER = ".synthetic.json"
UNFINISHED = ".unfinished"
"""Stands in the landing folder while the sample is written there."""
FILE_COLUMNS = (
    "relative_path", "status", "because", "lines_read", "rows_accepted",
    "rows_set_aside", "rows_duplicate", "rows_passed_over", "is_late",
)  # fmt: skip
LEFT_OUT = "left_out.csv"
"""Stands beside the truth where it is silent about indicators, and says why."""
TARGETS = "targets.csv"
"""Stands beside the truth: the targets that stand, and those that are withheld."""
LEFT_OUT_COLUMNS = ("indicator_id", "definition_version", "because")
FAULT_COLUMNS = ("relative_path", "line_number", "column_name", "level", "what")


@dataclass(frozen=True)
class Request:
    """What sample is wanted."""

    seed: int
    size: float
    years: tuple[str, ...]


@dataclass
class Summary:
    """What was written."""

    files: int
    records: int
    truth_rows: int
    left_out: list[str]


def write_sample(
    request: Request, landing: Path, truth_file: Path, reference: Reference
) -> Summary:
    """Write the files, the marker and the truth; return what was written."""
    grid = Grid.of(request.years)
    seed, size = request.seed, request.size
    landing.mkdir(parents=True, exist_ok=True)
    (landing / MARKER).write_bytes(marker_bytes(request))
    (landing / UNFINISHED).touch()
    evidence = truth.Evidence(
        admissions=make_admissions(reference, grid, seed, size),
        offences=make_offences(reference, grid, seed, size),
        referrals=make_referrals(reference, grid, seed),
        missing=make_missing_children(reference, grid, seed, size),
        survey=make_survey(reference, grid, seed),
        returns=make_returns(reference, grid, seed),
        published=make_published(reference, grid, seed),
    )
    true = truth.Truth(reference, grid, evidence)
    rows = true.rows()
    targets = make_targets(reference, grid, seed, rows)
    parts = (*vars(evidence).values(), targets)
    files = [file for part in parts for file in part.files]
    for file in files:
        file.write_below(landing)
    _write_truth(files, rows, truth_file)
    _table(truth_file.with_name(TARGETS), TRUTH_COLUMNS, targets.rows)
    left_out = [
        [each.pi, each.version, because] for each, because in true.left_out.items()
    ]
    if left_out:
        _table(truth_file.with_name(LEFT_OUT), LEFT_OUT_COLUMNS, left_out)
    (landing / UNFINISHED).unlink()
    records = sum(file.lines_read or 0 for file in files)
    return Summary(
        len(files),
        records,
        len(rows),
        [f"{pi} (definition {version}): {why}" for pi, version, why in left_out],
    )


def marker_bytes(request: Request) -> bytes:
    """Return the marker that says that all of a landing folder is synthetic."""
    marker = {
        "synthetic": True,
        "generator_version": GENERATOR_VERSION,
        "seed": request.seed,
        "size": request.size,
        "years": list(request.years),
        "canaries": [SURNAME, *POSTCODES],
    }
    return (json.dumps(marker, indent=2) + "\n").encode()


def _table(path: Path, header: Sequence[str], rows: Sequence[Sequence]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())


def _write_truth(
    files: Sequence[SampleFile], rows: Sequence[Sequence[str]], truth_file: Path
) -> None:
    """Write the truth, and beside it what must become of each file and line."""
    truth_file.parent.mkdir(parents=True, exist_ok=True)
    _table(truth_file, truth.COLUMNS, rows)
    ordered = sorted(files, key=lambda file: file.relative_path)
    fates = [
        [
            file.relative_path, file.status, file.because,
            *(
                (
                    file.lines_read, file.accepted, file.set_aside, file.duplicates,
                    file.passed_over,
                )
                if file.has_counts
                else ("",) * 5
            ),
            "true" if file.is_late else "false",
        ]
        for file in ordered
    ]  # fmt: skip
    _table(truth_file.with_name("files.csv"), FILE_COLUMNS, fates)
    faults = [
        [file.relative_path, fault.line_number, fault.column_name, fault.level,
         fault.what]
        for file in ordered
        for fault in file.faults
    ]  # fmt: skip
    _table(truth_file.with_name("set_aside.csv"), FAULT_COLUMNS, faults)
