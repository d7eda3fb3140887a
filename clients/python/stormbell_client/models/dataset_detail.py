from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.provenance import Provenance
  from ..models.replica_view import ReplicaView





T = TypeVar("T", bound="DatasetDetail")



@_attrs_define
class DatasetDetail:
    """ A data set with its origin and its copies.

        Attributes:
            id (str):
            owner_id (str):
            name (str):
            media_type (str):
            bytes_ (int):
            sha256 (str):
            blake3 (None | str): Not known of what a machine fetched by itself
            role (None | str): What it is for, such as "map", "grid", "contours" or "member"
            incident_id (None | str):
            simulation_id (None | str):
            stage (None | str):
            machine (None | str):
            created_at (datetime.datetime):
            comment (None | str):
            tags (list[str]):
            area (list[float] | None): [west, south, east, north] in degrees
            valid_from (datetime.datetime | None): The time it is about begins
            valid_until (datetime.datetime | None):
            pinned (bool):
            keep_until (datetime.datetime | None):
            deleted_at (datetime.datetime | None):
            erased_at (datetime.datetime | None): Its bytes are gone
            series_id (str): The same for all versions: the id of the first
            version (int):
            provenance (Provenance): Where a data set came from.
            replicas (list[ReplicaView]):
     """

    id: str
    owner_id: str
    name: str
    media_type: str
    bytes_: int
    sha256: str
    blake3: None | str
    role: None | str
    incident_id: None | str
    simulation_id: None | str
    stage: None | str
    machine: None | str
    created_at: datetime.datetime
    comment: None | str
    tags: list[str]
    area: list[float] | None
    valid_from: datetime.datetime | None
    valid_until: datetime.datetime | None
    pinned: bool
    keep_until: datetime.datetime | None
    deleted_at: datetime.datetime | None
    erased_at: datetime.datetime | None
    series_id: str
    version: int
    provenance: Provenance
    replicas: list[ReplicaView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.provenance import Provenance # noqa: PLC0415
        from ..models.replica_view import ReplicaView # noqa: PLC0415
        id = self.id

        owner_id = self.owner_id

        name = self.name

        media_type = self.media_type

        bytes_ = self.bytes_

        sha256 = self.sha256

        blake3: None | str
        blake3 = self.blake3

        role: None | str
        role = self.role

        incident_id: None | str
        incident_id = self.incident_id

        simulation_id: None | str
        simulation_id = self.simulation_id

        stage: None | str
        stage = self.stage

        machine: None | str
        machine = self.machine

        created_at = self.created_at.isoformat()

        comment: None | str
        comment = self.comment

        tags = self.tags



        area: list[float] | None
        if isinstance(self.area, list):
            area = self.area


        else:
            area = self.area

        valid_from: None | str
        if isinstance(self.valid_from, datetime.datetime):
            valid_from = self.valid_from.isoformat()
        else:
            valid_from = self.valid_from

        valid_until: None | str
        if isinstance(self.valid_until, datetime.datetime):
            valid_until = self.valid_until.isoformat()
        else:
            valid_until = self.valid_until

        pinned = self.pinned

        keep_until: None | str
        if isinstance(self.keep_until, datetime.datetime):
            keep_until = self.keep_until.isoformat()
        else:
            keep_until = self.keep_until

        deleted_at: None | str
        if isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        erased_at: None | str
        if isinstance(self.erased_at, datetime.datetime):
            erased_at = self.erased_at.isoformat()
        else:
            erased_at = self.erased_at

        series_id = self.series_id

        version = self.version

        provenance = self.provenance.to_dict()

        replicas = []
        for replicas_item_data in self.replicas:
            replicas_item = replicas_item_data.to_dict()
            replicas.append(replicas_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "owner_id": owner_id,
            "name": name,
            "media_type": media_type,
            "bytes": bytes_,
            "sha256": sha256,
            "blake3": blake3,
            "role": role,
            "incident_id": incident_id,
            "simulation_id": simulation_id,
            "stage": stage,
            "machine": machine,
            "created_at": created_at,
            "comment": comment,
            "tags": tags,
            "area": area,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "pinned": pinned,
            "keep_until": keep_until,
            "deleted_at": deleted_at,
            "erased_at": erased_at,
            "series_id": series_id,
            "version": version,
            "provenance": provenance,
            "replicas": replicas,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.provenance import Provenance # noqa: PLC0415
        from ..models.replica_view import ReplicaView # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        owner_id = d.pop("owner_id")

        name = d.pop("name")

        media_type = d.pop("media_type")

        bytes_ = d.pop("bytes")

        sha256 = d.pop("sha256")

        def _parse_blake3(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        blake3 = _parse_blake3(d.pop("blake3"))


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


        def _parse_machine(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        machine = _parse_machine(d.pop("machine"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_comment(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        comment = _parse_comment(d.pop("comment"))


        tags = cast(list[str], d.pop("tags"))


        def _parse_area(data: object) -> list[float] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                area_type_0 = cast(list[float], data)

                return area_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None, data)

        area = _parse_area(d.pop("area"))


        def _parse_valid_from(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_from_type_0 = datetime.datetime.fromisoformat(data)



                return valid_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        valid_from = _parse_valid_from(d.pop("valid_from"))


        def _parse_valid_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_until_type_0 = datetime.datetime.fromisoformat(data)



                return valid_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        valid_until = _parse_valid_until(d.pop("valid_until"))


        pinned = d.pop("pinned")

        def _parse_keep_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                keep_until_type_0 = datetime.datetime.fromisoformat(data)



                return keep_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        keep_until = _parse_keep_until(d.pop("keep_until"))


        def _parse_deleted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)



                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at"))


        def _parse_erased_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                erased_at_type_0 = datetime.datetime.fromisoformat(data)



                return erased_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        erased_at = _parse_erased_at(d.pop("erased_at"))


        series_id = d.pop("series_id")

        version = d.pop("version")

        provenance = Provenance.from_dict(d.pop("provenance"))




        replicas = []
        _replicas = d.pop("replicas")
        for replicas_item_data in (_replicas):
            replicas_item = ReplicaView.from_dict(replicas_item_data)



            replicas.append(replicas_item)


        dataset_detail = cls(
            id=id,
            owner_id=owner_id,
            name=name,
            media_type=media_type,
            bytes_=bytes_,
            sha256=sha256,
            blake3=blake3,
            role=role,
            incident_id=incident_id,
            simulation_id=simulation_id,
            stage=stage,
            machine=machine,
            created_at=created_at,
            comment=comment,
            tags=tags,
            area=area,
            valid_from=valid_from,
            valid_until=valid_until,
            pinned=pinned,
            keep_until=keep_until,
            deleted_at=deleted_at,
            erased_at=erased_at,
            series_id=series_id,
            version=version,
            provenance=provenance,
            replicas=replicas,
        )


        dataset_detail.additional_properties = d
        return dataset_detail

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
