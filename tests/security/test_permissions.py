"""Who may call what: every role at every operation, as permissions.tsv says and a person has read it."""

from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from app.kernel.principal import Principal, Role
from tests.security.operations import CALLER, operations
from tools import permissions

ROLES = [role for role in Role if role is not Role.PUBLIC]


def expected() -> dict[str, Role]:
    lines = (permissions.ROOT / permissions.TABLE).read_text().splitlines()
    assert lines[0] == permissions.HEAD
    return {name: Role[least.upper()] for name, _, _, least in (line.split("\t") for line in lines[1:])}


@pytest.mark.security("S5")
def test_the_table_is_what_the_code_says() -> None:
    table = (permissions.ROOT / permissions.TABLE).read_text().splitlines()[1:]
    differing = set(table) ^ set(permissions.rows())
    assert not differing, "read what changed, then run: python -m tools.permissions --write"


@pytest.mark.security("S5")
async def test_every_role_may_call_what_the_table_says_and_nothing_else(app: FastAPI, http: httpx.AsyncClient) -> None:
    table = expected()
    asked = 0
    wrong = []
    for operation in operations(app):
        for role in ROLES:
            may = role >= table[operation.id]
            headers = {CALLER: role.label, "Content-Type": "application/json"}
            # Before anything else is looked at: who may not gets to know nothing of ids and bodies.
            answer = await http.request(operation.method, operation.target(), headers=headers)
            refused = answer.status_code == 403 and (
                operation.method == "HEAD" or "needs" in answer.json().get("detail", "")
            )
            asked += 1
            if refused is may:
                wrong.append((role.label, operation.id, answer.status_code))
    assert wrong == []
    assert asked > 5 * 100


@pytest.mark.security("S5", "S17")
async def test_a_token_may_call_what_it_names_and_nothing_else(
    app: FastAPI, http: httpx.AsyncClient, people: dict[str, Principal]
) -> None:
    people["narrow"] = replace(people["owner"], scopes=frozenset({"version_get"}), token_id="tok_narrow")
    assert (await http.get("/api/v1/version", headers={CALLER: "narrow"})).status_code == 200
    table = expected()
    for operation in operations(app):
        if operation.id != "version_get" and table[operation.id] is not Role.PUBLIC:
            answer = await http.request(operation.method, operation.target(), headers={CALLER: "narrow"})
            assert answer.status_code == 403, operation.id
