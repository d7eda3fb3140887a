"""Runs that tell when they begin and end: where they call, and whether a machine gets through to there."""

import re
import secrets
from typing import Any

from app.kernel import drivers
from app.kernel.node import Node
from app.modules.machines.callback_shell import KEY_BYTES, SHELL
from app.modules.machines.models import Machine
from app.modules.machines.transport import Transport

PATH = "/api/v1/run-callbacks"
_SECONDS = 20.0
_STATUS = re.compile(r"^status (\d{3})", re.MULTILINE)


def calls_back(machine: Machine) -> bool:
    """Say whether runs on the machine are to tell when they begin and end."""
    return bool(getattr(_settings_of(machine), "callbacks", False))


def callback_url_of(node: Node, machine: Machine) -> str | None:
    """Return where runs on the machine call back; ``None`` when they do not, or no address of this server is known."""
    settings = _settings_of(machine)
    if not getattr(settings, "callbacks", False):
        return None
    address = settings.callback_url or node.settings.kernel.server.public_url
    return f"{address.rstrip('/')}{PATH}" if address else None


def callback_looks_of(machine: Machine) -> int:
    """Return how often in a minute the machine may be asked because runs called back."""
    return int(getattr(_settings_of(machine), "callback_looks", 1))


def new_callback_key() -> bytes:
    """Return a key for one run to sign with."""
    return secrets.token_bytes(KEY_BYTES)


async def why_unreached(node: Node, machine: Machine, transport: Transport) -> str | None:
    """Say why no run's callback would arrive, as far as the host one logs in to tells; ``None`` when it would.

    It calls as a run does, with a key nobody knows: what refuses that with 401 is our own door. Raises OSError,
    TimeoutError.
    """
    url = callback_url_of(node, machine)
    if url is None:
        return "no address is known to call: set callback_url, or server.public_url"
    script = f'{SHELL}\nread -r key\nsaid probe ended "$key"\n'
    command = ("env", f"callback={url}", f"callback_seconds={_SECONDS / 2:g}", "bash", "-c", script)
    key = f"{new_callback_key().hex()}\n".encode()
    done = await transport.run(command, content=key, timeout_seconds=_SECONDS)
    said = _STATUS.findall(done.stdout.decode(errors="replace"))
    status = said[-1] if said else "000"
    if status == "401":
        return None
    if status == "421":
        return f"{url} does not answer to that name: add it to server.allowed_hosts"
    if status != "000":
        return f"{url} answers with {status}, which is not this server"
    return f"{url} cannot be reached from there, or neither curl, wget nor python3 is there"


def _settings_of(machine: Machine) -> Any:
    if machine.driver is None or machine.test_mode:
        return None
    return drivers.load("machines.batch", machine.driver).Settings.model_validate(machine.settings)
