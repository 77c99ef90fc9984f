"""The seeds that landing reads: shapes, reasons, areas, marks, the catalogue."""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from lscb.errors import UserError

COMMON_SEEDS = (
    "reference/extracts.csv",
    "reference/extract_columns.csv",
    "reference/areas.csv",
    "reference/area_aliases.csv",
    "reference/form_sheets.csv",
    "reference/form_columns.csv",
)
SEEDS_BY_DATA_TYPE = {
    "police_borough": ("reference/bocus.csv", "reference/pseudo_areas.csv"),
    "crime_borough": ("reference/bocus.csv", "reference/pseudo_areas.csv"),
    "residence_pct": ("reference/pcts.csv",),
    "employer_sector": ("reference/employer_sectors.csv",),
    "explanation_reason": ("reference/explanation_reasons.csv",),
    "measure": ("reference/marks.csv",),
    "month_columns": ("reference/marks.csv",),
    "statistic_columns": ("reference/marks.csv", "reference/statistic_columns.csv"),
    "indicator": ("catalogue/indicators.csv",),
    "period": ("reference/calendar.csv", "reference/survey_waves.csv"),
    "target_kind": ("reference/target_kinds.csv",),
}


# What a sheet of a form is for that holds records of another extract.
EXPLAINED = "explained"
# Types of columns that name an area, and so may name the region or a part of it.
PLACES = ("dfe_area", "gss_area", "area_name", "crime_borough")


@dataclass(frozen=True)
class Column:
    """One column that an agency sends, as extract_columns.csv has it."""

    name: str
    other_names: tuple[str, ...]
    name_vintages: tuple[str, ...]
    fallback_names: tuple[str, ...]
    is_required_column: bool
    is_required_value: bool
    is_personal: bool
    data_type: str
    minimum: str | None
    maximum: str | None
    pattern: str | None
    choices: tuple[str, ...]
    passed_over: tuple[str, ...]
    passed_over_pattern: str | None
    is_key: bool
    is_period_date: bool
    not_before_column: str | None
    birth_column: str | None
    lake_columns: tuple[str, ...]

    @property
    def is_dynamic(self) -> bool:
        """Whether the row stands for a set of columns that the file itself names."""
        return self.data_type in ("month_columns", "statistic_columns")


@dataclass(frozen=True)
class Extract:
    """One extract, as extracts.csv has it, with its columns in order."""

    name: str
    kind: str
    submitter_kind: str
    fixed_submitters: tuple[str, ...]
    period_types: tuple[str, ...]
    empty_file_is_nil: bool
    mark_publishers: tuple[str, ...]
    columns: tuple[Column, ...]
    form_columns: frozenset[str] = frozenset()
    """What a form shows beside the cells to fill, as headers compare."""
    form_sheets: Mapping[str, str] = field(default_factory=dict)
    """The sheets of a form, in lower case, and what each is for."""

    @property
    def sheets_of_others(self) -> tuple[str, ...]:
        """The sheets of its form that are records of the extract they are called by."""
        return tuple(
            name for name, purpose in self.form_sheets.items() if purpose == EXPLAINED
        )

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def has_months(self) -> bool:
        """Whether it has a column a month, named by the file."""
        return self.dynamic is not None and self.dynamic.data_type == "month_columns"

    @property
    def counts_set_aside(self) -> bool:
        """Whether its records set aside are counted beside the cells they may be of."""
        return self.kind == "record" or self.has_months

    @cached_property
    def dynamic(self) -> Column | None:
        """The row that stands for columns the file names, if the extract has one."""
        return next((c for c in self.columns if c.is_dynamic), None)


