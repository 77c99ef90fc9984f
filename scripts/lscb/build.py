"""The main job: land, build, publish, draw the pages, and say what came of it.

Where nothing changed since the last build, it says so and what stands.

Exit code 0: published. 1: a check refused, the last publication stays as it was.
2: it could not run. A run that was ended at any moment is made good by the next one.
"""

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from filelock import FileLock, Timeout
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lscb.dbt import messages_of, run_dbt
from lscb.errors import UserError
from lscb.harmless import printable, printable_lines
from lscb.landing import (
    LandingError,
    holds_submissions,
    left_for_later,
    nothing_to_land,
)
from lscb.landing.ledger import LakeError, damaged_tables
from lscb.landing.mixing import what_is_mixed
from lscb.landing.names import files_sent
from lscb.landing.reference import load_reference, read_seed
from lscb.last_build import digest_of_files, is_unchanged, remember, sources_of
from lscb.obstacles import Stopped, in_plain_words
from lscb.private import make_private, move_returns_out
from lscb.publishing.history import MANIFEST_NAME, Place
from lscb.publishing.publish import (
    Publication,
    RefusedError,
    chosen_rule,
    not_by,
    not_published,
    protection_line,
    publish,
    read_manifest,
)
from lscb.sample import make_sample
from lscb.sampling.sample import UNFINISHED
from lscb.settings import PROJECT, Settings
from lscb.statuses import FILES, statuses
from lscb.swapping import put_back

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

# What draws is loaded where it is used: it takes longer to load than a build takes that
# finds nothing new.

REFUSED, COULD_NOT_RUN = 1, 2
MOST_NAMED = 5
"""Refused files that the summary names: those in landing first, the last to come."""

# Lines are broken by the terminal, so that a path stays whole in a log.
console = Console(soft_wrap=True)


