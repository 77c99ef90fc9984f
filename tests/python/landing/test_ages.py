"""Ages are held against dates of birth on landing, the only place that sees these."""

import pytest
from landing_help import Lander

NAME = "missing_children__MPS__2008-09Q1__v1.csv"
HEADER = "episode_ref,child_ref,child_dob,reported_date,age,bocu\n"


def landed(lander: Lander, *ages: tuple[str, int]) -> set[tuple[str | None, str, int]]:
    """The notices of a file with children of these dates of birth and ages."""
    lander.one(
        NAME,
        HEADER
        + "".join(
            f"e{nth},c{nth},{born},2008-05-01,{age},KG\n"
            for nth, (born, age) in enumerate(ages)
        ),
    )
    return lander.notices()


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("1994-05-01", 14),
        ("02/05/1994", 13),
        ("1994-12-31", 13),
        ("1994-12-31", 14),  # a year out: the age may be of the day it was written
        ("", 14),
        ("not known", 14),
    ],
)
def test_an_age_that_fits_is_not_remarked_on(
    lander: Lander, born: str, age: int
) -> None:
    assert landed(lander, (born, age)) == set()


def test_ages_that_do_not_fit_are_counted_and_the_records_stand(
    lander: Lander,
) -> None:
    notices = landed(
        lander, ("1994-05-01", 14), ("1994-05-01", 5), ("01/05/2004", 17), ("", 3)
    )
    assert notices == {("age", "age_against_birth", 2)}
    records = lander.records("missing_children")
    assert len(records) == 4
    assert not {"child_dob", "dob"} & set(records[0])
    assert lander.set_aside() == set()
