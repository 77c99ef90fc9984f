"""How every script begins and ends: in UTF-8, and with one sentence for each fault.

What a user can cause and mend is said without a traceback, on the last line, and ends
with 2; what is ended by hand ends with 130. A traceback is left to faults of the code.
"""

import os
import re
import sys
from collections.abc import Callable

from lscb.landing.engine import LandingError
from lscb.landing.ledger import LakeError
from lscb.landing.reference import SeedError
from lscb.publishing.harmless import printable_lines
from lscb.publishing.obstacles import Stopped, in_plain_words
from lscb.settings import SettingError, Settings

COULD_NOT_RUN, BY_HAND, NOBODY_READS = 2, 130, 141


class UserError(Exception):
    """A script cannot do what it was asked; the message says why and what to do."""


def run_script(main: Callable[[], int]) -> int:
    """Run a script's main; gives the exit code of the script."""
    _be_in_utf8()
    try:
        code = main()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _end("Stopped by hand. Run it again: nothing is to tidy up.", BY_HAND)
    except BrokenPipeError:
        # Whoever read the output has left; what is still in it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except (SettingError, SeedError, LandingError, LakeError, UserError) as stopped:
        return _end(str(stopped), COULD_NOT_RUN)
    except MemoryError:
        return _end(
            "There was not enough memory. Free some, and run it again.", COULD_NOT_RUN
        )
    except Stopped as stopped:
        return _end(sentence_of(stopped), COULD_NOT_RUN)


def sentence_of(stopped: BaseException) -> str:
    """What ended a run, and what to do, in one line."""
    said = re.sub(r"\s+", " ", str(stopped)).strip().rstrip(".")
    try:
        written = Settings.from_environment().places()
    except SettingError:
        # What a run found on its way is no more as it was checked.
        written = []
    reason = in_plain_words(said, written)
    if reason is None:
        return f"{said}. Mend what is named there, and run it again."
    return f"{reason} ({said})"


def _end(said: str, code: int) -> int:
    print(printable_lines(said), file=sys.stderr)
    return code


def _be_in_utf8() -> None:
    """Begin again in UTF-8 where the locale is of another encoding.

    Paths and figures hold what no other encoding has, and engines speak UTF-8.
    """
    if sys.flags.utf8_mode or sys.getfilesystemencoding() == "utf-8":
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return
    sys.stdout.flush()
    command = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
    os.execve(sys.executable, command, os.environ | {"PYTHONUTF8": "1"})
