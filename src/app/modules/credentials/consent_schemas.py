"""What crosses HTTP when somebody connects a credential in a browser."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ConsentBegin(BaseModel):
    """A consent to ask for. A browser sends nothing; a program says where it waits for the answer."""

    model_config = ConfigDict(extra="forbid")
    loopback_port: int | None = Field(
        None,
        strict=True,
        ge=1,
        le=65535,
        description="With an API token: the port of 127.0.0.1 the program listens on (RFC 8252, 7.3)",
    )


class ConsentBegun(BaseModel):
    """What is to be opened now. It is bound to who asked for it, and over in ten minutes."""

    url: str = Field(description="The service's page, on which a person consents")
    redirect_address: str = Field(description="Where it leads back to; the service has to know it, to the letter")
    service: str = Field(description="To be sent back with the answer", examples=["dropbox"])
    state: str = Field(description="To be sent back with the answer")
    binding: str | None = Field(None, description="For programs: to be sent back too; a browser has it in a cookie")
    expires_at: datetime


class ConsentFinish(BaseModel):
    """The answer that ends what was begun."""

    model_config = ConfigDict(extra="forbid")
    service: str = Field(max_length=100, examples=["dropbox"])
    state: str = Field(max_length=100)
    binding: str | None = Field(None, max_length=100, description="Of a program, as it was given", repr=False)
    answer: dict[str, Any] = Field(
        description="What the service put into the address it led to, without the state",
        examples=[{"code": "…", "iss": "https://login.example.org"}],
        repr=False,
    )
