"""Publish the marts: one compact DuckDB file that any reader can open.

Built beside the last publication, put under disclosure control, attacked from outside,
and swapped in whole by one rename, so that a reader sees the old file or the new one
and never half of one. A publication that would say the same as the last is not written
again. Where a check refuses, the last publication stays as it was.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from lscb.disclosure.intervals import ContradictionError
from lscb.disclosure.presets import preset
from lscb.disclosure.problem import Rule
from lscb.disclosure.structure import Key
from lscb.private import MovedError
from lscb.publishing import history
from lscb.publishing.audit import (
    APART_TABLE,
    LINKS_TABLE,
    Audit,
    audit,
    read_file,
)
from lscb.publishing.cells import RowKey, read_facts, read_links, read_rows
from lscb.publishing.code import made_by
from lscb.publishing.hiding import (
    ADDED_COLUMNS,
    DIGEST_COMMENT,
    digest_tables,
    hide,
    rounds,
)
from lscb.publishing.history import (
    FILE_NAME,
    MANIFEST_NAME,
    Past,
    Place,
    as_text,
)
from lscb.publishing.protection import Protection, protect_rows
from lscb.publishing.revisions import REVISION_COMMENTS, write_revisions
from lscb.publishing.settled import settled
from lscb.publishing.telling import (
    LINES_HIDDEN,
    NAMING_FILES,
    TOLD_COMMENTS,
    columns_of,
)
from lscb.settings import PROJECT, Settings
from lscb.sql import insert_rows, literal, read_query
from lscb.states import DRAFT, SIGNED

# Read by every DuckDB line from 1.2 on.
STORAGE_VERSION = "v1.2.0"
SEEDS = PROJECT / "seeds"
SQL = Path(__file__).with_name("sql")
CATALOG = "warehouse"
"""What profiles.yml calls the warehouse within dbt, whatever its file is called."""
QUALITY_TABLE = "fct_quality_results"
FIRST_TABLE = "start_here"

COMMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "about_publication": (
        "What this file is: one row per item.",
        {
            "item": (
                "What is said: preset, threshold and width are the columns of"
                " dim_disclosure_rule, where they are explained."
            ),
            "content": "What it is.",
        },
    ),
    "dim_disclosure_rule": (
        "The rule by which counts of children are hidden: one row.",
        {
            "preset": "Name of the rule.",
            "threshold": "Counts from 1 to this are hidden.",
            "width": (
                "Largest less smallest value that every hidden count may still have."
            ),
            "count_rounding": "Base to which counts that are shown are rounded.",
            "total_rounding": "Base to which totals that are shown are rounded.",
            "source": "Whose rule it is.",
        },
    ),
    LINKS_TABLE: (
        "Counts of different indicators that hang together, one row per pair.",
        {
            "kind": "nested, same, sum, or none (looked into, and not linked).",
            "first_indicator_id": "Indicator of the first count.",
            "first_measure": "numerator or denominator.",
            "second_indicator_id": "Indicator of the second count.",
            "second_measure": "numerator or denominator.",
            "note": "Why they hang together, or do not.",
            "source": "Where the row comes from.",
        },
    ),
    "dim_disclosure_records": (
        "Extracts that hold records of children, whose lines are counts: one row each.",
        {"extract": "Name of the extract."},
    ),
    APART_TABLE: (
        "Totals that are not the sum of the parts in this file, and pairs that should"
        " be alike and are not: one row per total and part left out.",
        {
            "indicator_id": "Indicator of the total, or of the first of the pair.",
            "definition_version": "Version of its definition.",
            "area_code": "Area of the total, or of the first of the pair.",
            "period_id": "Period of the total, or of the first of the pair.",
            "measure": "numerator or denominator.",
            "relation": (
                "What should add up: areas (a total of areas), periods (a year of its"
                " quarters), series (indicators that add up to another), within (an"
                " indicator that holds another) or same (two counts of one thing)."
            ),
            "difference_low": (
                "Least by which the total exceeds its parts; empty is no bound."
            ),
            "difference_high": (
                "Most by which the total exceeds its parts; empty is no bound."
            ),
            "left_out": (
                "Area or period that does not count towards the total. Empty where all"
                " count, and for a pair."
            ),
        },
    ),
    "fct_revisions": REVISION_COMMENTS,
}


class RefusedError(Exception):
    """A check said no: nothing was swapped."""


@dataclass(frozen=True)
class Publication:
    """What was published: the file, whether it is a new one, and its manifest."""

    file: Path
    is_new: bool
    manifest: dict

    @property
    def rows(self) -> int:
        """How many rows its tables have."""
        return sum(table["rows"] for table in self.manifest["tables"].values())


def quoted(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def tables_of(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """Names of the tables of schema mart of a database, in order."""
    return [
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = ?"
            " and schema_name = 'mart' order by table_name",
            [database],
        ).fetchall()
    ]


def digest_of(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """SHA-256 of all rows of a relation, in an order of their own."""
    digest = hashlib.sha256()
    rows = connection.execute(
        f"select cast(to_json(content) as varchar) as line from {relation} as content"
        " order by line"
    )
    while batch := rows.fetchmany(10_000):
        for (line,) in batch:
            digest.update(line.encode())
            digest.update(b"\n")
    return digest.hexdigest()


def chosen_rule() -> Rule:
    """The rule that LSCB_DISCLOSURE names; that of 2008 where it names none."""
    return preset(Settings.from_environment().disclosure)


def publish(warehouse: Path, place: Place, rule: Rule | None = None) -> Publication:
    """Publish the marts of a warehouse into a folder; RefusedError if a check refuses.

    The swap is one rename, and comes after every check.
    """
    rule = rule or chosen_rule()
    keep = history.kept_number()
    place.published.mkdir(parents=True, exist_ok=True)
    target, fresh = place.file, place.published / f".{FILE_NAME}.new"
    try:
        remove_unfinished(place)
    except MovedError as moved:
        raise RefusedError(str(moved)) from moved
    refuse_lost_history(place)
    if said := not_by(rule, place):
        raise RefusedError(said)
    earlier = history.earlier_publications(place)
    try:
        with duckdb.connect(":memory:") as connection:
            attach(connection, warehouse, "warehouse")
            refuse_unsettled(connection)
            say_unjudged(connection)
            inputs = digest_of_inputs(connection, rule)
            if is_unchanged(place, earlier, inputs):
                return Publication(target, is_new=False, manifest=earlier[-1].manifest)
            manifest, protection = write_file(connection, fresh, rule, earlier)
        told = [*(history.read_told(past) for past in earlier), read_file(fresh)]
        counts = [*(history.read_earlier(past).counts for past in earlier)]
        counts.append(protection.earlier.counts)
        audited = audit(told, fresh, rule, protection.taken_for, counts)
        refuse_what_tells(audited, rule)
        manifest["sha256"] = history.sha256_of(fresh)
        manifest |= made_by()
        history.remember(
            place,
            fresh,
            manifest,
            history.Behind(
                inputs,
                protection.earlier,
                protection.structure,
                told[-1],
                warehouse,
            ),
        )
        # All that takes room on the disk is written before the swap.
        with_it = write_beside(place.published, manifest)
        fresh.replace(target)
        with_it.replace(place.published / MANIFEST_NAME)
    except ContradictionError as contradiction:
        raise RefusedError(
            f"the guard cannot calculate with what is published: {contradiction}. That"
            f" is a fault of this program, whatever was sent. Keep {warehouse} and"
            f" {place.history} as they are, and report it as SECURITY.md says."
        ) from contradiction
    finally:
        remove_unfinished(place)
    history.forget_files(history.earlier_publications(place), keep)
    return Publication(target, is_new=True, manifest=manifest)


def remove_unfinished(place: Place) -> None:
    """Remove what a run that was ended, or refused, left beside the publication."""
    for name in (f".{FILE_NAME}.new", f".{FILE_NAME}.new.wal", f".{MANIFEST_NAME}.new"):
        (place.published / name).unlink(missing_ok=True)
    history.settle(place)


def refuse_lost_history(place: Place) -> None:
    """Refuse where it is not known any more what earlier publications disclosed."""
    lost = history.missing_pieces(place)
    if lost:
        raise RefusedError(
            "earlier publications cannot be taken into account, because"
            f" {', '.join(lost)} is missing. Put it back from a backup and run"
            f" `make build` again. If it is lost for good, move {place.published} and"
            f" {place.history} away and publish into empty folders: what those"
            " publications disclosed can then be subtracted from the new one."
        )


def not_by(rule: Rule, place: Place) -> str:
    """Why no publication by the rule can follow the earlier ones; empty if one can.

    The mark of a small count says 1 to the threshold of its rule. By another one the
    same count would be small here and shown there, and the two marks tell more of it
    than either may.
    """
    try:
        earlier = history.earlier_publications(place)
    except FileNotFoundError:
        # A piece of the history is lost: `refuse_lost_history` says which.
        return ""
    others = {
        (past.manifest["preset"], past.manifest["threshold"])
        for past in earlier
        if past.manifest["threshold"] != rule.threshold
    }
    if not others:
        return ""
    before = ", ".join(f"{name} (1 to {most})" for name, most in sorted(others))
    return (
        f"LSCB_DISCLOSURE is {rule.name}, which hides counts of 1 to {rule.threshold};"
        f" earlier publications in {place.history} were protected by {before}, and what"
        " two rules hide discloses more than what one does. Set LSCB_DISCLOSURE to the"
        f" earlier rule, or move {place.published} and {place.history} away and publish"
        " into empty folders: what those publications disclosed can then be"
        " subtracted from the new one."
    )


def attach(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
    """Attach a database file for reading."""
    connection.execute(f"attach {literal(str(file))} as {name} (read_only)")


def refuse_unsettled(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a mart, or a column, of which nobody has settled what it may disclose."""
    unknown = settled().unsettled(
        connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where database_name = 'warehouse' and schema_name = 'mart'"
            " and table_name in (select table_name from duckdb_tables()"
            " where database_name = 'warehouse' and schema_name = 'mart')"
        ).fetchall()
    )
    if unknown:
        raise RefusedError(
            f"disclosure control does not know {', '.join(dict.fromkeys(unknown))}. Say"
            " in scripts/lscb/publishing/settled.yml what of it may be disclosed, or"
            " build it outside the schema mart."
        )


