"""What the tests of credentials say often."""

from typing import Any

import httpx

from app.kernel.node import Node
from app.modules import credentials
from app.modules.credentials import Secret


async def made(client: httpx.AsyncClient, kind: str, name: str = "one", **settings: Any) -> dict[str, Any]:
    """Create a credential and return how it is shown."""
    answer = await client.post("/credentials", json={"name": name, "kind": kind, "settings": settings})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/api/v1/credentials/{shown['id']}"
    return shown


async def lent(node: Node, credential_id: str, user: str = "usr_ada", purpose: str = "source usgs") -> Secret:
    """Return what a user's work is lent."""
    async with credentials.use(node, credential_id, user=user, purpose=purpose) as secret:
        return secret
