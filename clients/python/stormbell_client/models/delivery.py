from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.delivery_state import DeliveryState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.waiting import Waiting





T = TypeVar("T", bound="Delivery")



@_attrs_define
class Delivery:
    """ One arrival.

        Attributes:
            id (str):
            source_id (str):
            source_name (str):
            item_key (str): The source's own identifier of the item; empty if it could not be read
            revision (int): 1 for the item's first arrival, then counting; 0 in quarantine
            state (DeliveryState):
            received_at (datetime.datetime):
            bytes_ (int):
            version (int | None | Unset): The source's own number or time of this revision
            reason (None | str | Unset):
            incident_id (None | str | Unset):
            job_id (None | str | Unset):
            title (None | str | Unset):
            media_type (None | str | Unset): What the sender says it is; none: JSON
            kept (bool | Unset): The body is still there Default: True.
            waiting_on (None | Unset | Waiting):
     """

    id: str
    source_id: str
    source_name: str
    item_key: str
    revision: int
    state: DeliveryState
    received_at: datetime.datetime
    bytes_: int
    version: int | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    incident_id: None | str | Unset = UNSET
    job_id: None | str | Unset = UNSET
    title: None | str | Unset = UNSET
    media_type: None | str | Unset = UNSET
    kept: bool | Unset = True
    waiting_on: None | Unset | Waiting = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.waiting import Waiting # noqa: PLC0415
        id = self.id

        source_id = self.source_id

        source_name = self.source_name

        item_key = self.item_key

        revision = self.revision

        state = self.state.value

        received_at = self.received_at.isoformat()

        bytes_ = self.bytes_

        version: int | None | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        incident_id: None | str | Unset
        if isinstance(self.incident_id, Unset):
            incident_id = UNSET
        else:
            incident_id = self.incident_id

        job_id: None | str | Unset
        if isinstance(self.job_id, Unset):
            job_id = UNSET
        else:
            job_id = self.job_id

        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        media_type: None | str | Unset
        if isinstance(self.media_type, Unset):
            media_type = UNSET
        else:
            media_type = self.media_type

        kept = self.kept

        waiting_on: dict[str, Any] | None | Unset
        if isinstance(self.waiting_on, Unset):
            waiting_on = UNSET
        elif isinstance(self.waiting_on, Waiting):
            waiting_on = self.waiting_on.to_dict()
        else:
            waiting_on = self.waiting_on


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "source_id": source_id,
            "source_name": source_name,
            "item_key": item_key,
            "revision": revision,
            "state": state,
            "received_at": received_at,
            "bytes": bytes_,
        })
        if version is not UNSET:
            field_dict["version"] = version
        if reason is not UNSET:
            field_dict["reason"] = reason
        if incident_id is not UNSET:
            field_dict["incident_id"] = incident_id
        if job_id is not UNSET:
            field_dict["job_id"] = job_id
        if title is not UNSET:
            field_dict["title"] = title
        if media_type is not UNSET:
            field_dict["media_type"] = media_type
        if kept is not UNSET:
            field_dict["kept"] = kept
        if waiting_on is not UNSET:
            field_dict["waiting_on"] = waiting_on

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.waiting import Waiting # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        source_id = d.pop("source_id")

        source_name = d.pop("source_name")

        item_key = d.pop("item_key")

        revision = d.pop("revision")

        state = DeliveryState(d.pop("state"))




        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))




        bytes_ = d.pop("bytes")

        def _parse_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        version = _parse_version(d.pop("version", UNSET))


        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))


        def _parse_incident_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        incident_id = _parse_incident_id(d.pop("incident_id", UNSET))


        def _parse_job_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job_id = _parse_job_id(d.pop("job_id", UNSET))


        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        title = _parse_title(d.pop("title", UNSET))


        def _parse_media_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        media_type = _parse_media_type(d.pop("media_type", UNSET))


        kept = d.pop("kept", UNSET)

        def _parse_waiting_on(data: object) -> None | Unset | Waiting:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waiting_on_type_0 = Waiting.from_dict(data)



                return waiting_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | Waiting, data)

        waiting_on = _parse_waiting_on(d.pop("waiting_on", UNSET))


        delivery = cls(
            id=id,
            source_id=source_id,
            source_name=source_name,
            item_key=item_key,
            revision=revision,
            state=state,
            received_at=received_at,
            bytes_=bytes_,
            version=version,
            reason=reason,
            incident_id=incident_id,
            job_id=job_id,
            title=title,
            media_type=media_type,
            kept=kept,
            waiting_on=waiting_on,
        )


        delivery.additional_properties = d
        return delivery

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
