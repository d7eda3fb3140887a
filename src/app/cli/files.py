"""Files people name to commands: read as text, from ``-`` for stdin, and written into folders that are made."""

import sys
from pathlib import Path

from app.cli.problems import USAGE, CommandFailed


def text_of(place: str | Path) -> str:
    """Return what a file says, or stdin for ``-``. Raises CommandFailed when it cannot be read or is no text."""
    try:
        if str(place) == "-":
            return sys.stdin.read()
        return Path(place).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{place} cannot be read: {error.strerror}", USAGE) from error
    except UnicodeDecodeError as error:
        raise CommandFailed(f"{place} cannot be read: it is not text in UTF-8", USAGE) from error


def said(text: str) -> str:
    """Return an option's text: of a file after ``@``, of stdin after ``@-``. Raises as :func:`text_of`."""
    return text_of(text[1:]) if text.startswith("@") else text


def room_for(file: Path) -> Path:
    """Make the folders ``file`` goes into and return it. Raises CommandFailed when one of them cannot be made."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandFailed(f"there can be no folder {file.parent}: {error.strerror}", USAGE) from error
    return file
