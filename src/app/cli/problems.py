"""Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 conflict, 6 timed out, 7 server unreachable."""

import errno
import re
import sys
import traceback
from enum import Enum, StrEnum
from typing import Any

import typer

from app.kernel.console import clean

FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, TIMED_OUT, UNREACHABLE = 1, 2, 3, 4, 5, 6, 7
INTERRUPTED, NO_READER = 130, 141  # as a shell reports SIGINT and SIGPIPE

_BY_STATUS = {
    400: USAGE,
    401: NOT_ALLOWED,
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    409: CONFLICT,
    412: CONFLICT,
    422: USAGE,
    502: UNREACHABLE,
    503: UNREACHABLE,
    504: UNREACHABLE,
}


class CommandFailed(Exception):
    """A command cannot do what was asked; the message is one sentence, ``code`` the exit code."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


class Refused(CommandFailed):
    """The server answered with a problem; ``status`` is HTTP's, ``problem`` the server's stable code."""

    def __init__(self, status: int, document: dict[str, Any], stranger: tuple[str, str] | None = None) -> None:
        """``document`` is a problem document, or empty when something else answered.

        ``stranger`` says why nobody is known to the server, and what to do, where that is the problem.
        """
        self.status = status
        self.problem = str(document.get("code", "http"))
        # What is not there is often told by its id alone.
        names = ("detail",) if status == 404 and " " in str(document.get("detail", "")) else ("title", "detail")
        said = [str(document[name]).rstrip(".") for name in names if document.get(name)]
        # Which members are wrong, where the detail does not say it.
        wrong = [one for one in document.get("errors", []) if str(one["message"]).rstrip(".") not in str(said)]
        said += ["; ".join(f"{one['pointer']} {one['message']}".rstrip(".") for one in wrong)] if wrong else []
        text = ": ".join(said) or f"the server answered {status}"
        marks = [
            self.problem if document else "",
            f"request {document['request_id']}" if "request_id" in document else "",
        ]
        mark = ", ".join(filter(None, marks))
        hint = ""
        if is_stranger(status, document):
            text, hint = stranger or ("you are not logged in", "log in with 'stormbell login'")
            hint = f"; {hint}"
        super().__init__(
            f"{text}{f' ({mark})' if mark else ''}{hint}",
            _BY_STATUS.get(status, FAILED),
        )


def is_stranger(status: int, document: dict[str, Any]) -> bool:
    """Say whether the server answered that it does not know who asks."""
    return status == 401 and document.get("code") == "unauthenticated"


def exit_code_of(error: BaseException) -> int:
    """Say what went wrong on stderr and return the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, CommandFailed):
        return _say(str(error), error.code)
    if isinstance(error, typer.TyperException):
        show: Any = getattr(error, "show", None)
        if show is None:
            return _say(str(error), error.exit_code)
        show(file=sys.stderr)
        return error.exit_code
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return INTERRUPTED
    if isinstance(error, OSError) and (error.errno in _REASONS or error.filename is not None):
        return _say(f"{_REASONS.get(error.errno or 0, error.strerror)}: {error.filename or error}", FAILED)
    if isinstance(error, UnicodeError):
        return _say(f"not text in UTF-8: {error}", USAGE)
    if isinstance(error, ValueError) and (said := _told_of_value(str(error))) is not None:
        return _say(said, USAGE)
    if isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        return exit_code_of(error.exceptions[0])
    return _exit_code_of_server(error)


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EACCES: "no permission",
    errno.EROFS: "the file system is read-only",
    errno.ENOENT: "there is no such file",
    errno.EISDIR: "this is a folder",
}


def _told_of_value(text: str) -> str | None:
    """Say what could stand there when a model of the API did not take what was typed; ``None`` if it is about else."""
    if found := re.fullmatch(r"Invalid isoformat string: (.+)", text):
        return f"{found[1]} is no time; write it like 2026-03-01T12:00Z"
    if found := re.fullmatch(r"(.+) is not a valid (\w+)", text):
        for kind in (*Enum.__subclasses__(), *StrEnum.__subclasses__()):
            if kind.__name__ == found[2] and kind.__module__.startswith("stormbell_client."):
                return f"{found[1]} is none of {', '.join(str(member.value) for member in kind)}"
    return None


def _exit_code_of_server(error: BaseException) -> int:
    # Imported only now: most commands never need them.
    from app.kernel.errors import StartProblem
    from app.kernel.settings import SettingsProblem

    if isinstance(error, StartProblem):
        return _say(str(error), USAGE if isinstance(error, SettingsProblem) else FAILED)
    traceback.print_exception(error)
    return FAILED


def _say(message: str, code: int) -> int:
    print(f"stormbell: {clean(message)}", file=sys.stderr)
    return code
