"""The audit of a publication: an attack on the finished file, from outside.

Reads the published file and those published before it: what stands in them, what they
say adds up, and what they list as revised. Beside them it knows nothing but who is
whose statistical neighbour, which anybody can look up.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from lscb.disclosure.attack import (
    Attack,
    Interval,
    Knowledge,
    Mark,
    Publication,
    PublishedCell,
    attack,
    attack_from_inside,
)
from lscb.disclosure.problem import Rule
from lscb.disclosure.structure import Apart, Key, Structure
from lscb.disclosure.tables import Count
from lscb.publishing.beside import hidden_before, told_beside
from lscb.publishing.cells import (
    DENOMINATOR,
    HIDDEN_STATUSES,
    NUMERATOR,
    TOTAL_AREAS,
    Cells,
    Facts,
    Row,
    RowKey,
    lay_out,
    own_areas,
    read_facts,
    read_links,
    read_rows,
)
from lscb.publishing.history import Told, put_together
from lscb.publishing.implied import not_implied
from lscb.settings import PROJECT

APART_TABLE, LINKS_TABLE = "fct_totals_apart", "dim_disclosure_links"

KEYS = "indicator_id, definition_version, area_code, period_id"

NOT_IMPLIED = {
    "quartile": "a quartile that rests on a hidden count",
    "neighbours": "a figure of neighbours that rests on a hidden count",
    "complete": "a figure of complete authorities that rests on a hidden count",
}


@dataclass(frozen=True)
class Finding:
    """A hidden count that is known too closely, in words of the value table."""

    key: Key
    interval: Interval


@dataclass(frozen=True)
class Audit:
    """What the attack learnt; `is_clean` when nothing is disclosed."""

    attack: Attack
    narrow: tuple[Finding, ...]
    beside: Mapping[str, int]
    hidden: int
    inside: tuple[tuple[str, Key], ...] = ()
    """Areas whose people could work out a hidden count of others, and the count."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing can be learnt that must not be."""
        return not self.narrow and not self.beside and not self.inside


def audit_files(files: Sequence[Path], rule: Rule | None = None) -> Audit:
    """Attack published files, oldest first; the last is the one in question."""
    return audit([read_file(file) for file in files], files[-1], rule)


def audit(
    told: Sequence[Told],
    file: Path,
    rule: Rule | None = None,
    taken_for: Sequence[Mapping[Key, Hashable]] = (),
    counts: Sequence[Mapping[Key, Count]] = (),
) -> Audit:
    """Attack all that was ever disclosed, oldest first; the last by the file.

    `taken_for` names, for each, the counts that a reader may take its keys for. With
    the true `counts` of each, every authority attacks too, knowing its own.
    """
    names = taken_for or [{}] * len(told)
    publications = [
        replace(each.publication, name=str(number), taken_for=taken)
        for number, (each, taken) in enumerate(zip(told, names, strict=True))
    ]
    structure = put_together(each.structure for each in told)
    with closing(_open(file)) as opened:
        rule = rule or published_rule(opened)
        beside = told_beside(opened)
        if told[:-1]:
            found = hidden_before(opened, told[-2].publication.cells)
            beside |= {"a count that was hidden, as revised": found} if found else {}
        beside |= {
            NOT_IMPLIED[name]: len(keys)
            for name, keys in not_implied(opened, PROJECT / "seeds").items()
        }
        owners = own_areas(read_facts(opened, "mart", ()))
    knowledge = Knowledge(threshold=rule.threshold)
    learnt = attack(publications, structure, knowledge, enough=rule.width)
    already = None
    if publications[:-1]:
        already = attack(publications[:-1], structure, knowledge, enough=rule.width)
    narrow = learnt.narrower_than(rule.width, already)
    inside = insiders_find(publications, structure, knowledge, rule, counts, owners)
    last = publications[-1]
    hidden = sum(cell.mark in (Mark.SMALL, Mark.HIDDEN) for cell in last.cells)
    return Audit(
        learnt,
        tuple(Finding(key, interval) for (_, key), interval in narrow.items()),
        beside,
        hidden,
        inside,
    )


def read_file(file: Path) -> Told:
    """What a published file discloses of counts."""
    with closing(_open(file)) as connection:
        return Told(*read_publication(connection, file.name))


