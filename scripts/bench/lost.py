"""What hiding costs: how much of what a warehouse says a publication leaves out.

    lscb bench lost --folder /tmp/lost

Publishes the warehouse by each rule, with and without the guard against insiders, into
an empty folder and with an empty history, audit included. A row a figure: of those that
the warehouse has, the percentage that the published file has not.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from lscb.disclosure.presets import preset, preset_names
from lscb.errors import UserError
from lscb.publishing.hiding import KEYS
from lscb.publishing.history import Place
from lscb.publishing.publish import publish
from lscb.settings import Settings
from lscb.sql import literal

FIGURES = {
    "value": "fct_indicator_values.indicator_value",
    "quartile": "fct_comparisons.quartile",
    "value of neighbours": "fct_comparisons.neighbours_value",
    "rank": "fct_comparisons.rank",
    "benchmark against London": "fct_comparisons.benchmark_95",
    "funnel position": "fct_comparisons.funnel_position",
    "change": "fct_comparisons.change",
    "trend": "fct_comparisons.trend",
}


def lost(warehouse: Path, file: Path) -> dict[str, float]:
    """For each kind of figure, the percentage that the published file has not."""
    with duckdb.connect(":memory:") as connection:
        for name, path in (("warehouse", warehouse), ("published", file)):
            connection.execute(f"attach {literal(str(path))} as {name} (read_only)")
        found = {}
        for figure, place in FIGURES.items():
            table, column = place.split(".")
            (found[figure],) = connection.execute(
                f"select 100.0 * count(*) filter (where told.{column} is null)"
                f" / count(*) from warehouse.mart.{table} as known"
                f" left join published.mart.{table} as told using ({KEYS})"
                f" where known.{column} is not null"
            ).fetchone()
    return found


def run(folder: Path, warehouse: Path | None, rules: Sequence[str]) -> int:
    """Publish by each rule into a folder, and print what is lost; 0."""
    unknown = sorted(set(rules) - set(preset_names()))
    if unknown:
        raise UserError(
            f"No rule is called {', '.join(unknown)}: choose of"
            f" {', '.join(preset_names())}."
        )
    warehouse = warehouse or Settings.from_environment().warehouse
    folder.mkdir(parents=True, exist_ok=True)
    for name in rules or preset_names():
        for width in (0, preset(name).insider_width):
            home = Path(tempfile.mkdtemp(dir=folder))
            rule = replace(preset(name), insider_width=width)
            published = publish(
                warehouse, Place(home / "published", home / "history"), rule
            )
            guard = "with" if width else "without"
            print(f"{name}, {guard} the guard against insiders", flush=True)
            for figure, share in lost(warehouse, published.file).items():
                print(f"  {figure}: {share:.1f} % left out", flush=True)
    return 0
