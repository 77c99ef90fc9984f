"""Nothing is published before every dbt test and every critical rule has passed."""

import functools
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from small_world import (
    digests,
    publish_into,
    usual_counts,
    write_warehouse,
)

import build_warehouse
from build_help import PROJECT, Build
from disclosure.presets import preset
from publish_marts import RefusedError

RULE = preset("hes_2008")
EXPECTATIONS = PROJECT / "expectations"

# One test of each kind, the table it looks at, and what makes it fail there.
BREAKS = {
    "not_null": (
        "not_null_fct_submissions_file_name",
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
    None: (
        "assert_undefined_indicator_is_never_computed",
        "mart.dim_indicators",
        "select * replace ('not_defined' as definition_status)",
    ),
}


def critical_rules() -> list[str]:
    return [
        rule["rule_code"]
        for suite in sorted(EXPECTATIONS.glob("*.yml"))
        for rule in yaml.safe_load(suite.read_text())["rules"]
        if rule.get("severity") == "critical"
    ]


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
    assert len(tests) > 900
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
) -> Callable[[str], tuple[int, dict, dict, str]]:
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

    def run(kind: str | None) -> tuple[int, dict, dict]:
        name, table, changed = BREAKS[kind]
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
            patch.setattr(
                build_warehouse,
                "dbtRunner",
                functools.partial(dbtRunner, manifest),
            )
            only = functools.partial(
                build_warehouse.run_dbt, "test", "--select", f"{name}*"
            )
            patch.setattr(build_warehouse, "run_dbt", lambda *_: only())
            code = build_warehouse.main()
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
    code, before, after = broken(kind)
    said = capsys.readouterr().out
    assert code == build_warehouse.REFUSED, said
    assert after == before
    assert "Not published" in said
    assert BREAKS[kind][0] in said


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small warehouse, published."""
    home = tmp_path_factory.mktemp("gate")
    world = write_warehouse(home / "warehouse.duckdb", usual_counts())
    publish_into(world, home / "published", RULE)
    return home


@pytest.mark.parametrize("rule", critical_rules())
def test_each_critical_rule_that_fails_refuses(rule: str, home: Path) -> None:
    before = digests(home / "published")
    with duckdb.connect(str(home / "warehouse.duckdb")) as db:
        db.execute(
            "create or replace table mart.fct_quality_results as select rule_code,"
            " severity, if(rule_code = $failing, 'failed', 'passed') as status"
            " from (select unnest($rules) as rule_code, 'critical' as severity)",
            {"failing": rule, "rules": critical_rules()},
        )
    with pytest.raises(RefusedError, match=rf"failed: {rule}\."):
        publish_into(home / "warehouse.duckdb", home / "published", RULE)
    assert digests(home / "published") == before
