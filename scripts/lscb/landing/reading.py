"""Reading files into the lake: alone, or together with others of their kind.

Each fares as if nothing else had been sent: what is wrong with one is said of it, and
keeps no other out.
"""

import traceback
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from lscb.landing.archive import replaced_whole
from lscb.landing.bulk_check import check_of
from lscb.landing.checking import Engine, FileCheck, Outcome, Source, shorten
from lscb.landing.ledger import ON_SHEET, Entry, Ledger
from lscb.landing.names import Claim, block_of_form, read_name
from lscb.landing.opening import open_source
from lscb.landing.reference import Reference
from lscb.landing.refusals import Refused
from lscb.landing.text_files import TextFile
from lscb.landing.workbooks import Workbook
from lscb.sql import literal

# Files of more bytes are read alone; so many of fewer are read by one process at once.
SMALL, FILES_AT_ONCE = 1_000_000, 100


def identity(entry: Entry) -> tuple[Hashable, ...]:
    """What two files have alike of which the later is a duplicate."""
    return (
        entry.sha256,
        entry.extract,
        entry.submitter_code,
        entry.period_id,
        entry.version,
        entry.file_format,
    )


def refuse(entry: Entry, refused: Refused, reference: Reference) -> None:
    """Say in the entry of a file why it is refused."""
    entry.is_readable = refused.is_readable
    entry.refusal_code = refused.code
    entry.refusal_reason = reference.sentence(refused.code, refused.details)


def put_claim(entry: Entry, claim: Claim) -> None:
    """Say in the entry of a file what its name claims."""
    entry.extract = claim.extract
    entry.submitter_as_sent = claim.submitter_as_sent
    entry.submitter_code = claim.submitter_code
    entry.area_code = claim.area_code
    entry.pct_code = claim.pct_code
    entry.period_id = claim.period.period_id
    entry.version = claim.version
    entry.file_format = claim.file_format


