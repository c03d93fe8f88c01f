"""Has every chart with every preset on a node whose pods run: see Tests/Charts/node. Called by scripts/check-long."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "Tests/Charts"

if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "scripts"), str(TESTS), str(TESTS / "node")]
    runpy.run_path(str(TESTS / "node/matrix.py"), run_name="__main__")
