"""Records and published statistics on days that are not like the sample.

One landing of small files, written here and built once; what must come out is worked
out from the same rows by hand, never by the models.
"""

import csv
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.template import Template
from build_help import Build, build_from, hold

pytestmark = pytest.mark.long

AS_OF = "2026-11-28"
BARKING, BARNET = "E09000002", "E09000003"
BRENT, CAMDEN = "E09000005", "E09000007"
BOROUGHS = {"Barking and Dagenham": BARKING, "Barnet": BARNET, "Brent": BRENT}
MONTHS = ["201904", "201905", "201906"]
POLICE = [
    "crime_ref", "victim_no", "recorded_date", "bocu", "ho_class", "victim_age",
    "child_abuse", "knife", "drug", "status",
]  # fmt: skip
EES = ["time_period", "time_identifier", "geographic_level", "new_la_code"]


def send(
    landing: Path, name: str, header: list[str], rows: list[list[object]], day: str
) -> None:
    """Write a file below the folder of its extract, received on that day."""
    path = landing / name.split("__")[0] / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    received = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
    os.utime(path, (received, received))


def victim(ref: str, number: int = 1, day: str = "2008-04-03", **other: str) -> list:
    """A recorded offence on a child in Barking that counts in SG15 and SG19."""
    row = {
        "crime_ref": ref, "victim_no": number, "recorded_date": day, "bocu": "KG",
        "ho_class": "11", "victim_age": "9", "child_abuse": "Y", "knife": "Y",
        "drug": "N", "status": "Recorded",
    }  # fmt: skip
    return list((row | other).values())


def send_police(landing: Path) -> None:
    april = [victim(f"a{n}") for n in range(20)]
    # Of these six the age, the class, the flag or the borough cannot be read ...
    april += [victim(f"s{n}", ho_class="?") for n in range(3)]
    april += [victim(f"s{n}", bocu="Atlantis") for n in range(3, 6)]
    # ... and these say that they count nowhere, or stand in the file of May.
    april += [
        victim("n1", ho_class="?", status="No crime"),
        victim("m0", day="2008-05-09"),
    ]
    send(landing, "police_offences__MPS__M2008-04__v1", POLICE, april, "2008-05-05")
    may = [victim(f"m{n}", day="2008-05-09") for n in range(4)]
    may += [victim("a0", 1, "2008-05-02"), victim("a1", 2, "2008-05-02")]
    send(landing, "police_offences__MPS__M2008-05__v1", POLICE, may, "2008-06-05")
    june = [
        ["k1", 1, "2008-06-01", "London Heathrow", "11", "9", "Y", "Y", "N", "Recorded"]
    ]
    june += [
        [
            "k2",
            1,
            "2008-06-01",
            "Aviation Security",
            "11",
            "9",
            "Y",
            "N",
            "N",
            "Recorded",
        ]
    ]
    send(landing, "police_offences__MPS__M2008-06__v1", POLICE, june, "2008-07-05")


def send_people(landing: Path) -> None:
    header = [
        "epikey", "startage", "admidate", "epiorder", "admimeth", "diag_01", "cause",
        "resladst", "respct",
    ]  # fmt: skip
    own = [
        [f"e{n}", 5, "2008-05-01", 1, "21", "S525", "W01", "00AB", ""] for n in range(6)
    ]
    other = [
        [f"e{n}", 5, "2008-05-01", 1, "21", "S525", "W01", "00AB", "5C2"]
        for n in range(3, 9)
    ]
    # The PCT of residence keeps its own, though the other sent first. No list has 5QT.
    other += [["x1", 5, "2008-05-01", 1, "21", "S525", "W01", "", "5QT"]]
    send(landing, "pct_admissions__5A4__2008-09Q1__v1", header, other, "2008-07-01")
    send(landing, "pct_admissions__5C2__2008-09Q1__v1", header, own, "2008-07-20")
    # In the third quarter none sends but one that serves nobody here.
    away = [["y1", 5, "2008-11-01", 1, "21", "S525", "W01", "", "5QT"]]
    send(landing, "pct_admissions__5QT__2008-09Q3__v1", header, away, "2009-01-10")
    header = ["referral_id", "referral_date", "contact_type"]
    for quarter, day, ids in [("Q1", "2008-05-01", "abc"), ("Q2", "2008-08-01", "cd")]:
        rows = [[key, day, "Referral"] for key in ids]
        for borough in (BARKING, BARNET):
            name = f"lado_referrals__{borough}__2008-09{quarter}__v1"
            send(landing, name, header, rows[: 1 if borough == BARNET else 9], day)
    header = ["episode_ref", "child_ref", "reported_date", "age", "bocu"]
    first = [
        ["p1", "c1", "2008-05-01", 9, "KG"],
        ["p2", "c2", "2008-05-01", 9, "Unknown"],
    ]
    second = [["p1", "c1", "2008-08-01", 9, "KG"], ["p3", "c1", "2008-08-01", 9, "KG"]]
    send(landing, "missing_children__MPS__2008-09Q1__v1", header, first, "2008-07-02")
    send(landing, "missing_children__MPS__2008-09Q2__v1", header, second, "2008-10-02")


