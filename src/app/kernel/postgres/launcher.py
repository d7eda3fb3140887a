"""Becomes the server: `python -I -S launcher.py PARENT exec|watch DIRECTORY... -- COMMAND...`. Imports nothing of ours.

A process between us and PostgreSQL, because what it must be given only a process can give itself: an identity that
is not root, and a death signal. DIRECTORY... are those the server owns; the first decides which user it runs as.
"""

import contextlib
import ctypes
import os
import pwd
import select
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CLONE_NEWUSER = 0x10000000
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def main() -> None:
    parent, mode = int(sys.argv[1]), sys.argv[2]
    split = sys.argv.index("--")
    directories, command = sys.argv[3:split], sys.argv[split + 1 :]
    if os.geteuid() == 0:
        try:
            leave_root(directories, command)
        except OSError as error:
            sys.exit(f"root cannot become another user to run PostgreSQL: {error}")
    if mode == "watch":
        sys.exit(watch(command))
    # After the identity: a change of credentials clears it (prctl(2)). The signal comes when the parent's *thread*
    # ends, which is the one that runs the event loop. SIGINT is PostgreSQL's fast shutdown.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the supervisor ended before its server began")
    try:
        os.execv(command[0], command)  # noqa: S606
    except OSError as error:
        sys.exit(f"{command[0]} cannot be started as user {os.geteuid()}: {error.strerror}")


def leave_root(directories: list[str], command: list[str]) -> None:
    """PostgreSQL refuses to run as root: run as the data's owner, else as root in a user namespace, else as nobody."""
    owner = Path(directories[0]).stat()
    stand_in = next((pwd.getpwnam(name) for name in ("postgres", "nobody") if has_account(name)), None)
    if owner.st_uid != 0:
        drop_to(owner.st_uid, owner.st_gid, keep_reach=stand_in is not None and owner.st_uid == stand_in.pw_uid)
    elif sys.platform == "linux" and namespace_works(directories, command):
        enter_user_namespace()
    elif stand_in is None:
        sys.exit("root cannot run PostgreSQL here: user namespaces are denied and there is no user nobody")
    else:
        for directory in directories:
            for place, _, names in os.walk(directory):
                for path in (place, *(os.path.join(place, name) for name in names)):  # noqa: PTH118
                    os.chown(path, stand_in.pw_uid, stand_in.pw_gid, follow_symlinks=False)
        drop_to(stand_in.pw_uid, stand_in.pw_gid, keep_reach=True)


def has_account(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def namespace_works(directories: list[str], command: list[str]) -> bool:
    """Try it in a throw-away child: a process that has unshared but may not map, or cannot reach, has no way back."""
    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(OSError):
            enter_user_namespace()
            reachable = os.access(command[0], os.X_OK) and all(os.access(d, os.W_OK | os.X_OK) for d in directories)
            status = 0 if reachable else 1
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def enter_user_namespace() -> None:
    """Be another user to PostgreSQL, and still root's files' owner to the kernel. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    # initdb looks its user up by name, so the id inside must have one.
    known = [uid for uid in (1000, *(entry.pw_uid for entry in pwd.getpwall())) if uid != 0 and has_uid(uid)]
    inside = known[0] if known else 1000
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside} 0 1")
    Path("/proc/self/gid_map").write_text(f"{inside} 0 1")


def has_uid(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def drop_to(uid: int, gid: int, *, keep_reach: bool) -> None:
    """Become another user. ``keep_reach`` keeps CAP_DAC_OVERRIDE, so that nothing above the data needs a chmod.

    Only for the stand-in user: to the data's own owner it would lend root's reach.
    """
    keep_reach = keep_reach and sys.platform == "linux"
    libc = ctypes.CDLL(None)
    if keep_reach:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if keep_reach:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        only = 1 << CAP_DAC_OVERRIDE  # effective, permitted, inheritable; then their upper halves
        if libc.capset(header, (ctypes.c_uint32 * 6)(only, only, only, 0, 0, 0)) == 0:
            libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def watch(command: list[str]) -> int:
    """Where there is no death signal: stay, pass signals on, and stop the server when standard input ends."""
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, _: object) -> None:
        if child is not None:
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, pass_on)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False)
    watched = [wake, 0]
    while child.poll() is None:
        ready = select.select(watched, [], [])[0]
        if wake in ready:
            os.read(wake, 512)
        if 0 in ready and not os.read(0, 1):
            watched.remove(0)
            child.send_signal(signal.SIGINT)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


if __name__ == "__main__":
    main()
