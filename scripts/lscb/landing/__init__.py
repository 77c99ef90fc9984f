"""Landing: from what agencies sent to a lake that accounts for every line."""

from lscb.landing.engine import (
    LandingError,
    LandingResult,
    holds_submissions,
    land,
    left_for_later,
    nothing_to_land,
)
from lscb.settings import Settings

__all__ = [
    "LandingError",
    "LandingResult",
    "Settings",
    "holds_submissions",
    "land",
    "left_for_later",
    "nothing_to_land",
]