@dataclass(frozen=True)
class Definition:
    """One indicator and definition version of the catalogue."""

    indicator_id: str
    version: int
    periods: tuple[str, ...]
    is_defined: bool
    is_context: bool
    highest: float | None
    valid_from: date | None
    valid_to: date | None

    def is_in_force(self, day: date) -> bool:
        """Whether this version is the one in force on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def normalise_name(text: str) -> str:
    """Names compare in lower case, `&` as `and`, `_` and `-` as blanks."""
    words = re.sub(r"[_\-\s]+", " ", text.replace("&", " and ").lower())
    return " ".join(words.split())


@dataclass
class Reference:
    """Everything that landing knows from the seeds."""

    extracts: dict[str, Extract]
    reasons: dict[str, tuple[str, str]]
    submitters: dict[str, str]
    area_names: dict[str, str]
    ambiguous_names: frozenset[str]
    gss_codes: frozenset[str]
    dfe_codes: dict[str, str]
    old_ons_codes: frozenset[str]
    pct_codes: frozenset[str]
    police_boroughs: dict[str, str]
    crime_boroughs: dict[str, str]
    forces: dict[str, frozenset[str]]
    with_command: frozenset[str]
    employer_sectors: dict[str, str]
    marks: dict[str, set[str]]
    reported_marks: frozenset[str]
    statistics: frozenset[str]
    filter_names: frozenset[str]
    definitions: tuple[Definition, ...]
    own_target_kinds: frozenset[str]
    """The kinds of target that an authority sets for itself."""
    target_years: range
    """The years that periods of targets may begin in."""
    waves: tuple[str, ...]
    """The waves of the survey, as the marts call them."""
    digests: dict[str, str] = field(default_factory=dict)

    def sentence(self, code: str, details: dict[str, object]) -> str:
        """What the sender is informed of: what happened, and what to do."""
        _, what_to_do = self.reasons[code]
        shown = {name: _printable(detail) for name, detail in details.items()}
        return f"{self.message(code, details)} {what_to_do.format_map(shown)}"

    def message(self, code: str, details: dict[str, object]) -> str:
        """What happened, where what to do is not to be done to a file."""
        message, _ = self.reasons[code]
        shown = {name: _printable(detail) for name, detail in details.items()}
        return message.format_map(shown)

    def sole_area(self, extract: Extract, submitter: str) -> str | None:
        """The authority for which all counts that a force of no other records."""
        if extract.submitter_kind != "police":
            return None
        areas = self.forces.get(submitter, frozenset())
        return min(areas) if len(areas) == 1 else None

    def may_leave_out(self, extract: Extract, submitter: str) -> frozenset[str]:
        """The required columns without which a sender's records have their place."""
        if self.sole_area(extract, submitter) is None:
            return frozenset()
        return frozenset(
            column.name
            for column in extract.columns
            if column.data_type == "police_borough"
        )

    def may_be_left_out(self, extract: Extract) -> frozenset[str]:
        """The required columns that some sender of an extract may leave out."""
        return frozenset().union(
            *(self.may_leave_out(extract, each) for each in extract.fixed_submitters)
        )

    def not_policed(self, extract: Extract, submitter: str) -> list[str]:
        """The authorities that the police of a sender's records have no part in.

        A force without ground of its own polices some of all: railways, for one.
        """
        own = self.with_command
        if extract.submitter_kind == "police":
            own = self.forces.get(submitter, self.gss_codes)
        return sorted(self.gss_codes - own)

    def marks_of(self, extract: Extract) -> list[str]:
        """The marks that an extract may use, as listed."""
        return sorted(
            {
                mark
                for publisher in extract.mark_publishers
                for mark in self.marks.get(publisher, set())
            }
        )


def load_reference(seeds: Path) -> Reference:
    """Read the seeds below that folder."""
    places = _read(seeds / "reference/areas.csv")
    areas = [row for row in places if row["area_type"] == "local_authority"]
    names, ambiguous = _area_names(areas, _read(seeds / "reference/area_aliases.csv"))
    dfe_codes = {row["dfe_code"]: row["area_code"] for row in areas}
    old_ons_codes = {row["old_ons_code"]: row["area_code"] for row in areas}
    gss_codes = {row["area_code"]: row["area_code"] for row in areas}
    bocus = _read(seeds / "reference/bocus.csv")
    pseudo_areas = {
        normalise_name(row["pseudo_area"]): row["area_code"]
        for row in _read(seeds / "reference/pseudo_areas.csv")
    }
    statistics = _read(seeds / "reference/statistic_columns.csv")
    marks, reported = _marks(_read(seeds / "reference/marks.csv"))
    reference = Reference(
        extracts=_extracts(seeds, _totals(places)),
        reasons={
            row["reason_code"]: (row["message"], row["what_to_do"])
            for row in _read(seeds / "reference/reason_codes.csv")
        },
        submitters=names
        | {
            normalise_name(code): area
            for codes in (dfe_codes, old_ons_codes, gss_codes)
            for code, area in codes.items()
        },
        area_names=names,
        ambiguous_names=ambiguous,
        gss_codes=frozenset(gss_codes),
        dfe_codes=dfe_codes,
        old_ons_codes=frozenset(old_ons_codes),
        pct_codes=frozenset(
            row["pct_code"] for row in _read(seeds / "reference/pcts.csv")
        ),
        police_boroughs=_police_boroughs(bocus) | pseudo_areas,
        crime_boroughs={
            normalise_name(row["bocu_name"]): row["area_code"] for row in bocus
        }
        | pseudo_areas,
        forces={
            force: frozenset(
                row["area_code"] for row in areas if row["police_force_code"] == force
            )
            for force in {row["police_force_code"] for row in areas}
        },
        with_command=frozenset(row["area_code"] for row in bocus) & gss_codes.keys(),
        employer_sectors={
            " ".join(row["sent_text"].lower().split()): row["employer_sector"]
            for row in _read(seeds / "reference/employer_sectors.csv")
        },
        marks=marks,
        reported_marks=reported,
        statistics=frozenset(row["statistic"].lower() for row in statistics),
        filter_names=frozenset(
            part.split("=", 1)[0].strip().lower()
            for row in statistics
            for part in row["filters"].split(";")
            if "=" in part
        ),
        definitions=_definitions(seeds),
        own_target_kinds=frozenset(
            row["target_kind"]
            for row in _read(seeds / "reference/target_kinds.csv")
            if row["is_set_by_authority"] == "true"
        ),
        target_years=_target_years(_read(seeds / "reference/calendar.csv")[0]),
        waves=tuple(
            row["period_id"] for row in _read(seeds / "reference/survey_waves.csv")
        ),
    )
    reference.digests = _digests(seeds, reference.extracts)
    return reference


