"""What a handler may raise to say something else than "this attempt failed"."""


class Snooze(Exception):
    """Raised by a handler: run this job again in ``seconds``; it did not fail, it waits."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Discard(Exception):
    """Raised by a handler: fail this job for good, trying again cannot help."""


class Cancelled(Exception):
    """Raised by ``attempt.check()`` in a thread or a process once the attempt is cancelled; let it pass."""


class ResultInvalid(Exception):
    """What a handler returned is not what its annotation promises."""
