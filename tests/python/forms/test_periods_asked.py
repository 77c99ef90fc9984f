"""Of which periods forms are written: those that count, and no others."""

from pathlib import Path

import pytest

from lscb.errors import UserError
from lscb.write_forms import make_forms


@pytest.fixture(autouse=True)
def nothing_landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSCB_WAREHOUSE", str(tmp_path / "none.duckdb"))
    monkeypatch.setenv("LSCB_AS_OF", "2009-01-31")


@pytest.mark.parametrize(
    ("period", "is_kept"),
    [
        ("1989-90", False),
        ("1989-90Q4", False),
        ("AY1989-90", False),
        ("1990-91Q1", True),
        ("AY1990-91", True),
    ],
)
def test_no_form_is_written_of_a_period_that_counts_nowhere(
    period: str, is_kept: bool, tmp_path: Path
) -> None:
    """The first year of the calendar is 1990, from April or from September."""
    if is_kept:
        assert make_forms(period, ["Barnet"], out=tmp_path / "forms") == 0
    else:
        with pytest.raises(UserError, match=f"{period} lies before 1990, the first"):
            make_forms(period, ["Barnet"], out=tmp_path / "forms")
    assert bool([*tmp_path.rglob("*.xlsx")]) is is_kept


def test_a_period_that_is_none_is_no_file_to_rename(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--period: The period spring is not") as error:
        make_forms("spring", out=tmp_path)
    assert "ename" not in str(error.value)


def test_one_form_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_forms("AY2007-08", ["Barnet"], out=tmp_path)
    first, last = capsys.readouterr().out.splitlines()
    assert first.endswith(": 1 form")
    assert last.endswith(": a folder for 1 sender")
