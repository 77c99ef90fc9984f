"""The synthetic sample: the same everywhere, complete, and true to its own files."""

import csv
import gzip
import hashlib
import io
import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from build_help import PROJECT
from codes import of_this_catalogue
from lscb import sample as generator
from lscb.entry import UserError
from lscb.sampling import story
from lscb.sampling.files import gzipped, workbook
from lscb.sampling.periods import Grid
from lscb.sampling.reference import UNALLOCATED, Reference
from lscb.sampling.returns import ODD_DENOMINATORS, ODD_NUMERATORS, make_returns
from lscb.sampling.sample import LEFT_OUT, Request, write_sample
from lscb.sampling.truth import COLUMNS, Cell, combine
from places import (
    BARKING,
    BRENT,
    CITY,
    CROYDON,
    GREENWICH,
    HARINGEY,
    INNER,
    LONDON,
    MERTON,
    NEWHAM,
    OUTER,
    TOTALS,
    WANDSWORTH,
)

TINY = 0.005
# Of every file of the default sample, with the pinned pyarrow and XlsxWriter, with the
# seeds as they stand and the catalogue for which it was agreed. A change here is a
# change of what agencies would have sent.
AGREED_CATALOGUE = PROJECT / "tests" / "sample" / "agreed_indicators.csv"
GOLDEN_DIGEST = "5a63185eef21581589be5e6dea5768f5e2390266b93a8a6696286fb410989490"
RECORD_LEVEL = (
    "pct_admissions",
    "police_offences",
    "lado_referrals",
    "missing_children",
)
EXTRACTS = (
    *RECORD_LEVEL,
    "tellus_survey",
    "lscb_return",
    "targets",
    "population",
    "mps_borough_crime",
    "ees_statistics",
)
PERIOD = r"(AY)?[0-9]{4}-[0-9]{2}(Q[1-4])?|M[0-9]{4}-[0-9]{2}|[0-9]{4}"
NAME = re.compile(
    rf"({'|'.join(EXTRACTS[:-2])})__[^_]+__({PERIOD})__v[1-9][0-9]*"
    r"\.(csv|csv\.gz|xlsx|parquet)"
    r"|(mps_borough_crime__GLA|ees_statistics__DFE)__[A-Za-z0-9-]+__v1\.csv"
)
STATUSES = {
    "reported",
    "partial",
    "not_submitted",
    "refused",
    "suppressed_at_source",
    "not_available",
    "not_applicable",
    "not_defined",
    "no_denominator",
}
Row = dict[str, str]


def make(folder: Path, size: float = TINY) -> Path:
    landing = folder / "landing"
    assert generator.make_sample(landing, size=size) == 0
    return landing


def fingerprints(landing: Path) -> dict[str, tuple[str, int]]:
    """Return SHA-256 and modification time of every file, hidden ones too."""
    return {
        path.relative_to(landing).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            0
            if path.relative_to(landing).parts[0][0] == "."
            else int(path.stat().st_mtime),
        )
        for path in sorted(landing.rglob("*"))
        if path.is_file()
    }


def read_table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def truth(landing: Path) -> list[Row]:
    return read_table(landing / ".truth" / "truth.csv")


@pytest.fixture(scope="module")
def fates(landing: Path) -> list[Row]:
    return read_table(landing / ".truth" / "files.csv")


@pytest.fixture(scope="module")
def cells(truth: list[Row]) -> dict[tuple[str, str, str, str], Row]:
    return {
        (row["indicator_id"], row["definition_version"], row["area_code"],
         row["period_id"]): row
        for row in truth
    }  # fmt: skip


# -- the same on every machine


def test_two_runs_give_the_same_bytes_and_times(landing: Path, tmp_path: Path) -> None:
    assert fingerprints(make(tmp_path)) == fingerprints(landing)


