"""Work the statistics out again by another road than the SQL macros.

scipy and numpy take other formulas (score test inversion, chi-squared quantiles, least
squares by matrix) and know nothing of the macros. Where the two disagree, one is wrong.
The macros are rendered as dbt renders them and run in DuckDB.
"""

import csv
import itertools
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pytest
import yaml
from scipy import stats

ROOT = Path(__file__).parents[2]
VECTORS = ROOT.parent / "shared" / "vectors"

SIDES = ("lower", "upper")
Z = {"0.95": stats.norm.ppf(0.975), "0.998": stats.norm.ppf(0.999)}
Z_SQL = "case when confidence = 0.95 then {z_95} else {z_998} end"

needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(),
    reason="the full expected numbers are not beside this checkout (../shared/vectors)",
)


@pytest.fixture(scope="module")
def project_vars() -> dict[str, object]:
    """Give the dbt vars of the project."""
    return yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]


@pytest.fixture(scope="module")
def render(project_vars):
    """Give a function that renders a Jinja expression over the statistics macros."""
    macros = "\n".join(
        path.read_text() for path in sorted((ROOT / "macros/statistics").glob("*.sql"))
    )
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.globals["var"] = project_vars.__getitem__

    def render_expression(expression: str) -> str:
        template = environment.from_string(macros + "{{ " + expression + " }}")
        return template.render().strip()

    return render_expression


@pytest.fixture(scope="module")
def z_sql(project_vars) -> str:
    """Give the SQL that turns a column `confidence` into its z."""
    return Z_SQL.format(**project_vars)


def run(select: str, columns: dict[str, str], rows: Iterable[Sequence]) -> list[tuple]:
    """Give the rows of a SELECT over a table `inputs` with the given columns."""
    with duckdb.connect() as connection:
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create table inputs ({declared})")
        cells = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in columns.values())
        lists = [list(cells) for cells in zip(*rows, strict=True)]
        connection.execute(f"insert into inputs select {cells}", lists)
        return connection.execute(select).fetchall()


