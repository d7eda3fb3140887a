"""What people and programs write is shown as text: payloads through every field that takes text, and a real Chromium.

A payload that runs opens a dialog, makes an element, or is stopped by the content security policy; each is a failure.
"""

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Dialog, Page, expect

from app.main import create_app
from tests.cli.house import WORKFLOW
from tests.journeys.test_browser import CHROMIUM, OWNER, browser, set_up
from tests.security.fuzzing import LEFT_OUT, described
from tests.security.operations import ids_of
from tools.live import Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(420),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

PAYLOADS = [
    "<img data-xss src=x onerror=alert(1)>",
    '"><svg data-xss onload=alert(1)>',
    "</script><script data-xss>alert(1)</script>",
    "'-alert(1)-'{{7*7}}${alert(1)}",
    "javascript:alert(1)//<a data-xss href=javascript:alert(1)>",
    '<iframe data-xss srcdoc="<script>alert(1)</script>">',
    "\x1b[31mred\x1b]8;;http://evil.example\x07link\x1b]8;;\x07<b data-xss>",
    "\u202egnp.exe<style data-xss>*{display:none}</style>",
]
SHOWN_WITHIN_MS = 2500
ROUNDS = 2  # what the first made has texts that only the second can change
PAGES = [
    *("/", "/incidents", "/sources", "/simulations", "/data", "/collections", "/storages", "/workflows", "/machines"),
    *("/credentials", "/alarms", "/jobs", "/nodes", "/schedules", "/health", "/audit", "/logs", "/account", "/people"),
    "/admin",
]
# They stop what the others need; their texts (reasons, notes) are those of operations that stay.
NOT_ASKED = LEFT_OUT | {"node_drain", "node_pause", "node_loop_stop", "setup_complete", "session_create", "queue_drain"}