@pytest.fixture
def agreed(tmp_path: Path) -> Path:
    """The seeds as they stand, with the catalogue for which the sample was agreed.

    What is added, changed or withdrawn later makes another sample, and leaves this one.
    """
    seeds = tmp_path / "seeds"
    shutil.copytree(PROJECT / "seeds", seeds)
    shutil.copy(AGREED_CATALOGUE, seeds / "catalogue" / "indicators.csv")
    known = {row["indicator_id"] for row in read_table(AGREED_CATALOGUE)}
    for name in ("survey_responses", "statistic_columns"):
        path = seeds / "reference" / f"{name}.csv"
        rows = read_table(path)
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]))
            writer.writeheader()
            writer.writerows(row for row in rows if row["indicator_id"] in {*known, ""})
    return seeds


def test_the_default_sample_is_the_one_that_was_agreed(
    agreed: Path, tmp_path: Path
) -> None:
    landing = tmp_path / "landing"
    request = Request(generator.SEED, generator.SIZE, generator.YEARS)
    summary = write_sample(
        request, landing, landing / ".truth" / "truth.csv", Reference(agreed)
    )
    assert summary.left_out == []
    files = fingerprints(landing)
    listed = "\n".join(f"{name} {sha} {time}" for name, (sha, time) in files.items())
    assert hashlib.sha256(listed.encode()).hexdigest() == GOLDEN_DIGEST


def test_the_story_is_about_senders_that_there_are() -> None:
    reference = Reference()
    senders = {
        *reference.area_codes,
        *reference.pct_areas,
        *(force.code for force in reference.forces),
        *reference.senders("tellus_survey"),
    }
    rows = reference.rows("sample/story")
    assert {row["submitter"] for row in rows} <= senders
    assert len(
        {(row["happening"], row["submitter"], row["period"]) for row in rows}
    ) == (len(rows))


def test_every_word_of_the_story_is_told_somewhere() -> None:
    told = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(generator.__file__).with_name("sampling").glob("*.py")
        if path.name != "story.py"
    )
    assert {word for word in story.WORDS if f'"{word}"' not in told} == set()


def test_a_word_that_no_story_has_is_refused() -> None:
    row = {"happening": "pct_silnt", "submitter": "5K9", "period": "", "what": ""}
    with pytest.raises(ValueError, match="pct_silnt"):
        story.Story([row])
    with pytest.raises(ValueError, match="pct_silnt"):
        story.Story([]).tells("pct_silnt", "5K9")


def test_another_seed_gives_other_files(landing: Path, tmp_path: Path) -> None:
    generator.make_sample(tmp_path / "landing", size=TINY, seed=1)
    other = fingerprints(tmp_path / "landing")
    ours = fingerprints(landing)
    name = "police_offences/police_offences__MPS__M2008-04__v1.csv"
    assert other[name] != ours[name]


def test_a_stored_gzip_file_unpacks_to_what_went_in() -> None:
    for content in (b"", b"a", bytes(range(256)) * 1_000):
        assert gzip.decompress(gzipped(content)) == content


def test_a_workbook_holds_its_rows() -> None:
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(workbook([["a", "b"], ["x", 3]], "data", ("Notes",), "Synthetic"))
    )
    assert book.sheet_names == ["Notes", "data"]
    assert book.get_sheet_by_name("data").to_python() == [["a", "b"], ["x", 3.0]]


