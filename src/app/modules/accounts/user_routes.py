"""HTTP: people, for administrators."""

from typing import Annotated, Any

from fastapi import Query, Response

from app.kernel.belongings import become_service
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.accounts import deletion, login_history, user_changes, users
from app.modules.accounts.models import User
from app.modules.accounts.schemas import RoleName
from app.modules.accounts.user_schemas import (
    LoginView,
    PasswordSet,
    UserApproval,
    UserChange,
    UserCreate,
    UserDetail,
    UserTotalsView,
)

PERMISSIONS = {
    "user_list": Role.ADMIN,
    "user_totals": Role.ADMIN,
    "user_create": Role.ADMIN,
    "user_get": Role.ADMIN,
    "user_change": Role.ADMIN,
    "user_set_password": Role.ADMIN,
    "user_approve": Role.ADMIN,
    "user_delete": Role.ADMIN,
    "user_login_list": Role.ADMIN,
}

router = api_router("accounts")


@router.get("/users", operation_id="user_list", response_model=Page[UserDetail])
async def list_users(
    session: SessionOf,
    search: Annotated[str | None, Query(max_length=100, description="Part of a name or email address")] = None,
    role: RoleName | None = None,
    state: Annotated[users.UserState | None, Query(description="`waiting`: signed up, to be approved")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List people, newest first."""
    rows, following = await users.list_users(session, search=search, role=role, state=state, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}


@router.get("/users/totals", operation_id="user_totals", response_model=UserTotalsView)
async def get_totals(session: SessionOf) -> users.UserTotals:
    """Count people, and say when the last of them came."""
    return await users.totals(session)


@router.post("/users", operation_id="user_create", status_code=201, response_model=UserDetail)
@secret
async def create_user(body: UserCreate, session: SessionOf, actor: Actor, response: Response) -> User:
    """Add a person with a password."""
    user = await user_changes.add_user(
        session,
        actor,
        email=body.email,
        name=body.name,
        role=Role[body.role.upper()],
        password=body.password.get_secret_value(),
        allowed_workflows=body.allowed_workflows,
    )
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    return user


@router.get("/users/{user_id}", operation_id="user_get", response_model=UserDetail)
async def get_user(user_id: str, session: SessionOf) -> User:
    """Show a person."""
    return await users.get_user(session, user_id)


@router.patch("/users/{user_id}", operation_id="user_change", response_model=UserDetail)
async def change_user(user_id: str, body: UserChange, session: SessionOf, actor: Actor) -> User:
    """Change a person's name, email, role, workflows, or whether they may log in."""
    return await user_changes.change_user(session, actor, user_id, body.model_dump(exclude_unset=True))


@router.put("/users/{user_id}/password", operation_id="user_set_password", status_code=204)
async def set_password(user_id: str, body: PasswordSet, session: SessionOf, actor: Actor) -> None:
    """Give a person another password; all their logins and tokens end."""
    await user_changes.set_password(session, actor, user_id, body.password.get_secret_value(), body.other_ways)


@router.post("/users/{user_id}/approval", operation_id="user_approve", response_model=UserDetail)
async def approve_user(user_id: str, body: UserApproval, session: SessionOf, actor: Actor) -> User:
    """Let somebody in who signed up."""
    return await user_changes.approve(session, actor, user_id, Role[body.role.upper()], force=body.force)


@router.delete("/users/{user_id}", operation_id="user_delete", status_code=204)
async def delete_user(
    user_id: str,
    session: SessionOf,
    actor: Actor,
    heir: Annotated[str | None, Query(description="Id of the person who gets what this one owns")] = None,
) -> None:
    """Delete a person; what they own goes to the heir, and without one it has to be nothing."""
    await deletion.delete_user(session, actor, user_id, heir)


@router.get("/users/{user_id}/logins", operation_id="user_login_list", response_model=Page[LoginView])
async def list_logins(user_id: str, session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """List a person's logins and failed attempts, newest first."""
    await users.get_user(session, user_id)
    await become_service(session)
    rows, following = await login_history.list_logins(session, user_id, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}
