from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.login_begun_public_key_type_0 import LoginBegunPublicKeyType0





T = TypeVar("T", bound="LoginBegun")



@_attrs_define
class LoginBegun:
    """ What the browser is to do now. It is bound to this browser by a cookie, and over in ten minutes.

        Attributes:
            method (str):
            state (str): To be sent back with the answer
            url (None | str | Unset): redirect: open it; the provider leads back to `/login/METHOD`
            public_key (LoginBegunPublicKeyType0 | None | Unset): passkey: for
                `PublicKeyCredential.parseRequestOptionsFromJSON` or `…CreationOptions…`
     """

    method: str
    state: str
    url: None | str | Unset = UNSET
    public_key: LoginBegunPublicKeyType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.login_begun_public_key_type_0 import LoginBegunPublicKeyType0 # noqa: PLC0415
        method = self.method

        state = self.state

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        public_key: dict[str, Any] | None | Unset
        if isinstance(self.public_key, Unset):
            public_key = UNSET
        elif isinstance(self.public_key, LoginBegunPublicKeyType0):
            public_key = self.public_key.to_dict()
        else:
            public_key = self.public_key


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "method": method,
            "state": state,
        })
        if url is not UNSET:
            field_dict["url"] = url
        if public_key is not UNSET:
            field_dict["public_key"] = public_key

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.login_begun_public_key_type_0 import LoginBegunPublicKeyType0 # noqa: PLC0415
        d = dict(src_dict)
        method = d.pop("method")

        state = d.pop("state")

        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))


        def _parse_public_key(data: object) -> LoginBegunPublicKeyType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                public_key_type_0 = LoginBegunPublicKeyType0.from_dict(data)



                return public_key_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LoginBegunPublicKeyType0 | None | Unset, data)

        public_key = _parse_public_key(d.pop("public_key", UNSET))


        login_begun = cls(
            method=method,
            state=state,
            url=url,
            public_key=public_key,
        )


        login_begun.additional_properties = d
        return login_begun

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
