"""Messages on their way from a broker into the tables: read many at once, committed two batches at a time."""

import asyncio
import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.modules.ingest.items import Item
from app.modules.ingest.mqtt_batches import Batches
from app.modules.ingest.mqtt_client import Buffered, Message, message_of
from app.modules.ingest.source import Found


def item_of(message: Message) -> Item:
    return Item(key=message.topic, body=message.payload, fingerprint=hashlib.sha256(message.payload).digest())


class Commits:
    """What is to be committed, and when the test lets it be."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], asyncio.Future[None]]] = []
        self.landed: list[str] = []
        self.batches = Batches(item_of, self.take, self._landed)

    async def take(self, found: Sequence[Found]) -> None:
        done = asyncio.get_running_loop().create_future()
        self.asked.append(([one.key for one in found], done))
        await done

    def hear(self, *topics: str) -> None:
        self.batches.hear([Message(topic, b"{}", number) for number, topic in enumerate(topics)])

    def _landed(self, batch: Sequence[Message]) -> None:
        self.landed += [one.topic for one in batch]


async def until_idle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_two_batches_are_committed_at_once_and_acknowledged_in_the_order_they_came() -> None:
    commits = Commits()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(commits.batches.run(tasks))
        for topic in ("a", "b", "c"):
            commits.hear(topic)
            await until_idle()
        commits.hear("d")
        await until_idle()
        assert [keys for keys, _ in commits.asked] == [["a"], ["b"]]
        commits.asked[1][1].set_result(None)
        await until_idle()
        assert commits.landed == []
        commits.asked[0][1].set_result(None)
        await until_idle()
        assert commits.landed == ["a", "b"]
        assert commits.asked[2][0] == ["c", "d"]
        assert commits.batches.held_bytes == 2 * 258
        commits.asked[2][1].set_result(None)
        await until_idle()
        assert commits.landed == ["a", "b", "c", "d"]
        assert commits.batches.held_bytes == 0
        running.cancel()


async def test_a_message_waits_for_the_one_before_it_of_the_same_item() -> None:
    commits = Commits()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(commits.batches.run(tasks))
        commits.hear("a")
        await until_idle()
        commits.hear("b", "a", "c")
        await until_idle()
        assert [keys for keys, _ in commits.asked] == [["a"], ["b"]]
        commits.asked[0][1].set_result(None)
        await until_idle()
        assert commits.asked[2][0] == ["a", "c"]
        for _, done in commits.asked[1:]:
            done.set_result(None)
        running.cancel()


async def test_nothing_after_a_batch_that_failed_is_acknowledged() -> None:
    commits = Commits()

    async def fail() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(commits.batches.run(tasks))
            commits.hear("a")
            await until_idle()
            commits.hear("b")
            await until_idle()
            commits.asked[1][1].set_result(None)
            await until_idle()
            commits.asked[0][1].set_exception(ConnectionError())

    with pytest.raises(ExceptionGroup):
        await fail()
    assert commits.landed == []


class Trickle:
    """A socket that gives what was sent in pieces."""

    def __init__(self, stream: bytes, pieces: Sequence[int]) -> None:
        self._stream, self._pieces = stream, list(pieces)

    def recv(self, size: int) -> bytes:
        size = min(size, self._pieces.pop()) if self._pieces else size
        piece, self._stream = self._stream[:size], self._stream[size:]
        return piece


@given(
    st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=300), st.integers(0, 65535)), max_size=20),
    st.lists(st.integers(1, 1000), max_size=8),
    st.integers(1, 3000),
)
def test_messages_are_read_whole_however_they_come(
    sent: list[tuple[str, bytes, int]], pieces: list[int], most_bytes: int
) -> None:
    """What did not come whole is left where it is, for the client to read as it reads all else."""
    reader = Buffered(Trickle(b"".join([publish_of(*one) for one in sent]), pieces))
    found: list[Message] = []
    while True:
        while some := reader.messages(most_bytes, with_properties=False):
            found += some
        command = reader.recv(1)
        if not command:
            break
        length = shift = 0
        while (byte := reader.recv(1)[0]) > 127:
            length |= (byte & 127) << shift
            shift += 7
        length |= byte << shift
        packet = b""
        while len(packet) < length:
            packet += reader.recv(length - len(packet))
        found.append(message_of(packet, command[0] >> 1 & 3, with_properties=False))
    assert found == [Message(*one) for one in sent]


def test_another_packet_is_left_to_the_client() -> None:
    reader = Buffered(Trickle(publish_of("a", b"1", 1) + b"\xd0\x00" + publish_of("b", b"2", 2), []))
    assert [one.topic for one in reader.messages(10_000, with_properties=False)] == ["a"]
    assert reader.messages(10_000, with_properties=False) == []
    assert reader.recv(2) == b"\xd0\x00"
    assert [one.topic for one in reader.messages(10_000, with_properties=False)] == ["b"]


@pytest.mark.security("S21")
@pytest.mark.parametrize("wrong", [b"\x32\xff\xff\xff\xff\x01", b"\x32\x01\x00", b"\x32\x05\x00\x02\xff\xff\x00"])
def test_what_is_no_message_is_no_message(wrong: bytes) -> None:
    with pytest.raises((IndexError, UnicodeDecodeError)):
        Buffered(Trickle(wrong, [])).messages(10_000, with_properties=False)


def publish_of(topic: str, payload: bytes, mid: int) -> bytes:
    name = topic.encode()
    rest = len(name).to_bytes(2, "big") + name + mid.to_bytes(2, "big") + payload
    length, head = len(rest), bytearray(b"\x32")
    while length > 127:
        head.append(length & 127 | 128)
        length >>= 7
    return bytes(head) + bytes([length]) + rest
