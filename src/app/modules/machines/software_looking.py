"""Looking whether software is there: one piece by its check, or all modules and some commands at once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from shlex import quote

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.machines.acting import reached
from app.modules.machines.asking import told
from app.modules.machines.equipping import equipping_lines
from app.modules.machines.errors import CommandTimeout, SoftwareNotCheckable
from app.modules.machines.models import Machine
from app.modules.machines.requirements import NAME, VERSION
from app.modules.machines.rows import announce, get
from app.modules.machines.software import get_software, record_look, require_idle, title_of
from app.modules.machines.software_models import Software
from app.modules.machines.software_schemas import SoftwareFound, SoftwareProbe
from app.modules.machines.transport import Completed, Transport

MOST_MODULES = 5000
_SECONDS = 60.0
_TEXT = 500
_BANNER = "#section "
# How `module -t avail` marks the default, what is loaded, and aliases.
_MARKS = re.compile(r"\s*(\([A-Za-z:@, ]*\)|<[A-Za-z:, ]*>)\s*$")
_NUMBER = re.compile(r"\d+(?:\.\d+)+[A-Za-z0-9.]*")
# Lmod and Tcl modules write the list to stderr. A login shell, whose start-up files define the function.
_LOOK = r"""
printf '\n#section modules\n'
if type module >/dev/null 2>&1; then echo '#there'; module -t avail 2>&1; fi
printf '\n#section commands\n'
for one in "$@"; do
  there=$(type -P -- "$one") || continue
  said=$(timeout 10 "$there" --version </dev/null 2>&1 | head -n 3 | tr '\n' ' ' | head -c 300)
  printf '%s|%s|%s\n' "$one" "$there" "$said"
done
exit 0
"""


@dataclass(frozen=True)
class Found:
    """One thing a look found."""

    name: str
    version: str | None
    found_by: str
    modules: tuple[str, ...] = ()
    path: str | None = None
    check_command: str | None = None


async def check(node: Node, machine_id: str, software_id: str) -> Software:
    """Look whether software is there, as a run would reach it, and remember it. Announces machine.changed.

    Raises SoftwareNotFound (404), SoftwareBusy, SoftwareNotCheckable (409), CommandTimeout (504), and as
    :func:`reached`.
    """
    machine, transport = await reached(node, machine_id)
    async with node.database.sessions() as session:
        row = await get_software(session, machine_id, software_id)
        require_idle(machine, row)
    with told(machine.name):
        is_there, text = await look_for(transport, row)
    async with node.database.transaction() as session:
        machine = await get(session, machine_id, lock=True)
        row = await get_software(session, machine_id, software_id, lock=True)
        require_idle(machine, row)
        await record_look(session, machine, row, is_there=is_there, text=text)
        await session.flush()
        await session.refresh(row)
    return row


async def look_for(transport: Transport, row: Software) -> tuple[bool, str]:
    """Say whether software is there, and what was said. Raises SoftwareNotCheckable (409), CommandTimeout (504)."""
    lines = equipping_lines(row.modules, row.path, row.environment)
    if row.check_command is not None:
        lines.append(row.check_command)
    elif row.path is not None:
        lines.append(f"[ -d {quote(row.path)} ] || {{ echo {quote(f'there is no directory {row.path}')}; exit 1; }}")
    elif row.image is not None and row.image.startswith("/"):
        lines.append(f"[ -e {quote(row.image)} ] || {{ echo {quote(f'there is no file {row.image}')}; exit 1; }}")
    elif not row.modules:
        raise SoftwareNotCheckable(f"nothing tells whether {title_of(row)} is there")
    done = await run_lines(transport, lines, "its check")
    said = last_line(done)
    return done.exit_code == 0, said or f"its check ended with {done.exit_code}"


async def run_lines(transport: Transport, lines: Sequence[str], what: str) -> Completed:
    """Run lines of a login's bash to their end. Raises CommandTimeout (504) and what the transport does."""
    try:
        return await transport.run(["/bin/bash", "-lc", "\n".join(lines)], timeout_seconds=_SECONDS)
    except TimeoutError as error:
        if error.args:  # it was the connection
            raise
        raise CommandTimeout(f"{what} had not ended after {_SECONDS:g} s") from error


def last_line(done: Completed) -> str:
    """Return the last line a command wrote, of its errors if it failed."""
    streams = (done.stdout, done.stderr) if done.exit_code == 0 else (done.stderr, done.stdout)
    for stream in streams:
        lines = [line.strip() for line in stream.decode(errors="replace").splitlines() if line.strip()]
        if lines:
            return "".join(c if c.isprintable() else "?" for c in lines[-1])[:_TEXT]
    return ""


