"""Where the reference data lie that are not part of the project: real layers, other people's test files."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = Path(os.environ.get("SANXIAN_REFERENCE", ROOT.parent / "shared" / "reference"))
DEMO = ROOT / "examples" / "xinzhou"


def reference(*parts: str) -> Path:
    """Give the path of a reference file, or skip the test and say which file is missing."""
    path = REFERENCE.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"reference data absent: {path} (set SANXIAN_REFERENCE)")
    return path
