"""The questions of analyses/: each compiles, reads one mart and says what it promises.

Some answers are worked out again here, from the narrow tables and the seeds, by plain
Python that shares nothing with the questions' SQL.
"""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from build_help import PROJECT, Build, environment, run_dbt
from lscb.parsed import take_over_parsed

FIGURE = "indicator_id definition_version area_code period_id"
SERIES = "indicator_id definition_version period_id"
BLOCK = "extract submitter period_id"

# A question: what makes a row of its answer one of a kind, and what it tells besides.
QUESTIONS = {
    "from_which_files_does_a_figure_come": (
        f"{FIGURE} file_name",
        "extract sha256 numerator_rows denominator_rows first_line last_line",
    ),
    "from_whom_could_others_learn": (
        FIGURE,
        "title area_name indicator_value lower_limit upper_limit london_value rank"
        " ranked_areas unit_of_period polarity london_basis london_areas",
    ),
    "how_complete_are_the_latest_figures": (
        "indicator_id",
        "title period_id boroughs_concerned boroughs_whole boroughs_partial"
        " boroughs_hidden boroughs_missing figures_provisional",
    ),
    "how_did_each_figure_change": (
        "indicator_id area_code",
        "title area_name period_id previous_value indicator_value change change_reason"
        " change_lower_limit change_upper_limit change_alone change_among_all trend"
        " unit_of_period polarity",
    ),
    "how_does_each_borough_compare_with_its_neighbours": (
        FIGURE,
        "title area_name indicator_value lower_limit upper_limit neighbours_value"
        " neighbours_with_data london_value london_basis london_areas unit_of_period"
        " polarity",
    ),
    "how_punctual_is_each_sender": (
        "extract submitter",
        "figures_expected figures_on_time figures_late figures_partial"
        " figures_refused figures_missing figures_not_due",
    ),
    "what_changed_by_definition_rather_than_by_events": (
        SERIES,
        "boroughs_without_comparison",
    ),
    "what_has_the_steering_group_left_open": (
        "minute_order",
        "minute_paragraph subject decision decision_status action owner_role"
        " with_organisation due indicator_ids",
    ),
    "what_does_each_status_and_symbol_mean": (
        "value_status",
        "gss_symbol status_label has_number description",
    ),
    "what_is_each_figure_divided_by": (
        "indicator_id area_code",
        "title area_name period_id numerator_text numerator denominator_text"
        " denominator indicator_value unit_of_period value_status",
    ),
    "what_is_the_total_and_who_is_missing_from_it": (
        "indicator_id",
        "title period_id total lower_limit upper_limit total_is boroughs_in_it"
        " not_wholly_in_it unit_of_period",
    ),
    "what_moved_most_since_the_year_before": (
        FIGURE,
        "title area_name numerator previous_value indicator_value change"
        " change_in_per_cent change_among_all unit_of_period polarity",
    ),
    "what_must_each_sender_mend": (
        "extract submitter level column_name reason_code message",
        "times_found files_concerned what_to_do",
    ),
    "where_are_things_getting_worse": (
        FIGURE,
        "title area_name trend indicator_value previous_value change numerator"
        " unit_of_period",
    ),
    "where_does_a_borough_stand_across_all_indicators": (
        "area_code period_id theme",
        "area_name indicators_expected in_best_quarter in_middle_half"
        " in_worst_quarter without_a_place",
    ),
    "which_boroughs_are_first_and_last": (
        "indicator_id area_code",
        "title period_id area_name rank ranked_areas indicator_value lower_limit"
        " upper_limit unit_of_period polarity",
    ),
    "which_boroughs_are_missing_and_why": (
        "indicator_id area_code",
        "title period_id area_name value_status status_label indicator_value"
        " coverage_status due_date received_date refused_by_rule",
    ),
    "which_boroughs_sit_outside_the_funnel": (
        FIGURE,
        "title area_name funnel_position indicator_value london_value numerator"
        " denominator unit_of_period polarity london_basis london_areas",
    ),
    "which_figures_may_still_change": (SERIES, "title figures_provisional"),
    "which_figures_were_revised_since_the_last_publication": (
        FIGURE,
        "title area_name cause old_status new_status old_value new_value unit_of_period"
        " old_publication_id new_publication_id",
    ),
    "which_figures_were_withheld_at_source": (
        FIGURE,
        "title area_name area_type numerator_low numerator_high denominator"
        " source_extract",
    ),
    "which_files_were_refused_and_why": (
        "file_id",
        f"{BLOCK} version file_name received_at reason_code reason",
    ),
    "which_files_were_replaced_by_a_later_version": (
        "file_id",
        f"{BLOCK} version file_name status superseded_by received_at",
    ),
    "which_indicators_could_most_boroughs_return_today": (
        SERIES,
        "title decision_status boroughs_with_figure boroughs_expected",
    ),
    "which_indicators_may_be_added_up": (
        "indicator_id",
        "definition_version title value_type unit additive_over_areas"
        " additive_over_time rollup_rule",
    ),
    "which_indicators_did_the_minutes_not_settle": (
        "indicator_id",
        "definition_version title decision_status definition_status minute_paragraph"
        " provenance provenance_detail source",
    ),
    "which_totals_rest_on_fewer_than_all_boroughs": (
        FIGURE,
        "title area_name areas_included numerator numerator_low numerator_high"
        " denominator indicator_value unit_of_period",
    ),
    "who_are_a_boroughs_neighbours_and_how_do_they_do": (
        "area_code indicator_id neighbour_rank",
        "area_name title period_id indicator_value lower_limit upper_limit"
        " neighbour_name neighbour_value neighbour_lower_limit neighbour_upper_limit"
        " neighbour_status is_neighbour_comparable unit_of_period",
    ),
    "who_has_not_sent_what_was_due": (BLOCK, "earliest_due_date figures_missing"),
    "why_is_a_figure_missing": (
        f"{SERIES} value_status",
        "title status_label gss_symbol boroughs",
    ),
}


