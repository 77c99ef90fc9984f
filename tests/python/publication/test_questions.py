"""The thirty questions of docs/questions.md, asked of the published file as they are.

Every answer is worked out again here, row for row, in plain Python from the narrow
tables of the file: neither the questions' SQL nor a view has a part in it.
"""

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from build_help import PROJECT
from publication.road import open_road, rows_of
from test_analyses import FIGURE, QUESTIONS

Row = dict[str, Any]
Rows = list[Row]
PAGE = (PROJECT / "docs" / "questions.md").read_text("utf-8")
ASKED = {
    title.lower().replace(" ", "_"): query
    for title, query in re.findall(
        r"^## (.*?)\?\n\n.*?^```sql\n(.*?);\n```$", PAGE, re.M | re.S
    )
}
VOID = ("not_applicable", "not_defined")
YEARS = ("financial_year", "academic_year")


def key_of(row: Row) -> tuple:
    return tuple(row[name] for name in FIGURE.split())


class Told:
    """The narrow tables of a published file, and its figures with all beside them."""

    def __init__(self, road: duckdb.DuckDBPyConnection) -> None:
        self.road = road
        self.areas = {row["area_code"]: row for row in self.table("dim_areas")}
        self.periods = {row["period_id"]: row for row in self.table("dim_periods")}
        self.indicators = {
            (row["indicator_id"], row["definition_version"]): row
            for row in self.table("dim_indicators")
        }
        statuses = {
            row["value_status"]: row for row in self.table("dim_value_statuses")
        }
        compared = {key_of(row): row for row in self.table("fct_comparisons")}
        coverage = {key_of(row): row for row in self.table("fct_coverage")}
        nothing = dict.fromkeys(("due_date", "received_date", "coverage_status"))
        self.figures = [
            self.indicators[row["indicator_id"], row["definition_version"]]
            | self.areas[row["area_code"]]
            | self.periods[row["period_id"]]
            | statuses[row["value_status"]]
            | compared[key_of(row)]
            | {
                name: coverage.get(key_of(row), nothing)[name]
                for name in ("due_date", "received_date", "coverage_status")
            }
            | row
            for row in self.table("fct_indicator_values")
        ]
        for row in self.figures:
            is_quarterly = row["period_type"] == "quarter"
            is_rate = row["value_type"] == "rate"
            row["unit_of_period"] = row["unit"] + " per quarter" * (
                is_rate and is_quarterly
            )
            row["is_whole"] = row["value_status"] == "reported"
            row["is_authority"] = row["area_type"] == "local_authority"
            row["is_comparable"] = (
                row["is_authority"]
                and row["is_whole"]
                and row["indicator_value"] is not None
            )
        latest = self._latest_periods()
        self.latest = [
            row
            for row in self.figures
            if latest.get(row["indicator_id"])
            == (row["definition_version"], row["period_id"])
        ]
        self.boroughs = [row for row in self.latest if row["is_authority"]]

    def table(self, name: str) -> Rows:
        return rows_of(self.road, f"from mart.{name}")

    def _latest_periods(self) -> dict[str, tuple[int, str]]:
        asked = defaultdict(list)
        for row in self.figures:
            if (
                row["is_current"]
                and row["is_authority"]
                and row["value_status"] not in VOID
            ):
                series = row["indicator_id"], row["definition_version"]
                asked[*series, row["period_id"]].append(row["is_comparable"])
        found = {}
        for (indicator, version, period), are in sorted(
            asked.items(),
            key=lambda each: (
                self.periods[each[0][2]]["end_date"],
                date.max - self.periods[each[0][2]]["start_date"],
            ),
        ):
            if any(are) and 2 * sum(are) >= len(are):
                found[indicator] = version, period
        return found


@pytest.fixture(scope="module")
def told(road: duckdb.DuckDBPyConnection) -> Told:
    return Told(road)


