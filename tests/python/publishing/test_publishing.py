"""What is published hides counts of children, and refusing changes nothing."""

import dataclasses
import shutil
import struct
from pathlib import Path

import duckdb
import pytest
from small_world import (
    BOROUGHS,
    LONDON,
    QUARTERS,
    YEAR,
    digests,
    known_of,
    publish_into,
    usual_counts,
    with_totals,
    write_warehouse,
)

from lscb.attack import attack_publication
from lscb.disclosure.presets import preset, preset_names
from lscb.errors import UserError
from lscb.publishing import hiding
from lscb.publishing.audit import audit, audit_files, read_file
from lscb.publishing.cells import HIDDEN_STATUSES
from lscb.publishing.history import Place, read_earlier
from lscb.publishing.publish import RefusedError, read_manifest

RULE = preset("hes_2008")
VALUES = "mart.fct_indicator_values"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A warehouse made by hand, not by the shared build."""
    return write_warehouse(tmp_path / "warehouse.duckdb", usual_counts())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to publish into."""
    return tmp_path / "published"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse made by hand, published; for tests that only read."""
    home = tmp_path_factory.mktemp("small")
    warehouse = write_warehouse(home / "warehouse.duckdb", usual_counts())
    return publish_into(warehouse, home / "published", RULE).file


def ask(file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def hidden_keys(file: Path) -> set[tuple[str, str, str]]:
    return set(
        ask(
            file,
            f"select indicator_id, area_code, period_id from {VALUES}"
            f" where value_status in {HIDDEN_STATUSES}",
        )
    )


def all_numbers(file: Path) -> dict[tuple[str, str], set[float]]:
    columns = ask(
        file,
        "select table_name, column_name from duckdb_columns() where not internal"
        " and schema_name = 'mart' and data_type = 'DOUBLE'",
    )
    return {
        (table, column): {
            number for (number,) in ask(file, f'select "{column}" from mart."{table}"')
        }
        for table, column in columns
    }


def test_small_counts_are_hidden_and_cannot_be_subtracted_back(file: Path) -> None:
    hidden = hidden_keys(file)
    counts = with_totals(usual_counts())
    small_ones = {key for key, (count, _) in counts.items() if 1 <= count <= 5}
    assert small_ones and small_ones <= hidden
    assert len(hidden) > len(small_ones)
    assert audit_files([file]).is_clean


def test_the_number_of_a_hidden_cell_occurs_nowhere(file: Path) -> None:
    """Nor does its rate, a limit or a difference: not in any column, nor as bytes."""
    counts = with_totals(usual_counts())
    hidden = hidden_keys(file)
    values = {
        key: 100 * numerator / denominator
        for key, (numerator, denominator) in counts.items()
        if denominator
    }
    shown = {value for key, value in values.items() if key not in hidden}
    told = {values[key] for key in hidden & set(values)} - shown - {0.0}
    assert told
    told |= {value * factor for value in told for factor in (0.71, 1.37, 0.53, 1.59)}
    for where, numbers in all_numbers(file).items():
        assert not numbers & told, where
    content = file.read_bytes()
    assert not [value for value in told if struct.pack("<d", value) in content]


def test_what_rests_on_a_hidden_cell_is_hidden_too(file: Path) -> None:
    where = "area_code = 'E09000001' and indicator_id = 'SG12'"
    assert ask(
        file,
        "select rank, quartile, change, trend, rank_reason from mart.fct_comparisons"
        f" where {where} and period_id = '2008-09Q2'",
    ) == [(None, None, None, None, "suppressed")]
    assert ask(
        file,
        "select previous_value, change, previous_value_reason from mart.fct_comparisons"
        f" where {where} and period_id = '2008-09Q3'",
    ) == [(None, None, "suppressed")]
    assert ask(
        file,
        "select count(*) from mart.fct_lineage inner join"
        " (select * from mart.fct_indicator_values where numerator is null) as hidden"
        " using (indicator_id, definition_version, area_code, period_id)"
        " where coalesce(numerator_rows, first_line, last_line) is not null",
    ) == [(0,)]
    assert ask(
        file,
        "select lines_read, rows_accepted from mart.fct_submissions"
        " where submitter = 'E09000001' and period_id = '2008-09Q2'",
    ) == [(None, None)]


def test_a_total_gives_no_file_s_count_away(file: Path) -> None:
    assert ask(
        file,
        "select count(numerator_rows) from mart.fct_lineage"
        f" where area_code not in {tuple(BOROUGHS)}",
    ) == [(0,)]


def test_ranks_are_taken_among_the_areas_shown(file: Path) -> None:
    for indicator in ("SG10", "SG12"):
        for quarter in QUARTERS:
            ranks = ask(
                file,
                "select rank, ranked_areas from mart.fct_comparisons where rank is not"
                f" null and indicator_id = '{indicator}' and period_id = '{quarter}'"
                " order by rank",
            )
            assert ranks == [(n + 1, len(ranks)) for n in range(len(ranks))]


def test_a_small_denominator_is_hidden_and_a_zero_stays(file: Path) -> None:
    assert ask(
        file,
        f"select numerator, denominator, indicator_value, is_denominator_hidden"
        f" from {VALUES} where indicator_id = 'SG10' and area_code = 'E09000001'"
        " and period_id = '2008-09Q1'",
    ) == [(0, None, None, True)]


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_publishes_what_stands_the_attack(
    name: str, small: Path, folder: Path
) -> None:
    publication = publish_into(small, folder, preset(name))
    assert publication.manifest["preset"] == name
    assert audit_files([publication.file]).is_clean


def test_a_rule_that_rounds_rounds_the_rates_with_the_counts(
    small: Path, folder: Path
) -> None:
    file = publish_into(small, folder, preset("nhs_2018")).file
    rows = ask(
        file,
        f"select numerator, denominator, indicator_value, lower_limit from {VALUES}"
        " where indicator_id = 'SG10' and indicator_value is not null"
        " and numerator is not null and denominator > 0",
    )
    assert rows
    for numerator, denominator, value, limit in rows:
        assert numerator % 5 == 0 and denominator % 5 == 0 and limit is None
        assert value == pytest.approx(100 * numerator / denominator)


def test_the_rule_is_chosen_by_configuration(
    small: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCB_DISCLOSURE", "nhs_2018")
    manifest = publish_into(small, folder).manifest
    assert (manifest["preset"], manifest["threshold"]) == ("nhs_2018", 7)
    monkeypatch.setenv("LSCB_DISCLOSURE", "none_such")
    with pytest.raises(ValueError, match="choose one of"):
        publish_into(small, folder)


def test_file_and_manifest_say_how_it_is_protected(small: Path, folder: Path) -> None:
    manifest = publish_into(small, folder, RULE).manifest
    assert read_manifest(folder) == manifest
    about = dict(ask(folder / "lscb.duckdb", "from mart.about_publication"))
    assert about["is_protected"] == "true" and manifest["is_protected"]
    assert about["preset"] == manifest["preset"] == "hes_2008"
    assert "hidden to protect another figure, or itself" in about["protection"]
    # How many cells are hidden for their own sake bounds those that say so.
    assert not [name for name in (*manifest, *about) if "cells" in name]


def test_the_file_opens_read_only_and_describes_every_column(
    small: Path, folder: Path
) -> None:
    file = publish_into(small, folder, RULE).file
    file.chmod(0o400)
    assert ask(file, "select count(*) > 0 from mart.indicator_scorecard") == [(True,)]
    assert (
        ask(
            file,
            "select table_name, column_name from duckdb_columns() where not internal"
            " and comment is null and table_name <> 'indicator_scorecard'",
        )
        == []
    )
    assert not file.with_name("lscb.duckdb.wal").exists()


@pytest.mark.parametrize(
    "changed",
    [
        "comment on table mart.dim_areas is 'Said anew.'",
        "comment on column mart.dim_areas.area_code is 'Said anew.'",
        "comment on view mart.indicator_scorecard is 'Said anew.'",
        "create or replace view mart.indicator_scorecard as"
        " select indicator_id from mart.fct_indicator_values",
    ],
)
def test_other_words_and_other_views_are_published(
    changed: str, small: Path, folder: Path, tmp_path: Path
) -> None:
    assert publish_into(small, folder, RULE).is_new
    warehouse = Path(shutil.copy(small, tmp_path / "again.duckdb"))
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(changed)
    assert publish_into(warehouse, folder, RULE).is_new


def test_a_second_publication_of_the_same_changes_nothing(
    small: Path, folder: Path
) -> None:
    assert publish_into(small, folder, RULE).is_new
    before = digests(folder)
    assert not publish_into(small, folder, RULE).is_new
    assert digests(folder) == before


def test_a_refusal_leaves_the_last_publication_as_it_was(
    small: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the hiding is made to forget secondary cells: the attack must see it."""
    publish_into(small, folder, RULE)
    before = digests(folder)
    counts = usual_counts() | {("SG12", "E09000004", "2008-09Q4"): (4, None)}
    other = write_warehouse(tmp_path / "other.duckdb", counts)
    mark = hiding.Protection.mark

    def forgetful(self, row, measure):
        found = mark(self, row, measure)
        return found if found == "suppressed" else None

    monkeypatch.setattr(hiding.Protection, "mark", forgetful)
    with pytest.raises(RefusedError, match=r"disclosure audit.*make build"):
        publish_into(other, folder, RULE)
    assert digests(folder) == before


