from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.replica_view_state import ReplicaViewState
from typing import cast
import datetime






T = TypeVar("T", bound="ReplicaView")



@_attrs_define
class ReplicaView:
    """ One physical copy.

        Attributes:
            storage (str):
            path (str):
            state (ReplicaViewState):
            verified_at (datetime.datetime):
     """

    storage: str
    path: str
    state: ReplicaViewState
    verified_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        storage = self.storage

        path = self.path

        state = self.state.value

        verified_at = self.verified_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "storage": storage,
            "path": path,
            "state": state,
            "verified_at": verified_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        storage = d.pop("storage")

        path = d.pop("path")

        state = ReplicaViewState(d.pop("state"))




        verified_at = datetime.datetime.fromisoformat(d.pop("verified_at"))




        replica_view = cls(
            storage=storage,
            path=path,
            state=state,
            verified_at=verified_at,
        )


        replica_view.additional_properties = d
        return replica_view

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
