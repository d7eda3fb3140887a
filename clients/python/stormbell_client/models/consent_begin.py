from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="ConsentBegin")



@_attrs_define
class ConsentBegin:
    """ A consent to ask for. A browser sends nothing; a program says where it waits for the answer.

        Attributes:
            loopback_port (int | None | Unset): With an API token: the port of 127.0.0.1 the program listens on (RFC 8252,
                7.3)
     """

    loopback_port: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        loopback_port: int | None | Unset
        if isinstance(self.loopback_port, Unset):
            loopback_port = UNSET
        else:
            loopback_port = self.loopback_port


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if loopback_port is not UNSET:
            field_dict["loopback_port"] = loopback_port

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_loopback_port(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        loopback_port = _parse_loopback_port(d.pop("loopback_port", UNSET))


        consent_begin = cls(
            loopback_port=loopback_port,
        )

        return consent_begin

