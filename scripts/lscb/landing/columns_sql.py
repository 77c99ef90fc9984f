"""From extract_columns.csv to SQL: how each declared column is read and judged.

Column i of an extract has the text t<i>, a form of it that is easy to read p<i>, the
value v<i>, for marks m<i>, and the fault f<i>: a reason code or null. Nothing of a file
is ever put into SQL: its columns are called c1, c2, ... whatever their names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lscb.landing.names import Claim
from lscb.landing.periods import periods_of
from lscb.landing.reference import Column, Definition, Extract, Reference
from lscb.sql import literal

UNALLOCATED = "UNALLOCATED"

SQL_TYPES = {
    "date": "date",
    "integer": "bigint",
    "startage": "bigint",
    "definition": "bigint",
    "number": "double",
    "measure": "double",
    "target": "double",
    "month_columns": "double",
    "statistic_columns": "double",
    "flag": "boolean",
}
MALFORMED = {
    "date": "date_malformed",
    "integer": "integer_malformed",
    "startage": "integer_malformed",
    "number": "number_malformed",
    "measure": "measure_malformed",
    "choice": "not_in_list",
    "explanation_reason": "not_in_list",
    "flag": "not_in_list",
    "wave": "not_in_list",
    "icd10": "code_malformed",
    "police_borough": "area_unknown",
    "crime_borough": "area_unknown",
    "dfe_area": "area_unknown",
    "gss_area": "area_unknown",
    "indicator": "indicator_unknown",
    "definition": "definition_unknown",
    "period": "period_unknown",
    "target": "number_malformed",
    "target_kind": "not_in_list",
}
# How a text is made ready; where a type is not named, nothing is done to it.
PREPARED = {
    "folded": "folded({0})",
    "label": "as_label({0})",
    "age_band": "as_age_band({0})",
    "code": "as_code({0})",
    "residence_authority": "as_code({0})",
    "residence_pct": "as_code({0})",
    "choice": "folded({0})",
    "explanation_reason": "folded({0})",
    "wave": "parse_number({0})",
    "date": "parse_date({0})",
    "integer": "parse_number({0})",
    "number": "parse_number({0})",
    "measure": "parse_number({0})",
    "period": "as_code({0})",
    "target": "parse_number({0})",
    "target_kind": "folded({0})",
    "startage": "parse_number({0})",
    "definition": "parse_number({0})",
    "icd10": "parse_icd10({0})",
    "police_borough": "as_name({0})",
    "crime_borough": "as_name({0})",
    "dfe_area": "as_code({0})",
    "gss_area": "as_code({0})",
    "employer_sector": "folded({0})",
    "indicator": "lower({0})",
    "offence_class": "as_offence_class({0})",
    "pseudonym": "keyed({0})",
    "area_name": "as_name({0})",
}
# Types of which the prepared form is the value.
READY = (
    "text",
    "folded",
    "label",
    "age_band",
    "code",
    "residence_authority",
    "residence_pct",
    "date",
    "number",
    "icd10",
    "offence_class",
    "pseudonym",
)
AREA_TYPES = ("police_borough", "crime_borough", "dfe_area", "gss_area")


@dataclass(frozen=True)
class ReadColumn:
    """A declared column in SQL; `costs_record` when a fault sets the record aside."""

    place: int
    column: Column
    prepared: str
    value: str
    fault: str
    passes: str | None
    joins: str
    mark: str | None
    costs_record: bool
    key: str
    is_nullable_key: bool

    @property
    def v(self) -> str:
        """The name of the value."""
        return f"v{self.place}"

    @property
    def f(self) -> str:
        """The name of the fault."""
        return f"f{self.place}"


def lookups(
    extract: Extract, claim: Claim, reference: Reference
) -> dict[str, dict[str, str | None]]:
    """Tables of two columns, term and meaning, that the columns of an extract need."""
    kinds = {column.data_type for column in extract.columns}
    tables: dict[str, dict[str, str | None]] = {}
    if "police_borough" in kinds:
        known = reference.area_names | reference.police_boroughs
        tables["police_borough"] = _with_ambiguous(known, reference)
    if "crime_borough" in kinds:
        known = reference.area_names | reference.crime_boroughs
        tables["crime_borough"] = _with_ambiguous(known, reference)
    if "dfe_area" in kinds:
        tables["dfe_area"] = dict(reference.dfe_codes)
    if "area_name" in kinds:
        tables["area_name"] = dict(reference.area_names)
    if "gss_area" in kinds:
        tables["gss_area"] = {code: code for code in reference.gss_codes}
    if "employer_sector" in kinds:
        tables["employer_sector"] = dict(reference.employer_sectors)
    if "indicator" in kinds:
        tables |= _indicator_lookups(extract, claim, reference)
    if "period" in kinds:
        types = periods_of(reference.target_years)
        types |= dict.fromkeys(reference.waves, "wave")
        tables["period"] = {period: period for period in types}
        tables["period_type"] = dict(types)
    if "target" in kinds:
        tables["target_limit"] = {
            _version_term(each): str(each.highest)
            for each in reference.definitions
            if each.highest is not None
        }
    if kinds & {"measure", "month_columns", "statistic_columns"}:
        marks = reference.marks_of(extract)
        tables["mark"] = {mark.lower(): mark for mark in marks}
    return tables


def _with_ambiguous(
    known: dict[str, str], reference: Reference
) -> dict[str, str | None]:
    """Names to areas; an ambiguous name is known and means none."""
    return {name: None for name in reference.ambiguous_names} | known


def _period_types(extract: Extract) -> tuple[str, ...]:
    """The types of period that records name; none where no column does."""
    return next((c.choices for c in extract.columns if c.data_type == "period"), ())


def _version_term(definition: Definition) -> str:
    return f"{definition.indicator_id} {definition.version}"


def _faults(
    extract: Extract, claim: Claim, known: Sequence[Definition]
) -> dict[str, str | None]:
    """What is wrong with indicators: in the file's period, or by type of period."""
    named = _period_types(extract)
    terms = {f"{{}} {each}": each for each in named} or {"{}": claim.period.period_type}
    faults: dict[str, str | None] = {}
    for indicator in {definition.indicator_id for definition in known}:
        own = [d for d in known if d.indicator_id == indicator]
        for term, period_type in terms.items():
            if not any(d.is_defined for d in own):
                faults[term.format(indicator)] = "indicator_not_defined"
            elif not any(period_type in d.periods for d in own):
                faults[term.format(indicator)] = "indicator_not_for_period"
    return faults


