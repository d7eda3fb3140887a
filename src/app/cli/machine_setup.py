"""``stormbell machines setup-script``: what prepares an account on a machine."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import Json
from app.cli.machines import machines


@machines.command("setup-script")
def show_setup_script(
    name: Annotated[str, typer.Argument(help="What the machine will be called")],
    credential: Annotated[str | None, typer.Option(help="Name or id of the SSH key or authority to let in")] = None,
    driver: Annotated[str | None, typer.Option(help="Its batch system, whose commands are looked for")] = None,
    run_directory: Annotated[
        str | None, typer.Option(metavar="PATH", help="Where runs have their directories; by default in home")
    ] = None,
    source_address: Annotated[
        list[str], typer.Option("--from", metavar="ADDRESS", help="The key is good from here only; may be repeated")
    ] = [],  # noqa: B006
    jump: Annotated[bool, typer.Option("--jump", help="It is on the way to other machines")] = False,
    json_: Json = False,
) -> None:
    """Print a shell script that prepares an account; read it, and run it there as that account.

    Example: stormbell machines setup-script heron --credential "heron key" --driver slurm | ssh heron sh -s
    """
    from stormbell_client.api.machines import machine_setup_script

    from app.cli.credentials import id_of as credential_id

    found = remote.ask(
        machine_setup_script.sync_detailed,
        client=remote.client(),
        name=name,
        credential_id=credential_id(credential) if credential is not None else None,
        driver=driver,
        run_directory=run_directory,
        source_address=source_address or None,
        is_jump=jump,
    )
    if json_:
        show.document(found.document)
    else:
        show.raw(found.view.script)
