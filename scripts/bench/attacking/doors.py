"""What the side doors of a published file tell of its hidden counts.

An attacker who reads the finished file alone and shares nothing with the guard. Each
door asks what is said of a hidden count by what stands beside it: files and their
lines, findings, coverage, revisions, targets, changes, what the publication says of
itself. A door that is shut says nothing of any count.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb

from lscb.sql import literal
from lscb.statuses import FIGURES, statuses

HIDDEN = ", ".join(map(literal, statuses(FIGURES, "hidden")))


class Cell(NamedTuple):
    """A value, by its four keys."""

    indicator_id: str
    definition_version: int
    area_code: str
    period_id: str


@dataclass(frozen=True)
class Hint:
    """What one door says of one hidden cell; no bound where it says only something."""

    door: str
    cell: Cell
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Published:
    """What a reader makes of a published file before trying its doors."""

    ask: Callable[[str], list[tuple]]
    hidden: dict[Cell, str]
    """Hidden cells, by the status that each is marked with."""

    threshold: int
    tables: frozenset[str]
    behind: dict[Cell, list[tuple]]
    """The files cited behind each hidden cell."""


FILES = "file_id, extract, submitter, period_id, status, rows_accepted, lines_read"


def try_doors(file: Path) -> list[Hint]:
    """All that the side doors of a published file tell of hidden counts."""
    with duckdb.connect(str(file), read_only=True) as connection:

        def ask(query: str) -> list[tuple]:
            return connection.execute(query).fetchall()

        published = _read(ask)
        return [hint for door in DOORS for hint in door(published)]


def told_by(hints: list[Hint]) -> dict[str, int]:
    """How many hidden cells each door tells of."""
    cells: dict[str, set[Cell]] = defaultdict(set)
    for hint in hints:
        cells[hint.door].add(hint.cell)
    return {door: len(each) for door, each in sorted(cells.items())}


def _read(ask: Callable[[str], list[tuple]]) -> Published:
    hidden = {
        Cell(*keys): status
        for *keys, status in ask(
            "select indicator_id, definition_version, area_code, period_id,"
            " value_status from mart.fct_indicator_values"
            f" where value_status in ({HIDDEN})"
        )
    }
    files = {row[0]: row for row in ask(f"select {FILES} from mart.fct_submissions")}
    behind: dict[Cell, list[tuple]] = defaultdict(list)
    for *keys, file_id in ask(
        "select indicator_id, definition_version, area_code, period_id, file_id"
        " from mart.fct_lineage"
    ):
        if Cell(*keys) in hidden and file_id in files:
            behind[Cell(*keys)].append(files[file_id])
    ((threshold,),) = ask("select threshold from mart.dim_disclosure_rule")
    tables = {name for (name,) in ask("select table_name from duckdb_tables()")}
    return Published(ask, hidden, threshold, frozenset(tables), behind)


def by_lines_of_lineage(published: Published) -> Iterator[Hint]:
    """The lines that counted are the count."""
    lines: dict[Cell, int] = defaultdict(int)
    for *keys, rows, first in published.ask(
        "select indicator_id, definition_version, area_code, period_id,"
        " numerator_rows, first_line from mart.fct_lineage"
        " where extract in (from mart.dim_disclosure_records)"
    ):
        if Cell(*keys) in published.hidden and (rows is not None or first is not None):
            lines[Cell(*keys)] += rows or 0
    for cell, rows in lines.items():
        yield Hint("lines in lineage", cell, rows, rows)


def by_files_cited(published: Published) -> Iterator[Hint]:
    """Where not every file of the period is cited, each that is holds one at least."""
    parents: dict[str, set[str]] = {}
    for area, parent, region in published.ask(
        "select area_code, parent_area_code, region_area_code from mart.dim_areas"
    ):
        parents[area] = {area, parent, region}
    days = {
        period: (start, end)
        for period, start, end in published.ask(
            "select period_id, start_date, end_date from mart.dim_periods"
        )
    }
    records = {name for (name,) in published.ask("from mart.dim_disclosure_records")}
    accepted: dict[str, list[tuple]] = defaultdict(list)
    for row in published.ask(
        f"select {FILES}, area_code from mart.fct_submissions where status = 'accepted'"
    ):
        accepted[row[1]].append(row)
    for cell, cited in published.behind.items():
        for extract in {row[1] for row in cited} & records:
            start, end = days[cell.period_id]
            could = {
                row[0]
                for row in accepted[extract]
                if row[3] in days
                and start <= days[row[3]][0]
                and days[row[3]][1] <= end
                and (row[-1] is None or cell.area_code in parents[row[-1]])
            }
            did = {row[0] for row in cited if row[1] == extract}
            if did != could:
                yield Hint("files cited", cell, len(did), None)


def by_lines_of_files(published: Published) -> Iterator[Hint]:
    """A count is no more than the lines that were accepted in all files behind it."""
    records = {name for (name,) in published.ask("from mart.dim_disclosure_records")}
    for cell, cited in published.behind.items():
        rows = [row[5] if row[5] is not None else row[6] for row in cited]
        if {row[1] for row in cited} <= records and None not in rows:
            yield Hint("lines of files", cell, None, sum(rows))


def by_lines_set_aside(published: Published) -> Iterator[Hint]:
    """A file that was accepted has as many good lines as bad ones; a value is emptied
    in a line that counts."""
    bad: dict[str, int] = defaultdict(int)
    for file_id, times in published.ask(
        "select file_id, count(*) from mart.fct_set_aside"
        " where extract in (from mart.dim_disclosure_records)"
        " group by file_id, column_name, level, reason_code"
    ):
        bad[file_id] = max(bad[file_id], times)
    for file_id, times in published.ask(
        "select file_id, occurrences from mart.fct_submission_notices"
        " where extract in (from mart.dim_disclosure_records)"
        " and occurrences is not null"
    ):
        bad[file_id] = max(bad[file_id], times + 1)
    for cell, cited in published.behind.items():
        if any(bad[row[0]] > 1 for row in cited):
            yield Hint("lines set aside or noticed", cell)


def by_findings(published: Published) -> Iterator[Hint]:
    """A finding about a cell, its file, or the file that stood in its place before."""
    if "fct_quality_flags" not in published.tables:
        return
    block_of = {
        row[0]: (row[1], row[2], row[3])
        for row in published.ask(f"select {FILES} from mart.fct_submissions")
    }
    own = published.ask(
        "select extract from mart.fct_submissions where area_code is not null"
    )
    sent_by_areas = {name for (name,) in own}
    records = {name for (name,) in published.ask("from mart.dim_disclosure_records")}
    cells_of: dict[tuple, list[Cell]] = defaultdict(list)
    for cell, cited in published.behind.items():
        for row in cited:
            cells_of[row[1], row[2], row[3]].append(cell)
    for *keys, file_id, code, state in published.ask(
        "select indicator_id, definition_version, area_code, period_id, file_id,"
        " rule_code, state from mart.fct_quality_flags"
    ):
        cell = Cell(*keys)
        if cell in published.hidden:
            yield Hint("findings about a cell", cell)
        block = block_of.get(file_id, (None, None, None))
        if code in ABOUT_ARRIVAL or block[0] not in sent_by_areas | records:
            continue
        for other in cells_of[block]:
            is_small = published.hidden[other] == "suppressed"
            if code == "counts_rounded" and is_small and published.threshold == 5:
                yield Hint("findings about a file", other, 5, 5)
            else:
                yield Hint("findings about a file", other)
        if state == "resolved" and cell.indicator_id is not None:
            for other in published.hidden:
                if other[:3] == cell[:3]:
                    yield Hint("findings about what stood before", other)


ABOUT_ARRIVAL = {
    "submission_missing",
    "submission_late",
    "submission_early",
    "submission_refused",
    "file_refused",
    "file_sent_twice",
    "period_stands_alone",
}
"""What anybody sees in the list of files."""


def by_coverage(published: Published) -> Iterator[Hint]:
    """Partial though all came: so many were set aside that the count is small."""
    if "fct_coverage" not in published.tables:
        return
    for keys in published.ask(
        "select indicator_id, definition_version, area_code, period_id"
        " from mart.fct_coverage where coverage_status = 'partial'"
        " and blocks_in = blocks_expected"
    ):
        if Cell(*keys) in published.hidden:
            yield Hint("coverage", Cell(*keys))
    for keys in published.ask(
        "select indicator_id, definition_version, area_code, period_id"
        " from mart.fct_indicator_values where records_set_aside is not null"
    ):
        if Cell(*keys) in published.hidden:
            yield Hint("records set aside", Cell(*keys))


def by_revisions(published: Published) -> Iterator[Hint]:
    """A figure of before or of now, where it is hidden.

    Where the denominator alone is hidden, the numerator is shown in both.
    """
    for *keys, old, new, old_value, new_value, is_shown in published.ask(
        "select indicator_id, definition_version, area_code, period_id, old_numerator,"
        " new_numerator, old_value, new_value, shown.numerator is not null"
        " from mart.fct_revisions left join mart.fct_indicator_values as shown"
        " using (indicator_id, definition_version, area_code, period_id)"
        f" where old_status in ({HIDDEN}) or new_status in ({HIDDEN})"
    ):
        figures = [each for each in (old, new) if each is not None]
        if figures and not is_shown:
            exact = int(figures[0])
            yield Hint("revisions", Cell(*keys), exact, exact)
        elif old_value is not None or new_value is not None:
            yield Hint("revisions", Cell(*keys))


def by_what_it_says_of_itself(published: Published) -> Iterator[Hint]:
    """How many cells are hidden for their own sake bounds those that do not say so."""
    known = {"sequence", "threshold", "width"}
    marks = list(published.hidden.values())
    others = [cell for cell, mark in published.hidden.items() if mark != "suppressed"]
    for item, content in published.ask("from mart.about_publication"):
        if item in known or not str(content).isdecimal():
            continue
        for cell in others:
            if int(content) == marks.count("suppressed"):
                yield Hint("numbers of itself", cell, published.threshold + 1, None)
            elif int(content) == len(marks):
                yield Hint("numbers of itself", cell, None, published.threshold)
            else:
                yield Hint("numbers of itself", cell)


def by_own_figures(published: Published) -> Iterator[Hint]:
    """A number in the row of a hidden cell."""
    for *keys, of_other, numerator, low, high, value in published.ask(
        "select indicator_id, definition_version, area_code, period_id,"
        " is_denominator_hidden, numerator, numerator_low, numerator_high, coalesce("
        "indicator_value, lower_limit, upper_limit, lower_limit_998, upper_limit_998)"
        " from mart.fct_indicator_values"
    ):
        cell = Cell(*keys)
        if cell not in published.hidden:
            continue
        # Where only the denominator is hidden, the numerator stands there.
        if numerator is not None and not of_other:
            yield Hint("its own row", cell, int(numerator), int(numerator))
        elif low is not None or high is not None:
            yield Hint("its own row", cell, low, high)
        elif value is not None:
            yield Hint("its own row", cell)


def by_targets(published: Published) -> Iterator[Hint]:
    """A figure that a target is held against, or from which a course is worked out."""
    if "fct_targets" not in published.tables:
        return
    for code, version, area, period, base, later, *held in published.ask(
        "select indicator_id, definition_version, area_code, period_id,"
        " base_period_id, course_period_id,"
        " coalesce(indicator_value, gap) is not null or target_standing is not null,"
        " path_value is not null or course is not null from mart.fct_targets"
    ):
        is_held, has_course = held
        told = [period] if is_held else []
        told += [each for each in (base, later) if each is not None and has_course]
        for each in told:
            if (cell := Cell(code, version, area, each)) in published.hidden:
                yield Hint("targets", cell)


TREND_POINTS = 5
"""The latest figures of a series that a trend is worked out from."""


def by_changes(published: Published) -> Iterator[Hint]:
    """What a figure grew by since a hidden one; a trend through a hidden one."""
    series: dict[tuple, list[tuple]] = defaultdict(list)
    for *keys, kind, has_previous, has_change, has_trend in published.ask(
        "select indicator_id, definition_version, area_code, period_id, period_type,"
        " previous_value is not null,"
        " coalesce(change, change_lower_limit, change_upper_limit,"
        " change_deviates) is not null or change_alone is not null"
        " or change_among_all is not null,"
        " coalesce(trend, 'cannot_be_calculated') <> 'cannot_be_calculated'"
        " or coalesce(trend_among_all, 'cannot_be_calculated') <>"
        " 'cannot_be_calculated' or trend_chi_squared is not null"
        " from mart.fct_comparisons"
        " inner join mart.dim_periods using (period_id) order by start_date"
    ):
        before = series[(*keys[:3], kind)]
        before.append(Cell(*keys))
        behind = before[-2:-1] if has_previous else []
        behind += before[-2:] if has_change else []
        behind += before[-TREND_POINTS:] if has_trend else []
        for cell in behind:
            if cell in published.hidden:
                yield Hint("changes and trends", cell)


DOORS: tuple[Callable[[Published], Iterator[Hint]], ...] = (
    by_own_figures,
    by_lines_of_lineage,
    by_files_cited,
    by_lines_of_files,
    by_lines_set_aside,
    by_findings,
    by_coverage,
    by_revisions,
    by_what_it_says_of_itself,
    by_targets,
    by_changes,
)