def _indicator_lookups(
    extract: Extract, claim: Claim, reference: Reference
) -> dict[str, dict[str, str | None]]:
    """Indicators in any case, what is wrong with them in a period, versions."""
    names: dict[str, str | None] = {}
    in_force: dict[str, str | None] = {}
    versions: dict[str, str | None] = {}
    known = [d for d in reference.definitions if not d.is_context]
    for indicator in {definition.indicator_id for definition in known}:
        own = [d for d in known if d.indicator_id == indicator]
        names[indicator.lower()] = indicator
        day = claim.period.end
        current = [d for d in own if day is not None and d.is_in_force(day)] or own
        in_force[indicator] = str(max(d.version for d in current))
        for definition in own:
            versions[_version_term(definition)] = str(definition.version)
    return {
        "indicator": names,
        "indicator_fault": _faults(extract, claim, known),
        "in_force": in_force,
        "version": versions,
    }


def read_columns(
    extract: Extract, claim: Claim, reference: Reference, optional: frozenset[str]
) -> list[ReadColumn]:
    """The declared columns that landing reads, in order, as SQL."""
    births = {column.birth_column for column in extract.columns}
    used = [
        column
        for column in extract.columns
        if column.name in births
        or (
            not column.is_personal
            and not column.is_dynamic
            and (
                column.lake_columns
                or column.is_key
                or column.passed_over
                or column.data_type == "area_name"
            )
        )
    ]
    places = {column.name: place for place, column in enumerate(used, 1)}
    area = next((places[c.name] for c in used if c.data_type in AREA_TYPES), None)
    return [
        _read_column(column, places, area, claim, reference, column.name in optional)
        for column in used
    ]


def _read_column(
    column: Column,
    places: dict[str, int],
    area: int | None,
    claim: Claim,
    reference: Reference,
    is_optional: bool,
) -> ReadColumn:
    place = places[column.name]
    value, joins = _value(column, place, places, claim, reference)
    return ReadColumn(
        place=place,
        column=column,
        prepared=PREPARED.get(column.data_type, "{0}").format(f"t{place}"),
        value=value,
        fault=_fault(column, place, places, claim, reference, is_optional),
        passes=_passes(column, place, area),
        joins=joins,
        mark=f"mark{place}.meaning" if column.data_type == "measure" else None,
        costs_record=column.is_required_column or column.data_type == "definition",
        key=_key(column, place),
        is_nullable_key=not column.is_required_value
        and column.data_type != "definition",
    )