def say_unjudged(connection: duckdb.DuckDBPyConnection) -> None:
    """Say which rules could not be judged; that refuses nothing."""
    if QUALITY_TABLE not in tables_of(connection, "warehouse"):
        return
    for (code,) in connection.execute(
        f"select distinct rule_code from warehouse.mart.{QUALITY_TABLE}"
        " where status = 'error' order by rule_code"
    ).fetchall():
        print(
            f"The rule {code} could not be judged; error_message in"
            f" mart.{QUALITY_TABLE} of the warehouse says why."
        )


def refuse_what_tells(audit: Audit, rule: Rule) -> None:
    """Refuse a publication from which too much can be learnt."""
    if audit.is_clean:
        return
    told = [f"{name} ({number})" for name, number in audit.beside.items()]
    narrow = [" ".join(finding.key) for finding in audit.narrow[:5]]
    if narrow:
        told.append(
            f"{len(audit.narrow)} hidden counts known more closely than {rule.width}:"
            f" {', '.join(narrow)}"
        )
    if audit.inside:
        insiders = sorted({insider for insider, _ in audit.inside})
        told.append(
            f"{len(audit.inside)} hidden counts that follow for whoever knows those of"
            f" {', '.join(insiders[:5])}"
        )
    raise RefusedError(
        f"the disclosure audit found what must not be disclosed: {'; '.join(told)}."
        " Choose a stricter rule with LSCB_DISCLOSURE, or link the counts that give one"
        " another away in seeds/reference/disclosure_links.csv, and run `make build`"
        " again."
    )


