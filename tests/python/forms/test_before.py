"""What a form shows of the period before: its sender's own figures, and no others."""

from pathlib import Path

import duckdb
import openpyxl
import pytest
from filling import RETURN, Forms, boroughs, header_of, plan, rows_of

from build_help import Build, environment
from lscb.write_forms import make_forms

SENT = [
    # indicator, version, measure, numerator, mark, denominator, mark, state, file
    ("SG02", 1, None, 17.0, None, 71.0, None, "accepted", "barnet"),
    ("SG03", 1, None, None, "<5", 20.0, None, "accepted", "barnet"),
    ("SG04", 1, None, 9.0, None, None, None, "set_aside", "barnet"),
    ("SG02", 1, None, 4242.0, None, 4343.0, None, "accepted", "bexley"),
    ("SG07", 1, None, 4141.0, None, 4444.0, None, "accepted", "withdrawn"),
    ("SG09", 1, None, 4545.0, None, 4646.0, None, "accepted", "earlier"),
]
BLOCKS = [
    (RETURN, "E09000003", "2008-09Q1", "barnet"),
    (RETURN, "E09000004", "2008-09Q1", "bexley"),
    (RETURN, "E09000003", "2007-08Q4", "earlier"),
]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A warehouse of two senders' returns, as the models lay it out."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema staging; create schema intermediate")
        connection.execute(
            "create table staging.stg_boroughs__returns (indicator_id varchar,"
            " definition_version bigint, measure varchar, numerator double,"
            " numerator_mark varchar, denominator double, denominator_mark varchar,"
            " record_state varchar, file_id varchar)"
        )
        connection.execute(
            "create table intermediate.int_blocks (extract varchar,"
            " submitter_code varchar, period_id varchar, file_id varchar)"
        )
        for table, rows in (
            ("staging.stg_boroughs__returns", SENT),
            ("intermediate.int_blocks", BLOCKS),
        ):
            gaps = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into {table} values ({gaps})", rows)
    return path


def form_of(folder: Path, warehouse: Path, sender: str, period: str) -> Path:
    with environment(folder / "none", folder / "lake", warehouse):
        assert make_forms(period, [sender], [RETURN], out=folder / "forms") == 0
    (path,) = (folder / "forms").rglob(f"*__{period}__v1.xlsx")
    return path


def before_of(path: Path) -> dict[str, tuple[object, object]]:
    """What stands beside the cells, of the rows where anything does."""
    rows = rows_of(openpyxl.load_workbook(path)[RETURN])
    shown = {
        row["pi_code"].value: (
            row["numerator before"].value,
            row["denominator before"].value,
        )
        for row in rows
    }
    return {code: cells for code, cells in shown.items() if cells != (None, None)}


def words_above(path: Path) -> str:
    sheet = openpyxl.load_workbook(path)[RETURN]
    rows = sheet.iter_rows(max_row=header_of(sheet, "pi_code"))
    return " ".join(str(c.value) for row in rows for c in row if c.value)


def test_a_sender_sees_its_own_figures_of_the_period_before(
    built: Path, tmp_path: Path
) -> None:
    path = form_of(tmp_path, built, "Barnet", "2008-09Q2")
    assert before_of(path) == {"SG02": (17, 71), "SG03": ("<5", 20)}
    assert "2008-09Q1" in words_above(path)


def test_no_figure_of_another_is_anywhere_in_the_file(
    built: Path, tmp_path: Path
) -> None:
    path = form_of(tmp_path, built, "Barnet", "2008-09Q2")
    values = {
        str(cell.value)
        for sheet in openpyxl.load_workbook(path)
        for row in sheet
        for cell in row
    }
    others = {str(int(x)) for row in SENT[3:] for x in (row[3], row[5])}
    assert not values & others


def test_who_sent_nothing_before_is_told_so(built: Path, tmp_path: Path) -> None:
    path = form_of(tmp_path, built, "Brent", "2008-09Q2")
    assert before_of(path) == {}
    assert "You sent no return for 2008-09Q1" in words_above(path)


def test_it_is_for_the_owner_and_its_sender_alone(built: Path, tmp_path: Path) -> None:
    path = form_of(tmp_path, built, "Barnet", "2008-09Q2")
    folders = [path.parent, path.parent.parent]
    assert [oct(each.stat().st_mode)[-3:] for each in folders] == ["700", "700"]
    assert path.parent.name == "E09000003"


def test_the_next_form_shows_what_was_filled_into_the_last(
    forms: Forms, returned: Build, tmp_path: Path
) -> None:
    """Landed and counted by the models, not laid out by hand as above."""
    for turn, (code, name) in enumerate(list(boroughs().items())[2:5]):
        path = form_of(tmp_path / code, returned.warehouse, name, "2008-09Q2")
        written = plan(forms.of(code, "2008-09Q1"), turn + 2)
        shown = {each.code: (each.numerator, each.denominator) for each in written}
        assert before_of(path) == shown