def _key(column: Column, place: int) -> str:
    """What two records of one key have alike; a label is one in any case."""
    if column.data_type in AREA_TYPES:
        return f"case when v{place} = '{UNALLOCATED}' then p{place} else v{place} end"
    return f"lower(v{place})" if column.data_type == "label" else f"v{place}"


def _value(
    column: Column,
    place: int,
    places: dict[str, int],
    claim: Claim,
    reference: Reference,
) -> tuple[str, str]:
    """The expression of the value, and the joins that it needs."""
    txt, ready = f"t{place}", f"p{place}"
    choices = ", ".join(literal(choice) for choice in column.choices)
    whole = f"whole_number({ready}, {txt})"
    of_list = f"case when {ready} in ({choices}) then {ready} end"
    plain = {
        "choice": of_list,
        "explanation_reason": of_list,
        "target_kind": of_list,
        "wave": f"case when {whole}::varchar in ({choices}) then {whole}::varchar end",
        "flag": f"parse_flag({txt})",
        "integer": whole,
        "startage": f"age_in_years({whole})",
    }
    if column.data_type == "measure":
        return ready, _join("mark", f"mark{place}", f"lower({txt})")
    if column.data_type == "target":
        return ready, _target_limit(places)
    if column.data_type in plain:
        return plain[column.data_type], ""
    if column.data_type in READY:
        return ready, ""
    alias = f"l{place}"
    if column.data_type in ("police_borough", "crime_borough"):
        joins = _join(column.data_type, alias, ready)
        return _policed_area(txt, alias, claim, reference), joins
    if column.data_type in ("dfe_area", "gss_area", "area_name", "period"):
        joins = _join(column.data_type, alias, ready)
        return f"{alias}.meaning", joins
    if column.data_type == "employer_sector":
        joins = _join("employer_sector", alias, ready)
        other = f"case when {txt} is not null then 'other' end"
        return f"coalesce({alias}.meaning, {other})", joins
    if column.data_type == "indicator":
        joins = _join("indicator", alias, ready)
        joins += _indicator_fault(alias, places)
        joins += _join("in_force", "in_force", f"{alias}.meaning")
        return f"{alias}.meaning", joins
    if column.data_type == "definition":
        indicator = f"l{places['pi_code']}.meaning"
        sent = f"concat({indicator}, ' ', {whole})"
        joins = _join("version", alias, sent)
        in_force = f"case when {txt} is null then in_force.meaning end"
        return f"cast(coalesce({alias}.meaning, {in_force}) as bigint)", joins
    raise ValueError(f"extract_columns.csv: no reading for {column.data_type}")


def _target_limit(places: dict[str, int]) -> str:
    """The join of what the value of an indicator cannot exceed, as target_limit."""
    indicator, version = (f"l{places[name]}" for name in ("pi_code", "definition"))
    term = f"concat({indicator}.meaning, ' ', {version}.meaning)"
    return _join("target_limit", "target_limit", term)


def _indicator_fault(alias: str, places: dict[str, int]) -> str:
    """The join of what is wrong with an indicator, in the period that is meant."""
    term = f"{alias}.meaning"
    joins = ""
    if "period" in places:
        joins = _join("period_type", "period_type", f"p{places['period']}")
        term = f"concat({term}, ' ', period_type.meaning)"
    return joins + _join("indicator_fault", "indicator_fault", term)


def _join(table: str, alias: str, term: str) -> str:
    return f" left join lookup_{table} as {alias} on {alias}.term = {term}"


def _policed_area(txt: str, alias: str, claim: Claim, reference: Reference) -> str:
    """A force of one authority counts for it; the ground of another is unallocated."""
    extract = reference.extracts[claim.extract]
    sole = reference.sole_area(extract, claim.submitter_code)
    if sole is not None:
        known = f"{txt} is null or {alias}.meaning is not null"
        return f"case when {known} then {literal(sole)} end"
    elsewhere = reference.not_policed(extract, claim.submitter_code)
    test = is_among(f"{alias}.meaning", elsewhere)
    return f"case when {test} then '{UNALLOCATED}' else {alias}.meaning end"


def is_among(term: str, values: Sequence[str]) -> str:
    """Whether a term is one of some values, of which there may be none."""
    listed = ", ".join(literal(value) for value in values)
    return f"{term} in ({listed})" if values else "false"


