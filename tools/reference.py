"""Makes docs/reference/settings.md and problems.md from the code. Run: python -m tools.reference [--check]"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
MADE = "This page is made by `make docs` from the code; do not edit it."


def settings_page() -> str:
    """Return every setting with its variable, default and meaning."""
    from app.kernel.settings import PREFIX, Kernel
    from app.main import MODULES

    lines = [
        "# Settings",
        "",
        MADE,
        "",
        "A setting has one name everywhere: `--set name=value`, the environment variable, or the key in",
        "`stormbell.toml`, `~/.config/stormbell/config.toml`, `/etc/stormbell/config.toml`; the first that names it",
        "wins. Every variable also works with `_FILE` appended, naming a file that holds the value.",
        "",
    ]
    groups = [
        ("Server", _leaves(Kernel)),
        *((m.name, _leaves(m.settings, f"{m.name}.")) for m in MODULES if m.settings),
    ]
    for title, leaves in groups:
        lines += [f"## {title}", "", "| name | variable | default | meaning |", "|---|---|---|---|"]
        for name, default, meaning in leaves:
            variable = PREFIX + name.replace(".", "_").upper()
            lines.append(f"| `{name}` | `{variable}` | {_shown(default)} | {meaning} |")
        lines.append("")
    return "\n".join(lines)


def problems_page() -> str:
    """Return every problem with its status and what the class says about it."""
    import app.main  # noqa: F401  (imports every room's problems)
    from app.kernel.errors import Problem

    lines = [
        "# Problems",
        "",
        MADE,
        "",
        "Every error is `application/problem+json` (RFC 9457). Decide on `code`; it does not change. `detail` says",
        "what happened this time and what to do about it; `request_id` finds the request in the log.",
        "",
        "| code | status | meaning |",
        "|---|---|---|",
    ]
    for problem in sorted(_subclasses(Problem), key=lambda one: (one.code, one.__name__)):
        words = " ".join((inspect.getdoc(problem) or "").split())
        lines.append(f'| <a id="{problem.code}"></a>`{problem.code}` | {problem.status} | {words} |')
    return "\n".join(lines) + "\n"


PAGES = {"settings.md": settings_page, "problems.md": problems_page}


def main() -> int:
    """Write or check the pages."""
    stale = []
    for name, make in PAGES.items():
        wanted, path = make(), FOLDER / name
        if "--check" not in sys.argv:
            path.write_text(wanted)
        elif not path.is_file() or path.read_text() != wanted:
            stale.append(f"docs/reference/{name} is not what the code says; run 'make docs'")
    print("\n".join(stale), end="\n" if stale else "")
    return 1 if stale else 0


def _leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any, str]]:
    for name, info in model.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _leaves(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", info.get_default(call_default_factory=True), info.description or ""


def _shown(default: Any) -> str:
    if default is None:
        return "unset"
    if isinstance(default, list | dict) and not default:
        return "none"
    return f"`{default}`"


def _subclasses(base: type[Any]) -> set[type[Any]]:
    found = set()
    for one in base.__subclasses__():
        if one.__module__.startswith("app."):
            found |= {one} | _subclasses(one)
    return found


if __name__ == "__main__":
    sys.exit(main())
