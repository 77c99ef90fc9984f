"""Tell which submission a file of any name is: extract, sender, period and version.

Its columns say which extract it is, its records of which period they are, and its name
what somebody wrote there. What only one of them says, and says in one way, is certain,
and so is what two of them say alike. What they say differently, or what can be meant in
more ways than one, is a guess: it carries its reason, and somebody has to say so.

The file is opened by the readers of landing, under the columns of every extract in
turn: what landing would refuse is not recognised here either.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from lscb.landing.checking import Engine, Source
from lscb.landing.form_marks import FormMark
from lscb.landing.names import (
    FILE_TYPES,
    PCT_CODE,
    block_of_form,
    files_sent,
    read_name,
)
from lscb.landing.opening import open_source
from lscb.landing.periods import Period, parse_period
from lscb.landing.records import plain
from lscb.landing.reference import Extract, Reference, normalise_name
from lscb.landing.refusals import Refused

OF_A_FORM = "its first line says so: it is a form of ours"
#: Of the records with a date, the share that must lie in one period to show it.
NEARLY_ALL = 0.95
MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip
YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
NEXT = r"(?:[-_/. ]?(?P<next>(?:19|20)?[0-9]{2}))"
QUARTER = r"(?:q|qtr|quarter)[-_ ]*(?P<part>[1-4])"
#: How people write a period, and the type it is of. Each is searched for on its own.
WRITTEN = (
    ("quarter", re.compile(rf"{YEAR}{NEXT}[-_ ]*{QUARTER}")),
    ("quarter", re.compile(rf"{QUARTER}[-_ ]*{YEAR}{NEXT}")),
    ("academic_year", re.compile(rf"(?:ay|academic year)[-_ ]*{YEAR}{NEXT}")),
    ("financial_year", re.compile(rf"{YEAR}{NEXT}(?![0-9])")),
    ("month", re.compile(rf"{YEAR}[-_. ]?(?P<part>0[1-9]|1[0-2])(?![0-9])")),
    ("month", re.compile(rf"(?P<name>[a-z]{{3,9}})[-_. ]*{YEAR}(?![0-9])")),
    ("month", re.compile(rf"{YEAR}[-_. ]*(?P<name>[a-z]{{3,9}})")),
    ("calendar_year", re.compile(rf"(?<![0-9]){YEAR}(?![0-9])")),
)  # fmt: skip


class Unfit(Exception):
    """What is said of a file cannot be of it; the message is a sentence."""


class Unrecognised(Exception):
    """A file that can be read, and has the columns of no extract."""


@dataclass(frozen=True)
class Guess:
    """One part of a submission's name, whether it is certain, and why."""

    value: str | None
    is_certain: bool
    why: str

    @classmethod
    def said(cls, value: str) -> "Guess":
        """What the one who places the file says."""
        return cls(value, True, "as you say")


@dataclass(frozen=True)
class Placing:
    """Where a file belongs, as far as that can be said."""

    path: Path
    file_format: str
    extract: Guess
    submitter: Guess
    period: Guess
    version: Guess
    is_there_as: str | None = None

    @property
    def parts(self) -> dict[str, Guess]:
        """The four parts, by name."""
        return {
            "extract": self.extract, "submitter": self.submitter,
            "period": self.period, "version": self.version,
        }  # fmt: skip

    @property
    def is_whole(self) -> bool:
        """Whether every part has a value, be it a guess."""
        return all(guess.value is not None for guess in self.parts.values())

    @property
    def is_certain(self) -> bool:
        """Whether nothing has to be asked."""
        return all(guess.is_certain for guess in self.parts.values())

    @property
    def relative_path(self) -> str:
        """The path below landing; of a whole placing alone."""
        values = [str(guess.value) for guess in self.parts.values()]
        return f"{values[0]}/{'__'.join(values)}.{self.file_format}"