def _fault(
    column: Column,
    place: int,
    places: dict[str, int],
    claim: Claim,
    reference: Reference,
    is_optional: bool,
) -> str:
    if column.data_type == "area_name":
        # A name that nobody knows is no fault: the code beside it decides.
        return "cast(null as varchar)"
    txt, value = f"t{place}", f"v{place}"
    is_needed = column.is_required_value and not is_optional
    blank = "'value_blank'" if is_needed else "null"
    whens = [f"when {txt} is null then {blank}"]
    malformed = MALFORMED.get(column.data_type, "code_malformed")
    unread = f"{value} is null"
    if column.data_type == "measure":
        unread += f" and m{place} is null"
    if column.data_type in ("police_borough", "crime_borough"):
        whens.append(f"when x{place} then 'area_ambiguous'")
    if column.data_type == "definition":
        # Without an indicator there is nothing that the version could be checked by.
        unread += f" and v{places['pi_code']} is not null"
    whens.append(f"when {unread} then '{malformed}'")
    whens += _bounds(column, place, claim)
    whens += _of_target(column, value, claim, reference)
    if column.data_type == "indicator":
        whens.append("when indicator_fault is not null then indicator_fault")
    if column.not_before_column is not None:
        first = f"v{places[column.not_before_column]}"
        whens.append(f"when {value} < {first} then 'date_too_early'")
    return f"case {' '.join(whens)} end"


def _bounds(column: Column, place: int, claim: Claim) -> list[str]:
    value = f"v{place}"
    whens = []
    if column.data_type == "icd10":
        if column.minimum is not None and column.maximum is not None:
            low, high = literal(column.minimum), literal(column.maximum)
            outside = f"left({value}, 3) not between {low} and {high}"
            whens.append(f"when {outside} then 'out_of_range'")
    elif column.minimum is not None or column.maximum is not None:
        low = column.minimum or "'-infinity'::double"
        high = column.maximum or "'infinity'::double"
        outside = f"{value} not between {low} and {high}"
        whens.append(f"when {outside} then 'out_of_range'")
    if column.pattern is not None and column.data_type not in AREA_TYPES:
        matches = f"regexp_full_match({value}, {literal(column.pattern)})"
        whens.append(f"when not {matches} then 'code_malformed'")
    if column.data_type == "wave" and claim.period.start is not None:
        year = literal(str(claim.period.start.year))
        whens.append(f"when {value} <> {year} then 'wave_mismatch'")
    if column.is_period_date:
        start, end = claim.period.start, claim.period.end
        outside = f"{value} not between date '{start}' and date '{end}'"
        whens.append(f"when {outside} then 'date_outside_period'")
    return whens


def _of_target(
    column: Column, value: str, claim: Claim, reference: Reference
) -> list[str]:
    """What a sender of targets may not say: another's, or what cannot be."""
    if column.data_type == "target":
        return [f"when {value} > target_limit then 'out_of_range'"]
    if column.data_type == "target_kind":
        own = is_among(value, sorted(reference.own_target_kinds))
        test = own if claim.area_code is None else f"not {own}"
        return [f"when {test} then 'kind_of_another'"]
    extract = reference.extracts[claim.extract]
    is_own = extract.submitter_kind == "authority_or_fixed"
    if is_own and column.data_type == "gss_area" and claim.area_code is not None:
        return [f"when {value} <> {literal(claim.area_code)} then 'area_of_another'"]
    return []


def _passes(column: Column, place: int, area: int | None) -> str | None:
    """When a record is out of scope: a total, or an area or level that is not ours."""
    tests = []
    if column.passed_over:
        totals = ", ".join(literal(total) for total in column.passed_over)
        tests.append(f"lower(t{place}) in ({totals})")
    if column.passed_over_pattern is not None:
        pattern = literal(column.passed_over_pattern)
        tests.append(f"regexp_full_match(p{place}, {pattern})")
    if not tests:
        return None
    found = f"({' or '.join(tests)})"
    if column.data_type == "label":
        return found
    is_not_ours = f"v{place} is null"
    if column.data_type not in (*AREA_TYPES, "choice"):
        is_not_ours = f"v{area} is null" if area is not None else "true"
    return f"({is_not_ours} and {found})"


def ambiguity(read: ReadColumn) -> str | None:
    """Whether a name is known and can mean more than one area."""
    if read.column.data_type not in ("police_borough", "crime_borough"):
        return None
    alias = f"l{read.place}"
    return f"({alias}.term is not null and {alias}.meaning is null)"
