from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="DatasetMark")



@_attrs_define
class DatasetMark:
    """ A data set on the timeline.

        Attributes:
            id (str):
            name (str):
            media_type (str):
            bytes_ (int):
            sha256 (str):
            at (datetime.datetime):
            simulation_id (None | str):
            stage (None | str):
            role (None | str):
     """

    id: str
    name: str
    media_type: str
    bytes_: int
    sha256: str
    at: datetime.datetime
    simulation_id: None | str
    stage: None | str
    role: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        media_type = self.media_type

        bytes_ = self.bytes_

        sha256 = self.sha256

        at = self.at.isoformat()

        simulation_id: None | str
        simulation_id = self.simulation_id

        stage: None | str
        stage = self.stage

        role: None | str
        role = self.role


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "media_type": media_type,
            "bytes": bytes_,
            "sha256": sha256,
            "at": at,
            "simulation_id": simulation_id,
            "stage": stage,
            "role": role,
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

        at = datetime.datetime.fromisoformat(d.pop("at"))




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


        def _parse_role(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        role = _parse_role(d.pop("role"))


        dataset_mark = cls(
            id=id,
            name=name,
            media_type=media_type,
            bytes_=bytes_,
            sha256=sha256,
            at=at,
            simulation_id=simulation_id,
            stage=stage,
            role=role,
        )


        dataset_mark.additional_properties = d
        return dataset_mark

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
