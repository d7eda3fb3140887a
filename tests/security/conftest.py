"""The owner of these tests has an account, so that what belongs to somebody can belong to the owner."""

import pytest

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules.accounts import User


@pytest.fixture
async def owner(node: Node) -> Principal:
    """The caller ``client`` is."""
    return await person(node, Role.OWNER)


async def person(node: Node, role: Role) -> Principal:
    """Add somebody with ``role`` who cannot log in with a password."""
    user = User(
        id=f"usr_{role.label}",
        email=f"{role.label}@example.org",
        name=f"A {role.label}",
        role=role.label,
        password_hash="",
    )
    async with node.database.transaction() as session:
        session.add(user)
    return Principal(user_id=user.id, name=user.name, role=role)