def _printable(detail: object) -> str:
    """A part of a name as it may stand in a sentence: one line, not endless."""
    text = "".join(c if c.isprintable() else "?" for c in str(detail))
    return text if len(text) <= 200 else f"{text[:197]}..."


class SeedError(UserError, ValueError):
    """A seed is not as it must be; the message says which, why, and what to do."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(
            f"The seed {path} cannot be used: {fault}. Correct it, or take it again"
            " from the project's repository."
        )


class _Row(dict[str, str]):
    """A row that says of which seed it is where a column of it is not there."""

    def __init__(self, path: Path, fields: dict[str, str]) -> None:
        super().__init__(fields)
        self._path = path

    def __missing__(self, column: str) -> str:
        raise SeedError(self._path, f"it has no column {column}")


def _read(path: Path) -> list[dict[str, str]]:
    rows = read_seed(path)
    if not rows:
        raise SeedError(path, "it holds no row")
    return rows


def read_seed(path: Path) -> list[dict[str, str]]:
    """The rows of a seed; SeedError where it is no table in UTF-8."""
    rows: list[dict[str, str]] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            for row in lines:
                if None in row or None in row.values():
                    raise SeedError(
                        path,
                        f"line {lines.line_num} does not have as many fields as the"
                        " header",
                    )
                rows.append(_Row(path, row))
    except FileNotFoundError as error:
        raise SeedError(path, "it is not there") from error
    except UnicodeDecodeError as error:
        raise SeedError(path, "it is not UTF-8") from error
    except csv.Error as error:
        raise SeedError(path, f"line {lines.line_num}: {error}") from error
    return rows


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _totals(places: list[dict[str, str]]) -> tuple[str, ...]:
    """What a total over the region or a part of it may be called."""
    names = [
        row["area_name"]
        for row in places
        if row["area_type"] in ("region", "sub_region")
    ]
    names += [row["ons_inner_outer"] for row in places]
    return tuple(dict.fromkeys(name.lower() for name in names if name))


def _extracts(seeds: Path, totals: tuple[str, ...]) -> dict[str, Extract]:
    columns: dict[str, list[Column]] = defaultdict(list)
    reasons = _read(seeds / "reference/explanation_reasons.csv")
    kinds = _read(seeds / "reference/target_kinds.csv")
    listed = {
        "explanation_reason": tuple(row["reason"] for row in reasons),
        "target_kind": tuple(row["target_kind"] for row in kinds),
    }
    for row in _read(seeds / "reference/extract_columns.csv"):
        columns[row["extract"]].append(
            Column(
                name=row["column_name"],
                other_names=_list(row["other_names"]),
                name_vintages=_list(row["name_vintages"]),
                fallback_names=_list(row["fallback_names"]),
                is_required_column=row["is_required_column"] == "true",
                is_required_value=row["is_required_value"] == "true",
                is_personal=row["is_personal"] == "true",
                data_type=row["data_type"],
                minimum=row["minimum"] or None,
                maximum=row["maximum"] or None,
                # A pattern may hold the bar that parts the lists, so it is no list.
                pattern=row["pattern"] or None,
                choices=listed.get(row["data_type"], _list(row["choices"])),
                passed_over=_passed_over(row, totals),
                passed_over_pattern=row["passed_over_pattern"] or None,
                is_key=row["is_key"] == "true",
                is_period_date=row["is_period_date"] == "true",
                not_before_column=row["not_before_column"] or None,
                birth_column=row["birth_column"] or None,
                lake_columns=_list(row["lake_column"]),
            )
        )
    sheets = _read(seeds / "reference/form_sheets.csv")
    form_columns = _read(seeds / "reference/form_columns.csv")
    return {
        row["extract"]: Extract(
            name=row["extract"],
            kind=row["kind"],
            submitter_kind=row["submitter_kind"],
            fixed_submitters=_list(row["fixed_submitters"]),
            period_types=_list(row["period_types"]),
            empty_file_is_nil=row["empty_file_is_nil"] == "true",
            mark_publishers=_list(row["mark_publishers"]),
            columns=tuple(columns[row["extract"]]),
            **_form_of(row["extract"], sheets, form_columns),
        )
        for row in _read(seeds / "reference/extracts.csv")
    }


def _form_of(
    extract: str, sheets: list[dict[str, str]], columns: list[dict[str, str]]
) -> dict[str, object]:
    """What landing knows of the form of an extract."""
    purposes = {
        row["sheet_name"].lower(): row["purpose"]
        for row in sheets
        if row["extract"] == extract
    }

    shown = frozenset(
        "_".join(row["column_name"].lower().split())
        for row in columns
        if row["extract"] == extract and purposes[row["sheet_name"].lower()] == "read"
    )
    return {"form_columns": shown, "form_sheets": purposes}


def _passed_over(row: dict[str, str], totals: tuple[str, ...]) -> tuple[str, ...]:
    """Texts that mark a total: where areas stand, the names of our own totals too."""
    listed = _list(row["passed_over"])
    return (*totals, *listed) if listed and row["data_type"] in PLACES else listed


def _area_names(
    areas: list[dict[str, str]], aliases: list[dict[str, str]]
) -> tuple[dict[str, str], frozenset[str]]:
    """Normalised name to area code, and the names that can mean more than one area.

    Two clear aliases that become the same name by normalising are ambiguous too.
    """
    meant: dict[str, set[str]] = defaultdict(set)
    ambiguous = set()
    for row in aliases:
        name = normalise_name(row["alias"])
        if row["is_ambiguous"] == "true":
            ambiguous.add(name)
        meant[name].add(row["area_code"])
    for row in areas:
        meant[normalise_name(row["area_name"])].add(row["area_code"])
        meant[normalise_name(row["official_name"])].add(row["area_code"])
    ambiguous |= {name for name, codes in meant.items() if len(codes) > 1}
    clear = {
        name: next(iter(codes))
        for name, codes in meant.items()
        if name not in ambiguous
    }
    return clear, frozenset(ambiguous)


def _police_boroughs(bocus: list[dict[str, str]]) -> dict[str, str]:
    """Letter codes and names of the police, normalised, to area codes."""
    terms = {normalise_name(row["bocu_name"]): row["area_code"] for row in bocus}
    codes = {normalise_name(row["bocu_code"]): row["area_code"] for row in bocus}
    return terms | codes


def _marks(rows: list[dict[str, str]]) -> tuple[dict[str, set[str]], frozenset[str]]:
    """Marks by publisher (`any`: those of a return), and those that are reported."""
    marks: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["value_status"] != "not_a_mark" and row["mark"] != "(blank)":
            marks[row["publisher"]].add(row["mark"])
            if row["is_in_return"] == "true":
                marks["any"].add(row["mark"])
    reported = {row["mark"] for row in rows if row["is_reported"] == "true"}
    return dict(marks), frozenset(reported)


def _definitions(seeds: Path) -> tuple[Definition, ...]:
    return tuple(
        Definition(
            indicator_id=row["indicator_id"],
            version=int(row["definition_version"]),
            periods=_list(row["periods"]),
            is_defined=row["definition_status"] != "not_defined",
            is_context=row["is_context"] == "true",
            highest=_highest(row),
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
        )
        for row in _read(seeds / "catalogue/indicators.csv")
    )


def _target_years(row: dict[str, str]) -> range:
    return range(int(row["first_year"]), int(row["last_target_year"]) + 1)


def _highest(row: dict[str, str]) -> float | None:
    """What a value cannot exceed: a proportion, or an answer of a survey, the whole."""
    bounded = row["value_type"] in ("proportion", "survey_percentage")
    return float(row["multiplier"]) if bounded else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _digests(seeds: Path, extracts: dict[str, Extract]) -> dict[str, str]:
    """For each extract, a digest of all that decides how its files are read.

    The empty name stands for files whose extract is not known.
    """
    source = Path(__file__).parent
    code = [path for path in sorted(source.iterdir()) if path.suffix in (".py", ".sql")]
    digests = {"": _digest(seeds, code, COMMON_SEEDS)}
    for extract in extracts.values():
        beside = (extracts[name].columns for name in extract.sheets_of_others)
        own = {
            seed
            for columns in (extract.columns, *beside)
            for column in columns
            for seed in SEEDS_BY_DATA_TYPE.get(column.data_type, ())
        }
        digests[extract.name] = _digest(seeds, code, (*COMMON_SEEDS, *sorted(own)))
    return digests


def _digest(seeds: Path, code: list[Path], names: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for path in (*code, *(seeds / name for name in names)):
        digest.update(path.name.encode() + b"\n" + path.read_bytes() + b"\n")
    return digest.hexdigest()
