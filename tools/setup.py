"""Makes .venv with the locked packages, this project in it, and the built operator UI. Quick when nothing changed.

Runs on any Python 3.11 or newer, before anything is installed; uses uv when there is one, venv and pip otherwise.
Run: python3 tools/setup.py
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.lock"
NEEDED = (3, 11)


class SetupFailed(Exception):
    """It could not be set up; the message is one sentence with the fix."""


def main() -> int:
    """Set up and say what was done."""
    try:
        python = make_environment()
        install_packages(python)
        install_project(python)
        build_pages(python)
        compile_sources(python)
    except SetupFailed as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


def make_environment() -> Path:
    """Return the environment's interpreter, made when there is none that runs."""
    python = VENV / "bin" / "python"
    if runs(python):
        return python
    say("making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if uv := shutil.which("uv"):
        run([uv, "venv", "--quiet", "--python", f">={NEEDED[0]}.{NEEDED[1]}", str(VENV)], "uv venv")
        return python
    base = newest_python()
    if not succeeds([base, "-c", "import ensurepip, venv"]):
        raise SetupFailed(
            f"{base} cannot make virtual environments; install the package python3-venv "
            "(sudo apt-get install python3-venv), or uv, and try again."
        )
    run([base, "-m", "venv", str(VENV)], "python -m venv")
    return python


def newest_python() -> str:
    """Return an interpreter that is new enough, this one first."""
    names = [sys.executable, *(f"python3.{minor}" for minor in range(15, NEEDED[1] - 1, -1)), "python3"]
    for name in names:
        found = shutil.which(name)
        if found and succeeds([found, "-c", f"import sys; sys.exit(sys.version_info < {NEEDED})"]):
            return found
    version = ".".join(map(str, NEEDED))
    raise SetupFailed(f"Python {version} or newer is needed and {sys.version.split()[0]} was found; install it or uv.")


def install_packages(python: Path) -> None:
    """Install what the lock file names, by hash, when it differs from what was installed last."""
    wanted = fingerprint(LOCK)
    stamp = VENV / ".stormbell-packages"
    if stamped(stamp, wanted):
        return
    say("installing the locked packages (a minute or two the first time)")
    run([*pip(python), "--require-hashes", "-r", str(LOCK)], "installing the locked packages")
    stamp.write_text(wanted)


def install_project(python: Path) -> None:
    """Install this project in place, without resolving anything anew."""
    wanted = fingerprint(ROOT / "pyproject.toml", ROOT / "tools" / "hatch_build.py", LOCK) + str(ROOT)
    stamp = VENV / ".stormbell-project"
    if stamped(stamp, wanted) and (VENV / "bin" / "stormbell").exists():
        return
    say("installing stormbell in place")
    run([*pip(python), "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "installing the project")
    stamp.write_text(wanted)


def build_pages(python: Path) -> None:
    """Build the operator UI; the tool skips what has not changed."""
    done = subprocess.run([str(python), str(ROOT / "tools" / "build_web.py")], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise SetupFailed("the operator UI could not be built; the reason is above.")


def compile_sources(python: Path) -> None:
    """Compile what changed, once: where bytecode may not be written at a start, each would take a second longer."""
    run([str(python), "-m", "compileall", "-q", "src"], "compiling src")


def pip(python: Path) -> list[str]:
    """Return the beginning of an install command."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", str(python)]
    return [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def fingerprint(*paths: Path) -> str:
    """Return a digest of the contents."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def stamped(stamp: Path, wanted: str) -> bool:
    """Say whether ``stamp`` holds ``wanted``."""
    return stamp.is_file() and stamp.read_text() == wanted


def runs(python: Path) -> bool:
    """Say whether there is an interpreter that is new enough: a copied or moved environment has a dead one."""
    return python.exists() and succeeds([str(python), "-c", f"import sys; sys.exit(sys.version_info < {NEEDED})"])


def succeeds(command: list[str]) -> bool:
    """Say whether the command ends with 0."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(command: list[str], what: str) -> None:
    """Run a command; its own output is shown when it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{done.stdout}{done.stderr}".rstrip(), file=sys.stderr)
        raise SetupFailed(f"{what} failed with exit code {done.returncode}; what it said is above.")


def say(text: str) -> None:
    """Tell the person who waits."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
