"""Targets on the pages: what was wanted, how far it is, and what can be said of it."""

from collections import Counter

from lscb.pages.facts import Facts
from lscb.pages.figures import Column, Table
from lscb.pages.published import Row

OVER = "period_over"
"""The reason of a course that is not told because target_standing tells."""


def basis_said(facts: Facts, row: Row) -> str:
    """That a figure without an interval decides by itself; of another nothing."""
    if row["standing_basis"] != "point":
        return ""
    return f" {facts.words.of('standing_basis', 'point')}"


def told(facts: Facts, row: Row) -> Row:
    """A target with its words: what was wanted, and what became or becomes of it."""
    words = facts.words
    outcome = ""
    if row["target_standing"] is not None:
        word = words["target_standing"][row["target_standing"]]
        outcome = f"{word['mark']} {word['label']}{basis_said(facts, row)}"
    elif row["course"] is not None:
        outcome = words.of("target_course", row["course"])
    else:
        reason = row["standing_reason"]
        if row["course_reason"] not in (None, OVER):
            reason = row["course_reason"]
        outcome = words.of("reason", reason)
    return row | {
        "wanted": f"{words.of('target_direction', row['direction'])}"
        f" {row['target_value']:,.15g}",
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
        f"{standings[code]:,} {word['mark']} {word['label']}"
        for code, word in facts.words["target_standing"].items()
        if standings[code]
    ]
    parts += [
        f"{courses[code]:,} {word}"
        for code, word in facts.words["target_course"].items()
        if courses[code]
    ]
    told_of = sum(standings[code] for code in facts.words["target_standing"])
    told_of += sum(courses[code] for code in facts.words["target_course"])
    if told_of < len(rows):
        none_told = facts.words.of("targets_said", "none_told")
        parts.append(f"of {len(rows) - told_of:,} {none_told}")
    said = facts.words["targets_said"]["counted"]
    return said.format(count=f"{len(rows):,}", parts=", ".join(parts))


def missed_of(facts: Facts, rows: list[Row]) -> str:
    """The indicators of which the latest target is missed, in a sentence.

    Of several kinds of target the first counts, as in the scorecard. Nothing where no
    target is due of which it can be told.
    """
    latest = {
        row["indicator_id"]: told(facts, row)
        for row in sorted(rows, key=lambda row: row["end_date"])
        if row["is_first_kind"] and row["target_standing"] is not None
    }
    words = facts.words["targets_said"]
    names = [
        words["one_missed"].format(
            indicator=row["indicator_id"],
            title=row["short_title"],
            period=row["period_id"],
            figure=facts.shown(row),
            basis=basis_said(facts, row),
            wanted=row["wanted"],
        )
        for row in latest.values()
        if row["target_standing"] == "missed"
    ]
    if not latest:
        return ""
    return words["missed"].format(names="; ".join(names) or words["none_missed"])


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
