"""Messages of an MQTT broker (OASIS MQTT 5.0 and 3.1.1), taken with QoS 1 in a session that outlives its connection.

A message is acknowledged once it is committed; what was not is sent again by the broker, here or to the next node, and
is known by its contents. Written against paho-mqtt 2.2, which leaves the PUBACK to its caller (aiomqtt 2.5 does not).
"""

import asyncio
import contextlib
import hashlib
import ssl
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions
from pydantic import Field, field_validator

from app.kernel.http import GuardedClient
from app.modules.credentials import Bearer, Password
from app.modules.ingest.errors import PollFailed, PushTooLarge
from app.modules.ingest.items import Item
from app.modules.ingest.mqtt_batches import Batches
from app.modules.ingest.mqtt_client import Message, VettedClient
from app.modules.ingest.source import Found, ItemSettings, Listening, Quarantined

_HELD_BYTES = 32 * 1024**2  # then nothing is read until some of it is committed, and the broker waits
_ENVELOPE_BYTES = 128 * 1024  # of a packet, beside the message: the topic and properties
_READ_BYTES = 64 * 1024
_READS_AT_ONCE = 4  # then other tasks have their turn
_ANSWER_SECONDS = 30.0
_CUT_BYTES = 64 * 1024
_GRANTED = 2  # subscription answers above are refusals (MQTT 5.0, 3.9.3)


class Settings(ItemSettings):
    """A broker and what is subscribed to. Without a key pointer the topic is the item's key."""

    by_bytes: ClassVar[bool] = True  # what a broker repeats it repeats byte for byte
    host: str = Field(min_length=1, max_length=253, description="Name or address of the broker")
    port: int | None = Field(None, ge=1, le=65535, description="8883 with TLS, 1883 without, unless it is given")
    topics: list[str] = Field(min_length=1, max_length=100, description="Topic filters, such as sensors/+/level")
    tls: bool = Field(True, description="Connect with TLS and check the broker's certificate")
    certificate_authority: str | None = Field(
        None, max_length=100_000, description="PEM of the authority the certificate is from, if it is a private one"
    )
    credential: str | None = Field(
        None,
        title="Credential",
        pattern="^cred_[0-9A-Z]{26}$",
        description="Id of what the broker is logged in to with, of the kind password or bearer",
    )
    protocol: Literal["5", "3.1.1"] = Field("5", description="Version of the protocol")
    session_seconds: int = Field(
        86_400, ge=60, le=30 * 86_400, description="How long the broker keeps messages while no node is connected"
    )
    in_flight: int = Field(1000, ge=1, le=10_000, description="Messages the broker sends before one is acknowledged")
    keep_alive_seconds: int = Field(30, ge=5, le=600, description="Time after which a silent connection is asked for")
    payload: Literal["json", "any"] = Field(
        "json", description="json: what is none goes to quarantine; any: kept as is"
    )
    max_bytes: int = Field(
        1024**2,
        ge=1,
        le=64 * 1024**2,
        description="Largest message; of larger ones a part is kept. Of those above twice that, a broker that speaks "
        "version 5 sends none",
    )

    @field_validator("topics")
    @classmethod
    def _filters(cls, topics: list[str]) -> list[str]:
        for topic in topics:
            levels = topic.split("/")
            wrong = "#" in topic[:-1] or (topic.endswith("#") and levels[-1] != "#") or "\0" in topic
            if wrong or not topic or any("+" in one and one != "+" for one in levels):
                raise ValueError(f"{topic!r} is no topic filter: + stands for one level, # for the rest at the end")
        return topics

    @field_validator("certificate_authority")
    @classmethod
    def _pem(cls, pem: str | None) -> str | None:
        if pem is not None:
            try:
                ssl.create_default_context(cadata=pem)
            except (ssl.SSLError, ValueError) as error:
                raise ValueError("the authority's certificate is not PEM") from error
        return pem


