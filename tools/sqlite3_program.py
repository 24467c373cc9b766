"""Stands in for the ``sqlite3`` program where a machine has none.

PROJ's build calls ``sqlite3 proj.db < all.sql`` and nothing else; Python's own module does the same.
"""

import sqlite3
import sys

if len(sys.argv) != 2:
    sys.exit("usage: sqlite3 DATABASE < SQL")
with sqlite3.connect(sys.argv[1]) as database:
    database.executescript(sys.stdin.read())
