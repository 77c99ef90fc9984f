"""The bench of careless changes: what its rules change, and how they are drawn."""

import ast

import pytest

from bench.mutants import python_rules, sql_rules
from bench.mutants.drawing import all_mutants, draw, read_areas
from bench.mutants.running import read_equivalent
from build_help import PROJECT

SQL = """\
-- count(*) < 1 and true
select sum(a) + 1 as total, coalesce(b, 0) as b
from {{ ref('t') }} as t
left join u using (k, l)
where not t.a < 5 and t.b is not null and t.d between 1 and {{ last }}
"""

CHANGES = {
    "sum(a) + 1": {"sum(a) - 1", "sum(a) + 2", "sum(a) + 0", "max(a) + 1"},
    "coalesce(b, 0)": {"coalesce(b, 1)", "(b)", "(0)"},
    "left join u": {"inner join u"},
    "using (k, l)": {"using (l)", "using (k)"},
    "not t.a < 5": {"t.a < 5", "not t.a <= 5", "not t.a < 6", "not t.a < 4"},
    "is not null": {"is null"},
}


def lines_of(changed: str, text: str) -> str:
    """The line that a change touches, as it then is."""
    (line,) = [
        new
        for old, new in zip(text.splitlines(), changed.splitlines(), strict=True)
        if old != new
    ]
    return line


@pytest.mark.parametrize("before", CHANGES)
def test_sql_is_changed_by_rule(before: str) -> None:
    found = {
        lines_of(edit.applied(SQL), SQL)
        for edit in sql_rules.edits_of(SQL)
        if "\n" not in SQL[edit.start : edit.end]
    }
    (line,) = [line for line in SQL.splitlines() if before in line]
    for after in CHANGES[before]:
        assert line.replace(before, after) in found


def test_comments_and_jinja_stay() -> None:
    for edit in sql_rules.edits_of(SQL):
        changed = edit.applied(SQL)
        assert changed != SQL
        assert changed.startswith("-- count(*) < 1 and true\n")
        assert "{{ ref('t') }}" in changed
        assert "{{ last }}" in changed or edit.rule == "condition"
        assert changed.count("between 1 or") == 0


PYTHON = '''\
"""A text that says 1 and True."""

def chosen(rows: list[int], most: int = 5) -> list[int]:
    """Not this one."""
    found = [row for row in rows if row is not None and row <= most]
    if not found:
        raise ValueError(f"none of {most}")
    print("said", 1)
    keep(found)
    query = (
        f"select {most} from t where a = 'x'"
        " and b > 3"
    )
    chart.mark(fontSize=11)
    return sorted(found)
'''

PYTHON_CHANGES = {
    "row <= most": {"(row < most)"},
    "row is not None and row <= most": {
        "True", "(row is not None or row <= most)", "(row is not None)",
        "(row <= most)",
    },
    "not found": {"found"},
    "most: int = 5": {"most: int = 6", "most: int = 4"},
    'raise ValueError(f"none of {most}")': {"pass"},
    "keep(found)": {"pass"},
    "a = 'x'": {"a <> 'x'", "a = 'x_'"},
    "b > 3": {"b >= 3", "b > 4", "b > 2"},
    "return sorted(found)": {"return None", "return list(found)"},
}  # fmt: skip


@pytest.mark.parametrize("before", PYTHON_CHANGES)
def test_python_is_changed_by_rule(before: str) -> None:
    found = {edit.applied(PYTHON) for edit in python_rules.edits_of(PYTHON)}
    for after in PYTHON_CHANGES[before]:
        assert PYTHON.replace(before, after, 1) in found, after


def test_what_is_said_and_how_it_looks_stay() -> None:
    for edit in python_rules.edits_of(PYTHON, ["fontSize"]):
        changed = edit.applied(PYTHON)
        assert python_rules.is_python(changed)
        for kept in (
            '"""A text',
            '"""Not',
            'print("said", 1)',
            "fontSize=11",
            "{most}",
        ):
            assert kept in changed or edit.rule == "drop a call"
    assert not python_rules.is_python("def")


def test_a_draw_is_of_every_rule_and_begins_as_the_smaller_one() -> None:
    areas, look = read_areas()
    (area,) = (each for each in areas if each.name == "quality")
    mutants = all_mutants(PROJECT, area, look)
    assert len({mutant.key for mutant in mutants}) == len(mutants)
    few, many = (draw(PROJECT, mutants, 1, number) for number in (6, 40))
    assert many[:6] == few
    assert len({mutant.rule for mutant in few}) == 6
    assert len({(mutant.file, mutant.line) for mutant in many}) == 40
    assert draw(PROJECT, mutants, 2, 6) != few
    in_python = [mutant for mutant in many if mutant.file.endswith(".py")]
    assert in_python
    for mutant in in_python:
        text = (PROJECT / mutant.file).read_text(encoding="utf-8")
        ast.parse(mutant.edit.applied(text))


def test_every_area_has_files_and_tests_that_are_there() -> None:
    areas, _ = read_areas()
    assert sum(area.drawn for area in areas) >= 150
    for area in areas:
        for pattern in area.files:
            assert list(PROJECT.glob(pattern)), pattern
        named = list(area.then)
        for check in area.checks:
            named += check["tests"]
        assert named
        for name in " ".join(named).split():
            assert (PROJECT / name).exists(), name


def test_what_is_called_equivalent_still_stands_in_its_file() -> None:
    """Else the reason speaks of a line that is no longer there."""
    for (file, before, _), reason in read_equivalent().items():
        text = " ".join((PROJECT / file).read_text(encoding="utf-8").split())
        assert before in text, (file, before)
        assert len(reason) > 10
