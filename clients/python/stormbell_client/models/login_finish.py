from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.login_finish_answer import LoginFinishAnswer





T = TypeVar("T", bound="LoginFinish")



@_attrs_define
class LoginFinish:
    """ The answer that ends what was begun.

        Attributes:
            method (str):
            state (str):
            answer (LoginFinishAnswer): redirect: what the provider put into the address it led to. passkey:
                `credential.toJSON()`
     """

    method: str
    state: str
    answer: LoginFinishAnswer





    def to_dict(self) -> dict[str, Any]:
        from ..models.login_finish_answer import LoginFinishAnswer # noqa: PLC0415
        method = self.method

        state = self.state

        answer = self.answer.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "method": method,
            "state": state,
            "answer": answer,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.login_finish_answer import LoginFinishAnswer # noqa: PLC0415
        d = dict(src_dict)
        method = d.pop("method")

        state = d.pop("state")

        answer = LoginFinishAnswer.from_dict(d.pop("answer"))




        login_finish = cls(
            method=method,
            state=state,
            answer=answer,
        )

        return login_finish

