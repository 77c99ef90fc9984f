"""The command without its installation: `python -m lscb`."""

import sys

from lscb.cli import main

if __name__ == "__main__":
    sys.exit(main())
