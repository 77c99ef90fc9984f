"""Every table, view and column of the published file says what it is.

The words are those of the models' descriptions, read here from where they are written;
what the publication makes itself, or makes anew, has words of its own.
"""

import re

import duckdb
import pytest
import yaml

from build_help import PROJECT
from publication.road import rows_of

WRITTEN = yaml.safe_load(
    (PROJECT / "scripts/lscb/publishing/settled.yml").read_text("utf-8")
)
# Said anew, for what is published is not what is inside.
OTHERWISE = {
    *("file_id", "file_name", "sha256", "is_denominator_hidden"),
    "fct_quality_results.status",
    "fct_quality_results.rows_failing",
}

FILES = {"fct_lineage", "fct_set_aside", "fct_submission_notices", "fct_submissions"}
OF_RECORDS = (
    "Empty too for a file of records of children, where it would tell of a hidden"
    " count."
)


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def described() -> dict[str, str]:
    """By table and by table.column, the descriptions of the marts."""
    blocks = {
        name: in_one_line(text)
        for path in (PROJECT / "models").rglob("*.md")
        for name, text in re.findall(
            r"\{% docs (\w+) %\}(.*?)\{% enddocs %\}", path.read_text("utf-8"), re.S
        )
    }

    def words(text: str) -> str:
        return in_one_line(
            re.sub(r"\{\{ doc\('(\w+)'\) \}\}", lambda found: blocks[found[1]], text)
        )

    said = {}
    for path in (PROJECT / "models" / "marts").glob("*__models.yml"):
        for model in yaml.safe_load(path.read_text("utf-8"))["models"]:
            said[model["name"]] = words(model["description"])
            for column in model["columns"]:
                name = f"{model['name']}.{column['name']}"
                said[name] = words(column["description"])
    return said


@pytest.fixture(scope="module")
def comments(road: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """By table and by table.column, the comments of the published file."""
    return {
        row["name"]: row["comment"]
        for row in rows_of(
            road,
            "select table_name as name, comment from duckdb_tables()"
            " where database_name = 'told' union all select view_name, comment"
            " from duckdb_views() where database_name = 'told' and not internal"
            " union all select table_name || '.' || column_name, comment"
            " from duckdb_columns() where database_name = 'told' and not internal",
        )
    }


def test_nothing_is_without_its_words(comments: dict[str, str | None]) -> None:
    assert {"indicator_scorecard", "latest_boroughs", "latest_neighbours"} <= set(
        comments
    )
    assert len(comments) > 400
    assert [name for name, comment in comments.items() if not comment] == []
    assert [name for name, comment in comments.items() if "\n" in comment] == []


def test_the_words_are_those_of_the_models(
    comments: dict[str, str | None], described: dict[str, str]
) -> None:
    own = {name for name in comments if name.split(".")[0] in WRITTEN["own"]}
    compared = {
        name: comment
        for name, comment in comments.items()
        if name not in own | OTHERWISE and name.split(".")[-1] not in OTHERWISE
    }
    assert compared == {name: described[name] + added(name) for name in compared}
    assert len(compared) > 300


def added(name: str) -> str:
    """What is said beside of lines of files, hidden where each is of a child."""
    table, _, column = name.partition(".")
    hidden = table in FILES and column in WRITTEN["marts"][table]["hidden"]
    return f" {OF_RECORDS}" if hidden else ""


def test_what_can_be_empty_says_so(
    road: duckdb.DuckDBPyConnection, comments: dict[str, str | None]
) -> None:
    """An empty cell is a question: the comment of its column has the answer."""
    found = {}
    for table in {name.partition(".")[0] for name in comments} - {"start_here"}:
        (row,) = rows_of(road, f"select count(*) - count(columns(*)) from mart.{table}")
        names = road.execute(f"from mart.{table} limit 0").description
        for (column, *_), empty in zip(names, row.values(), strict=True):
            if empty:
                found[f"{table}.{column}"] = (
                    "empty" in comments[f"{table}.{column}"].lower()
                )
    assert len(found) > 100
    assert [name for name, is_said in found.items() if not is_said] == []


def test_no_comment_points_to_a_column_that_its_table_lacks(
    comments: dict[str, str | None],
) -> None:
    """`reason beside it` is said where the reason stands beside it."""
    beside = {
        name for name, comment in comments.items() if "reason beside it" in comment
    }
    assert beside
    for name in beside:
        assert f"{name}_reason" in comments


def test_no_comment_speaks_of_a_file_as_it_was_sent(
    comments: dict[str, str | None], described: dict[str, str]
) -> None:
    names = [name for name in comments if name.endswith((".file_id", ".file_name"))]
    assert len(names) == 11
    for name in names:
        assert "sent" not in comments[name].replace("never its name as sent", "")
        assert comments[name] != described[name]
