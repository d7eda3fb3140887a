"""A storage as rclone's configuration writes it. It holds secrets: the file is one process's, and goes with it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.modules.credentials import Bearer, Password, S3Keys, Secret, SshIdentity
from app.modules.data.errors import StorageCannot, StorageUnreachable


@dataclass(frozen=True)
class Remote:
    """One section of the file; ``root`` goes before paths, ``dials`` is where it connects to."""

    options: dict[str, str] = field(repr=False)
    root: str
    dials: tuple[str, int] | None


async def remote_of(
    driver: str, settings: dict[str, Any], secret: Secret | None, *, rclone: str, directory: Path
) -> Remote:
    """Return a storage as a remote. Raises StorageCannot (409) for what rclone does not speak to as we do."""
    if driver == "local":
        return Remote({"type": "local"}, settings["directory"], None)
    if driver == "s3":
        return _s3(settings, secret)
    if driver == "webdav":
        return await _webdav(settings, secret, rclone)
    if driver == "sftp":
        return await _sftp(settings, secret, rclone, directory)
    raise StorageCannot(f"engine: rclone is for local, s3, webdav and sftp storages, not for {driver}")


def written(remotes: dict[str, Remote]) -> str:
    """Return the file."""
    lines = []
    for name, remote in remotes.items():
        lines.append(f"[{name}]")
        for option, value in remote.options.items():
            if any(c in value for c in "\r\n\x00"):
                raise StorageCannot(f"rclone's configuration cannot hold this {option}")
            lines.append(f"{option} = {value}")
        lines.append("")
    return "\n".join(lines)


def _s3(settings: dict[str, Any], secret: Secret | None) -> Remote:
    endpoint = (settings.get("endpoint") or f"https://s3.{settings['region']}.amazonaws.com").rstrip("/")
    options = {
        "type": "s3",
        "provider": "Other" if settings.get("endpoint") else "AWS",
        "endpoint": endpoint,
        "region": settings["region"],
        "force_path_style": "true" if settings["path_style"] else "false",
        "env_auth": "false",
        "no_check_bucket": "true",
    }
    if isinstance(secret, S3Keys):
        options |= {"access_key_id": secret.access_key_id, "secret_access_key": secret.secret_access_key}
        if secret.session_token is not None:
            options["session_token"] = secret.session_token
    root = "/".join(part for part in (settings["bucket"], settings.get("prefix", "").strip("/")) if part)
    return Remote(options, root, _place(endpoint))


async def _webdav(settings: dict[str, Any], secret: Secret | None, rclone: str) -> Remote:
    options = {"type": "webdav", "url": settings["url"], "vendor": "other"}
    if isinstance(secret, Password):
        options |= {"user": secret.user, "pass": await _obscured(secret.password, rclone)}
    elif isinstance(secret, Bearer):
        options["bearer_token"] = secret.token
    return Remote(options, "", _place(settings["url"]))


async def _sftp(settings: dict[str, Any], secret: Secret | None, rclone: str, directory: Path) -> Remote:
    keys: Sequence[str] = [key for key in settings.get("host_keys", []) if not key.startswith("SHA256:")]
    if not keys:
        raise StorageCannot("rclone knows servers by whole host keys: give the storage the public key, not its print")
    known = directory / "known_hosts"
    place = settings["host"] if settings["port"] == 22 else f"[{settings['host']}]:{settings['port']}"
    lines = "".join(f"{place} {' '.join(key.split()[:2])}\n" for key in keys)
    await asyncio.to_thread(_append, known, lines)
    options = {
        "type": "sftp",
        "host": settings["host"],
        "port": str(settings["port"]),
        "known_hosts_file": str(known),
        "shell_type": "unix",
        "ask_password": "false",
        "key_use_agent": "false",
    }
    if isinstance(secret, SshIdentity):
        # As one line, as rclone's documentation of key_pem asks for.
        options |= {"user": settings.get("user") or secret.user, "key_pem": json.dumps(secret.private_key)[1:-1]}
        if secret.certificate is not None:
            raise StorageCannot("rclone takes no certificate that is no file; use our own engine")
    elif isinstance(secret, Password):
        options |= {
            "user": settings.get("user") or secret.user,
            "pass": await _obscured(secret.password, rclone),
        }
    return Remote(options, settings["directory"].rstrip("/") or "/", (settings["host"], settings["port"]))


async def _obscured(password: str, rclone: str) -> str:
    """Return a password as rclone's configuration wants it, which is no protection."""
    process = await asyncio.create_subprocess_exec(
        *(rclone, "obscure", "-"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate(password.encode() + b"\n")
    if process.returncode:
        raise StorageUnreachable("rclone does not run as it should")
    return said.decode().strip()


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)
