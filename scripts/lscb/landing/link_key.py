"""The secret with which a lake keys what links the records of one child."""

import hashlib
import secrets
from pathlib import Path

from lscb.landing.archive import write_whole

NAME = ".link_key"


def link_key_of(lake: Path, scratch: Path) -> str:
    """The key of a lake, 64 hex digits, drawn when the lake is made.

    Whoever loses it loses no record: another key has the files read again.
    """
    path = lake / NAME
    if not path.exists():
        write_whole(path, secrets.token_hex(32).encode(), scratch)
    return path.read_text(encoding="ascii")


def mark_of(link_key: str) -> str:
    """What the ledger may know of a key: enough to see that it is another one."""
    return hashlib.sha256(f"mark of {link_key}".encode()).hexdigest()[:16]
