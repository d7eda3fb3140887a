"""The tree of commands. Commands import what they need when they run, so ``--help`` stays quick."""

import typer

app = typer.Typer(
    name="stormbell",
    help="Self-hosted control plane for urgent and research computing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
