from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="MachineLoginAnswer")



@_attrs_define
class MachineLoginAnswer:
    """ The answers to one round of prompts. They are sealed until the connection takes them, and then gone.

        Attributes:
            round_ (int):
            answers (list[str]): One for each prompt, in their order
     """

    round_: int
    answers: list[str]





    def to_dict(self) -> dict[str, Any]:
        round_ = self.round_

        answers = self.answers




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "round": round_,
            "answers": answers,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        round_ = d.pop("round")

        answers = cast(list[str], d.pop("answers"))


        machine_login_answer = cls(
            round_=round_,
            answers=answers,
        )

        return machine_login_answer