def read_vectors(name: str) -> list[dict[str, str | None]]:
    """Give the rows of a vector file that are to be followed, blanks as None."""
    with (VECTORS / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [
        {column: cell or None for column, cell in row.items()}
        for row in rows
        if row.get("origin") != "upstream-do-not-use"
    ]


def exact_poisson(count: float, confidence: float) -> tuple[float, float]:
    """Give the exact Poisson limits of a count, by chi-squared quantiles."""
    tail = (1 - confidence) / 2
    lower = stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    return lower, stats.chi2.isf(tail, 2 * count + 2) / 2


def wilson_hilferty(degrees: float, z: float) -> float:
    """Give a chi-squared quantile by the cube root approximation of 1931."""
    return degrees * (1 - 2 / (9 * degrees) + z * math.sqrt(2 / (9 * degrees))) ** 3


def close(actual: float | None, expected: float | None, **tolerance: float) -> bool:
    """Say whether two numbers agree, or both are missing."""
    if actual is None or expected is None:
        return actual is None and expected is None
    return actual == pytest.approx(expected, **{"abs": 0, "rel": 0} | tolerance)


def test_the_vars_are_the_normal_quantiles(project_vars):
    assert project_vars["z_95"] == pytest.approx(Z["0.95"], rel=1e-15)
    assert project_vars["z_998"] == pytest.approx(Z["0.998"], rel=1e-15)


def test_wilson_limits_equal_those_of_scipy(render, z_sql):
    chance = np.random.default_rng(1)
    denominators = chance.integers(1, 100_000, 400)
    numerators = chance.integers(0, denominators + 1)
    rows = [
        (int(x), int(n), confidence)
        for x, n in zip(numerators, denominators, strict=True)
        for confidence in (0.95, 0.998)
    ]
    select = f"""
        select *, {render(f'wilson_lower("numerator", "denominator", "{z_sql}")')},
            {render(f'wilson_upper("numerator", "denominator", "{z_sql}")')}
        from inputs
    """
    columns = dict(numerator="bigint", denominator="bigint", confidence="double")

    for x, n, confidence, lower, upper in run(select, columns, rows):
        expected = stats.binomtest(x, n).proportion_ci(confidence, method="wilson")
        assert close(lower, expected.low, abs=1e-12)
        assert close(upper, expected.high, abs=1e-12)


def test_count_limits_equal_quantiles_and_their_cube_root_approximation(render, z_sql):
    chance = np.random.default_rng(2)
    counts = [*range(40), *(int(count) for count in chance.integers(40, 10**7, 200))]
    rows = [
        (count, confidence, *exact_poisson(count, confidence))
        for count in counts
        for confidence in (0.95, 0.998)
    ]
    select = f"""
        select *, {render(f'count_lower("events", "{z_sql}", "exact_lower")')},
            {render(f'count_upper("events", "{z_sql}", "exact_upper")')}
        from inputs
    """
    columns = dict(
        events="bigint", confidence="double", exact_lower="double", exact_upper="double"
    )

    for count, confidence, exact_lower, exact_upper, lower, upper in run(
        select, columns, rows
    ):
        z = Z[str(confidence)]
        if count < 10:
            expected = exact_lower, exact_upper
        else:
            expected = (
                wilson_hilferty(2 * count, -z) / 2,
                wilson_hilferty(2 * count + 2, z) / 2,
            )
        assert close(lower, expected[0], rel=1e-12)
        assert close(upper, expected[1], rel=1e-12)


def test_funnel_limits_are_normal_quantiles_around_the_baseline(render, project_vars):
    chance = np.random.default_rng(3)
    rows = list(
        zip(
            chance.uniform(0.001, 0.999, 300).tolist(),
            chance.integers(1, 20_000, 300).tolist(),
            strict=True,
        )
    )
    limits = ", ".join(
        render(f"funnel_{side}('baseline', 'denominator', {project_vars[z]})")
        for z in ("z_95", "z_998")
        for side in SIDES
    )
    columns = dict(baseline="double", denominator="bigint")

    for baseline, n, *actual in run(f"select *, {limits} from inputs", columns, rows):
        error = math.sqrt(baseline * (1 - baseline) / n)
        expected = np.clip(
            stats.norm.ppf([0.025, 0.975, 0.001, 0.999], baseline, error), 0, 1
        )
        assert actual == pytest.approx(expected.tolist(), abs=1e-12)


def test_ranks_and_quartile_bounds_equal_those_of_scipy_and_numpy(render):
    chance = np.random.default_rng(4)
    for polarity in ("low_is_good", "high_is_good", "neutral"):
        values = chance.integers(0, 15, 33).astype(float)
        rows = [(polarity, value) for value in values] + [(polarity, None)]
        columns = dict(polarity="varchar", indicator_value="double")
        bounds = ", ".join(render(f"quantile_bound('v', {i}, 5)") for i in range(6))
        rank = render("rank_by_polarity('indicator_value', 'polarity', ['polarity'])")
        select = f"select indicator_value, {rank} from inputs"
        sign = -1 if polarity == "high_is_good" else 1

        ranked = run(select, columns, rows)
        expected = stats.rankdata(sign * values, method="min").astype(int)
        assert sorted(row for row in ranked if row[0] is not None) == sorted(
            zip(values.tolist(), expected.tolist(), strict=True)
        )
        assert (None, None) in ranked

        select = f"select {bounds} from (select indicator_value as v from inputs)"
        expected_bounds = np.quantile(values, np.linspace(0, 1, 6))
        assert run(select, columns, rows)[0] == pytest.approx(expected_bounds.tolist())


TREND_COLUMNS = dict(
    series_name="varchar",
    point_index="integer",
    is_series_break="boolean",
    value_type="varchar",
    polarity="varchar",
    numerator="double",
    denominator="double",
    indicator_value="double",
    lower_limit="double",
    upper_limit="double",
)


def weighted_line(y: np.ndarray, weights: np.ndarray, times: np.ndarray):
    """Give slope and variance of slope of a weighted least squares line."""
    design = np.column_stack([np.ones_like(times), times])
    covariance = np.linalg.inv(design.T @ np.diag(weights) @ design)
    return (covariance @ design.T @ (weights * y))[1], covariance[1, 1]


def trend_by_matrix(value_type: str, points: np.ndarray) -> tuple[str, float]:
    """Give marker and chi-squared of five points.

    A point is numerator, denominator, value, lower and upper limit.
    """
    x, n, value, lower, upper = points.T
    times = np.arange(1.0, 6.0)
    if value_type == "proportion":
        share = x.sum() / n.sum()
        centred = times - (n * times).sum() / n.sum()
        covariance = (n * (x / n - share) * centred).sum()
        chi_squared = covariance**2 / (share * (1 - share) * (n * centred**2).sum())
        y, weights = np.log(x / (n - x)), np.ones(5)
    else:
        y, weights = value, ((upper - lower) / 3.92) ** -2
        slope, variance = weighted_line(y, weights, times)
        chi_squared = slope**2 / variance

    kept = [np.arange(5) != left_out for left_out in range(-1, 5)]
    slopes = [weighted_line(y[k], weights[k], times[k])[0] for k in kept]
    if chi_squared <= stats.chi2.isf(0.002, 1):
        return "no_change", chi_squared
    if min(slopes) > 0:
        return "increasing", chi_squared
    if max(slopes) < 0:
        return "decreasing", chi_squared
    return "no_change", chi_squared


def random_series(chance: np.random.Generator) -> np.ndarray:
    """Give five points whose rate drifts, with limits of about the right width."""
    n = chance.integers(50, 5_000, 5).astype(float)
    rate = 0.3 + chance.normal(0, 0.03) * np.arange(5) + chance.normal(0, 0.03, 5)
    x = np.clip(np.round(n * np.clip(rate, 0.02, 0.98)), 1, n - 1)
    half = 196 * np.sqrt(x / n * (1 - x / n) / n)
    return np.column_stack([x, n, 100 * x / n, 100 * x / n - half, 100 * x / n + half])


def test_trends_equal_those_by_matrix(render):
    chance = np.random.default_rng(5)
    series = {
        f"{value_type} {number}": (value_type, random_series(chance))
        for number in range(300)
        for value_type in ("proportion", "rate")
    }
    rows = [
        (name, year, False, value_type, "neutral", *point)
        for name, (value_type, points) in series.items()
        for year, point in enumerate(points.tolist(), start=2001)
    ]
    select = render("recent_trend('inputs', ['series_name'])")
    results = run(
        f"select series_name, trend, chi_squared from ({select})", TREND_COLUMNS, rows
    )

    assert len(results) == len(series)
    markers = set()
    for name, marker, chi_squared in results:
        expected_marker, expected_chi_squared = trend_by_matrix(*series[name])
        assert (name, marker) == (name, expected_marker)
        assert close(chi_squared, expected_chi_squared, rel=1e-8, abs=1e-8)
        markers.add(marker)
    assert markers == {"increasing", "decreasing", "no_change"}


ODD = [None, math.nan, math.inf, -math.inf, -1e308, -3, -0.5, 0, 0.5, 1, 9, 10, 1e308]


@pytest.mark.parametrize(
    "expression",
    [
        "wilson_lower('a', 'b', 1.96)",
        "wilson_upper('a', 'b', 1.96)",
        "byar_lower('a', 3.09)",
        "byar_upper('a', 3.09)",
        "rate_lower('a', 'b', 3.09, 'c')",
        "rate_upper('a', 'b', 3.09, 'c')",
        "funnel_lower('a', 'b', 1.96)",
        "funnel_upper('a', 'b', 1.96)",
        "funnel_position_of_proportion('a', 'b', 'c')",
        "funnel_position_of_rate('a', 'b', 'a', 'b', 'c')",
        "benchmark_comparison_95('a', 'b', 'c', 'a', '\\'neutral\\'')",
        "benchmark_comparison_998('a', 'b', 'c', 'b', 'c', 'a', '\\'neutral\\'')",
        "benchmark_comparison_spc('a', 'b', 'c', '100', 1.96, '\\'neutral\\'')",
        "quartile('a', 'b', 'c', 'a', '\\'neutral\\'')",
        "rank_by_polarity('a', '\\'high_is_good\\'', ['c'])",
    ],
)
def test_no_macro_fails_on_odd_input(render, expression):
    rows = list(itertools.product(ODD, repeat=3))
    columns = dict(a="double", b="double", c="double")

    assert len(run(f"select {render(expression)} from inputs", columns, rows)) == len(
        rows
    )


def test_no_trend_fails_on_odd_input(render):
    chance = np.random.default_rng(6)
    rows = [
        (f"{value_type} {number}", year, None, value_type, None, *point)
        for number in range(300)
        for value_type in ("proportion", "rate", None)
        for year in range(5)
        for point in [chance.choice(np.array(ODD, dtype=object), 5).tolist()]
    ]
    select = render("recent_trend('inputs', ['series_name'])")

    assert len(run(select, TREND_COLUMNS, rows)) == 900


def number(cell: str | None) -> float | None:
    """Give the number that a cell spells."""
    return None if cell is None else float(cell)


@needs_vectors
def test_wilson_vectors(render, z_sql):
    vectors = {row["id"]: row for row in read_vectors("wilson_proportion.csv")}
    rows = [
        (key, row["numerator"], row["denominator"], row["confidence"])
        for key, row in vectors.items()
    ]
    select = f"""
        select id, {render(f'wilson_lower("numerator", "denominator", "{z_sql}")')},
            {render(f'wilson_upper("numerator", "denominator", "{z_sql}")')}
        from inputs
    """
    columns = dict(
        id="varchar", numerator="double", denominator="double", confidence="double"
    )

    for key, lower, upper in run(select, columns, rows):
        row = vectors[key]
        multiplier = float(row["multiplier"])
        tolerance = 5e-5 if row["origin"] == "published" else 1e-12
        for actual, expected in [(lower, row["lower"]), (upper, row["upper"])]:
            scaled = None if actual is None else multiplier * actual
            assert close(scaled, number(expected), abs=tolerance), key


@needs_vectors
def test_rate_and_count_vectors(render, z_sql):
    vectors = {row["id"]: row for row in read_vectors("rate_byar_exact.csv")}
    rows = [
        (
            key,
            row["numerator"],
            row["denominator"],
            row["confidence"],
            *(
                exact_poisson(float(row["numerator"]), float(row["confidence"]))
                if row["numerator"] and 0 <= float(row["numerator"]) < 10
                else (None, None)
            ),
        )
        for key, row in vectors.items()
    ]
    limits = ", ".join(
        render(f'rate_{side}("numerator", "denominator", "{z_sql}", "exact_{side}")')
        for side in SIDES
    )
    columns = dict(
        id="varchar",
        numerator="double",
        denominator="double",
        confidence="double",
        exact_lower="double",
        exact_upper="double",
    )
    for key, lower, upper in run(f"select id, {limits} from inputs", columns, rows):
        row = vectors[key]
        for actual, expected in [(lower, row["lower"]), (upper, row["upper"])]:
            scaled = None if actual is None else float(row["multiplier"]) * actual
            assert close(scaled, number(expected), rel=1e-12), key

    vectors = {row["id"]: row for row in read_vectors("byar_count_limits.csv")}
    rows = [(key, row["count"], row["confidence"]) for key, row in vectors.items()]
    limits = ", ".join(render(f'byar_{side}("events", "{z_sql}")') for side in SIDES)
    columns = dict(id="varchar", events="double", confidence="double")
    for key, lower, upper in run(f"select id, {limits} from inputs", columns, rows):
        assert close(lower, number(vectors[key]["lower"]), rel=1e-12), key
        assert close(upper, number(vectors[key]["upper"]), rel=1e-12), key


@needs_vectors
def test_exact_poisson_vectors_equal_the_seed():
    path = ROOT / "seeds/reference/poisson_exact_limits.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        seed = {
            (int(row["event_count"]), float(row["confidence"])): row
            for row in csv.DictReader(lines)
        }
    vectors = [
        row
        for row in read_vectors("exact_poisson_count_limits.csv")
        if float(row["count"]) < 10
    ]

    for row in vectors:
        seeded = seed[int(row["count"]), float(row["confidence"])]
        assert close(float(seeded["lower_limit"]), float(row["lower"]), rel=1e-12)
        assert close(float(seeded["upper_limit"]), float(row["upper"]), rel=1e-12)


