"""The one door: every command, what it is for, and what it takes.

    lscb --help
    python -m lscb --help

What a command does stands in a module of its own, which is loaded when the command is
called: so help and settings answer at once. How commands end is said in entry.py.
"""

import inspect
import os
import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bench.cli import app as bench
from lscb.entry import run_script
from lscb.errors import UserError

MOST_DAYS = 3_660
"""Ten years: what is due later, or was longer ago, nobody waits for."""
EVERY_DAY = "For those who build: files in, publication out"
READERS = "For those who read: what was published, and why"
OWNER = "For the owner of the data: what was disclosed, and what is removed"
DEVELOPERS = "For those who change the project"

# Of whom and of what, where a command may be kept to a part of the collection.
Senders = Annotated[
    list[str] | None,
    typer.Option(help="Only this sender, by name or code; may be repeated."),
]
Extracts = Annotated[
    list[str] | None, typer.Option(help="Only this extract; may be repeated.")
]

app = typer.Typer(
    name="lscb",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
    help="The LSCB model dataset: from agency files to a publication."
    "\n\nSettings are LSCB_ variables: lscb settings shows them. Commands end with 0,"
    " with 1 where a check refused or found something, with 2 where they could not run,"
    " and then with one sentence that says what to do."
    "\n\nBegin with: lscb build",
)
app.add_typer(bench, name="bench", rich_help_panel=DEVELOPERS)


def main() -> int:
    """Do what the command line asks; returns the exit code."""
    return run_script(_do)


def _do() -> int:
    if not sys.stdout.isatty():
        # Typer would colour what goes to a log, where it knows the log's kind.
        os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = "1"
    command = typer.main.get_command(app)
    try:
        with command.make_context("lscb", sys.argv[1:]) as context:
            return command.invoke(context) or 0
    except typer.Exit as ended:
        return ended.exit_code
    except typer.TyperException as wrong:
        raise UserError(_sentence_of(wrong)) from wrong


def _sentence_of(wrong: typer.TyperException) -> str:
    """What is wrong with the command line, and where it is said what is right."""
    said = re.sub(r"\s+", " ", wrong.format_message()).strip().rstrip(".?")
    said = said.replace("Value error, ", "")
    context = getattr(wrong, "ctx", None)
    called = context.command_path if context else "lscb"
    return f"{said}: see `{called} --help`."


def _for_the_owner_alone() -> None:
    """What a command writes holds records, or comes of them."""
    os.umask(0o077)


@app.callback(invoke_without_command=True)
def begin(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())
    elif context.invoked_subcommand != "check" and _is_packed():
        raise UserError(
            "This copy of lscb checks files, and does nothing else: see `lscb check"
            " --help`. What builds and publishes is a checkout of the project."
        )


def _is_packed() -> bool:
    """Whether this is the wheel, which has no folders to work in."""
    from lscb.settings import IS_PACKED

    return IS_PACKED


@app.command(rich_help_panel=EVERY_DAY)
def build() -> int:
    """Land, count, check, protect, publish and draw: the main job.

    Where landing is empty, a synthetic sample is written there first. Where nothing
    changed since the last build, it says so. Ends with 1 where a check refused: the
    last publication then stays as it was.

    Example: lscb build
    """
    _for_the_owner_alone()
    from lscb.build import build

    return build()


@app.command(rich_help_panel=EVERY_DAY)
def land(
    extracts: Annotated[
        list[str] | None, typer.Argument(help="Only these extracts; without, all.")
    ] = None,
) -> int:
    """Read what is new in landing into the lake, without building.

    Example: lscb land lado_referrals
    """
    _for_the_owner_alone()
    from lscb.land import land_files

    return land_files(extracts or ())


@app.command(rich_help_panel=EVERY_DAY)
def check(
    files: Annotated[list[Path], typer.Argument(help="Files to check.")],
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file or folder that the same sender sent before; may be repeated."
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write the return sheet into this folder.")
    ] = None,
) -> int:
    """Show what landing and the rules would say about files, before they are sent.

    It uses these files only, and keeps nothing. Ends with 1 where there is something to
    correct or to ask.

    Example: lscb check lado_referrals__Barnet__2008-09Q1__v1.csv --report report
    """
    _for_the_owner_alone()
    from lscb.check import check_files

    return check_files(files, earlier or (), report)


