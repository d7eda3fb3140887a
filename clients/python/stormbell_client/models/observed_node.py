from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.observed_node_state import ObservedNodeState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.current_job import CurrentJob
  from ..models.sections_view import SectionsView





T = TypeVar("T", bound="ObservedNode")



@_attrs_define
class ObservedNode:
    """ One node: a living boot, or the last of a name that died within the hour.

        Attributes:
            id (str):
            name (str):
            state (ObservedNodeState):
            reason (None | str):
            state_since (datetime.datetime):
            roles (list[str]):
            host (str):
            version (str):
            slots (int):
            busy (int):
            pause_requested (bool):
            drain_requested (bool):
            pause_forbidden (bool):
            heartbeat_seconds (float): How often it promises to be heard
            heartbeat_at (datetime.datetime):
            heartbeat_age_seconds (float):
            sections (SectionsView): The slices of the queue a node owns.
            jobs (list[CurrentJob]): What it works on, longest first, at most 50
     """

    id: str
    name: str
    state: ObservedNodeState
    reason: None | str
    state_since: datetime.datetime
    roles: list[str]
    host: str
    version: str
    slots: int
    busy: int
    pause_requested: bool
    drain_requested: bool
    pause_forbidden: bool
    heartbeat_seconds: float
    heartbeat_at: datetime.datetime
    heartbeat_age_seconds: float
    sections: SectionsView
    jobs: list[CurrentJob]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.current_job import CurrentJob # noqa: PLC0415
        from ..models.sections_view import SectionsView # noqa: PLC0415
        id = self.id

        name = self.name

        state = self.state.value

        reason: None | str
        reason = self.reason

        state_since = self.state_since.isoformat()

        roles = self.roles



        host = self.host

        version = self.version

        slots = self.slots

        busy = self.busy

        pause_requested = self.pause_requested

        drain_requested = self.drain_requested

        pause_forbidden = self.pause_forbidden

        heartbeat_seconds = self.heartbeat_seconds

        heartbeat_at = self.heartbeat_at.isoformat()

        heartbeat_age_seconds = self.heartbeat_age_seconds

        sections = self.sections.to_dict()

        jobs = []
        for jobs_item_data in self.jobs:
            jobs_item = jobs_item_data.to_dict()
            jobs.append(jobs_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "state": state,
            "reason": reason,
            "state_since": state_since,
            "roles": roles,
            "host": host,
            "version": version,
            "slots": slots,
            "busy": busy,
            "pause_requested": pause_requested,
            "drain_requested": drain_requested,
            "pause_forbidden": pause_forbidden,
            "heartbeat_seconds": heartbeat_seconds,
            "heartbeat_at": heartbeat_at,
            "heartbeat_age_seconds": heartbeat_age_seconds,
            "sections": sections,
            "jobs": jobs,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.current_job import CurrentJob # noqa: PLC0415
        from ..models.sections_view import SectionsView # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        state = ObservedNodeState(d.pop("state"))




        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        state_since = datetime.datetime.fromisoformat(d.pop("state_since"))




        roles = cast(list[str], d.pop("roles"))


        host = d.pop("host")

        version = d.pop("version")

        slots = d.pop("slots")

        busy = d.pop("busy")

        pause_requested = d.pop("pause_requested")

        drain_requested = d.pop("drain_requested")

        pause_forbidden = d.pop("pause_forbidden")

        heartbeat_seconds = d.pop("heartbeat_seconds")

        heartbeat_at = datetime.datetime.fromisoformat(d.pop("heartbeat_at"))




        heartbeat_age_seconds = d.pop("heartbeat_age_seconds")

        sections = SectionsView.from_dict(d.pop("sections"))




        jobs = []
        _jobs = d.pop("jobs")
        for jobs_item_data in (_jobs):
            jobs_item = CurrentJob.from_dict(jobs_item_data)



            jobs.append(jobs_item)


        observed_node = cls(
            id=id,
            name=name,
            state=state,
            reason=reason,
            state_since=state_since,
            roles=roles,
            host=host,
            version=version,
            slots=slots,
            busy=busy,
            pause_requested=pause_requested,
            drain_requested=drain_requested,
            pause_forbidden=pause_forbidden,
            heartbeat_seconds=heartbeat_seconds,
            heartbeat_at=heartbeat_at,
            heartbeat_age_seconds=heartbeat_age_seconds,
            sections=sections,
            jobs=jobs,
        )


        observed_node.additional_properties = d
        return observed_node

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
