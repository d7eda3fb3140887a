from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.login_method_view_kind import LoginMethodViewKind






T = TypeVar("T", bound="LoginMethodView")



@_attrs_define
class LoginMethodView:
    """ One way to log in.

        Attributes:
            name (str):
            title (str): What to write on the button
            kind (LoginMethodViewKind): form: ask for email and password, `POST /sessions`. redirect and passkey: `POST
                /logins`
     """

    name: str
    title: str
    kind: LoginMethodViewKind
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        title = self.title

        kind = self.kind.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "title": title,
            "kind": kind,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        title = d.pop("title")

        kind = LoginMethodViewKind(d.pop("kind"))




        login_method_view = cls(
            name=name,
            title=title,
            kind=kind,
        )


        login_method_view.additional_properties = d
        return login_method_view

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
