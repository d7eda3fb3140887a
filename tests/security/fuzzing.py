"""Runs schemathesis, in a process of its own, over a server of its own."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from app.kernel.principal import Role
from app.main import MODULES, create_app, openapi

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CHECKS = (
    "not_a_server_error",
    "ignored_auth",
    "use_after_free",
    "negative_data_rejection",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
# They end the caller's own login or account, or what the other requests need: a run would test nothing after them.
LEFT_OUT = {
    "observation_stream",
    "profile_change_email",
    "profile_change_password",
    "profile_delete",
    "session_end",
    "session_end_others",
    "token_revoke",
    "user_change",
    "user_delete",
    "user_session_end",
    "user_set_password",
}


def described() -> dict[str, Any]:
    """Return openapi.json, saying also which operations need a token: the published one leaves that to its prose."""
    app = create_app()
    document = openapi(app)
    public = {name for module in MODULES for name, role in module.permissions.items() if role is Role.PUBLIC}
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for item in document["paths"].values():
        for operation in item.values():
            if operation["operationId"] not in public:
                operation["security"] = [{"token": []}]
    return document


async def fuzz(
    url: str, token: str, folder: Path, *, phases: str, examples: int, seconds: int, seed: int
) -> tuple[bool, str]:
    """Run it for at most ``seconds``; return whether it found nothing, and what it said, with a curl for each."""
    schema = folder / "openapi.json"
    schema.write_text(json.dumps(described()))
    arguments = ["run", str(schema), "--url", url, "-H", f"Authorization: Bearer {token}", "--no-color"]
    arguments += ["--checks", ",".join(CHECKS), "--phases", phases, "--max-examples", str(examples)]
    arguments += ["--max-time", str(seconds), "--seed", str(seed), "--continue-on-failure", "--no-shrink"]
    arguments += ["--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "20"]
    arguments += ["--generation-database", ":memory:", "--output-truncate", "false"]
    for name in sorted(LEFT_OUT):
        arguments += ["--exclude-operation-id", name]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("STORMBELL_", "SCHEMATHESIS_"))}
    process = await asyncio.create_subprocess_exec(
        str(SCHEMATHESIS),
        *arguments,
        cwd=folder,
        env=clean,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode == 0, out.decode()
