"""The places that the worlds name: they are drawn in London, the project's region."""

LONDON = "E12000007"
INNER = "E13000001"
OUTER = "E13000002"
TOTALS = (LONDON, INNER, OUTER)
# It has a police force of its own, and no secondary school.
CITY = "E09000001"
