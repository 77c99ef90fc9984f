"""Draw worlds at random, and see that each publishes and says what is true.

Exit code 0: every world published, its ledger balanced, its cells equal to the truth
computed apart. 1: one did not; it is made small and kept.
"""

import shutil
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from bench.template import Template
from bench.worlds.drawing import draw_world
from bench.worlds.harness import Bench, Verdict
from bench.worlds.shrinking import Shrinking, keep

SHRINK_SECONDS = 300
_bench: Bench | None = None


def _start(template: Template, folder: Path) -> None:
    """Give this process a bench of its own."""
    global _bench
    own = Path(tempfile.mkdtemp(prefix="bench-", dir=folder))
    _bench = Bench(template, own)


def _judge(seed: int, shrunk: Path | None, seconds: float) -> Verdict:
    """Judge the world of a seed; where it fails, make it small and keep it."""
    if _bench is None:
        raise RuntimeError("this process has no bench")
    world = draw_world(seed, _bench.reference)
    verdict = _bench.judge(world)
    if verdict.failures and shrunk is not None:
        shrinking = Shrinking(_bench.judge, verdict.kinds, seconds)
        small = shrinking.small(world)
        keep(small, _bench.judge(small), shrunk / f"seed_{seed}")
    return verdict


def run(
    worlds: int,
    seed: int,
    jobs: int,
    work: Path | None,
    kept: Path | None,
    shrink_seconds: float | None,
) -> int:
    """Judge worlds; see the exit codes above.

    `work` is a folder to work in, `kept` one where failing worlds are kept, small.
    """
    folder = work or Path(tempfile.mkdtemp(prefix="worlds-"))
    folder.mkdir(parents=True, exist_ok=True)
    template = Template(folder)
    seeds = range(seed, seed + worlds)
    with ProcessPoolExecutor(
        jobs, get_context("fork"), _start, (template, folder)
    ) as pool:
        verdicts = []
        waiting = [
            pool.submit(_judge, each, kept, shrink_seconds or SHRINK_SECONDS)
            for each in seeds
        ]
        for each in as_completed(waiting):
            verdicts.append(each.result())
            say(verdicts[-1])
    summarise(verdicts)
    if work is None:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if any(verdict.failures for verdict in verdicts) else 0


def say(verdict: Verdict) -> None:
    """One line per world, and what is wrong with it."""
    world = verdict.world
    state = ", ".join(verdict.kinds) or "published, true"
    traits = ", ".join(sorted(world.traits))
    print(
        f"seed {world.seed}: {state} ({len(world.files)} files,"
        f" {verdict.cells:,} cells, {verdict.cpu_seconds:.0f} s of CPU; {traits})",
        flush=True,
    )
    for said in verdict.audits:
        print(f"  the audit refused: {said[:300]}", flush=True)
    for failure in verdict.failures:
        print(f"  {failure.kind}: {failure.what}".replace("\n", "\n    "), flush=True)


def summarise(verdicts: list[Verdict]) -> None:
    """How many were right, and what was wrong with the others."""
    good = sum(not verdict.failures for verdict in verdicts)
    cells = sum(verdict.cells for verdict in verdicts)
    used = sum(verdict.cpu_seconds for verdict in verdicts)
    print(f"{good} of {len(verdicts)} worlds published and are true; {cells:,} cells,")
    print(f"{used / max(1, len(verdicts)):.1f} s of CPU a world.")
    audits = sum(bool(verdict.audits) for verdict in verdicts)
    print(f"The audit refused {audits}, as it may.")
    kinds = Counter(kind for verdict in verdicts for kind in verdict.kinds)
    for kind, count in kinds.most_common():
        print(f"  {kind}: {count}")