@contextlib.contextmanager
def only_one_build(lake: Path):
    """Hold the build's lock; a second build says that it waits, and waits."""
    make_private(lake)
    lock = FileLock(lake / ".build.lock", mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("Another build is running on this lake; waiting for it to end.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def present(publication: Publication) -> Path:
    """Write the exports and the site of a publication; where the site begins.

    Both are made of the published file alone, and not again while neither it nor the
    code that draws them changes, and all that was made still stands.
    """
    from lscb.exporting.exports import write_exports
    from lscb.pages.site import draw_site

    folder = publication.file.parent
    exports, index = folder / "exports", site_of(publication)
    site = index.parent
    rooms = Path(__file__).resolve().parent
    made_from = hashlib.sha256(publication.manifest["sha256"].encode())
    for file in sorted(
        path
        for name in ("pages/**/*", "exporting/*.py")
        for path in rooms.glob(name)
        if path.is_file() and path.suffix != ".pyc"
    ):
        made_from.update(file.read_bytes())
    stamp = site / ".made_from"

    def now() -> str:
        return f"{made_from.hexdigest()} {digest_of_files([site, exports], [stamp])}"

    stands = stamp.exists() and exports.is_dir()
    if not (stands and stamp.read_text() == now()):
        write_exports(publication.file, exports)
        draw_site(publication.file, site)
        stamp.write_text(now())
    return index


def site_of(publication: Publication) -> Path:
    """Where the pages of a publication begin."""
    return publication.file.parent / "site" / "index.html"


def summary_of(warehouse: Path, publication: Publication, site: Path) -> Table:
    """What a data manager wants to know when the build ends."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        ask = connection.execute
        (synthetic,) = ask("select is_synthetic from mart.dim_about").fetchone()
        if synthetic:
            table.add_row(
                "Data", "[bold]SYNTHETIC SAMPLE[/] - no real child, no real figure"
            )
        files = dict(
            ask(
                "select status, count(*) from mart.fct_submissions group by all"
            ).fetchall()
        )
        table.add_row(
            "Files",
            ", ".join(
                f"{files.get(status, 0):,} {status}"
                for status in statuses(FILES)
                if status != "withdrawn"
            ),
        )
        for name, reason in ask(
            "select file_name, reason from mart.fct_submissions"
            " where status = 'refused' order by is_in_landing desc, received_at desc,"
            f" relative_path, file_id limit {MOST_NAMED}"
        ).fetchall():
            table.add_row("  refused", escape(printable(f"{name}: {reason}")))
        if files.get("refused", 0) > MOST_NAMED:
            table.add_row(
                "  refused",
                f"and {files['refused'] - MOST_NAMED:,} more, in mart.fct_submissions",
            )
        if files.get("withdrawn"):
            table.add_row(
                "  withdrawn",
                f"{files['withdrawn']:,} no longer in landing: nothing of them counts;"
                " put back what should",
            )
        for path in left_for_later(Settings.from_environment().lake)[:5]:
            table.add_row(
                "  left",
                escape(
                    printable(
                        f"{path}: it is still being written; the next build takes it"
                    )
                ),
            )
        lines, accepted, aside, twice, passed = ask(
            "select sum(lines_read), sum(rows_accepted), sum(rows_set_aside),"
            " sum(rows_duplicate), sum(rows_passed_over) from mart.fct_submissions"
        ).fetchone()
        table.add_row(
            "Lines",
            f"{lines or 0:,} read = {accepted or 0:,} accepted + {aside or 0:,} set"
            f" aside + {twice or 0:,} duplicate + {passed or 0:,} out of scope",
        )
        filled, cells, indicators = ask(
            "select count(*) filter (where has_number), count(*),"
            " count(distinct indicator_id) filter (where has_number)"
            " from mart.fct_indicator_values"
            " inner join mart.dim_value_statuses using (value_status)"
            " inner join mart.dim_areas using (area_code)"
            " where area_type = 'local_authority'"
        ).fetchone()
        table.add_row(
            "Indicators",
            f"{indicators:,} filled; {filled:,} of {cells:,} borough cells have a"
            " number, each other one its reason",
        )
        flags = dict(
            ask(
                "select severity, count(*) from mart.fct_quality_flags"
                " where state <> 'resolved' group by all"
            ).fetchall()
        )
        table.add_row(
            "Flags",
            ", ".join(
                f"{flags.get(severity, 0):,} {severity}"
                for severity in ("error", "warning", "notice")
            ),
        )
    state = "new" if publication.is_new else "unchanged"
    table.add_row("Published", escape(f"{publication.file} ({state})"))
    table.add_row("Protection", escape(protection_line(publication.manifest)))
    table.add_row("Pages", escape(str(site)))
    table.add_row("State", "draft: `lscb sign` signs it off, and keeps what was signed")
    table.add_row(
        "Look at",
        "mart.indicator_scorecard for values, mart.fct_submissions"
        " for files, mart.fct_set_aside for lines,"
        " mart.fct_quality_flags for what looks wrong",
    )
    return table


def provide_landing(settings: Settings) -> None:
    """Write the synthetic sample where nothing ever was, or one that was broken off.

    LandingError where figures of the sample would come beside real ones.
    """
    if mixed := what_is_mixed(settings):
        raise LandingError(mixed)
    landing = settings.landing
    is_begun = (landing / UNFINISHED).exists()
    if any(files_sent(landing)) and not is_begun:
        if not holds_submissions(landing, load_reference(settings.seeds)):
            say(
                f"{landing} counts as empty, for no file in it is named as a"
                f" submission: building on what {settings.lake} holds."
            )
        return
    if nothing_to_land(settings) is None and not is_begun:
        say(f"{landing} is empty: building on what {settings.lake} holds.")
        return
    if is_published(settings) and not is_begun:
        raise LandingError(
            f"There is nothing to build on: {landing} and {settings.lake} hold no file,"
            f" yet there are publications in {settings.published} or"
            f" {settings.history}, beside which no synthetic sample is put. Name the"
            " landing and the lake that they were made of with LSCB_LANDING and"
            " LSCB_LAKE, or move the publications and their history away."
        )
    settings.check_writable("landing")
    if is_begun:
        say(f"The sample in {landing} was broken off: writing it again.")
    else:
        say(f"{landing} is empty: writing the synthetic sample there first.")
    make_sample(landing)


def is_published(settings: Settings) -> bool:
    """Whether there is a publication, or one of before is kept."""
    folders = (settings.published, settings.history)
    return any(any(folder.rglob(MANIFEST_NAME)) for folder in folders)


def check_warehouse(warehouse: Path) -> None:
    """UserError, before anything is landed, where the warehouse cannot be opened."""
    if not warehouse.exists():
        return
    try:
        duckdb.connect(str(warehouse)).close()
    except duckdb.Error as error:
        said = str(error).splitlines()[0].rstrip(".!")
        if in_plain_words(said, []) is not None:
            raise
        raise UserError(
            f"The warehouse {warehouse} cannot be opened ({said}). Every build makes it"
            " again: remove it if it is one, or name another file with LSCB_WAREHOUSE."
        ) from error


def say_failed(
    result: "dbtRunnerResult", warehouse: Path, place: Place, written: list[Path]
) -> int:
    """Say what failed in the build of the warehouse; returns the exit code."""
    from lscb.quality import failures

    messages = messages_of(result)
    for line in messages.splitlines():
        if in_plain_words(line, written) is not None:
            return say_stopped(not_published(place), line.strip(), written)
    said = failures.say(result, warehouse)
    console.print(f"[bold]{not_published(place)}[/]")
    for line in said.lines if said else messages.splitlines():
        say(f"  {line}")
    return REFUSED if said and said.is_refusal else COULD_NOT_RUN


def publish_and_present(warehouse: Path, place: Place) -> int:
    """All that comes after the build of the warehouse; see the exit codes above."""
    try:
        publication = publish(warehouse, place)
    except RefusedError as refusal:
        console.print(f"[bold]{not_published(place)}[/]")
        console.print(f"  {refusal}", markup=False)
        return REFUSED
    except Stopped as stopped:
        return say_stopped(
            not_published(place), str(stopped), [place.published, place.history]
        )
    try:
        site = present(publication)
    except Stopped as stopped:
        said = (
            f"{publication.file} is published; the exports and pages beside it are"
            " still those of the publication before."
        )
        return say_stopped(said, str(stopped), [place.published])
    say_summary(warehouse, publication, site)
    return 0


def say_summary(warehouse: Path, publication: Publication, site: Path) -> None:
    """Print the summary; a terminal that is narrower breaks the lines itself."""
    table = summary_of(warehouse, publication, site)
    console.print(table, width=max(console.width, 80), soft_wrap=False)


def say_nothing_new(warehouse: Path, place: Place) -> int:
    """Say that everything is as the last build left it; returns the exit code."""
    manifest = read_manifest(place.published)
    publication = Publication(place.file, is_new=False, manifest=manifest)
    console.print("[bold]Nothing new:[/] everything is as the last build left it.")
    say_summary(warehouse, publication, site_of(publication))
    return 0


def refuse_damaged(lake: Path, place: Place) -> None:
    """LakeError where a build failed on a lake of which a table cannot be read."""
    if damaged := damaged_tables(lake):
        raise LakeError(
            f"{not_published(place)} {len(damaged):,} files of the lake are damaged:"
            f" {', '.join(map(str, damaged[:5]))}{' and others' * (len(damaged) > 5)}."
            " Remove them and run `make build` again: they are made again from the"
            " archive."
        )


def say(line: str) -> None:
    """Say a line as it is, whatever stands in it and however wide the terminal is."""
    console.print(printable_lines(line), markup=False, highlight=False)


def say_stopped(so_far: str, said: str, folders: list[Path]) -> int:
    """Say that the machine stopped the run, and why; returns the exit code."""
    reason = in_plain_words(said, folders)
    console.print(f"[bold]{escape(so_far)}[/]")
    console.print(f"  {printable_lines(said)}", markup=False)
    console.print(reason or "Correct what is named above and run `make build` again.")
    return COULD_NOT_RUN


def build() -> int:
    """Build and publish; see the exit codes above."""
    settings = Settings.from_environment()
    settings.check_writable("lake", "warehouse", "published", "history")
    for seed in sorted((PROJECT / "seeds").glob("*/*.csv")):
        read_seed(seed)
    warehouse, place = settings.warehouse, Place.of(settings)
    if said := not_by(chosen_rule(), place):
        raise UserError(said)
    folder = place.published
    os.environ.update(settings.as_environment())
    os.chdir(PROJECT)

    written = settings.places()
    try:
        with only_one_build(settings.lake):
            if is_unchanged(settings):
                return say_nothing_new(warehouse, place)
            warehouse.parent.mkdir(parents=True, exist_ok=True)
            check_warehouse(warehouse)
            move_returns_out(folder, settings.returns)
            for shown in (folder / "site", folder / "exports"):
                put_back(shown)
            provide_landing(settings)
            sources = sources_of(settings)
            # The unit tests speak of no data: they run in `make test`.
            result = run_dbt("build", "--exclude-resource-type", "unit_test")
            if isinstance(result.exception, KeyboardInterrupt):
                raise KeyboardInterrupt
            if not result.success:
                refuse_damaged(settings.lake, place)
                return say_failed(result, warehouse, place, written)
            code = publish_and_present(warehouse, place)
            if code == 0:
                remember(settings, sources)
            return code
    except OSError as stopped:
        return say_stopped(not_published(place), str(stopped), written)
