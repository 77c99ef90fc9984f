"""Nothing is published before every dbt test has passed, and what failed is said."""

import functools
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from small_world import (
    digests,
    publish_into,
    usual_counts,
    write_warehouse,
)

from build_help import PROJECT, Build
from lscb import build as main_job
from lscb.disclosure.presets import preset
from lscb.docs import check_list
from lscb.quality.failures import Look
from lscb.quality.suites import SEVERITIES

RULE = preset("hes_2008")

# What is said of each: what must hold, or what may stand there.
SAYS = {
    "never_null": "No row of fct_submissions lacks file_id, file_name",
    "unique": "fct_submissions.file_id is in no two rows the same",
    "accepted_values": "accepted, superseded, duplicate, refused",
    "relationships": "E99",
    "within_range": "at least 0",
    "unique_combination": "No two rows of fct_comparisons agree in indicator_id",
    "matches_pattern": "seeds/reference/extract_columns.csv: lake_column is ' '",
    "one_of_the_choices": "outcome lost",
    "within_declared_bounds": "age_years 20",
    None: "An indicator without a definition is listed, never computed.",
}
# A seed that is wrong is a setting, and the build could not run.
SETTINGS = {"matches_pattern"}

# One test of each kind, the table it looks at, and what makes it fail there.
BREAKS = {
    "never_null": (
        "never_null_fct_submissions",
        "mart.fct_submissions",
        "select * replace (null::varchar as file_name)",
    ),
    "unique": (
        "unique_fct_submissions_file_id",
        "mart.fct_submissions",
        "select * replace ('the same' as file_id)",
    ),
    "accepted_values": (
        "accepted_values_fct_submissions_status",
        "mart.fct_submissions",
        "select * replace ('lost' as status)",
    ),
    "relationships": (
        "relationships_fct_comparisons_area_code",
        "mart.fct_comparisons",
        "select * replace ('E99' as area_code)",
    ),
    "within_range": (
        "within_range_fct_submissions_lines_read",
        "mart.fct_submissions",
        "select * replace (-1::bigint as lines_read)",
    ),
    "unique_combination": (
        "unique_combination_fct_comparisons",
        "mart.fct_comparisons",
        "select * replace ('E99' as area_code)",
    ),
    "matches_pattern": (
        "matches_pattern_extract_columns_lake_column",
        "reference.extract_columns",
        "select * replace (' ' as lake_column)",
    ),
    "one_of_the_choices": (
        "one_of_the_choices_stg_lado__referrals_outcome",
        "staging.stg_lado__referrals",
        "select * replace ('lost' as outcome)",
    ),
    "within_declared_bounds": (
        "within_declared_bounds_stg_pct__admissions_age_years",
        "staging.stg_pct__admissions",
        "select * replace (20::bigint as age_years)",
    ),
    None: (
        "assert_undefined_indicator_is_never_computed",
        "mart.dim_indicators",
        "select * replace ('not_defined' as definition_status)",
    ),
}


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """The project as dbt reads it."""
    parsed = dbtRunner().invoke(
        ["parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "-q"]
    )
    assert parsed.success, parsed.exception
    return parsed.result


def test_every_dbt_test_can_stop_the_build(manifest: Manifest) -> None:
    """None is switched off, none only warns, none looks at a part or tolerates some."""
    tests = [node for node in manifest.nodes.values() if node.resource_type == "test"]
    assert len(tests) > 500
    lenient = [
        test.name
        for test in tests
        if test.config.severity.upper() != "ERROR"
        or not test.config.enabled
        or test.config.error_if != "!= 0"
        or test.config.limit is not None
        or test.config.where is not None
    ]
    assert lenient == []
    assert [name for name in manifest.disabled if name.startswith("test.")] == []


def test_every_kind_of_dbt_test_is_broken_below(manifest: Manifest) -> None:
    tests = [node for node in manifest.nodes.values() if node.resource_type == "test"]
    # A singular test has no metadata of a kind.
    kinds = [getattr(test, "test_metadata", None) for test in tests]
    assert {kind.name if kind else None for kind in kinds} == set(BREAKS)


@pytest.fixture(scope="module")
def broken(
    warehouse: Build, manifest: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str, str], tuple[int, dict, dict]]:
    """Run the main job on a copy of the built warehouse in which one test fails."""
    home = tmp_path_factory.mktemp("broken")
    copy = home / "warehouse.duckdb"
    copy.write_bytes(warehouse.warehouse.read_bytes())
    landing = home / "landing"
    landing.mkdir()
    (landing / "sent.csv").touch()
    # As a run leaves it that was ended between the two renames of the pages.
    (home / "published" / ".site.old").mkdir(parents=True)
    (home / "published" / ".site.old" / "index.html").touch()
    world = write_warehouse(home / "small.duckdb", usual_counts())
    publish_into(world, home / "published", RULE)

    def run(name: str, table: str, changed: str) -> tuple[int, dict, dict]:
        before = digests(home / "published")
        before["site/index.html"] = before.pop(
            ".site.old/index.html", before.get("site/index.html", "")
        )
        with duckdb.connect(str(copy)) as db:
            db.execute(f"create table kept as from {table}")
            db.execute(f"create or replace table {table} as {changed} from kept")
        with pytest.MonkeyPatch.context() as patch:
            for variable, path in (
                ("LSCB_LANDING", landing),
                ("LSCB_LAKE", home / "lake"),
                ("LSCB_WAREHOUSE", copy),
                ("LSCB_PUBLISHED", home / "published"),
            ):
                patch.setenv(variable, str(path))
            patch.chdir(PROJECT)
            only = functools.partial(
                *(main_job.run_dbt, "test", "--select", f"{name}*"), manifest=manifest
            )
            patch.setattr(main_job, "run_dbt", lambda *_: only())
            code = main_job.build()
        with duckdb.connect(str(copy)) as db:
            db.execute(f"create or replace table {table} as from kept")
            db.execute("drop table kept")
        assert (home / "published" / "site" / "index.html").exists()
        return code, before, digests(home / "published")

    return run


