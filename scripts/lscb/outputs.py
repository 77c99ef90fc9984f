"""What is made of a build, each by itself: publication, pages, exports, sheets, docs.

A build makes the first three too. Exit code 0: made. 1: refused, or (of a check) not in
step. 2: it could not be made.
"""

import os
from pathlib import Path

from lscb.errors import UserError
from lscb.settings import PROJECT, Settings

# What a command needs is loaded by that command: none needs it all.


def _warehouse(settings: Settings) -> Path:
    if not settings.warehouse.is_file():
        raise UserError(f"{settings.warehouse} does not exist: run `make build` first.")
    return settings.warehouse


def _published_file(settings: Settings) -> Path:
    file = settings.published / "lscb.duckdb"
    if not file.is_file():
        raise UserError(f"There is no publication at {file}: run `make build` first.")
    return file


def make_publication() -> int:
    """Publish the warehouse as it is, without landing and building."""
    from lscb.obstacles import Stopped, in_plain_words
    from lscb.publishing.history import Place
    from lscb.publishing.publish import (
        RefusedError,
        not_published,
        protection_line,
        publish,
    )

    settings = Settings.from_environment()
    warehouse, place = _warehouse(settings), Place.of(settings)
    try:
        publication = publish(warehouse, place)
    except RefusedError as refusal:
        print(f"{not_published(place)} {refusal}")
        return 1
    except Stopped as stopped:
        reason = in_plain_words(str(stopped), [place.published, place.history])
        raise UserError(
            f"{not_published(place)} {stopped}"
            f" {reason or 'Correct what is named above.'}"
        ) from stopped
    print(f"{publication.file}: {publication.rows:,} rows")
    print(protection_line(publication.manifest))
    return 0


def make_draft() -> int:
    """Publish the warehouse for the board's own look: beside the sheets, and untold.

    It is protected like any publication, against all that was published; but readers
    do not get it, so no publication after it has to mind what it says.
    """
    import shutil

    from lscb.build import only_one_build, present
    from lscb.private import BOARD_DRAFT, make_private
    from lscb.publishing import history
    from lscb.publishing.publish import RefusedError, publish, refuse_lost_history
    from lscb.swapping import replaced_folder

    settings = Settings.from_environment()
    warehouse, place = _warehouse(settings), history.Place.of(settings)
    draft, work = settings.returns / BOARD_DRAFT, settings.lake / BOARD_DRAFT
    make_private(settings.returns)
    try:
        with only_one_build(settings.lake), replaced_folder(draft) as fresh:
            shutil.rmtree(work, ignore_errors=True)
            refuse_lost_history(place)
            make_private(work)
            if place.history.is_dir():
                shutil.copytree(place.history, work / "history")
            present(publish(warehouse, history.Place(fresh, work / "history")))
    except RefusedError as refusal:
        print(f"No draft was made: {refusal}")
        return 1
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{draft}: a draft for the board alone. Readers keep what they have.")
    return 0


def make_pages() -> int:
    """Draw the site of what is published."""
    from lscb.pages.site import draw_site

    settings = Settings.from_environment()
    site = settings.published / "site"
    count = draw_site(_published_file(settings), site)
    print(f"{site / 'index.html'}: {count} pages")
    return 0


def make_exports() -> int:
    """Export what is published."""
    from lscb.exporting.exports import write_exports

    settings = Settings.from_environment()
    folder = settings.published / "exports"
    count = write_exports(_published_file(settings), folder)
    print(f"{folder}: {count} files")
    return 0


def make_sheets() -> int:
    """Write the sheets where LSCB_RETURNS says."""
    from lscb.publishing.history import Place
    from lscb.publishing.publish import publication_of
    from lscb.sheets.returns import write_return_sheets

    settings = Settings.from_environment()
    warehouse = _warehouse(settings)
    publication = publication_of(warehouse, Place.of(settings))
    codes = write_return_sheets(warehouse, settings.returns, publication)
    print(f"{settings.returns}: sheets of {len(codes)} submitters")
    return 0


def make_quality() -> int:
    """Build the Data Docs beside the return sheets, and these."""
    from lscb.private import DATA_DOCS
    from lscb.quality.data_docs import build_data_docs

    settings = Settings.from_environment()
    print(build_data_docs(_warehouse(settings), settings.returns / DATA_DOCS))
    return make_sheets()


def make_dbt_docs() -> int:
    """Write the documentation of the dbt project beside the publication."""
    from lscb.docs.dbt_docs import write_dbt_docs

    settings = Settings.from_environment()
    _warehouse(settings)
    os.chdir(PROJECT)
    print(write_dbt_docs(settings.published / "dbt_docs.html"))
    return 0


def make_docs(is_check: bool = False) -> int:
    """Write what seeds, prose, rules and tests make: pages, and models; or check it.

    A check writes nothing, names what is not in step, and then ends with 1.
    """
    from lscb.docs import (
        check_list,
        extract_models,
        glossary_page,
        indicator_pages,
        question_page,
        rule_pages,
    )

    try:
        wanted = indicator_pages.render_pages()
        models = extract_models.render()
    except indicator_pages.ProseError as error:
        raise UserError(f"The pages were not written: {error}") from error
    if is_check:
        stale = [
            *extract_models.out_of_step(models),
            *indicator_pages.out_of_step(wanted),
            *(f"docs/rules/{name}" for name in rule_pages.out_of_step()),
            *question_page.out_of_step(),
            *glossary_page.out_of_step(),
            *check_list.out_of_step(),
        ]
        for name in stale:
            print(f"{name} is not what seeds, prose, rules and tests make of it.")
        return 1 if stale else 0
    # the models first: the list of checks is made of what dbt makes of them
    extract_models.write(models)
    indicator_pages.write(wanted)
    print("\n".join(map(str, (*models, *wanted))))
    for said in indicator_pages.gaps():
        print(f"The pages lack something: {said}.")
    rule_pages.write()
    question_page.write()
    glossary_page.write()
    check_list.write()
    return 0
