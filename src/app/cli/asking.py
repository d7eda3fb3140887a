"""Before something is destroyed: say what, ask on a terminal, and stop there when it was only a rehearsal."""

import sys

import typer

from app.cli import show
from app.cli.problems import CommandFailed


def allowed(what: str, subject: object, *, yes: bool, dry_run: bool, json_: bool) -> bool:
    """Return whether to go on. ``what`` is the sentence, ``subject`` the document it is about.

    Nobody is asked when there is no terminal to ask on. Raises CommandFailed when the answer is no.
    """
    if dry_run:
        if json_:
            show.document({"dry_run": True, "would": what, "subject": subject})
        else:
            show.out(f"Would {what}.")
        return False
    if yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    if not typer.confirm(f"{what[0].upper()}{what[1:]}?", err=True):
        raise CommandFailed("nothing was changed")
    return True