@needs_vectors
def test_funnel_limit_vectors(render, project_vars):
    vectors = {row["id"]: row for row in read_vectors("funnel_limits_proportion.csv")}
    rows = [(key, row["baseline"], row["denominator"]) for key, row in vectors.items()]
    names = ["lower_2s", "upper_2s", "lower_3s", "upper_3s"]
    limits = ", ".join(
        render(f"funnel_{side}('baseline / 100', 'denominator', {project_vars[z]})")
        for z in ("z_95", "z_998")
        for side in SIDES
    )
    columns = dict(id="varchar", baseline="double", denominator="double")

    for key, *actual in run(f"select id, {limits} from inputs", columns, rows):
        expected = [float(vectors[key][name]) for name in names]
        # Baseline and limits are printed to six decimals; see the dbt test of the same.
        assert [100 * limit for limit in actual] == pytest.approx(expected, abs=1.8e-6)


def pinned_baseline(rows: list[tuple]) -> float:
    """Give a baseline for which the labels hold, from labels and limits of the areas.

    The peer's own baseline is the average of all its areas; a vector file may hold only
    some of them, but the labels pin it between two of the limits.
    """
    low, high = -math.inf, math.inf
    for label, lower_95, upper_95, lower_998, upper_998 in rows:
        floor, ceiling = {
            "High (0.001)": (-math.inf, lower_998),
            "High (0.025)": (lower_998, lower_95),
            "Not significant": (lower_95, upper_95),
            "Low (0.025)": (upper_95, upper_998),
            "Low (0.001)": (upper_998, math.inf),
        }[label]
        low, high = max(low, floor), min(high, ceiling)
    assert low < high, "no baseline gives these labels"
    return (low + high) / 2


