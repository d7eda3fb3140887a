"""Recipes and installing over HTTP."""

from typing import Annotated

from fastapi import Query, Request

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.machines import installs, recipes
from app.modules.machines.recipe_schemas import InstallAsk, InstallLog, InstallView, RecipeMake, RecipeView

PERMISSIONS = {
    "recipe_list": Role.VIEWER,
    "recipe_get": Role.VIEWER,
    # What is written here runs on the machines: who may write it may run any command (machine_command_run).
    "recipe_make": Role.ADMIN,
    "recipe_remove": Role.ADMIN,
    "install_list": Role.VIEWER,
    "install_get": Role.VIEWER,
    "install_log_get": Role.OPERATOR,
    "install_request": Role.OPERATOR,
    "install_cancel": Role.OPERATOR,
}

router = api_router("machines")


@router.get("/recipes", operation_id="recipe_list")
async def list_recipes(
    session: SessionOf,
    name: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[RecipeView]:
    """Return the recipes that are installed from, newest first."""
    rows, following = await recipes.list_recipes(session, name=name, cursor=cursor, limit=limit)
    return Page(items=[RecipeView.model_validate(row) for row in rows], next_cursor=following)


@router.get("/recipes/{recipe_id}", operation_id="recipe_get")
async def get_recipe(session: SessionOf, recipe_id: str) -> RecipeView:
    """Return one recipe, also of an earlier revision."""
    return RecipeView.model_validate(await recipes.get_recipe(session, recipe_id))


@router.post("/recipes", operation_id="recipe_make", status_code=201)
async def make_recipe(session: SessionOf, actor: Actor, wanted: RecipeMake) -> RecipeView:
    """Keep a recipe; another content of the same version is its next revision, the same content changes nothing."""
    return RecipeView.model_validate(await recipes.make_recipe(session, wanted, actor=actor.user_id))


@router.delete("/recipes/{recipe_id}", operation_id="recipe_remove", status_code=204)
async def remove_recipe(session: SessionOf, recipe_id: str) -> None:
    """Install from a recipe no more; what it installed stays."""
    await recipes.remove_recipe(session, recipe_id)


@router.get("/machines/{machine_id}/installs", operation_id="install_list")
async def list_installs(
    session: SessionOf, machine_id: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[InstallView]:
    """Return what recipes were run on a machine, newest first."""
    rows, following = await installs.list_installs(session, machine_id, cursor=cursor, limit=limit)
    return Page(items=[InstallView.model_validate(row) for row in rows], next_cursor=following)


@router.post("/machines/{machine_id}/installs", operation_id="install_request", status_code=201)
async def request_install(
    session: SessionOf, request: Request, actor: Actor, machine_id: str, wanted: InstallAsk
) -> InstallView:
    """Have a recipe run on a machine, once, by a job that outlives this server."""
    row = await installs.request_install(session, request.app.state.node, machine_id, wanted, actor=actor.user_id)
    return InstallView.model_validate(row)


@router.get("/machines/{machine_id}/installs/{install_id}", operation_id="install_get")
async def get_install(session: SessionOf, machine_id: str, install_id: str) -> InstallView:
    """Return how a recipe's run stands."""
    return InstallView.model_validate(await installs.get_install(session, machine_id, install_id))


@router.get("/machines/{machine_id}/installs/{install_id}/log", operation_id="install_log_get")
async def get_install_log(
    session: SessionOf,
    machine_id: str,
    install_id: str,
    start: Annotated[int, Query(ge=0, le=2**53, description="Character to begin with: `next_start` of before")] = 0,
) -> InstallLog:
    """Return what a recipe's run wrote, while it runs and after."""
    return await installs.read_log(session, machine_id, install_id, start=start)


@router.post("/machines/{machine_id}/installs/{install_id}/cancel", operation_id="install_cancel")
async def cancel_install(session: SessionOf, actor: Actor, machine_id: str, install_id: str) -> InstallView:
    """End a recipe's run, with all it has started."""
    row = await installs.cancel_install(session, machine_id, install_id, actor=actor.user_id)
    return InstallView.model_validate(row)
