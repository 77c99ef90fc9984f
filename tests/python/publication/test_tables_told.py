"""Every table of the pages, row for row, by queries of the published file.

`tables_told.yml` says which tables there are, under which words, and what stands in
them; nothing of the pages' own code is asked how to find it.
"""

import fnmatch
from collections import defaultdict

import duckdb
import pytest
import yaml

from lscb.pages.figures import Page, Table, parts_of
from publication.road import HERE, said

TOLD = yaml.safe_load((HERE / "tables_told.yml").read_text(encoding="utf-8"))
# Tables that show what columns their rows have, under the columns' own names.
ALL_OF = {"quality/results": "fct_quality_results", "changes/revisions": None}


@pytest.fixture(scope="module")
def tables(all_pages: list[Page]) -> dict[str, tuple[str, Table]]:
    """Every table by its name, with the page that it stands on."""
    return {
        table.name: (page.path, table)
        for page in all_pages
        for table in parts_of(page, Table)
    }


def key_of(pattern: str, name: str) -> str | None:
    """What stands for the star in a name, or None where the pattern is another's."""
    begin, star, end = pattern.partition("*")
    if not star:
        return None
    return name[len(begin) : len(name) - len(end)]


def own_names(pattern: str, names: list[str]) -> list[str]:
    """The names that a pattern means: what has no pattern of its own."""
    return [
        name
        for name in names
        if name == pattern or (name not in TOLD and fnmatch.fnmatch(name, pattern))
        if not any(
            fnmatch.fnmatch(name, other) and len(other) > len(pattern)
            for other in TOLD
            if "*" in pattern
        )
    ]


def titles_of(
    pattern: str, key: str | None, road: duckdb.DuckDBPyConnection
) -> set[str]:
    """The titles that a table may have."""
    told = TOLD[pattern]
    titles = told["title"] if isinstance(told["title"], list) else [told["title"]]
    if key is None:
        return set(titles)
    subject = {
        "extract": "select label from words where subject = 'extract' and code = ?",
        "period": "select period_label from charted where name = ?",
        "area": "select area_name from mart.dim_areas where area_code = ?",
        None: "select ?",
    }[told.get("title_of")]
    (name,) = road.execute(subject, [key]).fetchone()
    return {title.replace("*", name) for title in titles}


def words_of_files(road: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What each file, and each extract of a sender, is called, by their codes."""
    named = {}
    for name, extract, code, sender, period, version in road.execute(
        """
        select file_name, words.label, extract || ' ' || submitter,
            coalesce(known.label, submitter_name, submitter, 'an unknown sender'),
            period_id, version
        from mart.fct_submissions
        left join words on words.subject = 'extract' and words.code = extract
        left join senders using (submitter)
        left join words as known
            on known.subject = 'submitter' and known.code = submitter
        """
    ).fetchall():
        said_of = f"{extract} of {sender}"
        named[code or name] = said_of
        version = version and f"version {version}"
        named[name] = ", ".join(filter(None, (said_of, period, version)))
    return named


def in_words(text: str, named: dict[str, str]) -> str:
    """A text with each file that it names in words, the longest name first."""
    for name in sorted(named, key=len, reverse=True):
        text = text.replace(name, named[name])
    return text


def test_every_table_of_the_pages_is_told_here(
    tables: dict[str, tuple[str, Table]],
) -> None:
    told = {name for pattern in TOLD for name in own_names(pattern, list(tables))}
    assert set(tables) - told == set(ALL_OF)
    assert len(tables) > 200


@pytest.mark.parametrize("pattern", TOLD)
def test_a_table_has_its_words_and_its_rows(
    pattern: str,
    tables: dict[str, tuple[str, Table]],
    road: duckdb.DuckDBPyConnection,
) -> None:
    told = TOLD[pattern]
    rows: dict[str, list[list[str]]] = defaultdict(list)
    in_files = [list(told["columns"]).index(column) for column in told.get("files", ())]
    named = words_of_files(road) if in_files else {}
    for row in road.execute(told["rows"]).fetchall():
        texts = [said(value) for value in row]
        for place in in_files:
            texts[place] = in_words(texts[place], named)
        rows[texts.pop(0) if "*" in pattern else pattern].append(texts)
    without = {
        column: {key for (key,) in road.execute(query).fetchall()}
        for column, query in told.get("without", {}).items()
    }
    names = own_names(pattern, list(tables))
    if pattern == "overview/trends-*":
        slugs = {"".join(c if c.isalnum() else "-" for c in k.lower()): k for k in rows}
        keys = {name: slugs[key_of(pattern, name)] for name in names}
    else:
        keys = {name: key_of(pattern, name) or pattern for name in names}
    assert rows
    assert set(keys.values()) == set(rows)
    for name in names:
        page, table = tables[name]
        key = keys[name]
        assert page == told.get("page", page)
        assert table.title in titles_of(pattern, key if "*" in pattern else None, road)
        leave = {column for column, those in without.items() if key in those}
        columns = {c: word for c, word in told["columns"].items() if c not in leave}
        assert {c.key: c.label for c in table.columns} == columns
        assert [c.key for c in table.columns] == list(columns)
        assert table.filters == told.get("filters", [])
        places = [i for i, c in enumerate(told["columns"]) if c not in leave]
        if apart := told.get("apart_from"):
            places = [i for i in places if list(told["columns"])[i] not in apart]
        shown = [c for c in table.columns if c.key not in told.get("apart_from", ())]
        found = [[c.plain(row) for c in shown] for row in table.rows]
        assert found == [[row[i] for i in places] for row in rows[key]], name
