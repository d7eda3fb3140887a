"""Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 conflict, 6 timed out, 7 server unreachable."""

import errno
import sys
import traceback

import click

from app.kernel.errors import StartProblem

USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, TIMED_OUT, UNREACHABLE = 2, 3, 4, 5, 6, 7


class CommandFailed(Exception):
    """A command cannot do what was asked; the message is one sentence, ``code`` the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def exit_code_of(error: BaseException) -> int:
    """Say what went wrong on stderr and return the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show(file=sys.stderr)
        return error.exit_code
    if isinstance(error, KeyboardInterrupt | click.exceptions.Abort):
        return 130
    if isinstance(error, CommandFailed):
        return _say(str(error), error.code)
    if isinstance(error, StartProblem):
        return _say(str(error), USAGE if type(error).__name__ == "SettingsProblem" else 1)
    if isinstance(error, OSError) and error.errno in _REASONS:
        return _say(f"{_REASONS[error.errno]}: {error.filename or error}", 1)
    if isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        return exit_code_of(error.exceptions[0])
    traceback.print_exception(error)
    return 1


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EACCES: "no permission",
    errno.EROFS: "the file system is read-only",
}


def _say(message: str, code: int) -> int:
    print(f"stormbell: {message}", file=sys.stderr)
    return code
