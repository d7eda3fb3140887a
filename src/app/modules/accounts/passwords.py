"""Passwords: what is taken, and argon2id away from the event loop."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar, TypeVarTuple, Unpack

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.kernel.errors import ProblemItem
from app.modules.accounts.credentials import new_secret
from app.modules.accounts.errors import PasswordRejected

A = TypeVarTuple("A")
T = TypeVar("T")

SHORTEST = 8  # NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.1
ADVISED = 15  # and where no second factor is asked for, NIST's least
LONGEST = 256
# OWASP Password Storage Cheat Sheet, argon2id, first option: 46 MiB, 1 pass, 1 lane. On 2 cores at rest it took 65 ms,
# RFC 9106's second option (64 MiB, 3 passes, 4 lanes) 200 ms; the event loop lives on the same cores.
_HASHER = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=46 * 1024, parallelism=1),))
# Each hash takes 46 MiB: two at a time bound what a flood of logins can take, the rest wait in line.
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def require_acceptable(password: str, email: str) -> None:
    """Raise PasswordRejected (422), saying what to do, for a password that is too short, too long or guessable."""
    if len(password) < SHORTEST:
        raise _rejected(f"Take at least {SHORTEST} characters; {ADVISED} or more is better")
    if len(password) > LONGEST:
        raise _rejected(f"Take at most {LONGEST} characters")
    if password.casefold() in _common():
        raise _rejected("It is one of the most common passwords; take one nobody else has")
    if password.casefold() in (email.casefold(), email.casefold().partition("@")[0]):
        raise _rejected("It is the email address; take something that cannot be looked up")


async def hash_password(password: str) -> str:
    """Return the argon2id hash, with its parameters and salt."""
    return await _off_loop(_HASHER.hash, _normal(password))


async def verify_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Say whether ``password`` is the one ``stored`` was made from, and the new hash when ours got stronger.

    Without ``stored`` (nobody has this account) it takes as long and says no.
    """
    if stored is None:
        await _off_loop(_verify_nobody, _normal(password))
        return False, None
    return await _off_loop(_HASHER.verify_and_update, _normal(password), stored)


def _verify_nobody(password: str) -> None:
    _HASHER.verify(password, _nobodys_hash())


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(new_secret())


async def prepare() -> None:
    """Make the hash unknown accounts are checked against, so that the first of them takes no longer than others."""
    await _off_loop(_nobodys_hash)


async def _off_loop(function: Callable[[Unpack[A]], T], *arguments: *A) -> T:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, function, *arguments)


def _normal(password: str) -> str:
    # Keyboards differ in how they compose an accented letter (NIST SP 800-63B-4, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text().splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _rejected(why: str) -> PasswordRejected:
    return PasswordRejected(why, errors=[ProblemItem(pointer="/body/password", message=why)])
