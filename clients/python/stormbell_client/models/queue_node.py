from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="QueueNode")



@_attrs_define
class QueueNode:
    """ A node that runs jobs.

        Attributes:
            name (str):
            state (str): In the batch system's own words
            reason (None | str | Unset): Why it takes no jobs
            partitions (list[str] | Unset):
            cores (int | None | Unset):
            cores_used (int | None | Unset):
            memory_bytes (int | None | Unset):
     """

    name: str
    state: str
    reason: None | str | Unset = UNSET
    partitions: list[str] | Unset = UNSET
    cores: int | None | Unset = UNSET
    cores_used: int | None | Unset = UNSET
    memory_bytes: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state = self.state

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        partitions: list[str] | Unset = UNSET
        if not isinstance(self.partitions, Unset):
            partitions = self.partitions



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

        memory_bytes: int | None | Unset
        if isinstance(self.memory_bytes, Unset):
            memory_bytes = UNSET
        else:
            memory_bytes = self.memory_bytes


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "state": state,
        })
        if reason is not UNSET:
            field_dict["reason"] = reason
        if partitions is not UNSET:
            field_dict["partitions"] = partitions
        if cores is not UNSET:
            field_dict["cores"] = cores
        if cores_used is not UNSET:
            field_dict["cores_used"] = cores_used
        if memory_bytes is not UNSET:
            field_dict["memory_bytes"] = memory_bytes

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = d.pop("state")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))


        partitions = cast(list[str], d.pop("partitions", UNSET))


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


        def _parse_memory_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        memory_bytes = _parse_memory_bytes(d.pop("memory_bytes", UNSET))


        queue_node = cls(
            name=name,
            state=state,
            reason=reason,
            partitions=partitions,
            cores=cores,
            cores_used=cores_used,
            memory_bytes=memory_bytes,
        )


        queue_node.additional_properties = d
        return queue_node

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
