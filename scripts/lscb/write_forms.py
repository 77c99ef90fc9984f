"""Write the forms that senders fill in, from the catalogue and the calendar.

    lscb forms
    lscb forms --period 2008-09Q1 --sender Barnet

Without --period, what falls due in the next days, of periods whose forms are then out;
LSCB_AS_OF is the date that they are counted from. Each sender has a folder of its own
below `forms` in LSCB_RETURNS, or in the folder that --out names. Where a warehouse has
been built, a form shows what its sender sent for the period before, and nothing of
anybody else.

Exit code 0: written, or nothing is due. 2: it could not run.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from lscb.errors import UserError
from lscb.forms.asking import Seeds, Sent
from lscb.forms.periods import in_words
from lscb.forms.writing import Due, Writer, due_between, due_of
from lscb.landing.reference import normalise_name
from lscb.landing.refusals import Refused
from lscb.private import FORMS, make_private
from lscb.settings import Settings


def make_forms(
    period: str | None = None,
    senders: Sequence[str] = (),
    extracts: Sequence[str] = (),
    days: int = 60,
    out: Path | None = None,
) -> int:
    """Write forms; see the exit codes above."""
    settings = Settings.from_environment()
    seeds = Seeds(settings.seeds)
    folder = out.absolute() if out else settings.returns / FORMS
    today = settings.as_of or date.today()
    if period is None:
        last = today + timedelta(days=days)
        due = list(due_between(seeds, today, last))
        nothing = f"Nothing falls due until {in_words(last)}: name a --period."
    else:
        try:
            due = list(due_of(seeds, period))
        except Refused as refused:
            said = seeds.reference.message(refused.code, refused.details)
            raise UserError(f"--period: {said}") from refused
        refuse_uncounted(due, seeds, period)
        nothing = f"Nobody owes anything of {period}."
    due = chosen(due, seeds, senders, extracts)
    make_private(folder)
    sent = Sent(settings.warehouse)
    try:
        writer = Writer(seeds, sent, folder)
        written = {each: writer.write(each) for each in due}
    finally:
        sent.close()
    made = {each: paths for each, paths in written.items() if paths}
    if not made:
        print(nothing)
        return 0
    for (extract, label, day), count in counted(made).items():
        forms = "form" if count == 1 else "forms"
        print(f"{extract}, {label}, due {in_words(day)}: {count} {forms}")
    senders_of_it = len({each.sender.code for each in made})
    of = "1 sender" if senders_of_it == 1 else f"each of {senders_of_it} senders"
    print(f"{folder}: a folder for {of}")
    return 0


def refuse_uncounted(due: list[Due], seeds: Seeds, period: str) -> None:
    """UserError where a period lies before the calendar: no figure of it counts."""
    first = int(seeds.rows("calendar")[0]["first_year"])
    if due and all(each.span.mid_year < first for each in due):
        raise UserError(
            f"--period: {period} lies before {first}, the first year that is kept:"
            " figures of it would count nowhere."
        )


def counted(made: dict[Due, list[Path]]) -> dict[tuple[str, str, date], int]:
    """How many senders have a form of an extract and period."""
    found: dict[tuple[str, str, date], int] = {}
    for due in made:
        key = (due.sender.extract, due.span.label, due.span.due)
        found[key] = found.get(key, 0) + 1
    return found


def chosen(
    due: list[Due], seeds: Seeds, senders: Sequence[str], extracts: Sequence[str]
) -> list[Due]:
    """What is due of some senders and extracts; UserError where one is not known."""
    for extract in extracts:
        if extract not in seeds.reference.extracts:
            known = ", ".join(sorted(seeds.reference.extracts))
            raise UserError(f"No extract is called {extract}; name one of {known}.")
    known = {sender.code for sender in seeds.senders()}
    codes = set()
    for sender in senders:
        code = seeds.reference.submitters.get(normalise_name(sender), sender.upper())
        if code not in known:
            raise UserError(
                f"Nothing is due from {sender}: name an authority by its name or code,"
                " a trust, a force or a publisher by its code."
            )
        codes.add(code)
    return [
        each
        for each in due
        if (not codes or each.sender.code in codes)
        and (not extracts or each.sender.extract in extracts)
    ]
