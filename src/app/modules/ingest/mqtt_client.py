"""The MQTT client: paho's, connected to vetted addresses only, that reads in large pieces. For the driver alone.

Messages are taken apart and acknowledged here, many at once: paho 2.2 makes a table of 27 properties and a lock for
each message of MQTT 5.0, 0.18 ms of CPU, and a packet for each acknowledgement.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

try:
    from paho.mqtt import client as paho
    from paho.mqtt.enums import MessageType, MQTTErrorCode
except ImportError as error:
    raise ImportError("paho-mqtt is missing: install stormbell[mqtt]") from error

_READ_BYTES = 256 * 1024
_CONNECT_SECONDS = 15.0


class Message(NamedTuple):
    """One message; ``mid`` is what it is acknowledged by, ``None`` when it came with QoS 0."""

    topic: str
    payload: bytes
    mid: int | None


class Buffered:
    """A connected socket read in large pieces: paho asks for each packet's first bytes one at a time."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._data = memoryview(b"")

    def recv(self, size: int) -> bytes:
        if not self._data:
            self._data = memoryview(self._inner.recv(_READ_BYTES))
        piece, self._data = self._data[:size], self._data[size:]
        return bytes(piece)

    def messages(self, most_bytes: int, *, with_properties: bool) -> list["Message"]:
        """Take the messages that lie whole at the head of what was received, at least one, up to any other packet.

        Raises IndexError or UnicodeDecodeError for what is none, and what reading raises.
        """
        if not self._data:
            self._data = memoryview(self._inner.recv(_READ_BYTES))
        data, at, end, found = self._data, 0, len(self._data), list[Message]()
        while at < min(end, most_bytes) and data[at] & 0xF0 == MessageType.PUBLISH:
            length, start = _length_at(data, at + 1)
            if start == 0 or start + length > end:
                break
            found.append(message_of(data[start : start + length], data[at] >> 1 & 3, with_properties=with_properties))
            at = start + length
        self._data = data[at:]
        return found

    def is_left(self) -> bool:
        """Say whether something was received that no readable socket will tell of."""
        pending = self._inner.pending() if isinstance(self._inner, ssl.SSLSocket) else 0
        return bool(self._data) or pending > 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class VettedClient(paho.Client):
    """paho's client, connected to addresses that were vetted, under the name the certificate is checked for."""

    addresses: Sequence[str] = ()
    buffered: Buffered | None = None
    heard: Callable[[Sequence[Message]], None]

    def read_some(self, most_bytes: int) -> None:
        """Read what is there: so much of messages, and one, at once, everything else as paho does."""
        if self._in_packet["command"] == 0 and self.buffered is not None:  # paho is not within a packet
            try:
                messages = self.buffered.messages(most_bytes, with_properties=self._protocol == paho.MQTTv5)
            except (IndexError, UnicodeDecodeError):
                self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_PROTOCOL)
                return
            except OSError:
                messages = []  # also of TLS that waits for more; paho meets the same, and knows what it means
            if messages:
                with self._msgtime_mutex:
                    self._last_bytes_received = time.monotonic()
                self.heard(messages)
                return
        self.loop_read()

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Send a PUBACK for each message, in their order, as one piece."""
        packets = b"".join([b"\x40\x02" + one.mid.to_bytes(2, "big") for one in messages if one.mid is not None])
        if packets:
            self._packet_queue(MessageType.PUBACK, packets, 0, 0)

    def excuse_silence(self) -> None:
        """Await no answer to a ping, as long as nothing is read; pings are sent on, so that the broker stays."""
        self._ping_t = 0.0

    def _handle_publish(self) -> MQTTErrorCode:
        packet, qos = self._in_packet["packet"], self._in_packet["command"] >> 1 & 3
        try:
            message = message_of(packet, qos, with_properties=self._protocol == paho.MQTTv5)
        except (IndexError, UnicodeDecodeError):
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        self.heard([message])
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _create_socket_connection(self) -> socket.socket:
        failure: OSError = OSError("it has no address")
        for address in self.addresses:
            try:
                made = socket.create_connection((address, self._port), timeout=_CONNECT_SECONDS)
            except OSError as error:
                failure = error
            else:
                # An acknowledgement is four bytes: held back until the one before was, they came 40 ms late.
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return made
        raise failure

    def _ssl_wrap_socket(self, tcp_sock: socket.socket) -> ssl.SSLSocket:
        assert self._ssl_context is not None
        # paho's own leaves the socket open when the certificate is not good.
        wrapped = self._ssl_context.wrap_socket(tcp_sock, server_hostname=self._host, do_handshake_on_connect=False)
        try:
            wrapped.settimeout(_CONNECT_SECONDS)
            wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
        return wrapped

    def _create_socket(self) -> Any:
        self.buffered = Buffered(super()._create_socket())
        return self.buffered


def _length_at(data: memoryview, at: int) -> tuple[int, int]:
    """Return the length of a packet and where its rest begins, 0 when that is still to come (MQTT 5.0, 1.5.5)."""
    length = 0
    for shift in (0, 7, 14, 21):
        if at == len(data):
            return 0, 0
        length |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return length, at
    raise IndexError("the packet's length has no end")


def message_of(packet: bytes | bytearray | memoryview, qos: int, *, with_properties: bool) -> Message:
    """Take a PUBLISH packet apart, after its length (MQTT 5.0, 3.3). Raises IndexError, UnicodeDecodeError."""
    at = 2 + int.from_bytes(packet[:2], "big")
    if at > len(packet) or (qos and at + 2 > len(packet)):
        raise IndexError("the packet ends in its head")
    topic, mid = str(packet[2:at], "utf-8"), None
    if qos:
        mid = int.from_bytes(packet[at : at + 2], "big")
        at += 2
    if with_properties:
        length = shift = 0
        while True:
            byte = packet[at]
            at += 1
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128 or shift > 21:
                break
        at += length
        if at > len(packet):
            raise IndexError("the packet ends in its properties")
    return Message(topic, bytes(packet[at:]), mid)
