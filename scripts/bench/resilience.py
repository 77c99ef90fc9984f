"""Try to break publishing: end it at random moments, fill its disk, read meanwhile.

    lscb bench resilience kills --folder /tmp/resilience
    lscb bench resilience disk --folder /tmp/resilience
    lscb bench resilience readers --folder /tmp/resilience
    lscb bench resilience rebuilds --folder /tmp/resilience

Works in a folder of its own, on a copy of the project whose dbt tests are switched off
(they only read, and are most of the time of a build), and on a part of the synthetic
sample and of the catalogue. Each run has something new to publish. Exit code 1 where
anything broke.
"""

import csv
import functools
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import yaml

from lscb.errors import UserError
from lscb.publishing import history as told
from lscb.publishing.history import FILE_NAME, MANIFEST_NAME, sha256_of
from lscb.settings import PROJECT

PARTS = ("models", "macros", "seeds", "scripts", "docs", "tests", "analyses")
INDICATORS = {"SG12", "SG13"}
EXTRACTS = ("lado_referrals", "population")
CHANGED_FILE = "lado_referrals/lado_referrals__00AA__2008-09Q3__v1.csv"
CHANGED_CELLS = (
    "indicator_id = 'SG12' and area_code in ('E09000001', 'E13000001', 'E12000007')"
    " and period_id in ('2008-09Q3', '2008-09')"
)
BALLAST = ".ballast"
VISIBLE = {FILE_NAME, MANIFEST_NAME, "site", "exports"}
SEED = 20081031
FORKS = multiprocessing.get_context("forkserver")
FILE_SIZES = tuple(4096 * 2**step for step in range(0, 24, 2))
SIZES_OF_WHOLE_JOB = FILE_SIZES[::2]
FREE_ROOM = (0, 500_000, 4_000_000, 8_000_000, 13_000_000)
ROOM_OF_WHOLE_JOB = (0, 2_000_000)
READERS, PUBLICATIONS, QUIET_SECONDS = 8, 50, 30
ASK = (
    "select count(*), avg(indicator_value) from mart.indicator_scorecard",
    "select value_status, count(*) from mart.fct_indicator_values"
    " where indicator_id = 'SG12' group by all",
    "select area_name, indicator_value from mart.indicator_scorecard"
    " where indicator_id = 'SG12' and period_id = '2008-09' order by all",
)


@dataclass(frozen=True)
class Asked:
    """Which bench, and what it was told."""

    kind: str
    folder: Path
    seed: int = SEED
    after: int = 160
    whole: int = 40
    warehouse: Path | None = None
    landing: Path | None = None