def test_a_rule_that_cannot_be_judged_is_said_and_refuses_nothing(
    small: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(small)) as db:
        db.execute(
            "create table mart.fct_quality_results as select 'Q001' as rule_code,"
            " 'error' as severity, 'error' as status"
        )
    publish_into(small, folder, RULE)
    assert "Q001 could not be judged" in capsys.readouterr().out
    assert (folder / "lscb.duckdb").exists()


def test_a_mart_that_nobody_settled_is_not_published(small: Path, folder: Path) -> None:
    with duckdb.connect(str(small)) as db:
        db.execute("create table mart.fct_new as select 3 as children")
    with pytest.raises(RefusedError, match=r"mart\.fct_new"):
        publish_into(small, folder, RULE)
    assert not (folder / "lscb.duckdb").exists()


def test_findings_about_hidden_cells_are_not_published(
    small: Path, folder: Path
) -> None:
    with duckdb.connect(str(small)) as db:
        db.execute(
            "create table mart.fct_quality_flags as select indicator_id,"
            " definition_version, area_code, period_id, 'completeness' as category,"
            " 'value_outside_its_limits' as rule_code, 'new' as state,"
            " numerator::varchar as observed, 'It is ' || numerator as message"
            " from mart.fct_indicator_values"
        )
    file = publish_into(small, folder, RULE).file
    found = ask(
        file,
        "select count(*) filter (shown.numerator is null), count(*) > 0,"
        " count(*) filter (contains(message, 'It is'))"
        " from mart.fct_quality_flags as flags"
        f" inner join {VALUES} as shown using"
        " (indicator_id, definition_version, area_code, period_id)",
    )
    assert found == [(0, True, 0)]
    assert not ask(
        file,
        "select 1 from duckdb_columns() where table_name = 'fct_quality_flags'"
        " and column_name = 'observed'",
    )


