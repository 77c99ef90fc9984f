"""Say where a published value comes from: definition, files and arithmetic.

    lscb explain CODE E09000002 2008-09Q1 [definition version]

Reads the published file; what is hidden there stays hidden. For the owner of the
warehouse, where it is there, the lines that counted follow. Exit code 0: explained.
1: there is no such value. 2: no publication.
"""

import re
from functools import cache

import duckdb

from lscb.errors import UserError
from lscb.harmless import printable
from lscb.publishing.cells import HIDDEN_STATUSES, TOTAL_AREAS
from lscb.publishing.history import FILE_NAME
from lscb.settings import PROJECT, Settings

KEYS = "indicator_id = ? and area_code = ? and period_id = ? and definition_version = ?"
MOST_PARTS = 40
MOST_LINES = 200

# A counted model names the measures that it makes, each with the flag of the lines that
# count; the lines are those of the flagged model beside it.
COUNTED_MODELS = "models/intermediate/*/int_*_counted.sql"
MEASURE = re.compile(r"'((?!flag'|distinct')\w+)':\s*(?:\{\s*'flag':\s*)?'([^']+)'")

Key = tuple[str, str, str, int]


def explain_value(
    indicator_id: str,
    area_code: str,
    period_id: str,
    definition_version: int | None = None,
) -> int:
    """Explain a value; see the exit codes above."""
    settings = Settings.from_environment()
    file = settings.published / FILE_NAME
    if not file.exists():
        raise UserError(f"There is no publication at {file}: run `make build` first.")
    with duckdb.connect(str(file), read_only=True) as published:
        where = (indicator_id, area_code, period_id)
        version = definition_version or latest_version(published, *where)
        key = (*where, version)
        lines = explain(published, key)
    if not lines:
        print(
            f"The publication has no value {' '.join(map(str, key[:3]))}: see"
            " mart.dim_indicators, mart.dim_areas and mart.dim_periods for the codes."
        )
        return 1
    print("\n".join(map(printable, lines)))
    warehouse = settings.warehouse
    if warehouse.exists():
        with duckdb.connect(str(warehouse), read_only=True) as owned:
            print("\n".join(map(printable, owners_lines(owned, key))))
    return 0


def latest_version(
    published: duckdb.DuckDBPyConnection,
    indicator_id: str,
    area_code: str,
    period_id: str,
) -> int:
    """The latest definition that has the value; 1 where none has."""
    found = published.execute(
        "select max(definition_version) from mart.fct_indicator_values"
        " where indicator_id = ? and area_code = ? and period_id = ?",
        [indicator_id, area_code, period_id],
    ).fetchone()
    return found[0] or 1


def explain(published: duckdb.DuckDBPyConnection, key: Key) -> list[str]:
    """The value by the published file alone; nothing where there is no such value."""
    found = published.execute(
        "select numerator, denominator, indicator_value, lower_limit, upper_limit,"
        " interval_method, value_status, is_denominator_hidden"
        f" from mart.fct_indicator_values where {KEYS}",
        key,
    ).fetchone()
    if found is None:
        return []
    title, unit, multiplier, numerator_text, denominator_text, rollup = (
        published.execute(
            "select title, unit, multiplier, numerator_text, denominator_text,"
            " rollup_rule from mart.dim_indicators"
            " where indicator_id = ? and definition_version = ?",
            [key[0], key[3]],
        ).fetchone()
    )
    numerator, denominator, value, low, high, method, status, hides = found
    lines = [
        f"{key[0]} (definition {key[3]}), {key[1]}, {key[2]}: {title}",
        f"  numerator     {number(numerator, status in HIDDEN_STATUSES)}"
        f"  {numerator_text or ''}",
        f"  denominator   {number(denominator, hides)}  {denominator_text or ''}",
        f"  value         {number(value, status in HIDDEN_STATUSES)}  {unit or ''}",
        f"  status        {status}: {meaning(published, status)}",
    ]
    if None not in (numerator, denominator, value) and denominator:
        lines.append(
            f"  arithmetic    {multiplier:g} x {numerator:g} / {denominator:g}"
            f" = {multiplier * numerator / denominator:g}"
        )
    if low is not None:
        lines.append(f"  95% limits    {low:g} to {high:g} ({method})")
    lines += parts_of(published, key, rollup)
    return lines + files_of(published, key)


def number(value: float | None, is_hidden: bool) -> str:
    """A figure as it is printed: hidden is not the same as none."""
    if value is None:
        return "hidden" if is_hidden else "none"
    return f"{value:g}"


def meaning(published: duckdb.DuckDBPyConnection, status: str) -> str:
    """The legend of a status."""
    found = published.execute(
        "select description from mart.dim_value_statuses where value_status = ?",
        [status],
    ).fetchone()
    return found[0] if found else ""


