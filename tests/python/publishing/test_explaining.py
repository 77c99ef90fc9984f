"""A value is explained from the published file alone; what is hidden stays hidden."""

from pathlib import Path

import pytest
from small_world import (
    publish_into,
    usual_counts,
    write_warehouse,
)

from build_help import Build
from lscb.disclosure.presets import preset
from lscb.errors import UserError
from lscb.explain import explain_value
from lscb.publishing.history import Place

RULE = preset("hes_2008")


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published folder, and no warehouse where one is looked for."""
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb", usual_counts())
    folder = tmp_path / "published"
    publish_into(warehouse, folder, RULE)
    monkeypatch.setenv("LSCB_PUBLISHED", str(folder))
    monkeypatch.setenv("LSCB_WAREHOUSE", str(tmp_path / "none.duckdb"))
    return folder


def test_a_shown_value_is_worked_out(
    outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain_value("SG10", "E09000004", "2008-09Q4") == 0
    said = capsys.readouterr().out
    assert "Plans" in said
    assert "100 x 22 / 150 = 14.6667" in said
    assert "owner" not in said


def test_a_hidden_value_stays_hidden(
    outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain_value("SG12", "E09000001", "2008-09Q2") == 0
    said = capsys.readouterr().out
    assert "numerator     hidden" in said
    assert "value         hidden" in said
    assert "lado_referrals E09000001 2008-09Q2 v1" in said
    assert "E09000001-2008-09Q2-v1.csv" not in said
    assert "lines in the numerator" not in said


def test_a_total_names_its_parts(
    outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain_value("SG12", "E13000002", "2008-09Q1") == 0
    said = capsys.readouterr().out
    for area in ("E09000002", "E09000003", "E09000004"):
        assert f"{area} 2008-09Q1" in said


def test_a_value_that_is_not_there_and_a_publication_that_is_not_there(
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert explain_value("SG99", "E09000004", "2008-09Q4") == 1
    assert "no value SG99" in capsys.readouterr().out
    monkeypatch.setenv("LSCB_PUBLISHED", str(outside / "nowhere"))
    with pytest.raises(UserError, match="no publication"):
        explain_value("SG12", "E09000004", "2008-09Q4")


def test_the_owner_sees_the_lines_that_counted(
    warehouse: Build,
    publication: Place,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On the publication that other tests share: takes its build, then some seconds."""
    monkeypatch.setenv("LSCB_PUBLISHED", str(publication.published))
    monkeypatch.setenv("LSCB_WAREHOUSE", str(warehouse.warehouse))
    for code, lines_are_events in (
        ("SG12", True),
        ("SG15", False),  # a line a victim, an offence may have several
        ("SG23", True),
        ("SG38", True),
    ):
        numerator, area, period = warehouse.marts.execute(
            "select numerator, area_code, period_id from mart.fct_indicator_values"
            " inner join mart.dim_areas using (area_code)"
            " where indicator_id = ? and area_type = 'local_authority'"
            " and value_status = 'reported' and period_id like '%Q%'"
            " and not contains(source_extract, 'lscb_return')"
            " and numerator between 6 and 150"
            " order by numerator desc, area_code, period_id limit 1",
            [code],
        ).fetchone()
        (rows,) = warehouse.marts.execute(
            "select sum(numerator_rows) from mart.fct_lineage"
            " where indicator_id = ? and area_code = ? and period_id = ?",
            [code, area, period],
        ).fetchone()
        assert explain_value(code, area, period) == 0
        owned = capsys.readouterr().out.split("For the owner of the warehouse only:")[1]
        lines = [line for line in owned.splitlines() if line.startswith("    lines ")]
        found = sum(len(line.split(",")) for line in lines)
        assert found == rows, (code, area, period)
        assert found == numerator if lines_are_events else found >= numerator
