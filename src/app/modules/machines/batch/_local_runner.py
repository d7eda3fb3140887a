"""Runs one command under limits and writes the receipt; outlives the server. Standard library only.

``python -I -S _local_runner.py DIRECTORY limit=value… -- COMMAND…`` with the run's own environment. The command starts
before anything heavy is imported (measured: about 20 ms from spawn to exec). As the child subreaper (prctl(2)) the
runner inherits whatever its command leaves behind, so it can end all of it.
"""
# pathlib and contextlib would double the time to start; `signal` alone costs 4 ms for its enums.
# ruff: noqa: PTH105, PTH108, PTH110, PTH112, PTH113, PTH114, PTH118, PTH120, PTH123, PTH207, PTH208, SIM105

import _signal as signal  # type: ignore[import-not-found]  # the C module behind `signal`
import os
import select
import sys
import time
from collections.abc import Callable
from resource import RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_FSIZE, setrlimit

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
MOST_OUTPUTS = 10_000
CHUNK_BYTES = 65536


class Stream:
    """One output stream in a file; half of what is kept, it becomes ``<name>.old`` and a new one begins."""

    def __init__(self, name: str, keep_bytes: int) -> None:
        self.name = name
        self.total_bytes = 0
        self._half = keep_bytes // 2
        self._held = 0
        self._file = self._open()
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)

    def _open(self) -> int:
        return os.open(self.name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)

    def pump(self) -> bool:
        """Move what is there; say whether more can come."""
        while True:
            try:
                chunk = os.read(self.reader, min(CHUNK_BYTES, self._half))
            except BlockingIOError:
                return True
            if not chunk:
                return False
            self.total_bytes += len(chunk)
            try:
                if self._held + len(chunk) > self._half:
                    os.close(self._file)
                    os.replace(self.name, self.name + ".old")
                    self._file, self._held = self._open(), 0
                os.write(self._file, chunk)
                self._held += len(chunk)
            except OSError:
                pass  # a full disk may cost output, never the run


