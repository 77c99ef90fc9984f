"""The calendar as a file that calendar programs take in, and take in again.

An event has the same UID however often it is written, and a SEQUENCE that rises with
the day: a program that takes the file in a second time updates what it has.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Event
from icalendar import Calendar as Book

from lscb.forms.asking import words as words_of_forms
from lscb.forms.periods import in_words
from lscb.reminding.expected import Expected
from lscb.reminding.texts import words

MAKER = "-//lscb//model dataset//EN"
FIRST_DAY = date(2000, 1, 1)


def calendar_of(items: Iterable[Expected], today: date) -> bytes:
    """The days on which something is due, as one iCalendar file."""
    book = Book()
    book.add("prodid", MAKER)
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", words()["title"].format(**words_of_forms()))
    for item in items:
        book.add_component(_event(item, today))
    return book.to_ical()


def uid_of(item: Expected) -> str:
    """What names an event for ever: extract, sender and period."""
    return "-".join(item.block) + "@lscb.invalid"


def _event(item: Expected, today: date) -> Event:
    event = Event()
    event.add("uid", uid_of(item))
    event.add("dtstamp", datetime.combine(today, time(), tzinfo=UTC))
    event.add("sequence", (today - FIRST_DAY).days)
    event.add("dtstart", item.day)
    event.add("dtend", item.day + timedelta(days=1))
    event.add("summary", _summary(item))
    event.add("description", f"{item.file_name}\n{_came(item)}")
    event.add("transp", "TRANSPARENT")
    if not item.is_received:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _summary(item))
        alarm.add("trigger", timedelta(days=min(words()["stages"])))
        event.add_component(alarm)
    return event


def _summary(item: Expected) -> str:
    sender, span = item.due.sender, item.due.span
    state = "received" if item.is_received else "due"
    return f"{sender.name}: {sender.extract}, {span.label}, {state}"


def _came(item: Expected) -> str:
    if item.came.received_on is not None:
        return f"Received on {in_words(item.came.received_on)}."
    return "A file came and was refused." if item.came.refused_for else "To come."
