"""``stormbell noun verb``: everything but serve, demo and migrate goes over the generated client."""

import sys

from app.cli import demo, serve  # noqa: F401  (registers the commands)
from app.cli.app import app


def main() -> None:
    """Run the command line; problems become one sentence and a fixed exit code, never a traceback."""
    from app.cli.problems import exit_code_of

    try:
        app(standalone_mode=False)
    except BaseException as error:
        sys.exit(exit_code_of(error))


__all__ = ["app", "main"]
