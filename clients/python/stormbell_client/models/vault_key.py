from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.vault_key_state import VaultKeyState
from typing import cast
import datetime






T = TypeVar("T", bound="VaultKey")



@_attrs_define
class VaultKey:
    """ One key of the vault's ring.

        Attributes:
            id (str):
            state (VaultKeyState): coming: seals as soon as every node has it; replaced: something is still sealed with it
            sealed_count (int): Values sealed with it
            file_key (str): Which key of the key file opens it
            created_at (datetime.datetime):
     """

    id: str
    state: VaultKeyState
    sealed_count: int
    file_key: str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        state = self.state.value

        sealed_count = self.sealed_count

        file_key = self.file_key

        created_at = self.created_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "state": state,
            "sealed_count": sealed_count,
            "file_key": file_key,
            "created_at": created_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        state = VaultKeyState(d.pop("state"))




        sealed_count = d.pop("sealed_count")

        file_key = d.pop("file_key")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        vault_key = cls(
            id=id,
            state=state,
            sealed_count=sealed_count,
            file_key=file_key,
            created_at=created_at,
        )


        vault_key.additional_properties = d
        return vault_key

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
