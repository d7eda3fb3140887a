"""``/sources/{source_id}/check``: how often something new is expected."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.principal import Role
from app.kernel.web import SessionOf, api_router
from app.modules.ingest import silence

PERMISSIONS = {
    "source_check_get": Role.VIEWER,
    "source_check_set": Role.OPERATOR,
    "source_check_remove": Role.OPERATOR,
}

router = api_router("ingest")


class SourceCheckSet(BaseModel):
    """What is expected of a source."""

    model_config = ConfigDict(extra="forbid")
    every_seconds: float = Field(
        strict=True,
        ge=1,
        le=366 * 86_400,
        description="Something new comes at least this often, else an alarm is raised",
    )


class SourceCheckView(BaseModel):
    """What is expected of a source, and since when it has been silent."""

    model_config = ConfigDict(title="SourceCheck", from_attributes=True)
    source_id: str
    every_seconds: float | None = Field(None, description="Empty: nothing is expected")
    since: datetime | None = Field(None, description="The time counts from here, or from the newest arrival after it")
    silent_since: datetime | None = None


@router.get("/sources/{source_id}/check", operation_id="source_check_get")
async def get_check(source_id: str, session: SessionOf) -> SourceCheckView:
    """Return how often something new is expected of a source."""
    row = await silence.find_expected(session, source_id)
    return SourceCheckView(source_id=source_id) if row is None else SourceCheckView.model_validate(row)


@router.put("/sources/{source_id}/check", operation_id="source_check_set")
async def set_check(source_id: str, session: SessionOf, body: SourceCheckSet) -> SourceCheckView:
    """Raise an alarm when nothing new came from a source for this long; the next arrival clears it."""
    return SourceCheckView.model_validate(await silence.expect(session, source_id, body.every_seconds))


@router.delete("/sources/{source_id}/check", operation_id="source_check_remove", status_code=204)
async def remove_check(source_id: str, session: SessionOf) -> None:
    """Expect nothing of a source any more."""
    await silence.expect_nothing(session, source_id)
