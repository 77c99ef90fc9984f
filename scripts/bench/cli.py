"""The benches, as commands of `lscb bench`; each is loaded when it is called."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    no_args_is_help=False,
    help="Measure the project, or break it on purpose: 1 where it did not hold."
    "\n\nExample: lscb bench worlds --worlds 20",
)

GUARD = "Disclosure control"
HOLDS = "What a day may bring"
COST = "Time and room"

Empty = Annotated[Path, typer.Option(help="An empty folder to work in.")]
Warehouse = Annotated[
    Path | None, typer.Option(help="One that is built; without, LSCB_WAREHOUSE.")
]


@app.callback(invoke_without_command=True)
def begin(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command(rich_help_panel=HOLDS)
def faults(
    warehouse: Warehouse = None,
    rounds: Annotated[
        int, typer.Option(help="Each plants one fault of each kind.")
    ] = 10,
    seed: Annotated[int | None, typer.Option(help="Where to plant them.")] = None,
    seeds: Annotated[
        int, typer.Option(help="Also count false alarms on this many other samples.")
    ] = 0,
    innocent: Annotated[
        int, typer.Option(help="Draw this many innocent worlds, and plant no fault.")
    ] = 0,
    kind: Annotated[
        str | None, typer.Option(help="Only kinds whose name contains this.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write here; without, docs/fault-bench.md.")
    ] = None,
) -> int:
    """Plant faults in the built sample, and see which are flagged.

    Ends with 1 where fewer than 98 per cent are caught.

    Example: lscb bench faults --rounds 2 --report faults.md
    """
    os.umask(0o077)
    from bench.faults import SEED, run

    seed = SEED if seed is None else seed
    return run(warehouse, rounds, seed, seeds, innocent, kind, report)


@app.command(rich_help_panel=HOLDS)
def worlds(
    worlds: Annotated[int, typer.Option(help="How many to draw.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of the first.")] = 1,
    jobs: Annotated[int, typer.Option(help="Processes side by side.")] = 1,
    work: Annotated[Path | None, typer.Option(help="A folder to work in.")] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep failing worlds here, made small.")
    ] = None,
    shrink_seconds: Annotated[
        float | None, typer.Option(help="Seconds to make one small; without, 300.")
    ] = None,
) -> int:
    """Draw worlds at random; each must publish, and be true.

    Example: lscb bench worlds --worlds 20 --jobs 2 --keep kept
    """
    os.umask(0o077)
    from bench.worlds.judging import run

    return run(worlds, seed, jobs, work, keep, shrink_seconds)


@app.command(rich_help_panel=HOLDS)
def late(
    folder: Empty,
    size: Annotated[float, typer.Option(help="Of the sample; 1 is London.")] = 0.05,
    boroughs: Annotated[
        list[int] | None, typer.Option(help="How many are late; without, 1, 3 and 10.")
    ] = None,
) -> int:
    """Count the comparisons that stay where boroughs are late, and attack the rest.

    Example: lscb bench late --folder /tmp/late --boroughs 3
    """
    os.umask(0o077)
    from bench.late import run

    return run(folder, size, boroughs or (1, 3, 10))


@app.command(rich_help_panel=HOLDS)
def changes(
    pages: Annotated[int, typer.Option(help="How many boroughs' pages.")] = 9_900,
    draws: Annotated[int, typer.Option(help="Draws of each true change.")] = 5_000,
    seed: Annotated[int, typer.Option(help="Where to begin.")] = 1,
) -> int:
    """Count pages that say that something moved where nothing did.

    Example: lscb bench changes --pages 990
    """
    from bench.changes import run

    return run(pages, draws, seed)


@app.command(rich_help_panel=HOLDS)
def gate(
    warehouse: Annotated[Path, typer.Option(help="One that is built.")],
    folder: Empty,
    only: Annotated[
        str, typer.Option(help="Only tests whose name contains this.")
    ] = "",
    part: Annotated[str, typer.Option(help="1/2 and 2/2 for two at a time.")] = "1/1",
) -> int:
    """Break every dbt test in turn; the job must stop and publish nothing.

    Example: lscb bench gate --warehouse warehouse.duckdb --folder /tmp/gate
    """
    from bench.gate import run

    return run(warehouse, folder, only, part)


@app.command(rich_help_panel=HOLDS)
def mutants(
    work: Annotated[Path, typer.Option(help="A folder to work in, and to go on in.")],
    seed: Annotated[int | None, typer.Option(help="Which changes are drawn.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="An area; may be repeated. Without, all.")
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(help="How many of each area; without, as in areas.yml."),
    ] = None,
    is_again: Annotated[
        bool, typer.Option("--again", help="Ask again about those that were missed.")
    ] = False,
    is_list: Annotated[
        bool, typer.Option("--list", help="Say what is drawn, and ask nothing.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
) -> int:
    """Change lines of the project carelessly; the tests must see it.

    Ends with 1 where they see fewer than 95 per cent, or 85 of an area.

    Example: lscb bench mutants --work /tmp/mutants --area pages --number 10
    """
    os.umask(0o077)
    from bench.mutants.running import run

    return run(work, seed, area or (), number, is_again, is_list, report)


@app.command(rich_help_panel=HOLDS)
def resilience(
    kind: Annotated[
        Literal["kills", "disk", "readers", "rebuilds"],
        typer.Argument(help="End it at any moment, fill its disk, read meanwhile."),
    ],
    folder: Empty,
    seed: Annotated[int | None, typer.Option(help="Of kills and rebuilds.")] = None,
    after: Annotated[int, typer.Option(help="Kills after dbt.")] = 160,
    whole: Annotated[int, typer.Option(help="Kills of the whole job.")] = 40,
    warehouse: Annotated[
        Path | None, typer.Option(help="One that is built, for readers.")
    ] = None,
    landing: Annotated[
        Path | None, typer.Option(help="Files that were sent, for rebuilds.")
    ] = None,
) -> int:
    """Try to break publishing: end it, fill its disk, read while it swaps.

    Example: lscb bench resilience kills --folder /tmp/kills
    """
    from bench.resilience import SEED, Asked, run

    seed = SEED if seed is None else seed
    return run(Asked(kind, folder, seed, after, whole, warehouse, landing))


@app.command(rich_help_panel=GUARD)
def disclosure(
    worlds: Annotated[int, typer.Option(help="How many to draw.")] = 100,
    first: Annotated[int, typer.Option(help="Number of the first.")] = 0,
    rules: Annotated[
        list[str] | None,
        typer.Option(help="A rule; may be repeated. Without, hes_2008."),
    ] = None,
    plenty: Annotated[
        float, typer.Option(help="Multiply all counts: 1 a third small, 3 a tenth.")
    ] = 1.0,
    insider_width: Annotated[
        int | None,
        typer.Option(help="What stays unknown to one borough; 0 leaves it out."),
    ] = None,
    jobs: Annotated[int, typer.Option(help="Processes side by side.")] = 2,
    doors: Annotated[
        Path | None, typer.Option(help="Try the side doors of a published file.")
    ] = None,
    is_sample: Annotated[
        bool, typer.Option("--sample", help="One large publication instead.")
    ] = False,
    chains: Annotated[
        int | None, typer.Option(help="This many chains of three or more instead.")
    ] = None,
    is_forgetful: Annotated[
        bool,
        typer.Option("--forgetful", help="A guard that knows only the last one."),
    ] = False,
) -> int:
    """Protect random worlds, attack them, and count what could be learnt.

    Example: lscb bench disclosure --worlds 1000 --rules dfe --rules nhs_2018
    """
    from bench.disclosure import run

    return run(
        worlds, first, rules or ["hes_2008"], plenty, insider_width, jobs, doors,
        is_sample, chains, is_forgetful,
    )  # fmt: skip


@app.command(rich_help_panel=GUARD)
def builds(
    folder: Annotated[Path, typer.Option(help="A folder to work in.")],
    chains: Annotated[int, typer.Option(help="Of three publications each.")] = 20,
    first: Annotated[int, typer.Option(help="Number of the first.")] = 0,
    bases: Annotated[int, typer.Option(help="How many begin apart.")] = 4,
    rule: Annotated[str, typer.Option(help="The rule for hiding.")] = "hes_2008",
    twins: Annotated[int | None, typer.Option(help="Pairs of twins instead.")] = None,
) -> int:
    """Attack chains of publications that went through real builds.

    Example: lscb bench builds --chains 20 --folder /tmp/builds
    """
    from bench.builds import run

    return run(folder, chains, first, bases, rule, twins)


@app.command(rich_help_panel=GUARD)
def lost(
    folder: Annotated[Path, typer.Option(help="A folder to publish into.")],
    warehouse: Warehouse = None,
    rules: Annotated[
        list[str] | None, typer.Option(help="A rule; may be repeated. Without, all.")
    ] = None,
) -> int:
    """Publish by each rule, and say what share of the figures is left out.

    Example: lscb bench lost --folder /tmp/lost
    """
    from bench.lost import run

    return run(folder, warehouse, rules or ())


@app.command(rich_help_panel=HOLDS)
def check(
    folder: Empty,
    landings: Annotated[
        list[Path] | None,
        typer.Argument(help="Landing folders; without any, the default sample."),
    ] = None,
    alone: Annotated[
        int, typer.Option(help="How many files of each to check one by one, too.")
    ] = 0,
) -> int:
    """Hold what a check says of files against what landing and a build say of them.

    Example: lscb bench check --folder /tmp/checked --alone 3
    """
    os.umask(0o077)
    from bench.checked import run

    return run(folder, landings or (), alone)


@app.command(rich_help_panel=HOLDS)
def touched() -> int:
    """Ask the linter and the tests of what was touched since the last commit.

    Example: lscb bench touched
    """
    from bench.touched import run

    return run()


@app.command(rich_help_panel=COST)
def house(
    projects: Annotated[
        list[Path] | None, typer.Argument(help="Its folders; without, this one.")
    ] = None,
) -> int:
    """Measure models, code and their ties, in one or more folders of the project.

    Example: lscb bench house ../before .
    """
    from bench.house import run

    return run(projects or [Path()])


@app.command(rich_help_panel=COST)
def build(
    folder: Empty,
    size: Annotated[float, typer.Option(help="1 is all of London.")] = 1.0,
) -> int:
    """Build a sample of London's size from nothing, and measure it.

    Example: lscb bench build --size 1 --folder /tmp/benchmark
    """
    from bench.build import run

    return run(folder, size)


@app.command(rich_help_panel=COST)
def landing(
    folder: Empty,
    extract: Annotated[
        str, typer.Option(help="Of records: police_offences or pct_admissions.")
    ] = "police_offences",
    lines: Annotated[int, typer.Option(help="In files of 200,000.")] = 1_000_000,
) -> int:
    """Land drawn records in bulk and line by line, beside a bare count of them.

    Example: lscb bench landing --lines 1000000 --folder /tmp/landing
    """
    os.umask(0o077)
    from bench.landing import run

    return run(folder, extract, lines)


@app.command(rich_help_panel=COST)
def bombs(
    folder: Annotated[Path, typer.Option(help="A folder to work in.")] = Path("bombs"),
    only: Annotated[
        list[str] | None, typer.Option(help="A bomb; may be repeated. Without, all.")
    ] = None,
    land: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> int:
    """Land files that unpack to far more than they are, and measure the cost.

    Example: lscb bench bombs --folder /tmp/bombs
    """
    from bench.bombs import land_one, run

    return land_one(land) if land else run(folder, only or ())


@app.command(rich_help_panel=COST)
def versions(
    folder: Annotated[Path, typer.Option(help="A folder for the environments.")],
    versions: Annotated[
        list[str] | None,
        typer.Argument(help="Of DuckDB; without, several of its versions."),
    ] = None,
) -> int:
    """Open the published file with several versions of DuckDB.

    Example: lscb bench versions --folder /tmp/versions 1.2.2
    """
    from bench.versions import run

    return run(folder, versions or ())
