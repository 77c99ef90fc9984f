"""Landing: from what agencies sent to a lake that accounts for every line."""

from landing.engine import LandingError, LandingResult, land, what_stops_landing
from landing.settings import Settings

__all__ = ["LandingError", "LandingResult", "Settings", "land", "what_stops_landing"]
