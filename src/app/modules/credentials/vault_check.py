"""What the deep ping asks the vault."""

import asyncio
import os
from functools import partial

from sqlalchemy import select

from app.kernel.node import Node
from app.kernel.vault import VaultKey
from app.kernel.vault_file import VaultFileProblem
from app.modules import nodes


def register(node: Node) -> None:
    """Let the deep ping look at the vault."""
    nodes.add_check(node, "vault", partial(_look, node))


async def _look(node: Node) -> str:
    if (why := node.vault.why_locked) is not None:
        raise nodes.CheckFailed(why)
    # Sealed and opened with what is in memory, and the file looked at for the next start.
    probe, place = os.urandom(16), {"table": "nodes", "row_id": node.boot_id, "field": "vault_check"}
    if node.vault.open(node.vault.seal(probe, **place), **place) != probe:
        raise nodes.CheckFailed("what was sealed did not open as it was")
    try:
        held = {key.id for key in await asyncio.to_thread(node.vault.file.read)}
    except VaultFileProblem as problem:
        raise nodes.CheckFailed(f"sealing works until the next start: {problem}") from problem
    async with node.database.connection() as connection:
        needed = (await connection.execute(select(VaultKey.file_key).distinct())).scalars().all()
    if missing := sorted(set(needed) - held):
        raise nodes.CheckFailed(f"sealing works until the next start: the key file lacks {', '.join(missing)}")
    return f"sealed and opened with {node.vault.current}"
