"""A small warehouse, made by hand: five boroughs, five quarters and two indicators."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb

from lscb.disclosure.problem import Rule
from lscb.publishing.history import Past, Place, earlier_publications
from lscb.publishing.publish import Publication, publish
from lscb.sql import insert_rows

BOROUGHS = {
    "E09000001": "E13000001",
    "E09000007": "E13000001",
    "E09000002": "E13000002",
    "E09000003": "E13000002",
    "E09000004": "E13000002",
}
INNER, OUTER, LONDON = "E13000001", "E13000002", "E12000007"
QUARTERS = ("2008-09Q1", "2008-09Q2", "2008-09Q3", "2008-09Q4")
LAST_DAYS = ("2008-06-30", "2008-09-30", "2008-12-31", "2009-03-31")
YEAR = "2008-09"

# Columns of fct_comparisons that rest on a figure and the one before, or on five.
CHANGE_COLUMNS = (
    "change",
    "change_lower_limit",
    "change_upper_limit",
    "change_method",
    "change_alone",
    "change_deviates",
    "change_among_all",
)
TREND_COLUMNS = ("trend", "trend_chi_squared", "trend_among_all")

Counts = dict[tuple[str, str, str], tuple[int, int | None]]

KEYS = "indicator_id varchar, definition_version bigint, area_code varchar,"
KEYS += " period_id varchar"
TABLES = {
    "dim_about": "is_synthetic boolean, as_of_date date",
    "dim_areas": "area_code varchar, area_type varchar, parent_area_code varchar,"
    " region_area_code varchar",
    "dim_periods": "period_id varchar, period_type varchar, start_date date,"
    " end_date date, year_period_id varchar",
    "dim_indicators": "indicator_id varchar, definition_version bigint,"
    " value_type varchar, multiplier double, denominator_basis varchar,"
    " additive_over_areas boolean, year_from_quarters varchar,"
    " year_denominator varchar, title varchar, unit varchar, numerator_text varchar,"
    " denominator_text varchar, rollup_rule varchar, polarity varchar",
    "dim_value_statuses": "value_status varchar, description varchar",
    "fct_indicator_values": f"{KEYS}, numerator double, denominator double,"
    " indicator_value double, lower_limit double, upper_limit double,"
    " lower_limit_998 double, upper_limit_998 double, interval_method varchar,"
    " value_status varchar, numerator_low double, numerator_high double,"
    " refused_by_rule varchar, records_set_aside bigint",
    "fct_comparisons": f"{KEYS}, "
    + ", ".join(
        f"{name} {kind}, {name}_reason varchar"
        for name, kind in {
            "london_value": "double",
            "inner_outer_value": "double",
            "neighbours_value": "double",
            "quartile": "bigint",
            "rank": "bigint",
            "benchmark_95": "varchar",
            "benchmark_998": "varchar",
            "funnel_position": "varchar",
            "previous_value": "double",
            "change": "double",
            "trend": "varchar",
        }.items()
    )
    + ", ranked_areas bigint, neighbours_with_data bigint, london_basis varchar,"
    " london_areas bigint, london_missing varchar, change_lower_limit double,"
    " change_upper_limit double, change_method varchar, change_alone varchar,"
    " change_alone_reason varchar, change_deviates double, change_among_all varchar,"
    " trend_chi_squared double, trend_among_all varchar, looked_at bigint",
    "fct_lineage": f"{KEYS}, file_id varchar, file_name varchar, sha256 varchar,"
    " extract varchar, numerator_rows bigint, denominator_rows bigint,"
    " first_line bigint, last_line bigint",
    "fct_submissions": "file_id varchar, extract varchar, submitter varchar,"
    " area_code varchar, period_id varchar, version bigint, lines_read bigint,"
    " rows_accepted bigint, rows_set_aside bigint, rows_duplicate bigint,"
    " rows_passed_over bigint, sha256 varchar, status varchar",
    "fct_submission_notices": "file_id varchar, extract varchar, submitter varchar,"
    " period_id varchar, occurrences bigint",
    "fct_set_aside": "file_id varchar, extract varchar, submitter varchar,"
    " period_id varchar, column_name varchar, level varchar, reason_code varchar,"
    " line_number bigint",
}


def place_of(folder: Path) -> Place:
    """A folder to publish into, and a history beside it."""
    return Place(folder, folder.with_name("history"))


def publish_into(
    warehouse: Path, folder: Path, rule: Rule | None = None
) -> Publication:
    """Publish into a folder, with its history beside it."""
    return publish(warehouse, place_of(folder), rule)


def known_of(folder: Path) -> list[Past]:
    """What was published into a folder, oldest first."""
    return earlier_publications(place_of(folder))


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def usual_counts() -> Counts:
    """Numerator and denominator of each borough and quarter, small ones among them."""
    counts: Counts = {}
    for place, area in enumerate(BOROUGHS):
        for number, quarter in enumerate(QUARTERS):
            counts["SG12", area, quarter] = (7 + 3 * place + 5 * number, None)
            counts["SG10", area, quarter] = (
                11 + 2 * place + number,
                61 + 17 * place + 7 * number,
            )
    counts["SG12", "E09000001", "2008-09Q2"] = (3, None)
    counts["SG10", "E09000003", "2008-09Q3"] = (2, 97)
    counts["SG10", "E09000001", "2008-09Q1"] = (0, 4)
    return counts


def with_totals(counts: Counts) -> Counts:
    """The counts, with years, Inner and Outer and London."""
    totals: Counts = dict(counts)
    for (indicator, area, quarter), (numerator, denominator) in counts.items():
        for place in (area, BOROUGHS[area], LONDON):
            for period in (quarter, YEAR):
                if (place, period) == (area, quarter):
                    continue
                one, other = totals.get((indicator, place, period), (0, None))
                if denominator is not None:
                    other = (other or 0) + denominator
                totals[indicator, place, period] = (one + numerator, other)
    return totals


def write_warehouse(
    path: Path, counts: Counts, versions: Mapping[str, int] | None = None
) -> Path:
    """A warehouse of these counts; `versions` of the boroughs' files, 1 by default."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as db:
        db.begin()
        db.execute("create schema mart")
        for table, columns in TABLES.items():
            db.execute(f"create table mart.{table} ({columns})")
            db.execute(f"comment on table mart.{table} is 'As in the marts.'")
        for table, column in db.execute(
            "select table_name, column_name from duckdb_columns()"
            " where schema_name = 'mart'"
        ).fetchall():
            db.execute(f"comment on column mart.{table}.{column} is 'As in the marts.'")
        db.execute("insert into mart.dim_about values (false, date '2011-03-31')")
        areas = [(LONDON, "region", None, None)]
        areas += [(each, "sub_region", LONDON, LONDON) for each in (INNER, OUTER)]
        areas += [
            (area, "local_authority", parent, LONDON)
            for area, parent in BOROUGHS.items()
        ]
        insert_rows(db, "mart.dim_areas", areas)
        periods = [
            (quarter, "quarter", f"2008-{4 + 3 * number:02}-01", last_day, YEAR)
            for number, (quarter, last_day) in enumerate(
                zip(
                    QUARTERS[:3],
                    ("2008-06-30", "2008-09-30", "2008-12-31"),
                    strict=True,
                )
            )
        ]
        periods += [(QUARTERS[3], "quarter", "2009-01-01", "2009-03-31", YEAR)]
        periods += [(YEAR, "financial_year", "2008-04-01", "2009-03-31", YEAR)]
        insert_rows(db, "mart.dim_periods", periods)
        db.execute(
            "insert into mart.dim_indicators values"
            " ('SG12', 1, 'count', 1, 'none', true, 'sum', 'none', 'Allegations',"
            " 'count', 'allegations', null, 'sum', 'low_is_good'),"
            " ('SG10', 1, 'proportion', 100, 'sent', true, 'sum', 'sum', 'Plans', '%',"
            " 'long plans', 'plans', 'sum', 'low_is_good')"
        )
        _write_values(db, with_totals(counts))
        _write_files(db, with_totals(counts), versions or {})
        db.execute(
            "create view mart.indicator_scorecard as select * from"
            " mart.fct_indicator_values inner join mart.fct_comparisons using"
            " (indicator_id, definition_version, area_code, period_id)"
        )
        db.commit()
    return path