def counted(rows: Iterable[Row], by: str, **columns: Callable[[Row], Any]) -> Rows:
    """A row per group, with how many of its rows each column holds of."""
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in by.split())].append(row)
    return [
        dict(zip(by.split(), group, strict=True))
        | {name: sum(map(bool, map(is_so, them))) for name, is_so in columns.items()}
        for group, them in groups.items()
    ]


def state(status: str) -> Callable[[Row], bool]:
    return lambda row: row["coverage_status"] == status


def status(*wanted: str) -> Callable[[Row], bool]:
    return lambda row: row["value_status"] in wanted


def symbol(wanted: str) -> Callable[[Row], bool]:
    return lambda row: row["gss_symbol"] == wanted


def every(_: Row) -> bool:
    return True


def change_in_per_cent(row: Row) -> float | None:
    before = row["previous_value"]
    return 100 * row["change"] / before if before else None


def mended(told: Told) -> Rows:
    by = "extract submitter level column_name reason_code message what_to_do"
    rows = told.table("fct_set_aside")
    files = defaultdict(set)
    for row in rows:
        files[tuple(row[name] for name in by.split())].add(row["file_id"])
    return [
        row | {"files_concerned": len(files[tuple(row[n] for n in by.split())])}
        for row in counted(rows, by, times_found=every)
    ]


def silent(told: Told) -> Rows:
    rows = [row for row in told.table("fct_coverage") if state("missing")(row)]
    earliest: dict[tuple, date] = {}
    for row in rows:
        block = row["extract"], row["submitter"], row["period_id"]
        earliest[block] = min(earliest.get(block, date.max), row["due_date"])
    return [
        row
        | {
            "earliest_due_date": earliest[
                row["extract"], row["submitter"], row["period_id"]
            ]
        }
        for row in counted(rows, "extract submitter period_id", figures_missing=every)
    ]


def returned_by_most(told: Told) -> Rows:
    asked = [r for r in told.figures if r["is_authority"] and not status(VOID[0])(r)]
    found = counted(
        asked,
        "period_id indicator_id definition_version title decision_status",
        boroughs_with_figure=status("reported"),
        boroughs_expected=every,
    )
    return [r for r in found if r["boroughs_with_figure"] > r["boroughs_expected"] / 2]


def totals(told: Told) -> Rows:
    region = [row for row in told.latest if row["area_type"] == "region"]
    missing = defaultdict(list)
    for row in told.boroughs:
        if row["gss_symbol"] == "x" or status("partial", "suppressed_at_source")(row):
            missing[row["indicator_id"]].append(
                f"{row['area_name']} ({row['status_label']})"
            )
    return [
        row
        | {
            "total": row["indicator_value"],
            "total_is": row["status_label"],
            "boroughs_in_it": row["areas_included"],
            "not_wholly_in_it": ", ".join(sorted(missing[row["indicator_id"]])) or None,
        }
        for row in region
    ]


def beside_neighbours(told: Told) -> Rows:
    listed = told.table("dim_neighbours")
    edition = max(row["edition"] for row in listed)
    figure = {(row["indicator_id"], row["area_code"]): row for row in told.boroughs}
    rows = []
    for own in told.boroughs:
        for near in listed:
            if (near["area_code"], near["edition"]) != (own["area_code"], edition):
                continue
            place = own["indicator_id"], near["neighbour_area_code"]
            theirs = figure.get(place, {})
            rows.append(
                own
                | near
                | {
                    "neighbour_value": theirs.get("indicator_value"),
                    "neighbour_lower_limit": theirs.get("lower_limit"),
                    "neighbour_upper_limit": theirs.get("upper_limit"),
                    "neighbour_status": theirs.get("value_status"),
                    "is_neighbour_comparable": theirs.get("is_comparable", False),
                }
            )
    return rows


def figures(is_so: Callable[[Row], Any]) -> Callable[[Told], Rows]:
    return lambda told: [row for row in told.figures if is_so(row)]


