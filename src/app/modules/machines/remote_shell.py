"""Commands as another machine's login shell is given them, and what came back taken out of what else was said there.

Whatever the login shell is (sh, csh, fish), it sees digits and backslashes: nothing in a command can be expanded. What
start-up files print comes before a random mark and is never read as data; without the mark at the end nothing is.
"""

import secrets
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from app.modules.machines.transport import Completed, CutShort

# In a subshell, so that `exit` or `exec` as a command ends it alone and the last line is still written.
_SCRIPT = (
    r"""printf '%s %s\n' "$0" $$; printf '%s\n' "$0" >&2; ("$@"); s=$?; printf '\n%s %s\n' "$0" "$s"; """
    r"""printf '\n%s\n' "$0" >&2"""
)
_NOISE_BYTES = 300


@dataclass(frozen=True)
class Wrapped:
    """One command line for a login shell, and the mark its answer lies between."""

    line: str
    mark: str


def wrap(command: Sequence[str]) -> Wrapped:
    """Return the line that runs ``command`` with LC_ALL=C. Raises ValueError for what no command line can hold."""
    if not command or any("\x00" in part for part in command):
        raise ValueError("a command has at least one word, and no word holds a zero byte")
    mark = f"stormbell-{secrets.token_hex(16)}"
    inner = " ".join(shlex.quote(part) for part in ("exec", "/bin/sh", "-c", _SCRIPT, mark, *command))
    octal = "".join(f"\\0{byte:03o}" for byte in inner.encode(errors="surrogateescape"))
    return Wrapped(f"""exec env LC_ALL=C /bin/sh -c 'eval "$(printf %b "$0")"' '{octal}'""", mark)


def unwrap(mark: str, stdout: bytes | bytearray, stderr: bytes | bytearray) -> Completed:
    """Return what the command wrote and how it ended. Raises CutShort when its end is not there."""
    wanted = mark.encode()
    _, begun, rest = bytes(stdout).partition(wanted + b" ")
    rest = rest.partition(b"\n")[2]
    if not begun:
        said = (stdout + stderr)[-_NOISE_BYTES:].decode(errors="replace").strip()
        raise CutShort(f"the login shell did not run the command{f': {said}' if said else ''}")
    written, ended, status = (b"\n" + rest).rpartition(b"\n" + wanted + b" ")
    if not ended or not status.endswith(b"\n") or not status.strip().isdigit():
        raise CutShort("the connection ended before the command's answer did")
    _, _, errors = bytes(stderr).partition(wanted + b"\n")
    return Completed(int(status), written[1:], errors.rpartition(b"\n" + wanted)[0])


def ending(mark: str, stdout: bytes | bytearray) -> list[str] | None:
    """Return the command that ends what was begun, once it has said which process it is: with all it started.

    sshd makes each command the first of a process group. It would end it by itself when asked to, but not for root.
    """
    said = stdout.partition(mark.encode() + b" ")[2].partition(b"\n")[0]
    return ["kill", "-s", "KILL", "--", f"-{int(said)}"] if said.isdigit() else None