def _write_values(db: duckdb.DuckDBPyConnection, counts: Counts) -> None:
    rows = []
    for (indicator, area, period), (numerator, denominator) in counts.items():
        value = float(numerator)
        if denominator is not None:
            value = 100 * numerator / denominator
        limits = [value * factor for factor in (0.71, 1.37, 0.53, 1.59)]
        figures = (numerator, denominator, value, *limits)
        said = ("wilson", "reported", None, None, None, None)
        rows.append((indicator, 1, area, period, *figures, *said))
    insert_rows(db, "mart.fct_indicator_values", rows)
    db.execute(
        """
        insert into mart.fct_comparisons by name
        select
            shown.indicator_id, shown.definition_version, shown.area_code,
            shown.period_id,
            london.indicator_value as london_value,
            'whole' as london_basis,
            5 as london_areas,
            parent.indicator_value as inner_outer_value,
            shown.indicator_value * 1.01 as neighbours_value,
            (
                select 1 + count(*) filter (where shown.indicator_value > bound)
                from (
                    select unnest(quantile_cont(
                        others.indicator_value, [0.25, 0.5, 0.75]
                    )) as bound
                    from mart.fct_indicator_values as others
                    inner join mart.dim_areas as places using (area_code)
                    where places.area_type = 'local_authority'
                    and others.indicator_id = shown.indicator_id
                    and others.period_id = shown.period_id
                )
            ) as quartile,
            rank() over (
                partition by shown.indicator_id, shown.period_id
                order by shown.indicator_value
            ) as rank,
            5 as ranked_areas,
            4 as neighbours_with_data,
            'similar' as benchmark_95,
            'similar' as benchmark_998,
            'within' as funnel_position,
            lag(shown.indicator_value) over series as previous_value,
            shown.indicator_value - previous_value as change,
            change - shown.indicator_value * 0.71 as change_lower_limit,
            change + shown.indicator_value * 1.37 as change_upper_limit,
            case when change is not null then 'newcombe' end as change_method,
            case when change is not null then 'higher' end as change_alone,
            change / 7 as change_deviates,
            case when change is not null then 'no_clear_change' end
                as change_among_all,
            'no trend' as trend,
            shown.indicator_value * 0.53 as trend_chi_squared,
            'no trend' as trend_among_all,
            144 as looked_at
        from mart.fct_indicator_values as shown
        inner join mart.dim_areas as areas using (area_code)
        inner join mart.dim_periods as periods using (period_id)
        inner join mart.fct_indicator_values as london
            on london.area_code = areas.region_area_code
            and london.indicator_id = shown.indicator_id
            and london.period_id = shown.period_id
        inner join mart.fct_indicator_values as parent
            on parent.area_code = areas.parent_area_code
            and parent.indicator_id = shown.indicator_id
            and parent.period_id = shown.period_id
        where areas.area_type = 'local_authority'
        window series as (
            partition by shown.indicator_id, shown.area_code, period_type
            order by start_date
        )
        """
    )