@dataclass
class Place:
    """The folders of the bench, and what was seen there."""

    folder: Path
    changes: int = 0
    broken: list[str] = field(default_factory=list)
    seen: Counter = field(default_factory=Counter)
    digests: set[str] = field(default_factory=set)
    listener: threading.Thread | None = None

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse" / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.folder / "published"

    @property
    def history(self) -> Path:
        return self.folder / "history"

    @property
    def stands(self) -> told.Place:
        """Where the publication stands, as the publisher has it."""
        return told.Place(self.published, self.history)

    @property
    def log(self) -> Path:
        return self.folder / "last.log"

    @property
    def mouth(self) -> Path:
        return self.folder / "says"

    def environment(self) -> dict[str, str]:
        """The variables of a run here."""
        return os.environ | {
            "LSCB_LANDING": str(self.landing),
            "LSCB_LAKE": str(self.lake),
            "LSCB_WAREHOUSE": str(self.warehouse),
            "LSCB_PUBLISHED": str(self.published),
            "LSCB_HISTORY": str(self.history),
            "LSCB_AS_OF": "2011-03-31",
            "DBT_PROFILES_DIR": str(self.project),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "PYTHONPATH": str(self.project / "scripts"),
        }

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note what broke."""
        if not holds:
            self.broken.append(otherwise)
            print(f"BROKEN: {otherwise}", flush=True)


def prepare(folder: Path) -> Place:
    """A copy of the project without its tests, and a part of it and of the sample."""
    place = prepare_project(folder)
    keep_few_indicators(place.project / "seeds")
    whole = place.folder / "sample"
    write_sample(whole)
    for extract in EXTRACTS:
        shutil.copytree(whole / extract, place.landing / extract)
    shutil.rmtree(whole)
    return place


def write_sample(folder: Path) -> None:
    """The synthetic sample, in a folder."""
    subprocess.run(
        [sys.executable, "-m", "lscb", "sample", "--out", folder],
        env=os.environ | {"PYTHONPATH": str(PROJECT / "scripts")},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def prepare_project(folder: Path) -> Place:
    """A copy of the project without its tests, and empty folders."""
    if folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder} is not empty: name an empty folder.")
    place = Place(folder.resolve())
    for part in PARTS:
        shutil.copytree(
            PROJECT / part,
            place.project / part,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    shutil.copy(PROJECT / "profiles.yml", place.project)
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    settings["data_tests"] = {"lscb": {"+enabled": False}}
    settings["unit_tests"] = {"lscb": {"+enabled": False}}
    (place.project / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    place.warehouse.parent.mkdir()
    return place


def keep_few_indicators(seeds: Path) -> None:
    """A small catalogue: each page that is not drawn leaves time for a run."""
    for name, column in (
        ("catalogue/indicators", "indicator_id"),
        ("reference/area_exceptions", "indicator_id"),
        ("reference/indicator_breaks", "indicator_id"),
        ("reference/statistic_columns", "indicator_id"),
        ("reference/survey_responses", "indicator_id"),
        ("reference/disclosure_links", "first_indicator_id"),
    ):
        path = seeds / f"{name}.csv"
        with path.open(newline="", encoding="utf-8") as lines:
            reader = csv.DictReader(lines)
            rows = [row for row in reader if row[column] in INDICATORS]
        with path.open("w", newline="", encoding="utf-8") as lines:
            writer = csv.DictWriter(lines, reader.fieldnames, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


# The runs: the whole job, and what of it comes after dbt


def send_more(place: Place) -> None:
    """One more allegation in a file that was sent."""
    place.changes += 1
    with (place.landing / CHANGED_FILE).open("a") as lines:
        lines.write(f"r{place.changes},2008-11-05,Referral\n")


def count_more(place: Place) -> None:
    """One more allegation in the warehouse: in its cell and its totals."""
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute(
            "update mart.fct_indicator_values set numerator = numerator + 1,"
            f" indicator_value = indicator_value + 1 where {CHANGED_CELLS}"
        )


def start_after(place: Place, room: int | None = None) -> BaseProcess:
    """What of the main job comes after dbt, with its modules loaded."""
    count_more(place)
    return begun(FORKS.Process(target=run_after, args=(place.folder, room)), place)


def start_whole(place: Place, room: int | None = None) -> BaseProcess:
    """The main job."""
    send_more(place)
    return begun(FORKS.Process(target=run_whole, args=(place.folder, room)), place)


def begun(process: BaseProcess, place: Place) -> BaseProcess:
    """The process, once it leads a group of its own; what it says goes to the log."""
    place.mouth.unlink(missing_ok=True)
    os.mkfifo(place.mouth)
    place.listener = threading.Thread(
        target=lambda: place.log.write_bytes(place.mouth.read_bytes())
    )
    place.listener.start()
    process.start()
    while process.is_alive() and os.getpgid(process.pid) != process.pid:
        time.sleep(0.001)
    return process


def run_after(folder: Path, room: int | None) -> None:
    """In its process: publish and present."""
    place = Place(folder)
    from lscb.build import publish_and_present

    set_apart(place, room)
    sys.exit(publish_and_present(place.warehouse, place.stands))


def run_whole(folder: Path, room: int | None) -> None:
    """In its process: become the main job."""
    place = Place(folder)
    set_apart(place, room)
    os.chdir(place.project)
    job = [sys.executable, "-m", "lscb", "build"]
    os.execve(sys.executable, job, place.environment())


def set_apart(place: Place, room: int | None) -> None:
    """A process group of its own; no file may grow beyond `room` bytes.

    What it says goes into a pipe, which has no such limit.
    """
    mouth = os.open(place.mouth, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(mouth, stream)
    os.close(mouth)
    if room is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    os.setsid()


def end(process: BaseProcess, place: Place) -> None:
    """Kill a run and all that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    over(process, place)


def over(process: BaseProcess, place: Place) -> None:
    """Wait for the end of a run and of what it has to say."""
    process.join()
    place.listener.join()


# What must hold after each run, whatever became of it


