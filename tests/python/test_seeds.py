"""The seeds are whole, agree with one another and with the files they came from."""

import csv
import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from codes import is_another_catalogue, of_this_catalogue

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = PROJECT / "seeds"
SHARED = PROJECT.parent / "shared"
DOMAIN = SHARED / "domain"

REFERENCE_SEEDS = [
    "area_aliases",
    "area_exceptions",
    "areas",
    "bocus",
    "employer_sectors",
    "form_columns",
    "form_sheets",
    "icd10_code_sets",
    "indicator_breaks",
    "marks",
    "offence_code_sets",
    "pct_areas",
    "pcts",
    "poisson_exact_limits",
    "populations",
    "pseudo_areas",
    "set_aside_bounds",
    "statistic_columns",
    "statistic_filter_values",
    "statistical_neighbours",
    "survey_responses",
    "survey_waves",
]
CATALOGUE_SEEDS = ["data_challenges", "decisions", "indicators", "measures"]
OUR_SEEDS = [f"reference/{name}" for name in REFERENCE_SEEDS] + [
    f"catalogue/{name}" for name in CATALOGUE_SEEDS
]
OWNER_ROLES = {
    "",
    "none named",
    "project consultant",
    "board",
    "participating authorities",
    "London Board",
    "London Board lead",
    "Barking & Dagenham member",
    "Barking & Dagenham member and London Board lead",
}
TITLE_BEFORE_A_NAME = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Cllr|Sir|Prof)\.? [A-Z]|\w@\w")

needs_domain = pytest.mark.skipif(
    not DOMAIN.is_dir(), reason="the files the seeds were taken from are not here"
)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, every value as text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def seed(name: str) -> list[dict[str, str]]:
    """Return the rows of one seed, named with its folder."""
    return read_rows(SEEDS / f"{name}.csv")