def files(is_so: Callable[[Row], Any]) -> Callable[[Told], Rows]:
    return lambda told: [row for row in told.table("fct_submissions") if is_so(row)]


def in_force(told: Told) -> Rows:
    return [row for row in told.indicators.values() if row["is_current"]]


EXPECTED: dict[str, Callable[[Told], Rows]] = {
    "from_which_files_does_a_figure_come": lambda told: told.table("fct_lineage"),
    "from_whom_could_others_learn": figures(lambda r: r["benchmark_998"] == "best"),
    "how_complete_are_the_latest_figures": lambda told: counted(
        [row for row in told.boroughs if not status(VOID[0])(row)],
        "indicator_id title period_id",
        boroughs_concerned=every,
        boroughs_whole=status("reported"),
        boroughs_partial=status("partial"),
        boroughs_hidden=symbol("c"),
        boroughs_missing=symbol("x"),
        figures_provisional=lambda row: row["is_provisional"],
    ),
    "how_did_each_figure_change": lambda told: told.boroughs,
    "how_does_each_borough_compare_with_its_neighbours": figures(
        lambda r: (
            r["is_authority"] and r["is_whole"] and r["neighbours_value"] is not None
        )
    ),
    "how_punctual_is_each_sender": lambda told: counted(
        told.table("fct_coverage"),
        "extract submitter",
        figures_expected=every,
        figures_on_time=state("on time"),
        figures_late=state("late"),
        figures_partial=state("partial"),
        figures_refused=state("refused"),
        figures_missing=state("missing"),
        figures_not_due=state("not due"),
    ),
    "what_changed_by_definition_rather_than_by_events": lambda told: counted(
        [
            r
            for r in told.figures
            if r["is_authority"] and r["change_reason"] == "series_break"
        ],
        "indicator_id definition_version period_id",
        boroughs_without_comparison=every,
    ),
    "what_does_each_status_and_symbol_mean": lambda told: told.table(
        "dim_value_statuses"
    ),
    "what_has_the_steering_group_left_open": lambda told: [
        row for row in told.table("dim_decisions") if row["is_open"]
    ],
    "what_is_each_figure_divided_by": lambda told: told.boroughs,
    "what_is_the_total_and_who_is_missing_from_it": totals,
    "what_moved_most_since_the_year_before": lambda told: [
        row | {"change_in_per_cent": change_in_per_cent(row)}
        for row in told.figures
        if row["is_authority"]
        and row["period_type"] in YEARS
        and row["change"] is not None
    ],
    "what_must_each_sender_mend": mended,
    "where_are_things_getting_worse": figures(
        lambda r: (r["trend"] or "").endswith("_and_getting_worse")
    ),
    "where_does_a_borough_stand_across_all_indicators": lambda told: counted(
        [r for r in told.figures if r["is_authority"] and r["polarity"] != "neutral"],
        "area_code area_name period_id theme",
        indicators_expected=every,
        in_best_quarter=lambda r: r["quartile"] == 1,
        in_middle_half=lambda r: r["quartile"] in (2, 3),
        in_worst_quarter=lambda r: r["quartile"] == 4,
        without_a_place=lambda r: r["quartile"] is None,
    ),
    "which_boroughs_are_first_and_last": lambda told: [
        row
        for row in told.boroughs
        if row["is_comparable"] and not 5 < row["rank"] <= row["ranked_areas"] - 5
    ],
    "which_boroughs_are_missing_and_why": lambda told: [
        row for row in told.boroughs if not status("reported", VOID[0])(row)
    ],
    "which_boroughs_sit_outside_the_funnel": figures(
        lambda r: (r["funnel_position"] or "").startswith(("High", "Low"))
    ),
    "which_figures_may_still_change": lambda told: counted(
        [row for row in told.figures if row["is_provisional"]],
        "period_id indicator_id definition_version title",
        figures_provisional=every,
    ),
    "which_figures_were_revised_since_the_last_publication": lambda told: [
        next(r for r in told.figures if key_of(r) == key_of(row)) | row
        for row in told.table("fct_revisions")
    ],
    "which_figures_were_withheld_at_source": figures(status("suppressed_at_source")),
    "which_files_were_refused_and_why": files(lambda r: r["status"] == "refused"),
    "which_files_were_replaced_by_a_later_version": files(
        lambda r: r["status"] in ("superseded", "duplicate")
    ),
    "which_indicators_could_most_boroughs_return_today": returned_by_most,
    "which_indicators_did_the_minutes_not_settle": lambda told: [
        row
        for row in in_force(told)
        if not row["is_context"] and row["provenance"] != "minuted"
    ],
    "which_indicators_may_be_added_up": lambda told: [
        row for row in in_force(told) if row["definition_status"] != "not_defined"
    ],
    "which_totals_rest_on_fewer_than_all_boroughs": figures(
        lambda r: r["area_type"] in ("region", "sub_region") and status("partial")(r)
    ),
    "who_are_a_boroughs_neighbours_and_how_do_they_do": beside_neighbours,
    "who_has_not_sent_what_was_due": silent,
    "why_is_a_figure_missing": lambda told: counted(
        [r for r in told.figures if r["is_authority"] and r["indicator_value"] is None],
        "period_id indicator_id definition_version title value_status status_label"
        " gss_symbol",
        boroughs=every,
    ),
}