def check_file(place: Place, before: str | None) -> str | None:
    """The published file is a whole one, old or new; gives its digest."""
    target = place.published / FILE_NAME
    if not target.exists():
        place.expect(before is None, "the published file is gone")
        return None
    digest = sha256_of(target)
    manifests = [
        json.loads(path.read_text())
        for path in place.history.glob(f"*/{MANIFEST_NAME}")
    ]
    manifests += [
        json.loads(path.read_text())
        for path in place.history.glob(f".*.new/{MANIFEST_NAME}")
        if path.read_text().endswith("}\n")
    ]
    known = {manifest["sha256"]: manifest for manifest in manifests}
    place.expect(digest in known, "the published file is none that was written whole")
    place.expect(
        digest == before or digest not in place.digests, "an older file came back"
    )
    place.digests.add(digest)
    place.seen["the old file" if digest == before else "a new file"] += 1
    if digest not in known:
        return digest
    with duckdb.connect(str(target), read_only=True) as connection:
        for table, said in known[digest]["tables"].items():
            (rows,) = connection.execute(
                f'select count(*) from mart."{table}"'
            ).fetchone()
            place.expect(rows == said["rows"], f"{table} has {rows} rows")
    return digest


def check_folder(place: Place) -> None:
    """Nothing but whole things is to be seen, and no log of writes."""
    if not place.published.exists():
        return
    shown = {path.name for path in place.published.iterdir() if path.name[0] != "."}
    place.expect(shown <= VISIBLE, f"to be seen: {sorted(shown - VISIBLE)}")
    place.expect(
        not (place.published / f"{FILE_NAME}.wal").exists(), "a WAL of the file"
    )
    for name, needed in (("site", "index.html"), ("exports", "lscb.xlsx")):
        folder = place.published / name
        if folder.exists():
            place.expect((folder / needed).exists(), f"{name} is not whole")
        elif (place.published / f".{name}.old").exists():
            place.seen[f"{name} moved away"] += 1
    for hidden in place.published.glob(".[!b]*"):
        place.seen[f"left {hidden.name}"] += 1
    if (place.warehouse.with_suffix(".duckdb.wal")).exists():
        place.seen["left WAL of the warehouse"] += 1


def check_success(place: Place, code: int) -> None:
    """A run that was let be has made good all that those before it left."""
    said = place.log.read_text()
    place.expect(code == 0, f"the next run ended with {code}: {said}")
    if code:
        return
    digest = sha256_of(place.published / FILE_NAME)
    manifest = json.loads((place.published / MANIFEST_NAME).read_text())
    place.expect(manifest["sha256"] == digest, "the manifest is of another file")
    left = [path.name for path in place.published.glob(".*")]
    place.expect(not left, f"left beside the publication: {left}")
    left = [path.name for path in place.history.glob(".*")]
    place.expect(not left, f"left in the history: {left}")
    for name in ("site", "exports"):
        place.expect((place.published / name).is_dir(), f"no {name}")
    about = (place.published / "site" / "about.html").read_text()
    place.expect(manifest["publication_id"] in about, "the site is of another file")


def run_to_end(place: Place, begin: Callable[[Place], BaseProcess]) -> float:
    """Let a run be; the seconds that it took."""
    process = begin(place)
    begun = time.perf_counter()
    over(process, place)
    check_success(place, process.exitcode)
    return time.perf_counter() - begun


def kills(asked: Asked) -> Place:
    """End runs at random moments, and let every fifth be."""
    place, draw = prepare(asked.folder), random.Random(asked.seed)
    run_to_end(place, start_whole)
    for begin, number, name in (
        (start_after, asked.after, "after dbt"),
        (start_whole, asked.whole, "whole job"),
    ):
        length = run_to_end(place, begin)
        digest = check_file(place, None)
        for turn in range(1, number + 1):
            process = begin(place)
            moment = draw.uniform(0, length)
            process.join(moment)
            if process.is_alive():
                end(process, place)
                place.seen[f"killed, {name}"] += 1
            else:
                over(process, place)
                place.seen[f"over before its moment, {name}"] += 1
                check_success(place, process.exitcode)
            digest = check_file(place, digest)
            check_folder(place)
            if turn % 5 == 0 or turn == number:
                length = run_to_end(place, begin)
                digest = check_file(place, digest)
            if turn % 10 == 0:
                print(f"{name}: {turn} of {number}, a run {length:.1f} s", flush=True)
    return place


# A disk without room


def disk(asked: Asked) -> Place:
    """Runs that may write no file beyond a size, or find their disk nearly full."""
    place = prepare(asked.folder)
    run_to_end(place, start_whole)
    run_to_end(place, start_after)
    for begin, name, sizes in (
        (start_after, "after dbt", FILE_SIZES),
        (start_whole, "whole job", SIZES_OF_WHOLE_JOB),
    ):
        for room in sizes:
            without_room(place, f"{name}, files up to {room:,} bytes", begin, room)
    if os.geteuid() == 0:
        on_small_disks(place)
    else:
        print("Not root: no small file system can be mounted, limits only.")
    return place


