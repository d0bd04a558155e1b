"""Writes the golden study anew, on purpose. Say why in CHANGELOG.md, tagged "changes results"."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SCENARIO = HERE.parent.parent / "scenarios" / "starter.toml"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        words = ["run", str(SCENARIO), "--replications", "4", "--jobs", "1", "--out", str(out)]
        subprocess.run([sys.executable, "-m", "sim", *words], check=True)
        shutil.copy(out / "summary.csv", HERE / "starter-summary.csv")
