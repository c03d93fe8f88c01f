"""Runs the histories of Tests/Plans for long: see there. Called by scripts/check-long."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "Tests/Plans"

if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    runpy.run_path(str(TESTS / "histories.py"), run_name="__main__")
