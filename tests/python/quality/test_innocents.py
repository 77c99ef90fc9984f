"""No innocent world is called wrong, and no two findings have one id."""

from functools import partial
from pathlib import Path

import duckdb
import pytest
import yaml
from test_withholding import build_again, copy_of

from bench.faults import INNOCENTS, InnocentWorld, innocent_world
from bench.template import Template
from build_help import Build

SEED = 20081129


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("innocent")


@pytest.fixture(scope="module")
def world(template: Template, warehouse: Build, folder: Path) -> InnocentWorld:
    """One innocent world, drawn over the sample and built."""
    again = partial(build_again, template, warehouse)
    return innocent_world(warehouse.warehouse, SEED, folder, again)


def test_nothing_innocent_is_called_wrong(world: InnocentWorld) -> None:
    assert dict(world.errors) == {}


def test_nothing_innocent_is_withheld(world: InnocentWorld) -> None:
    assert dict(world.withheld) == {}


def test_the_world_is_no_clean_sample(world: InnocentWorld) -> None:
    """It raises questions: what it holds does look odd, or it would prove nothing."""
    assert len(world.others) >= 8
    assert len(yaml.safe_load(INNOCENTS.read_text("utf-8"))["worlds"]) >= 15


def test_every_rule_was_judged_there(
    warehouse: Build, world: InnocentWorld, folder: Path
) -> None:
    with duckdb.connect(str(folder / warehouse.warehouse.name)) as connection:
        assert (
            connection.execute(
                "select rule_code, error_message from mart.fct_quality_results"
                " where status = 'error'"
            ).fetchall()
            == []
        )


def test_findings_of_one_key_have_ids_of_their_own(
    template: Template, warehouse: Build, tmp_path: Path
) -> None:
    """One spike in two files, and one finding twice."""
    copy = copy_of(warehouse.warehouse, tmp_path)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "insert into intermediate.int_quality__figure_findings by name"
            " select 'finding' as row_kind, 'mps_borough_crime' as suite,"
            " 'crime_month_spikes' as rule_code, 'warning' as severity,"
            " 'plausibility' as category, 'GLA' as owner, 'Is it?' as message,"
            " 'Look.' as what_to_do, 'CX02' as indicator_id, 1 as definition_version,"
            " 'E09000008' as area_code, 'M2011-08' as period_id, 'Violence' as detail,"
            " file_id, 7 as line_number, '61' as observed, 'about 9' as expected"
            " from (values ('one'), ('another'), ('another')) as files (file_id)"
        )
    build_again(
        template,
        warehouse,
        copy,
        *("--select", "int_quality__findings", "fct_quality_flags"),
    )
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.execute(
            "select count(*), count(distinct flag_id) from mart.fct_quality_flags"
            " where rule_code = 'crime_month_spikes' and detail = 'Violence'"
        ).fetchone() == (2, 2)
        assert connection.execute(
            "select count(*) - count(distinct flag_id) from mart.fct_quality_flags"
        ).fetchone() == (0,)