def test_a_finding_beside_a_hidden_cell_is_not_published(
    small: Path, folder: Path
) -> None:
    """That a shown figure is the one of the quarter before would tell that one."""
    with duckdb.connect(str(small)) as db:
        db.execute(
            "create table mart.fct_quality_flags as select indicator_id,"
            " definition_version, area_code, period_id, 'plausibility' as category,"
            " 'value_outside_its_limits' as rule_code, 'new' as state"
            " from mart.fct_indicator_values"
        )
    file = publish_into(small, folder, RULE).file
    found = ask(
        file,
        "select count(*) > 0 from mart.fct_quality_flags",
    )
    assert found == [(True,)]
    assert ask(
        file,
        "select count(*) from mart.fct_quality_flags as flags"
        f" inner join {VALUES} as shown using (indicator_id, area_code)"
        " where shown.numerator is null",
    ) == [(0,)]


def test_what_a_withheld_figure_was_is_not_published(
    tmp_path: Path, folder: Path
) -> None:
    """Its cell holds no count any more, and could not be hidden for its flag's sake."""
    key = (
        "indicator_id = 'SG12' and area_code = 'E09000004' and period_id = '2008-09Q4'"
    )
    counts = usual_counts() | {("SG12", "E09000001", "2008-09Q2"): (30, None)}
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb", counts)
    with duckdb.connect(str(warehouse)) as db:
        db.execute(
            "create table mart.fct_quality_flags as select indicator_id,"
            " definition_version, area_code, period_id, 'completeness' as category,"
            " 'year_incomplete' as rule_code, 'new' as state, 'It is ' || numerator"
            f" as message, numerator::varchar as observed from {VALUES} where {key}"
        )
        db.execute(
            f"update {VALUES} set numerator = null, indicator_value = null, lower_limit"
            " = null, upper_limit = null, value_status = 'refused', refused_by_rule ="
            f" 'Q1' where {key}"
        )
    file = publish_into(warehouse, folder, RULE).file
    ((rule, message),) = ask(
        file, "select rule_code, message from mart.fct_quality_flags"
    )
    assert rule == "year_incomplete"
    assert "It is" not in message and "only a part of the period" in message


