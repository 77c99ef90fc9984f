"""How every command begins and ends: in UTF-8, with one sentence for each fault.

What a user can cause and correct is said without a traceback, on the last line, and
ends with 2; what is ended by hand ends with 130. A traceback is left to faults of the
code.
"""

import os
import re
import sys
from collections.abc import Callable

from lscb.errors import UserError
from lscb.harmless import printable_lines

COULD_NOT_RUN, BY_HAND, NOBODY_READS = 2, 130, 141


def run_script(main: Callable[[], int]) -> int:
    """Run what a command does; returns the exit code."""
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
    except UserError as stopped:
        return _end(str(stopped), COULD_NOT_RUN)
    except MemoryError:
        return _end(
            "There was not enough memory. Free some, and run it again.", COULD_NOT_RUN
        )
    except Exception as fault:
        # The engine, which these may come of, is loaded by the commands that need it.
        from lscb.obstacles import Stopped

        if not isinstance(fault, Stopped):
            raise
        return _end(sentence_of(fault), COULD_NOT_RUN)


def sentence_of(stopped: BaseException) -> str:
    """What ended a run, and what to do, in one line."""
    from lscb.obstacles import in_plain_words
    from lscb.settings import SettingError, Settings

    said = str(stopped)
    if isinstance(stopped, OSError) and stopped.strerror and stopped.filename:
        said = f"{stopped.filename}: {stopped.strerror}"
    said = re.sub(r"\s+", " ", said).strip().rstrip(".")
    try:
        written = Settings.from_environment().places()
    except SettingError:
        # What a run found on its way is no more as it was checked.
        written = []
    reason = in_plain_words(said, written)
    if reason is None:
        return f"{said}. Correct what is named there, and run it again."
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
