"""Of which indicators the tests speak: those of the minutes of July 2008.

The tests of the sample and of single figures name codes. Where the catalogue shares
none of them, it is another, and these tests have nothing to say of it.
"""

import csv
import re

import pytest

from build_help import PROJECT

CODE = re.compile(r"\b(?:SG\d\d[a-z]?|CX\d\d)\b")


def is_another_catalogue() -> bool:
    """Whether the catalogue has no indicator of which the tests speak."""
    path = PROJECT / "seeds" / "catalogue" / "indicators.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return not any(
            CODE.fullmatch(row["indicator_id"]) for row in csv.DictReader(lines)
        )


of_this_catalogue = pytest.mark.skipif(
    is_another_catalogue(), reason="speaks of another catalogue's indicators"
)
"""What a test holds of this catalogue alone, though it names no code."""
