"""``stormbell config``."""

from typing import Annotated

import typer

from app.cli import show
from app.cli.app import Data, Json, Set, noun

config = noun("config", "Settings of a server on this machine.")


@config.command("show")
def show_settings(
    origin: Annotated[bool, typer.Option("--origin", help="Also say where each value comes from")] = False,
    data: Data = None,
    set_: Set = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Show the settings a server started here would have; secrets are hidden.

    Example: stormbell config show --origin
    """
    from app.cli.settings import flags_of
    from app.life import load_settings

    rows = list(load_settings(flags_of(set_, data_directory=data)).rows())
    if json_:
        show.document({"items": [{"name": name, "value": value, "origin": where} for name, value, where in rows]})
        return
    width = max(len(name) for name, _, _ in rows)
    value_width = max(len(value) for _, value, _ in rows) if origin else 0
    for name, value, where in rows:
        show.out(f"{name:<{width}}  {value:<{value_width}}{f'  {where}' if origin else ''}".rstrip())
