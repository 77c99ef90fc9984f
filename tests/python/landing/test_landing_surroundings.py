"""What stands around the files: links, folders that cannot be read, clocks, writers."""

import gzip
import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from landing_help import LADO, Lander, lado_row, lado_text

from lscb.landing import LandingError, left_for_later, nothing_to_land, text_files
from lscb.landing.names import files_sent

OTHER = LADO.replace("LBBD", "Barnet")
TEXT = lado_text(lado_row("1"))


def codes(lander: Lander) -> dict[str, str | None]:
    return {row["relative_path"]: row["refusal_code"] for row in lander.entries()}


def unreadable(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A folder that the system refuses to list, whoever asks."""
    real = os.scandir

    def scandir(path: str | Path | int = "."):
        if not isinstance(path, int) and Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_link_out_of_landing_is_not_followed(lander: Lander, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text(TEXT)
    inside = lander.send("sub.csv", TEXT, "lado_referrals")
    (inside.parent / LADO).symlink_to(tmp_path / "elsewhere.csv")
    (inside.parent / OTHER).symlink_to(inside)
    lander.land()
    found = codes(lander)
    assert found[f"lado_referrals/{LADO}"] == "link_outside"
    assert found[f"lado_referrals/{OTHER}"] is None
    archived = {path.stat().st_size for path in lander.settings.lake.glob("archive/*")}
    assert archived == {len(TEXT)}


def test_links_in_a_circle_are_told(lander: Lander) -> None:
    path = lander.send(LADO, TEXT)
    (path.parent / OTHER).symlink_to(path.parent / "b")
    (path.parent / "b").symlink_to(path.parent / OTHER)
    lander.land()
    assert codes(lander)[f"lado_referrals/{OTHER}"] == "cannot_open"
    assert "back to itself" in str(lander.entry(OTHER).refusal_reason)


def test_a_folder_that_cannot_be_read_is_an_error_and_withdraws_nothing(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    lander.send(LADO, TEXT, "lado_referrals/deep")
    lander.send(OTHER, TEXT)
    lander.land()
    with monkeypatch.context() as patched:
        unreadable(patched, lander.settings.landing / "lado_referrals" / "deep")
        result = lander.land()
    assert result.vanished == 0
    assert codes(lander) == {
        f"lado_referrals/deep/{LADO}": None,
        f"lado_referrals/{OTHER}": None,
        "lado_referrals/deep": "cannot_open",
    }
    assert "permission denied" in str(lander.entry("deep").refusal_reason)
    assert lander.land().vanished == 1
    assert lander.entry(LADO).is_in_landing


def test_each_folder_that_cannot_be_read_is_found_once(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    lander.send(LADO, TEXT, "lado_referrals/a")
    lander.send(OTHER, TEXT, "lado_referrals/b")
    landing = lander.settings.landing
    unreadable(monkeypatch, landing / "lado_referrals" / "a")
    assert [shown for shown, _ in files_sent(landing)] == [
        "lado_referrals/a",
        f"lado_referrals/b/{OTHER}",
    ]


def test_the_folder_of_an_extract_that_cannot_be_read_is_told_by_every_run(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    lander.send(LADO, TEXT)
    unreadable(monkeypatch, lander.settings.landing / "lado_referrals")
    lander.land(["police_offences"])
    assert codes(lander) == {"lado_referrals": "cannot_open"}


def test_a_landing_that_cannot_be_read_is_never_an_empty_one(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    lander.send(LADO, TEXT)
    unreadable(monkeypatch, lander.settings.landing)
    assert "cannot be read: permission denied" in str(nothing_to_land(lander.settings))
    with pytest.raises(LandingError, match="cannot be read: permission denied"):
        lander.land()


def test_a_file_that_the_disk_does_not_give_is_told(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    lander.send(LADO, TEXT)
    lander.send(OTHER, TEXT)
    real: Callable = Path.open

    def bad(path: Path, *arguments: object, **options: object):
        if path.name == LADO:
            raise OSError(5, "Input/output error")
        return real(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", bad)
        lander.land()
    assert lander.entry(LADO).refusal_code == "cannot_open"
    assert "input/output error" in str(lander.entry(LADO).refusal_reason)
    assert lander.entry(OTHER).rows_accepted == 1
    lander.land()
    assert lander.entry(LADO).rows_accepted == 1


def test_a_file_that_grows_after_it_was_copied_is_left_and_said(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes on while landing looks at the files that follow."""
    first, second = lander.send(OTHER, TEXT), lander.send(LADO, TEXT)
    from lscb.landing import engine

    real = engine.keep

    def keep(source: Path, *arguments: Path) -> str:
        if source == second:
            with first.open("a") as file:
                file.write(lado_row("2") + "\n")
        return real(source, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(engine, "keep", keep)
        result = lander.land()
    assert result.still_changing == [f"lado_referrals/{OTHER}"]
    assert left_for_later(lander.settings.lake) == [f"lado_referrals/{OTHER}"]
    assert codes(lander) == {f"lado_referrals/{LADO}": None}
    # Another extract's run looks at other files, and says nothing of this one.
    lander.land(["police_offences"])
    assert left_for_later(lander.settings.lake) == [f"lado_referrals/{OTHER}"]
    lander.land()
    assert lander.entry(OTHER).rows_accepted == 2
    assert left_for_later(lander.settings.lake) == []


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (0, datetime(1970, 1, 1)),
        (4_291_747_199, datetime(2105, 12, 31, 23, 59, 59)),
        (-86_400, datetime(1969, 12, 31)),
        (316_516_204_800, datetime.max),
    ],
)
def test_clocks_of_long_ago_and_far_ahead_stop_nothing(
    lander: Lander, monkeypatch: pytest.MonkeyPatch, moment: int, expected: datetime
) -> None:
    from lscb.landing import engine

    path = lander.send(LADO, TEXT)
    if moment < 10_000_000_000:
        os.utime(path, (moment, moment))
    else:
        # Few file systems keep the year 12000; one that does says it so.
        real = engine._look
        monkeypatch.setattr(
            engine, "_look", lambda p: [real(p)[0], moment * 10**9, real(p)[2]]
        )
    lander.land()
    (row,) = lander.entries()
    assert (row["received_at"], row["rows_accepted"]) == (expected, 1)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York"])
def test_receipt_is_an_instant_whatever_the_zone_of_the_machine(
    lander: Lander, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    path = lander.send(LADO, TEXT)
    os.utime(path, (1_214_870_400, 1_214_870_400))
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        lander.land()
        (row,) = lander.entries()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert row["received_at"] == datetime(2008, 7, 1)


def test_a_gzip_that_says_that_it_is_too_large_is_refused_unread(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = LADO.replace(".csv", ".csv.gz")
    rows = [lado_row(f"{number}") for number in range(3_000)]
    content = gzip.compress(lado_text(*rows).encode())
    assert lander.one(name, content).rows_accepted == 3_000
    monkeypatch.setattr(text_files, "UNPACKED_LIMIT", 100_000)
    with monkeypatch.context() as patched:
        # The end of the file says it: nothing is unpacked.
        patched.setattr(text_files.gzip, "GzipFile", None)
        again = gzip.compress(lado_text(*rows, lado_row("x")).encode())
        assert lander.one(name, again).refusal_code == "gzip_too_large"


def test_what_is_left_for_later_is_a_list_of_paths(lander: Lander) -> None:
    assert left_for_later(lander.settings.lake) == []
    path = lander.settings.lake / "ledger" / "left_for_later.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(["a/b.csv"]))
    assert left_for_later(lander.settings.lake) == ["a/b.csv"]
