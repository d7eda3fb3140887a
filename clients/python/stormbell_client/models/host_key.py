from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.host_key_state import HostKeyState
from typing import cast
import datetime






T = TypeVar("T", bound="HostKey")



@_attrs_define
class HostKey:
    """ A host key a machine showed.

        Attributes:
            id (str):
            place (str):
            jump (bool): Of a host on the way to it
            key_type (str):
            fingerprint (str):
            public_key (str):
            state (HostKeyState):
            first_shown_at (datetime.datetime):
            last_shown_at (datetime.datetime):
            trusted_at (datetime.datetime | None):
            trusted_by (None | str):
     """

    id: str
    place: str
    jump: bool
    key_type: str
    fingerprint: str
    public_key: str
    state: HostKeyState
    first_shown_at: datetime.datetime
    last_shown_at: datetime.datetime
    trusted_at: datetime.datetime | None
    trusted_by: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        place = self.place

        jump = self.jump

        key_type = self.key_type

        fingerprint = self.fingerprint

        public_key = self.public_key

        state = self.state.value

        first_shown_at = self.first_shown_at.isoformat()

        last_shown_at = self.last_shown_at.isoformat()

        trusted_at: None | str
        if isinstance(self.trusted_at, datetime.datetime):
            trusted_at = self.trusted_at.isoformat()
        else:
            trusted_at = self.trusted_at

        trusted_by: None | str
        trusted_by = self.trusted_by


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "place": place,
            "jump": jump,
            "key_type": key_type,
            "fingerprint": fingerprint,
            "public_key": public_key,
            "state": state,
            "first_shown_at": first_shown_at,
            "last_shown_at": last_shown_at,
            "trusted_at": trusted_at,
            "trusted_by": trusted_by,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        place = d.pop("place")

        jump = d.pop("jump")

        key_type = d.pop("key_type")

        fingerprint = d.pop("fingerprint")

        public_key = d.pop("public_key")

        state = HostKeyState(d.pop("state"))




        first_shown_at = datetime.datetime.fromisoformat(d.pop("first_shown_at"))




        last_shown_at = datetime.datetime.fromisoformat(d.pop("last_shown_at"))




        def _parse_trusted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                trusted_at_type_0 = datetime.datetime.fromisoformat(data)



                return trusted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        trusted_at = _parse_trusted_at(d.pop("trusted_at"))


        def _parse_trusted_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        trusted_by = _parse_trusted_by(d.pop("trusted_by"))


        host_key = cls(
            id=id,
            place=place,
            jump=jump,
            key_type=key_type,
            fingerprint=fingerprint,
            public_key=public_key,
            state=state,
            first_shown_at=first_shown_at,
            last_shown_at=last_shown_at,
            trusted_at=trusted_at,
            trusted_by=trusted_by,
        )


        host_key.additional_properties = d
        return host_key

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
