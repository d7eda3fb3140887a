from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.incident_open_urgency_type_0 import IncidentOpenUrgencyType0
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.incident_open_area_type_0 import IncidentOpenAreaType0
  from ..models.incident_open_message import IncidentOpenMessage
  from ..models.incident_open_parameters import IncidentOpenParameters





T = TypeVar("T", bound="IncidentOpen")



@_attrs_define
class IncidentOpen:
    """ A new incident made by a person.

        Attributes:
            workflow (str):
            name (str):
            stage (None | str | Unset): Stage that gets the first message; default: the first
            message (IncidentOpenMessage | Unset):
            parameters (IncidentOpenParameters | Unset): As the workflow's parameters_schema says
            bbox (list[float] | None | Unset): West, south, east, north in degrees
            area (IncidentOpenAreaType0 | None | Unset): GeoJSON geometry or Feature, instead of bbox
            duration_seconds (float | None | Unset): Default: the workflow's
            urgency (IncidentOpenUrgencyType0 | None | Unset): Default: the workflow's
            key (None | str | Unset):
            exercise (bool | Unset):  Default: False.
            activate (bool | Unset): false: only create it; activate it later Default: True.
            version (None | str | Unset): Of the workflow; default: the one in use
     """

    workflow: str
    name: str
    stage: None | str | Unset = UNSET
    message: IncidentOpenMessage | Unset = UNSET
    parameters: IncidentOpenParameters | Unset = UNSET
    bbox: list[float] | None | Unset = UNSET
    area: IncidentOpenAreaType0 | None | Unset = UNSET
    duration_seconds: float | None | Unset = UNSET
    urgency: IncidentOpenUrgencyType0 | None | Unset = UNSET
    key: None | str | Unset = UNSET
    exercise: bool | Unset = False
    activate: bool | Unset = True
    version: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.incident_open_area_type_0 import IncidentOpenAreaType0 # noqa: PLC0415
        from ..models.incident_open_message import IncidentOpenMessage # noqa: PLC0415
        from ..models.incident_open_parameters import IncidentOpenParameters # noqa: PLC0415
        workflow = self.workflow

        name = self.name

        stage: None | str | Unset
        if isinstance(self.stage, Unset):
            stage = UNSET
        else:
            stage = self.stage

        message: dict[str, Any] | Unset = UNSET
        if not isinstance(self.message, Unset):
            message = self.message.to_dict()

        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        bbox: list[float] | None | Unset
        if isinstance(self.bbox, Unset):
            bbox = UNSET
        elif isinstance(self.bbox, list):
            bbox = self.bbox


        else:
            bbox = self.bbox

        area: dict[str, Any] | None | Unset
        if isinstance(self.area, Unset):
            area = UNSET
        elif isinstance(self.area, IncidentOpenAreaType0):
            area = self.area.to_dict()
        else:
            area = self.area

        duration_seconds: float | None | Unset
        if isinstance(self.duration_seconds, Unset):
            duration_seconds = UNSET
        else:
            duration_seconds = self.duration_seconds

        urgency: None | str | Unset
        if isinstance(self.urgency, Unset):
            urgency = UNSET
        elif isinstance(self.urgency, IncidentOpenUrgencyType0):
            urgency = self.urgency.value
        else:
            urgency = self.urgency

        key: None | str | Unset
        if isinstance(self.key, Unset):
            key = UNSET
        else:
            key = self.key

        exercise = self.exercise

        activate = self.activate

        version: None | str | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "workflow": workflow,
            "name": name,
        })
        if stage is not UNSET:
            field_dict["stage"] = stage
        if message is not UNSET:
            field_dict["message"] = message
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if bbox is not UNSET:
            field_dict["bbox"] = bbox
        if area is not UNSET:
            field_dict["area"] = area
        if duration_seconds is not UNSET:
            field_dict["duration_seconds"] = duration_seconds
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if key is not UNSET:
            field_dict["key"] = key
        if exercise is not UNSET:
            field_dict["exercise"] = exercise
        if activate is not UNSET:
            field_dict["activate"] = activate
        if version is not UNSET:
            field_dict["version"] = version

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.incident_open_area_type_0 import IncidentOpenAreaType0 # noqa: PLC0415
        from ..models.incident_open_message import IncidentOpenMessage # noqa: PLC0415
        from ..models.incident_open_parameters import IncidentOpenParameters # noqa: PLC0415
        d = dict(src_dict)
        workflow = d.pop("workflow")

        name = d.pop("name")

        def _parse_stage(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        stage = _parse_stage(d.pop("stage", UNSET))


        _message = d.pop("message", UNSET)
        message: IncidentOpenMessage | Unset
        if isinstance(_message,  Unset):
            message = UNSET
        else:
            message = IncidentOpenMessage.from_dict(_message)




        _parameters = d.pop("parameters", UNSET)
        parameters: IncidentOpenParameters | Unset
        if isinstance(_parameters,  Unset):
            parameters = UNSET
        else:
            parameters = IncidentOpenParameters.from_dict(_parameters)




        def _parse_bbox(data: object) -> list[float] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                bbox_type_0 = cast(list[float], data)

                return bbox_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None | Unset, data)

        bbox = _parse_bbox(d.pop("bbox", UNSET))


        def _parse_area(data: object) -> IncidentOpenAreaType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                area_type_0 = IncidentOpenAreaType0.from_dict(data)



                return area_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IncidentOpenAreaType0 | None | Unset, data)

        area = _parse_area(d.pop("area", UNSET))


        def _parse_duration_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        duration_seconds = _parse_duration_seconds(d.pop("duration_seconds", UNSET))


        def _parse_urgency(data: object) -> IncidentOpenUrgencyType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                urgency_type_0 = IncidentOpenUrgencyType0(data)



                return urgency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IncidentOpenUrgencyType0 | None | Unset, data)

        urgency = _parse_urgency(d.pop("urgency", UNSET))


        def _parse_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        key = _parse_key(d.pop("key", UNSET))


        exercise = d.pop("exercise", UNSET)

        activate = d.pop("activate", UNSET)

        def _parse_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        version = _parse_version(d.pop("version", UNSET))


        incident_open = cls(
            workflow=workflow,
            name=name,
            stage=stage,
            message=message,
            parameters=parameters,
            bbox=bbox,
            area=area,
            duration_seconds=duration_seconds,
            urgency=urgency,
            key=key,
            exercise=exercise,
            activate=activate,
            version=version,
        )

        return incident_open

