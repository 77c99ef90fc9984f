"""Published statistics with hundreds of columns: read within the usual memory."""

from landing_help import Lander

HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,"
    "region_code,region_name,new_la_code,la_name"
)
AREAS = [f"E090000{number:02}" for number in range(2, 8)]
FIGURES, FILTERS = 300, 120
NAME = "ees_statistics__DFE__wide__v1.csv"


def wide_text() -> str:
    """Filters and figures in hundreds; two marks a row, and one fault."""
    named = [f"kind{n}" for n in range(FILTERS)] + [f"sum{n}" for n in range(FIGURES)]
    lines = [",".join([HEADER, *named])]
    for row, area in enumerate(AREAS):
        place = (
            "2014,Calendar year,Local authority,E92000001,England,E12000007,London,"
            f"{area},x"
        )
        figures = [str(row * 1000 + n) for n in range(FIGURES)]
        figures[7], figures[8] = "c", ("oops" if row == 3 else "z")
        kinds = [f"of {n}'s" for n in range(FILTERS)]
        lines.append(",".join([place, *kinds, *figures]))
    return "\n".join([*lines, ""])


def test_hundreds_of_columns_are_read(lander: Lander) -> None:
    entry = lander.one(NAME, wide_text())
    assert (entry.refusal_code, entry.rows_accepted) == (None, len(AREAS))
    told = {
        (row["area_code"], row["statistic"]): (
            row["statistic_value"],
            row["statistic_value_mark"],
        )
        for row in lander.records("ees_statistics")
    }
    for row, area in enumerate(AREAS):
        for number in range(FIGURES):
            found = told.pop((area, f"sum{number}"))
            if number == 7:
                assert found == (None, "c")
            elif number == 8:
                assert found == (None, None if row == 3 else "z")
            else:
                assert found == (row * 1000 + number, None)
    assert not told


def test_hundreds_of_filters_stand_in_the_order_of_their_names(lander: Lander) -> None:
    lander.one(NAME, wide_text())
    names = sorted(f"kind{number}" for number in range(FILTERS))
    wanted = ";".join(f"{name}=of {name.removeprefix('kind')}'s" for name in names)
    assert {row["filters"] for row in lander.records("ees_statistics")} == {wanted}
