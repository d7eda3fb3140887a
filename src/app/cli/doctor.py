"""``stormbell doctor``."""

import typer

from app.cli import show
from app.cli.app import Data, Json, Set, app
from app.cli.problems import FAILED

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@app.command()
def doctor(data: Data = None, set_: Set = [], json_: Json = False) -> None:  # noqa: B006
    """Check this machine and the server; exit code 1 if something is broken.

    Example: stormbell doctor --data /srv/stormbell
    """
    from app.cli.checks import examine
    from app.cli.settings import flags_of

    findings = examine(flags_of(set_, data_directory=data))
    worst = next((level for level in ("fail", "warn") if any(f.level == level for f in findings)), "ok")
    if json_:
        show.document({"status": worst, "checks": [vars(finding) for finding in findings]})
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            show.out(f"{show.paint(_MARKS[finding.level], finding.level)}  {finding.name:<{width}}  {finding.text}")
            if finding.fix:
                show.out(f"{'':{width + 6}}  → {finding.fix}")
    if worst == "fail":
        raise typer.Exit(FAILED)
