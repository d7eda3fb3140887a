"""A key of a Google service account: it lends access tokens, each had for a word of its own."""

import base64
import json
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from lending import lent, made
from token_service import TokenService

from app.kernel.node import Node
from app.modules.credentials import Bearer, ReauthRequired

KEY = rsa.generate_private_key(65537, 2048)


def key_file(service: TokenService, **more: Any) -> str:
    private = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    said = {"type": "service_account", "client_email": "sb@x.iam.gserviceaccount.com", "private_key_id": "k1"}
    return json.dumps(said | {"private_key": private.decode(), "token_uri": service.url} | more)


def _part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


async def test_it_lends_a_token_that_is_had_for_a_signed_word(
    running_node: Node, as_, token_service: TokenService
) -> None:
    shown = await made(as_("ada"), "google_key", key=key_file(token_service))
    assert "PRIVATE" not in str(shown)
    token_service.body = {"access_token": "of-google", "token_type": "Bearer", "expires_in": 3599}
    token_service.status = 200
    secret = await lent(running_node, shown["id"])
    assert isinstance(secret, Bearer)
    assert secret.token == "of-google"
    [(form, headers)] = token_service.asked
    assert (form["grant_type"], {*form}) == ("urn:ietf:params:oauth:grant-type:jwt-bearer", {"grant_type", "assertion"})
    assert "authorization" not in headers
    header, claims, signature = form["assertion"].split(".")
    assert (_part(header)["kid"], _part(claims)["iss"]) == ("k1", "sb@x.iam.gserviceaccount.com")
    assert (_part(claims)["aud"], _part(claims)["exp"] - _part(claims)["iat"]) == (token_service.url, 3600)
    signed = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    KEY.public_key().verify(signed, f"{header}.{claims}".encode(), padding.PKCS1v15(), SHA256())
    await lent(running_node, shown["id"])
    assert len(token_service.asked) == 1


async def test_what_is_no_key_file_is_refused_and_a_revoked_one_says_so(
    running_node: Node, as_, token_service: TokenService
) -> None:
    client: httpx.AsyncClient = as_("ada")
    for wrong in (
        "{}",
        "no json",
        "[]",
        key_file(token_service, private_key="x"),
        key_file(token_service, token_uri="file:///x"),
    ):
        body = {"name": "one", "kind": "google_key", "settings": {"key": wrong}}
        answer = await client.post("/credentials", json=body)
        assert answer.status_code == 422, wrong
    shown = await made(client, "google_key", key=key_file(token_service))
    token_service.status, token_service.body = 400, {"error": "invalid_grant"}
    with pytest.raises(ReauthRequired):
        await lent(running_node, shown["id"])
