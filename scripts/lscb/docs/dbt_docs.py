"""Write the documentation of the dbt project as one file, to open or to send.

`published/dbt_docs.html` holds every model, column, test and its SQL, and the graph of
what is made from what. It asks for nothing from other machines, and names no folder of
the machine that wrote it.
"""

import tempfile
from pathlib import Path

from lscb.dbt import messages_of, run_dbt
from lscb.parsed import take_over_parsed
from lscb.settings import PROJECT


def write_dbt_docs(target: Path) -> Path:
    """Write the page; RuntimeError with dbt's own words where dbt fails."""
    with tempfile.TemporaryDirectory() as folder:
        take_over_parsed(Path(folder))
        result = run_dbt("docs", "generate", "--static", "--target-path", folder)
        if not result.success:
            said = "; ".join(messages_of(result).splitlines())
            raise RuntimeError(f"dbt docs generate failed: {said}")
        page = (Path(folder) / "static_index.html").read_text(encoding="utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_text(page.replace(str(PROJECT), "."), encoding="utf-8")
    return fresh.replace(target)
