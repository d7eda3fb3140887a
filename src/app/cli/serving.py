"""A node that answers on its port: what ``stormbell serve`` and ``stormbell demo`` run."""

import asyncio
import contextlib
import errno
import ipaddress
import os
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from rich.console import Console

from app.cli import show
from app.cli.problems import CommandFailed
from app.kernel.node import Node
from app.kernel.settings import ServerSettings, Settings, SettingsProblem

err = Console(stderr=True, highlight=False)
GRACE_SECONDS = 8


def run(main: Any) -> None:
    """Run a coroutine on the quickest event loop there is here."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


def serve_until_told(settings: Settings, *, example: str | None, speed: float, json_: bool) -> None:
    """Serve until SIGINT or SIGTERM; say where on stderr, or as one document on stdout."""
    run(_serve(settings, example, speed, json_))


async def _serve(settings: Settings, example: str | None, speed: float, json_: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with serving(settings, example=example, example_values={"speed": f"{speed:g}"}) as (node, url):
        from app.modules import accounts

        serves = "api" in node.roles
        link = await accounts.setup_link(node, url) if serves else None
        if json_:
            show.document({"url": url, "setup_link": link, "data_directory": str(settings.data_directory)})
        if link:
            err.print("\n  First time here? This link makes the owner's account, once:\n")
            err.print(f"  [bold]{link}[/bold]\n", soft_wrap=True)
        said = f"Stormbell is at [bold]{url}[/bold]" if serves else f"This node does not serve the API: {_roles(node)}"
        err.print(f"  {said} · Ctrl-C stops it\n")
        await stop.wait()
        err.print("  Stopping …")


def _roles(node: Node) -> str:
    return ", ".join(sorted(node.roles)) or "all its roles are stopped"


@asynccontextmanager
async def serving(
    settings: Settings,
    *,
    example: str | None = None,
    example_values: Mapping[str, str] | None = None,
    example_arguments: tuple[str, ...] = (),
    console: bool = True,
) -> AsyncIterator[tuple[Node, str]]:
    """Run a node that answers on its port; yield it with its address. Used by ``serve`` and ``demo``."""
    import uvicorn

    from app import examples
    from app.kernel import garbage
    from app.kernel.http_protocol import Protocol
    from app.life import running
    from app.main import create_app

    tls = _tls(settings.kernel.server)
    listener = _listen(settings)  # first, so that a taken port costs nothing and leaves nothing
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        shown = None
        if example is None:
            examples.admit_running(settings)
        else:
            shown = await stack.enter_async_context(
                examples.beside(settings, example, example_values or {}, extra_arguments=example_arguments)
            )
        node = await stack.enter_async_context(running(settings, console=console))
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(node),
                http=Protocol,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # any local process could claim any address
                timeout_graceful_shutdown=3,
                timeout_keep_alive=30,
                h11_max_incomplete_event_size=64 * 1024,
                **tls,
            )
        )
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        task = asyncio.create_task(server.serve(sockets=[listener]), name="http")
        stack.push_async_callback(_shut, server, node, task)
        if shown is not None:
            await examples.add_sources(node, shown)
        garbage.settle()
        host, port = listener.getsockname()[:2]
        yield node, f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


async def _shut(server: Any, node: Node, task: "asyncio.Task[None]") -> None:
    node.draining.set()  # open event streams end, so that connections can
    server.should_exit = True
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(task), GRACE_SECONDS)


def _tls(server: ServerSettings) -> dict[str, Any]:
    """Return uvicorn's options for TLS, none without a certificate. Raises SettingsProblem for one that is no good."""
    if server.tls_certificate is None or server.tls_key is None:
        return {}
    for name, path in (("server.tls_certificate", server.tls_certificate), ("server.tls_key", server.tls_key)):
        if not path.is_file() or not os.access(path, os.R_OK):
            raise SettingsProblem(f"{name} names {path}, which is no file this user can read")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # An encrypted key would make it ask at the terminal, which a service does not have.
        context.load_cert_chain(server.tls_certificate, server.tls_key, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        raise SettingsProblem(
            f"server.tls_certificate {server.tls_certificate} and server.tls_key {server.tls_key} are no pair of PEM "
            f"files: {error}"
        ) from error
    return {"ssl_context_factory": lambda _config, _default: context}


def _no_password() -> str:
    raise ValueError("the key is encrypted; write it without a password, readable by this user only")


def _listen(settings: Settings) -> socket.socket:
    server = settings.kernel.server
    if not server.insecure and server.tls_certificate is None and not _is_loopback(server.host):
        raise SettingsProblem(
            f"server.host {server.host} is reachable from other machines and there is no TLS here: set "
            "server.tls_certificate and server.tls_key, put a TLS proxy before 127.0.0.1, or set server.insecure=true"
        )
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((server.host, server.port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CommandFailed(
                f"port {server.port} on {server.host} is taken; stop what uses it or choose another with --port"
            ) from error
        raise CommandFailed(f"cannot listen on {server.host}:{server.port}: {error.strerror}") from error
    listener.listen(512)
    listener.setblocking(False)
    return listener


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
