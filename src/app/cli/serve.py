"""``stormbell serve``."""

from typing import Annotated

import typer

from app.cli.app import Data, Json, Set, app


@app.command()
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one")] = None,
    roles: Annotated[str | None, typer.Option(help="What it is there for: api,worker,leader; default: all")] = None,
    example: Annotated[str | None, typer.Option(help="Load a shipped example and replay its data")] = None,
    speed: Annotated[float, typer.Option(help="How much faster than real time the example replays")] = 600,
    set_: Set = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Run a server until Ctrl-C: database, loops, API, operator pages.

    Example: stormbell serve --data /srv/stormbell --port 8000
    """
    from app.kernel import garbage

    garbage.rest()  # before what the next lines import
    from app.cli.serving import serve_until_told
    from app.cli.settings import flags_of
    from app.life import load_settings

    examples = {"workflows__examples": [example] if example else None}
    flags = flags_of(set_, data_directory=data, server__host=host, server__port=port, server__roles=roles, **examples)
    serve_until_told(load_settings(flags), example=example, speed=speed, json_=json_)
