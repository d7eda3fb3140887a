"""``stormbell machines answer``: what a machine asks is asked here, and what is said is never an argument."""

import sys
import time
from typing import Any

import typer

from app.cli import remote, show
from app.cli.app import Json
from app.cli.machine_keys import Machine, id_of
from app.cli.machines import machines
from app.cli.problems import CONFLICT, USAGE, CommandFailed

_LOOK_SECONDS = 0.3
_LONGEST_SECONDS = 180.0  # one answer may have to be confirmed on a telephone


@machines.command("logins")
def list_logins(machine: Machine, json_: Json = False) -> None:
    """List the last logins to a machine that somebody was needed for.

    Example: stormbell machines logins heron
    """
    from stormbell_client.api.machines import machine_login_list

    answer = remote.ask(machine_login_list.sync_detailed, id_of(machine), client=remote.client())
    page = remote.Answer(answer.view.items, answer.document, answer.at)
    show.rows(
        page,
        json_,
        ("state", "started", "account", "asked by", "node", "answered by", "how it went"),
        lambda one: (*(one.state, one.started_at, one.user_name, one.place, one.node_name, one.answered_by, one.text),),
        "No login there ever needed anybody.",
    )


@machines.command("answer")
def answer(machine: Machine, json_: Json = False) -> None:
    """Log in to a machine that asks for more than its credential: a code, a token, another password.

    Asks what the machine asks; without a terminal it reads one line of stdin for each question.

    Example: stormbell machines answer heron
    """
    login = log_in(id_of(machine), machine)
    how = "let us in without asking" if login.view.round_ == 0 else "is logged in to, for everybody who may use it"
    show.done(f"{machine} {how}.", login.document, json_)


def log_in(machine_id: str, machine: str) -> "remote.Answer[Any]":
    """Begin a login, ask for what it asks, and return it once we are in. Raises CommandFailed when we are not."""
    from stormbell_client.api.machines import machine_login_answer, machine_login_start
    from stormbell_client.models.machine_login_answer import MachineLoginAnswer

    login = remote.ask(machine_login_start.sync_detailed, machine_id, client=remote.client())
    round_ = 0
    while (login := _settled(login, round_)).view.state.value == "asked":
        round_ = login.view.round_
        body = MachineLoginAnswer(round_=round_, answers=_said(login.view))
        login = remote.ask(
            machine_login_answer.sync_detailed,
            login.view.machine_id,
            login.view.id,
            client=remote.client(),
            body=body,
        )
    if login.view.state.value == "connected" or (login.view.state.value == "ended" and login.view.round_ == 0):
        return login
    raise CommandFailed(f"{machine} is not logged in to: {login.view.text}", CONFLICT)


def _settled(login: "remote.Answer[Any]", round_: int) -> "remote.Answer[Any]":
    """Return the login as it is when it asks something new, or is over."""
    from stormbell_client.api.machines import machine_login_get

    until = time.monotonic() + _LONGEST_SECONDS
    while login.view.state.value in ("connecting", "answered") or (
        login.view.state.value == "asked" and login.view.round_ == round_
    ):
        if time.monotonic() > until:
            raise CommandFailed("the machine says nothing to what was answered", CONFLICT)
        time.sleep(_LOOK_SECONDS)
        login = remote.ask(
            machine_login_get.sync_detailed, login.view.machine_id, login.view.id, client=remote.client()
        )
    return login


def _said(login: Any) -> list[str]:
    if sys.stdin.isatty():
        show.note(f"{login.place} asks {login.user_name}:")
        if login.instructions:
            show.note(login.instructions)
        return [
            typer.prompt(
                one.text.strip().removesuffix(":") or "Answer",
                default="",
                show_default=False,
                hide_input=not one.echo,
                err=True,
            )
            for one in login.prompts
        ]
    given = [sys.stdin.readline() for _ in login.prompts]
    if not all(given):
        asked = "; ".join(one.text.strip() for one in login.prompts)
        raise CommandFailed(f"it asks, and stdin gives one line for each question: {asked}", USAGE)
    return [line.rstrip("\r\n") for line in given]