def without_room(
    place: Place,
    name: str,
    begin: Callable[[Place, int | None], BaseProcess],
    room: int | None = None,
    release: Callable[[], None] = lambda: None,
) -> None:
    """A run that lacks room says so and changes nothing; the next one succeeds."""
    before = sha256_of(place.published / FILE_NAME)
    process = begin(place, room)
    over(process, place)
    code = process.exitcode
    said = place.log.read_text()
    after = sha256_of(place.published / FILE_NAME)
    check_folder(place)
    if code == 0:
        place.seen["room enough"] += 1
    else:
        place.seen[f"ended with {code}"] += 1
        place.expect(code == 2, f"{name}: exit code {code}: {said[-1500:]}")
        place.expect("no room" in said, f"{name}: not said why: {said[-1500:]}")
        place.expect("Traceback" not in said, f"{name}: {said[-3000:]}")
        place.expect(
            after == before or "is published" in said, f"{name}: the file changed"
        )
    release()
    run_to_end(place, begin)
    print(f"{name}: {code}", flush=True)


def on_small_disks(place: Place) -> None:
    """The same on a file system of its own, filled up but for some room."""
    for folder, begin, rooms in (
        (place.published, start_after, FREE_ROOM),
        (place.warehouse.parent, start_whole, ROOM_OF_WHOLE_JOB),
        (place.lake, start_whole, ROOM_OF_WHOLE_JOB),
    ):
        kept = folder.with_name(f"{folder.name}.kept")
        folder.rename(kept)
        folder.mkdir()
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=400M", "none", folder], check=True
        )
        try:
            shutil.copytree(kept, folder, dirs_exist_ok=True)
            ballast = folder / BALLAST
            for room in rooms:
                free = shutil.disk_usage(folder).free - room
                with ballast.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, max(free, 1))
                without_room(
                    place,
                    f"{folder.name}, {room:,} bytes free",
                    begin,
                    release=functools.partial(ballast.unlink, missing_ok=True),
                )
        finally:
            subprocess.run(["umount", folder], check=True)
            folder.rmdir()
            kept.rename(folder)


# Readers, while publications come


def readers(asked: Asked) -> Place:
    """Eight readers loop over queries, first alone, then through publications."""
    place = prepare(asked.folder)
    if asked.warehouse:
        shutil.copyfile(asked.warehouse, place.warehouse)
    else:
        run_to_end(place, start_whole)
    from lscb.publishing.publish import publish

    def publish_more() -> None:
        count_more(place)
        publish(place.warehouse, place.stands)

    publish_more()
    alone = read_while(place, "alone", lambda: time.sleep(QUIET_SECONDS))
    spans: list[float] = []

    def publish_often() -> None:
        for _ in range(PUBLICATIONS):
            begun = time.perf_counter()
            publish_more()
            spans.append(time.perf_counter() - begun)

    through = read_while(place, "publishing", publish_often)
    print(
        f"{len(spans)} publications, {min(spans):.1f} to {max(spans):.1f} s each, the"
        f" last {spans[-1]:.1f} s"
    )
    swaps = [entry.stat().st_ctime for entry in place.history.iterdir()]
    tell_waits("readers alone", alone)
    tell_waits("through publications", through)
    tell_waits(
        "of these, rounds that a swap fell into",
        [
            each
            for each in through
            if any(each["at"] <= swap <= each["at"] + each["wall"] for swap in swaps)
        ],
    )
    check_reads(place, alone + through)
    return place


def read_while(place: Place, name: str, happens: Callable[[], None]) -> list[dict]:
    """What readers saw while something happened."""
    stop = place.folder / f"{name}.stop"
    context = multiprocessing.get_context("spawn")
    logs = [place.folder / f"{name}.{number}.jsonl" for number in range(READERS)]
    workers = [
        context.Process(target=read_on, args=(place.published / FILE_NAME, stop, log))
        for log in logs
    ]
    for worker in workers:
        worker.start()
    time.sleep(3)
    happens()
    stop.touch()
    for worker in workers:
        worker.join()
        place.expect(worker.exitcode == 0, f"a reader ended with {worker.exitcode}")
    return [json.loads(line) for log in logs for line in log.open()]


