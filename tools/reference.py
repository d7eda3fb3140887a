"""Makes the pages of docs/reference on settings, problems and states. Run: python -m tools.reference [--check]"""

import sys
from collections.abc import Iterator, Sequence
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
        "A setting has one name everywhere. The first that names it wins: the flag `--set name=value`; the environment",
        "variable with `_FILE` appended, which names a file that holds the value; the environment variable;",
        "`stormbell.toml` in the working directory; `~/.config/stormbell/config.toml`; `/etc/stormbell/config.toml`.",
        "`STORMBELL_CONFIG` names one TOML file to read instead of the three.",
        "",
        "```toml",
        'log_level = "warning"',
        "[server]",
        "port = 8080",
        "```",
        "",
        "In a variable or flag a list is written with commas: `STORMBELL_EGRESS_ALLOW=10.0.0.0/8,feed.example:8443`.",
        "An unknown name is an error that names the nearest one. `stormbell config show --origin` lists them all with",
        "their origin. Settings are read at the start only.",
        "",
        "`STORMBELL_URL`, `STORMBELL_TOKEN` and `STORMBELL_TOKEN_FILE` are no settings of the server: the",
        "[commands](commands.md) read them.",
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
            lines.append(f"| `{name}` | `{variable}` | {_shown(default, name)} | {meaning.replace('<', '&lt;')} |")
        lines.append("")
    return "\n".join(lines)


def problems_page() -> str:
    """Return every problem with its status and what the class says about it."""
    import app.main  # noqa: F401  (imports every room's problems)
    from app.kernel.errors import every_problem

    lines = [
        "# Problems",
        "",
        MADE,
        "",
        "Every error is `application/problem+json` (RFC 9457). Decide on `code`; it does not change. `detail` says",
        "what happened this time; `request_id` finds the request in the log. `type` is the address of this page on the",
        "server that answered: `/docs/problems#<code>`, which needs no login.",
        "",
        "| code | status | meaning | what to do |",
        "|---|---|---|---|",
    ]
    for problem in every_problem():
        code = f'<a id="{problem.code}"></a>`{problem.code}`'
        lines.append(f"| {code} | {problem.status} | {problem.title()}. | {problem.advice()} |")
    return "\n".join(lines) + "\n"


def states_page() -> str:
    """Return the state machines of jobs, incidents, stages and nodes as diagrams and tables."""
    from app.modules.jobs import states as jobs
    from app.modules.nodes import states as nodes
    from app.modules.workflows import incident_states as incidents

    def shown(standing: nodes.Standing) -> str:
        return f"{standing.state}, unresponsive" if standing.unresponsive else standing.state

    lines = [
        "# States",
        "",
        MADE,
        "",
        "What the promises about these states are: [What the queue guarantees](../explanation/guarantees.md).",
        "",
        "## A job",
        "",
        "`held` is told to people as queued: it waits for room or for its turn, and `waiting_on` says for which.",
        "",
        "```mermaid",
        jobs.diagram(),
        "```",
        "",
        "| from | to | when |",
        "|---|---|---|",
        *(f"| {move.before or ''} | {move.after} | {move.when} |" for move in jobs.MOVES),
        "",
        *_machine("An incident", incidents.INCIDENT_MOVES, incidents.diagram(incidents.INCIDENT_MOVES)),
        *_machine("A stage", incidents.STAGE_MOVES, incidents.diagram(incidents.STAGE_MOVES)),
        "## A node",
        "",
        "Unresponsive is a reason on the state a node was last in. Dead is final for a boot id.",
        "",
        "```mermaid",
        nodes.diagram().strip(),
        "```",
        "",
        "| from | to | when |",
        "|---|---|---|",
        *(f"| {shown(was)} | {shown(now)} | {nodes.MEANINGS[what]} |" for was, what, now in nodes.moves()),
    ]
    return "\n".join(lines) + "\n"


def _machine(title: str, moves: Sequence[tuple[str | None, str, str]], diagram: str) -> list[str]:
    head = [f"## {title}", "", "```mermaid", diagram, "```", "", "| from | to | when |", "|---|---|---|"]
    return [*head, *(f"| {before or ''} | {after} | {when} |" for before, after, when in moves), ""]


PAGES = {"settings.md": settings_page, "problems.md": problems_page, "states.md": states_page}


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


def _shown(default: Any, name: str) -> str:
    if default is None:
        return "unset"
    if isinstance(default, list | dict) and not default:
        return "none"
    if isinstance(default, bool):
        return f"`{default}`".lower()
    if name.endswith("_bytes") and default % 1024**2 == 0:
        size = f"{default // 1024**3} GiB" if default % 1024**3 == 0 else f"{default // 1024**2} MiB"
        return f"`{default}` ({size})"
    if name.endswith("_seconds") and default > 0 and default % 86_400 == 0:
        days = default // 86_400
        return f"`{default}` ({days} {'day' if days == 1 else 'days'})"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


if __name__ == "__main__":
    sys.exit(main())