def digest_of_inputs(connection: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """One digest over all that a publication is made from: for its owner alone.

    Where few counts are hidden, they could be guessed and tried out on it.
    """
    made_from = {
        table: digest_of(connection, f"warehouse.mart.{quoted(table)}")
        for table in tables_of(connection, "warehouse")
    }
    made_from["views and comments"] = connection.execute(
        read_query(SQL, "views_and_comments")
    ).fetchall()
    made_from["rule"] = repr(rule)
    for file in sorted(used_files()):
        name = file.relative_to(PROJECT).as_posix()
        made_from[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


def used_files() -> Iterator[Path]:
    """The code and the seeds that decide what a publication looks like."""
    for package in ("publishing", "disclosure"):
        for kind in ("*.py", "*.yml", "sql/*.sql"):
            yield from (PROJECT / "scripts" / "lscb" / package).glob(kind)
    yield PROJECT / "dbt_project.yml"
    for seed in ("disclosure_links", "extracts", "statistical_neighbours"):
        yield SEEDS / "reference" / f"{seed}.csv"


def is_unchanged(place: Place, earlier: list[Past], inputs: str) -> bool:
    """Whether the last publication was made from the same, and stands whole.

    Where it was removed, it is put back from the history: it says nothing new.
    """
    if not earlier or earlier[-1].inputs != inputs:
        return False
    last = earlier[-1]
    if not place.file.exists() and last.file is not None:
        put_back = place.published / f".{FILE_NAME}.new"
        shutil.copyfile(last.file, put_back)
        put_back.replace(place.file)
    if not place.file.exists():
        return False
    if history.sha256_of(place.file) != last.manifest["sha256"]:
        return False
    if read_manifest(place.published) != last.manifest:
        write_beside(place.published, last.manifest).replace(
            place.published / MANIFEST_NAME
        )
    return True


def write_file(
    connection: duckdb.DuckDBPyConnection,
    fresh: Path,
    rule: Rule,
    earlier: list[Past],
) -> tuple[dict, Protection]:
    """Write the protected marts into a fresh file; its manifest and its protection.

    A publication is named by what it says, and by the one before it.
    """
    before = earlier[-1].manifest if earlier else None
    previous = before["publication_id"] if before else None
    links = SEEDS / "reference" / "disclosure_links.csv"
    read_seed = f"read_csv({literal(str(links))}, header = true, all_varchar = true)"
    facts = read_facts(connection, "warehouse.mart", read_links(connection, read_seed))
    rows = read_rows(connection, "warehouse.mart", is_published=False)
    if rounds(rule):
        # Bounds of exact counts are not shown then, and so are no numbers either.
        rows = [replace(row, low=None, high=None) for row in rows]
    protection = protect_rows(
        "now",
        rows,
        facts,
        rule,
        [history.read_earlier(past) for past in earlier],
        [history.read_structure(past) for past in earlier],
    )
    copy_marts(connection)
    connection.execute(f"create table mart.{LINKS_TABLE} as select * from {read_seed}")
    write_apart(connection, protection)
    hide(connection, rows, facts, protection, rule, SEEDS)
    write_own_tables(connection, rule)
    said = {
        table: described(connection, table) for table in tables_of(connection, "memory")
    }
    name = json.dumps([previous, said], sort_keys=True)
    manifest = {
        "file": FILE_NAME,
        "publication_id": hashlib.sha256(name.encode()).hexdigest()[:16],
        "previous_publication_id": previous,
        "sequence": before["sequence"] + 1 if before else 1,
        "is_protected": True,
        "state": DRAFT,
        "preset": rule.name,
        "threshold": rule.threshold,
        "width": rule.width,
        "storage_version": STORAGE_VERSION,
    }
    write_revisions(
        connection,
        rows,
        protection,
        earlier[-1] if earlier else None,
        manifest["publication_id"],
    )
    write_about(connection, manifest, rule)
    for table in ("about_publication", "fct_revisions"):
        said[table] = described(connection, table)
    manifest["tables"] = said
    fill_file(connection, fresh)
    return manifest, protection


def described(connection: duckdb.DuckDBPyConnection, table: str) -> dict:
    """What the manifest says of a table in memory."""
    relation = f"mart.{quoted(table)}"
    (rows,) = connection.execute(f"select count(*) from {relation}").fetchone()
    return {"rows": rows, "sha256": digest_of(connection, relation)}


def copy_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the mart tables into memory, where they are worked on."""
    connection.execute("create schema mart")
    for table in tables_of(connection, "warehouse"):
        connection.execute(
            f"create table mart.{quoted(table)} as"
            f" select * from warehouse.mart.{quoted(table)}"
        )


def write_own_tables(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """What readers, and the attack, are told of the rule."""
    connection.execute(
        "create table mart.dim_disclosure_rule as select ?::varchar as preset,"
        " ?::bigint as threshold, ?::bigint as width, ?::bigint as count_rounding,"
        " ?::bigint as total_rounding, ?::varchar as source",
        [
            rule.name,
            rule.threshold,
            rule.width,
            rule.count_rounding,
            rule.total_rounding,
            rule.source,
        ],
    )
    connection.execute(
        "create table mart.dim_disclosure_records as select extract"
        " from record_extracts"
    )


def write_apart(connection: duckdb.DuckDBPyConnection, protection: Protection) -> None:
    """What readers, and the attack, are told of what does not add up."""
    rows_of = {key: where for where, key in protection.cells.keys.items()}
    connection.execute(
        f"create table mart.{APART_TABLE} (indicator_id varchar,"
        " definition_version bigint, area_code varchar, period_id varchar,"
        " measure varchar, relation varchar, difference_low bigint,"
        " difference_high bigint, left_out varchar)"
    )
    listed = []
    for (relation, key), how in protection.earlier.apart.items():
        row, measure = rows_of[key]
        for part in sorted(how.left_out) or [None]:
            name = left_out_name(part, relation, rows_of)
            listed.append((*row, measure, relation, how.low, how.high, name))
    insert_rows(connection, f"mart.{APART_TABLE}", listed)


def left_out_name(
    part: Key | None, relation: str, rows_of: dict[Key, tuple[RowKey, str]]
) -> str | None:
    """The area or period of a part that does not count towards its total."""
    if part is None:
        return None
    row, _ = rows_of[part]
    return row.area_code if relation == "areas" else row.period_id


def rounding_said(rule: Rule) -> str:
    """What the rule rounds, in a sentence."""
    said = [
        f"{what} to the nearest {base}"
        for what, base in (
            ("counts", rule.count_rounding),
            ("totals", rule.total_rounding),
        )
        if base > 1
    ]
    said += [
        f"{what} to {decimals} decimal{'' if decimals == 1 else 's'}"
        for what, decimals in (
            ("rates", rule.rate_decimals),
            ("percentages and ratios", rule.percentage_decimals),
        )
        if decimals is not None
    ]
    if not said:
        return "Nothing is rounded."
    return (
        f"Rounded are {', '.join(said)}; limits and comparisons, which rest on exact"
        " counts, are not shown."
    )


def write_about(
    connection: duckdb.DuckDBPyConnection, manifest: dict, rule: Rule
) -> None:
    """What the file says of itself."""
    connection.execute(
        "create table mart.about_publication (item varchar, content varchar)"
    )
    said = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in manifest.items()
        if value is not None
    }
    said["protection"] = (
        f"Counts from 1 to {manifest['threshold']} are hidden (suppressed), and more"
        " so that nothing can be worked out (suppressed_secondary: hidden to protect"
        f" another figure, or itself). {rounding_said(rule)}"
    )
    insert_rows(connection, "mart.about_publication", sorted(said.items()))


def fill_file(connection: duckdb.DuckDBPyConnection, fresh: Path) -> None:
    """Write the tables, sorted, with their comments, and the views on them."""
    connection.execute(
        f"attach {literal(str(fresh))} as publication"
        f" (storage_version {literal(STORAGE_VERSION)})"
    )
    # In one transaction: each of a thousand comments would be one of its own.
    connection.execute("begin transaction")
    connection.execute("create schema publication.mart")
    for table in tables_of(connection, "memory"):
        connection.execute(
            f"create table publication.mart.{quoted(table)} as"
            f" select * from memory.mart.{quoted(table)} order by all"
        )
        copy_comments(connection, table)
    for table, (comment, columns) in COMMENTS.items():
        write_comments(connection, table, comment, columns)
    for (table, column), comment in (ADDED_COLUMNS | TOLD_COMMENTS).items():
        if column not in columns_of(connection, table):
            continue
        write_comments(connection, table, None, {column: comment})
    for table in digest_tables(connection):
        write_comments(connection, table, None, {"sha256": DIGEST_COMMENT})
    copy_views(connection)
    connection.execute("commit")
    connection.execute("checkpoint publication")
    connection.execute("detach publication")


def copy_comments(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Carry the descriptions of a table and its columns into the publication."""
    found = connection.execute(
        "select comment from duckdb_tables() where database_name = 'warehouse'"
        " and schema_name = 'mart' and table_name = ?",
        [table],
    ).fetchone()
    columns = column_comments(connection, table)
    kept = columns_of(connection, table)
    said = {column: comment for column, comment in columns.items() if column in kept}
    if table in NAMING_FILES:
        for column in said.keys() & settled().hidden[table]:
            said[column] += LINES_HIDDEN
    write_comments(connection, table, found[0] if found else None, said)


def column_comments(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> dict[str, str]:
    """What the warehouse says of the columns of a table or view."""
    return dict(
        connection.execute(
            "select column_name, comment from duckdb_columns() where schema_name ="
            " 'mart' and database_name = 'warehouse' and table_name = ?"
            " and comment is not null",
            [relation],
        ).fetchall()
    )


def write_comments(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    comment: str | None,
    columns: dict[str, str],
) -> None:
    """Describe a table of the publication and its columns, or those of a view."""
    target = f"publication.mart.{quoted(table)}"
    if comment:
        connection.execute(f"comment on table {target} is {one_line(comment)}")
    for column, text in columns.items():
        connection.execute(
            f"comment on column {target}.{quoted(column)} is {one_line(text)}"
        )


def one_line(comment: str) -> str:
    """A comment as an SQL literal, without the line breaks of where it was written."""
    return literal(" ".join(comment.split()))


def copy_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the mart's views again, without the name of the warehouse's own catalog."""
    connection.execute("use publication.mart")
    for name, sql, comment in connection.execute(
        "select view_name, sql, comment from duckdb_views() where not internal"
        " and database_name = 'warehouse' and schema_name = 'mart' order by view_name"
    ).fetchall():
        sql = sql.replace(f"{CATALOG}.mart.", "mart.").replace(f'"{CATALOG}".', "")
        connection.execute(sql.replace(f"CREATE VIEW {CATALOG}.", "CREATE VIEW "))
        if comment:
            connection.execute(
                f"comment on view mart.{quoted(name)} is {one_line(comment)}"
            )
        write_comments(connection, name, None, column_comments(connection, name))
    if columns_of(connection, FIRST_TABLE):
        put_at_the_door(connection)
    connection.execute("use memory")


def put_at_the_door(connection: duckdb.DuckDBPyConnection) -> None:
    """Show the first lines outside schema `mart` too, where a stranger looks first."""
    connection.execute(
        f"create view main.{FIRST_TABLE} as select * from mart.{FIRST_TABLE}"
    )
    ((comment,),) = connection.execute(
        "select comment from duckdb_tables() where database_name = 'publication'"
        " and schema_name = 'mart' and table_name = ?",
        [FIRST_TABLE],
    ).fetchall()
    connection.execute(
        f"comment on view main.{FIRST_TABLE} is {one_line(comment or '')}"
    )
    for column, text in column_comments(connection, FIRST_TABLE).items():
        connection.execute(
            f"comment on column main.{FIRST_TABLE}.{quoted(column)} is {one_line(text)}"
        )


def write_beside(folder: Path, manifest: dict) -> Path:
    """Write the manifest under a hidden name, from which one rename puts it there."""
    written = folder / f".{MANIFEST_NAME}.new"
    written.write_text(as_text(manifest))
    return written


def read_manifest(folder: Path) -> dict | None:
    """The manifest of the last publication, or None where there is none."""
    path = folder / MANIFEST_NAME
    return json.loads(path.read_text()) if path.exists() else None


def publication_of(warehouse: Path, place: Place) -> dict | None:
    """The manifest of what readers have, where it was made of a warehouse as it stands.

    That of the signed one, where it was signed. None where nothing is published, or
    something else: the warehouse was built anew since, or its publication refused.
    """
    earlier = history.earlier_publications(place)
    standing = read_manifest(place.published)
    if not earlier or standing != earlier[-1].manifest:
        return None
    with duckdb.connect(":memory:") as connection:
        attach(connection, warehouse, "warehouse")
        inputs = digest_of_inputs(connection, preset(standing["preset"]))
    if inputs != earlier[-1].inputs:
        return None
    signed = read_manifest(place.published / SIGNED)
    name = standing["publication_id"]
    return signed if signed and signed["publication_id"] == name else standing


def protection_line(manifest: dict) -> str:
    """The protection of a publication in one line."""
    return (
        f"protected by {manifest['preset']}: counts of 1 to {manifest['threshold']}"
        " hidden, and others to protect them"
    )


def not_published(place: Place) -> str:
    """That nothing was published, and what readers have instead."""
    if place.file.exists():
        return "Not published: the last publication stays as it was."
    return "Not published: there is no publication yet."
