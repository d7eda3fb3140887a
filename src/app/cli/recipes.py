"""``stormbell recipes``: how software is installed on machines."""

import json
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.files import said
from app.cli.problems import NOT_FOUND, USAGE, CommandFailed

recipes = noun("recipes", "How software is installed on machines.")

Recipe = Annotated[str, typer.Argument(metavar="RECIPE", help="Its id, name or NAME==VERSION")]


@recipes.command("list")
def list_recipes(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List the recipes that are installed from, newest first.

    Example: stormbell recipes list
    """
    from stormbell_client.api.machines import recipe_list

    page = remote.pages(recipe_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "version", "revision", "needs", "made", "description"),
        lambda r: (
            *(r.id, r.name, r.version, r.revision, ", ".join(r.definition.needs or []), r.created_at),
            (r.definition.description or "").partition("\n")[0],
        ),
        "No recipes: keep one with 'stormbell recipes make'.",
    )


@recipes.command("show")
def show_recipe(recipe: Recipe, json_: Json = False) -> None:
    """Show a recipe with its script.

    Example: stormbell recipes show openfoam==11
    """
    from stormbell_client.api.machines import recipe_get

    _one(remote.ask(recipe_get.sync_detailed, id_of(recipe), client=remote.client()), json_)


@recipes.command("make")
def make_recipe(
    name: Annotated[str, typer.Argument(help="What it installs")],
    version: Annotated[str, typer.Argument(help="Which version of it")],
    script: Annotated[str, typer.Option(help="For bash, with $PREFIX, $NAME and $VERSION; @file reads a file")],
    check: Annotated[str, typer.Option(metavar="LINE", help="Line of bash that ends with 0 once it is there")],
    needs: Annotated[
        list[str], typer.Option("--needs", metavar="NAME>=VERSION", help="Software it needs; may be repeated")
    ] = [],  # noqa: B006
    definition: Annotated[
        str | None, typer.Option("--definition", metavar="JSON", help="Its other members; @file reads a file")
    ] = None,
    json_: Json = False,
) -> None:
    """Keep a recipe; another content of the same version is its next revision.

    Example: stormbell recipes make openfoam 11 --script @openfoam.sh --check foamVersion --needs "gcc>=12"
    """
    from stormbell_client.api.machines import recipe_make
    from stormbell_client.models.recipe_make import RecipeMake

    members = {**_document(definition), "script": said(script), "check_command": check}
    members |= {"needs": needs} if needs else {}
    body = RecipeMake.from_dict({"name": name, "version": version, "definition": members})
    _one(remote.ask(recipe_make.sync_detailed, client=remote.client(), body=body), json_)


@recipes.command("remove")
def remove_recipe(recipe: Recipe, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Install from a recipe no more; what it installed stays.

    Example: stormbell recipes remove openfoam==10
    """
    from stormbell_client.api.machines import recipe_get, recipe_remove

    found = remote.ask(recipe_get.sync_detailed, id_of(recipe), client=remote.client())
    title = f"the recipe of {found.view.name} {found.view.version}"
    if allowed(f"remove {title}", found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(recipe_remove.sync_detailed, found.view.id, client=remote.client())
        show.done(f"Removed {title}.", {"removed": found.document}, json_)


def id_of(recipe: str) -> str:
    """Return the id of a recipe. Raises CommandFailed when none, or several, are meant."""
    from stormbell_client.api.machines import recipe_list

    if recipe.startswith("rcp_"):
        return recipe
    name, _, version = recipe.partition("==")
    page = remote.pages(recipe_list.sync_detailed, 0, True, client=remote.client(), name=name)
    fitting = [one for one in page.view if not version or one.version == version]
    if len(fitting) == 1:
        return str(fitting[0].id)
    if fitting:
        there = ", ".join(f"{one.name}=={one.version}" for one in fitting)
        raise CommandFailed(f"there are several recipes of {name}: {there}", USAGE)
    raise CommandFailed(f"there is no recipe of {recipe}; 'stormbell recipes list' shows those there are", NOT_FOUND)


def _document(text: str | None) -> dict[str, Any]:
    try:
        document = json.loads(said(text)) if text is not None else {}
    except ValueError as error:
        raise CommandFailed(f"--definition is no JSON: {error}", USAGE) from error
    if not isinstance(document, dict):
        raise CommandFailed("--definition is a JSON object", USAGE)
    return document


def _one(answer: Any, json_: bool) -> None:
    r, d = answer.view, answer.document["definition"]
    show.one(
        answer,
        json_,
        [
            ("id", r.id),
            ("name", r.name),
            ("version", r.version),
            ("revision", r.revision),
            ("sha256", r.sha256),
            ("made", r.created_at),
            ("by", r.created_by),
            ("description", d["description"] or None),
            ("needs", ", ".join(d["needs"]) or None),
            ("prefix", d["prefix"] or f"~/.stormbell/software/{r.name}/{r.version}"),
            ("modules", ", ".join(d["modules"]) or None),
            ("path", d["path"]),
            ("image", d["image"]),
            ("check", d["check_command"]),
            ("at most", f"{d['timeout_seconds']} s"),
            ("script", d["script"]),
        ],
    )