def send_populations(landing: Path) -> None:
    header = ["gss_code", "age_band", "persons"]
    for year in (2008, 2019, 2024):
        rows = [
            [f"E090000{n:02d}", band, 40_000]
            for n in range(1, 34)
            for band in ("0-17", "0-19", "10-17")
        ]
        send(landing, f"population__ONS__{year}__v1", header, rows, f"{year + 1}-06-30")


def send_crime(landing: Path) -> None:
    header = ["MajorText", "MinorText", "LookUp_BoroughName", *MONTHS]
    first = [["Robbery", "Personal", name, 50, 50, 50] for name in BOROUGHS]
    first += [["Robbery", "Personal", "Unknown", 7, 7, 7]]
    send(landing, "mps_borough_crime__GLA__2019__v1", header, first, "2019-07-10")
    # Later, without Brent; a blank revises nothing, and Barnet is revised by one.
    header = ["MajorText", "MinorText", "BoroughName", *MONTHS]
    second = [["Robbery", "Personal", "Barking and Dagenham", 50, "", 50]]
    second += [["Robbery", "Personal", "Barnet", 51, 50, 500]]
    send(
        landing,
        "mps_borough_crime__GLA__2019-revised__v1",
        header,
        second,
        "2019-08-10",
    )
    # Of 2024 to 2026: other names, two lines of one category, a month not yet over.
    header = ["Group", "SubGroup", "LookUp_BoroughName", "BOCU", "202404", "202405"]
    newer = [["ROBBERY", "PERSONAL", name, "AW", 10, 10] for name in BOROUGHS]
    newer += [["ROBBERY", "PERSONAL", "Barnet", "NW", 4, 4]]
    newer += [["ROBBERY", "PERSONAL", "Aviation Security", "SO18", 3, 3]]
    newer += [["ROBBERY", "BUSINESS", name, "AW", 2, 2] for name in ("Barnet", "Brent")]
    newer += [["ROBBERY", "BUSINESS", "Barkng", "AW", 6, 6]]
    send(landing, "mps_borough_crime__GLA__2024__v1", header, newer, "2024-05-20")
    header = [
        "MajorText",
        "MinorText",
        "WardName",
        "WardCode",
        "LookUp_BoroughName",
        "201904",
    ]
    ward = [["Robbery", "Personal", "Abbey", "E05000026", "Barking and Dagenham", 3]]
    send(landing, "mps_borough_crime__GLA__wards__v1", header, ward, "2019-09-01")


def send_statistics(landing: Path) -> None:
    wide = [f"figure_{n}" for n in range(120)]
    rows = [[2020, "Calendar year", "Local authority", BARNET, *range(120)]]
    send(landing, "ees_statistics__DFE__wide__v1", [*EES, *wide], rows, "2021-01-01")
    rows = [[2020, "Reporting year", "Local authority", BARNET, 22.5]]
    header = [*EES, "rereferral_percent"]
    send(landing, "ees_statistics__DFE__percent__v1", header, rows, "2021-01-01")
    header = [*EES, "sex", "referral_count", "rereferral_count"]
    level = ["Reporting year", "Local authority"]
    sexes = [
        [2020, *level, BARKING, "Boys", 60, 6],
        [2020, *level, BARKING, "Girls", 40, 5],
        [2020, *level, BARNET, "Boys", 60, 6],
        [2020, *level, BRENT, "Boys", 60, 6],
        [2020, *level, BRENT, "Girls", 40, 5],
        [2020, *level, BRENT, "Total", 101, 12],
        [2020, *level, CAMDEN, "Boys", 60, 6],
        [2020, *level, CAMDEN, "Girls", 40, 5],
        [2020, *level, CAMDEN, "Unborn or unknown", 9, 1],
    ]
    sexes += [["201920", *level, CAMDEN, "Total", 109, 12]]
    send(landing, "ees_statistics__DFE__sexes__v1", header, sexes, "2021-01-01")
    header = [*EES, "referral_count", "rereferral_count"]
    later = [[2020, *level, BRENT, 103, 12]]
    send(landing, "ees_statistics__DFE__sexes-later__v1", header, later, "2021-06-01")