@pytest.mark.parametrize("kind", BREAKS)
def test_a_failing_dbt_test_of_each_kind_refuses(
    kind: str | None, broken: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the warehouse that other tests share: takes its build, then some seconds."""
    code, before, after = broken(*BREAKS[kind])
    said = capsys.readouterr().out
    is_setting = kind in SETTINGS
    expected = main_job.COULD_NOT_RUN if is_setting else main_job.REFUSED
    assert code == expected, said
    assert after == before
    assert "Not published" in said
    assert SAYS[kind] in said
    # Of the columns of one test, that which is empty.
    assert ("file_name None" in said) is (kind == "never_null")
    # The name of a test is for whoever corrects it, and never all that is said.
    (named,) = [line for line in said.splitlines() if BREAKS[kind][0] in line]
    assert named.strip().startswith("(")
    assert ("A setting is wrong" in said) is is_setting
    assert ("fault of the project and not of a sender" in said) is not is_setting


def test_a_failing_cell_is_named_with_its_files_and_what_to_do(
    broken: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    code, before, after = broken(
        "assert_reported_value_has_a_number",
        "mart.fct_indicator_values",
        "select * replace (if(indicator_id = 'SG02' and area_code = 'E09000007' and"
        " period_id = '2008-09Q1', null, indicator_value) as indicator_value)",
    )
    said = capsys.readouterr().out
    assert code == main_job.REFUSED, said
    assert after == before
    for words in (
        'Whoever reads "reported" finds a value beside it.',
        "indicator_id SG02",
        "area_code E09000007 (Camden)",
        "period_id 2008-09Q1",
        "lscb_return/lscb_return__",
        "take these files out of landing",
    ):
        assert words in said
    assert said.count("indicator_id SG02") == 1


def test_the_lines_behind_a_cell_are_named_once_lineage_is_there(
    warehouse: Build,
) -> None:
    """As the lineage of the mart has them."""
    cell = {"indicator_id": "SG02", "area_code": "E09000007", "period_id": "2008-09Q1"}
    ((path, first, last),) = warehouse.marts.execute(
        "select relative_path, first_line, last_line from mart.fct_lineage as lineage"
        " inner join mart.fct_submissions using (file_id) where indicator_id = 'SG02'"
        " and lineage.area_code = 'E09000007' and lineage.period_id = '2008-09Q1'"
    ).fetchall()
    look = Look(warehouse.marts, "warehouse")
    look.built = {"fct_lineage"}
    assert first == last
    assert look.files([cell]) == [f"{path}, line {first}"]


def test_rows_that_a_contract_refuses_are_named(
    warehouse: Build, manifest: Manifest
) -> None:
    """Of a model that would write a figure below nought, and a cell twice."""
    model = deepcopy(manifest.nodes["model.lscb.fct_indicator_values"])
    model.compiled_code = (
        "with counted as (from mart.fct_indicator_values where numerator > 0),"
        " negative as (from counted order by all limit 1),"
        " twice as (from counted order by all limit 1 offset 1)"
        " select * replace (-numerator as numerator) from negative"
        " union all from counted except from negative union all from twice"
    )
    found = {
        about: failure
        for about, failure in Look(warehouse.marts, "warehouse").constraints(model)
    }
    assert set(found) == {
        "fct_indicator_values: numerator >= 0.",
        "No two rows of fct_indicator_values agree in indicator_id,"
        " definition_version, area_code, period_id.",
    }
    assert [failure.count for failure in found.values()] == [1, 2]
    assert all(failure.rows[0]["indicator_id"] for failure in found.values())


# The three kinds of check: docs/decisions/0011


def test_every_data_test_is_of_one_kind(manifest: Manifest) -> None:
    """A setting looks at seeds alone: no file that is sent can make it fail."""
    tests = [node for node in manifest.nodes.values() if node.resource_type == "test"]
    kinds = {test.name: test.config.meta.get("kind") for test in tests}
    assert set(kinds.values()) == {"invariant", "setting"}, kinds
    looks_beyond = [
        test.name
        for test in tests
        if test.config.meta["kind"] == "setting"
        and not all(name.startswith("seed.") for name in test.depends_on.nodes)
    ]
    assert looks_beyond == []
    # Golden figures are no settings: tests of the statistics read them and nobody else.
    seeds = {
        test.name: test.attached_node
        for test in tests
        if (getattr(test, "attached_node", None) or "").startswith("seed.")
        and test.config.meta["kind"] == "invariant"
    }
    assert all(".golden_" in seed for seed in seeds.values()), seeds


def test_every_constraint_has_its_test(manifest: Manifest) -> None:
    """What a contract refuses is an invariant too, and stands in the list of tests."""
    tested = set()
    for test in manifest.nodes.values():
        if test.resource_type != "test" or not getattr(test, "attached_node", None):
            continue
        kind = test.test_metadata.name
        columns = tuple(test.test_metadata.kwargs.get("columns", ()))
        names = columns if kind == "never_null" else [test.column_name or columns]
        tested |= {(test.attached_node, kind, name) for name in names}
    untested = []
    for model in manifest.nodes.values():
        if model.resource_type != "model":
            continue
        for constraint in model.constraints:
            assert constraint.type == "primary_key"
            columns = tuple(constraint.columns)
            name = columns[0] if len(columns) == 1 else columns
            kind = "unique" if len(columns) == 1 else "unique_combination"
            untested += [(model.unique_id, kind, name)]
        for column in model.columns.values():
            untested += [
                (model.unique_id, "never_null", column.name)
                for constraint in column.constraints
                if constraint.type == "not_null"
            ]
    assert [each for each in untested if each not in tested] == []


def test_the_record_lists_every_check_as_it_is(manifest: Manifest) -> None:
    """Written anew by `make docs`."""
    assert check_list.is_in_step(manifest)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("status", ["failed", "error"])
def test_no_rule_stops_a_publication(
    severity: str, status: str, tmp_path: Path
) -> None:
    """A rule withholds or warns; only dbt's tests and the audit stop a publication."""
    world = write_warehouse(tmp_path / "small.duckdb", usual_counts())
    with duckdb.connect(str(world)) as db:
        db.execute(
            "create table mart.fct_quality_results as select 'any' as rule_code,"
            f" '{severity}' as severity, '{status}' as status"
        )
    assert publish_into(world, tmp_path / "published", RULE).file.exists()


def test_the_everyday_build_runs_no_unit_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """They speak of code alone, and run once in the tests: conftest.py's warehouse."""
    asked: list[tuple[str, ...]] = []

    def remember(*arguments: str) -> None:
        asked.append(arguments)
        raise OSError("enough")

    monkeypatch.setattr(main_job, "run_dbt", remember)
    monkeypatch.setattr(main_job, "provide_landing", lambda _: None)
    assert main_job.build() == main_job.COULD_NOT_RUN
    assert asked == [("build", "--exclude-resource-type", "unit_test")]
