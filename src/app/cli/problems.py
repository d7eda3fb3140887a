"""Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 conflict, 6 timed out, 7 server unreachable."""

import errno
import sys
import traceback
from typing import Any

import typer

from app.kernel.console import clean

FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, TIMED_OUT, UNREACHABLE = 1, 2, 3, 4, 5, 6, 7
INTERRUPTED, NO_READER = 130, 141  # as a shell reports SIGINT and SIGPIPE

_BY_STATUS = {
    401: NOT_ALLOWED,
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    409: CONFLICT,
    412: CONFLICT,
    502: UNREACHABLE,
    503: UNREACHABLE,
    504: UNREACHABLE,
}
_BY_CODE = {"request_invalid": USAGE, "request_malformed": USAGE}


class CommandFailed(Exception):
    """A command cannot do what was asked; the message is one sentence, ``code`` the exit code."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


class Refused(CommandFailed):
    """The server answered with a problem; ``status`` is HTTP's, ``problem`` the server's stable code."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        """``document`` is a problem document, or empty when something else answered."""
        self.status = status
        self.problem = str(document.get("code", "http"))
        names = ("detail",) if status == 404 and document.get("detail") else ("title", "detail")
        said = [str(document[name]).rstrip(".") for name in names if document.get(name)]
        text = ": ".join(said) or f"the server answered {status}"
        marks = [
            self.problem if document else "",
            f"request {document['request_id']}" if "request_id" in document else "",
        ]
        mark = ", ".join(filter(None, marks))
        hint = ""
        if status == 401 and self.problem == "unauthenticated":
            text, hint = "you are not logged in", "; log in with 'stormbell login'"
        super().__init__(
            f"{text}{f' ({mark})' if mark else ''}{hint}",
            _BY_CODE.get(self.problem, _BY_STATUS.get(status, FAILED)),
        )


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
    if isinstance(error, OSError) and error.errno in _REASONS:
        return _say(f"{_REASONS[error.errno]}: {error.filename or error}", FAILED)
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
