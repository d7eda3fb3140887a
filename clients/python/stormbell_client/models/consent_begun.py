from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="ConsentBegun")



@_attrs_define
class ConsentBegun:
    """ What is to be opened now. It is bound to who asked for it, and over in ten minutes.

        Attributes:
            url (str): The service's page, on which a person consents
            redirect_address (str): Where it leads back to; the service has to know it, to the letter
            service (str): To be sent back with the answer
            state (str): To be sent back with the answer
            expires_at (datetime.datetime):
            binding (None | str | Unset): For programs: to be sent back too; a browser has it in a cookie
     """

    url: str
    redirect_address: str
    service: str
    state: str
    expires_at: datetime.datetime
    binding: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        url = self.url

        redirect_address = self.redirect_address

        service = self.service

        state = self.state

        expires_at = self.expires_at.isoformat()

        binding: None | str | Unset
        if isinstance(self.binding, Unset):
            binding = UNSET
        else:
            binding = self.binding


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "url": url,
            "redirect_address": redirect_address,
            "service": service,
            "state": state,
            "expires_at": expires_at,
        })
        if binding is not UNSET:
            field_dict["binding"] = binding

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        redirect_address = d.pop("redirect_address")

        service = d.pop("service")

        state = d.pop("state")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))




        def _parse_binding(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        binding = _parse_binding(d.pop("binding", UNSET))


        consent_begun = cls(
            url=url,
            redirect_address=redirect_address,
            service=service,
            state=state,
            expires_at=expires_at,
            binding=binding,
        )


        consent_begun.additional_properties = d
        return consent_begun

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