@app.command(rich_help_panel=EVERY_DAY)
def add(
    files: Annotated[
        list[Path], typer.Argument(help="Files, whatever they are called.")
    ],
    extract: Annotated[str | None, typer.Option(help="Which extract they are.")] = None,
    submitter: Annotated[str | None, typer.Option(help="Who sends them.")] = None,
    period: Annotated[
        str | None, typer.Option(help="Of which period they are, such as 2008-09Q1.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what would be done, and place nothing."),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Accept guesses without asking.")
    ] = False,
) -> int:
    """Put files of any name into landing, under the name of a submission.

    What a file is follows from its columns, records and name; what is not certain is
    asked.
    Ends with 1 where a file could not be placed.

    Example: lscb add "return final v2 (3).xlsx" --submitter Barnet
    """
    _for_the_owner_alone()
    from lscb.add import add_files

    return add_files(files, extract, submitter, period, dry_run, yes)


@app.command("common-ground", rich_help_panel=EVERY_DAY)
def common_ground(
    files: Annotated[
        list[Path], typer.Argument(help="One list a board, named after it.")
    ],
    report: Annotated[
        Path | None, typer.Option(help="Also write a workbook here.")
    ] = None,
) -> int:
    """Match the lists of what boards already collect to the catalogue.

    Example: lscb common-ground Barnet.csv Enfield.xlsx --report common-ground.xlsx
    """
    from lscb.common_ground import common_ground

    return common_ground(files, report)


@app.command(rich_help_panel=EVERY_DAY)
def quality() -> int:
    """Write the Data Docs of the rules, and a return sheet for each sender.

    Both are for the owner only, in the folder LSCB_RETURNS.

    Example: lscb quality
    """
    _for_the_owner_alone()
    from lscb.outputs import make_quality

    return make_quality()


@app.command(rich_help_panel=EVERY_DAY)
def sheets() -> int:
    """Write only the return sheets, which a data manager mails back to the senders.

    Example: lscb sheets
    """
    _for_the_owner_alone()
    from lscb.outputs import make_sheets

    return make_sheets()


@app.command(rich_help_panel=EVERY_DAY)
def forms(
    period: Annotated[
        str | None,
        typer.Option(help="Of which period; without, what is due in the next days."),
    ] = None,
    sender: Senders = None,
    extract: Extracts = None,
    days: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_DAYS, help="How many days ahead, without a period."
        ),
    ] = 60,
    out: Annotated[
        Path | None, typer.Option(help="The folder; without, forms in LSCB_RETURNS.")
    ] = None,
) -> int:
    """Write the forms that senders fill in: what each owes, of the periods due.

    They come of the catalogue and the calendar. Where a warehouse was built, each shows
    what its own sender sent before; so they are for that sender only.

    Example: lscb forms --period 2008-09Q1 --sender Barnet
    """
    _for_the_owner_alone()
    from lscb.write_forms import make_forms

    return make_forms(period, sender or (), extract or (), days, out)


@app.command(rich_help_panel=EVERY_DAY)
def due(
    days: Annotated[
        int, typer.Option(min=0, max=MOST_DAYS, help="How many days ahead.")
    ] = 30,
    back: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_DAYS, help="How many days back, for what is not in."
        ),
    ] = 92,
    sender: Senders = None,
    extract: Extracts = None,
    remind: Annotated[
        bool, typer.Option("--remind", help="Write reminders, and remember them.")
    ] = False,
    ics: Annotated[
        Path | None, typer.Option(help="Write the days into this calendar file.")
    ] = None,
) -> int:
    """Say what is due from whom and when, what came, and who was reminded.

    With --remind each sender that owes something gets a text and a calendar file of its
    own, 14 days before the day, the day after it and 15 days after: below reminders in
    LSCB_RETURNS, for the owner to send on. LSCB_AS_OF is the day that counts.

    Example: lscb due --days 60 --ics due.ics
    """
    _for_the_owner_alone()
    from lscb.due import show_due

    return show_due(days, back, sender or (), extract or (), remind, ics)


