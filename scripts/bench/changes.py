"""Draw pages on which nothing changed, and count those that say that something did.

A page is that of a borough, the overview, that of an indicator or the list of trends.
Five years are drawn of one truth, of as many indicators as the catalogue has: counts,
rates and proportions of sizes over the orders of magnitude that boroughs have. Limits
are worked out here, from their definitions: Wilson's, exact Poisson's below ten events,
Byar's from ten. What is said of the figures, the marts say: their own models, rendered
as dbt renders them, of what is drawn; and how a figure stands, the pages' own code.
Then the last year is drawn of a changed truth, to see how large a change has to be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import numpy as np
import pyarrow as pa
from scipy.stats import chi2, norm

from lscb.landing.reference import read_seed
from lscb.pages.changes import deviate_of, deviate_of_trends, false_alarms
from lscb.pages.saying import against_region
from lscb.settings import PROJECT
from lscb.sql import read_query
from lscb.statuses import declared

SQL = Path(__file__).with_name("sql")
COMPARISONS = PROJECT / "models" / "intermediate" / "comparisons"
MODELS = (
    COMPARISONS / "int_comparisons__changes.sql",
    COMPARISONS / "int_comparisons__trends.sql",
    PROJECT / "models" / "marts" / "fct_comparisons.sql",
)
# What a drawn region has none of: each authority is set against the truth.
EMPTY = {
    "int_comparisons__complete": "region_area_code varchar, complete_value double,"
    " areas_complete bigint, areas_missing varchar",
    "int_comparisons__neighbours": "area_code varchar, neighbours_value double,"
    " neighbours_with_data bigint",
    "int_comparisons__standings": "area_code varchar, quartile bigint,"
    " value_rank bigint, ranked_areas bigint",
}
TAILS = {"": 0.025, "_998": 0.001}
SMALL, AUTHORITIES, YEARS = 10, 33, 5
KINDS = ("count", "rate", "proportion", "proportion")
MULTIPLIERS = {"count": 1, "rate": 10_000, "proportion": 100}
CHILDREN = 40_000
EVENTS = (3, 10, 30, 100, 300, 1000, 3000)
BASES = (20, 50, 200, 1000, 5000)
SHARE = 0.4
CHANGES = (0.10, 0.25, 0.50)
# So many authorities are drawn at a time.
AT_ONCE = 495

Numbers = np.ndarray
Limits = tuple[Numbers, Numbers]


@dataclass(frozen=True)
class Truth:
    """What is drawn from: a row a series, its events expected by year, and its base."""

    indicator: Numbers
    area: Numbers
    kind: Numbers
    expected: Numbers
    base: Numbers


def count_limits(events: Numbers, tail: float) -> Limits:
    """Limits of counts: exact below ten, Byar's from ten."""
    z = norm.isf(tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = 1 - 1 / (9 * events) - z / (3 * np.sqrt(events))
        exact_lower = np.where(events > 0, chi2.ppf(tail, 2 * events) / 2, 0)
        byar_lower = np.where(events > 0, events * root**3, 0)
    above = events + 1
    byar_upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    is_small = events < SMALL
    return (
        np.where(is_small, exact_lower, byar_lower),
        np.where(is_small, chi2.isf(tail, 2 * events + 2) / 2, byar_upper),
    )


def share_limits(events: Numbers, base: Numbers, tail: float) -> Limits:
    """Wilson's limits of shares."""
    z = norm.isf(tail)
    found = events / base
    middle = (events + z * z / 2) / (base + z * z)
    half = z * np.sqrt(base * found * (1 - found) + z * z / 4) / (base + z * z)
    return middle - half, middle + half


def drawn(truth: Truth, random: np.random.Generator) -> pa.Table:
    """Figures of a truth with their limits: a row a series and year."""
    years = truth.expected.shape[1]
    kind, base, expected = (
        np.repeat(truth.kind, years),
        np.repeat(truth.base, years),
        truth.expected.ravel(),
    )
    is_share = kind == "proportion"
    share = np.where(is_share, expected / base, 0)
    events = np.where(
        is_share, random.binomial(base, share), random.poisson(expected)
    ).astype(float)
    multiplier = np.array([MULTIPLIERS[each] for each in kind], float)
    divisor = np.where(kind == "count", 1, base)
    columns = {
        "indicator_id": np.repeat(truth.indicator, years),
        "area_code": np.repeat(truth.area, years),
        "point_index": np.tile(np.arange(1, years + 1), len(truth.kind)),
        "period_id": np.tile(np.arange(1, years + 1).astype(str), len(truth.kind)),
        "value_type": kind,
        "interval_method": np.where(is_share, "wilson", "byar"),
        "multiplier": multiplier,
        "numerator": events,
        "denominator": divisor.astype(float),
        "indicator_value": multiplier * events / divisor,
        "london_value_known": multiplier * expected / divisor,
    }
    for name, tail in TAILS.items():
        limits = zip(
            count_limits(events, tail), share_limits(events, base, tail), strict=True
        )
        for side, (of_counts, of_shares) in zip(
            ("lower", "upper"), limits, strict=True
        ):
            columns[f"{side}_limit{name}"] = multiplier * np.where(
                is_share, of_shares, of_counts / divisor
            )
    return pa.table(columns)


@cache
def models() -> list[tuple[str, str]]:
    """The models of comparisons and their SQL, as dbt renders it, in their order."""
    macros = sorted((PROJECT / "macros" / "statistics").glob("*.sql"))
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    environment.globals |= {"var": declared().__getitem__, "ref": str}
    text = "\n".join(path.read_text(encoding="utf-8") for path in macros)
    return [
        (
            path.stem,
            environment.from_string(text + path.read_text(encoding="utf-8")).render(),
        )
        for path in MODELS
    ]


@cache
def indicators() -> int:
    """How many the catalogue has."""
    rows = read_seed(PROJECT / "seeds" / "catalogue" / "indicators.csv")
    return len({row["indicator_id"] for row in rows})


def compared(figures: pa.Table) -> duckdb.DuckDBPyConnection:
    """A database in which the marts have said what they say of drawn figures."""
    connection = duckdb.connect()
    connection.register("drawn", figures)
    connection.execute(
        "create table dim_areas as select * from read_csv($seed, all_varchar = true)",
        {"seed": str(PROJECT / "seeds" / "reference" / "areas.csv")},
    )
    connection.execute(
        "create table dim_indicators as select unnest(range($count)) as indicator_id",
        {"count": indicators()},
    )
    values = read_query(SQL, "figures_drawn")
    connection.execute(f"create table int_comparisons__values as {values}")
    for name, columns in EMPTY.items():
        connection.execute(
            f"create table {name} (indicator_id varchar, definition_version bigint,"
            f" period_id varchar, {columns})"
        )
    for name, model in models():
        connection.execute(f"create table {name} as {model}")
    return connection


def still(
    areas: int, years: int, random: np.random.Generator, scale: float = 1
) -> Truth:
    """A truth that stays, of every indicator in so many areas; scale is their size."""
    series = areas * indicators()
    kind = np.resize(np.array(KINDS), series)
    size = 10 ** random.uniform(1, 3.5, size=series) * scale
    base = np.where(kind == "proportion", size, CHILDREN * scale).astype(int)
    expected = np.where(
        kind == "proportion",
        random.uniform(0.02, 0.98, size=series) * base,
        10 ** random.uniform(0, 3.5, size=series) * scale,
    )
    return Truth(
        np.tile(np.arange(indicators()).astype(str), areas),
        np.repeat(np.arange(areas).astype(str), indicators()),
        kind,
        np.repeat(expected[:, None], years, axis=1),
        base,
    )


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query by the names of its columns."""
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def standing_out(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Areas and indicators that pages say stand out from the region, in the last year.

    Who is similar at 99.8 per cent is not asked: the level of a page is stricter.
    """
    rows = rows_of(
        connection,
        "select *, false as is_provisional, compared.benchmark_998 as standing"
        " from int_comparisons__values as figures"
        " inner join fct_comparisons as compared"
        " using (indicator_id, definition_version, area_code, period_id)"
        " where point_index = (select max(point_index) from drawn)"
        " and compared.benchmark_998 <> 'similar'",
    )
    return {
        (row["area_code"], row["indicator_id"])
        for row in rows
        if (found := against_region(row))
        and found.surprise > deviate_of(row["looked_at"])
    }


def saying(
    connection: duckdb.DuckDBPyConnection, column: str, quiet: str, years: int = 1
) -> set[tuple[str, str]]:
    """Areas and indicators of which a column says something, in the last years."""
    found = connection.execute(
        f"select area_code, indicator_id from fct_comparisons"
        f" where {column} not in ('{quiet}', 'cannot_be_calculated')"
        " and cast(period_id as bigint)"
        " > (select max(point_index) from drawn) - $years",
        {"years": years},
    )
    return set(found.fetchall())


@dataclass
class Alarms:
    """Pages of a kind on which nothing changed, and those that say something did."""

    pages: int = 0
    alarmed: int = 0

    def add(self, pages: int, alarmed: set[Any]) -> None:
        """So many more pages, of which these are alarmed."""
        self.pages += pages
        self.alarmed += len(alarmed)


def boroughs(
    areas: int, random: np.random.Generator, counted: dict[str, Alarms]
) -> None:
    """Draw five years of so many authorities, and count what their pages say.

    Every one has its own page; of 33, an indicator's page and the list of trends.
    """
    connection = compared(drawn(still(areas, YEARS, random), random))
    stands = standing_out(connection)
    moved = saying(connection, "change_among_all", "no_clear_change")
    earlier = saying(connection, "change_among_all", "no_clear_change", years=2)
    trend = saying(connection, "trend_among_all", "no_change")
    for name, found in {
        "a borough's page": stands | moved | trend,
        "of it, that a figure moved": moved,
        "of it, that a series has a trend": trend,
    }.items():
        counted[name].add(areas, {area for area, _ in found})
    groups = areas // AUTHORITIES
    counted["an indicator's page"].add(
        groups * indicators(),
        {(int(area) // AUTHORITIES, code) for area, code in stands | earlier},
    )
    counted["the list of trends"].add(groups, listing_a_trend(connection, groups))


def listing_a_trend(connection: duckdb.DuckDBPyConnection, groups: int) -> set[int]:
    """Which lists of the trends of 33 authorities have any, of so many lists."""
    if not groups:
        return set()
    rows = connection.execute(
        "select area_code, trend, trend_chi_squared from fct_comparisons"
        " where trend <> 'cannot_be_calculated'"
        " and cast(period_id as bigint) = (select max(point_index) from drawn)"
    ).fetchall()
    least = deviate_of_trends(len(rows) // groups) ** 2
    return {
        int(area) // AUTHORITIES
        for area, trend, chi_squared in rows
        if trend != "no_change" and chi_squared > least
    }


def overviews(
    pages: int, random: np.random.Generator, counted: dict[str, Alarms]
) -> None:
    """Draw two years of so many regions, and count what their overviews say."""
    figures = drawn(still(pages, 2, random, scale=AUTHORITIES), random)
    moved = saying(compared(figures), "change_among_all", "no_clear_change")
    counted["the overview"].add(pages, {area for area, _ in moved})


def changed(kind: str, size: int, draws: int, change: float) -> Truth:
    """A truth that changes from one year to the next."""
    base = np.full(draws, size if kind == "proportion" else CHILDREN)
    before = np.full(draws, SHARE * size if kind == "proportion" else float(size))
    return Truth(
        np.full(draws, "0"),
        np.arange(draws).astype(str),
        np.full(draws, kind),
        np.stack([before, before * (1 + change)], axis=1),
        base,
    )


def power(
    kind: str, size: int, draws: int, random: np.random.Generator
) -> Iterator[tuple[float, float]]:
    """The share of draws in which each change is told: among all, and alone."""
    for change in CHANGES:
        connection = compared(drawn(changed(kind, size, draws, change), random))
        among, alone = (
            len(saying(connection, column, "no_clear_change")) / draws
            for column in ("change_among_all", "change_alone")
        )
        yield among, alone


def run(pages: int, draws: int, seed: int) -> int:
    """Print both; 1 where pages that say what is not so are too many."""
    random = np.random.default_rng(seed)
    counted: dict[str, Alarms] = {
        name: Alarms()
        for name in (
            "a borough's page",
            "of it, that a figure moved",
            "of it, that a series has a trend",
            "an indicator's page",
            "the overview",
            "the list of trends",
        )
    }
    for begun in range(0, pages, AT_ONCE):
        boroughs(min(AT_ONCE, pages - begun), random, counted)
        overviews(min(AT_ONCE, pages - begun), random, counted)
    print(f"| nothing changed, {indicators()} indicators | pages | say something |")
    print("|---|---|---|")
    for name, found in counted.items():
        share = f"{found.alarmed / found.pages:.2%}" if found.pages else ""
        print(f"| {name} | {found.pages:,} | {share} |")
    begin("rate or count, events")
    for events in EVENTS:
        tell(events, power("count", events, draws, random))
    begin(f"proportion of {SHARE:.0%}, base")
    for base in BASES:
        tell(base, power("proportion", base, draws, random))
    return int(
        any(each.alarmed > false_alarms() * each.pages for each in counted.values())
    )


def begin(title: str) -> None:
    """The head of a table of power: as told on a page, and in brackets alone."""
    print(f"\n| {title} |" + "".join(f" +{change:.0%} |" for change in CHANGES))
    print("|---" * (1 + len(CHANGES)) + "|")


def tell(size: int, told: Iterator[tuple[float, float]]) -> None:
    """A row of a table of power."""
    cells = "".join(f" {among:.0%} ({alone:.0%}) |" for among, alone in told)
    print(f"| {size:,} |" + cells)
