from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Resources")



@_attrs_define
class Resources:
    """ What a run needs and may use.

        Attributes:
            cores (int | Unset):  Default: 1.
            memory_bytes (int | Unset): Address space of each of its processes Default: 2147483648.
            walltime_seconds (float | Unset):  Default: 3600.0.
            cpu_seconds (int | None | Unset): Of each of its processes; default cores x walltime
     """

    cores: int | Unset = 1
    memory_bytes: int | Unset = 2147483648
    walltime_seconds: float | Unset = 3600.0
    cpu_seconds: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        cores = self.cores

        memory_bytes = self.memory_bytes

        walltime_seconds = self.walltime_seconds

        cpu_seconds: int | None | Unset
        if isinstance(self.cpu_seconds, Unset):
            cpu_seconds = UNSET
        else:
            cpu_seconds = self.cpu_seconds


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if cores is not UNSET:
            field_dict["cores"] = cores
        if memory_bytes is not UNSET:
            field_dict["memory_bytes"] = memory_bytes
        if walltime_seconds is not UNSET:
            field_dict["walltime_seconds"] = walltime_seconds
        if cpu_seconds is not UNSET:
            field_dict["cpu_seconds"] = cpu_seconds

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        cores = d.pop("cores", UNSET)

        memory_bytes = d.pop("memory_bytes", UNSET)

        walltime_seconds = d.pop("walltime_seconds", UNSET)

        def _parse_cpu_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        cpu_seconds = _parse_cpu_seconds(d.pop("cpu_seconds", UNSET))


        resources = cls(
            cores=cores,
            memory_bytes=memory_bytes,
            walltime_seconds=walltime_seconds,
            cpu_seconds=cpu_seconds,
        )

        return resources

