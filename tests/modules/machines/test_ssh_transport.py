"""The kept SSH connection: which host keys it accepts, how it logs in, and what it does when the other side is gone."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from app.modules.credentials import Password, SshIdentity
from app.modules.machines.transport import CutShort, HostKeyRefused, LoginRefused
from app.modules.machines.transport.ssh import Settings, Transport
from tests.sites.login_node import LoginNode, login_node, make_key
from tests.sites.machine_login import Refusals, settings_of, surroundings_of
from tests.sites.ssh_server import MISSING, SSHD

pytestmark = pytest.mark.skipif(SSHD is None, reason=MISSING)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    with login_node(tmp_path_factory.mktemp("sshd")) as node:
        yield node


def transport_to(node: LoginNode, *, settings: dict[str, Any] | None = None, **surroundings: Any) -> Transport:
    return Transport(
        Settings.model_validate(settings_of(node, **(settings or {}))), surroundings_of(node, **surroundings)
    )


async def logins(node: LoginNode) -> int:
    return node.log.count("Accepted publickey")


@pytest.mark.security("S9")
async def test_a_host_key_nobody_confirmed_is_refused_and_told(sshd: LoginNode) -> None:
    refusals = Refusals()
    before = await logins(sshd)
    transport = transport_to(sshd, trusted={}, refusals=refusals)
    with pytest.raises(HostKeyRefused, match="SHA256:") as refused:
        await transport.run(["true"])
    assert refusals.seen == [(f"127.0.0.1:{sshd.port}", False, sshd.host_key)]
    assert refused.value.known is False
    assert await logins(sshd) == before
    with pytest.raises(HostKeyRefused):  # at once, and without connecting: nothing has changed
        await transport.run(["true"])
    assert len(refusals.seen) == 1
    await transport.close()


@pytest.mark.security("S9")
async def test_another_host_key_than_the_known_one_is_refused(sshd: LoginNode, tmp_path: Path) -> None:
    refusals = Refusals()
    make_key(tmp_path / "other")
    other = (tmp_path / "other.pub").read_text()
    transport = transport_to(sshd, trusted={f"127.0.0.1:{sshd.port}": [other]}, refusals=refusals)
    with pytest.raises(HostKeyRefused, match="another host key") as refused:
        await transport.run(["true"])
    assert refused.value.known is True
    assert [line for _, _, line in refusals.seen] == [sshd.host_key]


async def test_a_host_key_is_known_by_its_fingerprint_too(sshd: LoginNode) -> None:
    fingerprint = asyncssh.import_public_key(sshd.host_key).get_fingerprint()
    transport = transport_to(sshd, trusted={f"127.0.0.1:{sshd.port}": [fingerprint]})
    assert (await transport.run(["echo", "in"])).stdout == b"in\n"
    await transport.close()


async def test_a_key_that_opens_nothing_is_refused_and_not_tried_again_at_once(sshd: LoginNode, tmp_path: Path) -> None:
    make_key(tmp_path / "wrong")
    secret = SshIdentity(sshd.user, (tmp_path / "wrong").read_text(), (tmp_path / "wrong.pub").read_text())
    transport = transport_to(sshd, secret=secret)
    for _ in range(3):
        with pytest.raises(LoginRefused):
            await transport.run(["true"])
    assert sshd.log.count("Connection closed by authenticating user") <= 1


async def test_one_connection_serves_everything(sshd: LoginNode, tmp_path: Path) -> None:
    before = await logins(sshd)
    transport = transport_to(sshd)
    await asyncio.gather(
        *[transport.run(["sleep", "0.01"]) for _ in range(30)],
        *[transport.put(b"x", str(tmp_path / f"{n}")) for n in range(10)],
    )
    assert await logins(sshd) == before + 1
    await transport.close()


async def test_a_restarted_server_is_reached_again_and_a_cut_answer_is_none(tmp_path: Path) -> None:
    with login_node(tmp_path / "sshd") as node:
        transport = transport_to(node)
        assert (await transport.run(["echo", "1"])).stdout == b"1\n"
        began = tmp_path / "began"
        running = asyncio.create_task(transport.run(["sh", "-c", f"echo whole; touch {began}; sleep 60"]))
        async with asyncio.timeout(20):
            while not began.exists():
                await asyncio.sleep(0.01)
        await asyncio.to_thread(node.restart)
        with pytest.raises(CutShort):
            await running
        assert (await transport.run(["echo", "2"])).stdout == b"2\n"
        await transport.put(b"after", str(tmp_path / "after"))
        await asyncio.to_thread(node.stop)
        with pytest.raises(ConnectionError):
            await transport.run(["true"])
        with pytest.raises(ConnectionError):
            await transport.run(["true"])
        await transport.close()


async def test_another_address_of_the_machine_is_used_when_one_is_silent(sshd: LoginNode) -> None:
    closed = "127.0.0.1:1"
    trusted = {f"127.0.0.1:{sshd.port}": [sshd.host_key]}
    settings = {"host": "127.0.0.1", "port": 1, "addresses": [f"127.0.0.1:{sshd.port}"]}
    transport = transport_to(sshd, settings=settings, trusted=trusted)
    assert (await transport.run(["echo", "in"])).stdout == b"in\n"
    assert transport.link.place is not None
    assert transport.link.place.text == f"127.0.0.1:{sshd.port}" != closed
    await transport.close()


async def test_over_a_jump_each_host_shows_its_own_key(sshd: LoginNode, tmp_path: Path) -> None:
    with login_node(tmp_path / "inner") as inner:
        (inner.folder / "authorized").write_text(sshd.public_key)
        settings = {"port": inner.port, "jumps": [{"host": "127.0.0.1", "port": sshd.port}]}
        places = {f"127.0.0.1:{inner.port}": [inner.host_key], f"127.0.0.1:{sshd.port}": [sshd.host_key]}
        transport = transport_to(sshd, settings=settings, trusted=places)
        assert (await transport.run(["echo", "through"])).stdout == b"through\n"
        assert "Accepted publickey" in inner.log
        await transport.close()
        refusals = Refusals()
        swapped = {place: [inner.host_key] for place in places}
        transport = transport_to(sshd, settings=settings, trusted=swapped, refusals=refusals)
        with pytest.raises(HostKeyRefused):
            await transport.run(["true"])
        assert refusals.seen == [(f"127.0.0.1:{sshd.port}", True, sshd.host_key)]


async def test_a_host_certificate_of_a_trusted_authority_is_enough(tmp_path: Path) -> None:
    make_key(tmp_path / "ca")
    with login_node(tmp_path / "sshd") as node:
        sign = ["ssh-keygen", "-q", "-s", tmp_path / "ca", "-I", "host", "-h", "-n", "127.0.0.1"]
        subprocess.run([*sign, node.folder / "host.pub"], check=True, timeout=20)
        with (node.folder / "config").open("a") as config:
            config.write(f"HostCertificate {node.folder / 'host-cert.pub'}\n")
        node.restart()
        authority = (tmp_path / "ca.pub").read_text().strip()
        transport = transport_to(node, settings={"host_authorities": [authority]}, trusted={})
        assert (await transport.run(["echo", "in"])).stdout == b"in\n"
        await transport.close()


class _AsksForAPassword(asyncssh.SSHServer):
    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, _username: str, _lang: str, _submethods: str) -> Any:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Any) -> bool:
        return (username, list(responses)) == ("ada", ["of no worth"])


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[tuple[int, str]]:
    """A server that asks for the password by keyboard-interactive, as many login nodes do."""
    key = asyncssh.generate_private_key("ssh-ed25519")

    def answer(process: "asyncssh.SSHServerProcess[bytes]") -> None:
        done = subprocess.run(["sh", "-c", process.command or ""], capture_output=True, timeout=20)
        process.stdout.write(done.stdout)
        process.stderr.write(done.stderr)
        process.exit(done.returncode)

    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=_AsksForAPassword, server_host_keys=[key], process_factory=answer, encoding=None
    )
    yield server.get_port(), key.export_public_key().decode()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(("password", "enters"), [("of no worth", True), ("guessed", False)])
async def test_a_password_is_given_when_it_is_asked_for(
    sshd: LoginNode, asking: tuple[int, str], password: str, enters: bool
) -> None:
    port, host_key = asking
    trusted = {f"127.0.0.1:{port}": [host_key]}
    transport = transport_to(sshd, settings={"port": port}, trusted=trusted, secret=Password("ada", password))
    if enters:
        assert (await transport.run(["echo", "in"])).stdout == b"in\n"
    else:
        with pytest.raises(LoginRefused):
            await transport.run(["true"])
    await transport.close()


async def test_channels_the_server_refuses_are_asked_for_again(tmp_path: Path) -> None:
    with login_node(tmp_path / "sshd", config="MaxSessions 2\n") as node:
        transport = transport_to(node)
        done = await asyncio.gather(*[transport.run(["echo", str(n)]) for n in range(20)])
        assert [one.stdout for one in done] == [f"{n}\n".encode() for n in range(20)]
        await transport.close()


async def test_closed_while_it_connects_it_is_an_error_of_who_waits_and_not_their_cancellation(sshd: LoginNode) -> None:
    reached = asyncio.Event()

    async def says_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await closed.wait()
        writer.close()

    closed = asyncio.Event()
    server = await asyncio.start_server(says_nothing, "127.0.0.1", 0)
    transport = transport_to(sshd, settings={"port": server.sockets[0].getsockname()[1]})
    waiting = asyncio.create_task(transport.run(["true"]))
    async with asyncio.timeout(60):
        await reached.wait()
        await transport.close()  # as when its machine's settings were changed
        with pytest.raises(ConnectionError, match="was closed while"):
            await waiting
    closed.set()
    server.close()
