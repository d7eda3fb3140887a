"""Makes the peers' environments from the dependency groups of pyproject.toml: python -m benchmarks.peers."""

import subprocess
import sys
from pathlib import Path

from benchmarks.peers import GROUPS, ROOT, environment

UV = Path(sys.executable).with_name("uv")

for group in GROUPS:
    python = environment(group) / "bin" / "python"
    if not python.exists():
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment(group)], check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, "--group", group], cwd=ROOT, check=True)
    print(f"{group}: {environment(group)}")
