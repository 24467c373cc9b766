"""``python -m sanxian``."""

import sys

from sanxian.cli import main

if __name__ == "__main__":
    sys.exit(main())
