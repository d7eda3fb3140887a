from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="QueuePartition")



@_attrs_define
class QueuePartition:
    """ A partition or queue, and how much of it is in use.

        Attributes:
            name (str):
            state (None | str | Unset):
            is_default (bool | Unset):  Default: False.
            walltime_seconds (int | None | Unset): The longest a run may ask for; left out, no limit
            node_count (int | None | Unset):
            cores (int | None | Unset):
            cores_used (int | None | Unset):
     """

    name: str
    state: None | str | Unset = UNSET
    is_default: bool | Unset = False
    walltime_seconds: int | None | Unset = UNSET
    node_count: int | None | Unset = UNSET
    cores: int | None | Unset = UNSET
    cores_used: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        else:
            state = self.state

        is_default = self.is_default

        walltime_seconds: int | None | Unset
        if isinstance(self.walltime_seconds, Unset):
            walltime_seconds = UNSET
        else:
            walltime_seconds = self.walltime_seconds

        node_count: int | None | Unset
        if isinstance(self.node_count, Unset):
            node_count = UNSET
        else:
            node_count = self.node_count

        cores: int | None | Unset
        if isinstance(self.cores, Unset):
            cores = UNSET
        else:
            cores = self.cores

        cores_used: int | None | Unset
        if isinstance(self.cores_used, Unset):
            cores_used = UNSET
        else:
            cores_used = self.cores_used


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
        })
        if state is not UNSET:
            field_dict["state"] = state
        if is_default is not UNSET:
            field_dict["is_default"] = is_default
        if walltime_seconds is not UNSET:
            field_dict["walltime_seconds"] = walltime_seconds
        if node_count is not UNSET:
            field_dict["node_count"] = node_count
        if cores is not UNSET:
            field_dict["cores"] = cores
        if cores_used is not UNSET:
            field_dict["cores_used"] = cores_used

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_state(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        state = _parse_state(d.pop("state", UNSET))


        is_default = d.pop("is_default", UNSET)

        def _parse_walltime_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        walltime_seconds = _parse_walltime_seconds(d.pop("walltime_seconds", UNSET))


        def _parse_node_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        node_count = _parse_node_count(d.pop("node_count", UNSET))


        def _parse_cores(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        cores = _parse_cores(d.pop("cores", UNSET))


        def _parse_cores_used(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        cores_used = _parse_cores_used(d.pop("cores_used", UNSET))


        queue_partition = cls(
            name=name,
            state=state,
            is_default=is_default,
            walltime_seconds=walltime_seconds,
            node_count=node_count,
            cores=cores,
            cores_used=cores_used,
        )


        queue_partition.additional_properties = d
        return queue_partition

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
