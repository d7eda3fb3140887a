"""A machine on a real OpenSSH server for tests of software: registered, trusted, with a module command of its own."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from tests.sites.login_node import LoginNode

API = "/api/v1/machines"
_numbers = itertools.count(1)
# Environment Modules as they are seen by who uses them: a function of login shells. `module -t avail` writes to stderr.
_PROFILE = r"""
echo "Welcome to the machine"
MODULES=%s
module() {
  case $1 in
    -t) cat "$MODULES/avail" >&2 ;;
    load)
      [ "$2" = -- ] && shift
      [ -e "$MODULES/there/$2" ] || { echo "ERROR: Unable to locate a modulefile for '$2'" >&2; return 0; }
      LOADEDMODULES=${LOADEDMODULES:+$LOADEDMODULES:}$2; export LOADEDMODULES ;;
  esac
}
"""


def give_modules(node: LoginNode, *names: str, said: str | None = None) -> None:
    """Give the login node's account these modules; ``said`` is what `avail` prints if not simply their names."""
    folder = node.folder / "modules"
    (folder / "there").mkdir(parents=True, exist_ok=True)
    for old in (folder / "there").rglob("*"):
        if old.is_file():
            old.unlink()
    for name in names:
        (folder / "there" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "there" / name).touch()
    (folder / "avail").write_text(said if said is not None else "".join(f"{name}\n" for name in names))
    (node.folder / "home" / ".bash_profile").write_text(_PROFILE % folder)


async def registered(client: httpx.AsyncClient, node: LoginNode, name: str = "heron") -> str:
    """Register a machine whose host key is known; return where it is in the API."""
    key = {
        "name": f"key {node.port} {next(_numbers)}",
        "kind": "ssh_key",
        "settings": {"user": node.user, "private_key": node.key},
    }
    credential = await client.post("/api/v1/credentials", json=key)
    assert credential.status_code == 201, credential.text
    wanted = {
        "name": name,
        "transport_settings": {"host": "127.0.0.1", "port": node.port},
        "credential_id": credential.json()["id"],
        "host_key": node.host_key,
    }
    made = await client.post(API, json=wanted)
    assert made.status_code == 201, made.text
    return f"{API}/{made.json()['id']}"


async def until(ask: Callable[[], Awaitable[Any]], is_so: Callable[[Any], bool], seconds: float = 60) -> Any:
    """Ask until the answer is as wanted; return it."""
    answer: Any = None
    try:
        async with asyncio.timeout(seconds):
            while not is_so(answer := await ask()):
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"after {seconds} s: {json.dumps(answer, default=str)[:3000]}") from None
    return answer


async def until_there(path: Path, seconds: float = 60) -> None:
    async def there() -> bool:
        return path.exists()

    await until(there, bool, seconds)
