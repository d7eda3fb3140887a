"""``stormbell demo``."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.app import Json, app


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Run the M 6.4 Hualien earthquake of 2018 to its end")] = False,
    output: Annotated[Path | None, typer.Option(help="Folder for the results; default: a new temporary one")] = None,
    json_: Json = False,
) -> None:
    """Run an earthquake from its first record to its map.

    Data arrives, an incident opens, simulations run, a map comes back. Without --once a
    server runs until Ctrl-C, with a week of earthquakes replayed.

    Example: stormbell demo --once --output results
    """
    if not once:
        from app.cli.serve import serve

        serve(example="earthquake", json_=json_)
        return
    from app.kernel import garbage

    garbage.rest()  # before what the next lines import
    from app.cli.demonstration import demonstrate

    demonstrate(output, json_=json_)