def test_a_finding_names_the_sender_by_its_code_and_by_nothing_else(
    tmp_path: Path, folder: Path
) -> None:
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb", usual_counts())
    with duckdb.connect(str(warehouse)) as db:
        db.execute(
            "create table mart.fct_quality_flags as select rule_code, detail,"
            " '2008-09Q1' as period_id, null::varchar as area_code,"
            " null::varchar as indicator_id,"
            " null::bigint as definition_version, 'completeness' as category,"
            " 'new' as state,"
            " '' as message from (values"
            " ('submission_missing', 'lado_referrals E09000002'),"
            " ('submission_late', 'lado_referrals Mary Smith'))"
            " as made (rule_code, detail)"
        )
    file = publish_into(warehouse, folder, RULE).file
    said = dict(ask(file, "select rule_code, message from mart.fct_quality_flags"))
    assert said["submission_missing"].startswith("lado_referrals E09000002, ")
    assert said["submission_late"].startswith("…, ")


def test_a_column_is_named_where_our_lists_name_it_and_nowhere_else(
    small: Path, folder: Path
) -> None:
    """A file of statistics names its columns itself: a header can hold anything."""
    sent = {
        "Referral_Count": "referral_count",
        "cpp_start": "cpp_start",
        "new_la_code": "new_la_code",
        "Mary Smith, born 2001": None,
        "200804": None,
    }
    with duckdb.connect(str(small)) as db:
        db.execute("alter table mart.fct_set_aside add column message varchar")
        db.execute(
            "comment on column mart.fct_set_aside.message is 'What is wrong with it.'"
        )
        db.execute(
            "insert into mart.fct_submissions by name select 'dfe' as file_id,"
            " 'ees_statistics' as extract, 'DFE' as submitter, 'cin' as period_id,"
            " 1 as version, 'accepted' as status"
        )
        db.executemany(
            "insert into mart.fct_set_aside by name select 'dfe' as file_id,"
            " 'ees_statistics' as extract, 'DFE' as submitter, 'cin' as period_id,"
            " ? as column_name, 'value' as level, 'out_of_range' as reason_code,"
            " 'as made inside' as message, ? as line_number",
            [(name, line) for line, name in enumerate(sent, 2)],
        )
    file = publish_into(small, folder, RULE).file
    told = ask(
        file,
        "select column_name, message from mart.fct_set_aside"
        " where extract = 'ees_statistics' order by line_number",
    )
    assert [name for name, _ in told] == list(sent.values())
    for name, message in told:
        assert message.startswith(f"{name or 'a column'} is out of range; it must be ")
    assert "from -1000000000000 to" in told[0][1]