class Runner:
    """One run, from start to receipt."""

    def __init__(self, directory: str, limits: dict[str, str], command: list[str]) -> None:
        self.directory = directory
        self.command = command
        self.walltime = float(limits["walltime"])
        self.grace = float(limits["grace"])
        self.cpu = int(limits["cpu"])
        self.file = int(limits["file"])
        self.memory = int(limits["memory"])
        self.nice = int(limits["nice"])
        self.ended_by = "exit"
        self.error: str | None = None
        self.status: int | None = None
        self.cpu_seconds = 0.0
        self.max_rss = 0
        self.asked_to_end = False
        self.streams = [Stream("stdout", int(limits["output"])), Stream("stderr", int(limits["output"]))]
        self.prctl = _prctl()
        self.prctl(PR_SET_CHILD_SUBREAPER, 1)

    def run(self) -> None:
        """Start the command, see it through, write the receipt."""
        wake_reader, wake_writer = os.pipe()
        os.set_blocking(wake_reader, False)
        os.set_blocking(wake_writer, False)
        signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_end)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        self.started_at = time.time()
        begun = time.monotonic()
        self.child = self._start()
        import glob  # noqa: F401 (loaded while the command runs, for when it has ended)
        import hashlib  # noqa: F401
        import json  # noqa: F401

        self._watch(wake_reader, begun + self.walltime)
        self.finished_at = time.time()
        self._end_all(grace=0.0)
        self._pump_all()
        self._write_receipt()

    def _ask_to_end(self, *_: object) -> None:
        self.asked_to_end = True

    def _start(self) -> int:
        failed_reader, failed_writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                self._become_command()
            except BaseException as error:  # noqa: BLE001 (told to the parent, then the process ends)
                why = getattr(error, "strerror", None) or error  # its own words name the program again, as bytes
                os.write(failed_writer, f"{self.command[0]}: {why}".encode(errors="replace")[:4000])
            os._exit(127)
        os.close(failed_writer)
        for stream in self.streams:
            os.close(stream.writer)
        text = os.read(failed_reader, 4096)  # ends with exec, which closes the other side
        os.close(failed_reader)
        if text:
            self.ended_by, self.error = "start_failed", text.decode(errors="replace")
        return child

    def _become_command(self) -> None:
        os.setpgid(0, 0)
        self.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(self.streams[0].writer, 1)
        os.dup2(self.streams[1].writer, 2)
        try:
            with open("/proc/self/oom_score_adj", "w") as file:
                file.write("500")  # when memory runs out, a run ends before the server does
        except OSError:
            pass
        os.nice(self.nice)
        os.chdir("work")
        setrlimit(RLIMIT_CORE, (0, 0))
        if self.file:
            setrlimit(RLIMIT_FSIZE, (self.file, self.file))
        # Soft: SIGXCPU, which can be handled; hard: SIGKILL.
        setrlimit(RLIMIT_CPU, (self.cpu, self.cpu + 5))
        if self.memory:
            setrlimit(RLIMIT_AS, (self.memory, self.memory))
        os.execvpe(self.command[0], self.command, os.environ)  # noqa: S606 (no shell is the point)

    def _watch(self, wake_reader: int, deadline: float) -> None:
        """Return when the command has ended or was made to."""
        poller = select.poll()
        poller.register(wake_reader, select.POLLIN)
        open_streams = {stream.reader: stream for stream in self.streams}
        for reader in open_streams:
            poller.register(reader, select.POLLIN)
        while not self._reap():
            left = deadline - time.monotonic()
            if self.asked_to_end or left <= 0:
                self.ended_by = "terminated" if self.asked_to_end else "walltime"
                self._end_all(self.grace)
                return
            for descriptor, _ in poller.poll(min(left, 3600) * 1000 + 1):
                if descriptor == wake_reader:
                    os.read(wake_reader, 512)
                elif not open_streams[descriptor].pump():
                    poller.unregister(descriptor)

    def _reap(self) -> bool:
        """Collect what ended; say whether the command itself has."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return self.status is not None
            self.cpu_seconds += usage.ru_utime + usage.ru_stime
            self.max_rss = max(self.max_rss, usage.ru_maxrss)
            if pid == self.child:
                self.status = status

    def _end_all(self, grace: float) -> None:
        """End the command and every descendant: TERM, ``grace`` seconds, KILL, until none is left."""
        if grace > 0:
            _send(signal.SIGTERM, _descendants())
            until = time.monotonic() + grace
            while time.monotonic() < until:
                self._pump_all()
                if self._reap() and not _descendants():
                    return
                time.sleep(0.01)
        until = time.monotonic() + 10  # a process in an uninterruptible read cannot be killed before it returns
        while time.monotonic() < until:
            self._pump_all()
            living = _descendants()
            if self._reap() and not living:
                return
            _send(signal.SIGKILL, living)
            time.sleep(0.002)

    def _pump_all(self) -> None:
        for stream in self.streams:
            stream.pump()

    def _write_receipt(self) -> None:
        import json

        signalled = self.status is not None and os.WIFSIGNALED(self.status)
        exit_code = os.waitstatus_to_exitcode(self.status) if self.status is not None and not signalled else None
        if signalled and self.ended_by == "exit":
            self.ended_by = "signal"
        outputs, omitted = ([], 0) if exit_code != 0 or self.ended_by != "exit" else _outputs(json)
        document = {
            "exit_code": exit_code,
            "signal": os.WTERMSIG(self.status) if self.status is not None and signalled else None,
            "ended_by": self.ended_by,
            "error": self.error,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "cpu_seconds": round(self.cpu_seconds, 6),
            "max_rss_bytes": self.max_rss * (1 if sys.platform == "darwin" else 1024),
            "stdout_bytes": self.streams[0].total_bytes,
            "stderr_bytes": self.streams[1].total_bytes,
            "outputs": outputs,
            "outputs_omitted": omitted,
        }
        for _ in range(60):
            try:
                with open("receipt.part", "w") as file:
                    json.dump(document, file)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace("receipt.part", "receipt.json")
                directory = os.open(".", os.O_RDONLY)
                os.fsync(directory)
                os.close(directory)
            except OSError:
                time.sleep(1)  # a full disk may get room again, and without a receipt the run was for nothing
            else:
                return


def _outputs(json: object) -> tuple[list[dict[str, object]], int]:
    """Return name, size and SHA-256 of every plain file that matches, and how many did not qualify."""
    import glob
    import hashlib

    with open("run.json") as file:
        patterns = json.load(file)["outputs"]  # type: ignore[attr-defined]  # the module, imported late
    top = os.path.realpath("work")
    names = sorted({n for p in patterns for n in glob.iglob(p, root_dir=top, recursive=True, include_hidden=True)})
    found: list[dict[str, object]] = []
    omitted = 0
    for name in names:
        path = os.path.join(top, name)
        if os.path.isdir(path):
            continue
        inside = os.path.realpath(os.path.dirname(path)) + "/"
        plain = os.path.isfile(path) and not os.path.islink(path) and inside.startswith(top + "/")
        if not plain or len(found) >= MOST_OUTPUTS or len(name) > 400 or not name.isprintable():
            omitted += 1
            continue
        with open(path, "rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            found.append({"name": name, "bytes": os.fstat(content.fileno()).st_size, "sha256": sha256})
    return found, omitted


def _descendants() -> list[int]:
    """Return every living process below this one (Linux); zombies do not count."""
    children: dict[int, list[int]] = {}
    try:
        entries = os.listdir("/proc")
    except OSError:
        return []
    for entry in entries:
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", "rb") as file:
                    state, parent = file.read().rpartition(b")")[2].split()[:2]
            except OSError:
                continue
            # A zombie's own children were given to us already.
            if state not in (b"Z", b"X"):
                children.setdefault(int(parent), []).append(int(entry))
    found: list[int] = []
    todo = [os.getpid()]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def _send(number: int, pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def _prctl() -> Callable[..., int]:
    if not sys.platform.startswith("linux"):
        return lambda *_: 0
    from ctypes import CDLL

    return CDLL(None).prctl


def _claim() -> bool:
    """Say that this process runs the run, in one atomic step; false when another does or did."""
    with open("/proc/self/stat", "rb") as file:
        ticks = int(file.read().rpartition(b")")[2].split()[19])  # starttime, proc(5)
    with open("/proc/sys/kernel/random/boot_id") as file:
        boot = file.read().strip()
    part = f"started.part{os.getpid()}"
    with open(part, "w") as file:
        file.write(f'{{"pid": {os.getpid()}, "start_ticks": {ticks}, "boot": "{boot}", "at": {time.time()}}}')
    try:
        os.link(part, "started.json")
    except FileExistsError:
        return False
    finally:
        os.unlink(part)
    return True


def main() -> None:
    """Run what the arguments say."""
    at = sys.argv.index("--")
    os.chdir(sys.argv[1])
    os.umask(0o027)
    os.setsid()
    if _claim() and not os.path.exists("cancel"):
        limits = dict(argument.split("=", 1) for argument in sys.argv[2:at])
        Runner(sys.argv[1], limits, sys.argv[at + 1 :]).run()


if __name__ == "__main__":
    main()
