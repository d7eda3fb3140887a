"""Users as a CSV file, with their password hashes: to survive a rebuilt database, or to move to another server.

A cell that a spreadsheet would run as a formula is written with an apostrophe before it, and read without (OWASP, CSV
Injection). Reading a file twice changes nothing the second time.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import note
from app.kernel.bus import publish
from app.kernel.errors import Invalid, Problem
from app.kernel.ids import is_id, new_id
from app.kernel.principal import Role
from app.modules.accounts.errors import CsvUnreadable, LastOwner
from app.modules.accounts.events import AccountChanged, AccountCreated
from app.modules.accounts.models import ROLES, User
from app.modules.accounts.user_changes import end_access, locked_user, settle_waiting
from app.modules.accounts.users import normal_email, valid_name

COLUMNS = (
    "id",
    "email",
    "name",
    "role",
    "password_hash",
    "created_at",
    "disabled_at",
    "approval_wanted_at",
    "allowed_workflows",
    "verified_email",
)
_REQUIRED = ("email", "name", "role")
_TIMES = ("created_at", "disabled_at", "approval_wanted_at")
# What decides who comes in, and as what: after a change of one of these all logins end.
_WAYS_IN = ("email", "role", "password_hash", "disabled_at")
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "'")
_HASH = re.compile(r"\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{22,88}")
_MOST_KIB, _MOST_PASSES, _MOST_LANES = 1024**2, 16, 16

Outcome = Literal["created", "updated", "unchanged", "refused"]


@dataclass(frozen=True)
class RowReport:
    """What became of one line of the file; ``line`` counts from 1, the heads."""

    line: int
    email: str
    outcome: Outcome
    reason: str | None = None


async def export_users(session: AsyncSession) -> str:
    """Return all users as CSV, oldest first. It holds password hashes: whoever reads it can try passwords on them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for user in (await session.scalars(select(User).order_by(User.id))).all():
        writer.writerow([_quoted(_written(getattr(user, name))) for name in COLUMNS])
    return out.getvalue()


async def import_users(session: AsyncSession, text: str) -> list[RowReport]:
    """Bring the users of a file in, each line for itself, and say what became of each.

    A user is found by id, else by email address; one who differs is changed, and their logins end if it concerns them.
    Raises CsvUnreadable (422), and LastOwner (409) when there would be no owner left who can log in.
    """
    had_owner = await _has_owner(session)
    reports = []
    for line, cells in _rows(text):
        email = cells["email"].strip().lower()
        try:
            async with session.begin_nested():
                outcome = await _bring_in(session, _values(cells))
            reports.append(RowReport(line, email, outcome))
        except Problem as problem:
            reports.append(RowReport(line, email, "refused", problem.detail or problem.title()))
        except IntegrityError:
            reports.append(RowReport(line, email, "refused", "somebody else has this address"))
    await settle_waiting(session)
    if had_owner and not await _has_owner(session):
        raise LastOwner("After this file no owner could log in; nothing was changed")
    return reports


async def _bring_in(session: AsyncSession, values: dict[str, Any]) -> Outcome:
    wanted_id = values.pop("id", None)
    same = or_(User.email == values["email"], *([User.id == wanted_id] if wanted_id else []))
    found = (await session.scalars(select(User).where(same))).all()
    if len(found) > 1:
        raise Invalid(f"{wanted_id} and {values['email']} are two people here")
    if not found:
        row = {"id": wanted_id or new_id("usr"), **{k: v for k, v in values.items() if k != "created_at" or v}}
        await session.execute(insert(User).values(row))
        publish(session, AccountCreated(subject_id=row["id"], name=values["name"], role=values["role"]))
        note(session, "user.import", object_id=row["id"], data={"outcome": "created", "role": values["role"]})
        return "created"
    user = await locked_user(session, found[0].id)
    values.pop("created_at", None)
    if "disabled_at" in values and values["disabled_at"] is None:
        values["approval_wanted_at"] = None  # nobody waits who can log in
    changed = {name: value for name, value in values.items() if getattr(user, name) != value}
    if not changed:
        return "unchanged"
    for name, value in changed.items():
        setattr(user, name, value)
    await session.flush()
    if changed.keys() & set(_WAYS_IN):
        await end_access(session, user.id)
    publish(session, AccountChanged(subject_id=user.id, name=user.name, change="was changed from a file"))
    note(session, "user.import", object_id=user.id, data={"outcome": "updated", "changed": sorted(changed)})
    return "updated"


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True, restkey="")
    try:
        heads = list(reader.fieldnames or ())
        if missing := [name for name in _REQUIRED if name not in heads]:
            raise CsvUnreadable(f"The first line has to name the columns; it lacks {', '.join(missing)}")
        if unknown := [name for name in heads if name not in COLUMNS]:
            raise CsvUnreadable(f"There is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}")
        return [(reader.line_num, {k: _unquoted(v or "") for k, v in row.items() if k}) for row in reader]
    except csv.Error as error:
        raise CsvUnreadable(f"Line {reader.line_num}: {error}") from error


def _values(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns a line has as the table keeps them. Raises Invalid naming the cell."""
    values: dict[str, Any] = {"email": normal_email(cells["email"]), "name": valid_name(cells["name"])}
    if (role := cells["role"].strip().lower()) not in ROLES:
        raise Invalid(f"role {role!r}: choose from {', '.join(ROLES)}")
    values["role"] = Role[role.upper()].label
    if user_id := cells.get("id", ""):
        if not is_id(user_id, "usr"):
            raise Invalid(f"id {user_id!r} is none of ours; leave the cell empty for a new one")
        values["id"] = user_id
    if "password_hash" in cells:
        values["password_hash"] = _hash(cells["password_hash"]) if cells["password_hash"] else None
    for name in _TIMES:
        if name in cells:
            values[name] = _time(name, cells[name])
    if "allowed_workflows" in cells:
        values["allowed_workflows"] = _names(cells["allowed_workflows"])
    if "verified_email" in cells:
        values["verified_email"] = normal_email(cells["verified_email"]) if cells["verified_email"] else None
    if values.get("approval_wanted_at") and not values.get("disabled_at"):
        raise Invalid("approval_wanted_at is for accounts with a disabled_at: nobody waits who can log in")
    return values


def _hash(cell: str) -> str:
    found = _HASH.fullmatch(cell)
    if found is None:
        raise Invalid("password_hash is not an argon2id hash; leave the cell empty for an account without a password")
    kib, passes, lanes = map(int, found.groups())
    if not (8 <= kib <= _MOST_KIB and 1 <= passes <= _MOST_PASSES and 1 <= lanes <= _MOST_LANES):
        raise Invalid("password_hash would take too much memory or time to check")
    return cell


def _time(name: str, cell: str) -> datetime | None:
    if not cell:
        return None
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(f"{name} {cell!r} is no time with a zone, such as 2026-11-22T12:00:00+00:00")
    return found


def _names(cell: str) -> list[str] | None:
    if not cell:
        return None
    try:
        found = orjson.loads(cell)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(name, str) and name for name in found):
        raise Invalid('allowed_workflows is empty (all of them) or a list such as ["wildfire"]')
    return sorted(set(found))


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return orjson.dumps(value).decode() if isinstance(value, list) else str(value)


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUN_BY_SPREADSHEETS) else cell


async def _has_owner(session: AsyncSession) -> bool:
    owners = select(User.id).where(User.role == Role.OWNER.label, User.disabled_at.is_(None)).limit(1)
    return await session.scalar(owners) is not None
