"""The deep ping's look at the vault."""

import httpx
import pytest

from app.kernel.node import Node


async def check(client: httpx.AsyncClient) -> tuple[str, str]:
    answer = (await client.get("/deep-ping")).json()
    [(status, said)] = [(one["status"], one["text"]) for one in answer["checks"] if one["name"] == "vault"]
    assert answer["status"] == ("ok" if status == "ok" else "partial")
    return status, said


@pytest.mark.security("S24")
async def test_a_key_file_that_is_gone_is_noticed_before_the_next_start(running_node: Node, as_) -> None:
    ada = as_("ada")
    assert await check(ada) == ("ok", f"sealed and opened with {running_node.vault.current}")
    file = running_node.vault.file.path
    text = file.read_text()
    file.unlink()
    status, said = await check(ada)
    assert (status, "until the next start" in said) == ("error", True), said
    file.touch(mode=0o600)
    file.write_text(text)
    assert (await check(ada))[0] == "ok"
