"""How a suite is read: what is filled in, what is taken over, what is not right."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lscb.quality.evaluate import Result, as_table, evaluate
from lscb.quality.suites import KEYS, Rule, SuiteError, load_rules, suite_files

RULE = {
    "rule_code": "too_many",
    "expectation": "UnexpectedRowsExpectation",
    "table": "mart.cells",
    "looks_at": "figure is not null",
    "finds": "figure > {limit}",
    "detail": "concat('{extract}', ' ', area_code)",
    "observed": "it's {figure} of {extract}",
    "expected": "at most {limit}",
    "severity": "warning",
    "category": "plausibility",
    "owner": "sender",
    "message": "Is it {limit}?",
    "because": "it is\n  so",
    "what_to_do": "Look.",
    "does_not_catch": "less",
    "example": "9",
    "limits": {"limit": 5},
}
"""A rule as a file has it."""


def suite(folder: Path, name: str = "odd", **content: Any) -> Path:
    """A folder with one suite more."""
    given = {"suite": name, "stage": "mart", "rules": [RULE]} | content
    (folder / f"{name}.yml").write_text(yaml.safe_dump(given), "utf-8")
    return folder


def read(folder: Path) -> tuple[Rule, ...]:
    load_rules.cache_clear()
    try:
        return load_rules(folder)
    finally:
        load_rules.cache_clear()


def refused(folder: Path, said: str) -> None:
    with pytest.raises(SuiteError, match=said):
        read(folder)


def test_a_rule_is_filled_in(tmp_path: Path) -> None:
    (rule,) = read(suite(tmp_path, extract="lado_referrals"))
    assert (rule.suite, rule.stage, rule.rule_code) == ("odd", "mart", "too_many")
    assert rule.finds == "figure > 5"
    assert rule.because == "it is so"
    assert rule.limits == (("limit", 5),)
    assert (rule.evidence, rule.speaks_of) == ("", None)
    assert rule.asks
    assert rule.looked_at_sql == (
        "select count(*) from mart.cells where figure is not null"
    )
    assert rule.condition == "(figure is not null) and (figure > 5)"
    assert rule.finding_sql == rule.finding_sql_of("mart.cells")
    assert rule.finding_sql_of("other") == (
        f"select {', '.join(KEYS)}, cast(concat('lado_referrals', ' ', area_code) as"
        " varchar) as detail, concat('it''s ', cast(figure as varchar),"
        " ' of lado_referrals') as observed, concat('at most 5') as expected"
        " from other where (figure is not null) and (figure > 5)"
    )
    assert KEYS == (
        "indicator_id", "definition_version", "area_code", "period_id", "file_id",
        "line_number",
    )  # fmt: skip


def test_a_rule_without_detail_has_none_and_another_digest(tmp_path: Path) -> None:
    (one,) = read(suite(tmp_path))
    bare = {name: value for name, value in RULE.items() if name != "detail"}
    (other,) = read(suite(tmp_path, rules=[bare | {"message": "Is it so?"}]))
    assert other.detail == "null"
    assert one.digest != other.digest
    assert len(one.digest) == 16
    assert not read(
        suite(tmp_path, rules=[RULE | {"message": "So.", "category": "conformance"}])
    )[0].asks


def test_a_suite_takes_over_shared_rules(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    for name, code in (("one", "first"), ("two", "second")):
        (tmp_path / "shared" / f"{name}.yml").write_text(
            yaml.safe_dump({"rules": [RULE | {"rule_code": code}]}), "utf-8"
        )
    suite(tmp_path, include=["two", "one"], severities={"first": "notice"})
    suite(tmp_path, "even", rules=[])
    assert [path.name for path in suite_files(tmp_path)] == ["even.yml", "odd.yml"]
    assert [(r.rule_code, r.severity, r.suite) for r in read(tmp_path)] == [
        ("second", "warning", "odd"),
        ("first", "notice", "odd"),
        ("too_many", "warning", "odd"),
    ]
    suite(tmp_path, include=["one"], rules=[RULE | {"rule_code": "first"}])
    refused(tmp_path, r"expectations/odd\.yml has first twice: rename one")


@pytest.mark.parametrize(
    "word",
    [name for name in RULE if name not in ("rule_code", "detail", "limits")],
)
def test_a_word_that_is_missing_is_named(word: str, tmp_path: Path) -> None:
    less = {name: value for name, value in RULE.items() if name != word}
    refused(suite(tmp_path, rules=[less]), rf"too_many: missing \['{word}'\]")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"colour": "red"}, r"not known \['colour'\]"),
        ({"severity": "critical"}, "severity is 'critical'; it may be error, warning"),
        ({"category": "taste"}, "category is 'taste'; it may be conformance"),
        ({"speaks_of": "weather"}, "speaks_of is 'weather'; it may be 'arrival'"),
        (
            {"needs_more": "luck"},
            "needs_more is 'luck'; it may be calendar, populations",
        ),
        ({"asked_of": "all"}, "asked_of is 'all'; it may be 'both senders'"),
        (
            {
                "asked_of": "both senders",
                "message": "It is.",
                "category": "conformance",
            },
            "of a rule whose message is a question",
        ),
        ({"message": "It is."}, "put its message as a question"),
        (
            {"limits": {"figure": 5}, "finds": "figure > {figure}"},
            "{figure} is told of the row, and is the name of a limit",
        ),
    ],
)
def test_what_a_rule_may_not_say(
    changed: dict[str, str], said: str, tmp_path: Path
) -> None:
    refused(suite(tmp_path, rules=[RULE | changed]), said)


@pytest.mark.parametrize(
    "changed",
    [
        {"speaks_of": "arrival"},
        {"needs_more": "calendar"},
        {"category": "conformance", "message": "It is."},
        {"severity": "error", "evidence": "it is so", "message": "It is."},
    ],
)
def test_what_a_rule_may_say(changed: dict[str, str], tmp_path: Path) -> None:
    (rule,) = read(suite(tmp_path, rules=[RULE | changed]))
    for name, value in changed.items():
        assert getattr(rule, name) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("suite: [", "not YAML that can be read"),
        ("- one", "holds no `rules`"),
        ("suite: odd\nstage: mart", "holds no `rules`"),
        ("suite: even\nstage: mart\nrules: []", "`suite` must be 'odd'"),
        ("suite: odd\nstage: later\nrules: []", r"`stage` one of"),
    ],
)
def test_a_file_that_is_no_suite(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text(text, "utf-8")
    refused(tmp_path, rf"odd\.yml: .*{said}")


@pytest.fixture
def cells() -> duckdb.DuckDBPyConnection:
    with duckdb.connect() as db:
        db.execute("create schema mart")
        db.execute(
            "create table mart.cells as select 'SG02' as indicator_id,"
            " 1::bigint as definition_version, 'A' || n as area_code,"
            " 'Q1' as period_id, null::varchar as file_id, n::bigint as line_number,"
            " n as figure from range(1, 9) as t(n)"
        )
        yield db


def test_each_rule_stands_as_its_rows_do(
    cells: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Found, not found, nothing to look at, what cannot be judged, in their order."""
    changed: dict[str, dict[str, Any]] = {
        "found": {},
        "none": {"looks_at": "figure < 3"},
        "nothing": {"looks_at": "figure > 100"},
        "lost": {"table": "mart.lost"},
        "odd": {"finds": "figure > 'x'"},
        "unsaid": {"observed": "{lost_column}"},
    }
    rules = read(
        suite(
            tmp_path,
            rules=[RULE | {"rule_code": c} | other for c, other in changed.items()],
        )
    )
    results = evaluate(cells, rules)
    assert [(r.rule.rule_code, r.status, r.rows_looked_at) for r in results] == [
        ("found", "failed", 8),
        ("none", "passed", 2),
        ("nothing", "not_applicable", 0),
        ("lost", "error", None),
        ("odd", "error", 8),
        ("unsaid", "error", 8),
    ]
    said = [result.error_message for result in results]
    assert said[:3] == [None] * 3
    assert "lost" in said[3] and "Conversion" in said[4] and "lost_column" in said[5]
    assert not any("\n" in each for each in said[3:])
    assert sorted(results[0].findings) == [
        ("SG02", 1, f"A{n}", "Q1", None, n, f" A{n}", f"it's {n} of ", "at most 5")
        for n in (6, 7, 8)
    ]


def test_results_and_findings_are_rows_of_one_table(tmp_path: Path) -> None:
    (rule,) = read(suite(tmp_path))
    finding = ("SG02", 1, "A", "Q1", "f", 3, "d", "o", "e")
    table = as_table(
        [Result(rule, "failed", 9, (finding,)), Result(rule, "error", None, (), "oh")]
    ).to_pylist()
    kinds = [row["row_kind"] for row in table]
    assert kinds == ["result", "finding", "result"]
    words = {
        name: RULE[name]
        for name in ("rule_code", "expectation", "category", "severity", "owner")
    } | {"suite": "odd", "rule_digest": rule.digest, "message": "Is it 5?"}
    for row in table:
        assert {name: row[name] for name in words} == words
    first, found, last = table
    assert (first["status"], first["rows_looked_at"], first["rows_failing"]) == (
        "failed", 9, 1,
    )  # fmt: skip
    assert (last["status"], last["rows_failing"], last["error_message"]) == (
        "error", 0, "oh",
    )  # fmt: skip
    names = (*KEYS, "detail", "observed", "expected")
    assert tuple(found[name] for name in names) == finding
    assert found["status"] is None
