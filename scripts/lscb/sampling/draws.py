"""Draws that are the same on every machine and under every numpy.

numpy promises the raw words of PCG64 and the seeding, not what its distributions
make of them, so the words are turned into whole numbers here.
"""

import hashlib
from collections.abc import Sequence

import numpy as np


class Stream:
    """Draws of one block, independent of every other block of the sample."""

    def __init__(self, seed: int, *names: str) -> None:
        digest = hashlib.sha256("|".join(names).encode()).digest()
        words = np.frombuffer(digest[:16], dtype="<u4").tolist()
        self._words = np.random.PCG64(np.random.SeedSequence([seed, *words]))

    def below(self, bound: int, size: int) -> np.ndarray:
        """Return whole numbers from 0 to bound - 1; bound below 2 to the 31."""
        words = self._words.random_raw(size) >> np.uint64(32)
        return ((words * np.uint64(bound)) >> np.uint64(32)).astype(np.int64)

    def between(self, low: int, high: int, size: int) -> np.ndarray:
        """Return whole numbers from low to high, both included."""
        return low + self.below(high - low + 1, size)

    def choose(self, weights: Sequence[int], size: int) -> np.ndarray:
        """Return positions in `weights`, each as likely as its whole-number weight."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, self.below(int(edges[-1]), size), side="right")

    def happens(self, per_thousand: int, size: int) -> np.ndarray:
        """Return true for about so many of a thousand."""
        return self.below(1000, size) < per_thousand

    def one(self, low: int, high: int) -> int:
        """Return a single whole number from low to high, both included."""
        return int(self.between(low, high, 1)[0])

    def near(self, expected: int, spread_percent: int = 15) -> int:
        """Return a count near `expected`, never below zero.

        The spread is a share of the expectation plus two, so that small counts
        vary as small counts do.
        """
        spread = expected * spread_percent // 100 + 2
        return max(0, expected + self.one(-spread, spread))

    def rounded(self, numerator: int, denominator: int) -> int:
        """Return numerator / denominator as a whole number, rounding at random."""
        return numerator // denominator + (
            self.one(0, denominator - 1) < numerator % denominator
        )
