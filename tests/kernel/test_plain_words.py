"""What is wrong with a request is said without the validator's own words."""

import re
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
import pytest
from pydantic import AnyUrl, AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from app.kernel.errors import items_of


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Inner(BaseModel):
    n: int


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=3, pattern="^[a-z]*$")] = "a"
    whole: Annotated[int, Field(strict=True, ge=1, le=9)] = 1
    number: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)] = 0.5
    switch: bool = True
    many: Annotated[list[int], Field(min_length=2, max_length=3)] = [1, 2]
    word: Literal["low", "high"] = "low"
    colour: Colour = Colour.RED
    at: AwareDatetime | None = None
    day: date | None = None
    naive: datetime | None = None
    place: AnyUrl | None = None
    id: UUID | None = None
    secret: Annotated[SecretStr, Field(min_length=8)] | None = None
    inner: Inner | None = None

    @model_validator(mode="after")
    def _both(self) -> "Wanted":
        if self.whole == 9:
            raise ValueError("whole may not be 9")
        return self


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"text": 1}, "has to be text"),
        ({"text": ""}, "may not be empty"),
        ({"text": "abcd"}, "may have at most 3 characters"),
        ({"text": "A"}, "does not have the form it needs, which is ^[a-z]*$"),
        ({"whole": "1"}, "has to be a whole number"),
        ({"whole": 0}, "has to be at least 1"),
        ({"whole": 10}, "may be at most 9"),
        ({"whole": 9}, "whole may not be 9"),
        ({"number": 0}, "has to be more than 0.0"),
        ({"number": 1}, "has to be less than 1.0"),
        ({"number": float("nan")}, "has to be a finite number"),
        ({"number": "x"}, "has to be a number"),
        ({"switch": "perhaps"}, "has to be true or false"),
        ({"many": 1}, "has to be a list"),
        ({"many": [1]}, "has to have at least 2 entries"),
        ({"many": [1, 2, 3, 4]}, "may have at most 3 entries"),
        ({"word": "middle"}, "has to be 'low' or 'high'"),
        ({"colour": "green"}, "has to be 'red' or 'blue'"),
        ({"at": "soon"}, "has to be a time, such as 2026-02-06T13:56:00Z"),
        ({"at": "2026-01-01T00:00:00"}, "needs its time zone, such as the Z of 2026-02-06T13:56:00Z"),
        ({"day": "soon"}, "has to be a date, such as 2026-02-06"),
        ({"naive": []}, "has to be a time, such as 2026-02-06T13:56:00Z"),
        ({"place": "here"}, "has to be an address, such as https://example.org"),
        ({"id": "x"}, "has to be a UUID"),
        ({"secret": "short"}, "has to have at least 8 characters"),
        ({"inner": 1}, "has to be an object, with members"),
        ({"inner": {}}, "is missing"),
        ({"unknown": 1}, "is not known here; leave it out"),
        ([], "has to be an object, with members"),
    ],
)
def test_each_kind_of_mistake_has_its_words(given: Any, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Wanted.model_validate(given)
    assert [item.message for item in items_of(caught.value.errors())] == [says]


async def test_answers_have_them_whichever_way_a_body_is_read(running_node: object, client: httpx.AsyncClient) -> None:
    raw = re.compile(r"Input should|Field required|String should|Extra inputs|Value error|not permitted")
    for method, path, body in (
        ("GET", "/api/v1/jobs?limit=many", None),  # a hot route
        ("GET", "/api/v1/audit?limit=0", None),
        ("POST", "/api/v1/jobs", {"kind": 7, "more": 1}),
        ("POST", "/api/v1/tokens", {"name": "", "scopes": "all", "more": 1}),
        ("POST", "/api/v1/sources", {}),
        ("POST", "/api/v1/sources", {"name": "x", "driver": "http_json", "settings": {"url": 7}}),
        ("POST", "/api/v1/storages", {"name": "x", "driver": "local", "settings": {}}),
    ):
        answer = await client.request(method, path, json=body)
        assert answer.status_code == 422, (path, answer.text)
        assert answer.json()["errors"], path
        assert raw.search(answer.text) is None, answer.text
