"""Measure disclosure control: what an attack still learns, what it costs, how long.

    lscb bench disclosure --worlds 1000
    lscb bench disclosure --worlds 200 --plenty 3
    lscb bench disclosure --sample
    lscb bench disclosure --chains 1000
    lscb bench disclosure --doors published/lscb.duckdb

Prints one line of results per rule; exits 1 when anything hidden was recovered,
narrowed below the width or left unprotected, so that it can stand in a pipeline.
"""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.attacking.chains import STRUCTURE as CHAIN_STRUCTURE
from bench.attacking.chains import random_chain
from bench.attacking.doors import DOORS, told_by, try_doors
from bench.attacking.outsider import Learnt, learn, learn_inside
from bench.attacking.worlds import (
    BOROUGHS,
    STRUCTURE,
    own_counts,
    protect_world,
    publish,
    random_world,
    repeated_structure,
    weighted_counts,
)
from lscb.disclosure.attack import Knowledge, attack, attack_from_inside
from lscb.disclosure.presets import preset, preset_names
from lscb.disclosure.problem import Rule
from lscb.disclosure.protect import protect
from lscb.disclosure.structure import Key
from lscb.disclosure.tables import build_task
from lscb.errors import UserError

SAMPLE_SERIES, SAMPLE_YEARS = 6, 3
"""Six times the seven series of a world, as many as the catalogue has indicators, in
three years."""


@dataclass(frozen=True)
class Measured:
    """What one world showed, over both of its publications."""

    hidden: int
    primary: int
    secondary: int
    bare_recovered: int
    bare_hidden: int
    recovered: int
    narrowed: int
    inside: int
    unprotectable: int
    marked_small: int
    protect_seconds: float
    attack_seconds: float


def run(
    worlds: int,
    first: int,
    rules: Sequence[str],
    plenty: float,
    insider_width: int | None,
    jobs: int,
    doors: Path | None,
    is_sample: bool,
    chains: int | None,
    is_forgetful: bool,
) -> int:
    """Run the benchmark; 0 if nothing was learnt that should not be.

    `plenty` multiplies all counts: 1 leaves a third of them small, 3 a tenth.
    `insider_width` is what hidden counts keep for whoever knows one borough's; 0 leaves
    it out. `doors` is a published file whose side doors are tried instead; a sample is
    one large publication; `chains` are of three or more publications. A forgetful guard
    knows the last publication alone: what that would cost.
    """
    if doors:
        return 0 if run_doors(doors) else 1
    unknown = set(rules) - set(preset_names())
    if unknown:
        raise UserError(
            f"No rule is called {', '.join(sorted(unknown))}: choose of"
            f" {', '.join(preset_names())}."
        )
    is_clean = True
    for name in rules:
        rule = preset(name)
        if insider_width is not None:
            rule = replace(rule, insider_width=insider_width)
        if chains:
            numbers = range(first, first + chains)
            remembers = not is_forgetful
            is_clean &= run_chains(rule, numbers, remembers, jobs)
        elif is_sample:
            is_clean &= run_sample(rule, first)
        else:
            numbers = range(first, first + worlds)
            is_clean &= run_worlds(rule, numbers, plenty, jobs)
    return 0 if is_clean else 1


