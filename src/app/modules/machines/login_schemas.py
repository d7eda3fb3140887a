"""Logins to machines over HTTP: what is asked, and what is answered."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

LoginState = Literal["connecting", "asked", "answered", "connected", "refused", "expired", "ended"]


class PromptView(BaseModel):
    """One thing a machine asks."""

    model_config = ConfigDict(title="Prompt")

    text: str
    echo: bool = Field(description="Whether what is typed may be seen")


class MachineLoginView(BaseModel):
    """A login to a machine for which a person is or was needed."""

    model_config = ConfigDict(title="MachineLogin", from_attributes=True)

    id: str
    machine_id: str
    state: LoginState = Field(
        description="asked: answer the prompts before expires_at; connected: the connection serves everybody"
    )
    round: int = Field(description="Counts what was asked; answers are for one round")
    place: str | None = Field(description="Which host asks, the machine or one on the way")
    user_name: str | None = Field(description="Whose account it is there")
    instructions: str
    prompts: list[PromptView]
    text: str | None = Field(description="What it waits for, or how it ended")
    node_name: str = Field(description="The node whose connection it is")
    started_by: str | None = Field(description="Null: something needed the machine")
    answered_by: str | None
    started_at: datetime
    asked_at: datetime | None
    answered_at: datetime | None
    expires_at: datetime
    ended_at: datetime | None


class MachineLoginAnswer(BaseModel):
    """The answers to one round of prompts. They are sealed until the connection takes them, and then gone."""

    model_config = ConfigDict(extra="forbid")

    round: int = Field(strict=True, ge=1)
    answers: list[Annotated[SecretStr, Field(max_length=1000)]] = Field(
        max_length=20, description="One for each prompt, in their order"
    )
