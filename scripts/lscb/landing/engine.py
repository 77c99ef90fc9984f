"""Landing: every file that agencies sent, once, each for itself, in order."""

import errno
import hashlib
import json
import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue

from filelock import FileLock, Timeout

from lscb.errors import UserError
from lscb.landing.archive import (
    CannotRead,
    StillChanging,
    keep,
    replaced_whole,
    said,
    sweep,
    write_whole,
)
from lscb.landing.checking import (
    Engine,
    lake_columns,
    write_declared,
)
from lscb.landing.ledger import Entry, Ledger
from lscb.landing.link_key import link_key_of, mark_of
from lscb.landing.names import files_sent, folder_of, names_a_file, read_name
from lscb.landing.reading import Reader, identity, in_shares, put_claim, refuse
from lscb.landing.reference import Reference, load_reference
from lscb.landing.refusals import Refused
from lscb.settings import Settings

# Files read side by side, each in an engine of its own.
WORKERS = 2

# A hidden file that a generator leaves in landing: what stands beside it is no record
# of a real child.
SYNTHETIC_MARK = ".synthetic.json"

LEFT_FOR_LATER = "left_for_later.json"


class LandingError(UserError):
    """Landing could not do its work; the message says why and what to do."""


@dataclass
class LandingResult:
    """What a run did: files read in it, files that are known, files left for later."""

    read: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    vanished: int = 0
    still_changing: list[str] = field(default_factory=list)
    known: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class _Work:
    """A file to read: where it stood, and its bytes in the archive."""

    file_id: str
    relative_path: str
    sha256: str | None
    size_bytes: int
    received_at: str
    seen: list[int]
    is_in_landing: bool
    refused: Refused | None = None


def land(
    extracts: Sequence[str] | None = None,
    settings: Settings | None = None,
    say: Callable[[str], None] = print,
    reference: Reference | None = None,
) -> LandingResult:
    """Land what is new, of all extracts or of those named; give what was done.

    Whoever lands many times over may give what it has read of the seeds already.
    With no extract named (an empty list) nothing is landed, but the lake has its shape.

    A run that is killed leaves a lake that the next run completes. A second run waits
    for the first.
    """
    settings = settings or Settings.from_environment()
    reference = reference or load_reference(settings.seeds)
    unknown = sorted(set(extracts or ()) - set(reference.extracts))
    if unknown:
        raise LandingError(
            f"No extract is called {', '.join(unknown)}; the extracts are "
            f"{', '.join(sorted(reference.extracts))}."
        )
    lands_something = extracts is None or len(extracts) > 0
    if lands_something and (nothing := nothing_to_land(settings)):
        raise LandingError(nothing)
    with in_sole_use(settings.lake, say):
        sweep(settings.lake / "tmp")
        return _Run(settings, reference, extracts).run()


def left_for_later(lake: Path) -> list[str]:
    """Files that were still being written when landing last looked at them."""
    path = lake / "ledger" / LEFT_FOR_LATER
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def read_again(settings: Settings, say: Callable[[str], None] = print) -> LandingResult:
    """Read from its archive what a lake knows of and has no records of; nothing new."""
    with in_sole_use(settings.lake, say):
        sweep(settings.lake / "tmp")
        reference = load_reference(settings.seeds)
        return _Run(settings, reference, None, receives=False).run()


def nothing_to_land(settings: Settings) -> str | None:
    """A sentence where landing holds no file and nothing was landed before."""
    known = (settings.lake / "ledger" / "files").glob("*.json")
    try:
        if any(files_sent(settings.landing)) or any(known):
            return None
    except OSError as error:
        return (
            f"The landing folder {settings.landing} cannot be read: {said(error)}. Let"
            " the account that runs the warehouse read it, or set LSCB_LANDING to the"
            " folder that has what agencies sent."
        )
    return (
        f"There is nothing to land: {settings.landing} holds no file. Put what "
        "agencies sent there, set LSCB_LANDING to the folder that has it, or write a "
        "synthetic sample with `make sample`."
    )


def holds_submissions(landing: Path, reference: Reference) -> bool:
    """Whether any file in landing is named as a submission; else it counts as empty."""
    return any(names_a_file(path, reference) for path, _ in files_sent(landing))


