from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.login_view_outcome import LoginViewOutcome
from typing import cast
import datetime






T = TypeVar("T", bound="LoginView")



@_attrs_define
class LoginView:
    """ One login, or attempt at one.

        Attributes:
            id (str):
            method (str):
            outcome (LoginViewOutcome):
            ip (None | str):
            user_agent (None | str):
            at (datetime.datetime):
     """

    id: str
    method: str
    outcome: LoginViewOutcome
    ip: None | str
    user_agent: None | str
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        method = self.method

        outcome = self.outcome.value

        ip: None | str
        ip = self.ip

        user_agent: None | str
        user_agent = self.user_agent

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "method": method,
            "outcome": outcome,
            "ip": ip,
            "user_agent": user_agent,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        method = d.pop("method")

        outcome = LoginViewOutcome(d.pop("outcome"))




        def _parse_ip(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        ip = _parse_ip(d.pop("ip"))


        def _parse_user_agent(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_agent = _parse_user_agent(d.pop("user_agent"))


        at = datetime.datetime.fromisoformat(d.pop("at"))




        login_view = cls(
            id=id,
            method=method,
            outcome=outcome,
            ip=ip,
            user_agent=user_agent,
            at=at,
        )


        login_view.additional_properties = d
        return login_view

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
