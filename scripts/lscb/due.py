"""Say what is due from whom and when, what came, and who was reminded.

    lscb due
    lscb due --remind
    lscb due --days 60 --sender Barnet --ics due.ics

What is due comes of the calendar; what came, of the warehouse and of files that were
landed since. LSCB_AS_OF is the day from which everything is counted. Below `reminders`
in LSCB_RETURNS, for the owner alone, are the texts of --remind, each in the folder of
its sender, and the list of who was reminded of what: nobody is reminded twice of one
stage.

Exit code 0: said. 2: it could not run.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lscb.forms.asking import Seeds
from lscb.forms.periods import in_words
from lscb.private import REMINDERS, make_private
from lscb.reminding.arrived import Arrived
from lscb.reminding.expected import Calendar, Expected
from lscb.reminding.ics import calendar_of
from lscb.reminding.memory import Memory, Reminded
from lscb.reminding.texts import stage_reached, text_of, when
from lscb.settings import Settings
from lscb.write_forms import chosen

Round = tuple[date, str, str]
"""When something is due, the extract, and the period in words."""


def show_due(
    days: int = 30,
    back: int = 92,
    senders: Sequence[str] = (),
    extracts: Sequence[str] = (),
    remind: bool = False,
    ics: Path | None = None,
) -> int:
    """Show the calendar of collection; see the exit codes above."""
    settings = Settings.from_environment()
    today = settings.as_of or date.today()
    seeds = Seeds(settings.seeds)
    arrived = Arrived(settings.warehouse, settings.lake)
    calendar = Calendar(seeds, arrived)
    memory = Memory(settings.returns / REMINDERS)
    found = calendar.between(today - timedelta(days=back), today + timedelta(days=days))
    wanted = {*chosen([each.due for each in found], seeds, senders, extracts)}
    items = [each for each in found if each.due in wanted]
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"As at {in_words(today)}. {arrived.said}")
    overdue = [each for each in items if each.is_overdue(today)]
    ahead = [each for each in items if each.day >= today and not each.is_received]
    _show(console, f"Due in the last {back} days, and not in", overdue, today, memory)
    _show(console, f"Due in the next {days} days", ahead, today, memory)
    console.print(_rounds(items, calendar, today), soft_wrap=False)
    if remind:
        _remind(console, [*overdue, *ahead], today, memory, seeds)
    if ics is not None:
        ics.write_bytes(calendar_of(items, today))
        console.print(f"{escape(str(ics))}: {len(items)} days in the calendar")
    return 0


def _by_round(items: Sequence[Expected]) -> dict[Round, list[Expected]]:
    found: dict[Round, list[Expected]] = defaultdict(list)
    for each in items:
        key = (each.day, each.due.sender.extract, each.due.span.label)
        found[key].append(each)
    return found


def _show(
    console: Console,
    title: str,
    items: Sequence[Expected],
    today: date,
    memory: Memory,
) -> None:
    """What has not come, by round; who owes it, and when each was reminded."""
    console.print(f"\n[bold]{title}[/bold]")
    if not items:
        console.print("  Nothing.")
    for (day, extract, label), owing in _by_round(items).items():
        told = [_named(each, memory) for each in owing]
        console.print(
            f"  {extract}, {label}, due {in_words(day)} ({when(day, today)}):"
            f" {len(owing)} to come"
        )
        console.print(f"    {escape('; '.join(told))}")


def _named(item: Expected, memory: Memory) -> str:
    said = [item.due.sender.name]
    if item.came.refused_on is not None:
        said.append(f"a file was refused on {in_words(item.came.refused_on)}")
    if (reminded := memory.last_of(item.block)) is not None:
        said.append(f"reminded on {in_words(reminded)}")
    return ", ".join(said)


def _rounds(items: Sequence[Expected], calendar: Calendar, today: date) -> Table:
    """One row a round: how many owe it, and how many of them have sent it."""
    table = Table(title="Rounds", box=SIMPLE, pad_edge=False, collapse_padding=True)
    for name in ("due", "round"):
        table.add_column(name)
    for name in ("expected", "in time", "came late", "refused", "to come"):
        table.add_column(name, justify="right")
    rows = [
        (day, f"{extract}, {label}", len(owed), [each.came for each in owed])
        for (day, extract, label), owed in _by_round(items).items()
    ]
    rows += [
        (each.due, each.name, each.expected, calendar.came_of_round(each))
        for each in calendar.rounds
        if each.due <= today
    ]
    for day, name, expected, came in sorted(rows, key=lambda row: row[:2]):
        days = [each.received_on for each in came if each.received_on is not None]
        refused = sum(each.refused_for is not None for each in came)
        in_time = sum(received <= day for received in days)
        open_ones = max(0, expected - len(days) - refused)
        counts = (expected, in_time, len(days) - in_time, refused, open_ones)
        table.add_row(day.isoformat(), name, *map(str, counts))
    return table


def _remind(
    console: Console,
    items: Sequence[Expected],
    today: date,
    memory: Memory,
    seeds: Seeds,
) -> None:
    """Write a text to each sender that has reached a stage it was not reminded of."""
    reached: dict[str, list[tuple[Expected, int]]] = defaultdict(list)
    for each in items:
        stage = stage_reached(each.day, today)
        before = memory.stage_of(each.block, each.day)
        if stage is not None and (before is None or before < stage):
            reached[each.due.sender.code].append((each, stage))
    if reached:
        make_private(memory.folder)
    for sender, of_sender in sorted(reached.items()):
        folder = memory.folder / sender
        make_private(folder)
        own = [each for each, _ in of_sender]
        text = _free(folder, today)
        text.write_text(text_of(own, today, seeds), encoding="utf-8")
        text.with_suffix(".ics").write_bytes(calendar_of(own, today))
        memory.add(
            Reminded(
                today.isoformat(), *each.block, each.day.isoformat(), stage, text.name
            )
            for each, stage in of_sender
        )
    console.print(
        f"{escape(str(memory.folder))}: reminders for {len(reached)} senders"
        if reached
        else "Nobody is to be reminded today who was not."
    )


def _free(folder: Path, today: date) -> Path:
    """A name for a text that does not stand there yet."""
    path, number = folder / f"{today}.txt", 1
    while path.exists():
        number += 1
        path = folder / f"{today} {number}.txt"
    return path