@contextmanager
def in_sole_use(lake: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lake's lock, waiting for it, and write for the owner alone."""
    with _own_umask(), _locked(lake, say):
        yield


@contextmanager
def _own_umask() -> Iterator[None]:
    """The lake is for the owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _locked(lake: Path, say: Callable[[str], None]) -> Iterator[None]:
    lake.mkdir(parents=True, exist_ok=True)
    lake.chmod(0o700)
    holder = lake / ".lock.holder"
    lock = FileLock(lake / ".lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who = holder.read_text(encoding="utf-8") if holder.exists() else "another run"
        say(f"Waiting: {who} is landing into {lake}.")
        lock.acquire()
    try:
        holder.write_text(f"process {os.getpid()}", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


class _Run:
    """One run, under the lock."""

    def __init__(
        self,
        settings: Settings,
        reference: Reference,
        extracts: Sequence[str] | None,
        *,
        receives: bool = True,
    ):
        self._receives = receives
        self._landing = settings.landing
        self._lake = settings.lake
        self._scratch = settings.lake / "tmp"
        self._reference = reference
        self._extracts = None if extracts is None else frozenset(extracts)
        self._link_key = link_key_of(settings.lake, self._scratch)
        self._ledger = Ledger(settings.lake)
        self._result = LandingResult()
        self._failures: list[str] = []
        self._unreadable: dict[str, OSError] = {}

    def run(self) -> LandingResult:
        """Find, archive, read, and write the ledger."""
        engine = Engine(self._scratch, self._link_key)
        try:
            self._write_declared(engine)
            self._sweep_orphans()
            work, is_changed = self._find_work()
            self._read_all(engine, work)
            if work or is_changed or not self._ledger.is_consolidated():
                self._ledger.consolidate(engine)
        finally:
            engine.close()
            sweep(self._scratch)
        self._note_left_for_later()
        if self._failures:
            raise LandingError(
                "All other files were landed, but landing failed on: "
                + "; ".join(sorted(self._failures))
            )
        self._result.known = [
            e for e in self._ledger.entries.values() if self._is_in_scope(e.extract)
        ]
        return self._result

    def _note_left_for_later(self) -> None:
        """Write down what is still being written, for whoever sums up the build."""
        if not self._receives or self._extracts == frozenset():
            return
        path = self._lake / "ledger" / LEFT_FOR_LATER
        before = left_for_later(self._lake)
        others = [
            each
            for each in before
            if not self._is_in_scope(folder_of(each, self._reference))
        ]
        now = sorted({*others, *self._result.still_changing})
        if now != before:
            write_whole(path, json.dumps(now).encode(), self._scratch)

    def _read_all(self, engine: Engine, work: list[_Work]) -> None:
        """Read files side by side; what may be a duplicate waits for the original."""
        reader = Reader(self._reference, self._ledger, self._originals(work))
        first: list[Entry] = []
        later: list[Entry] = []
        seen = set(reader.known)
        for each in sorted(work, key=self._place_in_line):
            entry = self._new_entry(each)
            (later if identity(entry) in seen else first).append(entry)
            if entry.refusal_code is None:
                seen.add(identity(entry))
        engines: SimpleQueue[Engine] = SimpleQueue()
        engines.put(engine)
        shares = in_shares(first)
        extra = [
            Engine(self._scratch, self._link_key)
            for _ in range(min(WORKERS, len(shares)) - 1)
        ]
        for other in extra:
            engines.put(other)

        def read(entries: Sequence[Entry]) -> None:
            own = engines.get()
            try:
                reader.read(own, entries)
            finally:
                engines.put(own)

        pool = ThreadPoolExecutor(WORKERS)
        try:
            for done in [pool.submit(read, share) for share in shares]:
                done.result()
            # What waited for the original is read where that was refused.
            for entry in later:
                read([entry])
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            for other in extra:
                other.close()
            self._failures += reader.failures
        done_ids = {entry.file_id for entry in reader.finished}
        self._result.read = [e for e in first + later if e.file_id in done_ids]

    def _place_in_line(self, work: _Work) -> tuple[object, ...]:
        """By receipt; what was a duplicate comes after what it is a duplicate of."""
        known = self._ledger.entries.get(work.file_id)
        was_duplicate = known is not None and known.duplicate_of is not None
        return was_duplicate, work.received_at, work.relative_path

    # What there is to do

    def _is_in_scope(self, extract: str | None) -> bool:
        """Whether this run looks at files of that extract.

        Files that stand in no extract's folder are looked at by every run that looks
        at anything: no extract would ever ask for them.
        """
        if self._extracts is None:
            return True
        return extract in self._extracts or (extract is None and bool(self._extracts))

    def _find_work(self) -> tuple[list[_Work], bool]:
        """Files to read, and whether the ledger changed apart from them."""
        work: dict[str, _Work] = {}
        present = self._find_sent(work)
        is_changed = False
        for entry in list(self._ledger.entries.values()):
            if not self._is_in_scope(entry.extract):
                continue
            is_present = entry.file_id in present
            if entry.is_in_landing != is_present:
                entry.is_in_landing = is_present
                self._ledger.write(entry)
                self._result.vanished += not is_present
                is_changed = True
            if self._must_be_read_again(entry):
                work[entry.file_id] = _Work(
                    entry.file_id,
                    entry.relative_path,
                    entry.sha256,
                    entry.size_bytes,
                    entry.received_at,
                    entry.seen,
                    entry.is_in_landing,
                    self._refusal_before_reading(entry),
                )
        self._result.unchanged = len(present - set(work))
        return list(work.values()), is_changed

    def _find_sent(self, work: dict[str, _Work]) -> set[str]:
        """Add what is new in landing to the work; gives the files that stand there."""
        if not self._receives:
            return self._in_landing_before(set())
        by_path: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._ledger.entries.values():
            by_path[entry.relative_path].append(entry)
        present: set[str] = set()
        looked: list[tuple[str, Path, _Work]] = []
        paths: set[str] = set()
        for relative_path, path in self._walk():
            paths.add(relative_path)
            try:
                seen = _look(path)
            except FileNotFoundError:
                self._result.still_changing.append(relative_path)
                continue
            known = [e for e in by_path[relative_path] if e.seen == seen]
            if known and known[-1].refusal_code != "cannot_open":
                present.add(known[-1].file_id)
                continue
            found = self._archive(relative_path, path, seen, by_path[relative_path])
            if found is None:
                present |= {e.file_id for e in by_path[relative_path]}
                continue
            present.add(found.file_id)
            looked.append((relative_path, path, found))
            entry = self._ledger.entries.get(found.file_id)
            if entry is None or entry.records_removed_on is not None:
                # New, or sent again after its records had been removed.
                work[found.file_id] = found
            else:
                # The same bytes under the same path, only touched.
                entry.seen = found.seen
                self._ledger.write(entry)
        for relative_path, path, found in looked:
            if found.file_id in work and not _is_as_seen(path, found.seen):
                # Somebody went on writing it while the others were looked at.
                del work[found.file_id]
                present.discard(found.file_id)
                present |= {e.file_id for e in by_path[relative_path]}
                self._result.still_changing.append(relative_path)
        if not holds_submissions(self._landing, self._reference):
            # An empty landing withdraws nothing: the lake is what there is. The last
            # file of one extract is withdrawn like any other, while others are there.
            present |= self._in_landing_before(paths)
        for folder in self._unreadable:
            # What stood there may still stand there.
            present |= {
                entry.file_id
                for entry in self._ledger.entries.values()
                if entry.is_in_landing and entry.relative_path.startswith(f"{folder}/")
            }
        return present

    def _in_landing_before(self, but: set[str]) -> set[str]:
        """The files that stood in landing when it was last looked at, but for paths."""
        return {
            entry.file_id
            for entry in self._ledger.entries.values()
            if entry.is_in_landing and entry.relative_path not in but
        }

    def _must_be_read_again(self, entry: Entry) -> bool:
        if entry.records_removed_on is not None:
            return False
        paths = [self._ledger.records_path(entry)]
        paths += self._ledger.paths_of_sheets(entry)
        is_missing = entry.has_records and not all(path.exists() for path in paths)
        return is_missing or entry.contract != self._digest(entry.relative_path)

    def _refusal_before_reading(self, entry: Entry) -> Refused | None:
        """A file whose bytes could not be had stays refused as it was."""
        if entry.sha256 is not None or entry.refusal_code is None:
            return None
        return Refused(entry.refusal_code, detail="its bytes were never read")

    def _digest(self, relative_path: str) -> str:
        name = folder_of(relative_path, self._reference)
        digest = self._reference.digests[name or ""]
        if name is None:
            return digest
        columns = self._reference.extracts[name].columns
        is_keyed = any(column.data_type == "pseudonym" for column in columns)
        return f"{digest}-{mark_of(self._link_key)}" if is_keyed else digest

    def _walk(self) -> Iterator[tuple[str, Path]]:
        """Paths below landing that are in the scope of this run, in order."""
        for relative_path, path in files_sent(self._landing, self._unreadable):
            if self._is_in_scope(folder_of(relative_path, self._reference)):
                yield relative_path, path

    def _archive(
        self, relative_path: str, path: Path, seen: list[int], known: list[Entry]
    ) -> _Work | None:
        """Keep the bytes of a file; None if somebody is still writing it.

        `known` are the files that stood under its path before.
        """
        received_at = _utc(seen[1])
        sha256, refused = None, None
        try:
            if relative_path in self._unreadable:
                raise CannotRead(said(self._unreadable[relative_path]))
            self._check_kind(path)
            sha256 = keep(path, self._lake / "archive", self._scratch)
        except (StillChanging, FileNotFoundError):
            self._result.still_changing.append(relative_path)
            return None
        except CannotRead as error:
            refused = Refused("cannot_open", detail=str(error))
        except Refused as error:
            refused = error
        file_id = _file_id(relative_path, sha256, received_at, known)
        return _Work(
            file_id, relative_path, sha256, seen[0], received_at, seen, True, refused
        )

    def _check_kind(self, path: Path) -> None:
        """Refuse what is no ordinary file, or a link that leads out of landing."""
        try:
            found = path.stat()
        except OSError as error:
            if not path.is_symlink():
                raise
            leads = "back to itself" if error.errno == errno.ELOOP else "nowhere"
            raise CannotRead(f"the link leads {leads}") from error
        if not stat.S_ISREG(found.st_mode):
            raise Refused("not_a_file")
        if path.is_symlink() and not path.resolve().is_relative_to(
            self._landing.resolve()
        ):
            raise Refused("link_outside")

    def _originals(self, work: list[_Work]) -> dict[tuple[object, ...], str]:
        """Files that are known and stay as they are, by what makes a duplicate."""
        again = {each.file_id for each in work}
        return {
            identity(entry): entry.file_id
            for entry in self._ledger.entries.values()
            if entry.is_readable
            and entry.refusal_code is None
            and entry.duplicate_of is None
            and entry.records_removed_on is None
            and entry.file_id not in again
        }

    def _is_synthetic(self, file_id: str) -> bool:
        """Whether a file came with the mark of a synthetic sample, now or before."""
        known = self._ledger.entries.get(file_id)
        return (self._landing / SYNTHETIC_MARK).exists() or (
            known is not None and known.is_synthetic
        )

    # What is to be read

    def _new_entry(self, work: _Work) -> Entry:
        """The entry of a file before it is read: what its name claims."""
        entry = Entry(
            file_id=work.file_id,
            relative_path=work.relative_path,
            file_name=work.relative_path.rsplit("/", 1)[-1],
            sha256=work.sha256,
            size_bytes=work.size_bytes,
            received_at=work.received_at,
            seen=work.seen,
            contract=self._digest(work.relative_path),
            extract=folder_of(work.relative_path, self._reference),
            is_in_landing=work.is_in_landing,
            is_synthetic=self._is_synthetic(work.file_id),
        )
        try:
            if work.refused is not None:
                raise work.refused
            put_claim(entry, read_name(entry.relative_path, self._reference))
        except Refused as refused:
            refuse(entry, refused, self._reference)
        return entry

    # The lake itself

    def _write_declared(self, engine: Engine) -> None:
        """An empty file of every extract's columns, so that the lake has its shape."""
        mark = self._lake / "extracts" / ".declared"
        digest = json.dumps(self._reference.digests, sort_keys=True)
        if mark.exists() and mark.read_text(encoding="utf-8") == digest:
            return
        for extract in self._reference.extracts.values():
            path = self._lake / "extracts" / extract.name / "_declared.parquet"
            with replaced_whole(path, self._scratch) as temporary:
                write_declared(engine, lake_columns(extract), temporary)
        write_whole(mark, digest.encode(), self._scratch)

    def _sweep_orphans(self) -> None:
        """Remove records that a killed run wrote and the ledger does not know."""
        known = {
            path
            for entry in self._ledger.entries.values()
            if entry.has_records
            for path in (
                self._ledger.records_path(entry),
                *self._ledger.paths_of_sheets(entry),
            )
        }
        for path in (self._lake / "extracts").glob("*/*.parquet"):
            if path.name != "_declared.parquet" and path not in known:
                path.unlink()


def _look(path: Path) -> list[int]:
    """Size and times of a file, or of the link where there is none behind it."""
    try:
        found = path.stat()
    except OSError:
        found = path.lstat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _is_as_seen(path: Path, seen: list[int]) -> bool:
    try:
        return _look(path)[:2] == seen[:2]
    except FileNotFoundError:
        return False


def _file_id(
    relative_path: str, sha256: str | None, received_at: str, known: list[Entry]
) -> str:
    """The name of a file, or that of the same bytes under the same path before.

    The first 16 digits of a digest over path and time of receipt. Nothing of the bytes
    is in it: it is published, and bytes that can be guessed could be tried out on it.
    """
    for entry in known:
        if entry.sha256 == sha256:
            return entry.file_id
    others = sum(entry.received_at == received_at for entry in known)
    text = f"{relative_path}\n{received_at}" + f"\n{others}" * (others > 0)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _utc(nanoseconds: int) -> str:
    """A moment of the file system; one that no calendar here reaches is its end."""
    since = nanoseconds // 1000
    epoch = datetime(1970, 1, 1)
    first, last = datetime.min - epoch, datetime.max - epoch
    microsecond = timedelta(microseconds=1)
    since = min(max(since, first // microsecond), last // microsecond)
    return (epoch + since * microsecond).isoformat(timespec="microseconds")
