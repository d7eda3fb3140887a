"""Which host keys a connection accepts, in the terms of the SSH library; nothing is trusted that is not given."""

from collections.abc import Sequence
from typing import Any

import asyncssh
from asyncssh.public_key import get_default_certificate_algs, get_default_public_key_algs

FINGERPRINT = "SHA256:"


class Watcher(asyncssh.SSHClient):
    """Notes the host key that was shown when it is none of those trusted, by themselves or by their fingerprints."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self.shown: asyncssh.SSHKey | None = None
        self._fingerprints = {one for one in trusted if one.startswith(FINGERPRINT)}

    def validate_host_public_key(self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey) -> bool:
        """Say whether it is trusted by its fingerprint; those trusted by themselves are not asked about."""
        if key.get_fingerprint() in self._fingerprints:
            return True
        self.shown = key
        return False


def options(trusted: Sequence[str], authorities: Sequence[str]) -> dict[str, Any]:
    """Return the arguments of a connection that accepts these host keys, and certificates of these authorities.

    The kinds of the keys that are known come first: a server that has one of them shows it. The others are asked for
    too, so that what it shows instead can be said. Raises ValueError for a line that is no public key.
    """
    try:
        keys = [asyncssh.import_public_key(line) for line in trusted if not line.startswith(FINGERPRINT)]
        signers = [asyncssh.import_public_key(line) for line in authorities]
    except asyncssh.KeyImportError as error:
        raise ValueError(f"no host key in OpenSSH's form: {error}") from error
    wanted = [algorithm for key in keys for algorithm in key.sig_algorithms]
    wanted += [*(get_default_certificate_algs() if signers else ()), *get_default_public_key_algs()]
    return {
        "known_hosts": (keys, signers, []),
        "server_host_key_algs": [algorithm.decode() for algorithm in dict.fromkeys(wanted)],
    }


def line_of(key: asyncssh.SSHKey) -> str:
    """Return a key as known_hosts writes it, without a comment."""
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


def fingerprint_of(line: str) -> tuple[str, str, str]:
    """Return a public key's kind, its fingerprint and its line without a comment. Raises ValueError."""
    try:
        key = asyncssh.import_public_key(line.strip())
    except asyncssh.KeyImportError as error:
        raise ValueError("this is no public key in OpenSSH's form, such as 'ssh-ed25519 AAAA…'") from error
    return key.get_algorithm(), key.get_fingerprint(), line_of(key)