@needs_vectors
@pytest.mark.parametrize("statistic", ["proportion", "ratio", "crude_rate", "dsr"])
def test_funnel_significance_vectors(render, project_vars, statistic):
    vectors = [
        row
        for row in read_vectors("funnel_significance.csv")
        if row["statistic"] == statistic and "applicable" not in row["significance"]
    ]
    rows = []
    for row in vectors:
        events, base = float(row["numerator"]), float(row["denominator"])
        if row["rate"] and float(row["rate"]) > 0:
            base = events * 100_000 / float(row["rate"])
        exact = [
            limit
            for confidence in (0.95, 0.998)
            for limit in (
                exact_poisson(events, confidence) if events < 10 else (None, None)
            )
        ]
        rows.append((row["id"], row["significance"], events, base, *exact))
    columns = dict(
        id="varchar", label="varchar", numerator="double", denominator="double"
    ) | {f"exact_{side}_{z}": "double" for z in ("95", "998") for side in SIDES}
    limits = ", ".join(
        render(
            f"rate_{side}('numerator', 'denominator', {project_vars[f'z_{z}']}, "
            f"'exact_{side}_{z}')"
        )
        + f" as {side}_{z}"
        for z in ("95", "998")
        for side in SIDES
    )
    limited = f"select *, {limits} from inputs"
    if statistic == "proportion":
        value_type = "proportion"
        printed = read_vectors("funnel_limits_proportion.csv")[0]["baseline"]
        baseline = float(printed) / 100
    elif statistic == "ratio":
        value_type, baseline = "rate", 1.0
    else:
        value_type = "rate"
        judged = (
            f"select label, lower_95, upper_95, lower_998, upper_998 from ({limited})"
        )
        baseline = pinned_baseline(run(judged, columns, rows))
    position = render(
        f"funnel_position('\\'{value_type}\\'', 'numerator', 'denominator', "
        f"'lower_95', 'upper_95', 'lower_998', 'upper_998', '{baseline!r}')"
    )

    results = run(f"select id, label, {position} from ({limited})", columns, rows)
    assert [row for row in results if row[1] != row[2]] == []


