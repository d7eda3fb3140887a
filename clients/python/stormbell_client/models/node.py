from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.node_state import NodeState
from typing import cast
import datetime






T = TypeVar("T", bound="Node")



@_attrs_define
class Node:
    """ One boot of a node: a running process, or one that was.

        Attributes:
            id (str): Boot id; a process that was given up comes back under another one
            number (int): Order of registration
            name (str):
            state (NodeState):
            reason (None | str): unresponsive, terminated; of paused: asked, drained, no_worker (not there for jobs),
                no_section
            state_since (datetime.datetime):
            roles (list[str]):
            leads (list[str]): Leader roles it has at present
            sections_count (int): Sections of the queue it owns
            slots (int): Jobs it runs at once
            busy (int): Jobs it had in hand at its last heartbeat
            pause_requested (bool):
            drain_requested (bool):
            pause_forbidden (bool):
            heartbeat_seconds (float): How often it promises to be heard
            heartbeat_at (datetime.datetime):
            heartbeat_age_seconds (float):
            host (str):
            process_id (int):
            version (str):
            started_at (datetime.datetime):
            ended_at (datetime.datetime | None):
     """

    id: str
    number: int
    name: str
    state: NodeState
    reason: None | str
    state_since: datetime.datetime
    roles: list[str]
    leads: list[str]
    sections_count: int
    slots: int
    busy: int
    pause_requested: bool
    drain_requested: bool
    pause_forbidden: bool
    heartbeat_seconds: float
    heartbeat_at: datetime.datetime
    heartbeat_age_seconds: float
    host: str
    process_id: int
    version: str
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        number = self.number

        name = self.name

        state = self.state.value

        reason: None | str
        reason = self.reason

        state_since = self.state_since.isoformat()

        roles = self.roles



        leads = self.leads



        sections_count = self.sections_count

        slots = self.slots

        busy = self.busy

        pause_requested = self.pause_requested

        drain_requested = self.drain_requested

        pause_forbidden = self.pause_forbidden

        heartbeat_seconds = self.heartbeat_seconds

        heartbeat_at = self.heartbeat_at.isoformat()

        heartbeat_age_seconds = self.heartbeat_age_seconds

        host = self.host

        process_id = self.process_id

        version = self.version

        started_at = self.started_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "name": name,
            "state": state,
            "reason": reason,
            "state_since": state_since,
            "roles": roles,
            "leads": leads,
            "sections_count": sections_count,
            "slots": slots,
            "busy": busy,
            "pause_requested": pause_requested,
            "drain_requested": drain_requested,
            "pause_forbidden": pause_forbidden,
            "heartbeat_seconds": heartbeat_seconds,
            "heartbeat_at": heartbeat_at,
            "heartbeat_age_seconds": heartbeat_age_seconds,
            "host": host,
            "process_id": process_id,
            "version": version,
            "started_at": started_at,
            "ended_at": ended_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        name = d.pop("name")

        state = NodeState(d.pop("state"))




        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        state_since = datetime.datetime.fromisoformat(d.pop("state_since"))




        roles = cast(list[str], d.pop("roles"))


        leads = cast(list[str], d.pop("leads"))


        sections_count = d.pop("sections_count")

        slots = d.pop("slots")

        busy = d.pop("busy")

        pause_requested = d.pop("pause_requested")

        drain_requested = d.pop("drain_requested")

        pause_forbidden = d.pop("pause_forbidden")

        heartbeat_seconds = d.pop("heartbeat_seconds")

        heartbeat_at = datetime.datetime.fromisoformat(d.pop("heartbeat_at"))




        heartbeat_age_seconds = d.pop("heartbeat_age_seconds")

        host = d.pop("host")

        process_id = d.pop("process_id")

        version = d.pop("version")

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))




        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)



                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))


        node = cls(
            id=id,
            number=number,
            name=name,
            state=state,
            reason=reason,
            state_since=state_since,
            roles=roles,
            leads=leads,
            sections_count=sections_count,
            slots=slots,
            busy=busy,
            pause_requested=pause_requested,
            drain_requested=drain_requested,
            pause_forbidden=pause_forbidden,
            heartbeat_seconds=heartbeat_seconds,
            heartbeat_at=heartbeat_at,
            heartbeat_age_seconds=heartbeat_age_seconds,
            host=host,
            process_id=process_id,
            version=version,
            started_at=started_at,
            ended_at=ended_at,
        )


        node.additional_properties = d
        return node

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