def read_on(file: Path, stop: Path, log: Path) -> None:
    """Open the file, ask, close, until told to stop; one line per round."""
    with log.open("w") as lines:
        while not stop.exists():
            seen: dict = {"at": time.time()}
            wall, idle = time.perf_counter(), blocked_clock()
            with duckdb.connect(
                str(file), read_only=True, config={"threads": 1}
            ) as connection:
                seen["open"] = time.perf_counter() - wall
                seen["publication_id"] = connection.execute(
                    "select content from mart.about_publication"
                    " where item = 'publication_id'"
                ).fetchone()[0]
                for query in ASK:
                    connection.execute(query).fetchall()
                seen["tables"] = {
                    table: connection.execute(
                        f'select count(*) from mart."{table}"'
                    ).fetchone()[0]
                    for table in ("fct_indicator_values", "fct_revisions")
                }
            seen["wall"] = time.perf_counter() - wall
            seen["blocked"] = blocked_clock() - idle
            lines.write(json.dumps(seen) + "\n")
            time.sleep(0.05)


def blocked_clock() -> float:
    """A clock that goes while this thread neither runs nor waits for a core.

    Its advance is waiting for a lock or a disk, and none for other processes' turns.
    """
    ran, queued, _ = Path("/proc/thread-self/schedstat").read_text().split()
    return time.perf_counter() - (int(ran) + int(queued)) / 1e9


def tell_waits(name: str, rounds: list[dict]) -> None:
    """How long rounds took, and how much of it was waiting for no core."""
    print(f"{name}: {len(rounds):,} rounds of {READERS} readers")
    for measure, meaning in (
        ("open", "opening"),
        ("wall", "whole round"),
        ("blocked", "blocked, neither running nor waiting for a core"),
    ):
        found = sorted(each[measure] * 1000 for each in rounds)
        print(
            f"  {meaning}: median {found[len(found) // 2]:.1f} ms, 99th percentile"
            f" {found[len(found) * 99 // 100]:.1f} ms, longest {found[-1]:.1f} ms"
        )


def check_reads(place: Place, rounds: Iterable[dict]) -> None:
    """Every round saw one publication, whole."""
    manifests = {
        path.parent.name: json.loads(path.read_text())
        for path in place.history.glob(f"*/{MANIFEST_NAME}")
    }
    met = set()
    for each in rounds:
        met.add(each["publication_id"])
        tables = manifests[each["publication_id"]]["tables"]
        for table, rows in each["tables"].items():
            place.expect(rows == tables[table]["rows"], f"{table}: {rows} rows read")
    print(f"{len(met)} of {len(manifests)} publications were met by a reader")


# The same landing, built again


def rebuilds(asked: Asked) -> Place:
    """The whole sample, copied in another order, with one and with two threads."""
    home, draw = Place(asked.folder.resolve()), random.Random(asked.seed)
    if asked.folder.exists() and any(asked.folder.iterdir()):
        raise UserError(f"{asked.folder} is not empty: name an empty folder.")
    landing = asked.landing or home.folder / "sample"
    if not asked.landing:
        write_sample(landing)
    places = {
        threads: prepare_project(home.folder / f"{threads}-threads")
        for threads in (1, 2)
    }
    manifests = []
    for threads, place in places.items():
        profiles = place.project / "profiles.yml"
        text = profiles.read_text()
        profiles.write_text(text.replace("threads: 2", f"threads: {threads}"))
        home.expect(f"threads: {threads}\n" in profiles.read_text(), "threads not set")
        copy_shuffled(landing, place.landing, draw)
        process = FORKS.Process(target=run_whole, args=(place.folder, None))
        over(begun(process, place), place)
        home.expect(process.exitcode == 0, place.log.read_text())
        manifests.append(json.loads((place.published / MANIFEST_NAME).read_text()))
    one, other = (manifest["tables"] for manifest in manifests)
    home.expect(one.keys() == other.keys(), "other tables")
    for table, said in one.items():
        home.expect(said == other[table], f"{table}: {said} and {other[table]}")
        home.seen["tables compared"] += 1
    home.expect(
        manifests[0]["publication_id"] == manifests[1]["publication_id"],
        "another publication_id",
    )
    return home


def copy_shuffled(source: Path, target: Path, draw: random.Random) -> None:
    """Copy files one by one in a random order; the times of their receipt stay."""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    draw.shuffle(files)
    for file in files:
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)


BENCHES = {bench.__name__: bench for bench in (kills, disk, readers, rebuilds)}


def run(asked: Asked) -> int:
    """Run one of the benches; 1 where anything broke."""
    os.umask(0o077)
    FORKS.set_forkserver_preload(["lscb.build"])
    place = BENCHES[asked.kind](asked)
    for what, times in sorted(place.seen.items()):
        print(f"{times:>6,}  {what}")
    print(f"{len(place.broken)} broken")
    return 1 if place.broken else 0
