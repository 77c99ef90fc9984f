"""Write the models of extracts that are staged by their declaration alone.

What staging does, rename and cast, follows from extract_columns.csv. A record-level
extract for which nobody wrote a staging model gets one here, with the model of its
standing records and their descriptions. What counts in it is written by hand.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lscb.docs.indicator_pages import Row, read_seed
from lscb.errors import UserError
from lscb.settings import PROJECT

TEMPLATES = Path(__file__).parent / "models"
REGISTRY = Path("macros/extracts/declared_extracts.sql")
STAGING, INTERMEDIATE = Path("models/staging"), Path("models/intermediate")
# What every file says that was written here; one that does not was written by hand.
MARK = "Written by `make docs`"
# What a value is in the lake, as dbt names it; all else is text.
TYPES = {
    "date": "date",
    "flag": "boolean",
    "integer": "bigint",
    "startage": "bigint",
    "number": "double",
}
# Types of columns of which a file has few values, and the rules compare the shares.
CATEGORIES = ("choice", "flag", "employer_sector", "gss_area", "dfe_area", "startage")
# The test that holds a column to what is declared of it.
TESTS = {"choice": "one_of_the_choices", "integer": "within_declared_bounds"}


def render(project: Path = PROJECT) -> dict[Path, str]:
    """Every file that is written from the declarations: its path, its text."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["quoted"] = quoted
    extracts = list(describe(project))
    alone = [extract for extract in extracts if extract["is_declared_alone"]]

    def text_of(template: str, **facts: Any) -> str:
        return templates.get_template(template).render(facts).rstrip() + "\n"

    written = {REGISTRY: text_of("declared_extracts.sql.j2", extracts=extracts)}
    for agency in dict.fromkeys(extract["agency_code"] for extract in alone):
        own = [extract for extract in alone if extract["agency_code"] == agency]
        for folder, name in ((STAGING, "staging"), (INTERMEDIATE, "intermediate")):
            text = text_of(f"{name}.yml.j2", extracts=own)
            written[folder / agency / f"_{agency}__declared.yml"] = text
        for extract in own:
            stem = extract["models"]
            text = text_of("staging.sql.j2", **extract)
            written[STAGING / agency / f"stg_{stem}.sql"] = text
            text = text_of("flagged.sql.j2", **extract)
            written[INTERMEDIATE / agency / f"int_{stem}_flagged.sql"] = text
    return written


def is_written(path: Path) -> bool:
    """Whether a file was written here, and not by hand."""
    return MARK in path.read_text(encoding="utf-8")


def quoted(text: str) -> str:
    """The text as YAML writes it on one line."""
    return yaml.safe_dump(text, default_style='"', width=10**6).strip()


def describe(project: Path) -> Iterator[dict[str, Any]]:
    """The extracts, with what their models are made of."""
    columns = read_seed(project, "reference/extract_columns")
    for extract in read_seed(project, "reference/extracts"):
        agency = extract["models"].split("__")[0]
        staging = project / STAGING / agency / f"stg_{extract['models']}.sql"
        is_by_hand = staging.is_file() and not is_written(staging)
        facts: dict[str, Any] = {
            **extract,
            "agency_code": agency,
            "is_declared_alone": not is_by_hand,
        }
        if not is_by_hand:
            own = [row for row in columns if row["extract"] == extract["extract"]]
            facts |= describe_records(extract, own)
        yield facts


def describe_records(extract: Row, columns: list[Row]) -> dict[str, Any]:
    """What the models of an extract are made of that nobody staged by hand."""
    name = extract["extract"]
    if extract["kind"] != "record":
        raise UserError(
            f"{name} is staged by nobody: extracts that are not of records are staged"
            f" by hand, in models/staging/<agency>/stg_{extract['models']}.sql."
        )
    kept = [row for row in columns if row["lake_column"]]
    dates = [row["lake_column"] for row in kept if row["is_period_date"] == "true"]
    keys = [row["lake_column"] for row in kept if row["is_key"] == "true"]
    if len(dates) != 1 or not keys:
        raise UserError(
            f"{name} is declared without what counting needs: one column that"
            " is_period_date, and at least one that is_key, each with its lake_column."
        )
    return {
        "reference": keys,
        "counted_date": dates[0],
        "columns": [
            {
                "name": row["lake_column"],
                "type": TYPES.get(row["data_type"], "string"),
                "description": row["description"],
                "sent_as": row["column_name"],
                "test": TESTS.get(row["data_type"]),
            }
            for row in kept
        ],
        "categories": [
            row["lake_column"]
            for row in kept
            if row["data_type"] in CATEGORIES or row["birth_column"]
        ],
    }


def out_of_step(wanted: dict[Path, str], project: Path = PROJECT) -> list[str]:
    """Files that are not what the declarations make of them, or that nothing makes."""
    return [
        str(path)
        for path, text in wanted.items()
        if not (project / path).is_file()
        or (project / path).read_text(encoding="utf-8") != text
    ] + [str(path) for path in left_over(wanted, project)]


def left_over(wanted: dict[Path, str], project: Path = PROJECT) -> list[Path]:
    """Models of extracts that are no more, or are staged by hand now."""
    standing = {
        path.relative_to(project)
        for folder in (STAGING, INTERMEDIATE)
        for path in (project / folder).glob("*/*")
        if path.suffix in (".sql", ".yml") and is_written(path)
    }
    return sorted(standing - set(wanted))


def write(wanted: dict[Path, str], project: Path = PROJECT) -> None:
    """Write the models, and remove those of what is no more."""
    for path, text in wanted.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    for path in left_over(wanted, project):
        (project / path).unlink()
