"""Earlier publications are taken into account, and what changed is listed."""

import shutil
import stat
from pathlib import Path

import duckdb
import pytest
from small_world import (
    BOROUGHS,
    LONDON,
    YEAR,
    Counts,
    digests,
    known_of,
    place_of,
    publish_into,
    usual_counts,
    write_warehouse,
)

from lscb.attack import chain_of
from lscb.disclosure.intervals import ContradictionError
from lscb.disclosure.presets import preset
from lscb.publishing.audit import audit, audit_files, read_file
from lscb.publishing.cells import HIDDEN_STATUSES
from lscb.publishing.publish import RefusedError, not_by

RULE = preset("hes_2008")
KEYS = "indicator_id, definition_version, area_code, period_id"


def published(
    home: Path, counts: Counts, versions: dict[str, int] | None = None
) -> Path:
    """The counts, published into a folder of that home."""
    warehouse = write_warehouse(home / "warehouse.duckdb", counts, versions)
    return publish_into(warehouse, home / "published", RULE).file


def ask(file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two publications: in the second, one large and one small count were revised."""
    home = tmp_path_factory.mktemp("history")
    published(home, usual_counts())
    counts = usual_counts()
    counts["SG12", "E09000003", "2008-09Q1"] = (29, None)
    counts["SG12", "E09000001", "2008-09Q2"] = (8, None)
    published(home, counts, {"E09000003": 2})
    return home


def test_earlier_publications_are_kept_for_the_owner_alone(home: Path) -> None:
    kept = known_of(home / "published")
    assert [past.manifest["sequence"] for past in kept] == [1, 2]
    assert (
        kept[1].manifest["previous_publication_id"]
        == (kept[0].manifest["publication_id"])
    )
    history = home / "history"
    for path in (history, *history.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_what_is_published_holds_nothing_for_the_owner_alone(home: Path) -> None:
    assert {path.name for path in (home / "published").rglob("*")} == {
        "lscb.duckdb",
        "manifest.json",
    }


def test_both_publications_together_stand_the_attack(home: Path) -> None:
    files = [past.file for past in known_of(home / "published")]
    assert audit_files([file for file in files if file is not None]).is_clean


def test_a_revised_count_is_listed_with_its_totals(home: Path) -> None:
    listed = {
        (area, period): (old, new, cause)
        for area, period, old, new, cause in ask(
            home / "published" / "lscb.duckdb",
            "select area_code, period_id, old_numerator, new_numerator, cause"
            " from mart.fct_revisions where is_numerator_revised",
        )
    }
    place = list(BOROUGHS).index("E09000003")
    assert listed["E09000003", "2008-09Q1"] == (7 + 3 * place, 29, "resubmission")
    assert {
        (area, period)
        for area in ("E09000003", BOROUGHS["E09000003"], LONDON)
        for period in ("2008-09Q1", YEAR)
    } <= set(listed)


def test_what_was_hidden_is_not_told_by_its_revision(home: Path) -> None:
    files = [past.file for past in known_of(home / "published")]
    ((old, new, old_status),) = ask(
        files[1],
        "select old_numerator, new_numerator, old_status from mart.fct_revisions"
        " where area_code = 'E09000001' and period_id = '2008-09Q2'"
        " and indicator_id = 'SG12'",
    )
    assert (old, new) == (None, None)
    assert old_status in HIDDEN_STATUSES
    assert ask(
        files[1],
        "select count(*) from mart.fct_revisions where"
        " (old_status like 'suppressed%' or new_status like 'suppressed%')"
        " and coalesce(old_value, new_value) is not null",
    ) == [(0,)]


def test_once_hidden_stays_hidden_while_it_is_the_same(home: Path) -> None:
    first, second = (past.file for past in known_of(home / "published"))
    with duckdb.connect(str(second), read_only=True) as connection:
        connection.execute(f"attach '{first}' as before (read_only)")
        shown_again = connection.execute(
            "select count(*) from mart.fct_indicator_values as new"
            f" inner join before.mart.fct_indicator_values as old using ({KEYS})"
            f" left join mart.fct_revisions using ({KEYS})"
            " where old.numerator is null and new.numerator is not null"
            " and not coalesce(is_numerator_revised, false)"
        ).fetchone()
    assert shown_again == (0,)


def test_the_last_few_and_the_one_before_keep_their_files_and_all_their_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCB_KEEP_PUBLICATIONS", "2")
    for number in range(4):
        counts = usual_counts()
        counts["SG12", "E09000004", "2008-09Q4"] = (40 + number, None)
        published(tmp_path, counts)
    kept = known_of(tmp_path / "published")
    assert [past.file is not None for past in kept] == [False, True, True, True]
    assert all((past.folder / "counts.parquet").exists() for past in kept)


def test_an_entry_that_was_never_swapped_in_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the job is ended between remembering a publication and the swap."""
    file = published(tmp_path, usual_counts())
    content = file.read_bytes()
    counts = usual_counts()
    counts["SG12", "E09000004", "2008-09Q4"] = (41, None)
    replace = Path.replace

    def ended(self: Path, target: Path) -> Path:
        if Path(target).name == "lscb.duckdb":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", ended)
    with pytest.raises(KeyboardInterrupt):
        published(tmp_path, counts)
    monkeypatch.setattr(Path, "replace", replace)
    assert file.read_bytes() == content
    assert len(known_of(tmp_path / "published")) == 1
    published(tmp_path, counts)
    assert [past.manifest["sequence"] for past in known_of(tmp_path / "published")] == [
        1,
        2,
    ]


def test_a_number_of_publications_must_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCB_KEEP_PUBLICATIONS", "none")
    with pytest.raises(ValueError, match="whole number"):
        published(tmp_path, usual_counts())


def test_a_history_inside_what_is_published_is_moved_over(
    home: Path, tmp_path: Path
) -> None:
    """As an older version left it; nothing of it is lost, and nothing stays behind."""
    shutil.copytree(home / "published", tmp_path / "published")
    shutil.copytree(home / "history", tmp_path / "published" / "history")
    (tmp_path / "published" / "history").chmod(0o755)
    before = digests(tmp_path / "published" / "history")
    counts = usual_counts()
    counts["SG12", "E09000004", "2008-09Q4"] = (44, None)
    published(tmp_path, counts)
    after = digests(tmp_path / "history")
    assert before.items() <= after.items()
    assert not (tmp_path / "published" / "history").exists()
    assert stat.S_IMODE((tmp_path / "history").stat().st_mode) == 0o700
    kept = known_of(tmp_path / "published")
    assert [past.manifest["sequence"] for past in kept] == [1, 2, 3]


def test_two_histories_are_refused_and_neither_is_touched(
    home: Path, tmp_path: Path
) -> None:
    for folder in ("published", "history"):
        shutil.copytree(home / folder, tmp_path / folder)
    shutil.copytree(home / "history", tmp_path / "published" / "history")
    before = digests(tmp_path)
    with pytest.raises(RefusedError, match=r"earlier publications lie in .* and in "):
        publish_into(
            write_warehouse(tmp_path / "w.duckdb", usual_counts()),
            tmp_path / "published",
            RULE,
        )
    (tmp_path / "w.duckdb").unlink()
    assert digests(tmp_path) == before


def test_a_publication_that_was_removed_is_put_back_and_is_no_new_one(
    tmp_path: Path,
) -> None:
    file = published(tmp_path, usual_counts())
    before = digests(tmp_path)
    shutil.rmtree(tmp_path / "published")
    published(tmp_path, usual_counts())
    after = digests(tmp_path)
    del before["warehouse.duckdb"], after["warehouse.duckdb"]
    assert after == before
    assert file.exists()


def test_what_came_before_a_removed_publication_is_not_forgotten(
    home: Path, tmp_path: Path
) -> None:
    """The file and pages can be made again; what was told cannot be taken back."""
    shutil.copytree(home / "history", tmp_path / "history")
    counts = usual_counts()
    counts["SG12", "E09000004", "2008-09Q4"] = (45, None)
    file = published(tmp_path, counts)
    kept = known_of(tmp_path / "published")
    assert [past.manifest["sequence"] for past in kept] == [1, 2, 3]
    assert audit_files([past.file for past in kept if past.file is not None]).is_clean
    assert ask(file, "select count(*) > 0 from mart.fct_revisions") == [(True,)]


def test_a_count_that_was_refused_and_mended_tells_no_more_than_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory reaches back further than the files that are kept."""
    monkeypatch.setenv("LSCB_KEEP_PUBLICATIONS", "1")
    file = published(tmp_path, usual_counts())
    hidden = "select area_code, period_id from mart.fct_indicator_values where"
    hidden += f" value_status in {HIDDEN_STATUSES} and indicator_id = 'SG12' order by 1"
    first = set(ask(file, hidden))
    small = {key[1:] for key, (count, _) in usual_counts().items() if 1 <= count <= 5}
    covers = sorted(
        key for key in first - small if key[0] in BOROUGHS and key[1] != YEAR
    )
    assert covers
    for area, period in covers:
        refused = usual_counts()
        del refused["SG12", area, period]
        published(tmp_path, refused)
        assert first <= set(ask(published(tmp_path, usual_counts()), hidden))
    kept = known_of(tmp_path / "published")
    assert [past.file is not None for past in kept].count(True) == 2
    assert all((past.folder / "told.parquet").exists() for past in kept)
    told, names = chain_of(place_of(tmp_path / "published"))
    assert len(told) == len(kept) == len(names) == 1 + 2 * len(covers)
    assert audit(told, file, RULE, names).is_clean
    # A file that showed one of them again would be refused: from the first publication
    # alone it was not known, and none of the last two says that it is the same.
    area, period = covers[0]
    with duckdb.connect(str(file)) as db:
        db.execute(
            "update mart.fct_indicator_values set numerator = ?, value_status ="
            " 'reported' where indicator_id = 'SG12' and area_code = ?"
            " and period_id = ?",
            [usual_counts()["SG12", area, period][0], area, period],
        )
    found = audit([*told[:-1], read_file(file)], file, RULE, names)
    assert found.narrow


def test_no_rule_with_another_threshold_follows(home: Path, tmp_path: Path) -> None:
    """The same count would be small by one and shown by the other."""
    copy = shutil.copytree(home, tmp_path / "copy")
    warehouse = write_warehouse(copy / "warehouse.duckdb", usual_counts())
    before = (copy / "published" / "lscb.duckdb").read_bytes()
    with pytest.raises(RefusedError, match=r"by hes_2008 \(1 to 5\), and what"):
        publish_into(warehouse, copy / "published", preset("nhs_2018"))
    assert (copy / "published" / "lscb.duckdb").read_bytes() == before
    assert publish_into(warehouse, copy / "published", preset("dfe")).is_new


def test_what_the_guard_cannot_calculate_with_is_said_in_words(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_: object) -> None:
        raise ContradictionError("no table of whole numbers fits")

    copy = shutil.copytree(home, tmp_path / "copy")
    warehouse = write_warehouse(copy / "warehouse.duckdb", usual_counts())
    before = (copy / "published" / "lscb.duckdb").read_bytes()
    monkeypatch.setattr("lscb.publishing.publish.audit", deny)
    with pytest.raises(RefusedError, match="no table of whole numbers fits"):
        publish_into(warehouse, copy / "published", RULE)
    assert (copy / "published" / "lscb.duckdb").read_bytes() == before


def test_of_a_history_with_a_piece_lost_no_rule_is_asked(
    home: Path, tmp_path: Path
) -> None:
    """Which piece it is, publishing says; nothing stops before in other words."""
    copy = shutil.copytree(home, tmp_path / "copy")
    warehouse = write_warehouse(copy / "warehouse.duckdb", usual_counts())
    known_of(copy / "published")[0].folder.joinpath("manifest.json").unlink()
    assert not_by(preset("nhs_2018"), place_of(copy / "published")) == ""
    with pytest.raises(RefusedError, match="cannot be taken into account"):
        publish_into(warehouse, copy / "published", RULE)