class Source:
    """Subscribes and takes what comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def listen(self, http: GuardedClient, listening: Listening) -> None:
        """Connect, resume the session and take messages until the connection is lost."""
        settings = self._settings
        port = settings.port or (8883 if settings.tls else 1883)
        addresses = await http.addresses_of(settings.host, port)
        connection = _Connection(self, settings, listening, addresses, port)
        try:
            await connection.run()
        finally:
            connection.close()

    def items_of(self, body: bytes) -> list[Found]:
        """Read one message's payload."""
        return [self.item_of(body)]

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Read one message; ``key`` is its topic."""
        settings = self._settings
        if len(raw) > settings.max_bytes:
            why = PushTooLarge(f"{len(raw)} bytes are more than the {settings.max_bytes} a message may have")
            return Quarantined(raw=raw[:_CUT_BYTES], problem=why)
        topic = None if key is None else key[:512]
        if settings.payload == "json":
            return settings.read(raw, topic)
        digest = hashlib.sha256(raw).digest()
        return Item(key=topic or digest.hex()[:32], body=raw, fingerprint=digest, media_type="application/octet-stream")


def probe() -> str | None:
    """Return why this driver cannot be used here; it can once its library is installed."""
    return None


class _Connection:
    """One connection, driven by the event loop."""

    def __init__(
        self, source: Source, settings: Settings, listening: Listening, addresses: Sequence[str], port: int
    ) -> None:
        self._source, self._settings, self._listening, self._port = source, settings, listening, port
        self._loop = asyncio.get_running_loop()
        self._batches = Batches(lambda one: source.item_of(one.payload, one.topic), listening.take, self._landed)
        self._pausing = False
        self._subscribed: asyncio.Future[None] = self._loop.create_future()
        self._left: asyncio.Future[None] = self._loop.create_future()
        # The session at the broker outlives the settings: what it still has of the topics before goes on coming.
        self._old_topics = sorted(set(listening.cursor or ()) - set(settings.topics))
        self._lost: asyncio.Future[None] = self._loop.create_future()
        self._file: int | None = None
        self._client = self._made(addresses)

    async def run(self) -> None:
        """Take messages until the connection is lost, which raises PollFailed."""
        note, topics = self._listening.note, self._settings.topics
        if note is not None:
            await note(sorted({*topics, *self._old_topics}))
        async with asyncio.timeout(_ANSWER_SECONDS):
            await self._connect()
            await self._either(self._subscribed)
            if self._old_topics:
                await self._either(self._left)
        if note is not None and self._old_topics:
            await note(sorted(topics))
        await self._listening.begun()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_alive())
            tasks.create_task(self._batches.run(tasks))

    def close(self) -> None:
        """Leave the broker; the session stays there, with what was not acknowledged."""
        with contextlib.suppress(Exception):  # whatever state it is in, it is over
            self._client.disconnect()
            self._client.loop_write()
        self._detach()
        # A connect that was given up goes on in its thread; its socket closes when there may be no loop any more.
        self._client.on_socket_register_write = self._client.on_socket_unregister_write = None
        self._client.on_socket_close = None
        for future in (self._subscribed, self._left, self._lost):
            if future.done() and not future.cancelled():
                future.exception()  # seen, or of no interest any more
            future.cancel()

    def _made(self, addresses: Sequence[str]) -> VettedClient:
        settings = self._settings
        client = VettedClient(
            CallbackAPIVersion.VERSION2,
            self._listening.name,
            clean_session=None if settings.protocol == "5" else False,
            protocol=paho.MQTTv5 if settings.protocol == "5" else paho.MQTTv311,
            manual_ack=True,
        )
        client.addresses = addresses
        if settings.tls:
            context = ssl.create_default_context(cadata=settings.certificate_authority)
            client.tls_set_context(context)
        secret = self._listening.secret
        if isinstance(secret, Password):
            client.username_pw_set(secret.user, secret.password)
        elif isinstance(secret, Bearer):
            client.username_pw_set("token", secret.token)
        client.on_connect = self._connected
        client.on_subscribe = self._granted
        client.on_unsubscribe = self._released
        client.on_disconnect = lambda _c, _u, _f, reason, _p: self._fail(f"the broker ended the connection: {reason}")
        client.heard = self._batches.hear
        client.on_socket_register_write = lambda *_: self._soon(self._want_write)
        client.on_socket_unregister_write = lambda *_: self._soon(self._want_no_write)
        client.on_socket_close = lambda *_: self._detach()
        return client

    async def _connect(self) -> None:
        settings = self._settings
        options: dict[str, Any] = {}
        if settings.protocol == "5":
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
            properties.SessionExpiryInterval = settings.session_seconds
            properties.ReceiveMaximum = settings.in_flight
            # Without it, a packet is held in memory up to 256 MiB before its size is looked at.
            properties.MaximumPacketSize = 2 * settings.max_bytes + _ENVELOPE_BYTES
            options = {"clean_start": False, "properties": properties}
        try:
            # TLS' handshake is made by blocking calls.
            await asyncio.to_thread(
                self._client.connect, settings.host, self._port, settings.keep_alive_seconds, **options
            )
        except (OSError, ValueError) as error:
            raise PollFailed(f"the broker cannot be reached: {error}") from error
        assert self._client.buffered is not None
        self._file = int(self._client.buffered.fileno())
        self._loop.add_reader(self._file, self._read)
        self._want_write()

    def _connected(self, _client: Any, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._fail(f"the broker refuses the connection: {reason}")
        elif self._settings.protocol == "5":
            options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
            self._client.subscribe([(topic, options) for topic in self._settings.topics])
        else:
            self._client.subscribe([(topic, 1) for topic in self._settings.topics])
        if not reason.is_failure and self._old_topics:
            self._client.unsubscribe(self._old_topics)

    def _granted(self, _client: Any, _userdata: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        for topic, reason in zip(self._settings.topics, reasons, strict=False):
            if reason.value > _GRANTED:
                return self._fail(f"the broker refuses {topic}: {reason}")
            if reason.value < 1:
                return self._fail(f"the broker gives {topic} with QoS 0 only, where messages are lost")
        if not self._subscribed.done():
            self._subscribed.set_result(None)
        return None

    def _released(self, _client: Any, _userdata: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        for topic, reason in zip(self._old_topics, reasons, strict=False):  # version 3.1.1 gives no reasons
            if reason.is_failure:
                return self._fail(f"the broker goes on sending {topic}, which is no topic any more: {reason}")
        if not self._left.done():
            self._left.set_result(None)
        return None

    def _landed(self, batch: Sequence[Message]) -> None:
        self._client.acknowledge(batch)
        self._read_on()

    def _soon(self, then: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(then)  # paho connects in another thread

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.wait({self._lost}, timeout=1)
            if self._lost.done():
                self._lost.result()
            if self._pausing:
                self._client.excuse_silence()
            self._client.loop_misc()

    async def _either(self, wanted: "asyncio.Future[None]") -> None:
        await asyncio.wait({wanted, self._lost}, return_when=asyncio.FIRST_COMPLETED)
        if self._lost.done():
            self._lost.result()

    def _read(self) -> None:
        for _ in range(_READS_AT_ONCE):
            if self._file is not None and self._batches.held_bytes > _HELD_BYTES:
                self._pausing = True
                self._loop.remove_reader(self._file)
                return
            room = _HELD_BYTES - self._batches.held_bytes
            self._client.read_some(min(max(room, 1), _READ_BYTES))
            if self._file is None or self._client.buffered is None or not self._client.buffered.is_left():
                return
        self._loop.call_soon(self._read)

    def _read_on(self) -> None:
        if self._pausing and self._file is not None and self._batches.held_bytes <= _HELD_BYTES // 2:
            self._pausing = False
            self._loop.add_reader(self._file, self._read)
            self._loop.call_soon(self._read)  # what was received already makes no socket readable

    def _want_write(self) -> None:
        if self._file is not None:
            self._loop.add_writer(self._file, self._client.loop_write)

    def _want_no_write(self) -> None:
        if self._file is not None and not self._client.want_write():
            self._loop.remove_writer(self._file)

    def _detach(self) -> None:
        if self._file is not None:
            self._loop.remove_reader(self._file)
            self._loop.remove_writer(self._file)
            self._file = None

    def _fail(self, why: str) -> None:
        if not self._lost.done():
            self._lost.set_exception(PollFailed(why[:500]))
