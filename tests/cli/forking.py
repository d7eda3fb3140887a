"""The program without the start of Python: a process that has imported it forks for each command.

``forking.py serve SOCKET MODULE...`` answers until its standard input is closed. ``python -I -S forking.py run SOCKET
WORD...`` is the command for whoever starts it: its descriptors, folder, environment, signals and end are those of the
command.
"""

import array
import marshal
import os
import selectors
import signal
import socket
import sys

_FORWARDED = (signal.SIGINT, signal.SIGTERM)
_HEAD_BYTES = 8


def run(place: str, words: list[str]) -> None:
    """Have a command run with what this process has, and end as it does."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _FORWARDED)
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(place)
        said = marshal.dumps((words, os.getcwd(), dict(os.environ)))  # noqa: PTH109 (pathlib takes longer than the rest)
        descriptors = array.array("i", [0, 1, 2])
        wire.sendmsg([len(said).to_bytes(_HEAD_BYTES)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        wire.sendall(said)
        process_id = int.from_bytes(_exactly(wire, _HEAD_BYTES))
        for number in _FORWARDED:
            signal.signal(number, lambda number, _frame: os.kill(process_id, number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
        code = os.waitstatus_to_exitcode(int.from_bytes(_exactly(wire, _HEAD_BYTES)))
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def serve(place: str, modules: list[str]) -> None:
    """Import ``modules`` too, then fork for each who asks, until nobody holds the other end of standard input."""
    import contextlib
    import gc
    import importlib

    import httpcore  # noqa: F401 (nearly every command imports these when it runs)
    import stormbell_client  # noqa: F401

    import app.cli  # noqa: F401

    for name in modules:
        importlib.import_module(name)
    gc.freeze()  # what is forked shares these pages for as long as nobody counts in them
    woken, waker = socket.socketpair()
    for end in (woken, waker):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno())
    running: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as door, selectors.DefaultSelector() as ready:
        door.bind(place)
        door.listen()
        print("ready", flush=True)
        for source in (door, woken, 0):
            ready.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is door:
                    wire = door.accept()[0]
                    with contextlib.suppress(ConnectionError):
                        running[_begin(wire)] = wire
                        ready.register(wire, selectors.EVENT_READ)
                elif key.fileobj is woken:
                    woken.recv(4096)
                    for process_id, status in _ended():
                        with running.pop(process_id) as wire, contextlib.suppress(KeyError, ConnectionError):
                            ready.unregister(wire)
                            wire.send(status.to_bytes(_HEAD_BYTES), socket.MSG_NOSIGNAL)
                elif key.fileobj == 0:
                    for process_id in running:
                        os.kill(process_id, signal.SIGKILL)
                    return
                else:  # whoever asked was killed
                    ready.unregister(key.fileobj)
                    for process_id, wire in running.items():
                        if wire is key.fileobj:
                            os.kill(process_id, signal.SIGKILL)


def _begin(wire: socket.socket) -> int:
    head, descriptors, _, _ = socket.recv_fds(wire, _HEAD_BYTES, 3)
    words, folder, environment = marshal.loads(_exactly(wire, int.from_bytes(head)))
    process_id = os.fork()
    if process_id:
        for descriptor in descriptors:
            os.close(descriptor)
        wire.sendall(process_id.to_bytes(_HEAD_BYTES))
        return process_id
    code = 1
    try:
        code = _command(words, folder, environment, descriptors)
    finally:
        os._exit(code)


def _command(words: list[str], folder: str, environment: dict[str, str], descriptors: list[int]) -> int:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    os.closerange(3, max(descriptors) + 1024)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["stormbell", *words]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (it ends with the process)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)  # noqa: SIM115
    try:
        sys.modules["app.cli"].main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    else:
        code = 0
    sys.stdout.flush()
    return code


def _ended() -> list[tuple[int, int]]:
    found = []
    while True:
        try:
            process_id, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if not process_id:
            return found
        found.append((process_id, status))


def _exactly(wire: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        chunk = wire.recv(count - len(got))
        if not chunk:
            raise ConnectionError("the other side is gone")
        got += chunk
    return got


if __name__ == "__main__":
    {"serve": serve, "run": run}[sys.argv[1]](sys.argv[2], sys.argv[3:])
