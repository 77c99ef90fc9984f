"""dbt, run in this process: how far it is, and what it says of what failed."""

import logging
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from lscb.errors import UserError
from lscb.settings import PROJECT

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

# dbt is loaded where it is used: it takes longer to load than a build takes that finds
# nothing new.


# What a run is told of the project, and of how little is to be printed: what failed is
# said by whoever runs it, in fewer words; all is in logs/dbt.log.
QUIETLY = (
    *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
    *("--quiet", "--no-print", "--log-level", "none"),
)


def parse_undescribed() -> "Manifest":
    """The project as parsed, to build what is not kept: without its descriptions.

    dbt writes them into the warehouse by a statement a column, and no figure depends on
    them. UserError where the project cannot be parsed.
    """
    from dbt.cli.main import dbtRunner

    parsed = dbtRunner().invoke(["parse", *QUIETLY, "--no-write-json"])
    if not parsed.success:
        raise UserError(f"The project cannot be parsed: {parsed.exception}")
    for node in parsed.result.nodes.values():
        if node.resource_type in ("model", "seed"):
            node.config.persist_docs = {}
    return parsed.result


def run_dbt(*arguments: str, manifest: "Manifest | None" = None) -> "dbtRunnerResult":
    """Run dbt in this process, showing how far it is where somebody watches.

    A project that is parsed already may be given, and is not parsed again.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    # A log that cannot be written, because the disk is full, ends no run by itself.
    logging.raiseExceptions = False
    console = Console()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("reading the project", total=None)

        def show(event: "EventMsg") -> None:
            if event.info.name == "NodeStart":
                progress.update(task, description=event.data.node_info.node_name)
            elif event.info.name == "NodeFinished":
                progress.update(task, advance=1)
            elif event.info.name == "LogStartLine":
                progress.update(task, total=event.data.total)

        runner = dbtRunner(manifest, callbacks=[show])
        result = runner.invoke([*arguments, *QUIETLY])
    DuckDBConnectionManager.close_all_connections()
    return result


def messages_of(result: "dbtRunnerResult") -> str:
    """What dbt says of every node that failed, or of the run as a whole."""
    from lscb.quality import failures

    return "\n".join(
        f"{node.node.name}: {(node.message or '').strip()}"
        for node in getattr(result.result, "results", [])
        if node.status in failures.BAD
    ) or str(result.exception)