async def probe_software(node: Node, machine_id: str, wanted: SoftwareProbe, *, actor: str) -> SoftwareFound:
    """Ask a machine for its modules, and where the commands named are; what was found before and is not there is gone.

    What was declared stays as it was. Announces machine.changed. Raises CommandTimeout (504), and as :func:`reached`.
    """
    machine, transport = await reached(node, machine_id)
    with told(machine.name):
        try:
            done = await transport.run(
                ["/bin/bash", "-lc", _LOOK, "stormbell", *wanted.commands], timeout_seconds=2 * _SECONDS
            )
        except TimeoutError as error:
            if error.args:
                raise
            raise CommandTimeout(f"its list of modules was not there after {2 * _SECONDS:g} s") from error
    has_modules, modules, omitted = read_modules(section(done, "modules"))
    commands = read_commands(section(done, "commands"))
    async with node.database.transaction() as session:
        machine = await get(session, machine_id, lock=True)
        new, gone = await _record(session, machine, [*modules, *commands], has_modules, set(wanted.commands))
        if new or gone:
            lost = f", and lost {len(gone)}" if gone else ""
            announce(session, machine, f"was found to have {new} more pieces of software{lost}", actor)
    return SoftwareFound(
        has_modules=has_modules,
        modules_count=len(modules),
        commands_count=len(commands),
        new_count=new,
        gone=gone,
        omitted_count=omitted,
    )


def section(done: Completed, name: str) -> list[str]:
    """Return the lines of one part of what the look printed; what start-up files say comes before them all."""
    text = done.stdout.decode(errors="replace")
    return text.partition(f"\n{_BANNER}{name}\n")[2].partition(f"\n{_BANNER}")[0].splitlines()


def read_modules(lines: Iterable[str]) -> tuple[bool, list[Found], int]:
    """Read ``module -t avail``: whether there are modules at all, which, and how many were left out.

    The part before the last slash, without what groups it, is the name: ``bio/samtools/1.20`` is samtools 1.20.
    """
    found: dict[tuple[str, str | None], Found] = {}
    there, omitted = False, 0
    for line in lines:
        text = line.strip()
        if text == "#there":
            there = True
        if not text or text.startswith(("#", "-")) or text.endswith((":", "/")) or "@" in text:
            continue
        module = _MARKS.sub("", text)
        *groups, last = module.split("/")
        name, version = (groups[-1], last) if groups else (last, None)
        odd = not re.fullmatch(NAME, name) or (version is not None and not re.fullmatch(VERSION, version))
        if odd or len(module) > 200 or len(found) >= MOST_MODULES:
            omitted += 1
            continue
        found.setdefault((name.lower(), version), Found(name.lower(), version, "modules", modules=(module,)))
    return there, list(found.values()) if there else [], omitted if there else 0


def read_commands(lines: Iterable[str]) -> list[Found]:
    """Read where commands are and what they say of their version."""
    found = []
    for line in lines:
        name, _, rest = line.partition("|")
        there, _, said = rest.partition("|")
        if not there.startswith("/") or not re.fullmatch(NAME, name):
            continue
        version = _NUMBER.search(said)
        path = there.rpartition("/")[0] or "/"
        check_command = f"type -P -- {quote(name)}"
        found.append(
            Found(name.lower(), version[0] if version else None, "command", path=path, check_command=check_command)
        )
    return found


async def _record(
    session: AsyncSession, machine: Machine, found: Sequence[Found], has_modules: bool, asked: set[str]
) -> tuple[int, list[str]]:
    query = select(Software).where(Software.machine_id == machine.id).order_by(Software.name, Software.id)
    known = {(row.name, row.version): row for row in await session.scalars(query.with_for_update())}
    new, seen = 0, set()
    for one in found:
        key = (one.name, one.version)
        if key in seen:
            continue
        seen.add(key)
        row = known.get(key)
        if row is None:
            new += 1
            row = Software(id=new_id("sft"), machine_id=machine.id, name=one.name, version=one.version)
            row.found_by, row.environment = one.found_by, {}
            session.add(row)
        elif row.found_by not in ("modules", "command"):
            continue  # what a person or a recipe said stands
        row.found_by, row.modules, row.path, row.check_command = (
            one.found_by,
            list(one.modules),
            one.path,
            one.check_command,
        )
        row.state, row.text, row.checked_at = "installed", None, func.now()
    gone = []
    for key, row in known.items():
        looked = (row.found_by == "modules" and has_modules) or (row.found_by == "command" and row.name in asked)
        if looked and key not in seen and row.state == "installed":
            row.state, row.text, row.checked_at = "gone", "it was not found", func.now()
            gone.append(title_of(row))
    await session.flush()
    return new, gone
