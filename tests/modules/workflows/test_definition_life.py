"""An incident stays on the version it began with: changed, deleted or broken meanwhile, and after a restart."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.kernel.node import Node
from app.main import MODULES, create_app
from app.modules.workflows.catalogue import catalogue_of, refresh
from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Answered, Incident, stage, workflow

class Go(BaseModel):
    pass

@workflow("bell")
class Bell:
    @stage(sends=("rung",))
    async def ring(self, incident: Incident, message: Go) -> None:
        incident.ask("Ring?", then=self.rung)

    @stage
    async def rung(self, incident: Incident, message: Answered) -> None:
        incident.complete("rung by the first version")
"""


async def begin(house: House) -> str:
    body = {"workflow": "bell", "name": "x", "stage": "ring"}
    opened = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()

    async def asked() -> Any:
        return (await house.get(f"/incidents/{opened['id']}/questions"))["items"]

    await house.until(asked)
    return str(opened["id"])


async def answered(house: House, incident_id: str) -> dict[str, Any]:
    (question,) = (await house.get(f"/incidents/{incident_id}/questions"))["items"]
    path = f"/api/v1/incidents/{incident_id}/questions/{question['id']}/answer"
    (await house.client.post(path, json={"answer": True})).raise_for_status()

    async def over() -> Any:
        found = await house.get(f"/incidents/{incident_id}")
        return found if found["state"] not in ("active", "completing") else None

    found: dict[str, Any] = await house.until(over)
    return found


@pytest.mark.parametrize("change", ["changed", "broken", "deleted"])
async def test_a_running_incident_ends_on_its_version_also_after_a_restart(
    node: Node, app: FastAPI, client: httpx.AsyncClient, change: str, database_url: str
) -> None:
    house = House(node, client)
    incident_id = await begin(house)
    file: Path = node.settings.data_directory / "workflows" / "bell.py"
    version = catalogue_of(node).current["bell"].version
    if change == "deleted":
        file.unlink()
        await refresh(node)  # an editor may be between removing and writing it
    else:
        file.write_text(WORKFLOW.replace("the first", "another") if change == "changed" else "no python")
    await refresh(node)
    if change != "broken":
        assert version not in [d.version for d in catalogue_of(node).current.values()]
    await node.stop()

    again = Node(node.settings, MODULES, database_url)
    await again.vault.unlock()
    await again.start()
    try:
        again.authenticate = node.authenticate
        transport = httpx.ASGITransport(app=create_app(again), raise_app_exceptions=False)
        headers = {"X-Test-Caller": "owner"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as other:
            found = await answered(House(again, other), incident_id)
    finally:
        await again.stop()
    assert (found["state"], found["comment"]) == ("complete", "rung by the first version")
    assert found["workflow_version"] == version


async def test_a_workflow_of_an_installed_package_is_found_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.modules.workflows import Catalogue

    package = tmp_path / "site" / "belfry"
    package.mkdir(parents=True)
    (package / "workflow.py").write_text(WORKFLOW)
    (package / "__init__.py").write_text("")
    info = tmp_path / "site" / "belfry-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: belfry\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[stormbell.workflows]\nbell = belfry.workflow\ngone = belfry_that_is_not_there.workflow\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    catalogue = Catalogue(store=tmp_path / "definitions", places=[], atlas=tmp_path)
    loaded, broken = await catalogue.refresh()
    assert [(d.spec.name, d.origin) for d in loaded] == [("bell", package)]
    assert broken == []
    assert loaded[0].directory.is_relative_to(tmp_path / "definitions"), "its incidents keep a copy"
    assert await asyncio.to_thread(catalogue.find, "bell", loaded[0].version) is loaded[0]