class Placer:
    """Places files into one landing folder, one after the other."""

    def __init__(
        self,
        reference: Reference,
        landing: Path,
        engine: Engine,
        known_names: dict[str, str],
        forces: dict[str, str],
    ):
        """`known_names`: how files are published, and how they are named here;
        `forces`: the code of the police force of each authority."""
        self._reference = reference
        self._landing = landing
        self._engine = engine
        self._known_names = known_names
        self._forces = forces
        self._taken: dict[str, Path] = dict(files_sent(landing))

    def place(
        self,
        path: Path,
        extract: str | None = None,
        submitter: str | None = None,
        period: str | None = None,
    ) -> Placing:
        """Tell where a file belongs; what is given is taken as said.

        Refused where no extract has a file of this form or of these columns; Unfit
        where it is a form of ours, and another one than is said.
        """
        file_format = format_of(path)
        placing = self._as_published(path, file_format)
        if placing is None:
            found, source = self._extract_of(path, file_format, extract)
            kind = self._reference.extracts[str(found.value)]
            evidence = _Evidence(self._engine, kind, source)
            placing = Placing(
                path,
                file_format,
                found,
                self._submitter_of(path, kind, evidence, submitter),
                self._period_of(path, kind, evidence, period),
                Guess(None, False, "the rest must be known first"),
            )
            self._refuse_another(placing, evidence.form)
        return self._with_version(placing)

    def take(self, placing: Placing) -> None:
        """Remember that the name of a placing is taken."""
        self._taken[placing.relative_path] = placing.path

    def _refuse_another(self, placing: Placing, form: FormMark | None) -> None:
        """What landing would refuse as the form of another sender or period."""
        named = replace(placing, version=Guess.said("v1"))
        if form is None or not named.is_whole:
            return
        block = read_name(named.relative_path, self._reference).block
        if block != block_of_form(form, self._reference):
            raise Unfit(
                f"Its first line says that it is the form {form.extract} of"
                f" {form.submitter} for {form.period}, and you say something else:"
                " leave that out, or take the form of that sender and period."
            )

    # -- what is published under a name that the seeds know

    def _as_published(self, path: Path, file_format: str) -> Placing | None:
        name = self._known_names.get(path.name.lower())
        if name is None:
            return None
        stem = name[: -len(format_of(Path(name))) - 1]
        extract, submitter, period, _ = stem.split("__")
        open_as(path, file_format, self._reference, extract)
        why = "its publisher calls it so, and its columns are these"
        return Placing(
            path,
            file_format,
            *(Guess(each, True, why) for each in (extract, submitter, period)),
            Guess(None, False, ""),
        )

    # -- the extract

    def _extract_of(
        self, path: Path, file_format: str, said: str | None
    ) -> tuple[Guess, Source]:
        extracts = self._reference.extracts
        if said is not None:
            if said not in extracts:
                expected = ", ".join(sorted(extracts))
                raise Refused("folder_unknown", folder=said, expected=expected)
            return Guess.said(said), open_as(path, file_format, self._reference, said)
        opened: dict[str, Source] = {}
        refusals: dict[str, Refused] = {}
        for name in extracts:
            try:
                opened[name] = open_as(path, file_format, self._reference, name)
            except Refused as refused:
                refusals[name] = refused
        if not opened:
            raise most_telling(refusals, self._reference)
        for name, source in opened.items():
            if source.header.form is not None and source.header.form.extract == name:
                return Guess(name, True, OF_A_FORM), source
        best = max(opened, key=lambda name: len(opened[name].header.found))
        columns = len(opened[best].header.found)
        if len(opened) == 1:
            why = f"{columns} of its columns are those of {best}, and no other has them"
            return Guess(best, True, why), opened[best]
        why = f"it has columns of {' and of '.join(sorted(opened))}"
        return Guess(best, False, why), opened[best]

    # -- the sender

    def _submitter_of(
        self, path: Path, extract: Extract, evidence: "_Evidence", said: str | None
    ) -> Guess:
        if said is not None:
            return Guess.said(said)
        if evidence.form is not None:
            return Guess(evidence.form.submitter, True, OF_A_FORM)
        if extract.submitter_kind == "local_authority":
            return self._authority_in(path)
        if extract.submitter_kind == "pct":
            return self._trust_in(path, evidence)
        if extract.submitter_kind == "authority_or_fixed":
            named = self._senders_in(path, extract)
            if len(named) == 1:
                return Guess(named[0], True, "its name holds this sender's code alone")
            return self._authority_in(path)
        if len(extract.fixed_submitters) == 1:
            (only,) = extract.fixed_submitters
            return Guess(only, True, f"only {only} sends {extract.name}")
        return self._force_in(path, extract, evidence)

    def _authority_in(self, path: Path) -> Guess:
        """The one authority that the name of the file, or else of its folder, names."""
        for text, where in ((path.stem, "name"), (path.parent.name, "folder")):
            named = sorted(set(self._authorities_named(text)))
            if len(named) == 1:
                return Guess(named[0], True, f"its {where} names this authority alone")
            if named:
                return Guess(None, False, f"its {where} names {' and '.join(named)}")
        return Guess(None, False, "nothing in it says which authority sends it")

    def _authorities_named(self, text: str) -> Iterator[str]:
        """Authorities whose names, aliases or codes stand in a text, longest first.

        Short codes are left out: `210` in a name can be anything.
        """
        words = normalise_name(re.sub(r"[^\w&]+", " ", plain(text))).split()
        taken: set[int] = set()
        for length in range(min(7, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                span = set(range(start, start + length))
                name = " ".join(words[start : start + length])
                area = self._reference.submitters.get(name)
                if area is None or span & taken or len(name) < 4:
                    continue
                if name in self._reference.ambiguous_names:
                    continue
                taken |= span
                yield area

    def _trust_in(self, path: Path, evidence: "_Evidence") -> Guess:
        """The one trust whose code the name holds; else a guess by who lives where."""
        known = self._reference.pct_codes
        tokens = re.split(r"[^A-Za-z0-9]+", plain(path.stem).upper())
        named = sorted({token for token in tokens if PCT_CODE.fullmatch(token)} & known)
        if len(named) == 1:
            return Guess(named[0], True, "its name holds this trust's code alone")
        if named:
            return Guess(None, False, f"its name holds the codes {' and '.join(named)}")
        resident = evidence.commonest("residence_pct")
        if resident is not None:
            code, share = resident[0].strip().upper(), resident[1]
            why = f"{share:.0%} of its patients live there, and others may treat them"
            return Guess(code if PCT_CODE.fullmatch(code) else None, False, why)
        return Guess(None, False, "nothing in it says which trust sends it")

    def _senders_in(self, path: Path, extract: Extract) -> list[str]:
        """The fixed senders of an extract whose codes the name of a file holds."""
        tokens = re.split(r"[^A-Za-z0-9]+", plain(path.stem).upper())
        return sorted(set(tokens) & set(extract.fixed_submitters))

    def _force_in(self, path: Path, extract: Extract, evidence: "_Evidence") -> Guess:
        """The force that the name holds, or that polices all areas of its records."""
        named = self._senders_in(path, extract)
        if len(named) == 1:
            return Guess(named[0], True, "its name holds this force's code alone")
        areas = evidence.areas(self._reference) & self._forces.keys()
        forces = sorted({self._forces[area] for area in areas})
        if len(forces) == 1:
            why = f"all its records are of {len(areas)} areas that this force polices"
            return Guess(forces[0], len(areas) > 1, why)
        every = ", ".join(extract.fixed_submitters)
        return Guess(None, False, f"nothing in it says which force of {every} sends it")

    # -- the period

    def _period_of(
        self, path: Path, extract: Extract, evidence: "_Evidence", said: str | None
    ) -> Guess:
        if said is not None:
            try:
                parse_period(said, extract.period_types, extract.name)
            except Refused as refused:
                why = self._reference.message(refused.code, refused.details)
                raise Unfit(f"{why} Say another --period.") from refused
            return Guess.said(said)
        if "label" in extract.period_types:
            label = re.sub(r"[^A-Za-z0-9]+", "-", plain(path.stem)).strip("-")[:60]
            why = "a label is free, and this is what the file is called"
            return Guess(label or None, False, why)
        types = evidence.period_types(self._reference)
        named = {each.period_id for each in periods_in(path.stem, types)}
        dated, why_dated = evidence.period(types)
        if evidence.form is not None:
            period = evidence.form.period
            parse_period(period, extract.period_types, extract.name)
            if dated in (None, period):
                return Guess(period, True, OF_A_FORM)
            return Guess(period, False, f"{OF_A_FORM}; of {dated}, {why_dated}")
        if dated is not None and (not named or dated in named):
            return Guess(dated, True, why_dated)
        if dated is not None:
            why = f"{why_dated}, and its name says {' and '.join(sorted(named))}"
            return Guess(dated, False, why)
        if len(named) == 1 and why_dated is None:
            return Guess(named.pop(), True, "its name says so, and its columns cannot")
        if named:
            why = f"its name says {' and '.join(sorted(named))}"
            return Guess(named.pop() if len(named) == 1 else None, False,
                         f"{why}, and {why_dated}" if why_dated else why)  # fmt: skip
        return Guess(None, False, why_dated or "neither its name nor its records say")

    # -- the version

    def _with_version(self, placing: Placing) -> Placing:
        known = {"extract": placing.extract, "submitter": placing.submitter}
        if any(each.value is None for each in (*known.values(), placing.period)):
            return placing
        first = replace(placing, version=Guess("v1", True, "the first of its block"))
        block = read_name(first.relative_path, self._reference).block
        versions = []
        for relative_path, path in sorted(self._taken.items()):
            try:
                claim = read_name(relative_path, self._reference)
            except Refused:
                continue
            if claim.block == block:
                if same_bytes(path, placing.path):
                    return replace(first, is_there_as=relative_path)
                versions.append(claim.version)
        if not versions:
            return first
        number = max(versions) + 1
        why = f"there is v{max(versions)} of {block[1]} and {block[2]}"
        return replace(placing, version=Guess(f"v{number}", True, why))


class _Evidence:
    """What the records of a file say of who sent it, and of when they are."""

    def __init__(self, engine: Engine, extract: Extract, source: Source):
        self._engine = engine
        self._extract = extract
        self._source = source
        self.form = source.header.form
        self._texts: dict[str, Counter[str]] = {}

    def texts(self, column: str) -> Counter[str]:
        """How often each text stands in a column."""
        if column not in self._texts:
            place = self._source.header.found.get(column)
            counted: Counter[str] = Counter()
            if place is not None:
                for batch in self._source.batches():
                    for each in batch.column(f"c{place + 1}").value_counts():
                        counted[each["values"].as_py() or ""] += each["counts"].as_py()
            counted.pop("", None)
            self._texts[column] = counted
        return self._texts[column]

    def of_type(self, data_type: str) -> str | None:
        """The declared column of a data type, if the file has one."""
        names = (c.name for c in self._extract.columns if c.data_type == data_type)
        return next((name for name in names if name in self._source.header.found), None)

    def commonest(self, data_type: str) -> tuple[str, float] | None:
        """The commonest text of a column of that type, and its share."""
        column = self.of_type(data_type)
        texts = self.texts(column) if column else None
        if not texts:
            return None
        ((text, count),) = texts.most_common(1)
        return text, count / texts.total()

    def areas(self, reference: Reference) -> set[str]:
        """The areas that a police file names."""
        column = self.of_type("police_borough")
        texts = self.texts(column) if column else ()
        names = map(normalise_name, texts)
        return {
            area
            for name in names
            if (area := reference.police_boroughs.get(name)) is not None
        }

    def period_types(self, reference: Reference) -> tuple[str, ...]:
        """The kinds of period it can be of; of a return, those its indicators have."""
        types = self._extract.period_types
        column = self.of_type("indicator")
        if column is None:
            return types
        codes = {text.strip().upper() for text in self.texts(column)}
        held = [
            set(definition.periods)
            for definition in reference.definitions
            if definition.indicator_id.upper() in codes
        ]
        common = set.intersection(*held) if held else set(types)
        return tuple(each for each in types if each in common) or types

    def period(self, types: tuple[str, ...]) -> tuple[str | None, str | None]:
        """The one period in which the records lie, and why it is, or is not, known.

        Neither where the columns can say nothing of it.
        """
        if "wave" in types:
            return self._wave()
        column = next((c.name for c in self._extract.columns if c.is_period_date), None)
        if column is None:
            return None, None
        dates = self._dates(column)
        counted: Counter[str] = Counter()
        for day, count in dates.items():
            for period_type in types:
                counted[period_holding(day, period_type)] += count
        if not counted:
            return None, f"no date can be read in {column}"
        ((period, count),) = counted.most_common(1)
        share = count / sum(dates.values())
        if share == 1:
            return period, f"all {count:,} dates in {column} lie in it"
        if share >= NEARLY_ALL:
            return period, f"{share:.1%} of the dates in {column} lie in it"
        return None, f"the dates in {column} lie in {len(counted)} periods"

    def _dates(self, column: str) -> dict[date, int]:
        texts = self.texts(column)
        table = pa.table({"txt": list(texts), "times": list(texts.values())})
        with self._engine.given("texts", table):
            return dict(
                self._engine.execute(
                    "select parse_date(trim(txt)) as day, sum(times)::bigint from texts"
                    " where day is not null group by all"
                ).fetchall()
            )

    def _wave(self) -> tuple[str | None, str | None]:
        column = self.of_type("wave")
        waves = {text.strip() for text in self.texts(column)} if column else set()
        if len(waves) == 1:
            return waves.pop(), f"{column} says so in every record"
        return None, f"it holds {len(waves)} waves"


def format_of(path: Path) -> str:
    """The form of a file by the end of its name; Refused where landing reads none."""
    for file_type in FILE_TYPES:
        if path.name.lower().endswith(file_type):
            return file_type[1:]
    raise Refused("file_type_unknown")


def open_as(path: Path, file_format: str, reference: Reference, name: str) -> Source:
    """Open a file as one of an extract, with what any of its senders may leave out."""
    extract = reference.extracts[name]
    optional = reference.may_be_left_out(extract)
    return open_source(path, file_format, extract, optional)


def most_telling(refused: dict[str, Refused], reference: Reference) -> Exception:
    """Why no extract fits: a fault of the file, or the columns that it lacks."""
    for each in refused.values():
        if each.code != "header_missing":
            return each

    def share_missing(name: str) -> float:
        extract = reference.extracts[name]
        optional = reference.may_be_left_out(extract)
        needed = [
            column
            for column in extract.columns
            if column.is_required_column
            and not column.is_dynamic
            and column.name not in optional
        ]
        return len(missing(refused[name])) / len(needed)

    nearest = min(sorted(refused), key=share_missing)
    if share_missing(nearest) >= 1:
        return Unrecognised("none of its columns is one that an extract must have")
    lacking = " and ".join(missing(refused[nearest]))
    return Unrecognised(f"it comes nearest to {nearest}, and has no {lacking}")


def missing(refused: Refused) -> list[str]:
    """The columns that a file was refused for."""
    return str(refused.details["columns"]).split(", ")


def periods_in(text: str, types: Iterable[str]) -> Iterator[Period]:
    """The periods of these types that a text holds, however people write them."""
    types = tuple(types)
    lowered = plain(text).lower()
    wanted = {"calendar_year" if each == "wave" else each for each in types}
    rest = lowered
    for period_type, pattern in WRITTEN:
        for match in pattern.finditer(rest):
            period = _read(match.groupdict(), period_type)
            if period is None:
                continue
            # 2008-09 within 2008-09Q1 is no year of its own.
            rest = rest.replace(match.group(), " " * len(match.group()))
            if period_type in wanted:
                yield period


def _read(parts: dict[str, str | None], period_type: str) -> Period | None:
    year = int(parts["year"] or 0)
    if parts.get("next") and int(str(parts["next"])[-2:]) != (year + 1) % 100:
        return None
    part = parts.get("part")
    if parts.get("name") is not None:
        part = _month_named(str(parts["name"]))
        if part is None:
            return None
    following = f"{(year + 1) % 100:02}"
    text = {
        "quarter": f"{year}-{following}Q{part}",
        "academic_year": f"AY{year}-{following}",
        "financial_year": f"{year}-{following}",
        "month": f"M{year}-{part}",
        "calendar_year": f"{year}",
    }[period_type]
    return parse_period(text, (period_type,), "")


def _month_named(name: str) -> str | None:
    named = [
        f"{number:02}"
        for number, month in enumerate(MONTH_NAMES, 1)
        if month.startswith(name)
    ]
    return named[0] if len(named) == 1 else None


def period_holding(day: date, period_type: str) -> str:
    """The id of the period of a type in which a day lies."""
    spring = day.year - (day.month < 4)
    autumn = day.year - (day.month < 9)
    return {
        "month": f"M{day:%Y-%m}",
        "quarter": f"{spring}-{(spring + 1) % 100:02}Q{(day.month - 4) % 12 // 3 + 1}",
        "financial_year": f"{spring}-{(spring + 1) % 100:02}",
        "academic_year": f"AY{autumn}-{(autumn + 1) % 100:02}",
        "calendar_year": f"{day.year}",
    }[period_type]


def same_bytes(one: Path, other: Path) -> bool:
    """Whether two files hold the same."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while True:
            some = first.read(1 << 20)
            if some != second.read(1 << 20):
                return False
            if not some:
                return True
