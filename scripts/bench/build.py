"""Measure `make build` from nothing on a synthetic sample of a given size.

    lscb bench build --size 1 --folder /tmp/benchmark

Writes the sample, builds it in folders of its own with a cold dbt, and prints wall
clock, processor time, the largest memory of one process, and where the time went.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from lscb.errors import UserError
from lscb.sample import make_sample
from lscb.settings import PROJECT, places_below


def kind_of(unique_id: str) -> str:
    """What a dbt node counts under: landing and staging, models, tests, seeds."""
    resource_type, _, name = unique_id.split(".", 2)
    if resource_type == "model":
        return "landing and staging" if name.startswith("stg_") else "other models"
    return {"test": "data tests", "unit_test": "unit tests", "seed": "seeds"}.get(
        resource_type, resource_type
    )


def run(folder: Path, size: float) -> int:
    """Run the benchmark; the exit code is that of the build."""
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()):
        raise UserError(
            f"{folder} is not empty: name an empty folder, so that nothing is warm."
        )
    make_sample(folder / "landing", size=size)

    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "lscb", "build"],
        env=os.environ
        | places_below(folder)
        | {
            "PYTHONPATH": str(PROJECT / "scripts"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        check=False,
    )
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"wall {wall:.0f} s, processor {used.ru_utime + used.ru_stime:.0f} s,"
        f" largest process {used.ru_maxrss / 1024:.0f} MB"
    )
    seconds: dict[str, float] = defaultdict(float)
    results = json.loads((folder / "target" / "run_results.json").read_text())
    for node in results["results"]:
        seconds[kind_of(node["unique_id"])] += node["execution_time"]
    for kind, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"{kind:>20}: {spent:6.1f} s over two threads")
    return done.returncode