def run_worlds(rule: Rule, numbers: range, plenty: float, jobs: int) -> bool:
    """Protect and attack many worlds; whether nothing was learnt."""
    started = time.perf_counter()
    with ProcessPoolExecutor(jobs) as pool:
        work = partial(measure, rule=rule, plenty=plenty)
        results = list(pool.map(work, numbers, chunksize=5))
    seconds = time.perf_counter() - started

    def total(field: str) -> float:
        return sum(getattr(each, field) for each in results)

    extra = total("secondary") / total("primary")
    dearest = max(each.secondary / each.primary for each in results)
    kept = total("marked_small") / total("primary")
    bare = total("bare_recovered") / total("bare_hidden")
    slowest = max(each.protect_seconds for each in results)
    print(f"rule {rule.name}, width {rule.width}, {len(results)} worlds, x{plenty:g}")
    print(f"  hiding small counts only: {bare:.1%} of hidden counts recovered")
    print(f"  hidden {total('hidden'):,.0f}: {total('primary'):,.0f} small", end="")
    print(f" and {total('secondary'):,.0f} more")
    print(f"  recovered {total('recovered')}, narrowed {total('narrowed')}", end="")
    print(f", unprotectable {total('unprotectable')}", end="")
    print(f"; recovered by boroughs that know their own counts {total('inside')}")
    print(f"  extra per small count {extra:.2f}, worst world {dearest:.2f}", end="")
    print(f"; marked as small {kept:.0%}")
    print(f"  protect {total('protect_seconds') / len(results):.2f} s a world", end="")
    print(f", slowest {slowest:.2f}; attack", end="")
    print(f" {total('attack_seconds') / len(results):.2f} s; in all {seconds:.0f} s")
    told = ("recovered", "narrowed", "unprotectable")
    told += ("inside",) if rule.insider_width else ()
    return not any(total(each) for each in told)


def measure(number: int, rule: Rule, plenty: float) -> Measured:
    """Protect both publications of a world, then attack them from outside."""
    world = random_world(number, plenty=plenty)
    knowledge = Knowledge(rule.threshold)
    started = time.perf_counter()
    outcome = protect_world(world, rule)
    protected = time.perf_counter()
    found = attack(outcome.publications, STRUCTURE, knowledge, enough=rule.width)
    attacked = time.perf_counter()
    inside = attack_from_inside(
        outcome.publications, STRUCTURE, own_counts(world), knowledge
    )
    small = frozenset(
        where for where, count in world.first.items() if rule.is_small(count)
    )
    bare = attack([publish("1", world.first, small, small, rule)], STRUCTURE, knowledge)
    return Measured(
        hidden=len(found.intervals),
        primary=outcome.primary,
        secondary=outcome.secondary,
        bare_recovered=len(bare.recovered()),
        bare_hidden=len(small),
        recovered=len(found.recovered()),
        narrowed=len(found.narrower_than(rule.width)),
        inside=len({(publication, key) for _, publication, key in inside}),
        unprotectable=sum(len(each.unprotectable) for each in outcome.patterns),
        marked_small=sum(len(each.marked_small) for each in outcome.patterns),
        protect_seconds=protected - started,
        attack_seconds=attacked - protected,
    )


@dataclass(frozen=True)
class ChainMeasured:
    """What one chain showed, over all of its publications."""

    number: int
    releases: int
    refused: int
    hidden: int
    recovered: int
    narrowed: int
    inside: int
    """Counts of other boroughs that follow for one of the boroughs, exactly or more
    closely than the rule has it for insiders."""
    events: tuple[str, ...]
    protect_seconds: float
    attack_seconds: float


def run_chains(rule: Rule, numbers: range, remembers: bool, jobs: int) -> bool:
    """Protect and attack many chains; whether nothing was learnt."""
    started = time.perf_counter()
    with ProcessPoolExecutor(jobs) as pool:
        work = partial(measure_chain, rule=rule, remembers=remembers)
        results = []
        for each in pool.map(work, numbers, chunksize=2):
            results.append(each)
            if each.recovered or each.narrowed or each.inside:
                print(
                    f"  chain {each.number}: recovered {each.recovered}, narrowed"
                    f" {each.narrowed}, by insiders {each.inside} after"
                    f" {', '.join(each.events)}",
                    flush=True,
                )
    seconds = time.perf_counter() - started

    def total(field: str) -> float:
        return sum(getattr(each, field) for each in results)

    events = Counter(event for each in results for event in each.events)
    print(f"rule {rule.name}, width {rule.width}, {len(results)} chains", end="")
    print("" if remembers else ", by a guard that forgets")
    print(f"  {total('releases'):,.0f} publications", end="")
    print(f", and {total('refused'):,.0f} that the guard refused")
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(events.items())))
    print(f"  hidden {total('hidden'):,.0f}: recovered {total('recovered')}", end="")
    print(f", narrowed {total('narrowed')}", end="")
    print(f", by insiders {total('inside')}" if rule.insider_width else "")
    print(f"  protect {total('protect_seconds') / len(results):.2f} s a chain", end="")
    print(f", attack {total('attack_seconds') / len(results):.2f} s", end="")
    print(f"; in all {seconds:.0f} s")
    return not (total("recovered") or total("narrowed") or total("inside"))