@needs_vectors
def test_benchmark_vectors(render):
    names = {
        "polarity": "varchar",
        "area_value": "double",
        "lower95": "double",
        "upper95": "double",
        "lower998": "double",
        "upper998": "double",
        "benchmark": "double",
        "denominator": "double",
        "unit": "double",
        "expected": "varchar",
    }
    macros = {
        "ci_vs_benchmark_95": "benchmark_comparison_95('area_value', 'lower95', "
        "'upper95', 'benchmark', 'polarity')",
        "ci_vs_benchmark_95_and_998": "benchmark_comparison_998('area_value', "
        "'lower95', 'upper95', 'lower998', 'upper998', 'benchmark', 'polarity')",
        "spc_proportion_1.96": "benchmark_comparison_spc('area_value', 'benchmark', "
        "'denominator', 'unit', 1.96, 'polarity')",
        "spc_proportion_3.0902": "benchmark_comparison_spc('area_value', 'benchmark', "
        "'denominator', 'unit', 3.0902, 'polarity')",
    }
    for method, rows in itertools.groupby(
        sorted(read_vectors("benchmark_comparison.csv"), key=lambda row: row["method"]),
        key=lambda row: row["method"],
    ):
        select = f"select expected, {render(macros[method])} from inputs"
        results = run(select, names, ([row[name] for name in names] for row in rows))
        assert [row for row in results if row[0] != row[1]] == []


