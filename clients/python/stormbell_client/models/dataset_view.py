from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="DatasetView")



@_attrs_define
class DatasetView:
    """ Bytes with a name, a checksum and an origin.

        Attributes:
            id (str):
            name (str):
            media_type (str):
            bytes_ (int):
            sha256 (str):
            role (None | str): What it is for, such as "map", "grid", "contours" or "member"
            incident_id (None | str):
            simulation_id (None | str):
            stage (None | str):
            created_at (datetime.datetime):
            comment (None | str):
     """

    id: str
    name: str
    media_type: str
    bytes_: int
    sha256: str
    role: None | str
    incident_id: None | str
    simulation_id: None | str
    stage: None | str
    created_at: datetime.datetime
    comment: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        media_type = self.media_type

        bytes_ = self.bytes_

        sha256 = self.sha256

        role: None | str
        role = self.role

        incident_id: None | str
        incident_id = self.incident_id

        simulation_id: None | str
        simulation_id = self.simulation_id

        stage: None | str
        stage = self.stage

        created_at = self.created_at.isoformat()

        comment: None | str
        comment = self.comment


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "media_type": media_type,
            "bytes": bytes_,
            "sha256": sha256,
            "role": role,
            "incident_id": incident_id,
            "simulation_id": simulation_id,
            "stage": stage,
            "created_at": created_at,
            "comment": comment,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        media_type = d.pop("media_type")

        bytes_ = d.pop("bytes")

        sha256 = d.pop("sha256")

        def _parse_role(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        role = _parse_role(d.pop("role"))


        def _parse_incident_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        incident_id = _parse_incident_id(d.pop("incident_id"))


        def _parse_simulation_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        simulation_id = _parse_simulation_id(d.pop("simulation_id"))


        def _parse_stage(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stage = _parse_stage(d.pop("stage"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_comment(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        comment = _parse_comment(d.pop("comment"))


        dataset_view = cls(
            id=id,
            name=name,
            media_type=media_type,
            bytes_=bytes_,
            sha256=sha256,
            role=role,
            incident_id=incident_id,
            simulation_id=simulation_id,
            stage=stage,
            created_at=created_at,
            comment=comment,
        )


        dataset_view.additional_properties = d
        return dataset_view

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
