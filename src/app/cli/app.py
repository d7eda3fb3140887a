"""The tree of commands, and what their options share. Commands import what they need when they run.

A noun is a file that makes itself a group with :func:`noun`; a command is a function of 5 to 15 lines that calls
``remote`` and hands the answer to ``show``.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.cli.units import seconds_of

SECTIONS = {
    "Run a server": ("serve", "demo", "migrate", "config", "doctor", "keys"),
    "Log in": (
        "login",
        "logout",
        "whoami",
        "password",
        "identities",
        "sessions",
        "tokens",
        "profile",
        "users",
        "groups",
        "invitations",
        "allocations",
    ),
    "Work": (
        "incidents",
        "workflows",
        "sources",
        "bindings",
        "deliveries",
        "simulations",
        "applications",
        "datasets",
        "collections",
        "transfers",
        "shares",
        "credentials",
        "webhooks",
    ),
    "Look inside": (
        "health",
        "alarms",
        "audit",
        "events",
        "logs",
        "jobs",
        "schedules",
        "queues",
        "batches",
        "nodes",
        "observe",
        "machines",
        "software",
        "recipes",
        "storages",
        "drivers",
        "version",
        "openapi",
        "completion",
    ),
}


class Noun(TyperGroup):
    """A group whose ``list`` is also ``ls``."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a name or alias."""
        return super().get_command(ctx, "list" if cmd_name == "ls" else cmd_name)


class Root(TyperGroup):
    """The top of the tree, shown in sections."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the sections."""
        return [name for names in SECTIONS.values() for name in names if name in self.commands]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write every section."""
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name, self.commands[name].get_short_help_str(80)) for name in names if name in self.commands]
                )


SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="stormbell",
    cls=Root,
    no_args_is_help=True,
    add_completion=False,  # `stormbell completion` prints it; options that edit start-up files are not for servers
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=SETTINGS,
)


def noun(name: str, text: str) -> typer.Typer:
    """Add a group of commands to the tree and return it."""
    group = typer.Typer(cls=Noun, no_args_is_help=True, rich_markup_mode=None, context_settings=SETTINGS)
    app.add_typer(group, name=name, help=text)
    return group


def _version(wanted: bool) -> None:
    if wanted:
        from app.cli import show
        from app.kernel.version import VERSION

        show.out(f"stormbell {VERSION}")
        raise typer.Exit


@app.callback()
def root(
    url: Annotated[str | None, typer.Option(help="Server to ask; else STORMBELL_URL, else where you logged in")] = None,
    token_file: Annotated[Path | None, typer.Option(help="File with an API token")] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version", callback=_version, is_eager=True)] = (
        False
    ),
) -> None:
    """Stormbell: data arrives, the right run starts on the right machine, once.

    Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 conflict, 6 timed out or still running,
    7 server unreachable, 130 interrupted.
    """
    from app.cli import connection

    connection.choose(url=url, token_file=token_file)


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout")]
JsonLines = Annotated[bool, typer.Option("--json", help="Print JSON on stdout: one document, or one a line if live")]
Limit = Annotated[int, typer.Option(min=1, help="Most to list")]
All = Annotated[bool, typer.Option("--all", help="List all there are")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing")]
Timeout = Annotated[
    float | None,
    typer.Option(parser=seconds_of(), metavar="SPAN", help="Give up waiting after this, 90 or 10m; exit code 6"),
]
Set = Annotated[list[str], typer.Option("--set", metavar="NAME=VALUE", help="Any setting; may be repeated")]
Data = Annotated[Path | None, typer.Option(help="Data directory")]
IncidentOption = Annotated[str | None, typer.Option("--incident", metavar="ID", help="Only of this incident")]
SimulationOption = Annotated[str | None, typer.Option("--simulation", metavar="ID", help="Only of this simulation")]