@needs_vectors
def test_quantile_vectors(render):
    for row in read_vectors("quantile_bounds.csv"):
        first, last = map(int, row["values"].split(".."))
        bound = render(f"quantile_bound('v', {row['bound_index']}, {row['k']})")
        values = ([value] for value in range(first, last + 1))
        actual = run(f"select {bound} from inputs", {"v": "double"}, values)
        assert actual == [(float(row["bound"]),)]


@needs_vectors
def test_trend_vectors(render):
    polarities = {
        "getting_worse": {"increasing": "low_is_good", "decreasing": "high_is_good"},
        "getting_better": {"increasing": "high_is_good", "decreasing": "low_is_good"},
    }
    value_types = {"proportion_chi2": "proportion", "ci_weighted": "rate"}
    expected = {}
    for row in read_vectors("trend_expected.csv"):
        marker = row["expected_marker"]
        if row["case_id"] == "T-FN-GpRegisteredPopulationOver65":
            # Two peers disagree on a series without limits; the other is followed.
            marker = "cannot_be_calculated"
        direction, _, judgement = marker.partition("_and_")
        polarity = polarities.get(judgement, {}).get(direction)
        value_type = value_types[row["method"]]
        expected[row["case_id"]] = (value_type, polarity, marker, row["chi_squared"])
    rows = [
        (
            row["case_id"],
            row["year"],
            False,
            *expected[row["case_id"]][:2],
            *(
                row[name]
                for name in ("numerator", "denominator", "value", "lower95", "upper95")
            ),
        )
        for row in read_vectors("trend_points.csv")
    ]
    select = render("recent_trend('inputs', ['series_name'])")
    results = run(
        f"select series_name, trend, chi_squared from ({select})", TREND_COLUMNS, rows
    )

    assert {name for name, *_ in results} == set(expected)
    for name, marker, chi_squared in results:
        _, _, expected_marker, expected_chi_squared = expected[name]
        assert (name, marker) == (name, expected_marker)
        if marker != "cannot_be_calculated":
            assert close(chi_squared, float(expected_chi_squared), abs=0.005)


