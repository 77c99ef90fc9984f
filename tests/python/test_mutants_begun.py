"""The bench of careless changes, begun as its page says, on a sample that is built."""

import json
import subprocess
import sys
from pathlib import Path

from bench.mutants.checking import digest_of
from build_help import PROJECT, Build
from lscb.publishing.history import Place


def test_one_change_is_asked_and_kept(
    warehouse: Build, publication: Place, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    for name, path in {
        "landing": warehouse.landing,
        "lake": warehouse.lake,
        "warehouse.duckdb": warehouse.warehouse,
        "published": publication.published,
        "manifest.json": warehouse.target / "manifest.json",
    }.items():
        (base / name).symlink_to(path)
    (base / "made_of.txt").write_text(digest_of(PROJECT))
    command = ("bench", "mutants", "--work", str(tmp_path), "--number", "1")
    done = subprocess.run(
        [sys.executable, "-m", "lscb", *command, "--area", "disclosure"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    (kept,) = (tmp_path / "results.jsonl").read_text("utf-8").splitlines()
    row = json.loads(kept)
    changed = tmp_path / "project" / row["file"]
    assert row["area"] == "disclosure"
    assert row["result"] == ("survived" if done.returncode else "killed")
    assert changed.read_bytes() == (PROJECT / row["file"]).read_bytes()