# Of the sample, published once and long after its last day.
NOTHING_YET = {
    "which_figures_may_still_change",
    "which_figures_were_revised_since_the_last_publication",
}


def in_order(rows: Rows, columns: Iterable[str]) -> list[tuple[str, ...]]:
    return sorted(tuple(repr(row[name]) for name in columns) for row in rows)


def test_all_thirty_stand_on_the_page() -> None:
    assert set(ASKED) == set(QUESTIONS) == set(EXPECTED)
    assert len(ASKED) == 30
    for query in ASKED.values():
        assert len(re.findall(r"\bselect\b", query)) == 1
        assert "{" not in query


@pytest.mark.parametrize("question", EXPECTED)
def test_an_answer_is_what_the_narrow_tables_say(told: Told, question: str) -> None:
    key, more = QUESTIONS[question]
    columns = f"{key} {more}".split()
    answer = rows_of(told.road, ASKED[question])
    assert bool(answer) != (question in NOTHING_YET)
    assert all(set(row) == set(columns) for row in answer)
    assert in_order(answer, columns) == in_order(EXPECTED[question](told), columns)
    kinds = Counter(tuple(row[name] for name in key.split()) for row in answer)
    assert [kind for kind, times in kinds.items() if times > 1] == []


def test_what_was_revised_or_may_change_is_told_where_there_is_some(
    published: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(published, copy)
    with duckdb.connect(str(copy)) as file:
        file.execute(
            "insert into mart.fct_revisions select indicator_id, definition_version,"
            " area_code, period_id, 'old', 'new', numerator, numerator + 1,"
            " indicator_value, indicator_value + 1, 'partial', value_status, true,"
            " false, 'resubmission' from mart.fct_indicator_values"
            " where value_status = 'reported'"
            " order by md5(concat(indicator_id, area_code, period_id)) limit 7"
        )
        file.execute(
            "update mart.fct_indicator_values set is_provisional = true"
            " where period_id = (select max(period_id)"
            " from mart.fct_indicator_values where indicator_value is not null)"
        )
    with open_road(copy) as road:
        told = Told(road)
        for question in NOTHING_YET:
            columns = " ".join(QUESTIONS[question]).split()
            answer = rows_of(road, ASKED[question])
            assert answer
            assert in_order(answer, columns) == in_order(
                EXPECTED[question](told), columns
            )
        assert len(rows_of(road, "from mart.fct_revisions")) == 7
