"""Two hundred values, worked out again from the lines they cite.

Nothing here comes from the models or from landing: files are read with the csv module,
openpyxl and pyarrow, and counted by the contract's words. Of the warehouse only
fct_lineage, the values, the lines set aside and the reference seeds are read.
"""

import csv
import gzip
import hashlib
import io
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from build_help import PROJECT, Build

WANTED = 200
SEED = 20080729
Line = dict[str, str]

# A column that every file of the extract has.
KEY_COLUMNS = {
    "pct_admissions": "epikey",
    "police_offences": "crime_ref",
    "lado_referrals": "referral_id",
    "missing_children": "episode_ref",
    "lscb_return": "pi_code",
    "tellus_survey": "question_id",
    "population": "age_band",
}
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%b-%Y", "%Y%m%d")


def day(text: str) -> date | None:
    for shape in DAYS:
        try:
            return datetime.strptime(text.strip()[:11].strip(), shape).date()
        except ValueError:
            continue
    return None


def number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "").removesuffix("%"))
    except ValueError:
        return None


def grid_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row of a file with the number of the line on which it begins."""
    if path.suffix == ".xlsx":
        for name in (book := openpyxl.load_workbook(path, data_only=True)).sheetnames:
            for number_, row in enumerate(book[name].iter_rows(values_only=True), 1):
                yield number_, ["" if cell is None else plain(cell) for cell in row]
        return
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        yield 0, table.column_names
        for number_, row in enumerate(table.to_pylist(), 1):
            yield (
                number_,
                ["" if cell is None else plain(cell) for cell in row.values()],
            )
        return
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252")
    delimiter = max(",;\t|", key=text[:2000].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    for row in reader:
        yield begins, row
        begins = reader.line_num + 1


def plain(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def lines_of(path: Path, extract: str) -> dict[int, Line]:
    """The rows below the header, by line number, their cells under its names."""
    header: list[str] | None = None
    found = {}
    for begins, row in grid_of(path):
        names = [cell.strip().lower() for cell in row]
        if header is None:
            if KEY_COLUMNS[extract] in names:
                header = names
            continue
        if any(cell.strip() for cell in row):
            found[begins] = {
                name: cell.strip() for name, cell in zip(header, row, strict=False)
            }
    return found


def code(text: str) -> str:
    """An ICD-10 code in capitals, without its dot or what is appended to it."""
    return text.upper().replace(".", "").strip().rstrip("XAD-+*")


def starts_with(text: str, *starts: str) -> bool:
    return code(text).startswith(starts)


def between(text: str, low: str, high: str) -> bool:
    return low <= code(text)[:3] <= high


def age(line: Line) -> int:
    years = int(line["startage"])
    return 0 if years >= 7001 else years


def diagnoses(line: Line) -> list[str]:
    return [line.get(f"diag_{place:02}", "") for place in range(1, 15)]


def first_episode(line: Line, below: int) -> bool:
    return line["epiorder"] == "1" and age(line) < below


def injured(line: Line) -> bool:
    return (
        first_episode(line, 18)
        and line["admimeth"].startswith("2")
        and between(line["cause"], "V01", "Y98")
    )


def drugs(line: Line) -> bool:
    primary, *_ = all_codes = diagnoses(line)
    return first_episode(line, 20) and (
        starts_with(primary, *(f"F{n}" for n in (11, 12, 13, 14, 15, 16, 18, 19)))
        or any(starts_with(each, "T40", "T436", "T52", "T59") for each in all_codes)
        or starts_with(line["cause"], "Y12", "Y16", "Y19")
    )


def alcohol(line: Line) -> bool:
    return first_episode(line, 20) and (
        any(starts_with(x, "F10", "T51", "K70", "X45", "X65") for x in diagnoses(line))
        or starts_with(line["cause"], "X45", "X65")
    )


def self_harm(line: Line) -> bool:
    return injured(line) and between(line["cause"], "X60", "X84")


def is_recorded(line: Line) -> bool:
    return line["status"].lower() == "recorded"


def is_yes(text: str) -> bool:
    return text.strip().lower() in ("y", "yes", "1", "true")


def child(line: Line) -> bool:
    return line["victim_age"] != "" and 0 <= int(line["victim_age"]) <= 17


def violent(line: Line) -> bool:
    kind = line["ho_class"].upper().replace(" ", "")
    return is_recorded(line) and (
        kind in ("11", "12", "4/7")
        or (kind in ("8F", "8G") and is_yes(line["child_abuse"]) and child(line))
    )


SEXUAL = {"17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A"}


def sexual(line: Line) -> bool:
    kind = line["ho_class"].upper().replace(" ", "")
    return is_recorded(line) and (kind in SEXUAL or (kind == "23" and child(line)))


def is_victim(line: Line) -> bool:
    """A child of a recorded offence; possession (10D) has no victim."""
    return is_recorded(line) and child(line) and line["ho_class"].upper() != "10D"


def knife(line: Line) -> bool:
    return is_victim(line) and is_yes(line["knife"])


def drug_victim(line: Line) -> bool:
    return is_victim(line) and is_yes(line["drug"])


@dataclass(frozen=True)
class Rule:
    """How lines of an extract make a number: which count, by date, as what."""

    counts: Callable[[Line], bool]
    dated: str
    place: str
    distinct: str | None = None


RULES = {
    "SG12": Rule(
        lambda x: x["contact_type"].lower() == "referral", "referral_date", ""
    ),
    "SG15": Rule(violent, "recorded_date", "bocu", "crime_ref"),
    "SG16": Rule(sexual, "recorded_date", "bocu", "crime_ref"),
    "SG19": Rule(knife, "recorded_date", "bocu"),
    "SG21": Rule(drug_victim, "recorded_date", "bocu"),
    "SG23": Rule(injured, "admidate", "resladst"),
    "SG24": Rule(drugs, "admidate", "resladst"),
    "SG25": Rule(alcohol, "admidate", "resladst"),
    "SG42a": Rule(self_harm, "admidate", "resladst"),
    "SG38": Rule(lambda x: int(x["age"]) < 18, "reported_date", "bocu"),
}
RESPONSES = {
    "SG27": {"yes"},
    "SG28": {"yes"},
    "SG29": {"very safe", "quite safe"},
}


def seed_of(name: str) -> list[Line]:
    path = PROJECT / "seeds" / "reference" / f"{name}.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def places() -> dict[str, str]:
    """Every way of naming an authority in the sample, and its GSS code."""
    found = {}
    for area in seed_of("areas"):
        for name in ("area_name", "official_name", "old_ons_code", "dfe_code"):
            found[area[name].lower()] = area["area_code"]
        found[area["area_code"].lower()] = area["area_code"]
    for alias in seed_of("area_aliases"):
        found[alias["alias"].lower()] = alias["area_code"]
    for unit in seed_of("bocus"):
        found[unit["bocu_code"].lower()] = unit["area_code"]
        found[unit["bocu_name"].lower()] = unit["area_code"]
    for unit in seed_of("pseudo_areas"):
        found[unit["pseudo_area"].lower()] = unit["area_code"]
    return found


class Recount:
    """Works values out again from the files of one landing folder."""

    def __init__(self, warehouse: Build):
        self.ask = warehouse.marts.execute
        self.paths = {
            hashlib.sha256(path.read_bytes()).hexdigest(): path
            for path in warehouse.landing.rglob("*")
            if path.is_file() and path.parent != warehouse.landing
        }
        self.places = places()
        served: dict[str, list[str]] = {}
        for each in seed_of("pct_areas"):
            served.setdefault(each["pct_code"], []).append(each["area_code"])
        self.trusts = {
            trust: areas[0] for trust, areas in served.items() if len(areas) == 1
        }
        self.read: dict[str, dict[int, Line]] = {}
        self.aside: dict[str, set[int]] = {}
        for file_id, line in self.ask(
            "select file_id, line_number from mart.fct_set_aside"
            " where line_number is not null and level = 'line'"
        ).fetchall():
            self.aside.setdefault(file_id, set()).add(line)

    def lines(self, sha256: str, extract: str) -> dict[int, Line]:
        if sha256 not in self.read:
            self.read[sha256] = lines_of(self.paths[sha256], extract)
        return self.read[sha256]

    def cited(self, key: tuple) -> list[tuple[str, str, int, int, list[Line]]]:
        """Files behind a value: extract, sender, rows above and below, their lines."""
        found = []
        for file_id, extract, sha256, first, last, rows, bases in self.ask(
            "select file_id, extract, sha256, first_line, last_line, numerator_rows,"
            " denominator_rows from mart.fct_lineage where indicator_id = ? and"
            " definition_version = ? and area_code = ? and period_id = ?",
            key,
        ).fetchall():
            if first is None:
                continue
            aside = self.aside.get(file_id, set())
            lines = [
                line
                for at, line in self.lines(sha256, extract).items()
                if first <= at <= last and at not in aside
            ]
            sender = self.paths[sha256].name.split("__")[1]
            found.append((extract, sender, rows, bases, lines))
        return found

    def is_in(self, line: Line, rule: Rule, sender: str, area: str) -> bool:
        """Whether a line is of the area: by what it says, its trust or its sender.

        A file without any column for it is of one borough.
        """
        if rule.place == "resladst" and not line["resladst"]:
            return self.trusts.get((line["respct"] or sender).upper()) == area
        return (
            rule.place not in line or self.places.get(line[rule.place].lower()) == area
        )

    def counted(self, key: tuple) -> float:
        """The numerator of an indicator that is counted from records."""
        indicator, _, area, period = key
        rule = RULES[indicator]
        start, end = self.ask(
            "select start_date, end_date from mart.dim_periods where period_id = ?",
            [period],
        ).fetchone()
        kept: set[tuple] = set()
        for nth, (extract, sender, _, _, lines) in enumerate(self.cited(key)):
            if extract == "population":
                continue
            seen = set()
            for line in lines:
                when = day(line[rule.dated])
                same = tuple(line.items())
                if when is None or not start <= when <= end or same in seen:
                    continue
                seen.add(same)
                if not self.is_in(line, rule, sender, area):
                    continue
                if rule.counts(line):
                    one = line[rule.distinct] if rule.distinct else len(kept)
                    kept.add((nth if not rule.distinct else "", one))
        return len(kept)

    def sent(self, key: tuple, measure: str) -> float:
        """The sum of a figure over the lines of returns that a value cites."""
        return sum(
            number(line[measure])
            for extract, _, rows, bases, lines in self.cited(key)
            if extract == "lscb_return" and (rows if measure == "numerator" else bases)
            for line in lines
            if line["pi_code"].upper().startswith(key[0].upper())
        )

    def population(self, key: tuple) -> float:
        ((line,),) = [
            lines for extract, *_, lines in self.cited(key) if extract == "population"
        ]
        return number(line["persons"])

    def surveyed(self, key: tuple) -> float:
        return sum(
            number(line["weighted_percent"])
            for *_, lines in self.cited(key)
            for line in lines
            if line["response"].lower() in RESPONSES[key[0]]
        )


@pytest.fixture(scope="module")
def drawn(warehouse: Build) -> list[tuple]:
    """Two hundred cells of boroughs, a fifth of them from each kind of source."""
    cells = warehouse.marts.execute(
        "select indicator_id, definition_version, area_code, period_id, source_extract,"
        " numerator, denominator, indicator_value, unit, multiplier,"
        " denominator_basis"
        " from mart.fct_indicator_values"
        " inner join mart.dim_areas using (area_code)"
        " inner join mart.dim_indicators using (indicator_id, definition_version)"
        " where area_type = 'local_authority' and value_status = 'reported'"
        " and not contains(source_extract, '+') order by all"
    ).fetchall()
    kinds: dict[str, list[tuple]] = {}
    for cell in cells:
        source = cell[4]
        if cell[0] in RULES or source in ("lscb_return", "tellus_survey"):
            kinds.setdefault(source, []).append(cell)
    pick = random.Random(SEED)
    share = math.ceil(WANTED / len(kinds))
    chosen = [
        cell for source in sorted(kinds) for cell in pick.sample(kinds[source], share)
    ]
    return chosen[:WANTED]


def test_two_hundred_values_are_what_their_lines_say(
    warehouse: Build, drawn: list[tuple]
) -> None:
    recount = Recount(warehouse)
    wrong = []
    for *key, source, numerator, denominator, value, _, multiplier, basis in drawn:
        key = tuple(key)
        if source == "tellus_survey":
            found = recount.surveyed(key)
            if not math.isclose(found, value, rel_tol=1e-9):
                wrong.append((key, source, "value", value, found))
            continue
        if source == "lscb_return":
            found = recount.sent(key, "numerator")
        else:
            found = recount.counted(key)
        if found != numerator:
            wrong.append((key, source, "numerator", numerator, found))
        if basis == "population" and denominator is not None:
            if (persons := recount.population(key)) != denominator:
                wrong.append((key, source, "denominator", denominator, persons))
            if not math.isclose(multiplier * found / persons, value, rel_tol=1e-9):
                wrong.append(
                    (key, source, "value", value, multiplier * found / persons)
                )
    assert len(drawn) == WANTED
    assert not wrong, f"{len(wrong)} of {WANTED}: {wrong[:10]}"