# What was revised is known to the publication alone, and named by the scorecard.
ASKED_OF_THE_PUBLICATION = "which_figures_were_revised_since_the_last_publication"


@dataclass(frozen=True)
class Answer:
    """What a question was given: its compiled text, its columns and its rows."""

    sql: str
    columns: list[str]
    rows: list[dict]


def ask(warehouse: Build, sql: str) -> Answer:
    """Run one statement on the warehouse, which is open for reading only."""
    found = warehouse.marts.execute(sql)
    names = [column[0] for column in found.description]
    return Answer(
        sql, names, [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    )


def table(warehouse: Build, name: str) -> list[dict]:
    return ask(warehouse, f"select * from mart.{name}").rows


def seed(name: str) -> list[dict[str, str]]:
    path = PROJECT / "seeds" / "reference" / f"{name}.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def answers(
    warehouse: Build, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Answer]:
    """Every question, compiled by dbt and asked of the sample.

    dbt compiles against a file of the warehouse's name in a folder of its own, for the
    warehouse itself is open. What only a publication can answer is not asked here, but
    in publication/test_questions.py.
    """
    folder = tmp_path_factory.mktemp("analyses")
    take_over_parsed(folder)
    with environment(warehouse.landing, warehouse.lake, folder / "warehouse.duckdb"):
        run_dbt("compile", "--select", "path:analyses", "--target-path", str(folder))
    compiled = (folder / "compiled" / "lscb" / "analyses").glob("*.sql")
    return {
        path.stem: Answer(sql, [], [])
        if path.stem == ASKED_OF_THE_PUBLICATION
        else ask(warehouse, sql)
        for path in compiled
        for sql in [path.read_text("utf-8")]
    }


def test_every_question_is_asked(answers) -> None:
    written = {path.stem for path in (PROJECT / "analyses").glob("*.sql")}
    assert set(answers) == written == set(QUESTIONS)
    assert len(QUESTIONS) == 30


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_one_select_on_one_mart(answers, question: str) -> None:
    lines = answers[question].sql.splitlines()
    comment = [line for line in lines if line.startswith("--")]
    statement = "\n".join(line for line in lines if not line.startswith("--"))
    assert lines[: len(comment)] == comment
    assert comment[0].startswith("-- A row is ")
    assert comment[-1].endswith(".")
    assert len(re.findall(r"\bselect\b", statement)) == 1
    read = re.findall(r"\bmart\.", statement.replace('"', ""))
    assert len(read) == (2 if question == ASKED_OF_THE_PUBLICATION else 1)


