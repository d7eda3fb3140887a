from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.log_record_view_level import LogRecordViewLevel
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.log_record_view_data import LogRecordViewData





T = TypeVar("T", bound="LogRecordView")



@_attrs_define
class LogRecordView:
    """ One log record.

        Attributes:
            at (datetime.datetime):
            level (LogRecordViewLevel):
            module (str):
            message (str):
            request_id (None | str | Unset):
            job_id (None | str | Unset):
            incident_id (None | str | Unset):
            simulation_id (None | str | Unset):
            stage (None | str | Unset):
            node (None | str | Unset):
            data (LogRecordViewData | Unset):
     """

    at: datetime.datetime
    level: LogRecordViewLevel
    module: str
    message: str
    request_id: None | str | Unset = UNSET
    job_id: None | str | Unset = UNSET
    incident_id: None | str | Unset = UNSET
    simulation_id: None | str | Unset = UNSET
    stage: None | str | Unset = UNSET
    node: None | str | Unset = UNSET
    data: LogRecordViewData | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.log_record_view_data import LogRecordViewData # noqa: PLC0415
        at = self.at.isoformat()

        level = self.level.value

        module = self.module

        message = self.message

        request_id: None | str | Unset
        if isinstance(self.request_id, Unset):
            request_id = UNSET
        else:
            request_id = self.request_id

        job_id: None | str | Unset
        if isinstance(self.job_id, Unset):
            job_id = UNSET
        else:
            job_id = self.job_id

        incident_id: None | str | Unset
        if isinstance(self.incident_id, Unset):
            incident_id = UNSET
        else:
            incident_id = self.incident_id

        simulation_id: None | str | Unset
        if isinstance(self.simulation_id, Unset):
            simulation_id = UNSET
        else:
            simulation_id = self.simulation_id

        stage: None | str | Unset
        if isinstance(self.stage, Unset):
            stage = UNSET
        else:
            stage = self.stage

        node: None | str | Unset
        if isinstance(self.node, Unset):
            node = UNSET
        else:
            node = self.node

        data: dict[str, Any] | Unset = UNSET
        if not isinstance(self.data, Unset):
            data = self.data.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "at": at,
            "level": level,
            "module": module,
            "message": message,
        })
        if request_id is not UNSET:
            field_dict["request_id"] = request_id
        if job_id is not UNSET:
            field_dict["job_id"] = job_id
        if incident_id is not UNSET:
            field_dict["incident_id"] = incident_id
        if simulation_id is not UNSET:
            field_dict["simulation_id"] = simulation_id
        if stage is not UNSET:
            field_dict["stage"] = stage
        if node is not UNSET:
            field_dict["node"] = node
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.log_record_view_data import LogRecordViewData # noqa: PLC0415
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))




        level = LogRecordViewLevel(d.pop("level"))




        module = d.pop("module")

        message = d.pop("message")

        def _parse_request_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        request_id = _parse_request_id(d.pop("request_id", UNSET))


        def _parse_job_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job_id = _parse_job_id(d.pop("job_id", UNSET))


        def _parse_incident_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        incident_id = _parse_incident_id(d.pop("incident_id", UNSET))


        def _parse_simulation_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        simulation_id = _parse_simulation_id(d.pop("simulation_id", UNSET))


        def _parse_stage(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        stage = _parse_stage(d.pop("stage", UNSET))


        def _parse_node(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        node = _parse_node(d.pop("node", UNSET))


        _data = d.pop("data", UNSET)
        data: LogRecordViewData | Unset
        if isinstance(_data,  Unset):
            data = UNSET
        else:
            data = LogRecordViewData.from_dict(_data)




        log_record_view = cls(
            at=at,
            level=level,
            module=module,
            message=message,
            request_id=request_id,
            job_id=job_id,
            incident_id=incident_id,
            simulation_id=simulation_id,
            stage=stage,
            node=node,
            data=data,
        )


        log_record_view.additional_properties = d
        return log_record_view

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
