"""Recipes: kept by content, found, removed. Who may write one may run any command on every machine."""

import hashlib

from pydantic_core import to_json
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.modules.machines.errors import RecipeNotFound
from app.modules.machines.recipe_schemas import RecipeDefinition, RecipeMake
from app.modules.machines.requirements import order_of
from app.modules.machines.software_models import Recipe


async def list_recipes(
    session: AsyncSession, *, name: str | None, cursor: str | None, limit: int
) -> tuple[list[Recipe], str | None]:
    """Return a page of recipes, newest first."""
    query = select(Recipe).where(Recipe.removed_at.is_(None))
    if name is not None:
        query = query.where(Recipe.name == name.lower())
    rows: list[Recipe]
    rows, following = await page_of(session, query, [Recipe.id], cursor=cursor, limit=limit)
    return rows, following


async def get_recipe(session: AsyncSession, recipe_id: str) -> Recipe:
    """Return a recipe, also one that was removed: what it installed is still of it. Raises RecipeNotFound (404)."""
    row = await session.get(Recipe, recipe_id)
    if row is None:
        raise RecipeNotFound(f"There is no recipe {recipe_id}")
    return row


async def make_recipe(session: AsyncSession, wanted: RecipeMake, *, actor: str) -> Recipe:
    """Keep a recipe; the same content again is the recipe there is, another one its next revision."""
    definition = wanted.definition.model_dump(mode="json")
    sha256 = hashlib.sha256(to_json(definition)).hexdigest()
    # Two who write the same version down at once take turns.
    key = func.hashtextextended(f"recipe {wanted.name} {wanted.version}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))
    of_version = select(Recipe).where(Recipe.name == wanted.name, Recipe.version == wanted.version)
    known = (await session.scalars(of_version.order_by(Recipe.revision))).all()
    if known and known[-1].sha256 == sha256 and known[-1].removed_at is None:
        return known[-1]
    for row in known:
        if row.removed_at is None:
            row.removed_at = func.now()  # the newest is the one that is installed from
    await session.flush()
    row = Recipe(
        id=new_id("rcp"),
        name=wanted.name,
        version=wanted.version,
        revision=known[-1].revision + 1 if known else 1,
        sha256=sha256,
        definition=definition,
        created_by=actor,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def remove_recipe(session: AsyncSession, recipe_id: str) -> None:
    """Install from a recipe no more; what it installed stays. Raises RecipeNotFound (404)."""
    row = await get_recipe(session, recipe_id)
    if row.removed_at is not None:
        raise RecipeNotFound(f"The recipe {recipe_id} was removed")
    row.removed_at = func.now()
    await session.flush()


async def choose_recipe(session: AsyncSession, name: str, version: str | None) -> Recipe:
    """Return the recipe to install from: of the version given, or of the newest. Raises RecipeNotFound (404)."""
    query = select(Recipe).where(Recipe.name == name, Recipe.removed_at.is_(None))
    known = (await session.scalars(query)).all()
    fitting = [row for row in known if version is None or row.version == version]
    if not fitting:
        there = ", ".join(sorted(row.version for row in known))
        also = f"; there are recipes for {there}" if there else ""
        raise RecipeNotFound(f"There is no recipe for {name}{f' {version}' if version else ''}{also}")
    return max(fitting, key=lambda row: (order_of(row.version), row.revision))


def definition_of(row: Recipe) -> RecipeDefinition:
    """Return what a recipe says."""
    return RecipeDefinition.model_validate(row.definition)