def parts_of(
    published: duckdb.DuckDBPyConnection, key: Key, rollup: str | None
) -> list[str]:
    """The published parts that a total is made of."""
    indicator, area, period, version = key
    (kind,) = published.execute(
        "select area_type from mart.dim_areas where area_code = ?", [area]
    ).fetchone()
    parts = published.execute(
        "select area_code, period_id, numerator, value_status"
        " from mart.fct_indicator_values"
        " inner join mart.dim_areas using (area_code)"
        " inner join mart.dim_periods using (period_id)"
        " where indicator_id = $indicator and definition_version = $version and ("
        "   ($is_total and parent_area_code = $area and period_id = $period)"
        "   or (not $is_total and area_code = $area and period_type = 'quarter'"
        "       and year_period_id = $period)"
        " ) order by area_code, period_id limit $most",
        {
            "indicator": indicator,
            "version": version,
            "is_total": kind in TOTAL_AREAS,
            "area": area,
            "period": period,
            "most": MOST_PARTS,
        },
    ).fetchall()
    if not parts:
        return []
    return [f"  made of       {rollup or 'its parts'}"] + [
        f"    {area} {period}  {number(count, status in HIDDEN_STATUSES)}  {status}"
        for area, period, count, status in parts
    ]


def files_of(published: duckdb.DuckDBPyConnection, key: Key) -> list[str]:
    """The files behind a value, with what may be said of their lines."""
    lines = ["  files"]
    for name, digest, extract, rows, first, last in published.execute(
        "select file_name, sha256, extract, numerator_rows, first_line, last_line"
        f" from mart.fct_lineage where {KEYS} order by file_name",
        key,
    ).fetchall():
        said = "" if rows is None else f"  {rows} lines in the numerator"
        if first is not None:
            said += f"  lines {first} to {last}"
        lines.append(f"    {name}  {extract}  {digest or 'digest not disclosed'}{said}")
    return lines if len(lines) > 1 else ["  files         none"]


def owners_lines(owned: duckdb.DuckDBPyConnection, key: Key) -> list[str]:
    """The lines that counted, from the working warehouse: for its owner only."""
    lines = ["", "For the owner of the warehouse only:"]
    found = owned.execute(
        f"select numerator, denominator, value_status from mart.fct_indicator_values"
        f" where {KEYS}",
        key,
    ).fetchone()
    if found is None:
        return [*lines, "  the warehouse has no such value: run `make build` again"]
    lines.append(
        f"  numerator {number(found[0], False)}, denominator"
        f" {number(found[1], False)}, {found[2]}"
    )
    measure = owned.execute(
        "select numerator_measure_id from mart.dim_indicators"
        " where indicator_id = ? and definition_version = ?",
        [key[0], key[3]],
    ).fetchone()
    for file_id, name, digest, extract, rows, first, last in owned.execute(
        "select file_id, file_name, sha256, extract, numerator_rows, first_line,"
        " last_line"
        f" from mart.fct_lineage where {KEYS} order by file_name",
        key,
    ).fetchall():
        lines.append(f"  {name}  {digest}")
        lines.append(f"    {rows} lines in the numerator, {first} to {last}")
        counted = counted_lines(owned, key, measure[0], file_id)
        if counted and extract != "population":
            lines.append(f"    lines {', '.join(map(str, counted))}")
    return lines


@cache
def flags() -> dict[str, tuple[str, str]]:
    """The table that holds a measure's lines, and the flag of those that count."""
    return {
        measure: (model.stem.replace("_counted", "_flagged"), flag)
        for model in sorted(PROJECT.glob(COUNTED_MODELS))
        for measure, flag in MEASURE.findall(model.read_text(encoding="utf-8"))
    }


def counted_lines(
    owned: duckdb.DuckDBPyConnection, key: Key, measure: str | None, file_id: str
) -> list[int]:
    """Line numbers of a file that counted towards the numerator of a value."""
    if measure not in flags():
        return []
    table, flag = flags()[measure]
    return [
        line
        for (line,) in owned.execute(
            f"select distinct line_number from intermediate.{table} as lines"
            " inner join mart.dim_periods as parts"
            "   on lines.part_period_id = parts.period_id"
            " inner join mart.dim_periods as whole"
            "   on parts.start_date >= whole.start_date"
            "   and parts.end_date <= whole.end_date"
            " inner join mart.dim_areas as areas using (area_code)"
            f" where ({flag}) and not is_set_aside and file_id = $file"
            " and whole.period_id = $period"
            " and $area in (areas.area_code, parent_area_code, region_area_code)"
            " order by line_number limit $most",
            {
                "file": file_id,
                "period": key[2],
                "area": key[1],
                "most": MOST_LINES,
            },
        ).fetchall()
    ]