class Filler:
    """Makes bodies that fit their schemas, with a payload wherever text is taken."""

    def __init__(self, schemas: Mapping[str, Any], *payloads: str) -> None:
        self._schemas = schemas
        self._payloads = itertools.cycle(payloads)

    @property
    def _payload(self) -> str:
        return next(self._payloads)

    def value(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        if "$ref" in schema:
            return self.value(self._schemas[schema["$ref"].rpartition("/")[2]], depth + 1)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        for union in ("anyOf", "oneOf"):
            if union in schema:
                return self.value(next(one for one in schema[union] if one.get("type") != "null"), depth)
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            properties = schema.get("properties", {})
            filled = {name: self.value(one, depth + 1) for name, one in properties.items() if depth < 6}
            return filled or {"note": self._payload}
        if kind == "array":
            return [self.value(schema.get("items", {"type": "string"}), depth + 1)]
        if kind in ("integer", "number"):
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        if kind == "boolean":
            return True
        if kind == "string":
            return self._text(schema)
        return {"note": self._payload}

    def _text(self, schema: Mapping[str, Any]) -> str:
        if schema.get("format") == "date-time":
            return (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        # A pattern or a short limit is a wall of its own, and the API's answer is then 422.
        return self._payload[: schema.get("maxLength", 10_000)]


def variants(body: Any) -> Iterator[Any]:
    """Yield a body, and without each of its members: one that may not be what it is would hide the others."""
    yield body
    if isinstance(body, dict):
        for left_out in body:
            yield {name: value for name, value in body.items() if name != left_out}


async def fill(client: httpx.AsyncClient) -> dict[str, int]:
    """Send payloads to every operation that changes something; return how many were taken, by operation."""
    document = described()
    taken: dict[str, int] = {}
    app = create_app()
    filler = Filler(document["components"]["schemas"], *PAYLOADS)
    for _ in range(ROUNDS):
        ids = {path.removeprefix("/api/v1"): one for path, one in (await ids_of(client, app)).items()}
        for path, item in document["paths"].items():
            for method, operation in item.items():
                schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
                if schema is None or operation["operationId"] in NOT_ASKED:
                    continue
                parts: list[str] = []
                for part in path.removeprefix("/api/v1").split("/"):
                    parts.append(ids.get("/".join(parts), "x") if part.startswith("{") else part)
                for body in variants(filler.value(schema)):
                    answer = await client.request(method, "/".join(parts), json=body)
                    assert answer.status_code < 500, (operation["operationId"], body, answer.text)
                    if answer.status_code < 300:
                        taken[operation["operationId"]] = taken.get(operation["operationId"], 0) + 1
                        break
    return taken


async def look(page: Page, address: str) -> str:
    """Open a page, wait until it shows what it has, and return its text."""
    await page.goto(address)
    await expect(page.get_by_test_id("live-indicator")).to_be_visible()
    await page.wait_for_load_state("load")
    await expect(page.locator("main")).not_to_be_empty()
    with contextlib.suppress(AssertionError):  # not every page shows what somebody wrote
        await expect(page.locator("body")).to_contain_text("alert(1)", timeout=SHOWN_WITHIN_MS)
    assert await page.locator("[data-xss]").count() == 0, address
    assert await page.locator("a[href^='javascript:' i]").count() == 0, address
    return await page.locator("body").inner_text()


@pytest.mark.security("S23", "S16")
async def test_whatever_is_written_is_shown_as_text(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    place = server.data / "workflows"
    place.mkdir(parents=True)
    (place / "gauge.py").write_text(WORKFLOW)
    (place / "broken.py").write_text(
        "from stormbell import workflow\n\nworkflow('<img data-xss src=x onerror=alert(1)>', (\n"
    )
    dialogs: list[str] = []

    async def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        await dialog.dismiss()

    await server.start()
    try:
        async with browser() as page:
            page.on("dialog", dismiss)
            await set_up(page, server)
            made = await page.request.post(
                f"{server.url}/api/v1/tokens", data={"name": "test"}, headers={"Origin": server.url}
            )
            bearer = {"Authorization": f"Bearer {(await made.json())['token']}"}
            async with httpx.AsyncClient(
                base_url=server.url, headers=bearer, trust_env=False, timeout=60, event_hooks={"request": [_below_api]}
            ) as client:
                source = {"name": "readings", "driver": "push", "settings": {"key": "/id"}}
                registered = (await client.post("/sources", json=source)).raise_for_status().json()
                for number, payload in enumerate(PAYLOADS):
                    reading = {"id": f"r{number}", "station": payload, "level_m": 1.0}
                    pushed = await client.post(f"/sources/{registered['id']}/deliveries", json=reading)
                    assert pushed.status_code < 300, pushed.text
                taken = await fill(client)
                assert len(taken) >= 12, taken
                found = await ids_of(client, create_app())
            details = [f"/{kind}/{one}" for kind in ("incidents", "jobs") if (one := found.get(f"/api/v1/{kind}"))]
            shown = {path: await look(page, server.url + path) for path in [*PAGES, *details]}
            with_text = {path for path, text in shown.items() if "data-xss" in text or "alert(1)" in text}
            assert len(with_text) >= 5, f"payloads are to be read on pages, and are only on {with_text}"
            for target in (
                "//evil.example",
                "/\\evil.example",
                "https:evil.example",
                "/\t/evil.example",
                "javascript:alert(1)",
            ):
                await page.context.clear_cookies()
                await page.goto(f"{server.url}/login?next={httpx.QueryParams({'n': target})}".replace("n=", "", 1))
                form = page.get_by_test_id("login-form")
                await form.get_by_label("Email").fill(OWNER["email"])
                await form.get_by_label("Password", exact=True).fill(OWNER["password"])
                await form.get_by_role("button").last.click()
                await expect(page.get_by_test_id("live-indicator")).to_be_visible()
                assert page.url.startswith(f"{server.url}/"), (target, page.url)
        assert dialogs == []
    finally:
        await server.stop()


async def _below_api(request: httpx.Request) -> None:
    if not request.url.path.startswith("/api/"):
        request.url = request.url.copy_with(path=f"/api/v1{request.url.path}")


def test_the_filler_puts_text_where_text_goes() -> None:
    document = described()
    filled = Filler(document["components"]["schemas"], "payload").value({"$ref": "#/components/schemas/TokenCreate"})
    assert filled["name"] == "payload"
    assert filled["scopes"] == ["payload"]