def test_a_part_left_out_of_its_total_is_declared(tmp_path: Path, folder: Path) -> None:
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb", usual_counts())
    with duckdb.connect(str(warehouse)) as db:
        db.execute(
            f"update {VALUES} set numerator = numerator + 40 where indicator_id ="
            f" 'SG12' and area_code = '{LONDON}' and period_id = '{YEAR}'"
        )
    file = publish_into(warehouse, folder, RULE).file
    apart = ask(
        file,
        "select area_code, period_id, relation, difference_low, difference_high"
        " from mart.fct_totals_apart order by relation",
    )
    assert apart == [
        (LONDON, YEAR, "areas", None, None),
        (LONDON, YEAR, "periods", None, None),
    ]


def test_what_its_sender_gives_away_is_withheld(tmp_path: Path, folder: Path) -> None:
    """It is at least 5, and of 7: the denominator was published when it was not in."""
    where = "indicator_id = 'SG10' and area_code = 'E09000002'"
    where += " and period_id = '2008-09Q3'"
    counts = usual_counts() | {("SG10", "E09000002", "2008-09Q3"): (6, 7)}
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb", counts)
    with duckdb.connect(str(warehouse)) as db:
        db.execute(
            f"update {VALUES} set numerator = null, indicator_value = null, lower_limit"
            f" = null, upper_limit = null, value_status = 'not_available' where {where}"
        )
        db.execute(
            "update mart.fct_comparisons set rank = null, quartile = null,"
            f" neighbours_value = null where {where}"
        )
    publish_into(warehouse, folder, RULE)
    with duckdb.connect(str(warehouse)) as db:
        db.execute(
            f"update {VALUES} set numerator_low = 5,"
            f" value_status = 'suppressed_at_source' where {where}"
        )
    file = publish_into(warehouse, folder, RULE).file
    columns = "numerator, numerator_low, denominator, indicator_value, value_status"
    assert ask(file, f"select {columns} from {VALUES} where {where}") == [
        (None, None, None, None, "refused")
    ]
    history = folder.with_name("history")
    assert attack_publication(folder, history) == 0


