"""Read the suites in expectations/ into rules, and say plainly where one is not right.

A suite is one YAML file. `include` names files of expectations/shared/, whose rules it
takes over for its own extract: `{extract}` in them is filled in, and `severities` may
give one of them another severity. `{limit}` in a rule is filled in from its own
`limits`. `observed` and `expected` are texts in which an SQL expression over the row
may stand in braces.

A rule that withholds (error) or stops a publication (critical) says in `evidence` why
no innocent file can give what it finds. A rule without evidence that speaks of what is
plausible asks: its message holds a question, and the sender's sheet puts it as one.

A rule may bring two rows that the tests try it on, in `tried_on`: one that it finds
(`failing`) and one that it passes (`passing`).

A rule with `speaks_of: arrival` looks at nothing in a file: its findings may be
disclosed also where the counts of the file are hidden.

A rule with `asked_of: both senders` puts its question to the sender of the file, and to
who sent the records that the figure was counted from.

A rule with `needs_more` finds, in the files of one sender alone, also what comes of the
rest not being there. It names what that is, of NEEDS_MORE; `lscb check` keeps silent
about such findings, as `scripts/lscb/needs_more.sql` has it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from lscb.settings import PROJECT

FOLDER = PROJECT / "expectations"
SEVERITIES = ("error", "warning", "notice")
CATEGORIES = (
    "conformance", "completeness", "plausibility", "timeliness", "consistency",
)  # fmt: skip
STAGES = ("figures", "mart")
WORDS = (
    "rule_code", "expectation", "table", "looks_at", "finds", "observed", "expected",
    "severity", "category", "owner", "message", "because", "what_to_do",
    "does_not_catch", "example",
)  # fmt: skip
OPTIONAL = (
    "limits", "detail", "evidence", "speaks_of", "asked_of", "needs_more", "tried_on",
)  # fmt: skip
ARRIVAL = "arrival"
"""What a rule may be said to speak of: that a file came, when, and under which name."""
BOTH = "both senders"
"""Whom a question may be put to: also who sent what the figure was counted from."""
NEEDS_MORE = {
    "calendar": "what else was due, and what of it came and when",
    "populations": "populations, where the indicator is divided by one",
    "quarters_of_the_year": "the returns of a year's quarters, where its figure may"
    " come of them and none of them is given",
}
"""What a rule may need that the files of one sender do not hold."""
KEYS = (
    "indicator_id", "definition_version", "area_code", "period_id", "file_id",
    "line_number",
)  # fmt: skip


class SuiteError(Exception):
    """A suite that cannot be read as one; the message says where and what to do."""


@dataclass(frozen=True)
class Rule:
    """One rule of one suite, with the SQL it is made of filled in."""

    suite: str
    stage: str
    rule_code: str
    expectation: str
    table: str
    looks_at: str
    finds: str
    observed: str
    expected: str
    severity: str
    category: str
    owner: str
    message: str
    because: str
    what_to_do: str
    does_not_catch: str
    example: str
    detail: str
    limits: tuple[tuple[str, float], ...]
    evidence: str
    speaks_of: str | None
    asked_of: str | None
    needs_more: str | None

    @property
    def asks(self) -> bool:
        """Whether it puts a question to the sender, and calls nothing wrong."""
        return "?" in self.message

    @property
    def looked_at_sql(self) -> str:
        """A query that gives one number: the rows that the rule looks at."""
        return f"select count(*) from {self.table} where {self.looks_at}"

    @property
    def condition(self) -> str:
        """What a row that breaks the rule fulfils."""
        return f"({self.looks_at}) and ({self.finds})"

    @property
    def finding_sql(self) -> str:
        """A query that gives a row a finding: its keys, and what is wrong with it."""
        return self.finding_sql_of(self.table)

    @property
    def digest(self) -> str:
        """A fingerprint of what the rule says: another one, another run."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    def finding_sql_of(self, table: str) -> str:
        """The same query over a table that goes by another name."""
        keys = ", ".join(KEYS)
        return (
            f"select {keys}, cast({self.detail} as varchar) as detail,"
            f" {_text_sql(self.observed)} as observed,"
            f" {_text_sql(self.expected)} as expected"
            f" from {table} where {self.condition}"
        )


def _text_sql(text: str) -> str:
    """SQL for a text in which expressions over the row stand in braces."""
    pieces = [
        f"cast({piece} as varchar)"
        if number % 2
        else "'" + piece.replace("'", "''") + "'"
        for number, piece in enumerate(re.split(r"\{([^{}]*)\}", text))
        if piece
    ]
    return f"concat({', '.join(pieces)})"


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SuiteError(f"{path}: not YAML that can be read: {error}") from error
    if not isinstance(content, dict) or "rules" not in content:
        raise SuiteError(f"{path}: holds no `rules`; add them or remove the file.")
    return content