def insiders_find(
    publications: Sequence[Publication],
    structure: Structure,
    knowledge: Knowledge,
    rule: Rule,
    counts: Sequence[Mapping[Key, Count]],
    owners: Collection[str],
) -> tuple[tuple[str, Key], ...]:
    """Hidden counts of others in the last publication that an authority can work out.

    What the earlier publications had disclosed already cannot be taken back.
    """
    if not counts or not rule.insider_width:
        return ()
    own: dict[str, dict[tuple[str, Key], int]] = defaultdict(dict)
    for publication, known in zip(publications, counts, strict=True):
        for key, count in known.items():
            if count.count is not None and key.area in owners:
                own[key.area][publication.name, key] = count.count
    width = rule.insider_width
    found = attack_from_inside(publications, structure, own, knowledge, width=width)
    if found and publications[:-1]:
        before = attack_from_inside(
            publications[:-1], structure, own, knowledge, width=width
        )
        known_before = {(insider, key) for insider, _, key in before}
    else:
        known_before = set()
    last = publications[-1].name
    return tuple(
        (insider, key)
        for insider, publication, key in sorted(found)
        if publication == last and (insider, key) not in known_before
    )


def published_rule(connection: duckdb.DuckDBPyConnection) -> Rule:
    """The rule that a published file says it was made by."""
    values = connection.execute(
        "select preset, threshold, width, count_rounding, total_rounding"
        " from mart.dim_disclosure_rule"
    ).fetchone()
    name, threshold, width, count_rounding, total_rounding = values
    return Rule(
        name=name,
        threshold=threshold,
        width=width,
        count_rounding=count_rounding,
        total_rounding=total_rounding,
    )


def read_publication(
    connection: duckdb.DuckDBPyConnection, name: str
) -> tuple[Publication, Structure]:
    """A published file as the attack sees it."""
    facts = read_facts(
        connection, "mart", read_links(connection, f"mart.{LINKS_TABLE}")
    )
    rows = read_rows(connection, "mart", is_published=True)
    cells = lay_out(rows, facts)
    rule = published_rule(connection)
    published = []
    for row in rows:
        for measure in (NUMERATOR, DENOMINATOR):
            key = cells.keys.get((row.key, measure))
            if key is not None:
                published.append(_cell(key, row, measure, facts, rule))
    return (
        Publication(
            name,
            tuple(published),
            _revised(connection, cells),
            _apart(connection, cells),
        ),
        cells.structure,
    )


def _cell(key: Key, row: Row, measure: str, facts: Facts, rule: Rule) -> PublishedCell:
    is_total = facts.area_types[row.key.area_code] in TOTAL_AREAS
    rounding = rule.total_rounding if is_total else rule.count_rounding
    if measure == DENOMINATOR:
        if row.denominator is None:
            return PublishedCell(key, Mark.HIDDEN)
        return PublishedCell(key, Mark.SHOWN, row.denominator, rounding=rounding)
    if row.known_numerator is not None:
        return PublishedCell(key, Mark.SHOWN, row.known_numerator, rounding=rounding)
    if row.value_status not in HIDDEN_STATUSES:
        return PublishedCell(key, Mark.SOURCE, low=row.low or 0, high=row.high)
    is_small = row.value_status == "suppressed"
    return PublishedCell(key, Mark.SMALL if is_small else Mark.HIDDEN)


def _apart(
    connection: duckdb.DuckDBPyConnection, cells: Cells
) -> dict[tuple[str, Key], Apart]:
    found: dict[tuple[str, Key], Apart] = {}
    for (
        code,
        version,
        area,
        period,
        measure,
        relation,
        low,
        high,
        left_out,
    ) in connection.execute(
        f"select {KEYS}, measure, relation, difference_low, difference_high,"
        f" left_out from mart.{APART_TABLE} order by all"
    ).fetchall():
        row = RowKey(code, version, area, period)
        key = cells.keys[row, measure]
        part = frozenset[Key]()
        if left_out is not None:
            changed = "area_code" if relation == "areas" else "period_id"
            part = frozenset([cells.keys[row._replace(**{changed: left_out}), measure]])
        before = found.get((relation, key), Apart(low, high))
        found[relation, key] = Apart(low, high, before.left_out | part)
    return found


def _revised(connection: duckdb.DuckDBPyConnection, cells: Cells) -> frozenset[Key]:
    return frozenset(
        cells.keys[RowKey(*values[:4]), measure]
        for *values, one, other in connection.execute(
            f"select {KEYS}, is_numerator_revised, is_denominator_revised"
            " from mart.fct_revisions"
        ).fetchall()
        for measure, is_revised in ((NUMERATOR, one), (DENOMINATOR, other))
        if is_revised and (RowKey(*values[:4]), measure) in cells.keys
    )


def _open(file: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(file), read_only=True)