@pytest.fixture(scope="module")
def world(
    template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Build]:
    """What was sent, built; every dbt test of data holds."""
    folder = tmp_path_factory.mktemp("records")
    landing = folder / "landing"
    send_police(landing)
    send_people(landing)
    send_populations(landing)
    send_crime(landing)
    send_statistics(landing)
    built = build_from(template, landing, folder, as_of=AS_OF)
    hold(built.warehouse, template.invariants, AS_OF)
    yield built
    built.marts.close()


def cell(world: Build, indicator: str, area: str, period: str) -> tuple:
    """Status, numerator and records set aside of one figure."""
    found = world.marts.execute(
        "select value_status, numerator, records_set_aside"
        " from mart.fct_indicator_values"
        " where indicator_id = ? and area_code = ? and period_id = ?"
        " order by definition_version desc",
        [indicator, area, period],
    ).fetchone()
    assert found is not None, (indicator, area, period)
    return found


def numerator(world: Build, indicator: str, area: str, period: str) -> float:
    return cell(world, indicator, area, period)[1]


def flags(world: Build, rule: str) -> list[tuple]:
    return world.marts.execute(
        "select file_name, detail, area_code, period_id from mart.fct_quality_flags"
        " where rule_code = ? order by all",
        [rule],
    ).fetchall()


LONDON = "E12000007"


def test_an_event_in_two_files_counts_once(world: Build) -> None:
    # 20 offences of April; May has four of its own, and two that April has already.
    assert numerator(world, "SG15", BARKING, "2008-09Q1") == 24
    # The second victim of offence a1 is a victim of her own.
    assert numerator(world, "SG19", BARKING, "2008-09Q1") == 25
    assert numerator(world, "SG23", BARKING, "2008-09Q1") == 9
    assert numerator(world, "SG12", BARKING, "2008-09Q1") == 3
    assert numerator(world, "SG12", BARKING, "2008-09Q2") == 1
    assert numerator(world, "SG12", BARNET, "2008-09Q1") == 1
    assert numerator(world, "SG12", BARNET, "2008-09Q2") == 1
    assert numerator(world, "SG38", BARKING, "2008-09Q1") == 1
    assert numerator(world, "SG38", BARKING, "2008-09Q2") == 1
    said = flags(world, "records_counted_elsewhere")
    assert [(file, other) for file, other, _, _ in said] == [
        ("lado_referrals__E09000002__2008-09Q2__v1.csv",
         "lado_referrals__E09000002__2008-09Q1__v1.csv"),
        ("missing_children__MPS__2008-09Q2__v1.csv",
         "missing_children__MPS__2008-09Q1__v1.csv"),
        ("pct_admissions__5A4__2008-09Q1__v1.csv",
         "pct_admissions__5C2__2008-09Q1__v1.csv"),
        ("police_offences__MPS__M2008-05__v1.csv",
         "police_offences__MPS__M2008-04__v1.csv"),
    ]  # fmt: skip


def test_what_is_no_borough_counts_in_london_alone(world: Build) -> None:
    assert numerator(world, "SG15", "UNALLOCATED", "2008-09Q1") == 2
    assert numerator(world, "SG15", LONDON, "2008-09Q1") == 24 + 2
    assert numerator(world, "SG38", "UNALLOCATED", "2008-09Q1") == 1
    assert numerator(world, "SG38", LONDON, "2008-09Q1") == 2
    assert numerator(world, "CX02", "UNALLOCATED", "2019-20Q1") == 21
    # One who lives where no list knows the PCT lives outside London.
    assert numerator(world, "SG23", "UNALLOCATED", "2008-09Q1") == 0


def test_what_nobody_here_sent_is_cited_all_the_same(world: Build) -> None:
    assert numerator(world, "SG23", "UNALLOCATED", "2008-09Q3") == 0
    assert world.marts.execute(
        "select file_name, numerator_rows from mart.fct_lineage where indicator_id ="
        " 'SG23' and area_code = 'UNALLOCATED' and period_id = '2008-09Q3'"
    ).fetchall() == [("pct_admissions__5QT__2008-09Q3__v1.csv", 0)]