def test_what_london_is_stands_beside_its_value(answers) -> None:
    told = [a.columns for a in answers.values() if "london_value" in a.columns]
    assert len(told) > 2
    assert all({"london_basis", "london_areas"} <= set(columns) for columns in told)


# At the day the sample is judged, all of it has long become final.
SETTLED_IN_THE_SAMPLE = {"which_figures_may_still_change"}


@pytest.mark.parametrize("question", sorted({*QUESTIONS} - {ASKED_OF_THE_PUBLICATION}))
def test_an_answer_has_its_columns_and_a_row_is_one_of_a_kind(
    answers, question: str
) -> None:
    key, told = (columns.split() for columns in QUESTIONS[question])
    answer = answers[question]
    assert set(answer.columns) == {*key, *told}
    if question not in SETTLED_IN_THE_SAMPLE:
        assert answer.rows, "the sample holds rows for every other question"
    found = Counter(tuple(row[name] for name in key) for row in answer.rows)
    assert [row for row, times in found.items() if times > 1] == []


def test_silent_senders_are_those_whose_figures_are_overdue(answers, warehouse) -> None:
    due = defaultdict(list)
    for row in table(warehouse, "fct_coverage"):
        if row["coverage_status"] == "missing":
            due[row["extract"], row["submitter"], row["period_id"]].append(row)
    expected = {
        block: (min(row["due_date"] for row in rows), len(rows))
        for block, rows in due.items()
    }
    found = {
        (row["extract"], row["submitter"], row["period_id"]): (
            row["earliest_due_date"],
            row["figures_missing"],
        )
        for row in answers["who_has_not_sent_what_was_due"].rows
    }
    assert found == expected
    # The sample's story: this PCT sends nothing for 2007-08, four figures a quarter.
    assert found["pct_admissions", "5LG", "2007-08Q1"][1] == 4


def test_most_boroughs_are_more_than_half_of_those_concerned(
    answers, warehouse
) -> None:
    authorities = {
        row["area_code"]
        for row in table(warehouse, "dim_areas")
        if row["area_type"] == "local_authority"
    }
    statuses = defaultdict(Counter)
    for row in table(warehouse, "fct_indicator_values"):
        if row["area_code"] in authorities:
            series = tuple(row[name] for name in SERIES.split())
            statuses[series][row["value_status"]] += 1
    expected = {}
    for series, counted in statuses.items():
        concerned = counted.total() - counted["not_applicable"]
        if counted["reported"] > concerned / 2:
            expected[series] = (counted["reported"], concerned)
    found = {
        tuple(row[name] for name in SERIES.split()): (
            row["boroughs_with_figure"],
            row["boroughs_expected"],
        )
        for row in answers["which_indicators_could_most_boroughs_return_today"].rows
    }
    assert found == expected


def test_definitions_change_where_the_seed_of_breaks_says_so(
    answers, warehouse
) -> None:
    before = {}
    by_type = defaultdict(list)
    for period in table(warehouse, "dim_periods"):
        by_type[period["period_type"]].append(period)
    starts = {}
    for periods in by_type.values():
        periods.sort(key=lambda period: period["start_date"])
        for previous, period in pairwise(periods):
            before[period["period_id"]] = previous["start_date"]
            starts[period["period_id"]] = period["start_date"]

    reported = {
        (row["indicator_id"], row["period_id"])
        for row in table(warehouse, "fct_indicator_values")
        if row["value_status"] == "reported" and row["area_code"].startswith("E09")
    }
    breaks = [
        (row["indicator_id"], date.fromisoformat(row["break_date"]))
        for row in seed("indicator_breaks")
    ]
    expected = {
        (indicator, period)
        for indicator, period in reported
        if period in before
        and any(
            indicator == broken and before[period] < day <= starts[period]
            for broken, day in breaks
        )
    }
    found = {
        (row["indicator_id"], row["period_id"])
        for row in answers["what_changed_by_definition_rather_than_by_events"].rows
    }
    assert found == expected
    assert ("SG33", "AY2008-09") in found


