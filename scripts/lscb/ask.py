"""Ask the published file in SQL: one question, or a shell that begins with a list.

The shell of DuckDB takes this process's place, with the file open to read only. Its
exit code is that of the command; 2 where there is no publication or no shell.
"""

import os
import shutil
import sys
from pathlib import Path

from lscb.errors import UserError
from lscb.settings import Settings

TABLES = """
    select table_name, comment from duckdb_tables() where schema_name = 'mart'
    union all
    select view_name, comment from duckdb_views() where schema_name = 'mart'
    order by 1
"""


def ask(question: str | None = None) -> int:
    """Answer one question, or open the shell; see the exit codes above."""
    file = Settings.from_environment().published / "lscb.duckdb"
    if not file.exists():
        raise UserError(f"There is no publication at {file}: run `make build` first.")
    shell = shutil.which(Path(sys.executable).with_name("duckdb")) or shutil.which(
        "duckdb"
    )
    if shell is None:
        raise UserError(
            "The shell of DuckDB is not installed: set up the environment with"
            " `make`, or install duckdb-cli."
        )
    what = ["-c", question] if question else ["-cmd", TABLES]
    sys.stdout.flush()
    os.execv(shell, [shell, "-readonly", "-cmd", "use mart", *what, str(file)])