def test_records_set_aside_that_could_count_make_a_figure_partial(world: Build) -> None:
    # Of Barking could be the three of no class and the three of no borough.
    assert cell(world, "SG15", BARKING, "2008-09Q1") == ("partial", 24, 6)
    # Of Barnet those of no borough, which are fewer than five.
    assert cell(world, "SG15", BARNET, "2008-09Q1") == ("reported", 0, 3)
    assert cell(world, "SG15", LONDON, "2008-09Q1") == ("partial", 26, 6)
    assert cell(world, "SG23", BARKING, "2008-09Q1")[2] == 0
    said = {
        (area, period)
        for _, _, area, period in flags(world, "records_set_aside_beside")
    }
    assert {(BARKING, "2008-09Q1"), (LONDON, "2008-09Q1")} <= said


def test_of_two_vintages_the_later_stands_by_area_and_month(world: Build) -> None:
    assert numerator(world, "CX02", BARKING, "2019-20Q1") == 50 + 50 + 50
    assert numerator(world, "CX02", BARNET, "2019-20Q1") == 51 + 50 + 500
    assert numerator(world, "CX02", BRENT, "2019-20Q1") == 150
    found = flags(world, "crime_figures_revised")
    assert [(area, period) for _, _, area, period in found] == [
        (BARNET, "M2019-04"),
        (BARNET, "M2019-06"),
    ]
    assert {(file, detail) for file, detail, _, _ in found} == {
        ("mps_borough_crime__GLA__2019-revised__v1.csv",
         "before in mps_borough_crime__GLA__2019__v1.csv")
    }  # fmt: skip
    ids = "select count(*), count(distinct flag_id) from mart.fct_quality_flags"
    rows, distinct = world.marts.execute(ids).fetchone()
    assert rows == distinct > 0


def test_files_of_later_years_are_read_and_those_of_wards_are_told(
    world: Build,
) -> None:
    # April is whole; May was not over when the file came.
    assert cell(world, "CX02", BRENT, "2024-25Q1")[:2] == ("partial", 24)
    assert numerator(world, "CX02", BARNET, "2024-25Q1") == 2 * (10 + 4 + 2)
    assert numerator(world, "CX02", "UNALLOCATED", "2024-25Q1") == 6
    # The misprinted row can only be of the borough that lacks its category.
    assert cell(world, "CX02", BARKING, "2024-25Q1")[2] == 12
    assert cell(world, "CX02", BRENT, "2024-25Q1")[2] == 0
    assert cell(world, "CX02", LONDON, "2024-25Q1")[2] == 12
    status, reason = world.marts.execute(
        "select status, reason_code from mart.fct_submissions where period_id = 'wards'"
    ).fetchone()
    assert (status, reason) == ("refused", "level_too_fine")


def test_a_part_is_never_taken_for_the_whole(world: Build) -> None:
    assert cell(world, "SG02", BARKING, "2019-20")[:2] == ("reported", 11)
    assert cell(world, "SG02", BARNET, "2019-20")[:2] == ("refused", None)
    assert cell(world, "SG02", CAMDEN, "2019-20")[:2] == ("refused", None)
    denominator = world.marts.execute(
        "select area_code, denominator from mart.fct_indicator_values"
        " where indicator_id = 'SG02' and period_id = '2019-20'"
        f" and area_code in ('{BARKING}', '{BRENT}') order by 1"
    ).fetchall()
    assert denominator == [(BARKING, 100), (BRENT, 103)]
    assert ("2019-20", BRENT) in {
        (period, area) for _, _, area, period in flags(world, "statistics_revised")
    }


def test_a_publication_that_feeds_nothing_says_so(world: Build) -> None:
    said = world.marts.execute(
        "select period_id, notice_code from mart.fct_submission_notices"
        " where extract = 'ees_statistics' order by all"
    ).fetchall()
    assert said == [
        ("percent", "percentages_alone"),
        ("sexes", "parts_without_total"),
        ("sexes", "period_form_unknown"),
        ("wide", "feeds_nothing"),
    ]


def test_every_line_is_accounted_for(world: Build) -> None:
    lines = world.marts.execute(
        "select file_name, lines_read, rows_accepted, rows_set_aside, rows_duplicate,"
        " rows_passed_over from mart.fct_submissions where status = 'accepted'"
    ).fetchall()
    assert len(lines) == 22
    for name, read, *fates in lines:
        assert read == sum(fates), name
    by_name = {name: fates for name, _, *fates in lines}
    assert by_name["police_offences__MPS__M2008-05__v1.csv"] == [6, 0, 0, 0]
    assert by_name["police_offences__MPS__M2008-04__v1.csv"] == [20, 8, 0, 0]
