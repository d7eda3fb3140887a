"""``stormbell simulations``: performance figures that runs tell of themselves."""

import json
from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import Json
from app.cli.files import text_of
from app.cli.problems import USAGE, CommandFailed
from app.cli.simulations import Simulation, simulations


@simulations.command("figures")
def show_figures(simulation: Simulation, json_: Json = False) -> None:
    """Show the performance figures that were told of a simulation.

    Example: stormbell simulations figures sim_01J8ZQ4M7T
    """
    from stormbell_client.api.simulations import simulation_figures_list

    answer = remote.ask(simulation_figures_list.sync_detailed, simulation, client=remote.client())
    told = [
        (kind, name, json.dumps(value))
        for kind, figures in sorted(answer.document["figures"].items())
        for name, value in figures.items()
    ]
    page = remote.Answer(told, answer.document, answer.at)
    show.rows(page, json_, ("kind", "figure", "value"), lambda one: one, "No figures were told of it.")


@simulations.command("report")
def report_figures(
    simulation: Simulation,
    kind: Annotated[str, typer.Argument(help="What they are: timings, likwid, ...")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON object with the figures; - for stdin")],
    json_: Json = False,
) -> None:
    """Keep performance figures with a simulation; those of the same kind before are replaced.

    Example: stormbell simulations report sim_01J8ZQ4M7T timings timings.json
    """
    from stormbell_client.api.simulations import simulation_figures_add
    from stormbell_client.models.figures_report import FiguresReport

    try:
        figures = json.loads(text_of(file))
    except ValueError as error:
        raise CommandFailed(f"{file} is no JSON: {error}", USAGE) from error
    if not isinstance(figures, dict):
        raise CommandFailed(f"{file} holds no JSON object: figures have names", USAGE)
    body = FiguresReport.from_dict({"kind": kind, "figures": figures})
    answer = remote.ask(simulation_figures_add.sync_detailed, simulation, client=remote.client(), body=body)
    show.done(f"{simulation} has figures of {', '.join(sorted(answer.document['figures']))}.", answer.document, json_)
