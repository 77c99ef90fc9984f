"""The disclosure rules of publishers, read from presets.yml."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from lscb.disclosure.problem import Rule

# What a rule is made of is loaded where one is made: settings ask for the names alone.

PRESETS = Path(__file__).with_name("presets.yml")


def preset(name: str, path: Path = PRESETS) -> "Rule":
    """The rule of that name."""
    from lscb.disclosure.problem import Rule

    rules = _rules(path)
    if name not in rules:
        raise ValueError(
            f"{path.name} has no rule {name!r}; choose one of {', '.join(rules)}"
        )
    return Rule(name=name, **rules[name])


def preset_names(path: Path = PRESETS) -> list[str]:
    """The rules that there are."""
    return list(_rules(path))


@cache
def _rules(path: Path) -> dict[str, dict[str, Any]]:
    """The rules of a file, by name: read once, for dbt asks at each of its nodes."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))