@app.command(rich_help_panel=EVERY_DAY)
def settings(
    name: Annotated[
        str | None, typer.Argument(help="Show only this one, without its name.")
    ] = None,
) -> int:
    """Show how every setting was understood.

    Example: lscb settings LSCB_PUBLISHED
    """
    from lscb.settings import Settings

    known = Settings.from_environment().as_environment()
    if name is None:
        print("\n".join(f"{each}={text}" for each, text in known.items()))
    elif name in known:
        print(known[name])
    else:
        raise UserError(f"No setting is called {name}; name one of {', '.join(known)}.")
    return 0


@app.command(rich_help_panel=READERS)
def explain(
    indicator: Annotated[str, typer.Argument(help="Its code in the catalogue.")],
    area: Annotated[str, typer.Argument(help="Its code, such as E09000002.")],
    period: Annotated[str, typer.Argument(help="As in the marts: 2008-09Q1, 2008-09.")],
    version: Annotated[
        int | None, typer.Argument(help="Of the definition; without, the latest.")
    ] = None,
) -> int:
    """Show where a published value comes from: definition, arithmetic, files.

    What is hidden stays hidden; for the owner of the warehouse the lines that counted
    follow. Ends with 1 where there is no such value.

    Example: lscb explain CODE E09000002 2008-09Q1
    """
    from lscb.explain import explain_value

    return explain_value(indicator, area, period, version)


@app.command(rich_help_panel=READERS)
def ask(
    question: Annotated[
        str | None, typer.Argument(help="A query in SQL; without one, a shell.")
    ] = None,
) -> int:
    """Ask the published file in SQL.

    Ends as the shell of DuckDB does.

    Example: lscb ask "from indicator_scorecard limit 3"
    """
    from lscb.ask import ask

    return ask(question)


@app.command(rich_help_panel=READERS)
def pages() -> int:
    """Draw the pages of the publication again; a build does this too.

    Example: lscb pages
    """
    _for_the_owner_alone()
    from lscb.outputs import make_pages

    return make_pages()


@app.command(rich_help_panel=READERS)
def exports() -> int:
    """Write the exports of the publication again; a build does this too.

    Example: lscb exports
    """
    _for_the_owner_alone()
    from lscb.outputs import make_exports

    return make_exports()


@app.command(rich_help_panel=OWNER)
def attack(
    folder: Annotated[
        Path | None,
        typer.Argument(help="The published folder; without, LSCB_PUBLISHED."),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(help="What was disclosed before; without, LSCB_HISTORY."),
    ] = None,
) -> int:
    """Attack the publication from outside, and print what could be learnt.

    Ends with 1 where something can be learnt that must not be.

    Example: lscb attack
    """
    from lscb.attack import attack_publication

    return attack_publication(folder, history)


@app.command(rich_help_panel=OWNER)
def publish(
    is_draft: Annotated[
        bool,
        typer.Option(
            "--draft", help="Only for the board's own look: in LSCB_RETURNS, not told."
        ),
    ] = False,
) -> int:
    """Protect, attack and publish the warehouse as it is; a build does this too.

    What is published is a draft, and says so, until it is signed off. Ends with 1 where
    the publication is refused.

    Example: lscb publish --draft
    """
    _for_the_owner_alone()
    from lscb.outputs import make_draft, make_publication

    return make_draft() if is_draft else make_publication()


@app.command(rich_help_panel=OWNER)
def sign(
    role: Annotated[
        str | None,
        typer.Option(help="Who signs: a role, never a name. Without, what is signed."),
    ] = None,
) -> int:
    """Sign off what is published; or say whether what was signed is still that.

    The signed publication stands in `signed` below LSCB_PUBLISHED, whole, and no build
    touches it. Ends with 1 where it was altered since.

    Example: lscb sign --role "LSCB business manager"
    """
    _for_the_owner_alone()
    from lscb.sign import sign

    return sign(role)


