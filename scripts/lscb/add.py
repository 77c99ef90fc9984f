"""Put files that have any name into landing, under the name of a submission.

    lscb add "return final v2 (3).xlsx"
    lscb add downloads/*.csv --dry-run

What a file is comes of its columns, its records and its name. What is certain is done;
what is a guess is asked on a terminal, and taken with --yes; what nobody can say has
to be said: --extract, --submitter, --period. Files stay where they are: a copy is
placed, with the time of the original, by which landing knows when it was received.

Exit code 0: each file is placed, or was there already. 1: some are not, and it is said
what is wanted of them. 2: it could not run.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console

from lscb.errors import UserError
from lscb.harmless import printable
from lscb.landing.checking import Engine
from lscb.landing.placing import Placer, Placing, Unfit, Unrecognised
from lscb.landing.reference import load_reference, read_seed
from lscb.landing.refusals import Refused
from lscb.settings import Settings

NOT_PLACED = 1
OPTIONS = {"extract": "--extract", "submitter": "--submitter", "period": "--period"}


def add_files(
    files: Sequence[Path],
    extract: str | None = None,
    submitter: str | None = None,
    period: str | None = None,
    dry_run: bool = False,
    yes: bool = False,
) -> int:
    """Place files into landing; see the exit codes above."""
    settings = Settings.from_environment()
    for path in files:
        if not path.is_file():
            raise UserError(f"{path} does not exist, or is not a file.")
    reference = load_reference(settings.seeds)
    console = Console(soft_wrap=True)
    left = 0
    with tempfile.TemporaryDirectory(prefix="add-") as scratch:
        placer = Placer(
            reference,
            settings.landing,
            Engine(Path(scratch)),
            known_names(settings.seeds),
            forces(settings.seeds),
        )
        for path in files:
            try:
                placing = placer.place(path.absolute(), extract, submitter, period)
            except Refused as refused:
                said = reference.sentence(refused.code, refused.details)
                show(console, f"{path.name}: not placed. {said}")
                left += 1
                continue
            except Unfit as unfit:
                show(console, f"{path.name}: not placed. {unfit}")
                left += 1
                continue
            except Unrecognised as unlike:
                said = "Its columns are those of no extract"
                show(console, f"{path.name}: not placed. {said}: {unlike}.")
                left += 1
                continue
            say(console, placing)
            if placing.is_there_as is not None:
                continue
            if not placing.is_whole or not is_wanted(placing, yes, dry_run):
                left += 1
            elif not dry_run:
                put(placing, settings.landing)
                placer.take(placing)
    return NOT_PLACED if left else 0


def known_names(seeds: Path) -> dict[str, str]:
    """The names under which files are published, in lower case, and those here."""
    return {
        row["file_name"].lower(): row["landing_name"]
        for row in read_seed(seeds / "reference" / "public_files.csv")
    }


def forces(seeds: Path) -> dict[str, str]:
    """The code of the police force of each authority."""
    return {
        row["area_code"]: row["police_force_code"]
        for row in read_seed(seeds / "reference" / "areas.csv")
        if row["police_force_code"]
    }


def show(console: Console, line: str) -> None:
    """One line, in which a name is shown as it may be."""
    console.print(printable(line), markup=False, highlight=False)


def say(console: Console, placing: Placing) -> None:
    """What a file is, and how that is known; what is to be done where it is not."""
    name = placing.path.name
    if placing.is_there_as is not None:
        show(console, f"{name}: the same file is in landing, as {placing.is_there_as}")
        return
    if placing.is_whole:
        sure = "" if placing.is_certain else "perhaps "
        show(console, f"{name}: {sure}{placing.relative_path}")
    else:
        show(console, f"{name}: not placed")
    for part, guess in placing.parts.items():
        if part == "version" and guess.value is None:
            continue
        value = guess.value or "not known"
        doubt = "" if guess.is_certain else " (a guess)" if guess.value else ""
        wanted = "" if guess.value else f"; say {OPTIONS.get(part, part)}"
        show(console, f"    {part:<10}{value}{doubt}: {guess.why}{wanted}")


def is_wanted(placing: Placing, yes: bool, dry_run: bool) -> bool:
    """Whether a file may be placed: certain, or said so by somebody."""
    if placing.is_certain or yes:
        return True
    if dry_run or not sys.stdin.isatty():
        return False
    return typer.confirm("    Is that right?", default=False)


def put(placing: Placing, landing: Path) -> None:
    """Copy a file to its place, whole or not at all, with its time."""
    place = landing / placing.relative_path
    half = place.with_name(f".{place.name}.half")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(placing.path, half)
        if place.exists():
            raise UserError(f"{place} is there by now: add {placing.path} again.")
        half.replace(place)
    except OSError as error:
        raise UserError(
            f"{placing.path} cannot be copied to {place}: {error.strerror}."
        ) from error
    finally:
        half.unlink(missing_ok=True)
