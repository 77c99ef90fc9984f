"""Side doors: shut in what is published; opened on a copy, audit and attacker see it.

The attacker reads published tables alone and shares no code with the guard.
"""

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from small_world import (
    BOROUGHS,
    SMALL,
    known_of,
    publish_into,
    richer,
    usual_counts,
)

from bench.attacking.doors import told_by, try_doors
from bench.attacking.outsider import learn, read_published
from build_help import PROJECT
from lscb.disclosure.presets import preset, preset_names
from lscb.publishing.audit import audit, read_file
from lscb.publishing.beside import told_beside
from lscb.publishing.history import read_told
from lscb.publishing.publish import RefusedError, read_manifest
from lscb.publishing.settled import settled

RULE = preset("hes_2008")
ITS_FILE = "select file_id from mart.fct_submissions where period_id = '2008-09Q2'"
ITS_FILE += " and submitter = 'E09000001' and extract = 'lado_referrals'"
HIDDEN = "value_status in ('suppressed', 'suppressed_secondary')"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second publication: a count was revised, another became small."""
    home = tmp_path_factory.mktemp("doors")
    first = usual_counts()
    publish_into(richer(home / "1.duckdb", first), home / "published", RULE)
    second = first | {
        ("SG12", "E09000004", "2008-09Q3"): (4, None),
        ("SG12", "E09000002", "2008-09Q1"): (77, None),
    }
    return publish_into(
        richer(home / "2.duckdb", second), home / "published", RULE
    ).file


def ask(file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def audited(file: Path) -> dict[str, int]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return told_beside(connection)


def test_every_side_door_is_shut(published: Path) -> None:
    query = f"select count(*) > 5 from mart.fct_indicator_values where {HIDDEN}"
    assert ask(published, query) == [(True,)]
    assert told_by(try_doors(published)) == {}
    assert audited(published) == {}
    # What says only that a file came in time or late is told of every file.
    for code, told in (("submission_late", True), ("block_small", False)):
        (found,) = ask(
            published,
            "select count(*) from mart.fct_quality_flags"
            f" where rule_code = '{code}' and file_id in ({ITS_FILE})",
        )
        assert (found[0] > 0) is told, code


def test_of_a_file_with_nothing_hidden_behind_it_all_is_told(tmp_path: Path) -> None:
    file = publish_into(
        richer(tmp_path / "w.duckdb"), tmp_path / "published", RULE
    ).file
    of_last = "select file_id from mart.fct_submissions where period_id = '2008-09Q4'"
    assert ask(
        file,
        "select count(*) from mart.fct_quality_flags where rule_code = 'block_small'"
        f" and file_id in ({of_last})",
    ) == [(2 * len(BOROUGHS),)]
    assert ask(
        file,
        "select min(times), max(times) from (select count(*) as times from"
        f" mart.fct_set_aside where file_id in ({of_last}) group by file_id)",
    ) == [(3, 3)]
    assert ask(
        file,
        f"select count(rows_accepted) from mart.fct_submissions where file_id in"
        f" ({of_last})",
    ) == [(2 * len(BOROUGHS),)]


@pytest.mark.parametrize("name", preset_names())
def test_every_side_door_is_shut_by_every_preset(name: str, tmp_path: Path) -> None:
    file = publish_into(
        richer(tmp_path / "w.duckdb"), tmp_path / "published", preset(name)
    ).file
    assert told_by(try_doors(file)) == {}
    assert audited(file) == {}


DOORS = {
    "a number in its own row": (
        f"update mart.fct_indicator_values set numerator = 3 where {SMALL}",
        "its own row",
        "a small count",
    ),
    "lines in lineage": (
        f"update mart.fct_lineage set numerator_rows = 3 where {SMALL}",
        "lines in lineage",
        "the number of lines behind a hidden cell",
    ),
    "only the files that counted": (
        "delete from mart.fct_lineage where area_code = 'E13000001'"
        " and period_id = '2008-09Q2' and file_id not in"
        f" ({ITS_FILE})",
        "files cited",
        "which files counted towards a cell",
    ),
    "lines of a file": (
        "update mart.fct_submissions set rows_accepted = 3 where file_id in"
        f" ({ITS_FILE})",
        "lines of files",
        "the number of lines of a file behind a hidden cell",
    ),
    "lines that were read": (
        f"update mart.fct_submissions set lines_read = 4 where file_id in ({ITS_FILE})",
        "lines of files",
        "the number of lines of a file behind a hidden cell",
    ),
    "how often something was noticed": (
        "update mart.fct_submission_notices set occurrences = 3 where file_id in"
        f" ({ITS_FILE})",
        "lines set aside or noticed",
        "how often something was noticed in a file behind a hidden cell",
    ),
    "how many lines were set aside": (
        "insert into mart.fct_set_aside from mart.fct_set_aside where file_id in"
        f" ({ITS_FILE})",
        "lines set aside or noticed",
        "how much was set aside in a file behind a hidden cell",
    ),
    "a finding about a hidden cell": (
        "insert into mart.fct_quality_flags by name select * from (select * exclude"
        " (file_id) from mart.fct_quality_flags limit 1) as one full join"
        " (select null::varchar as file_id) on true;"
        "update mart.fct_quality_flags set indicator_id = 'SG12',"
        " definition_version = 1, area_code = 'E09000001', period_id = '2008-09Q2'"
        " where file_id is null",
        "findings about a cell",
        "a finding about a hidden cell",
    ),
    "a finding about its file": (
        "update mart.fct_quality_flags set rule_code = 'block_small' where rule_code ="
        f" 'submission_late' and file_id in ({ITS_FILE})",
        "findings about a file",
        "a finding about what is in a file behind a hidden cell",
    ),
    "a finding about the file before": (
        "update mart.fct_quality_flags set rule_code = 'block_small' where rule_code ="
        " 'submission_late' and file_id in (select file_id from mart.fct_submissions"
        " where status = 'superseded' and period_id = '2008-09Q2' and submitter ="
        " 'E09000001')",
        "findings about a file",
        "a finding about what is in a file behind a hidden cell",
    ),
    "coverage that is partial": (
        f"update mart.fct_coverage set coverage_status = 'partial' where {SMALL}",
        "coverage",
        "that a hidden cell is partial",
    ),
    "records set aside": (
        f"update mart.fct_indicator_values set records_set_aside = 7 where {SMALL}",
        "records set aside",
        "the records set aside beside a hidden cell",
    ),
    "an old figure": (
        "update mart.fct_revisions set old_numerator = 3 where new_status ="
        " 'suppressed'",
        "revisions",
        "a figure that was or is hidden, as revised",
    ),
    "what a hidden figure grew by": (
        f"update mart.fct_comparisons set change = 1 where {SMALL}",
        "changes and trends",
        "a comparison of a hidden cell",
    ),
    "a trend through a hidden figure": (
        "update mart.fct_comparisons set trend = 'increasing' where indicator_id ="
        " 'SG12' and area_code = 'E09000001' and period_id = '2008-09Q4'",
        "changes and trends",
        "a trend through a hidden cell",
    ),
    "the number of small cells": (
        "insert into mart.about_publication select 'cells_hidden_primary',"
        " count(*)::varchar from mart.fct_indicator_values where value_status ="
        " 'suppressed'",
        "numbers of itself",
        "what nobody settled: the item cells_hidden_primary",
    ),
}


@pytest.mark.parametrize("name", DOORS)
def test_a_door_that_is_opened_is_seen(
    name: str, published: Path, tmp_path: Path
) -> None:
    opening, seen_by_attacker, seen_by_audit = DOORS[name]
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(published, copy)
    with duckdb.connect(str(copy)) as db:
        for statement in opening.split(";"):
            db.execute(statement)
    assert seen_by_attacker in told_by(try_doors(copy))
    assert seen_by_audit in audited(copy)


def test_a_count_that_was_hidden_before_is_not_listed_as_revised(
    published: Path, tmp_path: Path
) -> None:
    """Only the publication before says so: the row itself looks like any other."""
    before = read_told(known_of(published.parent)[0])
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(published, copy)
    assert audit([before, read_file(copy)], copy).beside == {}
    with duckdb.connect(str(copy)) as db:
        db.execute(
            "insert into mart.fct_revisions by name select indicator_id,"
            " definition_version, area_code, period_id, 'reported' as old_status,"
            " 'reported' as new_status, 3 as old_numerator, 9 as new_numerator"
            f" from mart.fct_indicator_values where {SMALL}"
        )
    found = audit([before, read_file(copy)], copy).beside
    assert found["a count that was hidden, as revised"] == 1


def test_the_number_of_small_cells_narrows_where_it_is_told(
    published: Path, tmp_path: Path
) -> None:
    """With it, a count whose mark does not say so is known to be no small one."""
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(published, copy)
    with duckdb.connect(str(copy)) as db:
        db.execute(DOORS["the number of small cells"][0])
    hints = [hint for hint in try_doors(copy) if hint.door == "numbers of itself"]
    assert hints and {hint.low for hint in hints} == {RULE.threshold + 1}


def test_rounded_counts_of_a_return_would_be_told_exactly(tmp_path: Path) -> None:
    """A small count of a return whose counts are rounded to five is a five."""
    warehouse = richer(tmp_path / "w.duckdb")
    with duckdb.connect(str(warehouse)) as db:
        for table in ("fct_lineage", "fct_submissions"):
            db.execute(f"update mart.{table} set extract = 'lscb_return'")
        db.execute(
            "update mart.fct_quality_flags set rule_code = 'counts_rounded',"
            " suite = 'lscb_return', state = 'new' where file_id is not null"
        )
    file = publish_into(warehouse, tmp_path / "published", RULE).file
    assert told_by(try_doors(file)) == {}
    with duckdb.connect(str(file)) as db:
        db.execute(
            "insert into mart.fct_quality_flags by name select 'counts_rounded' as"
            " rule_code, 'lscb_return' as suite, 'plausibility' as category, 'new' as"
            f" state, file_id from mart.fct_lineage where {SMALL}"
        )
    exact = [hint for hint in try_doors(file) if hint.low == hint.high == 5]
    assert exact
    assert "a finding about what is in a file behind a hidden cell" in audited(file)


def test_an_outsider_who_reads_files_alone_learns_what_is_left_open(
    published: Path, tmp_path: Path
) -> None:
    """Shut, nothing; with all others of its sums shown, the small count itself."""
    publications, structure = read_published([published])
    assert len(publications[0].cells) > 100
    assert learn(publications, [{}], structure, RULE.threshold, RULE.width) == []
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(published, copy)
    with (
        duckdb.connect(str(copy)) as db,
        duckdb.connect(str(published.parents[1] / "2.duckdb"), read_only=True) as made,
    ):
        true = made.execute(
            "select indicator_id, area_code, period_id, numerator"
            " from mart.fct_indicator_values where indicator_id = 'SG12'"
        ).fetchall()
        for *keys, count in true:
            if keys != ["SG12", "E09000001", "2008-09Q2"]:
                db.execute(
                    "update mart.fct_indicator_values set numerator = ?, value_status"
                    " = 'reported' where indicator_id = ? and area_code = ?"
                    " and period_id = ?",
                    [count, *keys],
                )
    publications, structure = read_published([copy])
    (learnt,) = learn(publications, [{}], structure, RULE.threshold, RULE.width)
    assert (learnt.key.area, learnt.key.period) == ("E09000001", "2008-09Q2")
    assert (learnt.low, learnt.high) == (3, 3)


def test_a_column_that_nobody_settled_is_not_published(tmp_path: Path) -> None:
    warehouse = richer(tmp_path / "w.duckdb")
    with duckdb.connect(str(warehouse)) as db:
        db.execute("alter table mart.fct_coverage add column children bigint")
    with pytest.raises(RefusedError, match=r"mart\.fct_coverage\.children.*settled"):
        publish_into(warehouse, tmp_path / "published", RULE)
    assert not (tmp_path / "published" / "lscb.duckdb").exists()


def test_a_column_that_nobody_settled_is_seen_in_the_finished_file(
    published: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(published, copy)
    for table, column in (("fct_lineage", "children"), ("fct_quality_flags", "detail")):
        with duckdb.connect(str(copy)) as db:
            db.execute(f"alter table mart.{table} add column {column} varchar")
        assert [name for name in audited(copy) if f"mart.{table}.{column}" in name]


def test_what_is_settled_is_what_the_marts_have() -> None:
    """Neither a column too few nor one that is no longer there."""
    marts = {
        model["name"]: {column["name"] for column in model["columns"]}
        for path in (PROJECT / "models" / "marts").glob("*__models.yml")
        for model in yaml.safe_load(path.read_text())["models"]
    }
    for view in ("indicator_scorecard", "latest_boroughs", "latest_neighbours"):
        del marts[view]  # made of what is published
    assert marts == {name: set(each) for name, each in settled().warehouse.items()}


def test_the_manifest_says_no_more_than_was_settled(published: Path) -> None:
    manifest = read_manifest(published.parent)
    assert manifest is not None
    of_signed = {"signed_by", "signed_on", "signed_sha256"}
    assert set(manifest) == settled().manifest - {"protection"} - of_signed
    assert {table for table in manifest["tables"]} == set(settled().published) & {
        name for (name,) in ask(published, "select table_name from duckdb_tables()")
    }


def test_counts_that_are_hidden_change_nothing_beside_them(tmp_path: Path) -> None:
    """Two worlds that a reader must not tell apart, published: every table is alike.

    In one a child more is counted in one borough and quarter, and one fewer in others,
    so that all that is shown stays the same; files, findings and lines go with it.
    """
    tables = []
    for number in (0, 1):
        counts = usual_counts() | swapped(number)
        file = publish_into(
            richer(tmp_path / f"{number}.duckdb", counts),
            tmp_path / f"{number}" / "published",
            RULE,
        ).file
        hidden = ask(file, f"select * from mart.fct_indicator_values where {HIDDEN}")
        assert len(hidden) > 8
        tables.append(
            {
                name: ask(file, f'select * from mart."{name}" order by all')
                for (name,) in ask(file, "select table_name from duckdb_tables()")
            }
        )
    one, other = tables
    assert {name for name in one if one[name] != other[name]} == set()


def test_findings_in_another_order_are_numbered_alike(tmp_path: Path) -> None:
    """Of the files of several senders that have not come to one area and period."""
    tables = []
    for place, order in enumerate(("asc", "desc")):
        warehouse = richer(tmp_path / f"{place}.duckdb")
        with duckdb.connect(str(warehouse)) as db:
            db.execute(
                "create or replace table mart.fct_quality_flags as select"
                " 'submission_missing' as rule_code, 'submissions' as suite,"
                " 'completeness' as category, 'warning' as severity, null::varchar as"
                " indicator_id, null::bigint as definition_version, 'E09000001' as"
                " area_code, '2008-09Q4' as period_id, null::varchar as file_id,"
                " extract || ' E09000001' as detail, 'new' as state, '' as flag_id,"
                " '' as message from (values ('lado_referrals'), ('lscb_return'),"
                f" ('tellus_survey')) as t(extract) order by extract {order}"
            )
        file = publish_into(warehouse, tmp_path / f"{place}" / "published", RULE).file
        tables.append(ask(file, "from mart.fct_quality_flags order by all"))
    one, other = tables
    assert one == other
    assert len({row[-2] for row in one}) == len(one) == 3


def swapped(number: int) -> dict:
    """Four small counts in two boroughs and quarters; a child moves around them."""
    first, second = list(BOROUGHS)[2:4]
    return {
        ("SG12", first, "2008-09Q1"): (2 + number, None),
        ("SG12", first, "2008-09Q3"): (4 - number, None),
        ("SG12", second, "2008-09Q1"): (4 - number, None),
        ("SG12", second, "2008-09Q3"): (2 + number, None),
    }
