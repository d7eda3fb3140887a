"""Trying a credential: a job, which runs what the rooms above registered for its kind."""

from collections.abc import Awaitable, Callable

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.redaction import redact_text
from app.modules import jobs
from app.modules.credentials.credentials import get_credential, kind_of, record_test
from app.modules.credentials.errors import CredentialUntestable
from app.modules.credentials.kind import RenewableKind, Wanted
from app.modules.credentials.secrets import Secret, SshIdentity
from app.modules.credentials.uses import usable
from app.modules.credentials.using import take

TEST_JOB = "credentials.test"
_CHECKS = "credentials.checks"

# Tries a credential where it is used and says in a few words what was found, ``None`` when nothing of the room uses it.
# Raises a Problem saying what is wrong.
Check = Callable[[Node, str, Secret], Awaitable[str | None]]


class TestPayload(BaseModel):
    """Which credential is tried, for whom."""

    credential_id: str
    user_id: str


class TestResult(BaseModel):
    """What was found."""

    passed: bool
    text: str


def register_check(node: Node, kind: str, check: Check) -> None:
    """Have ``check(node, credential_id, secret)`` try credentials of ``kind``, beside what others registered."""
    node.registry.setdefault(_CHECKS, {}).setdefault(kind, []).append(check)


async def start_test(node: Node, session: AsyncSession, credential_id: str, actor: Principal) -> str:
    """Queue a test and return its job's id. Raises CredentialNotFound (404), CredentialUntestable (409)."""
    row = await get_credential(session, credential_id)
    await usable(session, credential_id, actor.user_id)
    if not (_checks_of(node, row.kind) or row.kind == "ssh_ca" or isinstance(kind_of(row.kind), RenewableKind)):
        raise CredentialUntestable(f"Nothing here tries credentials of the kind {row.kind} yet")
    return await jobs.enqueue(
        session,
        TEST_JOB,
        TestPayload(credential_id=row.id, user_id=actor.user_id),
        unique_key=f"{TEST_JOB}:{row.id}:{actor.user_id}",
        origin=actor.user_id,
        owner_id=actor.user_id,
    )


@jobs.kind(TEST_JOB, max_attempts=2, timeout_seconds=120)
async def test(attempt: jobs.Attempt, payload: TestPayload) -> TestResult:
    """Try a credential and remember how it went."""
    async with attempt.node.database.transaction() as session:
        version = (await usable(session, payload.credential_id, payload.user_id)).version
    try:
        passed, said, version = True, *(await _try(attempt.node, payload))
    except Problem as problem:
        passed, said = False, f"{problem.title()}: {problem.detail}" if problem.detail else problem.title()
    # A service may have quoted what it was sent.
    said = redact_text(said)[:500]
    result = TestResult(passed=passed, text=said)
    async with attempt.transaction(result) as session:
        await record_test(session, payload.credential_id, version, passed, said)
    return result


async def _try(node: Node, payload: TestPayload) -> tuple[str, int]:
    taken = await take(node, payload.credential_id, user=payload.user_id, purpose="test", renew=True)
    driver = kind_of(taken.kind)
    secret = driver.lent(taken.held, Wanted(payload.user_id, "test", taken.now))
    found = []
    if taken.renewed:
        found.append("The service gave a new token")
    if isinstance(secret, SshIdentity) and secret.certificate is not None:
        found.append(f"Signed a certificate for {secret.user}")
    answers = [await check(node, payload.credential_id, secret) for check in _checks_of(node, taken.kind)]
    found += [said for said in answers if said is not None]
    said = "; ".join(found) or "It is kept well; nothing that could try it uses it yet"
    return said, taken.version + taken.renewed


def _checks_of(node: Node, kind: str) -> list[Check]:
    found: list[Check] = node.registry.get(_CHECKS, {}).get(kind, [])
    return found