def _write_files(
    db: duckdb.DuckDBPyConnection, counts: Counts, versions: Mapping[str, int]
) -> None:
    """A file of records a borough and quarter behind SG12."""
    lineage, files = [], []
    for (indicator, area, quarter), (numerator, _) in counts.items():
        if indicator != "SG12" or area not in BOROUGHS or quarter == YEAR:
            continue
        version = versions.get(area, 1)
        file_id = f"{area}-{quarter}-v{version}"
        sent = (file_id, "lado_referrals", area, area, quarter, version)
        read = (numerator + 1, numerator, 1, 0, 0, "digest", "accepted")
        files.append((*sent, *read))
        behind = (file_id, f"{file_id}.csv", "digest", "lado_referrals", numerator, 0)
        lineage += [
            ("SG12", 1, place, period, *behind, 2, numerator + 1)
            for place in (area, BOROUGHS[area], LONDON)
            for period in (quarter, YEAR)
        ]
    insert_rows(db, "mart.fct_lineage", lineage)
    insert_rows(db, "mart.fct_submissions", files)
    db.execute(
        "insert into mart.fct_submission_notices"
        " select file_id, extract, submitter, period_id, rows_accepted"
        " from mart.fct_submissions"
    )
    db.execute(
        "insert into mart.fct_set_aside"
        " select file_id, extract, submitter, period_id, null, 'record', null,"
        " lines_read"
        " from mart.fct_submissions"
    )


