"""What the server shows of itself, and to whom: nothing beyond this machine without TLS or being told to."""

import asyncio
import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.cli.serving import serving
from app.modules import accounts
from tests.conftest import settings_for

STORMBELL = Path(sys.executable).parent / "stormbell"


def serve(*arguments: str) -> tuple[int, str]:
    """Run a server that should not come up."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("STORMBELL_")}
    done = subprocess.run(
        [str(STORMBELL), "serve", *arguments], env=inherited, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stderr


def write_pair(folder: Path, *, password: bytes | None = None, name: str = "tls") -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stormbell")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(
            subject, subject, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(days=1)
        )
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    return certificate, private


@pytest.mark.security("S29")
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "storm.example.org"])
def test_no_other_machine_is_served_without_tls_or_being_told_to(host: str, tmp_path: Path) -> None:
    code, said = serve("--host", host, "--data", str(tmp_path / "d"))
    assert code == 2
    for words in ("server.tls_certificate", "server.tls_key", "server.insecure=true"):
        assert words in said
    assert "Traceback" not in said
    assert not (tmp_path / "d").exists()


@pytest.mark.security("S29")
def test_a_certificate_that_is_no_good_is_said_before_anything_starts(tmp_path: Path) -> None:
    certificate, key = write_pair(tmp_path)
    _, other_key = write_pair(tmp_path, name="other")
    locked, locked_key = write_pair(tmp_path, name="locked", password=b"hunter2")
    for pair, words in [
        ((certificate, other_key), "no pair of PEM files"),
        ((key, key), "no pair of PEM files"),
        ((locked, locked_key), "the key is encrypted"),
        ((certificate, tmp_path / "nowhere"), "no file this user can read"),
        ((certificate, None), "set together or not at all"),
    ]:
        flags = ["--set", f"server.tls_certificate={pair[0]}"]
        flags += ["--set", f"server.tls_key={pair[1]}"] if pair[1] is not None else []
        code, said = serve("--host", "0.0.0.0", "--data", str(tmp_path / "d"), *flags)
        assert (code, "Traceback" in said) == (2, False)
        assert words in said, said
        assert not (tmp_path / "d").exists()


@pytest.mark.security("S29", "S19")
async def test_with_a_certificate_it_serves_tls_to_everybody(tmp_path: Path) -> None:
    certificate, key = write_pair(tmp_path)
    settings = settings_for(
        tmp_path / "d",
        **{
            "server.host": "0.0.0.0",
            "server.port": 0,
            "server.tls_certificate": str(certificate),
            "server.tls_key": str(key),
        },
    )
    context = ssl.create_default_context(cafile=str(certificate))
    async with serving(settings, console=False) as (node, url):
        assert url.startswith("https://0.0.0.0:")
        port = int(url.rpartition(":")[2])
        base = f"https://127.0.0.1:{port}"
        link = await accounts.setup_link(node, base)
        assert link is not None
        token = link.rpartition("token=")[2]
        async with httpx.AsyncClient(base_url=base, verify=context, trust_env=False) as client:
            assert (await client.get("/livez")).status_code == 200
            owner = {"token": token, "email": "o@example.org", "name": "Olga", "password": "correct horse battery"}
            made = await client.post("/api/v1/setup", json=owner, headers={"Origin": base})
            assert made.status_code == 201, made.text
            assert made.headers["set-cookie"].startswith("__Host-stormbell_session=")
            assert "; secure" in made.headers["set-cookie"].lower()
            assert (await client.get("/api/v1/sessions/current")).status_code == 200
        # Neither plain HTTP nor an old protocol gets an answer there.
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"HTTP/1.1 200" not in await reader.read()
        writer.close()
        old = ssl.create_default_context(cafile=str(certificate))
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.minimum_version = ssl.TLSVersion.TLSv1_1
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("127.0.0.1", port, ssl=old)


@pytest.mark.security("S29")
async def test_strangers_learn_neither_version_nor_documents(anonymous: httpx.AsyncClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/api/v1/openapi.json", "/api/v1/docs", "/docs/oauth2-redirect"):
        answer = await anonymous.get(path)
        assert answer.headers["content-type"].startswith(("text/", "application/problem+json")), path
        assert '"openapi"' not in answer.text.lower(), path
    for path in ("/api/v1/version", "/api/v1/health", "/api/v1/drivers"):
        assert (await anonymous.get(path)).status_code == 401, path
    for path in ("/livez", "/api/v1/setup", "/", "/api/v1/nothing"):
        answer = await anonymous.get(path)
        assert "server" not in answer.headers
        assert "x-powered-by" not in answer.headers
        assert "Python" not in answer.text
    for path in ("/livez", "/api/v1/jobs", "/"):
        assert (await anonymous.request("TRACE", path)).status_code == 405, path