def domain(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the files that the seeds were taken from."""
    return read_rows(DOMAIN / f"{name}.csv")


def current_indicators() -> dict[str, dict[str, str]]:
    """Return the versions that have no end, or the last one where it was withdrawn."""
    rows = [
        row
        for row in seed("catalogue/indicators")
        if not row["valid_to"] or row["definition_status"] == "withdrawn"
    ]
    by_id = {row["indicator_id"]: row for row in rows}
    assert len(by_id) == len(rows), "an indicator has two versions without an end"
    return by_id


def split_ids(text: str) -> list[str]:
    """Return the parts of a cell that joins them by bars."""
    return [part for part in text.split("|") if part]


# --- form -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", OUR_SEEDS)
def test_every_seed_is_plain_text_with_a_source_in_every_row(name: str) -> None:
    content = (SEEDS / f"{name}.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    content.decode("utf-8")
    rows = seed(name)
    assert rows
    assert all(row["source"].strip() for row in rows)
    assert not [
        value
        for row in rows
        for value in row.values()
        if value is None or value != value.strip()
    ]


@pytest.mark.parametrize("name", OUR_SEEDS)
def test_no_seed_names_a_person_or_a_private_path(name: str) -> None:
    text = (SEEDS / f"{name}.csv").read_text(encoding="utf-8")
    assert not TITLE_BEFORE_A_NAME.search(text)
    assert "../" not in text
    assert "dossier" not in text.lower()


def test_decisions_and_challenges_name_roles_and_organisations() -> None:
    owners = {row["owner_role"] for row in seed("catalogue/decisions")}
    assert owners <= OWNER_ROLES


# --- the catalogue --------------------------------------------------------------------


PHASE_ONE = {f"SG{number:02d}" for number in range(1, 38)}
PHASE_TWO = {"SG38", "SG39", "SG40", "SG41", "SG42a", "SG42b", "SG43", "SG44"}
CONTEXT = {"CX01", "CX02", "CX03"}
# What the meeting of July 2008 had before it: a catalogue may have grown since.
OF_THE_MEETING = PHASE_ONE | PHASE_TWO | CONTEXT


def test_phase_one_has_thirty_seven_current_indicators() -> None:
    assert set(current_indicators()) >= OF_THE_MEETING


def test_definition_versions_run_from_one_and_touch_without_overlap() -> None:
    by_indicator: dict[str, list[dict[str, str]]] = {}
    for row in seed("catalogue/indicators"):
        by_indicator.setdefault(row["indicator_id"], []).append(row)
    for indicator_id, rows in by_indicator.items():
        rows.sort(key=lambda row: int(row["definition_version"]))
        versions = [int(row["definition_version"]) for row in rows]
        assert versions == list(range(1, len(rows) + 1)), indicator_id
        assert not rows[0]["valid_from"], indicator_id
        is_withdrawn = rows[-1]["definition_status"] == "withdrawn"
        assert bool(rows[-1]["valid_to"]) == is_withdrawn, indicator_id
        for earlier, later in pairwise(rows):
            last_day = date.fromisoformat(earlier["valid_to"])
            first_day = date.fromisoformat(later["valid_from"])
            assert first_day == last_day + timedelta(days=1), indicator_id
            assert earlier["definition_status"] == "superseded", indicator_id


def test_two_indicators_of_the_minutes_have_several_definitions() -> None:
    versions = Counter(row["indicator_id"] for row in seed("catalogue/indicators"))
    assert (versions["SG28"], versions["SG33"]) == (3, 2)


def test_every_indicator_arrives_in_an_extract_or_has_no_definition() -> None:
    extracts = {row["extract"] for row in seed("reference/extracts")}
    for row in seed("catalogue/indicators"):
        if row["definition_status"] == "not_defined":
            assert row["extract"] == ""
            assert row["value_type"] == "undefined"
        else:
            assert row["extract"] in extracts, row["indicator_id"]
    assert current_indicators()["SG43"]["definition_status"] == "not_defined"


def test_every_measure_exists_and_is_counted_from_the_same_extract() -> None:
    measures = {row["measure_id"]: row for row in seed("catalogue/measures")}
    named = set()
    for row in seed("catalogue/indicators"):
        measure_id = row["numerator_measure_id"]
        if measure_id:
            named.add(measure_id)
            assert measures[measure_id]["extract"] == row["extract"]
        elif row["extract"]:
            assert row["extract"] in {"lscb_return", "tellus_survey"}
    assert named == set(measures) or (is_another_catalogue() and named < set(measures))


def test_denominators_multipliers_and_types_belong_together() -> None:
    multipliers = {"rate": {"10000", "100000"}, "count": {"1"}, "undefined": {""}}
    bases = {
        "rate": {"population"},
        "proportion": {"sent"},
        "ratio": {"sent"},
        "count": {"none"},
        "survey_percentage": {"survey_base"},
        "undefined": {"none"},
    }
    for row in seed("catalogue/indicators"):
        value_type = row["value_type"]
        expected = multipliers.get(value_type, {"100"})
        if row["indicator_id"] == "SG17":
            expected = {"1"}
        assert row["multiplier"] in expected, row["indicator_id"]
        assert row["denominator_basis"] in bases[value_type], row["indicator_id"]
        is_rate = value_type == "rate"
        assert bool(row["population_age_band"]) == is_rate, row["indicator_id"]


def test_a_ratio_is_no_subset_and_nothing_else_is_one() -> None:
    ratios = {
        row["indicator_id"]
        for row in seed("catalogue/indicators")
        if row["value_type"] == "ratio"
    }
    assert ratios & OF_THE_MEETING == {"SG05", "SG17", "SG39"}
    for row in seed("catalogue/indicators"):
        if row["numerator_is_part"] == "true":
            assert row["value_type"] in ("proportion", "survey_percentage")
    # what is completed or assured may have been accepted or delivered before
    current = current_indicators().items()
    no_parts = {
        code
        for code, row in current
        if row["value_type"] == "proportion" and row["numerator_is_part"] == "false"
    }
    assert no_parts & OF_THE_MEETING == {"SG41", "SG44"}
    estimates = {code for code, row in current if row["is_estimate"] == "true"}
    assert estimates & OF_THE_MEETING == {"SG34", "SG39"}


def test_years_follow_from_quarters_only_where_additivity_allows() -> None:
    stocks = set()
    for row in seed("catalogue/indicators"):
        periods = set(row["periods"].split("|"))
        rule = row["year_from_quarters"]
        if not {"quarter", "financial_year"} <= periods:
            assert rule == "none", row["indicator_id"]
        if rule == "sum":
            assert row["additive_over_time"] == "true", row["indicator_id"]
        if rule == "last":
            stocks.add(row["indicator_id"])
            assert row["additive_over_time"] == "false", row["indicator_id"]
        if row["denominator_basis"] == "population":
            assert row["year_denominator"] == "same", row["indicator_id"]
    assert stocks & OF_THE_MEETING == {"SG08", "SG11", "SG32", "SG35", "SG40"}
    current = current_indicators()
    assert current["SG37"]["year_from_quarters"] == "none"
    assert current["SG39"]["year_denominator"] == "last_sent"
    assert {current[key]["periods"] for key in ("SG41", "SG44")} == {"quarter"}


def test_plausible_ranges_are_ordered_and_explained() -> None:
    for row in seed("catalogue/indicators"):
        has_range = bool(row["range_basis"])
        assert bool(row["plausible_low"]) == bool(row["plausible_high"]) == has_range
        if has_range:
            assert float(row["plausible_low"]) < float(row["plausible_high"])
        assert row["plausible_reason"]


@of_this_catalogue
def test_context_measures_are_marked_in_every_way() -> None:
    for row in seed("catalogue/indicators"):
        is_context = row["indicator_id"].startswith("CX")
        assert row["is_context"] == str(is_context).lower()
        assert (row["decision_status"] == "context") == is_context


@of_this_catalogue
def test_the_minutes_hold_twenty_seven_decisions_in_order() -> None:
    rows = seed("catalogue/decisions")
    assert len(rows) == 27
    assert [int(row["minute_order"]) for row in rows] == list(range(1, 28))


@pytest.mark.parametrize("name", ["decisions", "data_challenges"])
def test_every_indicator_that_a_decision_touches_exists(name: str) -> None:
    known = {row["indicator_id"] for row in seed("catalogue/indicators")}
    for row in seed(f"catalogue/{name}"):
        assert set(split_ids(row["indicator_ids"])) <= known


def test_what_was_refused_or_awaits_decision_is_no_indicator() -> None:
    for row in seed("catalogue/decisions"):
        if row["decision_status"] in {"excluded", "awaiting discussion and decision"}:
            assert row["indicator_ids"] == ""


# --- areas ----------------------------------------------------------------------------


def test_london_has_thirty_three_authorities() -> None:
    rows = seed("reference/areas")
    types = Counter(row["area_type"] for row in rows)
    expected = {"region": 1, "sub_region": 2, "local_authority": 33, "unallocated": 1}
    assert types == expected
    authorities = [row for row in rows if row["area_type"] == "local_authority"]
    assert Counter(row["ons_inner_outer"] for row in authorities)["Inner"] == 14
    assert Counter(row["statutory_inner_outer"] for row in authorities)["Inner"] == 12


def test_inner_and_outer_are_as_ons_draws_them() -> None:
    names = {"E13000001": "Inner", "E13000002": "Outer"}
    for row in seed("reference/areas"):
        if row["area_type"] == "local_authority":
            assert names[row["parent_code"]] == row["ons_inner_outer"]


def test_aliases_are_one_authority_or_marked_ambiguous() -> None:
    rows = seed("reference/area_aliases")
    assert len(rows) == 189
    ambiguous = {row["alias"] for row in rows if row["is_ambiguous"] == "true"}
    expected = {"LBB", "LBC", "LBE", "LBH", "LBL", "LBR", "LBS", "LBW"}
    assert ambiguous == expected
    areas: dict[str, set[str]] = {}
    for row in rows:
        areas.setdefault(row["alias"].lower(), set()).add(row["area_code"])
    several = {alias for alias, codes in areas.items() if len(codes) > 1}
    assert several <= {alias.lower() for alias in ambiguous}


def test_two_pcts_serve_two_authorities_each() -> None:
    rows = seed("reference/pct_areas")
    counts = Counter(row["pct_code"] for row in rows)
    assert {code for code, count in counts.items() if count > 1} == {"5C3", "5M7"}
    for row in rows:
        is_shared = counts[row["pct_code"]] > 1
        assert (row["relationship"] == "pct_covers_two_las") == is_shared
    areas = {row["area_code"]: row["pct_code"] for row in seed("reference/areas")}
    assert all(areas[row["area_code"]] == row["pct_code"] for row in rows)


def test_thirty_two_police_boroughs_are_authorities_and_airports_are_none() -> None:
    rows = seed("reference/bocus")
    allocated = [row for row in rows if row["area_code"] != "UNALLOCATED"]
    assert len({row["area_code"] for row in allocated}) == len(allocated) == 32
    assert "E09000001" not in {row["area_code"] for row in rows}
    unallocated = [row for row in rows if row["area_code"] == "UNALLOCATED"]
    assert {row["bocu_code"] for row in unallocated} == {"ID"}
    names = {row["bocu_name"].lower() for row in rows}
    pseudo = {row["pseudo_area"].lower() for row in seed("reference/pseudo_areas")}
    assert not names & pseudo
    boroughs = {row["area_name"].lower() for row in seed("reference/areas")}
    aliases = {row["alias"].lower() for row in seed("reference/area_aliases")}
    assert not pseudo & (boroughs | aliases)


# --- code sets, marks and lists -------------------------------------------------------


def test_code_ranges_of_one_set_and_position_do_not_overlap() -> None:
    ranges: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in seed("reference/icd10_code_sets"):
        assert row["code_from"] <= row["code_to"]
        assert len(row["code_from"]) == len(row["code_to"])
        assert re.fullmatch(r"[A-Z][0-9]{2,3}", row["code_from"])
        key = (row["code_set"], row["position"])
        ranges.setdefault(key, []).append((row["code_from"], row["code_to"]))
    for found in ranges.values():
        found.sort()
        for earlier, later in pairwise(found):
            assert earlier[1] < later[0]


def test_offence_classes_are_as_the_counting_rules_say() -> None:
    sets: dict[str, set[str]] = {}
    conditions = {}
    for row in seed("reference/offence_code_sets"):
        sets.setdefault(row["code_set"], set()).add(row["offence_class"])
        if row["condition"] != "none":
            conditions[row["offence_class"]] = row["condition"]
    assert sets["child_abuse_violent"] == {"11", "12", "4/7", "8F", "8G"}
    assert sets["child_abuse_sexual"] == {
        "17B",
        "19D",
        "19E",
        "19G",
        "19H",
        "20B",
        "21",
        "22B",
        "23",
        "71",
        "73",
        "88A",
    }
    assert sets["not_counted"] == {"8A", "13"}
    assert sets["no_victim"] == {"10D"}
    assert conditions == {
        "8F": "flagged_child_victim",
        "8G": "flagged_child_victim",
        "23": "child_victim",
    }


def test_a_return_reads_each_mark_in_one_way() -> None:
    suppressed, missing = "suppressed_at_source", "not_available"
    expected = {
        "*": (suppressed, "1", "5"),
        "c": (suppressed, "1", "5"),
        "<5": (suppressed, "1", "4"),
        "low": (suppressed, "0", ""),
        "~": (suppressed, "0", ""),
        "k": (suppressed, "0", ""),
        "x": (missing, "", ""),
        "u": (missing, "", ""),
        "..": (missing, "", ""),
        ":": (missing, "", ""),
        "n/a": (missing, "", ""),
        "-": (missing, "", ""),
        "(blank)": (missing, "", ""),
        "z": ("not_applicable", "", ""),
        ".": ("not_applicable", "", ""),
    }
    rows = [row for row in seed("reference/marks") if row["is_in_return"] == "true"]
    assert len(rows) == len(expected)
    assert {
        row["mark"]: (row["value_status"], row["low"], row["high"]) for row in rows
    } == expected
    assert {row["publisher"] for row in rows} == {"any"}


def test_traps_are_never_read_as_marks() -> None:
    rows = seed("reference/marks")
    traps = {row["mark"] for row in rows if row["value_status"] == "not_a_mark"}
    assert traps == {"#N/A", "5", "1-", "(2)"}
    others = {row["mark"] for row in rows if row["value_status"] != "not_a_mark"}
    assert not traps & others


def test_responses_belong_to_survey_indicators_and_their_versions() -> None:
    versions = {
        (row["indicator_id"], row["definition_version"])
        for row in seed("catalogue/indicators")
        if row["value_type"] == "survey_percentage"
    }
    rows = seed("reference/survey_responses")
    found = {(row["indicator_id"], row["definition_version"]) for row in rows}
    # rows of codes that the catalogue does not have do no harm
    known = {row["indicator_id"] for row in seed("catalogue/indicators")}
    assert {key for key in found if key[0] in known} == versions


def test_statistics_feed_indicators_that_take_what_they_give() -> None:
    known = current_indicators()
    for row in seed("reference/statistic_columns"):
        assert row["statistic"] == row["statistic"].lower()
        if row["role"] == "population":
            assert row["age_band"] and not row["indicator_id"]
            continue
        if row["indicator_id"] not in known:
            continue
        indicator = known[row["indicator_id"]]
        assert indicator["definition_version"] == row["definition_version"]
        if row["role"] == "denominator":
            assert indicator["denominator_basis"] == "sent"


def test_a_new_definition_is_also_a_break() -> None:
    breaks = {
        (row["indicator_id"], row["break_date"])
        for row in seed("reference/indicator_breaks")
    }
    for row in seed("catalogue/indicators"):
        if row["valid_from"]:
            assert (row["indicator_id"], row["valid_from"]) in breaks


def test_exceptions_concern_the_city_and_the_extract_of_the_indicator() -> None:
    known = current_indicators()
    rows = [
        row for row in seed("reference/area_exceptions") if row["applies"] == "always"
    ]
    assert {row["indicator_id"] for row in rows} == {
        "SG15",
        "SG16",
        "SG17",
        "SG18",
        "SG22",
        "SG38",
        "CX01",
        "CX02",
        "CX03",
    }
    for row in rows:
        assert row["area_code"] == "E09000001"
        assert row["extract"] == known[row["indicator_id"]]["extract"]


def test_each_sector_is_reached_by_its_own_name() -> None:
    rows = seed("reference/employer_sectors")
    sectors = {row["sent_text"]: row["employer_sector"] for row in rows}
    assert len(sectors) == len(rows) >= 60
    assert all(text == " ".join(text.lower().split()) for text in sectors)
    assert all(sectors[sector] == sector for sector in set(sectors.values()))


def test_neighbours_in_london_are_those_with_a_london_code() -> None:
    dfe_codes = {row["dfe_code"]: row["area_code"] for row in seed("reference/areas")}
    rows = seed("reference/statistical_neighbours")
    assert len(rows) == 330
    for row in rows:
        assert row["neighbour_area_code"] == dfe_codes.get(
            row["neighbour_dfe_code"], ""
        )
        assert row["is_in_region"] == str(bool(row["neighbour_area_code"])).lower()
        assert row["neighbour_area_code"] != row["area_code"]


def test_populations_grow_with_the_age_band() -> None:
    persons = {
        (row["area_code"], row["mid_year"], row["age_band"]): int(row["persons"])
        for row in seed("reference/populations")
    }
    nested = [("5-15", "0-15"), ("0-15", "0-17"), ("0-17", "0-19"), ("0-19", "all")]
    nested += [("14-17", "10-17"), ("10-17", "0-17")]
    for area_code, mid_year, _ in persons:
        for inner, outer in nested:
            if (area_code, mid_year, inner) in persons and mid_year != "2012":
                inside = persons[area_code, mid_year, inner]
                assert inside < persons[area_code, mid_year, outer]
    children = [
        count
        for (_, year, band), count in persons.items()
        if year == "2008" and band == "0-15"
    ]
    assert sum(children) == 1_546_759


# --- the files they came from ---------------------------------------------------------


@needs_domain
def test_areas_carry_the_codes_of_the_borough_list() -> None:
    pairs = {
        "area_name": "name",
        "official_name": "official_name",
        "old_ons_code": "old_ons_code",
        "dfe_code": "dfe_la_number",
        "bs6879_code": "bs6879",
        "cipfa_code": "cipfa_ecode",
        "ons_inner_outer": "inner_outer_ons",
        "pct_code": "pct_ods_code",
        "bocu_code": "mps_bocu_code",
    }
    areas = {row["area_code"]: row for row in seed("reference/areas")}
    for row in domain("boroughs"):
        area = areas[row["gss_code"]]
        assert {key: area[key] for key in pairs} == {
            key: row[name] for key, name in pairs.items()
        }


@needs_domain
def test_aliases_are_those_collected() -> None:
    ours = [
        (row["alias"], row["area_code"], row["is_ambiguous"])
        for row in seed("reference/area_aliases")
    ]
    theirs = [
        (row["alias"], row["gss_code"], row["is_ambiguous"])
        for row in domain("borough_aliases")
    ]
    assert sorted(ours) == sorted(theirs)


@needs_domain
def test_pcts_and_their_areas_are_those_collected() -> None:
    assert {row["pct_code"]: row["pct_name"] for row in seed("reference/pcts")} == {
        row["ods_code"]: row["pct_name_2008"] for row in domain("pcts")
    }
    ours = {(row["pct_code"], row["area_code"]) for row in seed("reference/pct_areas")}
    assert ours == {
        (row["ods_code"], row["gss_code"]) for row in domain("pct_borough_map")
    }


@needs_domain
def test_populations_are_those_collected() -> None:
    ours = {
        (row["area_code"], row["mid_year"], row["age_band"]): row["persons"]
        for row in seed("reference/populations")
    }
    assert ours == {
        (row["gss_code"], row["mid_year"], row["age_band"]): row["value"]
        for row in domain("population")
    }


@needs_domain
def test_neighbours_are_those_collected() -> None:
    ours = [
        (row["area_code"], row["neighbour_rank"], row["neighbour_dfe_code"])
        for row in seed("reference/statistical_neighbours")
    ]
    codes = {row["dfe_code"]: row["area_code"] for row in seed("reference/areas")}
    theirs = [
        (codes[row["la_num"]], row["rank"], row["neighbour_la_num"])
        for row in domain("statistical_neighbours_2025")
    ]
    assert sorted(ours) == sorted(theirs)


@needs_domain
def test_icd10_ranges_are_those_collected() -> None:
    ours = {
        (row["code_from"], row["code_to"], row["is_included"])
        for row in seed("reference/icd10_code_sets")
    }
    theirs = {
        (
            row["code_from"].replace(".", ""),
            row["code_to"].replace(".", ""),
            str(row["include"] == "y").lower(),
        )
        for row in domain("icd10_code_sets")
    }
    assert ours == theirs


@needs_domain
def test_every_mark_collected_is_listed() -> None:
    ours = {row["mark"] for row in seed("reference/marks")}
    assert ours == {row["marker"] for row in domain("suppression_markers")}


@of_this_catalogue
@needs_domain
def test_decisions_keep_the_words_of_the_minutes() -> None:
    pairs = {
        "minute_paragraph": "para",
        "reference": "ref",
        "subject": "subject",
        "decision": "decision",
        "decision_status": "status",
        "definition_old": "definition_old",
        "definition_new": "definition_new",
        "reason_given": "reason_given",
    }
    ours = [tuple(row[key] for key in pairs) for row in seed("catalogue/decisions")]
    theirs = [
        tuple(row[name] for name in pairs.values())
        for row in domain("minutes_decisions")
    ]
    assert sorted(ours) == sorted(theirs)


@needs_domain
def test_ranges_periods_and_titles_are_those_of_the_catalogue() -> None:
    catalogue = {row["code"]: row for row in domain("pi_catalogue")}
    for row in seed("catalogue/indicators"):
        if row["is_context"] == "true" or row["indicator_id"] not in OF_THE_MEETING:
            continue
        is_old = (row["indicator_id"], row["definition_version"]) == ("SG33", "1")
        theirs = catalogue["SG33-OLD" if is_old else row["indicator_id"]]
        assert row["title"] == theirs["title"].removesuffix(" (superseded)")
        assert row["plausible_low"] == theirs["range_low"]
        # Theirs is the range of a percentage, and SG40 is a count.
        is_count = row["indicator_id"] == "SG40"
        assert row["plausible_high"] == ("1500" if is_count else theirs["range_high"])
        assert row["range_basis"] == theirs["range_basis"]
        assert row["minute_paragraph"] == theirs["minute_para"]
        assert row["ni_reference"] == theirs["ni_ref"]
        if theirs["periods"]:
            assert row["periods"].split("|") == theirs["periods"].split(",")


@needs_domain
def test_exact_limits_are_the_published_vectors() -> None:
    vectors = read_rows(SHARED / "vectors" / "exact_poisson_count_limits.csv")
    theirs = {
        (row["count"], row["confidence"]): (row["lower"], row["upper"])
        for row in vectors
        if int(row["count"]) < 10
    }
    assert {
        (row["event_count"], row["confidence"]): (
            row["lower_limit"],
            row["upper_limit"],
        )
        for row in seed("reference/poisson_exact_limits")
    } == theirs