# The same with findings, coverage and files of older versions

SMALL = "area_code = 'E09000001' and period_id = '2008-09Q2' and indicator_id = 'SG12'"

FLAGS = """
    create table mart.fct_quality_flags as
    select
        md5(concat(flags, file_id, rule_code)) as flag_id,
        rule_code, suite, category, 'warning' as severity,
        indicator_id, definition_version, area_code, period_id, file_id,
        'Do.' as what_to_do, 'sender' as owner, 'Found 3.' as message, '3' as observed,
        state
    from (values
        ('block_small', 'submissions', 'completeness', 'new'),
        ('submission_late', 'submissions', 'timeliness', 'new'),
        ('block_large', 'submissions', 'plausibility', 'resolved')
    ) as rules(rule_code, suite, category, state)
    cross join (
        select 1 as flags, null::varchar as indicator_id,
            null::bigint as definition_version, null::varchar as area_code,
            period_id, file_id
        from mart.fct_submissions
    )
    union all
    select
        md5(concat(indicator_id, area_code, period_id)),
        'figure_repeats', 'lado_referrals', 'plausibility', 'warning', indicator_id,
        definition_version, area_code, period_id, null, 'Do.', 'sender', 'Found 3.',
        '3',
        case when period_id = '2008-09Q4' then 'resolved' else 'new' end
    from mart.fct_indicator_values
"""

MORE = (
    # A file of an earlier version of each.
    "insert into mart.fct_submissions by name select * replace (file_id || 'old' as"
    " file_id, 9 as version, 'superseded' as status) from mart.fct_submissions",
    # Who the neighbours are is not known here.
    "update mart.fct_comparisons set neighbours_value = null",
    FLAGS,
    "create table mart.fct_quality_results as select distinct suite, rule_code,"
    " 'UnexpectedRowsExpectation' as expectation, category, severity, 'failed' as"
    " status, 99 as rows_failing, 'sender' as owner, '' as because"
    " from mart.fct_quality_flags",
    "create table mart.fct_coverage as select indicator_id, definition_version,"
    " area_code, period_id, 'lado_referrals' as extract, area_code as submitter,"
    " date '2008-12-31' as due_date, date '2008-12-01' as received_date,"
    " 1 as blocks_expected, 1 as blocks_in, false as is_early,"
    f" case when {SMALL} then 'partial' else 'on time' end as coverage_status"
    " from mart.fct_indicator_values where period_id <> '2008-09'",
    "update mart.fct_indicator_values set records_set_aside = 7",
    # Three lines of each file were set aside.
    "insert into mart.fct_set_aside by name select aside.* exclude (line_number), 9 as"
    " line_number from mart.fct_set_aside as aside, range(2)",
)


def richer(path: Path, counts: dict | None = None) -> Path:
    """The small warehouse with findings, coverage and files of older versions."""
    write_warehouse(path, counts or usual_counts())
    with duckdb.connect(str(path)) as db:
        for statement in MORE:
            db.execute(statement)
    return path
