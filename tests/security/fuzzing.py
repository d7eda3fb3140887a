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
# What they remove can be restored for a while, and is shown until then with when it was removed.
RESTORABLE = {"dataset_delete"}
# Without PUT: names of queues may have slashes, and PUT /queues/a/drain is for the queue a/drain.
CONFIG = """
[phases.coverage]
unexpected-methods = ["DELETE", "PATCH", "POST", "OPTIONS"]

# 412 is what tus and If-Match refuse with.
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428", "429"]

# That a header nobody asked for is there is not wrong (RFC 9110, 5.1), whatever its schema is said to be.
[[operations]]
include-operation-id = "upload_append"
checks.negative_data_rejection.enabled = false
"""

# What it cannot write by itself: a part of an upload is bytes like any other.
HOOKS = """
import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
"""


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
    url: str, token: str | None, folder: Path, *, phases: str, examples: int, seconds: int, seed: int
) -> tuple[bool, str]:
    """Run it for at most ``seconds`` as whose token it is, or as a stranger.

    Return whether it found nothing, and what it said, with a curl for each thing it found.
    """
    schema = folder / "openapi.json"
    schema.write_text(json.dumps(described()))
    (folder / "schemathesis.toml").write_text(CONFIG)
    (folder / "odd_media_types.py").write_text(HOOKS)
    arguments = ["run", str(schema), "--url", url, "--no-color"]
    arguments += ["-H", f"Authorization: Bearer {token}"] if token is not None else []
    arguments += ["--checks", ",".join(CHECKS), "--phases", phases, "--max-examples", str(examples)]
    arguments += ["--max-time", str(seconds), "--seed", str(seed), "--continue-on-failure", "--no-shrink"]
    arguments += ["--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "20"]
    arguments += ["--generation-database", ":memory:", "--output-truncate", "false"]
    for name in sorted(LEFT_OUT | RESTORABLE if phases == "stateful" else LEFT_OUT):
        arguments += ["--exclude-operation-id", name]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("STORMBELL_", "SCHEMATHESIS_"))}
    process = await asyncio.create_subprocess_exec(
        str(SCHEMATHESIS),
        *arguments,
        cwd=folder,
        env=clean | {"SCHEMATHESIS_HOOKS": "odd_media_types"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode == 0, out.decode()