def test_no_digest_is_published_on_which_guesses_could_be_tried(
    small: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That of returns, of records, and of a file of which nobody knows what it is."""
    with duckdb.connect(str(small)) as db:
        db.execute(
            "insert into mart.fct_submissions by name select * from (values"
            " ('p1', 'population', 'ONS', '2008', 1, 'of ONS', 'accepted'),"
            " ('p2', 'population', 'ONS', '2008', 2, 'unknown', 'refused'),"
            " ('p3', null, null, null, null, 'astray', 'refused'))"
            " as t(file_id, extract, submitter, period_id, version, sha256, status)"
        )
        db.execute(
            "insert into mart.fct_lineage (file_id, sha256) values ('p1', 'of ONS')"
        )
    file = publish_into(small, folder, RULE).file
    for table in ("fct_submissions", "fct_lineage"):
        assert ask(file, f"select distinct sha256 from mart.{table} order by 1") == [
            ("of ONS",),
            (None,),
        ]
    assert ask(
        file,
        "select comment from duckdb_columns() where table_name = 'fct_lineage'"
        " and column_name = 'sha256'",
    ) != [("As in the marts.",)]
    with duckdb.connect(str(file)) as db:
        db.execute(
            "update mart.fct_submissions set sha256 = 'x' where status = 'refused'"
            " and extract = 'population'"
        )
    assert attack_publication(folder, folder.with_name("history")) == 1
    assert "the digest of a file that can be guessed" in capsys.readouterr().out


def test_the_manifest_rests_on_nothing_that_is_hidden(
    small: Path, tmp_path: Path
) -> None:
    """No guess at what is hidden can be tried out on its digests either."""
    first = publish_into(small, tmp_path / "one" / "published", RULE).manifest
    with duckdb.connect(str(small)) as db:
        db.execute("update mart.fct_lineage set sha256 = 'other'")
        db.execute("update mart.fct_submissions set sha256 = 'other'")
        db.execute("update mart.fct_lineage set last_line = last_line + 1")
    second = publish_into(small, tmp_path / "two" / "published", RULE).manifest
    assert first == second | {"sha256": first["sha256"]}
    assert "inputs" not in first


def test_an_attack_from_outside_finds_what_was_left_open(
    small: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = publish_into(small, folder, RULE).file
    assert attack_publication(folder, folder.with_name("history")) == 0
    assert "No hidden count" in capsys.readouterr().out
    counts = with_totals(usual_counts())
    opened = hidden_keys(file) - {("SG12", "E09000001", "2008-09Q2")}
    with duckdb.connect(str(file)) as db:
        for indicator, area, period in opened:
            db.execute(
                f"update {VALUES} set numerator = ?, value_status = 'reported' where"
                " indicator_id = ? and area_code = ? and period_id = ?",
                [counts[indicator, area, period][0], indicator, area, period],
            )
    assert attack_publication(folder, folder.with_name("history")) == 1
    assert "TOLD: SG12/1/numerator E09000001 2008-09Q2 is 3 to 3" in (
        capsys.readouterr().out
    )
    with pytest.raises(UserError, match="no publication"):
        attack_publication(folder / "nowhere", folder.with_name("history"))


def test_the_attack_sees_a_mean_over_a_hidden_neighbour(
    small: Path, folder: Path
) -> None:
    file = publish_into(small, folder, RULE).file
    with duckdb.connect(str(file)) as db:
        db.execute("update mart.fct_comparisons set neighbours_value = 1")
    assert list(audit_files([file]).beside) == [
        "a figure of neighbours that rests on a hidden count"
    ]


def test_the_attack_sees_a_quartile_that_rests_on_a_hidden_count(
    small: Path, folder: Path
) -> None:
    file = publish_into(small, folder, RULE).file
    with duckdb.connect(str(file)) as db:
        db.execute(
            "update mart.fct_comparisons set quartile = 2 where quartile is null"
        )
    assert list(audit_files([file]).beside) == [
        "a quartile that rests on a hidden count"
    ]


def test_an_authority_learns_nothing_of_others(small: Path, folder: Path) -> None:
    """With its own counts in hand it attacks what was published with no such guard."""
    careless = dataclasses.replace(RULE, insider_width=0)
    file = publish_into(small, folder, careless).file
    counts = read_earlier(known_of(folder)[-1]).counts
    found = audit([read_file(file)], file, RULE, counts=[counts])
    assert found.inside
    assert not found.is_clean
    assert all(insider != key.area for insider, key in found.inside)


def test_rows_in_another_order_make_the_same_file(
    small: Path, folder: Path, tmp_path: Path
) -> None:
    first = publish_into(small, folder, RULE).manifest
    with duckdb.connect(str(small)) as db:
        for (table,) in db.execute(
            "select table_name from duckdb_tables() where schema_name = 'mart'"
        ).fetchall():
            db.execute(
                "create or replace temp table shuffled as"
                f" from mart.{table} order by hash({table}::varchar)"
            )
            db.execute(f"delete from mart.{table}")
            db.execute(f"insert into mart.{table} from shuffled")
    assert not publish_into(small, folder, RULE).is_new
    second = publish_into(small, tmp_path / "elsewhere" / "published", RULE).manifest
    assert second["tables"] == first["tables"]


def test_the_sample_is_protected_and_stands_the_attack(
    publication: Place,
) -> None:
    """On the publication that other tests share: takes its build, then some seconds."""
    assert audit_files([publication.file]).is_clean
    with duckdb.connect(str(publication.file), read_only=True) as db:
        small, beside = (
            db.execute(
                "select count(*) from mart.fct_indicator_values where value_status = ?",
                [status],
            ).fetchone()[0]
            for status in ("suppressed", "suppressed_secondary")
        )
    assert 0 < beside < small
    assert attack_publication(publication.published, publication.history) == 0
