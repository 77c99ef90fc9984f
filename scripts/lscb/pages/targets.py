"""Targets on the pages: what was wanted, how far it is, and what can be said of it."""

from collections import Counter

from lscb.pages.facts import Facts
from lscb.pages.figures import Column, Table, plain
from lscb.pages.published import Row

OVER = "period_over"
"""The reason of a course that is not told because target_standing tells."""


def told(facts: Facts, row: Row) -> Row:
    """A target with its words: what was wanted, and what became or becomes of it."""
    words = facts.words
    outcome = ""
    if row["target_standing"] is not None:
        word = words["target_standing"][row["target_standing"]]
        outcome = f"{word['mark']} {word['label']}"
        if row["standing_basis"] == "point":
            outcome += f" {words.of('standing_basis', 'point')}"
    elif row["course"] is not None:
        outcome = words.of("target_course", row["course"])
    else:
        reason = row["standing_reason"]
        if row["course_reason"] not in (None, OVER):
            reason = row["course_reason"]
        outcome = words.of("reason", reason)
    return row | {
        "wanted": f"{words.of('target_direction', row['direction'])}"
        f" {plain(row['target_value'])}",
        "outcome": outcome,
        "set_by": facts.sender_names.get(row["submitter"])
        or facts.area[row["submitter"]]["area_name"],
        "decimals": facts.decimals.get(row["indicator_id"], 1),
        # A figure that is partial or provisional is held against nothing.
        "after": "",
    }


def said_of(facts: Facts, rows: list[Row]) -> str:
    """How many targets are met, missed or neither, and on course, in a sentence."""
    standings = Counter(row["target_standing"] for row in rows)
    courses = Counter(row["course"] for row in rows)
    parts = [
        f"{counts[code]:,} {facts.words.of(subject, code)}"
        for subject, counts in (
            ("target_standing", standings),
            ("target_course", courses),
        )
        for code in facts.words[subject]
        if counts[code]
    ]
    told_of = sum(standings[code] for code in facts.words["target_standing"])
    told_of += sum(courses[code] for code in facts.words["target_course"])
    if told_of < len(rows):
        parts.append(f"{len(rows) - told_of:,} not told")
    return f"{len(rows):,} targets: {', '.join(parts)}."


def columns_of(decimals: int | None) -> list[Column]:
    """The columns that every table of targets has, after whose and which it is."""
    return [
        Column("period_id", "Period"),
        Column("kind_label", "Kind"),
        Column("set_by", "Set by"),
        Column("wanted", "Wanted"),
        Column("indicator_value", "Value", "number", decimals),
        Column("gap", "Value less target", "number", decimals),
        Column("outcome", "Outcome"),
    ]


def table_of(
    facts: Facts, rows: list[Row], name: str, first: list[Column], filters: list[str]
) -> Table | None:
    """A table of targets; None where there are none."""
    if not rows:
        return None
    return Table.capped(
        name,
        "Targets",
        [*first, *columns_of(None)],
        [told(facts, row) for row in rows],
        filters=filters,
    )
