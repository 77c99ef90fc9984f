"""Build the static site of Great Expectations from the warehouse, without a network.

The site says which rule of which suite holds, why it is one and what to do. It shows no
figure and no row: those stand in mart.fct_quality_flags. It is for the owner alone,
because a rule that fails says something of hidden counts too. Its pages ask for nothing
from other machines: what they would load from there is taken out, and one style sheet
of our own is put in. Its first page, which a script from elsewhere would fill, is ours.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lscb.private import close_to_others, make_private
from lscb.quality.dialect import shared
from lscb.quality.evaluate import quiet_context, suite_of
from lscb.quality.suites import Rule, load_rules
from lscb.sql import read_query

HERE = Path(__file__).resolve().parent

STYLE = """
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 70em; color: #222; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid #ccc; padding: .3em .6em; text-align: left;
         vertical-align: top; }
nav, .sticky-top, .fa-times, .modal, .carousel { display: none; }
.failed, .text-danger { color: #a00; } .text-success { color: #060; }
"""
ELSEWHERE = re.compile(
    r"<link\b[^>]*https?://[^>]*>"
    r"|<script\b[^>]*src=[\"']https?://[^>]*>\s*</script>"
    r"|<img\b[^>]*https?://[^>]*>"
    r"|@import\s+url\([\"']?https?://[^)]*\);?",
    re.IGNORECASE | re.DOTALL,
)

PICTURES = re.compile(r"url\([\"']?https?://[^)]*\)", re.IGNORECASE)


def stand_alone(page: str) -> str:
    """The page without anything that it would load from another machine."""
    page = PICTURES.sub("none", ELSEWHERE.sub("", page))
    return page.replace("</head>", f"<style>{STYLE}</style></head>", 1)


def build_data_docs(warehouse: Path, folder: Path) -> Path:
    """Judge every suite on the warehouse and write the site; gives its first page."""
    import great_expectations as gx

    if folder.exists():
        shutil.rmtree(folder)
    make_private(folder.parent)
    make_private(folder)
    with (
        duckdb.connect(str(warehouse), read_only=True) as connection,
        shared(connection) as address,
        quiet_context() as context,
    ):
        context.add_data_docs_site(
            "quality",
            {
                "class_name": "SiteBuilder",
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": str(folder),
                },
            },
        )
        source = context.data_sources.add_sql(
            "warehouse", connection_string=address, create_temp_table=False
        )
        definitions = []
        by_suite: dict[tuple[str, str], list[Rule]] = {}
        for rule in load_rules():
            by_suite.setdefault((rule.suite, rule.table), []).append(rule)
        for (_, table), rules in by_suite.items():
            schema, name = table.split(".")
            title = title_of(rules[0])
            batches = source.add_table_asset(
                title, table_name=name, schema_name=schema
            ).add_batch_definition_whole_table("all")
            definitions.append(
                context.validation_definitions.add(
                    gx.ValidationDefinition(
                        name=title,
                        data=batches,
                        suite=context.suites.add(suite_of(rules, title)),
                    )
                )
            )
        context.checkpoints.add(
            gx.Checkpoint(
                name="quality",
                validation_definitions=definitions,
                result_format="BOOLEAN_ONLY",
            )
        ).run()
        # All pages at once: as an action of the checkpoint it reads every result and
        # draws the first page, which is ours, again for each suite.
        context.build_data_docs(site_names=["quality"], build_index=False)
        source.get_execution_engine().engine.dispose()
        (folder / "index.html").write_text(index_of(connection, folder), "utf-8")
    for path in folder.rglob("*.html"):
        path.write_text(stand_alone(path.read_text("utf-8")), encoding="utf-8")
    close_to_others(folder)
    return folder / "index.html"


def title_of(rule: Rule) -> str:
    """What the rules of a suite over one table are called together."""
    return f"{rule.suite}.{rule.table.split('.')[1].removeprefix('int_quality__')}"


def index_of(connection: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """The first page: what was asked of what, what was found, and where to go."""
    data_note, as_of = connection.execute(
        "select data_note, as_of_date from mart.dim_about"
    ).fetchone()
    asked = connection.execute(read_query(HERE / "sql", "results"))
    names = [column[0] for column in asked.description]
    results = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    rules = {(rule.suite, rule.rule_code): rule for rule in load_rules()}
    pages = {path.stem: path for path in (folder / "validations").rglob("*.html")}
    for each in results:
        each["rule"] = rules[each["suite"], each["rule_code"]]
        page = pages[f"warehouse-{title_of(each['rule'])}"]
        each["page"] = page.relative_to(folder).as_posix()
        if each["status"] == "failed":
            each["share"] = f"{each['rows_failing'] / each['rows_looked_at']:.2%}"
    return (
        Environment(
            loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
        )
        .get_template("data_docs_index.html.j2")
        .render(
            data_note=data_note,
            as_of=as_of,
            asked=len(results),
            found=Counter(each["status"] for each in results),
            suites=list(_suites_of(results)),
        )
    )


def _suites_of(results: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each suite, with what was found first."""
    for name, group in groupby(results, key=itemgetter("suite")):
        held = list(group)
        yield {
            "name": name,
            "description": held[0]["suite_description"],
            "found": _with_status(held, "failed"),
            "others": [
                ("Could not be asked", _with_status(held, "error")),
                ("Found nothing", _with_status(held, "passed")),
                ("Had nothing to look at", _with_status(held, "not_applicable")),
            ],
        }


def _with_status(results: list[dict[str, Any]], status: str) -> list[dict[str, Any]]:
    return [each for each in results if each["status"] == status]
