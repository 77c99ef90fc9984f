"""Queries of rooms stand in `.sql` files beside them, and are read by one function."""

from pathlib import Path

import pytest

from build_help import PROJECT
from lscb.sql import read_query

SCRIPTS = PROJECT / "scripts"
FILES = sorted(SCRIPTS.rglob("*.sql"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_query_is_read_by_its_room(file: Path) -> None:
    room = (
        file.parent if file.parent.name not in ("sql", "queries") else file.parents[1]
    )
    code = [path.read_text(encoding="utf-8") for path in room.rglob("*.py")]
    assert any(f'"{file.stem}"' in text for text in code), "nobody reads it"


def test_gaps_are_filled_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "asked.sql").write_text("select ${what}, $value from ${what}_of")
    asked = read_query(tmp_path, "asked", what="a")
    assert asked == "select a, $value from a_of"
    for parts in ({}, {"what": "a", "more": "b"}, {"more": "b"}):
        with pytest.raises(ValueError, match=r"asked.sql has gaps for \['what'\]"):
            read_query(tmp_path, "asked", **parts)