def test_samples_never_mix_with_other_files(landing: Path, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("a,b\n")
    with pytest.raises(UserError, match="no generator made"):
        generator.make_sample(tmp_path)
    with pytest.raises(UserError, match="another synthetic sample"):
        generator.make_sample(landing, size=0.01)


# -- what real files contain


def test_every_extract_and_format_is_there(landing: Path) -> None:
    suffixes = defaultdict(set)
    for path in landing.glob("*/*"):
        if not path.relative_to(landing).parts[0].startswith("."):
            suffixes[path.parent.name].add("".join(path.suffixes[-2:]).split(" ")[0])
    assert set(suffixes) == set(EXTRACTS)
    assert set().union(*suffixes.values()) == {".csv", ".csv.gz", ".xlsx", ".parquet"}


def test_every_name_follows_the_rule(fates: list[Row]) -> None:
    for row in fates:
        folder, name = row["relative_path"].split("/")
        assert NAME.fullmatch(name), name
        assert name.startswith(f"{folder}__")


def test_all_authorities_and_trusts_send(fates: list[Row]) -> None:
    names = Counter(row["relative_path"].split("__")[0] for row in fates)
    reference = Reference()
    trusts = {
        row["relative_path"].split("__")[1]
        for row in fates
        if row["relative_path"].startswith("pct_admissions")
    }
    assert trusts == set(reference.pct_areas)
    assert len(trusts) == 31
    assert names["police_offences/police_offences"] == 2 * 24 - 1
    assert names["missing_children/missing_children"] == 8


@pytest.mark.parametrize("extract", RECORD_LEVEL)
def test_personal_columns_hold_canaries(landing: Path, extract: str) -> None:
    plain = [
        path.read_bytes()
        for path in (landing / extract).glob("*.csv")
        if path.stat().st_size > 2_000
    ]
    assert any(b"Synthetic" in content for content in plain)
    assert any(b"Canaryfield" in content for content in plain)


def test_the_folder_says_that_it_is_synthetic(landing: Path) -> None:
    marker = (landing / ".synthetic.json").read_text()
    assert '"synthetic": true' in marker
    assert '"seed": 20080729' in marker


def test_encodings_and_delimiters_differ_as_they_do(landing: Path) -> None:
    heads = {
        path.read_bytes()[:3] for path in (landing / "lscb_return").glob("*Q1__v1.csv")
    }
    assert b"\xff\xfe" in {head[:2] for head in heads}
    assert b"\xef\xbb\xbf" in heads
    texts = [path.read_bytes() for path in (landing / "lscb_return").glob("*.csv")]
    assert any(b"pi_code;definition;" in text and b"caf\xe9" in text for text in texts)
    assert any(b"pi_code|definition|" in text for text in texts)


def test_late_files_are_late_by_their_time(landing: Path, fates: list[Row]) -> None:
    late = [row["relative_path"] for row in fates if row["is_late"] == "true"]
    assert {name.split("/")[0] for name in late} >= {
        *RECORD_LEVEL,
        "lscb_return",
        "tellus_survey",
    }
    on_time = landing / "police_offences/police_offences__MPS__M2008-09__v1.csv"
    behind = landing / "police_offences/police_offences__MPS__M2008-08__v1.csv.gz"
    assert behind.stat().st_mtime > on_time.stat().st_mtime


def test_every_fate_of_a_file_occurs(fates: list[Row]) -> None:
    assert {row["status"] for row in fates} == {
        "accepted",
        "superseded",
        "duplicate",
        "refused",
    }
    for row in fates:
        has_counts = row["status"] in ("accepted", "superseded")
        assert bool(row["lines_read"]) == has_counts
        if has_counts:
            parts = ("rows_accepted", "rows_set_aside", "rows_duplicate",
                     "rows_passed_over")  # fmt: skip
            assert int(row["lines_read"]) == sum(int(row[part]) for part in parts)
            assert 2 * int(row["rows_set_aside"]) <= int(row["lines_read"])


# -- the truth


QUARTER_ENDS = {"1": "06-30", "2": "09-30", "3": "12-31", "4": "03-31"}


@pytest.fixture(scope="module")
def silent(landing: Path) -> list[Row]:
    """The definitions that the truth leaves out, where there are any."""
    path = landing / ".truth" / LEFT_OUT
    return read_table(path) if path.exists() else []


# What is counted a second time, in plain Python; the catalogue may have more.
SECOND_ROAD = {
    "lado_allegations", "police_child_abuse_violent_offences",
    "police_child_abuse_sexual_offences", "police_knife_victims",
    "police_drug_victims", "hospital_injury_admissions", "hospital_drug_admissions",
    "hospital_alcohol_admissions", "hospital_self_harm_admissions",
    "missing_episodes", "missing_children", "mps_offences_2008", "mps_offences_2010",
}  # fmt: skip


def test_the_truth_is_silent_of_what_has_no_second_road_alone(
    silent: list[Row],
) -> None:
    known = {
        (row["indicator_id"], row["definition_version"]): row
        for row in Reference().indicators
    }
    for row in silent:
        indicator = known[row["indicator_id"], row["definition_version"]]
        assert indicator["extract"] != "lscb_return"
        assert indicator["numerator_measure_id"] not in SECOND_ROAD


def test_the_truth_has_one_row_a_cell(truth: list[Row], cells: dict) -> None:
    assert list(truth[0]) == list(COLUMNS)
    assert len(cells) == len(truth)
    assert {row["value_status"] for row in truth} == STATUSES


def test_every_expected_cell_is_there(cells: dict, silent: list[Row]) -> None:
    reference = Reference()
    quarters = [f"{year}Q{n}" for year in ("2007-08", "2008-09") for n in (1, 2, 3, 4)]
    names = {
        "quarter": quarters,
        "financial_year": ["2007-08", "2008-09"],
        "academic_year": [],
        "wave": [],
    }
    left_out = {(row["indicator_id"], row["definition_version"]) for row in silent}
    for row in reference.indicators:
        if (row["indicator_id"], row["definition_version"]) in left_out:
            continue
        areas = list(reference.area_codes)
        if row["additive_over_areas"] == "true":
            areas += TOTALS
        for kind in row["periods"].split("|"):
            for area in areas:
                for period in names[kind]:
                    end = "03-31" if "Q" not in period else QUARTER_ENDS[period[-1]]
                    year = int(period[:4]) + (end == "03-31")
                    if row["valid_to"] and row["valid_to"] < f"{year}-{end}":
                        continue
                    if row["valid_from"] > f"{year}-{end}":
                        continue
                    key = (row["indicator_id"], row["definition_version"], area, period)
                    assert key in cells


def test_only_the_statuses_with_figures_have_figures(truth: list[Row]) -> None:
    of_the_survey = {
        row["indicator_id"]
        for row in Reference().indicators
        if row["value_type"] == "survey_percentage"
    }
    for row in truth:
        status = row["value_status"]
        if row["numerator"]:
            assert status in ("reported", "partial", "no_denominator")
        if row["value"]:
            assert status in ("reported", "partial")
        if row["numerator_low"]:
            assert status in ("partial", "suppressed_at_source")
            assert not row["numerator"]
        if status == "reported" and row["indicator_id"] not in of_the_survey:
            assert row["numerator"]
            assert row["value"]


def test_london_is_its_boroughs_and_the_unallocated(cells: dict) -> None:
    reference = Reference()
    checked = 0
    for (pi, version, area, period), row in cells.items():
        if area != LONDON or row["value_status"] != "reported":
            continue
        parts = [
            cells[(pi, version, code, period)]["numerator"]
            for code in (*reference.area_codes, UNALLOCATED)
            if (pi, version, code, period) in cells
        ]
        assert int(row["numerator"]) == sum(int(part or 0) for part in parts)
        checked += 1
    assert checked > 100


def test_inner_and_outer_make_london_without_the_unallocated(cells: dict) -> None:
    for (pi, version, area, period), row in cells.items():
        if area != LONDON or not row["numerator"]:
            continue
        # a definition that nobody in a half sent has no total there
        halves = [cells.get((pi, version, half, period)) for half in (INNER, OUTER)]
        if not all(half and half["numerator"] for half in halves):
            continue
        beside = cells.get((pi, version, UNALLOCATED, period), {"numerator": "0"})
        whole = sum(int(half["numerator"]) for half in halves)
        assert int(row["numerator"]) == whole + int(beside["numerator"] or 0)


def test_the_city_is_joined_to_two_neighbours(cells: dict) -> None:
    for pi in ("SG17", "SG18", "SG22"):
        assert cells[(pi, "1", CITY, "2008-09")]["value_status"] == "not_applicable"
    assert cells[("SG23", "1", CITY, "2008-09")]["value_status"] == "reported"
    assert cells[("SG19", "1", CITY, "2007-08Q3")]["value_status"] == "partial"
    assert cells[("SG15", "1", CITY, "2008-09")]["value_status"] == "not_applicable"


def test_a_silent_trust_is_no_zero(cells: dict) -> None:
    year = cells[("SG23", "1", WANDSWORTH, "2007-08")]
    assert (year["value_status"], year["numerator"]) == ("not_submitted", "")
    london = cells[("SG23", "1", LONDON, "2007-08")]
    assert (london["value_status"], london["areas_included"]) == ("partial", "32")
    fallback = cells[("SG24", "1", CROYDON, "2008-09Q2")]
    assert fallback["source_extract"] == "lscb_return"
    refused = cells[("SG23", "1", GREENWICH, "2008-09Q4")]
    assert refused["value_status"] == "refused"


def test_a_year_sent_as_such_wins_over_its_quarters(cells: dict) -> None:
    key = ("SG18", "1", BARKING)
    quarters = [
        int(cells[(*key, f"2008-09Q{number}")]["numerator"]) for number in (1, 2, 3, 4)
    ]
    assert int(cells[(*key, "2008-09")]["numerator"]) > sum(quarters)
    silent = ("SG18", "1", HARINGEY)
    quarters = [cells[(*silent, f"2007-08Q{n}")]["numerator"] for n in (1, 2, 3, 4)]
    if all(quarters):
        assert cells[(*silent, "2007-08")]["numerator"] == str(sum(map(int, quarters)))


def test_the_planning_denominator_is_not_added(cells: dict) -> None:
    key = ("SG39", "1", NEWHAM)
    quarters = [
        cells[(*key, f"2008-09Q{number}")]["denominator"] for number in (1, 2, 3, 4)
    ]
    assert quarters[0] != quarters[3]
    assert cells[(*key, "2008-09")]["denominator"] == quarters[3]


def test_a_missing_population_leaves_no_denominator(cells: dict) -> None:
    row = cells[("SG18", "1", MERTON, "2008-09Q1")]
    assert row["value_status"] == "no_denominator"
    assert row["numerator"]
    assert cells[("SG18", "1", LONDON, "2008-09Q1")]["value_status"] == "partial"


def test_moves_stand_under_their_own_definition(cells: dict) -> None:
    early = cells[("SG33", "2", BARKING, "AY2007-08")]
    assert (early["value_status"], early["is_expected"]) == ("reported", "false")
    assert ("SG33", "2", BRENT, "AY2007-08") not in cells
    assert cells[("SG33", "1", BRENT, "AY2007-08")]["is_expected"] == "true"


# -- how parts make a whole


def in_(numerator: int, denominator: int | None = None) -> Cell:
    return Cell("reported", numerator, denominator)


def test_all_parts_in_make_a_whole() -> None:
    assert combine([in_(1, 10), in_(2, 20)]) == in_(3, 30)


def test_a_missing_part_makes_the_whole_partial() -> None:
    assert combine([in_(1, 10), Cell("refused")]) == Cell("partial", 1, 10)


def test_a_part_that_does_not_apply_is_not_expected() -> None:
    assert combine([in_(1, 10), Cell("not_applicable")]) == in_(1, 10)
    assert combine([Cell("not_applicable")] * 4).status == "not_applicable"


def test_a_suppressed_part_gives_bounds() -> None:
    hidden = Cell("suppressed_at_source", low=1, high=5)
    assert combine([in_(7), hidden]) == Cell("suppressed_at_source", low=8, high=12)
    open_ended = Cell("suppressed_at_source", low=0)
    assert combine([in_(7), hidden, open_ended]).high is None


def test_suppressed_and_missing_parts_give_no_numerator() -> None:
    parts = [in_(7), Cell("suppressed_at_source", low=1, high=5), Cell("not_submitted")]
    assert combine(parts) == Cell("partial", low=8, high=12)


def test_a_part_without_denominator_stays_out() -> None:
    parts = [in_(7, 70), Cell("no_denominator", 3)]
    assert combine(parts) == Cell("partial", 7, 70)


def test_no_part_in_takes_the_first_reason_in_order() -> None:
    parts = [Cell("not_available"), Cell("not_submitted"), Cell("refused")]
    assert combine(parts).status == "refused"
    hidden = Cell("suppressed_at_source", low=1, high=5)
    assert combine([hidden, Cell("not_submitted")]).status == "not_submitted"


# -- the files bear the truth out: a plain recount of some indicators


def read_records(path: Path) -> list[Row]:
    """Return the records of a file, with lower-case headers."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".xlsx":
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(
            path.parent.name
        )
        rows = [[_text(cell) for cell in row] for row in sheet.to_python()]
    else:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
    wanted = "referral_id" if path.parent.name == "lado_referrals" else "epikey"
    start = next(
        n
        for n, row in enumerate(rows)
        if {wanted, "crime_ref"} & {cell.strip().lower() for cell in row}
    )
    head = [cell.strip().lower() for cell in rows[start]]
    return [
        dict(zip(head, row, strict=True))
        for row in rows[start + 1 :]
        if len(row) == len(head) and any(cell.strip() for cell in row)
    ]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def standing(landing: Path, fates: list[Row], extract: str) -> list[tuple[str, Path]]:
    """Return submitter and path of each file of an extract that stands."""
    return [
        (row["relative_path"].split("__")[1], landing / row["relative_path"])
        for row in fates
        if row["relative_path"].startswith(f"{extract}/")
        and row["status"] == "accepted"
    ]


def good(landing: Path, path: Path, records: list[Row]) -> list[Row]:
    """Return the records without those set aside or doubled, which stand last."""
    name = path.relative_to(landing).as_posix()
    row = next(
        row
        for row in read_table(landing / ".truth" / "files.csv")
        if row["relative_path"] == name
    )
    return records[: int(row["rows_accepted"])]


def test_knife_victims_recounted(landing: Path, fates: list[Row], cells: dict) -> None:
    found = 0
    for _, path in standing(landing, fates, "police_offences"):
        if not re.search(r"__M2008-(04|05|06)__", path.name):
            continue
        for row in good(landing, path, read_records(path)):
            age = row["victim_age"]
            found += (
                row["knife"].upper() == "Y"
                and row["status"] == "Recorded"
                and row["ho_class"] != "10D"
                and bool(age)
                and int(age) <= 17
            )
    row = cells[("SG19", "1", LONDON, "2008-09Q1")]
    assert found == int(row["numerator"]) > 0


def test_alcohol_admissions_recounted(
    landing: Path, fates: list[Row], cells: dict
) -> None:
    london = {row["old_ons_code"] for row in Reference().authorities}
    outside = {"5P5", "5QA", "5PX"}
    found = 0
    for _, path in standing(landing, fates, "pct_admissions"):
        if "2008-09Q1" not in path.name:
            continue
        for row in good(landing, path, read_records(path)):
            lives = row["resladst"]
            at_home = lives in london or (not lives and row["respct"] not in outside)
            codes = [
                row[name].upper().replace(".", "")
                for name in (*(f"diag_{n:02d}" for n in range(1, 15)), "cause")
            ]
            alcohol = any(
                code[:3] in ("F10", "T51", "K70", "X45", "X65") for code in codes
            )
            found += at_home and alcohol and int(row["epiorder"]) == 1
    row = cells[("SG25", "1", LONDON, "2008-09Q1")]
    assert found == int(row["numerator"]) > 0


def test_allegations_recounted(landing: Path, fates: list[Row], cells: dict) -> None:
    found = 0
    for _, path in standing(landing, fates, "lado_referrals"):
        if "2008-09Q4" in path.name:
            records = good(landing, path, read_records(path))
            found += sum(row["contact_type"] == "Referral" for row in records)
    row = cells[("SG12", "1", LONDON, "2008-09Q4")]
    assert (row["value_status"], found) == ("reported", int(row["numerator"]))


@of_this_catalogue
def test_returns_hold_every_mark_fault_and_blank() -> None:
    cells = make_returns(Reference(), Grid.of(["2007-08", "2008-09"]), 20080729).cells
    tops = {sent.numerator for sent in cells.values()}
    bottoms = {sent.denominator for sent in cells.values()}
    assert tops >= {text for text, _ in ODD_NUMERATORS} | {"<5"}
    assert bottoms >= {text for text, _ in ODD_DENOMINATORS}
