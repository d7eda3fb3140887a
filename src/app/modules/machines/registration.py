"""Machines as people keep them: registered, changed, removed."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers
from app.kernel.alarms import clear_alarm
from app.kernel.errors import Forbidden, ProblemItem, items_of
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import credentials
from app.modules.machines import host_keys, logins
from app.modules.machines.errors import (
    LadderNotYours,
    MachineInUse,
    MachineNameTaken,
    MachineOfNode,
    MachineSettingsInvalid,
)
from app.modules.machines.installs import count_active
from app.modules.machines.ladder import rungs_in
from app.modules.machines.models import Machine
from app.modules.machines.rows import announce, find_named, get, list_all
from app.modules.machines.schemas import MachineChange, MachineRegister

_USERS = "machines.users"
_API_CREDENTIAL = "api_credential_id"  # a setting of batch systems that are asked over HTTP
_NOT_WHERE = ("channels", "connect_seconds", "keepalive_seconds")  # settings of a transport that say how
_NODES_OWN = ("local", "dummy")
_SWITCHES = {"enabled": ("was disabled", "was enabled"), "cordoned": ("was uncordoned", "was cordoned")}
_POLICY = {"refused_tags": "takes no data sets tagged {}", "only_tags": "takes only data sets tagged {}"}
_LIFTED = {"refused_tags": "refuses data sets for no tag", "only_tags": "takes data sets whatever their tags"}

# Names what still needs a machine, such as "3 simulations"; asked in the transaction that would remove it.
FindUsers = Callable[[AsyncSession, str], Awaitable[list[str]]]


def register_users(node: Node, find: FindUsers) -> None:
    """Have ``find`` asked before a machine is removed."""
    node.registry.setdefault(_USERS, []).append(find)


async def register(session: AsyncSession, wanted: MachineRegister, actor: Principal) -> Machine:
    """Take a machine into use. Announces machine.changed; whether it answers is for :func:`inspect` to say.

    Raises MachineNameTaken (409), MachineSettingsInvalid, DriverUnavailable (422), CredentialNotFound (404),
    LadderNotYours (403).
    """
    if await find_named(session, wanted.name) is not None:
        raise MachineNameTaken(f"There is a machine named {wanted.name} already")
    _check("transport", wanted.transport, wanted.transport_settings)
    if wanted.driver is not None:
        _check("batch", wanted.driver, wanted.settings)
        _require_rungs(actor, set(), rungs_in(wanted.driver, wanted.settings))
    if wanted.transport == "local" or wanted.driver in _NODES_OWN:
        raise MachineOfNode("Each node is registered as a machine by itself, with its own name")
    for credential_id in (wanted.credential_id, wanted.settings.get(_API_CREDENTIAL)):
        if isinstance(credential_id, str):
            await credentials.usable(session, credential_id, actor.user_id)
    machine = Machine(
        id=new_id("mch"),
        name=wanted.name,
        driver=wanted.driver,
        transport=wanted.transport,
        settings=wanted.settings,
        transport_settings=wanted.transport_settings,
        credential_id=wanted.credential_id,
        registered_by=actor.user_id,
        enabled=wanted.enabled,
        test_mode=wanted.test_mode,
        refused_tags=_distinct(wanted.refused_tags),
        only_tags=_distinct(wanted.only_tags),
        cores=0,
    )
    session.add(machine)
    await session.flush()
    if wanted.host_key is not None:
        await _trust(session, machine, wanted.host_key, actor)
    announce(session, machine, "was registered", actor.user_id)
    await session.flush()
    await session.refresh(machine)
    return machine


async def change(session: AsyncSession, machine_id: str, wanted: MachineChange, *, actor: Principal) -> Machine:
    """Enable, disable, cordon or uncordon a machine; administrators also rename it or give it other settings.

    Announces machine.changed. Raises MachineNotFound (404), MachineNameTaken, MachineOfNode (409), Forbidden,
    LadderNotYours (403), MachineSettingsInvalid (422), CredentialNotFound (404).
    """
    machine = await get(session, machine_id, lock=True)
    given = wanted.model_dump(exclude_none=True)
    for field, words in _SWITCHES.items():
        if field in given and getattr(machine, field) != given[field]:
            setattr(machine, field, given[field])
            announce(session, machine, words[given[field]], actor.user_id)
    if tags := {field: _distinct(value) for field, value in given.items() if field in _POLICY}:
        _change_policy(session, machine, tags, actor)
    if rest := {field: value for field, value in given.items() if field not in _SWITCHES and field not in _POLICY}:
        await _reconfigure(session, machine, rest, actor)
    await session.flush()
    await session.refresh(machine)
    return machine


async def remove(node: Node, session: AsyncSession, machine_id: str, *, actor: Principal) -> None:
    """Remove a machine; what ran there keeps its name. Announces machine.changed.

    Raises MachineNotFound (404), MachineOfNode (409), MachineInUse (409) naming what still needs it.
    """
    machine = await get(session, machine_id, lock=True)
    _require_registered(machine)
    users = [user for find in node.registry.get(_USERS, ()) for user in await find(session, machine_id)]
    if count := await count_active(session, machine_id):
        users.append(f"{count} recipe{'s' if count > 1 else ''} that {'run' if count > 1 else 'runs'} there")
    if users:
        raise MachineInUse(f"{machine.name} is needed by {', '.join(users)}")
    machine.removed_at, machine.enabled = func.now(), False
    machine.revision += 1
    for key in (f"machine:{machine_id}", host_keys.alarm_key(machine_id), logins.alarm_key(machine_id)):
        await clear_alarm(session, key)
    announce(session, machine, "was removed", actor.user_id)
    await session.flush()


async def find_credential_users(session: AsyncSession, credential_id: str) -> list[str]:
    """Name the machines that are logged in to with a credential."""
    found = await list_all(session)
    return [f"machine {m.name}" for m in found if credential_id in (m.credential_id, m.settings.get(_API_CREDENTIAL))]


def _change_policy(session: AsyncSession, machine: Machine, given: dict[str, list[str]], actor: Principal) -> None:
    if actor.role < Role.ADMIN:
        raise Forbidden("what data may be brought to a machine is said by administrators")
    for field, tags in given.items():
        if getattr(machine, field) != tags:
            setattr(machine, field, tags)
            announce(
                session, machine, _POLICY[field].format(", ".join(tags)) if tags else _LIFTED[field], actor.user_id
            )


def _distinct(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


async def _reconfigure(session: AsyncSession, machine: Machine, given: dict[str, Any], actor: Principal) -> None:
    if actor.role < Role.ADMIN:
        raise Forbidden("how a machine is reached is changed by administrators; operators enable and cordon it")
    _require_registered(machine)
    if (name := given.get("name", machine.name)) != machine.name and await find_named(session, name) is not None:
        raise MachineNameTaken(f"There is a machine named {name} already")
    if "transport_settings" in given:
        _check("transport", machine.transport, given["transport_settings"])
        if "credential_id" not in given and _where(given["transport_settings"]) != _where(machine.transport_settings):
            await _require_usable(session, machine, actor)
    if given.get("driver") in _NODES_OWN:
        raise MachineOfNode("Each node is registered as a machine by itself; to try things out there is test mode")
    if ("settings" in given or "driver" in given) and (driver := given.get("driver", machine.driver)) is not None:
        settings = given.get("settings", machine.settings)
        _check("batch", driver, settings)
        _require_rungs(actor, rungs_in(machine.driver, machine.settings), rungs_in(driver, settings))
    if "credential_id" in given:
        await credentials.usable(session, given["credential_id"], actor.user_id)
        machine.registered_by = actor.user_id
    if isinstance(credential_id := given.get("settings", {}).get(_API_CREDENTIAL), str):
        # It is lent for the sake of whoever's machine it is, and nobody gives away what is not theirs to use.
        for user in {actor.user_id, machine.registered_by}:
            await credentials.usable(session, credential_id, user or "")
    changed = [field for field, value in given.items() if getattr(machine, field) != value]
    for field in changed:
        setattr(machine, field, given[field])
    if changed:
        machine.revision += 1
        announce(session, machine, f"has another {' and '.join(changed).replace('_', ' ')}", actor.user_id)


async def _require_usable(session: AsyncSession, machine: Machine, actor: Principal) -> None:
    """Let nobody have a password sent to a place of their choice that they may not use themselves."""
    if machine.credential_id is None:
        return
    try:
        await credentials.usable(session, machine.credential_id, actor.user_id)
    except credentials.CredentialNotFound as unusable:
        raise Forbidden(
            f"{machine.name} is logged in to with a credential that is not yours to use: with another address give it"
            " one that is (credential_id), or have that one shared with you"
        ) from unusable


def _where(settings: dict[str, Any]) -> dict[str, Any]:
    """Return what says where a machine is, and who it is trusted to be."""
    return {name: value for name, value in settings.items() if name not in _NOT_WHERE}


def _require_rungs(actor: Principal, before: set[tuple[Role, str]], after: set[tuple[Role, str]]) -> None:
    """Let nobody give, change or take away a rung that is for a role above their own."""
    if above := [role for role, _ in before ^ after if role > actor.role]:
        raise LadderNotYours(f"a rung of its ladder is for {max(above).label}s: only they change it")


def _require_registered(machine: Machine) -> None:
    if machine.registered_by is None:
        raise MachineOfNode(f"{machine.name} is the node {machine.node_name}")


async def _trust(session: AsyncSession, machine: Machine, public_key: str, actor: Principal) -> None:
    try:
        await host_keys.trust(session, machine.id, fingerprint=None, public_key=public_key, actor=actor.user_id)
    except ValueError as error:
        raise MachineSettingsInvalid(
            f"host_key: {error}", errors=[ProblemItem(pointer="/body/host_key", message=str(error))]
        ) from error


def _check(kind: str, name: str, settings: dict[str, Any]) -> None:
    try:
        drivers.load(f"machines.{kind}", name).Settings.model_validate(settings)
    except ValidationError as error:
        member = "transport_settings" if kind == "transport" else "settings"
        items = items_of(error.errors(include_input=False), "body", member)
        said = "; ".join(f"{item.pointer}: {item.message}" for item in items[:3])
        raise MachineSettingsInvalid(f"{kind} {name}: {said}", errors=items) from None
