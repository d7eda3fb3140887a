"""An authenticator in software: keys, a counter, and signatures as a phone or a security key makes them."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


@dataclass
class Authenticator:
    """Keeps one key a relying party. What it says can be bent before it is signed."""

    origin: str = "http://localhost:8000"
    counts: bool = True
    flags: int = FLAG.UP | FLAG.UV
    count: int = 0
    keys: dict[str, tuple[bytes, ec.EllipticCurvePrivateKey, str]] = field(default_factory=dict)

    def create(self, options: dict[str, Any], **bent: Any) -> dict[str, Any]:
        """Make a key; answer ``navigator.credentials.create`` as ``toJSON()`` writes it."""
        relying_party = options["rp"]["id"]
        key, credential_id = ec.generate_private_key(ec.SECP256R1()), os.urandom(32)
        self.keys[relying_party] = (credential_id, key, options["user"]["id"])
        data = AuthenticatorData.create(
            _hash(bent.get("rp", relying_party)),
            self.flags | FLAG.AT,
            self._counted(),
            AttestedCredentialData.create(b"\0" * 16, credential_id, ES256.from_cryptography_key(key.public_key())),
        )
        client_data = self._client_data("webauthn.create", options["challenge"], bent)
        return self._credential(
            credential_id,
            {
                "clientDataJSON": websafe_encode(client_data),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
                "transports": ["internal", "hybrid"],
            },
        )

    def get(self, options: dict[str, Any], **bent: Any) -> dict[str, Any]:
        """Sign; answer ``navigator.credentials.get`` as ``toJSON()`` writes it."""
        credential_id, key, user = self.keys[options["rpId"]]
        data = AuthenticatorData.create(_hash(bent.get("rp", options["rpId"])), self.flags, self._counted())
        client_data = self._client_data("webauthn.get", options["challenge"], bent)
        signature = bent.get("key", key).sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            credential_id,
            {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": bent.get("user", user),
            },
        )

    def copy(self) -> "Authenticator":
        """What somebody who got at the key has."""
        return Authenticator(self.origin, self.counts, self.flags, self.count, dict(self.keys))

    def _counted(self) -> int:
        self.count += self.counts
        return self.count

    def _client_data(self, what: str, challenge: str, bent: dict[str, Any]) -> bytes:
        said = {
            "type": bent.get("type", what),
            "challenge": bent.get("challenge", challenge),
            "origin": bent.get("origin", self.origin),
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _credential(self, credential_id: bytes, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def _hash(relying_party: str) -> bytes:
    return hashlib.sha256(relying_party.encode()).digest()


__all__ = ["FLAG", "Authenticator", "websafe_decode", "websafe_encode"]
