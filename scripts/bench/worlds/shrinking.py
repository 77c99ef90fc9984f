"""Make a failing world small: fewer files, rows and columns that fail alike."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.worlds.drawing import World
from bench.worlds.harness import Verdict
from bench.worlds.sending import Line, Sent, Style

Judge = Callable[[World], Verdict]


class Shrinking:
    """Takes away what a failure does not need, while there is time."""

    def __init__(self, judge: Judge, kinds: list[str], seconds: float) -> None:
        self.judge = judge
        self.kinds = set(kinds)
        self.until = time.time() + seconds

    def _fails_alike(self, world: World) -> bool:
        return bool(self.kinds & set(self.judge(world).kinds))

    def small(self, world: World) -> World:
        """The smallest world found that fails in one of the same ways."""
        world = replace(world, by_the_door=False)
        if "door" in self.kinds or not self._fails_alike(world):
            return world
        world = self._fewer_files(world)
        for place in range(len(world.files)):
            world = self._fewer_lines(world, place)
        return self._plainer(world)

    def _is_time(self) -> bool:
        return time.time() < self.until

    def _fewer_files(self, world: World) -> World:
        """Drop files by halves, quarters, ... and then one by one."""
        size = max(1, len(world.files) // 2)
        while self._is_time():
            place = 0
            while place < len(world.files) and self._is_time():
                files = world.files[:place] + world.files[place + size :]
                smaller = replace(world, files=files)
                if files and self._fails_alike(smaller):
                    world = smaller
                else:
                    place += size
            if size == 1:
                break
            size = max(1, size // 2)
        return world

    def _with(self, world: World, place: int, sent: Sent) -> World:
        return replace(
            world, files=[*world.files[:place], sent, *world.files[place + 1 :]]
        )

    def _fewer_lines(self, world: World, place: int) -> World:
        size = max(1, len(world.files[place].lines) // 2)
        while self._is_time():
            at = 0
            while at < len(world.files[place].lines) and self._is_time():
                sent = world.files[place]
                fewer = replace(sent, lines=sent.lines[:at] + sent.lines[at + size :])
                smaller = self._with(world, place, fewer)
                if self._fails_alike(smaller):
                    world = smaller
                else:
                    at += size
            if size == 1:
                break
            size = max(1, size // 2)
        return world

    def _plainer(self, world: World) -> World:
        """A plain CSV file, and no column that is empty, if it fails as well."""
        for place in range(len(world.files)):
            if not self._is_time():
                break
            sent = world.files[place]
            used = [
                name
                for name in sent.columns
                if any(line.cells.get(name) not in ("", None) for line in sent.lines)
            ]
            lines = [
                Line({name: line.cells.get(name, "") for name in used}, line.fault,
                     line.is_passed_over)
                for line in sent.lines
            ]  # fmt: skip
            if not sent.lines:
                used, lines = sent.columns, sent.lines
            plain = replace(sent, style=Style(), columns=used, lines=lines)
            smaller = self._with(world, place, plain)
            if self._fails_alike(smaller):
                world = smaller
        return world


def keep(world: World, verdict: Verdict, folder: Path) -> None:
    """Write a small world as a landing folder, with how to repeat it."""
    for number in range(1, world.rounds + 1):
        name = "landing" if world.rounds == 1 else f"landing_{number}"
        for sent in world.present_in(number):
            sent.write_below(folder / name)
    said = "\n\n".join(f"## {each.kind}\n{each.what}" for each in verdict.failures)
    files = "\n".join(
        f"* `{sent.path}`, received {sent.received}" for sent in world.files
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(
        f"# World {world.seed}, made small\n\nAs at {world.as_of}."
        f" The whole world again: `lscb bench worlds --worlds 1 --seed"
        f" {world.seed}`.\n\n{files}\n\n{said}\n",
        encoding="utf-8",
    )
