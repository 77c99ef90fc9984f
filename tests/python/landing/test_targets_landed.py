"""Targets: who may set which, for whom, for when, and how high."""

import pytest
from landing_help import Lander, adds_up

HEADER = "pi_code,definition,area_code,period,target,direction,kind,source"
BARNET, CAMDEN = "E09000003", "E09000007"
GOL = "targets__GOL__2008-09__v1.csv"
OWN = "targets__Barnet__2008-09__v1.csv"
NAME = "Agreed with Canaryfield"
SOUND = {
    "pi_code": "SG02", "definition": "1", "area_code": BARNET, "period": "2010-11",
    "target": "12.5", "direction": "at_most", "kind": "LAA", "source": NAME,
}  # fmt: skip


def line(**values: str) -> str:
    return ",".join((SOUND | values).values())


def text(*lines: str) -> str:
    return "\n".join([HEADER, *lines, ""])


# Sound lines, so that one fault does not refuse the file.
BESIDE = [line(period=f"20{year}-{year + 1}") for year in (20, 21)]


def test_a_target_is_landed_without_its_source(lander: Lander) -> None:
    entry = lander.one(GOL, text(line(), line(kind="National", target="13%")))
    assert (entry.rows_accepted, entry.rows_set_aside) == (2, 0)
    first, second = lander.accepted("targets")
    assert (first["indicator_id"], first["definition_version"]) == ("SG02", 1)
    assert (first["area_code"], first["target_period_id"]) == (BARNET, "2010-11")
    assert (first["target_value"], first["direction"]) == (12.5, "at_most")
    assert (first["target_kind"], second["target_kind"]) == ("laa", "national")
    assert second["target_value"] == 13
    assert NAME not in str(first)


@pytest.mark.parametrize(
    ("column", "sent", "reason"),
    [
        ("pi_code", "SG99", "indicator_unknown"),
        ("pi_code", "SG43", "indicator_not_defined"),
        ("pi_code", "SG30", "indicator_not_for_period"),
        ("definition", "7", "definition_unknown"),
        ("definition", "", "value_blank"),
        ("area_code", "E06000001", "area_unknown"),
        ("period", "2010/11", "period_unknown"),
        ("period", "2010-12", "period_unknown"),
        ("period", "1985-86", "period_unknown"),
        ("period", "2099-00", "period_unknown"),
        ("period", "W2012", "period_unknown"),
        ("target", "about 12", "number_malformed"),
        ("target", "-1", "out_of_range"),
        ("target", "100.1", "out_of_range"),
        ("target", "", "value_blank"),
        ("direction", "below", "not_in_list"),
        ("kind", "stretch", "not_in_list"),
        ("kind", "local", "kind_of_another"),
    ],
)
def test_a_line_that_cannot_be_is_set_aside_with_its_reason(
    column: str, sent: str, reason: str, lander: Lander
) -> None:
    entry = lander.one(GOL, text(*BESIDE, line(**{column: sent})))
    assert (entry.rows_accepted, entry.rows_set_aside) == (2, 1)
    assert adds_up(entry)
    level = "record"
    assert lander.set_aside() == {(4, column, level, reason)}


def test_what_cannot_exceed_the_whole_alone_is_held_to_it(lander: Lander) -> None:
    """A percentage ends at 100, and so does a ratio of no subset not; nor a rate."""
    sent = [
        line(target="100"),
        line(pi_code="SG05", target="110"),
        line(pi_code="SG18", target="3500"),
        line(pi_code="SG27", period="W2009", target="101"),
    ]
    entry = lander.one(GOL, text(*sent))
    assert entry.rows_accepted == 3
    assert lander.set_aside() == {(5, "target", "record", "out_of_range")}


def test_a_board_sets_local_targets_for_itself_alone(lander: Lander) -> None:
    own = {"kind": "local"}
    sent = [
        line(**own),
        line(**own, period="2011-12"),
        line(**own, area_code=CAMDEN),
        line(kind="LAA"),
        line(**own, period="2012-13"),
    ]
    entry = lander.one(OWN, text(*sent))
    assert (entry.submitter_code, entry.area_code) == (BARNET, BARNET)
    assert entry.rows_accepted == 3
    assert lander.set_aside() == {
        (4, "area_code", "record", "area_of_another"),
        (5, "kind", "record", "kind_of_another"),
    }


def test_what_one_file_says_two_ways_is_set_aside_both_times(lander: Lander) -> None:
    sent = [*BESIDE, line(), line(target="13"), line(kind="national")]
    entry = lander.one(GOL, text(*sent))
    assert (entry.rows_accepted, entry.rows_set_aside) == (3, 2)
    assert {row[0] for row in lander.set_aside()} == {4, 5}
    assert {row[3] for row in lander.set_aside()} == {"key_shared"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("targets__HMT__2008-09__v1.csv", "submitter_unknown"),
        ("targets__GOL__2008-09Q1__v1.csv", "period_wrong_type"),
    ],
)
def test_a_file_of_nobody_who_sets_targets_is_refused(
    name: str, code: str, lander: Lander
) -> None:
    entry = lander.one(name, text(line()))
    assert entry.refusal_code == code
    assert "GOL" in entry.refusal_reason or code != "submitter_unknown"


def test_a_decimal_comma_is_read_where_the_file_shows_it(lander: Lander) -> None:
    rows = [line(target="12,5").replace(",", ";").replace("12;5", "12,5")]
    lander.one(GOL, text(*rows).replace(HEADER, HEADER.replace(",", ";")))
    (row,) = lander.accepted("targets")
    assert row["target_value"] == 12.5
