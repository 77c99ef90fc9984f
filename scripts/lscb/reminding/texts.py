"""The text of a reminder: what is expected of one sender, and of nobody else."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lscb.forms.asking import Seeds
from lscb.forms.asking import words as words_of_forms
from lscb.forms.periods import in_words
from lscb.harmless import printable_lines
from lscb.reminding.expected import Expected

HERE = Path(__file__).resolve().parent


@cache
def words() -> dict[str, Any]:
    """When somebody is reminded, and in which words."""
    return yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))


def stage_reached(day: date, today: date) -> int | None:
    """The last stage whose day has come, in days from the day it is due."""
    passed = (today - day).days
    return max((stage for stage in words()["stages"] if stage <= passed), default=None)


def when(day: date, today: date) -> str:
    """How far a day is from today."""
    days = (day - today).days
    if days in (0, 1):
        return ("today", "tomorrow")[days]
    if days == -1:
        return "yesterday"
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def text_of(items: Sequence[Expected], today: date, seeds: Seeds) -> str:
    """The text that reminds one sender of what is expected of it."""
    (name,) = {item.due.sender.name for item in items}
    described = {r["extract"]: r["description"] for r in seeds.rows("extracts")}
    kinds = {seeds.reference.extracts[i.due.sender.extract].kind for i in items}
    forms = words_of_forms()
    return _template().render(
        title=words()["title"].format(dataset=forms["dataset"]),
        name=name,
        today=in_words(today),
        items=[
            {
                "file_name": item.file_name,
                "description": described[item.due.sender.extract],
                "period": f"{item.due.span.label}, {item.due.span.days}",
                "when": _when_due(item, today),
                "refused": _refused(item),
            }
            for item in items
        ],
        has_records="record" in kinds,
        has_returns=any(item.ending == "xlsx" for item in items),
        receiver=forms["receiver"],
        way=forms["way"],
    )


def _when_due(item: Expected, today: date) -> str:
    day = in_words(item.day)
    if item.day >= today:
        return f"By {day}, {when(item.day, today)}."
    if item.came.refused_for:
        return f"It was due by {day}."
    return f"It was due by {day}; as far as we can see it has not come yet."


def _refused(item: Expected) -> str:
    if item.came.refused_for is None or item.came.refused_on is None:
        return ""
    said = printable_lines(item.came.refused_for)
    return (
        f"A file came on {in_words(item.came.refused_on)} and could not be used: {said}"
    )


@cache
def _template() -> Template:
    loader = FileSystemLoader(HERE)
    # A text, and no page: nothing in it is to be escaped.
    environment = Environment(
        loader=loader,
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    return environment.get_template("reminder.txt.j2")
