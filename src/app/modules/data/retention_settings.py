"""How long data sets are kept by what they are for."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class RetentionRule(BaseModel):
    """Data sets of a role are deleted so many days after they were made; the first rule that fits one counts."""

    model_config = ConfigDict(extra="forbid")

    role: str | None = Field(None, max_length=100, description='Such as "raw"; left out: whatever it is for')
    days: Annotated[float, Field(gt=0, le=36_500)] | None = Field(description="null: kept for good")
    of: Literal["house", "everybody"] = Field("house", description="Whose: the house's own, or those of people too")