def measure_chain(number: int, rule: Rule, remembers: bool) -> ChainMeasured:
    """Protect the publications of a chain, then attack all of them.

    From outside, and as each borough, which has all that is published and its own
    counts besides.
    """
    started = time.perf_counter()
    chain = random_chain(number, rule, remembers=remembers)
    protected = time.perf_counter()
    published = [release.published for release in chain.releases]
    taken_for = [release.taken_for for release in chain.releases]
    found = learn(published, taken_for, CHAIN_STRUCTURE, rule.threshold, rule.width)
    inside: list[Learnt] = []
    if rule.insider_width:
        inside = learn_inside(
            published, taken_for, CHAIN_STRUCTURE, rule, chain.own_counts()
        )
    attacked = time.perf_counter()
    for each in (*found, *inside):
        true = chain.releases[each.release].table[each.key]
        if not each.low <= true <= each.high:
            raise ValueError(f"the attack on chain {number} learnt what is not so")
    exact = sum(each.width == 0 for each in found)
    return ChainMeasured(
        number=number,
        releases=len(chain.releases),
        refused=chain.refused,
        hidden=chain.hidden,
        recovered=exact,
        narrowed=len(found) - exact,
        inside=len(inside),
        events=chain.events,
        protect_seconds=protected - started,
        attack_seconds=attacked - protected,
    )


def run_doors(file: Path) -> bool:
    """Try the side doors of a published file; whether all of them are shut."""
    told = told_by(hints := try_doors(file))
    exact = {
        hint.cell for hint in hints if hint.low is not None and hint.low == hint.high
    }
    for door in DOORS:
        print(f"  {door.__name__.removeprefix('by_').replace('_', ' ')}")
    for name, cells in told.items():
        print(f"  TOLD by {name}: {cells:,} hidden cells")
    print(f"{len(DOORS)} doors tried: {len(told)} open, {len(exact)} counts exact")
    return not told


def run_sample(rule: Rule, first: int) -> bool:
    """Protect one publication as large as the whole mart; whether nothing leaks."""
    table: dict[Key, int] = {}
    for copy in range(SAMPLE_SERIES):
        for year in range(SAMPLE_YEARS):
            world = random_world(first + copy * SAMPLE_YEARS + year)
            for key, count in world.first.items():
                period = key.period.replace("2008-09", f"{2006 + year}-{7 + year:02d}")
                table[Key(f"{key.series}#{copy}", key.area, period)] = count
    structure = repeated_structure(SAMPLE_SERIES, SAMPLE_YEARS)
    started = time.perf_counter()
    counts = weighted_counts(table, rule)
    task = build_task("1", counts, structure, rule, owners=BOROUGHS)
    built = time.perf_counter()
    pattern = protect(task.problem, rule)
    protected = time.perf_counter()
    publication = publish(
        "1",
        table,
        task.keys(pattern.hidden),
        task.keys(pattern.marked_small),
        rule,
    )
    found = attack([publication], structure, Knowledge(rule.threshold))
    attacked = time.perf_counter()
    narrow = found.narrower_than(rule.width)
    print(f"rule {rule.name}: one publication of {len(table):,} cells")
    print(f"  {len(pattern.primary):,} small, {len(pattern.secondary):,} more", end="")
    print(f" ({pattern.extra_per_primary:.2f} each), {len(narrow)} narrowed")
    print(f"  build {built - started:.1f} s, protect {protected - built:.1f} s", end="")
    print(f", attack every interval exactly {attacked - protected:.1f} s")
    return not narrow and not pattern.unprotectable
