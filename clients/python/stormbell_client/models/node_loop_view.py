from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.node_loop_view_state import NodeLoopViewState
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="NodeLoopView")



@_attrs_define
class NodeLoopView:
    """ A background loop of a node.

        Attributes:
            name (str): module.loop
            state (NodeLoopViewState):
            switched_off (bool): Somebody stopped it, or its role
            essential (bool): It cannot be stopped alone
            runs (int):
            failures (int):
            restarts (int): Begun anew after a failure or a stop
            role (None | str | Unset): It runs only where the node has this role
            since (datetime.datetime | None | Unset): Without a failure or a stop since; its uptime counts from here
            last_error (None | str | Unset):
            last_run_at (datetime.datetime | None | Unset):
     """

    name: str
    state: NodeLoopViewState
    switched_off: bool
    essential: bool
    runs: int
    failures: int
    restarts: int
    role: None | str | Unset = UNSET
    since: datetime.datetime | None | Unset = UNSET
    last_error: None | str | Unset = UNSET
    last_run_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state = self.state.value

        switched_off = self.switched_off

        essential = self.essential

        runs = self.runs

        failures = self.failures

        restarts = self.restarts

        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        else:
            role = self.role

        since: None | str | Unset
        if isinstance(self.since, Unset):
            since = UNSET
        elif isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        last_error: None | str | Unset
        if isinstance(self.last_error, Unset):
            last_error = UNSET
        else:
            last_error = self.last_error

        last_run_at: None | str | Unset
        if isinstance(self.last_run_at, Unset):
            last_run_at = UNSET
        elif isinstance(self.last_run_at, datetime.datetime):
            last_run_at = self.last_run_at.isoformat()
        else:
            last_run_at = self.last_run_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "state": state,
            "switched_off": switched_off,
            "essential": essential,
            "runs": runs,
            "failures": failures,
            "restarts": restarts,
        })
        if role is not UNSET:
            field_dict["role"] = role
        if since is not UNSET:
            field_dict["since"] = since
        if last_error is not UNSET:
            field_dict["last_error"] = last_error
        if last_run_at is not UNSET:
            field_dict["last_run_at"] = last_run_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = NodeLoopViewState(d.pop("state"))




        switched_off = d.pop("switched_off")

        essential = d.pop("essential")

        runs = d.pop("runs")

        failures = d.pop("failures")

        restarts = d.pop("restarts")

        def _parse_role(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        role = _parse_role(d.pop("role", UNSET))


        def _parse_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)



                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        since = _parse_since(d.pop("since", UNSET))


        def _parse_last_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        last_error = _parse_last_error(d.pop("last_error", UNSET))


        def _parse_last_run_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_run_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_run_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last_run_at = _parse_last_run_at(d.pop("last_run_at", UNSET))


        node_loop_view = cls(
            name=name,
            state=state,
            switched_off=switched_off,
            essential=essential,
            runs=runs,
            failures=failures,
            restarts=restarts,
            role=role,
            since=since,
            last_error=last_error,
            last_run_at=last_run_at,
        )


        node_loop_view.additional_properties = d
        return node_loop_view

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
