from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import Literal, cast






T = TypeVar("T", bound="SignUpView")



@_attrs_define
class SignUpView:
    """ What happens next; the same for whoever has an account already.

        Attributes:
            state (Literal['waiting'] | Unset):  Default: 'waiting'.
            text (str | Unset):  Default: 'An administrator looks at it. If you have an account already, log in.'.
     """

    state: Literal['waiting'] | Unset = 'waiting'
    text: str | Unset = 'An administrator looks at it. If you have an account already, log in.'
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        state = self.state

        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if state is not UNSET:
            field_dict["state"] = state
        if text is not UNSET:
            field_dict["text"] = text

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = cast(Literal['waiting'] | Unset , d.pop("state", UNSET))
        if state != 'waiting'and not isinstance(state, Unset):
            raise ValueError(f"state must match const 'waiting', got '{state}'")

        text = d.pop("text", UNSET)

        sign_up_view = cls(
            state=state,
            text=text,
        )


        sign_up_view.additional_properties = d
        return sign_up_view

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
