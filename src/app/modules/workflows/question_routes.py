"""HTTP of the questions incidents ask people."""

from datetime import datetime
from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from app.kernel.paging import Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.workflows import questions

router = api_router("incidents")

PERMISSIONS = {
    "incident_question_list": Role.VIEWER,
    "incident_question_answer": Role.VIEWER,
}


class QuestionView(BaseModel):
    """A question and, once there is one, its answer."""

    model_config = ConfigDict(from_attributes=True)

    id: str = Field(examples=["qst_01K8Q4ZTB2M3N4P5Q6R7S8T9VW"])
    incident_id: str
    stage_id: str
    question: str
    form: dict[str, Any] = Field(description="JSON Schema of an answer; empty: anything")
    roles: list[str] = Field(description="Who may answer: people of one of these roles, or more")
    users: list[str] = Field(description="Who else may; without both, whoever may act on the incident")
    state: Literal["asked", "answered", "expired", "withdrawn"]
    asked_at: datetime
    deadline_at: datetime | None
    answer: Any
    answered_by: str | None
    answered_at: datetime | None


class QuestionAnswer(BaseModel):
    """What somebody answers."""

    model_config = ConfigDict(extra="forbid")
    answer: Any = Field(description="What the question's form describes")


@router.get(
    "/incidents/{incident_id}/questions",
    operation_id="incident_question_list",
    summary="List what an incident asks people",
)
async def list_questions(incident_id: str, session: SessionOf) -> Page[QuestionView]:
    rows = await questions.list_of_incident(session, incident_id)
    return Page(items=[QuestionView.model_validate(row) for row in rows])


@router.post(
    "/incidents/{incident_id}/questions/{question_id}/answer",
    operation_id="incident_question_answer",
    summary="Answer a question of an incident",
)
async def answer_question(
    incident_id: str, question_id: str, body: QuestionAnswer, request: Request, session: SessionOf, actor: Actor
) -> QuestionView:
    node = request.app.state.node
    return QuestionView.model_validate(
        await questions.answer(session, node, incident_id, question_id, body.answer, actor)
    )
