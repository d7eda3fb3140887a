"""Handlers that run in processes: those find them here, by module and name."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import structlog
from pydantic import BaseModel

from app.modules import jobs


class Order(BaseModel):
    """What a handler is to do."""

    act: str = ""
    place: str = ""
    n: int = 0


class Done(BaseModel):
    """What came of it."""

    pid: int
    n: int = 0
    text: str = ""


def act(attempt: jobs.SyncAttempt, payload: Order) -> Done | None:
    """Do one of many things, most of them bad."""
    return globals()[payload.act](attempt, payload)


def count(attempt: jobs.SyncAttempt, payload: Order) -> Done:
    return Done(pid=os.getpid(), n=payload.n + 1)


def environment(attempt: jobs.SyncAttempt, payload: Order) -> Done:
    return Done(pid=os.getpid(), text="\n".join(f"{name}={value}" for name, value in os.environ.items()))


def fail(attempt: jobs.SyncAttempt, payload: Order) -> None:
    raise ValueError("it cannot be done")


def exit_(attempt: jobs.SyncAttempt, payload: Order) -> None:
    sys.exit("I am out")


def segfault(attempt: jobs.SyncAttempt, payload: Order) -> None:
    ctypes.string_at(0)


def vanish(attempt: jobs.SyncAttempt, payload: Order) -> None:
    os._exit(3)


def kill_itself(attempt: jobs.SyncAttempt, payload: Order) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def eat(attempt: jobs.SyncAttempt, payload: Order) -> None:
    eaten = []
    while True:
        eaten.append(bytearray(512 * 1024**2))


def rubbish(attempt: jobs.SyncAttempt, payload: Order) -> dict[str, int]:
    return {"pid": 1}


def snooze(attempt: jobs.SyncAttempt, payload: Order) -> None:
    if attempt.attempt == 1:
        raise jobs.Snooze(0.01)


def discard(attempt: jobs.SyncAttempt, payload: Order) -> None:
    raise jobs.Discard("it is of no use")


def wait(attempt: jobs.SyncAttempt, payload: Order) -> None:
    Path(payload.place).write_text(str(os.getpid()))
    attempt.cancelled.wait(60)
    attempt.check()


def spin(attempt: jobs.SyncAttempt, payload: Order) -> None:
    """Ignore everything, SIGTERM included."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(payload.place).write_text(str(os.getpid()))
    while True:
        pass


def fork(attempt: jobs.SyncAttempt, payload: Order) -> Done:
    """Come back twice, and leave somebody behind in a session of his own."""
    forked = os.fork()
    if forked == 0:
        return Done(pid=os.getpid(), n=1000)
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    Path(payload.place).write_text(str(left.pid))
    return Done(pid=os.getpid(), n=1)


def talk(attempt: jobs.SyncAttempt, payload: Order) -> None:
    print("printed by the handler")
    os.write(2, b"written to stderr\n")
    attempt.log.info("logged by the attempt", answer=42)
    structlog.get_logger("somebody").warning("logged by structlog")
    logging.getLogger("library").warning("logged by a library")


def tell(attempt: jobs.SyncAttempt, payload: Order) -> None:
    for n in range(1, payload.n + 1):
        attempt.progress(n / payload.n, f"{n} of {payload.n}", done=n)


def tell_from_threads(attempt: jobs.SyncAttempt, payload: Order) -> None:
    threads = [threading.Thread(target=tell, args=(attempt, payload)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def hold(attempt: jobs.SyncAttempt, payload: Order) -> None:
    """Tell how far it is once, then be silent."""
    attempt.progress(0.25, "a quarter", done=1)
    while not attempt.cancelled.is_set():
        time.sleep(0.01)
    attempt.check()
