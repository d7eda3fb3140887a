"""uvicorn's protocol, with a short way for requests whose heads were read before (docs/decisions/0018).

Who answered a request may offer to take more like it. Of those, this protocol reads the bytes itself and hands over the
body; nothing else is made of them: no ASGI scope, no task, no messages. Whatever is different in any way goes to the
parser, as the first did.
"""

import typing
from collections.abc import Callable, Mapping, Set
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.kernel.repeated_heads import RepeatedHead, head_of

# In the scope's extensions: to be called with a Taker and the names of the headers that may differ; and what a request
# came to that a taker had taken, for the application to tell.
MORE = "stormbell.more"
RAISED = "stormbell.raised"

# What is gathered for a taker. Larger bodies are received in pieces, by who says how much is enough.
_MOST_BYTES = 256 * 1024
# So often a head is remembered that is not seen again before the next: whoever sends varies it.
_MOST_MISSES = 20

# Answers a request: the head from after the status line's version, and the body; or tells what it came to.
Answer = Callable[[bytes, bytes], None]
Failed = Callable[[Exception], None]


class Taker(typing.Protocol):
    """Takes the bodies of requests that are alike."""

    def __call__(self, body: bytes, values: Mapping[bytes, bytes], answer: Answer, failed: Failed) -> bool:
        """Take a request and answer it now or later, once; ``False``: it is to be read as any other."""


class Protocol(HttpToolsProtocol):
    """The protocol of one connection."""

    _head: RepeatedHead | None = None
    _taker: Taker | None = None
    _first = b""  # what came first of the request that is answered, or of one before
    _is_within = False  # the parser is within a request
    _taken: bytes | None = None  # the request a taker has
    _held = b""  # the beginning of one that is for the taker
    _unread = b""  # what came while a request was taken
    _is_ending = False
    _used_at = 0.0
    _misses = 0
    _raised: Exception | None = None
    _headers: Any = None
    _dated = b""

    def data_received(self, data: bytes) -> None:
        """Have a request taken whose head is known, or read it."""
        if self._taken is not None:
            self._unread += data
            self.flow.pause_reading()
            return
        if self._held:
            data, self._held = self._held + data, b""
        is_free = not self._is_within and (self.cycle is None or self.cycle.response_complete) and not self.pipeline
        if is_free:
            if self._head is not None and self._is_taken(data):
                return
            self._first = data
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what is not answered."""
        super().connection_lost(exc)
        self._head = self._taker = None
        self._held = self._unread = self._first = b""

    def on_message_begin(self) -> None:
        """Begin a request, as uvicorn does."""
        self._is_within = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer a request, as uvicorn does, and let who answers offer to take more like it."""
        super().on_headers_complete()
        if self.cycle is not None and self.cycle.scope is self.scope:
            extensions: dict[str, Any] = {} if self._misses > _MOST_MISSES else {MORE: self._offered}
            if self._raised is not None:
                extensions[RAISED], self._raised = self._raised, None
            self.scope["extensions"] = extensions
            if self._is_ending:
                self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """End a request, as uvicorn does."""
        super().on_message_complete()
        self._is_within = False

    def shutdown(self) -> None:
        """End the connection once what is taken is answered."""
        if self._taken is not None or self._held:
            self._is_ending = True
        else:
            super().shutdown()

    def timeout_keep_alive_handler(self) -> None:
        """End a connection nothing came on for long: what is taken asks for no timer of its own each time."""
        rest = self._used_at + self.timeout_keep_alive - self.loop.time()
        if self._taken is not None or self._held:
            rest = self.timeout_keep_alive
        if rest > 0:
            self.timeout_keep_alive_task = self.loop.call_later(rest, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def _offered(self, scope: Any, taker: Taker, varying: Set[bytes]) -> None:
        """Remember the head of the request that is answered just now."""
        if self.parser is None or not self.cycle.keep_alive:
            return
        self._misses += 1
        self._head, self._taker = head_of(self._first, scope, varying), taker

    def _is_taken(self, data: bytes) -> bool:
        assert self._head is not None
        assert self._taker is not None
        read = self._head.read(data)
        if read is None or self.flow.write_paused:
            return False
        at, length, values = read
        missing = at + length - len(data)
        if missing > 0:
            if length > _MOST_BYTES:
                return False
            self._held = data
            return True
        if missing < 0:
            return False  # another request is in it
        self._misses = 0
        self._taken = data
        try:
            is_taken = self._taker(data[at:], values, self._answer, self._fail)
        except Exception as error:  # noqa: BLE001 (whatever it is, the application has an answer)
            self._fail(error)
            return True
        if not is_taken:
            self._taken = None
        return is_taken

    def _answer(self, head: bytes, body: bytes) -> None:
        self._taken, self._used_at = None, self.loop.time()
        if self.transport.is_closing():
            return
        if self.server_state.default_headers is not self._headers:  # the date, made anew each second
            self._headers = self.server_state.default_headers
            self._dated = b"".join([b"%b: %b\r\n" % pair for pair in self._headers])
        last = b"connection: close\r\n" if self._is_ending else b""
        self.transport.write(b"HTTP/1.1 %b%b%b\r\n%b" % (head, self._dated, last, body))
        self.server_state.total_requests += 1
        if self._is_ending:
            self.transport.close()
        elif self._unread:
            self._go_on()

    def _fail(self, error: Exception) -> None:
        data, self._taken = self._taken, None
        if data is None or self.transport.is_closing():
            return
        self._raised = error
        super().data_received(data)
        self._go_on()

    def _go_on(self) -> None:
        """Read what came in the meantime."""
        data, self._unread = self._unread, b""
        self.flow.resume_reading()
        if data:
            self.data_received(data)
