from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Partition")



@_attrs_define
class Partition:
    """ A queue of a machine's batch system.

        Attributes:
            name (str):
            is_default (bool | Unset):  Default: False.
            state (None | str | Unset):
            node_count (int | None | Unset):
            cores_per_node (int | None | Unset):
            memory_bytes_per_node (int | None | Unset):
            walltime_seconds (int | None | Unset): The longest a run may ask for; left out, no limit
     """

    name: str
    is_default: bool | Unset = False
    state: None | str | Unset = UNSET
    node_count: int | None | Unset = UNSET
    cores_per_node: int | None | Unset = UNSET
    memory_bytes_per_node: int | None | Unset = UNSET
    walltime_seconds: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        is_default = self.is_default

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        else:
            state = self.state

        node_count: int | None | Unset
        if isinstance(self.node_count, Unset):
            node_count = UNSET
        else:
            node_count = self.node_count

        cores_per_node: int | None | Unset
        if isinstance(self.cores_per_node, Unset):
            cores_per_node = UNSET
        else:
            cores_per_node = self.cores_per_node

        memory_bytes_per_node: int | None | Unset
        if isinstance(self.memory_bytes_per_node, Unset):
            memory_bytes_per_node = UNSET
        else:
            memory_bytes_per_node = self.memory_bytes_per_node

        walltime_seconds: int | None | Unset
        if isinstance(self.walltime_seconds, Unset):
            walltime_seconds = UNSET
        else:
            walltime_seconds = self.walltime_seconds


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
        })
        if is_default is not UNSET:
            field_dict["is_default"] = is_default
        if state is not UNSET:
            field_dict["state"] = state
        if node_count is not UNSET:
            field_dict["node_count"] = node_count
        if cores_per_node is not UNSET:
            field_dict["cores_per_node"] = cores_per_node
        if memory_bytes_per_node is not UNSET:
            field_dict["memory_bytes_per_node"] = memory_bytes_per_node
        if walltime_seconds is not UNSET:
            field_dict["walltime_seconds"] = walltime_seconds

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        is_default = d.pop("is_default", UNSET)

        def _parse_state(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        state = _parse_state(d.pop("state", UNSET))


        def _parse_node_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        node_count = _parse_node_count(d.pop("node_count", UNSET))


        def _parse_cores_per_node(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        cores_per_node = _parse_cores_per_node(d.pop("cores_per_node", UNSET))


        def _parse_memory_bytes_per_node(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        memory_bytes_per_node = _parse_memory_bytes_per_node(d.pop("memory_bytes_per_node", UNSET))


        def _parse_walltime_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        walltime_seconds = _parse_walltime_seconds(d.pop("walltime_seconds", UNSET))


        partition = cls(
            name=name,
            is_default=is_default,
            state=state,
            node_count=node_count,
            cores_per_node=cores_per_node,
            memory_bytes_per_node=memory_bytes_per_node,
            walltime_seconds=walltime_seconds,
        )


        partition.additional_properties = d
        return partition

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
