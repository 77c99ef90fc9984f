"""dbt, run in this process: how far it is, and what it says of what failed."""

import logging
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from lscb.settings import PROJECT

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt_common.events.base_types import EventMsg

# dbt is loaded where it is used: it takes longer to load than a build takes that finds
# nothing new.


def run_dbt(*arguments: str) -> "dbtRunnerResult":
    """Run dbt in this process, showing how far it is where somebody watches."""
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

        result = dbtRunner(callbacks=[show]).invoke(
            [
                *arguments,
                "--project-dir",
                str(PROJECT),
                "--profiles-dir",
                str(PROJECT),
                "--quiet",
                "--no-print",
                # What failed is said below, in fewer words; all is in logs/dbt.log.
                "--log-level",
                "none",
            ]
        )
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
