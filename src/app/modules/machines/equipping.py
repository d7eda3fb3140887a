"""What a shell does so that software can be used: modules, the path, variables. Pure."""

from collections.abc import Mapping, Sequence
from shlex import quote


def path_line(path: str) -> str:
    """Return the line of shell that puts a directory first on PATH, unless it is there already."""
    return f'case ":$PATH:" in *:{quote(path)}:*) ;; *) export PATH={quote(path)}:"$PATH" ;; esac'


def equipping_lines(modules: Sequence[str], path: str | None, environment: Mapping[str, str]) -> list[str]:
    """Return the lines for bash; one that fails ends the shell with 125."""
    lines = [_load(one) for one in modules]
    if path is not None:
        lines.append(path_line(path))
    return [*lines, *[f"export {name}={quote(value)}" for name, value in environment.items()]]


def _load(module: str) -> str:
    # Environment Modules before 4 says that it failed and ends with 0: what is loaded is looked up.
    name = quote(module)
    return (
        f"module load -- {name} || exit 125\n"
        f'case ":$LOADEDMODULES:" in *:{name}:*|*:{name}/*) ;; '
        f"*) printf '%s\\n' {quote(f'the module {module} is not loaded')} >&2; exit 125 ;; esac"
    )
