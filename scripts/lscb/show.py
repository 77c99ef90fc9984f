"""Show the settings of a run as they were understood, or one of them alone.

    python -m lscb.show
    python -m lscb.show LSCB_PUBLISHED

Exit code 0: all are well. 2: one is wrong, or none is called so.
"""

import sys

from lscb.entry import UserError, run_script
from lscb.settings import Settings


def main() -> int:
    """Show them; see the exit codes above."""
    known = Settings.from_environment().as_environment()
    for name in sys.argv[1:]:
        if name not in known:
            raise UserError(
                f"No setting is called {name}; name one of {', '.join(known)}."
            )
        print(known[name])
    if not sys.argv[1:]:
        for name, text in known.items():
            print(f"{name}={text}")
    return 0


if __name__ == "__main__":
    sys.exit(run_script(main))
