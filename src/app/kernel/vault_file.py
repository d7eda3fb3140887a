"""The file key: what opens the vault's data keys. Kept in a file of its own, never in the database.

Several lines are several keys, the newest first: the first seals, every one opens. Lines that begin with # are left
out.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from app.kernel.errors import StartProblem
from app.kernel.redaction import register_secret

FILE_NAME = "vault.key"
_PREFIX = "sbvault1_"
_KEY_BYTES = 32
_MADE = """\
# Stormbell's vault key: what opens every stored credential. Whoever has this file and the database has them all; who
# loses it loses them all. Keep a copy apart from the back-ups. Every node needs the same one.
"""


class VaultFileProblem(StartProblem):
    """The key file cannot be used; the message names it and the fix."""


@dataclass(frozen=True)
class FileKey:
    """One key of the file. ``id`` is derived from it one way, so the database may know it."""

    id: str
    cipher: AESGCM = field(repr=False)


class VaultFile:
    """Where the file key comes from: the setting ``vault.key``, else ``vault.key`` in the data directory."""

    def __init__(self, directory: Path, given: SecretStr | None) -> None:
        self.path = directory / FILE_NAME
        self._given = given

    @property
    def name(self) -> str:
        """Return what to call it in a sentence for people."""
        return "the setting vault.key" if self._given is not None else str(self.path)

    def read(self) -> list[FileKey]:
        """Return the keys, newest first; none when there is no file. Raises VaultFileProblem."""
        if self._given is not None:
            return self._parsed(self._given.get_secret_value())
        try:
            with self.path.open() as file:
                mode = os.fstat(file.fileno()).st_mode
                written = file.read()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise VaultFileProblem(f"the vault's key file {self.path} cannot be read: {error}") from error
        if mode & 0o077:
            raise VaultFileProblem(f"others can read the vault's key file {self.path}: chmod 600 {self.path}")
        return self._parsed(written)

    def read_or_make(self) -> list[FileKey]:
        """Return the keys, and make the file with one when there is none. Raises VaultFileProblem."""
        if keys := self.read():
            return keys
        self._write(_MADE + new_line(), replace=False)
        return self.read()

    def add(self) -> str:
        """Put a new key before those of the file and return its id. Raises VaultFileProblem."""
        if self._given is not None:
            raise VaultFileProblem("the key is given by a setting: put the new one before the old one there")
        if not self.read():
            raise VaultFileProblem(f"there is no {self.path}: start the server once, or copy it from another node")
        self._write(_MADE + new_line() + self.path.read_text().removeprefix(_MADE), replace=True)
        return self.read()[0].id

    def _write(self, text: str, *, replace: bool) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".vault")  # 0600
            try:
                with os.fdopen(handle, "w") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                if replace:
                    Path(name).replace(self.path)
                else:
                    # Of two processes that start at once in one directory the first one's key is everybody's.
                    with contextlib.suppress(FileExistsError):
                        os.link(name, self.path)
            finally:
                Path(name).unlink(missing_ok=True)
            directory = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(directory)  # sealed rows may not outlive the name of what opens them
            finally:
                os.close(directory)
        except OSError as error:
            raise VaultFileProblem(f"the vault's key file {self.path} cannot be written: {error}") from error

    def _parsed(self, text: str) -> list[FileKey]:
        keys = []
        for number, line in enumerate(text.splitlines(), 1):
            stripped = line.strip()
            if stripped and not stripped.startswith("#"):
                keys.append(self._key(stripped, number))
        if not keys:
            raise VaultFileProblem(f"{self.name} holds no key; it begins with {_PREFIX}")
        return keys

    def _key(self, line: str, number: int) -> FileKey:
        try:
            if not line.startswith(_PREFIX):
                raise ValueError(line)
            raw = base64.b64decode(line.removeprefix(_PREFIX) + "=", altchars=b"-_", validate=True)
            if len(raw) != _KEY_BYTES:
                raise ValueError(len(raw))
        except (ValueError, binascii.Error):
            # Without its cause, which holds what may be most of a key.
            raise VaultFileProblem(
                f"line {number} of {self.name} is no vault key: {_PREFIX} and 43 characters"
            ) from None
        register_secret(line)
        register_secret(line.removeprefix(_PREFIX))
        name = hmac.new(raw, b"stormbell vault file key", hashlib.sha256).hexdigest()[:16]
        return FileKey(f"file_{name}", AESGCM(raw))


def new_line() -> str:
    """Return a new key as the file writes it."""
    return _PREFIX + base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode().rstrip("=") + "\n"