def test_the_deviate_of_a_tail_is_the_normal_quantile(render):
    tails = [*np.geomspace(1.5e-11, 0.0749, 400), 0.025, 0.001, 0.05 / 144 / 2]
    deviate = render('normal_deviate("tail")')
    select = f"select tail, {deviate} from inputs"
    for tail, deviate in run(select, {"tail": "double"}, [(float(t),) for t in tails]):
        assert deviate == pytest.approx(stats.norm.isf(tail), rel=1e-14)
    outside = [(t,) for t in (0.0, 1e-12, 0.0751, 0.5, -0.1, None)]
    assert {z for _, z in run(select, {"tail": "double"}, outside)} == {None}


DIFFERENCE = {
    name: "double"
    for name in (
        *("value", "lower", "upper", "value_before", "lower_before", "upper_before"),
    )
}


@pytest.fixture(scope="module")
def differences(render):
    """Give a function from pairs of figures, each with its limits, to what is said."""
    lower = render('difference_lower("value", "lower", "value_before", "upper_before")')
    upper = render('difference_upper("value", "upper", "value_before", "lower_before")')
    deviates = render('difference_deviates("change", "least", "most", 1.96)')
    word = render('change_word("least", "most")')
    select = f"""
        with limits as (
            select value - value_before as change, {lower} as least, {upper} as most
            from inputs
        )
        select least, most, {deviates}, {word} from limits
    """
    return lambda rows: run(select, DIFFERENCE, rows)


def share(events: int, base: int) -> tuple[float, ...]:
    """Give a proportion with its 95 per cent limits, by the test of the score."""
    limits = stats.binomtest(events, base).proportion_ci(0.95, method="wilson")
    return events / base, limits.low, limits.high


@pytest.mark.parametrize(
    ("now", "before", "published"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((10, 10), (0, 20), (0.6791, 1.0000)),
    ],
)
def test_a_difference_has_the_limits_that_newcombe_gives(
    differences, now, before, published
):
    """Newcombe 1998, table II, method 10; the way back is the other way."""
    there, back = (share(*now), share(*before)), (share(*before), share(*now))
    (least, most, deviates, word), (low, high, others, other) = differences(
        [(*one, *two) for one, two in (there, back)]
    )
    assert (least, most) == pytest.approx(published, abs=0.00005)
    assert (low, high) == pytest.approx((-most, -least))
    assert deviates == pytest.approx(-others) and deviates > 0
    assert (word, other) == (
        ("higher", "lower") if published[0] > 0 else ("no_clear_change",) * 2
    )


def test_counts_differ_where_the_interval_of_zou_and_donner_leaves_out_nought(
    differences,
):
    chance = np.random.default_rng(5)
    pairs = chance.poisson(10 ** chance.uniform(-1, 4, size=(400, 1)), (400, 2))
    pairs = [(0, 0), (0, 5), (7, 7), *((int(x), int(y)) for x, y in pairs)]
    rows = [(x, *exact_poisson(x, 0.95), y, *exact_poisson(y, 0.95)) for x, y in pairs]
    for row, (least, most, deviates, word) in zip(rows, differences(rows), strict=True):
        now, lower, upper, before, lower_before, upper_before = row
        down = math.dist((now, before), (lower, upper_before))
        up = math.dist((now, before), (upper, lower_before))
        assert (least, most) == pytest.approx(
            (now - before - down, now - before + up), rel=1e-9, abs=1e-9
        )
        assert (abs(deviates) > 1.96) == (word != "no_clear_change")
        room = down if now > before else up
        assert deviates == pytest.approx(1.96 * (now - before) / room)
        if now == before:
            assert (deviates, word) == (0, "no_clear_change")


def test_without_a_limit_no_difference_is_tested(differences):
    whole = (0.5, 0.4, 0.6, 0.3, 0.2, 0.4)
    rows = [(*whole[:place], None, *whole[place + 1 :]) for place in range(len(whole))]
    for place, (least, most, deviates, word) in enumerate(differences(rows)):
        assert deviates is None
        assert (least is None) or (most is None)
        assert word is None or place in (1, 2, 4, 5)
