from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.consent_finish_answer import ConsentFinishAnswer





T = TypeVar("T", bound="ConsentFinish")



@_attrs_define
class ConsentFinish:
    """ The answer that ends what was begun.

        Attributes:
            service (str):
            state (str):
            answer (ConsentFinishAnswer): What the service put into the address it led to, without the state
            binding (None | str | Unset): Of a program, as it was given
     """

    service: str
    state: str
    answer: ConsentFinishAnswer
    binding: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.consent_finish_answer import ConsentFinishAnswer # noqa: PLC0415
        service = self.service

        state = self.state

        answer = self.answer.to_dict()

        binding: None | str | Unset
        if isinstance(self.binding, Unset):
            binding = UNSET
        else:
            binding = self.binding


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "service": service,
            "state": state,
            "answer": answer,
        })
        if binding is not UNSET:
            field_dict["binding"] = binding

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent_finish_answer import ConsentFinishAnswer # noqa: PLC0415
        d = dict(src_dict)
        service = d.pop("service")

        state = d.pop("state")

        answer = ConsentFinishAnswer.from_dict(d.pop("answer"))




        def _parse_binding(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        binding = _parse_binding(d.pop("binding", UNSET))


        consent_finish = cls(
            service=service,
            state=state,
            answer=answer,
            binding=binding,
        )

        return consent_finish

