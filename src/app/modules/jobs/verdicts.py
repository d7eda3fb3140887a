"""What a handler may raise to say something else than "this attempt failed"."""

# Times beyond this cannot be added to now(), and one such job would keep the others from being recorded.
LONGEST_SECONDS = 100 * 366 * 86400.0


class Snooze(Exception):
    """Raised by a handler: run this job again in ``seconds``; it did not fail, it waits.

    Raises ValueError for more than 100 years, infinity and NaN.
    """

    def __init__(self, seconds: float) -> None:
        if not seconds <= LONGEST_SECONDS:
            raise ValueError(f"Snooze takes at most 100 years in seconds, not {seconds:g}; to give up, raise Discard")
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Discard(Exception):
    """Raised by a handler: fail this job for good, trying again cannot help."""


class Failed(Exception):
    """Raised by a handler: this attempt failed; the wait for the next begins at ``retry_seconds``, not the kind's."""

    def __init__(self, text: str, retry_seconds: float) -> None:
        super().__init__(text)
        self.retry_seconds = retry_seconds


class Cancelled(Exception):
    """Raised by ``attempt.check()`` in a thread or a process once the attempt is cancelled; let it pass."""


class ResultInvalid(Exception):
    """What a handler returned is not what its annotation promises."""