def _rule(path: Path, suite: dict[str, Any], given: dict[str, Any]) -> Rule:
    code = given.get("rule_code", "a rule without rule_code")
    missing = [word for word in WORDS if not given.get(word)]
    unknown = sorted(set(given) - set(WORDS) - set(OPTIONAL))
    if missing or unknown:
        raise SuiteError(
            f"{path}, {code}: missing {missing or 'nothing'}, not known"
            f" {unknown or 'nothing'}; a rule has {', '.join(WORDS)} and may have"
            f" {', '.join(OPTIONAL)}."
        )
    for word, known in (("severity", SEVERITIES), ("category", CATEGORIES)):
        if given[word] not in known:
            raise SuiteError(
                f"{path}, {code}: {word} is {given[word]!r}; it may be"
                f" {', '.join(known)}."
            )
    if given.get("speaks_of", ARRIVAL) != ARRIVAL:
        raise SuiteError(
            f"{path}, {code}: speaks_of is {given['speaks_of']!r}; it may be"
            f" {ARRIVAL!r}, and is left out where a rule looks into what was sent."
        )
    if given.get("needs_more") not in (None, *NEEDS_MORE):
        raise SuiteError(
            f"{path}, {code}: needs_more is {given['needs_more']!r}; it may be"
            f" {', '.join(NEEDS_MORE)}."
        )
    _check_certainty(path, code, given)
    _check_names(path, code, given)
    filling = {**given.get("limits", {}), "extract": suite.get("extract", "")}

    def filled(word: str) -> str:
        text = " ".join(str(given.get(word, "null")).split())
        for name, value in filling.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    return Rule(
        suite=suite["suite"],
        stage=suite["stage"],
        rule_code=code,
        limits=tuple(given.get("limits", {}).items()),
        evidence=" ".join(given.get("evidence", "").split()),
        speaks_of=given.get("speaks_of"),
        asked_of=given.get("asked_of"),
        needs_more=given.get("needs_more"),
        **{
            word: filled(word)
            for word in (*WORDS, "detail")
            if word not in ("rule_code",)
        },
    )


def _check_certainty(path: Path, code: str, given: dict[str, Any]) -> None:
    """What withholds says why no innocent file gives it; what is doubtful asks."""
    is_sure = given["severity"] == "error"
    if is_sure and not given.get("evidence"):
        raise SuiteError(
            f"{path}, {code}: severity {given['severity']} without `evidence`; say why"
            " no innocent file can give what it finds, or make it a warning."
        )
    if is_sure and "?" in given["message"]:
        raise SuiteError(
            f"{path}, {code}: severity {given['severity']}, and its message asks; what"
            " is not sure is a warning."
        )
    asked_of = given.get("asked_of")
    if asked_of and (asked_of != BOTH or "?" not in given["message"]):
        raise SuiteError(
            f"{path}, {code}: asked_of is {asked_of!r}; it may be {BOTH!r}, of a rule"
            " whose message is a question, and is left out where the sender is asked."
        )
    is_doubtful = given["category"] == "plausibility" and not is_sure
    if is_doubtful and "?" not in given["message"]:
        raise SuiteError(
            f"{path}, {code}: what is implausible may be right; put its message as a"
            " question, or say in `evidence` why it cannot be, with severity error."
        )


def _check_names(path: Path, code: str, given: dict[str, Any]) -> None:
    """A limit called as a column that the rule reads would be told in its place."""
    condition = f"{given['looks_at']} {given['finds']}"
    read = set(re.findall(r"\w+", re.sub(r"\{\w+\}", "", condition)))
    for name in given.get("limits", {}):
        told = f"{given['observed']} {given['expected']}"
        if name in read and f"{{{name}}}" in told:
            raise SuiteError(
                f"{path}, {code}: {{{name}}} is told of the row, and is the name of a"
                " limit; give the limit another one."
            )


def _with_severities(
    path: Path, suite: dict[str, Any], given: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rules that were taken over, with the severity that the suite gives them."""
    severities = suite.get("severities", {})
    unknown = sorted(set(severities) - {rule.get("rule_code") for rule in given})
    if unknown:
        raise SuiteError(
            f"{path}: `severities` names {', '.join(unknown)}, which it does not take"
            " over; include its file or drop the name."
        )
    return [
        rule | {"severity": severities.get(rule.get("rule_code"), rule.get("severity"))}
        for rule in given
    ]


def suite_files(folder: Path = FOLDER) -> list[Path]:
    """The suites, in the order of their names."""
    return sorted(folder.glob("*.yml"))


@cache
def load_rules(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """Every rule of every suite; raises SuiteError where one is not right."""
    rules: list[Rule] = []
    for path in suite_files(folder):
        suite = _read(path)
        if suite.get("suite") != path.stem or suite.get("stage") not in STAGES:
            raise SuiteError(
                f"{path}: `suite` must be {path.stem!r} and `stage` one of {STAGES}."
            )
        given = [
            rule
            for name in suite.get("include", [])
            for rule in _read(folder / "shared" / f"{name}.yml")["rules"]
        ]
        rules.extend(
            _rule(path, suite, rule)
            for rule in _with_severities(path, suite, given) + suite["rules"]
        )
    _check_twice(rules)
    return tuple(rules)


def _check_twice(rules: Iterable[Rule]) -> None:
    seen: set[tuple[str, str]] = set()
    for rule in rules:
        key = (rule.suite, rule.rule_code)
        if key in seen:
            raise SuiteError(
                f"expectations/{rule.suite}.yml has {rule.rule_code} twice: rename one."
            )
        seen.add(key)
