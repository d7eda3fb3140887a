"""A service, or what speaks to it, that quotes the secret it was sent: what is kept or answered leaves it out."""

from typing import Any

import pytest
from consenting import begun, finish, people, waiting
from fastapi import FastAPI
from lending import ended, made
from token_service import TokenService

from app.kernel.node import Node
from app.modules import credentials, jobs
from app.modules.credentials import Bearer, Secret
from tests.modules.accounts.people import run_sql

SECRET = "c4n4ry-token-of-a-service"
SERVICES_SECRET = "s3cret-canary"


@pytest.mark.security("S7", "S24")
@pytest.mark.parametrize("raised", [RuntimeError, jobs.Discard], ids=lambda one: one.__name__)
@pytest.mark.parametrize("long_before", [0, 3950], ids=["short", "cut"])
async def test_the_error_of_a_job_leaves_out_what_it_was_lent(
    running_node: Node, as_: Any, raised: type[Exception], long_before: int
) -> None:
    ada = as_("ada")

    async def quote(_node: Node, _credential_id: str, secret: Secret) -> str:
        assert isinstance(secret, Bearer)
        raise raised(f"{'x' * long_before} the service does not take {secret.token} from us")

    credentials.register_check(running_node, "bearer", quote)
    one = (await made(ada, "bearer", token=SECRET))["id"]
    asked = await ada.post(f"/credentials/{one}/test")
    assert asked.status_code == 202, asked.text
    job = await ended(running_node, asked.json()["job_id"])
    assert job.state == "failed"
    assert job.error is not None
    assert SECRET[:6] not in job.error
    kept = await run_sql(running_node, "SELECT a::text FROM job_attempts a UNION ALL SELECT e::text FROM events e")
    assert [row for (row,) in kept if SECRET[:6] in row] == []


@pytest.mark.security("S7", "S15", "S24")
@pytest.mark.parametrize("member", ["error", "error_description"])
async def test_a_refused_consent_leaves_out_the_secret_of_the_application(
    running_node: Node, app: FastAPI, token_service: TokenService, member: str
) -> None:
    async with people(running_node, app) as logged:
        ada = await logged("ada")
        one = await waiting(ada, token_service)
        consent = await begun(ada, one)
        answer = token_service.consent(consent["url"])
        said = {"error": "invalid_client", member: f"{SERVICES_SECRET} is not the secret"}
        token_service.status, token_service.body = 400, said
        refused = await finish(ada, consent["service"], answer)
        assert refused.status_code == 409
        assert "is not the secret" in refused.text
        assert SERVICES_SECRET not in refused.text
