from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.login_method_view import LoginMethodView
  from ..models.password_rules import PasswordRules





T = TypeVar("T", bound="LoginMethodList")



@_attrs_define
class LoginMethodList:
    """ The ways to log in from where the request came from.

        Attributes:
            items (list[LoginMethodView]):
            resets (bool): A forgotten password can be reset by mail: `POST /password-resets`
            sign_up (bool): Anybody may ask for an account: `POST /sign-ups`
            password (PasswordRules | Unset): What passwords are taken. They may hold any character; common ones are
                refused.
     """

    items: list[LoginMethodView]
    resets: bool
    sign_up: bool
    password: PasswordRules | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.login_method_view import LoginMethodView # noqa: PLC0415
        from ..models.password_rules import PasswordRules # noqa: PLC0415
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)



        resets = self.resets

        sign_up = self.sign_up

        password: dict[str, Any] | Unset = UNSET
        if not isinstance(self.password, Unset):
            password = self.password.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "items": items,
            "resets": resets,
            "sign_up": sign_up,
        })
        if password is not UNSET:
            field_dict["password"] = password

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.login_method_view import LoginMethodView # noqa: PLC0415
        from ..models.password_rules import PasswordRules # noqa: PLC0415
        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = LoginMethodView.from_dict(items_item_data)



            items.append(items_item)


        resets = d.pop("resets")

        sign_up = d.pop("sign_up")

        _password = d.pop("password", UNSET)
        password: PasswordRules | Unset
        if isinstance(_password,  Unset):
            password = UNSET
        else:
            password = PasswordRules.from_dict(_password)




        login_method_list = cls(
            items=items,
            resets=resets,
            sign_up=sign_up,
            password=password,
        )


        login_method_list.additional_properties = d
        return login_method_list

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
