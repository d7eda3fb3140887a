"""``stormbell credentials connect``: a person consents in a browser, and the command waits for it."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import typer

from app.cli import connection, remote, show
from app.cli.app import Json
from app.cli.credentials import Credential, credentials, id_of, show_one
from app.cli.problems import CONFLICT, USAGE, CommandFailed
from app.cli.stream import Feed
from app.cli.units import seconds_of
from app.cli.watching import deadline

if TYPE_CHECKING:
    from stormbell_client.models.consent_begun import ConsentBegun

_SAID = b"The answer has arrived. How it went is said where the command runs; this window can be closed.\n"


@credentials.command("connect")
def connect_credential(
    credential: Credential,
    loopback: Annotated[
        bool, typer.Option("--loopback", help="The browser is on this machine: wait for the answer here")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="With --loopback: the port; 0 takes a free one")] = 0,
    timeout: Annotated[
        float, typer.Option(parser=seconds_of(1, 600), metavar="SPAN", help="How long to wait: 90 or 5m")
    ] = 600,
    json_: Json = False,
) -> None:
    """Connect a credential at its service: prints the address to open, and waits until somebody has consented there.

    The service has to know the address it leads back to: SERVER/connect/SERVICE, or http://127.0.0.1:PORT/connect/SERVICE.

    Example: stormbell credentials connect dropbox
    """
    if port and not loopback:
        raise CommandFailed("--port goes with --loopback", USAGE)
    credential_id = id_of(credential)
    with deadline(timeout, credential):
        show_one(_on_this_machine(credential_id, port) if loopback else _on_its_page(credential_id), json_)


def _on_its_page(credential_id: str) -> remote.Answer[Any]:
    from stormbell_client.api.credentials import credential_get

    with Feed() as feed:
        before = remote.ask(credential_get.sync_detailed, credential_id, client=remote.client()).view
        if not before.connect_path:
            raise CommandFailed(f"{before.name} names no service that could be asked", CONFLICT)
        show.note(f"Open {connection.current().url}/credentials?show={credential_id} and connect it there.")
        for fact in feed:
            if fact["type"] == "credential.changed" and fact["subject_id"] == credential_id:
                after = remote.ask(credential_get.sync_detailed, credential_id, client=remote.client())
                if after.view.replaced_at != before.replaced_at:
                    return after
    raise AssertionError("a feed has no end")


def _on_this_machine(credential_id: str, port: int) -> remote.Answer[Any]:
    from stormbell_client.api.credentials import consent_begin, consent_finish
    from stormbell_client.models.consent_begin import ConsentBegin
    from stormbell_client.models.consent_finish import ConsentFinish

    with _listening(port) as server:
        wanted = ConsentBegin(loopback_port=server.server_port)
        begun = remote.ask(consent_begin.sync_detailed, credential_id, client=remote.client(), body=wanted).view
        show.note(f"Open {begun.url}")
        show.note(f"It leads back to {begun.redirect_address}, which the service has to know.")
        answer = server.wait_for(begun)
    body = ConsentFinish.from_dict(
        {"service": begun.service, "state": begun.state, "binding": begun.binding, "answer": answer}
    )
    return remote.ask(consent_finish.sync_detailed, client=remote.client(), body=body)


class _Server(HTTPServer):
    """Takes requests one after the other until one brings the answer (RFC 8252, 7.3)."""

    begun: "ConsentBegun | None" = None
    answer: dict[str, str] | None = None

    def wait_for(self, begun: "ConsentBegun") -> dict[str, str]:
        """Return the query of the answer to what was begun, without its state."""
        self.begun = begun
        while self.answer is None:
            self.handle_request()
        return self.answer


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5.0  # a browser that only opens a connection does not hold up the answer

    def do_GET(self) -> None:
        begun = self.server.begun
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        state = query.pop("state", "")
        ours = begun is not None and parts.path == f"/connect/{begun.service}"
        if begun is None or not ours or not hmac.compare_digest(state.encode(), begun.state.encode()):
            self.send_error(404)
            return
        self.server.answer = query
        self.send_response(200)
        for name, value in (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_SAID)))):
            self.send_header(name, value)
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(_SAID)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name in the base class)
        """Say nothing: a request line holds the code."""


@contextmanager
def _listening(port: int) -> Iterator[_Server]:
    try:
        server = _Server(("127.0.0.1", port), _Handler)
    except OSError as error:
        raise CommandFailed(f"port {port} cannot be listened on: {error.strerror}; choose another", USAGE) from error
    try:
        yield server
    finally:
        server.server_close()
