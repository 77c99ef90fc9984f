"""The layout of Explore Education Statistics: a data and a metadata file a time kind.

Written after the open data standards of the Department for Education: mandatory time
and geography columns, snake case, one filter with its grouping column, GSS symbols in
place of numbers that are not there, and the complete matrix of areas, indicators and
periods. A file holds one kind of time identifier, as the standard wants.
"""

import csv
from pathlib import Path
from typing import Any

import duckdb

TIME_AND_PLACE = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
]
FILTERS = ["theme", "measure"]
INDICATORS = {
    "numerator": ("Numerator", 0),
    "denominator": ("Denominator", 0),
    "measure_value": ("Value", 2),
    "lower_limit_95": ("Lower 95 % confidence limit", 2),
    "upper_limit_95": ("Upper 95 % confidence limit", 2),
}
META_COLUMNS = [
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
    "filter_default",
]
ITEM_LIMIT = 120

# The time identifier of each kind of period; a wave of a survey is a reporting year.
IDENTIFIERS = {
    "quarter": "'Financial year Q' || right(period_id, 1)",
    "financial_year": "'Financial year'",
    "academic_year": "'Academic year'",
    "calendar_year": "'Calendar year'",
    "wave": "'Reporting year'",
    "month": "strftime(start_date, '%B')",
}
SIX_DIGITS = ("quarter", "financial_year", "academic_year")

QUERY = """
with

periods as (

    select
        *,
        {time_period} as time_period,
        {time_identifier} as time_identifier

    from mart.dim_periods

    where period_id in (
        select period_id from mart.fct_indicator_values
    )
    and period_type = $period_type

),

areas as (

    select * from mart.dim_areas where area_type <> 'unallocated'

),

measures as (

    select distinct
        indicators.indicator_id,
        indicators.definition_version,
        indicators.theme,
        indicators.denominator_basis,
        indicators.indicator_id || ' v' || indicators.definition_version || ': '
        || indicators.title as measure

    from mart.dim_indicators as indicators

    inner join mart.fct_indicator_values as indicator_values
        using (indicator_id, definition_version)

    inner join periods
        using (period_id)

),

cells as (

    select
        indicator_values.*,
        statuses.gss_symbol

    from mart.fct_indicator_values as indicator_values

    inner join mart.dim_value_statuses as statuses
        using (value_status)

),

matrix as (

    select
        periods.time_period,
        periods.time_identifier,
        case areas.area_type
            when 'local_authority' then 'Local authority' else 'Regional'
        end as geographic_level,
        'E92000001' as country_code,
        'England' as country_name,
        case areas.area_type
            when 'local_authority' then areas.parent_area_code else areas.area_code
        end as region_code,
        coalesce(regions.area_name, areas.area_name) as region_name,
        case areas.area_type when 'local_authority' then areas.dfe_code end
            as old_la_code,
        case areas.area_type when 'local_authority' then areas.area_code end
            as new_la_code,
        case areas.area_type when 'local_authority' then areas.area_name end
            as la_name,
        measures.theme,
        measures.measure,
        cells.numerator,
        cells.denominator,
        cells.indicator_value as measure_value,
        cells.lower_limit as lower_limit_95,
        cells.upper_limit as upper_limit_95,
        case
            when cells.value_status is null then 'z'
            else coalesce(cells.gss_symbol, 'x')
        end as symbol,
        case
            when cells.value_status is null then 'z'
            when measures.denominator_basis = 'none' then 'z'
            else coalesce(cells.gss_symbol, 'x')
        end as symbol_of_denominator,
        case
            when cells.value_status is null or cells.indicator_value is not null
                then 'z'
            else coalesce(cells.gss_symbol, 'x')
        end as symbol_of_limit

    from periods

    cross join areas

    cross join measures

    left join areas as regions
        on areas.parent_area_code = regions.area_code
        and areas.area_type = 'local_authority'

    left join cells
        on cells.indicator_id = measures.indicator_id
        and cells.definition_version = measures.definition_version
        and cells.area_code = areas.area_code
        and cells.period_id = periods.period_id

)

select * from matrix

order by
    time_period,
    time_identifier,
    geographic_level desc,
    region_code,
    new_la_code nulls first,
    measure
"""


def time_columns(period_type: str) -> dict[str, str]:
    """The expressions of time_period and time_identifier for a kind of period."""
    year = "cast(extract(year from start_date) as varchar)"
    following = "right(cast(extract(year from start_date) + 1 as varchar), 2)"
    # The first quarter's year is that in which its financial year starts.
    if period_type == "quarter":
        year, following = "left(period_id, 4)", "substr(period_id, 6, 2)"
    return {
        "time_period": f"{year} || {following}" if period_type in SIX_DIGITS else year,
        "time_identifier": IDENTIFIERS[period_type],
    }


def shown(value: Any, symbol: str) -> str:
    """A number as the file has it, or the symbol that stands in its place."""
    if value is None:
        return symbol
    return str(int(value)) if float(value).is_integer() else repr(value)


def rows_of(
    connection: duckdb.DuckDBPyConnection, period_type: str
) -> list[dict[str, str]]:
    """The complete matrix of one kind of period, every cell filled."""
    cursor = connection.execute(
        QUERY.format(**time_columns(period_type)), {"period_type": period_type}
    )
    names = [column[0] for column in cursor.description]
    rows = []
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        symbols = {
            "denominator": row["symbol_of_denominator"],
            "lower_limit_95": row["symbol_of_limit"],
            "upper_limit_95": row["symbol_of_limit"],
        }
        rows.append(
            {name: row[name] or "" for name in TIME_AND_PLACE}
            | {"theme": row["theme"], "measure": item_of(row["measure"])}
            | {
                name: shown(row[name], symbols.get(name, row["symbol"]))
                for name in INDICATORS
            }
        )
    return rows


def item_of(measure: str) -> str:
    """The name of a filter item, within the limit that the standard sets."""
    if len(measure) <= ITEM_LIMIT:
        return measure
    return measure[: ITEM_LIMIT - 1].rstrip() + "…"


def meta_of(rows: list[dict[str, str]]) -> list[list[str]]:
    """The rows of the metadata file."""
    first = min(row["measure"] for row in rows)
    return [
        [
            "measure",
            "Filter",
            "Indicator",
            "",
            "",
            "",
            "Filter by indicator",
            "theme",
            first,
        ],
        *(
            [name, "Indicator", label, "", "", str(places), "", "", ""]
            for name, (label, places) in INDICATORS.items()
        ),
    ]


def write_ees(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write a data and a metadata file for each kind of period that has cells."""
    folder.mkdir()
    kinds = [
        kind
        for (kind,) in connection.execute(
            "select distinct period_type from mart.fct_indicator_values"
            " inner join mart.dim_periods using (period_id) order by 1"
        ).fetchall()
    ]
    for kind in kinds:
        rows = rows_of(connection, kind)
        for name, header, lines in (
            (
                f"lscb_{kind}.csv",
                TIME_AND_PLACE + FILTERS + list(INDICATORS),
                [list(row.values()) for row in rows],
            ),
            (f"lscb_{kind}.meta.csv", META_COLUMNS, meta_of(rows)),
        ):
            path = folder / name
            with path.open("w", newline="", encoding="utf-8") as handle:
                writer = csv.writer(handle, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(lines)