@app.command(rich_help_panel=OWNER)
def replay(
    publication: Annotated[
        str | None, typer.Argument(help="Its publication_id; without, all are listed.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Keep the published file here.")
    ] = None,
) -> int:
    """Build an earlier publication again, and compare it with what it was.

    Nothing that is published changes. Ends with 1 where a table differs.

    Example: lscb replay 4344554aede16579
    """
    from lscb.replay import replay_publication

    return replay_publication(publication, out)


@app.command(rich_help_panel=OWNER)
def forget(
    before: Annotated[
        str,
        typer.Option(
            help="Records of periods that ended before this date.", metavar="DATE"
        ),
    ],
    extract: Annotated[str | None, typer.Option(help="Only this extract.")] = None,
    submitter: Annotated[
        str | None, typer.Option(help="Only this sender, by its code.")
    ] = None,
) -> int:
    """Remove records that were kept long enough, and prove that they are gone.

    Name an extract, a sender, or both. Publications hold no records and stay. Ends with
    1 where something was still found.

    Example: lscb forget --before 2008-04-01 --extract pct_admissions
    """
    try:
        day = date.fromisoformat(before)
    except ValueError as error:
        raise UserError(
            f"--before is {before!r}, not a date: write it as 2008-04-01."
        ) from error
    from lscb.forget import forget_records

    return forget_records(day, extract, submitter)


@app.command(rich_help_panel=OWNER)
def clean() -> int:
    """Remove what can be made again: warehouse, publication, logs.

    Example: lscb clean
    """
    from lscb.remove import remove_made

    return remove_made(is_all=False)


@app.command(rich_help_panel=OWNER)
def purge() -> int:
    """Also remove what cannot be made again: lake, history, sheets; asks first.

    Where nobody can be asked, the variable CONFIRM must hold the word purge.

    Example: CONFIRM=purge lscb purge
    """
    from lscb.remove import remove_made

    return remove_made(is_all=True)


@app.command(rich_help_panel=DEVELOPERS)
def sample(
    out: Annotated[
        Path | None, typer.Option(help="The landing folder; without, LSCB_LANDING.")
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="Its truth file; without, .truth/truth.csv in landing."),
    ] = None,
    size: Annotated[float, typer.Option(help="1 is all of the region.")] = 0.1,
    seed: Annotated[
        int, typer.Option(help="Another seed makes other files.")
    ] = 20080729,
    years: Annotated[
        list[str] | None,
        typer.Option(
            help="A financial year; may be repeated. Without, 2007-08 and 2008-09."
        ),
    ] = None,
) -> int:
    """Write the synthetic sample to landing, with its truth.

    Example: lscb sample --out landing --size 0.1
    """
    _for_the_owner_alone()
    from lscb.sample import YEARS, make_sample

    return make_sample(out, truth, size, seed, years or YEARS)


@app.command("public-data", rich_help_panel=DEVELOPERS)
def public_data(
    downloads: Annotated[Path, typer.Argument(help="Files as published.")],
    landing: Annotated[Path, typer.Argument(help="The landing folder to fill.")],
) -> int:
    """Fill a landing folder with public statistics that were downloaded.

    Example: lscb public-data downloads landing
    """
    from lscb.public_data import fill_landing

    return fill_landing(downloads, landing)


@app.command(rich_help_panel=DEVELOPERS)
def docs(
    is_check: Annotated[
        bool,
        typer.Option(
            "--check", help="Write nothing; end with 1 where a page is stale."
        ),
    ] = False,
) -> int:
    """Write the pages of docs/ that are made from seeds, prose, rules and tests.

    Example: lscb docs --check
    """
    from lscb.outputs import make_docs

    return make_docs(is_check)


@app.command("dbt-docs", rich_help_panel=DEVELOPERS)
def dbt_docs() -> int:
    """Write the documentation of the dbt project as one file.

    Example: lscb dbt-docs
    """
    _for_the_owner_alone()
    from lscb.outputs import make_dbt_docs

    return make_dbt_docs()


def _unwrapped(text: str) -> str:
    """A docstring whose paragraphs a terminal may break where it must."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


for each in (*app.registered_commands, *bench.registered_commands):
    each.help = _unwrapped(each.callback.__doc__)