def test_what_moved_is_this_year_less_the_last(answers, warehouse) -> None:
    values = {
        tuple(row[name] for name in FIGURE.split()): row["indicator_value"]
        for row in table(warehouse, "fct_indicator_values")
    }
    last_year = {"2008-09": "2007-08", "AY2008-09": "AY2007-08"}
    rows = answers["what_moved_most_since_the_year_before"].rows
    for row in rows:
        *series, period = (row[name] for name in FIGURE.split())
        assert row["indicator_value"] == values[*series, period]
        assert row["previous_value"] == values[*series, last_year[period]]
        assert row["change"] == row["indicator_value"] - row["previous_value"]
    moves = [
        (row["period_id"], abs(row["change_in_per_cent"]))
        for row in rows
        if row["change_in_per_cent"] is not None
    ]
    for period in last_year:
        sizes = [size for found, size in moves if found == period]
        assert sizes == sorted(sizes, reverse=True)


def test_the_lines_behind_a_figure_make_up_its_numerator(answers, warehouse) -> None:
    [value] = [
        row
        for row in table(warehouse, "fct_indicator_values")
        if (row["indicator_id"], row["area_code"], row["period_id"])
        == ("SG23", "E09000002", "2008-09")
    ]
    rows = [
        row
        for row in answers["from_which_files_does_a_figure_come"].rows
        if all(row[name] == value[name] for name in FIGURE.split())
    ]
    assert sum(row["numerator_rows"] for row in rows) == value["numerator"]


def test_parts_of_a_count_make_up_the_whole(answers) -> None:
    for row in answers["how_punctual_is_each_sender"].rows:
        parts = [row[name] for name in row if name.startswith("figures_")]
        assert parts[0] == sum(parts[1:])
    for row in answers["where_does_a_borough_stand_across_all_indicators"].rows:
        parts = [row[name] for name in row if name.startswith(("in_", "without_"))]
        assert row["indicators_expected"] == sum(parts)


def test_figures_that_may_still_change_are_counted_by_series(answers) -> None:
    with duckdb.connect() as made_by_hand:
        made_by_hand.execute("attach ':memory:' as warehouse")
        made_by_hand.execute("create schema warehouse.mart")
        made_by_hand.execute(
            "create table warehouse.mart.indicator_scorecard as"
            " select 'SG12' as indicator_id, 1 as definition_version, 'A' as title,"
            " period_id, start_date, end_date, is_provisional from (values"
            " ('2008-09Q1', date '2008-04-01', date '2008-06-30', true),"
            " ('2008-09Q1', date '2008-04-01', date '2008-06-30', false),"
            " ('2008-09Q2', date '2008-07-01', date '2008-09-30', true),"
            " ('2008-09Q2', date '2008-07-01', date '2008-09-30', true),"
            " ('2007-08Q4', date '2008-01-01', date '2008-03-31', false))"
            " as figures (period_id, start_date, end_date, is_provisional)"
        )
        found = made_by_hand.execute(
            answers["which_figures_may_still_change"].sql
        ).fetchall()
    assert found == [("2008-09Q2", "SG12", 1, "A", 2), ("2008-09Q1", "SG12", 1, "A", 1)]


def test_a_hidden_number_is_never_shown_as_one(answers) -> None:
    for row in answers["which_figures_were_withheld_at_source"].rows:
        low, high = row["numerator_low"], row["numerator_high"]
        assert low is None or high is None or low <= high
    statuses = {row["value_status"] for row in answers["why_is_a_figure_missing"].rows}
    assert "reported" not in statuses
    assert statuses >= {"not_submitted", "refused", "suppressed_at_source"}


def test_files_refused_and_replaced_are_those_of_the_truth(
    answers, sample: Path
) -> None:
    with (sample / ".truth" / "files.csv").open(newline="", encoding="utf-8") as lines:
        true = {
            Path(row["relative_path"]).name: row["status"]
            for row in csv.DictReader(lines)
        }
    refused = {
        row["file_name"] for row in answers["which_files_were_refused_and_why"].rows
    }
    replaced = {
        row["file_name"]: row["status"]
        for row in answers["which_files_were_replaced_by_a_later_version"].rows
    }
    assert refused == {name for name, status in true.items() if status == "refused"}
    assert replaced == {
        name: status
        for name, status in true.items()
        if status in ("superseded", "duplicate")
    }
