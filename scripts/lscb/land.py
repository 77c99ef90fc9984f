"""Land what agencies sent: all extracts, or those named.

    lscb land [extract ...]

LSCB_LANDING and LSCB_LAKE name the folders. Exit code 0: landed, whatever was refused;
2: it could not run.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lscb.harmless import printable_lines
from lscb.landing import LandingResult, Settings, land
from lscb.landing.ledger import Entry


def land_files(extracts: Sequence[str] = ()) -> int:
    """Land, print the ledger's summary, give the exit code."""
    console = Console(soft_wrap=True)
    settings = Settings.from_environment()
    result = land(extracts or None, settings, lambda line: console.print(said(line)))
    console.print(summarise(result), soft_wrap=False)
    for entry in result.read:
        if entry.refusal_code is not None:
            path, reason = said(entry.relative_path), said(str(entry.refusal_reason))
            console.print(f"[red]refused[/red] {path}: {reason}")
    for path in result.still_changing:
        console.print(f"[yellow]left[/yellow] {said(path)}: it is still being written")
    console.print(
        f"{len(result.read)} files read, {result.unchanged} unchanged, "
        f"{result.vanished} no longer there; the ledger is in "
        f"{escape(str(settings.lake / 'ledger'))}"
    )
    return 0


def said(text: str) -> str:
    """What was sent, or quotes it, as a terminal may have it."""
    return escape(printable_lines(text))


def summarise(result: LandingResult) -> Table:
    """One row per extract: files by what became of them, and lines by their fate.

    Twice: duplicates; aside: set aside; passed: out of scope.
    """
    table = Table(title="The ledger", box=SIMPLE, pad_edge=False, collapse_padding=True)
    table.add_column("extract", no_wrap=True)
    for name in ("files", "twice", "refused"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("lines", "accepted", "aside", "twice", "passed"):
        table.add_column(name, justify="right", no_wrap=True)
    by_extract: dict[str, list[Entry]] = defaultdict(list)
    for entry in result.known:
        by_extract[entry.extract or "(no extract)"].append(entry)
    for extract, entries in sorted(by_extract.items()):
        fates = Counter(_fate(entry) for entry in entries)
        lines = [
            sum(getattr(entry, name) or 0 for entry in entries)
            for name in (
                "lines_read",
                "rows_accepted",
                "rows_set_aside",
                "rows_duplicate",
                "rows_passed_over",
            )
        ]
        counts = [len(entries), fates["duplicate"], fates["refused"]]
        table.add_row(extract, *(f"{count:,}" for count in (*counts, *lines)))
    return table


def _fate(entry: Entry) -> str:
    if entry.refusal_code is not None:
        return "refused"
    return "accepted" if entry.duplicate_of is None else "duplicate"
