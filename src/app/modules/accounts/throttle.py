"""Slows password guessing down: attempts are counted before the password is looked at, so parallel ones count too.

Three counters, because each alone can be walked around: the pair stops one guesser at one account, the address one
guesser at many accounts, the account many guessers at one. The wider the counter, the more it lets through and the
shorter it blocks, so that guessers cannot lock people out for long.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.accounts.errors import LoginThrottled
from app.modules.accounts.models import LoginThrottle

WINDOW = timedelta(hours=1)  # a counter nobody touched for so long starts again
ANNOUNCED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Allowance:
    """``free`` attempts, then a wait that doubles from 1 s up to ``longest_seconds`` with each further one."""

    free: int
    longest_seconds: int


ACCOUNT = Allowance(free=100, longest_seconds=60)
ADDRESS = Allowance(free=50, longest_seconds=300)
PAIR = Allowance(free=10, longest_seconds=900)


async def count_attempt(session: AsyncSession, email: str, ip: str) -> None:
    """Count an attempt under all three keys. Raises LoginThrottled (429), counting nothing, when one is blocked."""
    # Always in this order: two logins that share keys then wait for each other and cannot deadlock.
    for allowance, key in zip((ACCOUNT, ADDRESS, PAIR), _keys(email, ip), strict=True):
        attempts = case((LoginThrottle.last_at < func.now() - WINDOW, 1), else_=LoginThrottle.attempts + 1)
        doublings = func.least(attempts - allowance.free, 20)
        seconds = func.least(func.power(2, doublings), allowance.longest_seconds)
        counted = await session.scalar(
            insert(LoginThrottle)
            .values(key=key)
            .on_conflict_do_update(
                index_elements=[LoginThrottle.key],
                set_={
                    "attempts": attempts,
                    "last_at": func.now(),
                    "blocked_until": case((attempts >= allowance.free, func.now() + seconds * timedelta(seconds=1))),
                },
                where=or_(LoginThrottle.blocked_until.is_(None), LoginThrottle.blocked_until <= func.now()),
            )
            .returning(LoginThrottle.attempts)
        )
        if counted is None:
            left = func.ceil(func.extract("epoch", LoginThrottle.blocked_until - func.clock_timestamp()))
            seconds_left = await session.scalar(select(left).where(LoginThrottle.key == key))
            wait = max(1, int(seconds_left or 1))
            raise LoginThrottled(f"Try again in {wait} s", retry_after=wait)


async def forgive(session: AsyncSession, email: str, ip: str) -> None:
    """Take back what a login that turned out right was counted as.

    The address keeps its other attempts: an account of one's own must not reset the guessing of others' passwords.
    """
    account, address, pair = _keys(email, ip)
    await session.execute(delete(LoginThrottle).where(LoginThrottle.key == account))
    attempts = func.greatest(LoginThrottle.attempts - 1, 0)
    await session.execute(
        update(LoginThrottle)
        .where(LoginThrottle.key == address)
        .values(attempts=attempts, blocked_until=case((attempts >= ADDRESS.free, LoginThrottle.blocked_until)))
    )
    await session.execute(delete(LoginThrottle).where(LoginThrottle.key == pair))


async def is_news(session: AsyncSession, email: str, ip: str) -> bool:
    """Say whether a failure from this address is to be announced, and note that it was."""
    _, address, _ = _keys(email, ip)
    announced = await session.scalar(
        update(LoginThrottle)
        .where(
            LoginThrottle.key == address,
            or_(
                LoginThrottle.announced_at.is_(None),
                LoginThrottle.announced_at < func.now() - ANNOUNCED_EVERY,
            ),
        )
        .values(announced_at=func.now())
        .returning(LoginThrottle.key)
    )
    return announced is not None


def _keys(email: str, ip: str) -> tuple[str, str, str]:
    network = _network(ip)
    return tuple(  # type: ignore[return-value]  # three parts in, three out
        hashlib.sha256("\0".join(parts).encode()).hexdigest()
        for parts in (("account", email), ("address", network), ("pair", email, network))
    )


def _network(ip: str) -> str:
    # A customer of an IPv6 provider has at least a /64 to guess from (RFC 6177).
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