def in_shares(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Files in shares: small ones of one extract and period may be of one kind."""
    shares: list[list[Entry]] = []
    filling: dict[tuple[str | None, str | None], list[Entry]] = {}
    for entry in entries:
        if entry.size_bytes > SMALL:
            shares.append([entry])
            continue
        alike = entry.extract, entry.period_id
        if alike not in filling or len(filling[alike]) == FILES_AT_ONCE:
            filling[alike] = []
            shares.append(filling[alike])
        filling[alike].append(entry)
    return shares


class Reader:
    """Reads files into a lake, in whichever engine; their entries are written last.

    `known` are files, by their identity, of which another may be a duplicate. What is
    `finished` has its entry; `failures` name files on which the program itself failed.
    """

    def __init__(
        self,
        reference: Reference,
        ledger: Ledger,
        known: dict[tuple[Hashable, ...], str],
    ):
        self._reference = reference
        self._ledger = ledger
        self._scratch = ledger.lake / "tmp"
        self.known = known
        self.finished: list[Entry] = []
        self.failures: list[str] = []

    def read(self, engine: Engine, entries: Sequence[Entry]) -> None:
        """Read some files; those of one kind together, where there are several."""
        kinds: dict[Hashable, list[tuple[Entry, FileCheck]]] = defaultdict(list)
        alone: list[tuple[Entry, FileCheck | None]] = []
        for entry in entries:
            check = self._check_to_share(engine, entry) if len(entries) > 1 else None
            kind = None if check is None else check.kind
            if kind is None:
                alone.append((entry, check))
            else:
                kinds[kind].append((entry, check))
        for files in kinds.values():
            if len(files) == 1:
                alone += files
            else:
                alone += [(entry, None) for entry in self._read_together(files)]
        while alone:
            # Taken off: what a check holds of its file is let go when that is read.
            entry, check = alone.pop()
            self._finish(entry, self._read_alone, engine, check)

    def _check_to_share(self, engine: Engine, entry: Entry) -> FileCheck | None:
        """The check of a file that may be read with others; None where it must not."""
        if entry.refusal_code is not None:
            return None
        try:
            source, claim = self._open(entry)
            check = check_of(engine, self._reference, claim, source)
        except Exception:
            # Said of it when it is read alone, whatever it is.
            return None
        if isinstance(source, Workbook) and (
            source.sheets_of_others or source.book.held_bytes > SMALL
        ):
            return None
        return check

    def _read_together(self, files: list[tuple[Entry, FileCheck]]) -> list[Entry]:
        """Read several files of one kind; give those that must be read alone.

        Those are all, where the program fails: alone each fares as it deserves.
        """
        entries = [entry for entry, _ in files]
        (_, first), *others = files
        check = first.together([other for _, other in others])
        try:
            found = check.run()
        except Exception:
            return entries
        alone = []
        for number, (entry, outcome) in enumerate(zip(entries, found, strict=True)):
            if outcome is None:
                alone.append(entry)
            else:
                self._finish(entry, self._take, check, outcome, number)
        return alone

    def _finish(self, entry: Entry, read: Callable[..., None], *given: object) -> None:
        """Read one file and write its entry, whatever becomes of it."""
        try:
            if entry.refusal_code is None:
                read(entry, *given)
        except Refused as refused:
            refuse(entry, refused, self._reference)
        except Exception as error:
            # One file must not keep the others out; the run ends in an error all the
            # same, and the file, which has no entry, is read again by the next.
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.failures.append(
                f"{entry.relative_path} ({type(error).__name__} in "
                f"{Path(where.filename).name}, line {where.lineno})"
            )
            if isinstance(error, OSError | MemoryError):
                raise
            return
        if not entry.has_records:
            self._ledger.records_path(entry).unlink(missing_ok=True)
        for path in self._sheets_no_longer_read(entry):
            path.unlink(missing_ok=True)
        if not entry.is_readable or entry.duplicate_of is not None:
            self._ledger.set_aside_path(entry.file_id).unlink(missing_ok=True)
        self._ledger.write(entry)
        self.finished.append(entry)

    def _sheets_no_longer_read(self, entry: Entry) -> set[Path]:
        """Where records of its sheets stand that this reading did not find."""
        before = self._ledger.entries.get(entry.file_id, entry)
        found = self._ledger.paths_of_sheets(entry) if entry.has_records else []
        return set(self._ledger.paths_of_sheets(before)).difference(found)

    def _open(self, entry: Entry, extract: str | None = None) -> tuple[Source, Claim]:
        """Open what is archived of a file, as its extract or that of one of its sheets.

        A form that says that it is another sender's, or of another period, is refused.
        """
        claim = read_name(entry.relative_path, self._reference)
        claim = replace(claim, extract=extract or claim.extract)
        archived = self._ledger.archive_path(entry)
        kind = self._reference.extracts[claim.extract]
        optional = self._reference.may_leave_out(kind, claim.submitter_code)
        source = open_source(archived, claim.file_format, kind, optional)
        form = source.header.form
        if form is not None and block_of_form(form, self._reference) != claim.block:
            raise Refused(
                "form_of_another",
                extract=form.extract,
                submitter=form.submitter,
                period=form.period,
            )
        return source, claim

    def _read_alone(
        self, entry: Entry, engine: Engine, check: FileCheck | None
    ) -> None:
        """Read a file, by its check where it has been opened already."""
        original = self.known.get(identity(entry))
        if original is not None:
            entry.duplicate_of, entry.is_readable = original, True
            return
        if check is None:
            source, claim = self._open(entry)
            check = check_of(engine, self._reference, claim, source)
        (outcome,) = check.run()
        self._take(entry, check, outcome)
        (source,) = check.sources
        if isinstance(source, Workbook):
            for name in source.sheets_of_others:
                self._read_sheet(engine, entry, name)

    def _take(
        self,
        entry: Entry,
        check: FileCheck,
        outcome: Outcome | Refused | None,
        number: int = 0,
    ) -> None:
        """Write the records of a file, and into its entry what became of them."""
        if not isinstance(outcome, Outcome):
            raise outcome or RuntimeError("a file that was judged alone has no outcome")
        source = check.sources[number]
        entry.is_readable = True
        entry.notices = [list(notice) for notice in outcome.notices]
        if isinstance(source, TextFile) and source.text.is_mixed:
            entry.notices.append([None, "text_mixed", 1])
        if isinstance(source, Workbook):
            entry.notices += [
                [shorten(name), "formula_without_value", cells]
                for name, cells in sorted(source.uncalculated.items())
            ]
            if source.sheets_unread:
                entry.notices.append([None, "sheets_unread", source.sheets_unread])
        self._write_set_aside(check, entry, number)
        if outcome.refused is not None:
            # Its twin is refused for the same reason, and is a duplicate of nothing.
            raise outcome.refused
        self.known[identity(entry)] = entry.file_id
        entry.lines_read = outcome.lines_read
        entry.rows_accepted = outcome.rows_accepted
        entry.rows_set_aside = outcome.rows_set_aside
        entry.rows_duplicate = outcome.rows_duplicate
        entry.rows_passed_over = outcome.rows_passed_over
        records = self._ledger.records_path(entry)
        with replaced_whole(records, self._scratch) as temporary:
            check.write_records(temporary, entry.file_id, number)

    def _read_sheet(self, engine: Engine, entry: Entry, extract: str) -> None:
        """Read a sheet of a form that holds records of another extract.

        They are of the same file, and what is wrong with them does not refuse it: each
        line that is set aside is told, with the sheet before the column.
        """
        try:
            source, claim = self._open(entry, extract)
            check = check_of(engine, self._reference, claim, source)
            (outcome,) = check.run()
            if not isinstance(outcome, Outcome):
                raise outcome or RuntimeError("a sheet has no outcome")
        except Refused as refused:
            if refused.code not in ("empty_file", "nil_not_allowed"):
                entry.notices.append([None, f"{extract}_unread", 1])
            return
        entry.notices.append([None, f"{extract}{ON_SHEET}", outcome.lines_read])
        entry.notices += [
            [shorten(f"{extract}: {column}"), code, occurrences]
            for column, code, occurrences in outcome.notices
            if column is not None
        ]
        path = self._ledger.sheet_path(entry, extract)
        with replaced_whole(path, self._scratch) as temporary:
            check.write_records(temporary, entry.file_id)
        self._add_set_aside(engine, check, entry, extract)

    def _add_set_aside(
        self, engine: Engine, check: FileCheck, entry: Entry, sheet: str
    ) -> None:
        own = self._ledger.set_aside_path(entry.file_id)
        added = self._scratch / f"{entry.file_id}-{sheet}.parquet"
        try:
            if check.write_set_aside(added, entry.file_id) == 0:
                return
            parts = [
                f"select file_id, line_number, concat_ws(': ', {literal(sheet)},"
                " column_name) as column_name, 'value' as level, reason_code"
                f" from read_parquet({literal(str(added))})"
            ]
            if own.exists():
                parts.insert(0, f"select * from read_parquet({literal(str(own))})")
            with replaced_whole(own, self._scratch) as temporary:
                engine.copy(" union all ".join(parts), temporary)
        finally:
            added.unlink(missing_ok=True)

    def _write_set_aside(self, check: FileCheck, entry: Entry, number: int) -> None:
        path = self._ledger.set_aside_path(entry.file_id)
        lines = 0
        if check.may_set_aside(number):
            with replaced_whole(path, self._scratch) as temporary:
                lines = check.write_set_aside(temporary, entry.file_id, number)
        if lines == 0:
            path.unlink(missing_ok=True)
