from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.partition import Partition





T = TypeVar("T", bound="MachineReport")



@_attrs_define
class MachineReport:
    """ What was found on a machine when it was last looked at.

        Attributes:
            host (str):
            system (str): Kernel and its release
            user (str):
            home (str):
            cores (int):
            latency_seconds (float):
            memory_bytes (int | None | Unset):
            batch_systems (list[str] | Unset): Those whose commands were found
            batch_version (None | str | Unset):
            partitions (list[Partition] | Unset):
            accounting (bool | None | Unset): Whether its batch system keeps what ended runs used
            job_age_seconds (int | None | Unset): How long it remembers an ended run (MinJobAge)
            callbacks_reach_us (bool | None | Unset): Whether what runs call back with arrives; left out, they are not to
            address (None | str | Unset): Which of its addresses answered
            remarks (list[str] | Unset): What is likely to cause trouble
     """

    host: str
    system: str
    user: str
    home: str
    cores: int
    latency_seconds: float
    memory_bytes: int | None | Unset = UNSET
    batch_systems: list[str] | Unset = UNSET
    batch_version: None | str | Unset = UNSET
    partitions: list[Partition] | Unset = UNSET
    accounting: bool | None | Unset = UNSET
    job_age_seconds: int | None | Unset = UNSET
    callbacks_reach_us: bool | None | Unset = UNSET
    address: None | str | Unset = UNSET
    remarks: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.partition import Partition # noqa: PLC0415
        host = self.host

        system = self.system

        user = self.user

        home = self.home

        cores = self.cores

        latency_seconds = self.latency_seconds

        memory_bytes: int | None | Unset
        if isinstance(self.memory_bytes, Unset):
            memory_bytes = UNSET
        else:
            memory_bytes = self.memory_bytes

        batch_systems: list[str] | Unset = UNSET
        if not isinstance(self.batch_systems, Unset):
            batch_systems = self.batch_systems



        batch_version: None | str | Unset
        if isinstance(self.batch_version, Unset):
            batch_version = UNSET
        else:
            batch_version = self.batch_version

        partitions: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.partitions, Unset):
            partitions = []
            for partitions_item_data in self.partitions:
                partitions_item = partitions_item_data.to_dict()
                partitions.append(partitions_item)



        accounting: bool | None | Unset
        if isinstance(self.accounting, Unset):
            accounting = UNSET
        else:
            accounting = self.accounting

        job_age_seconds: int | None | Unset
        if isinstance(self.job_age_seconds, Unset):
            job_age_seconds = UNSET
        else:
            job_age_seconds = self.job_age_seconds

        callbacks_reach_us: bool | None | Unset
        if isinstance(self.callbacks_reach_us, Unset):
            callbacks_reach_us = UNSET
        else:
            callbacks_reach_us = self.callbacks_reach_us

        address: None | str | Unset
        if isinstance(self.address, Unset):
            address = UNSET
        else:
            address = self.address

        remarks: list[str] | Unset = UNSET
        if not isinstance(self.remarks, Unset):
            remarks = self.remarks




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "host": host,
            "system": system,
            "user": user,
            "home": home,
            "cores": cores,
            "latency_seconds": latency_seconds,
        })
        if memory_bytes is not UNSET:
            field_dict["memory_bytes"] = memory_bytes
        if batch_systems is not UNSET:
            field_dict["batch_systems"] = batch_systems
        if batch_version is not UNSET:
            field_dict["batch_version"] = batch_version
        if partitions is not UNSET:
            field_dict["partitions"] = partitions
        if accounting is not UNSET:
            field_dict["accounting"] = accounting
        if job_age_seconds is not UNSET:
            field_dict["job_age_seconds"] = job_age_seconds
        if callbacks_reach_us is not UNSET:
            field_dict["callbacks_reach_us"] = callbacks_reach_us
        if address is not UNSET:
            field_dict["address"] = address
        if remarks is not UNSET:
            field_dict["remarks"] = remarks

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.partition import Partition # noqa: PLC0415
        d = dict(src_dict)
        host = d.pop("host")

        system = d.pop("system")

        user = d.pop("user")

        home = d.pop("home")

        cores = d.pop("cores")

        latency_seconds = d.pop("latency_seconds")

        def _parse_memory_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        memory_bytes = _parse_memory_bytes(d.pop("memory_bytes", UNSET))


        batch_systems = cast(list[str], d.pop("batch_systems", UNSET))


        def _parse_batch_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        batch_version = _parse_batch_version(d.pop("batch_version", UNSET))


        _partitions = d.pop("partitions", UNSET)
        partitions: list[Partition] | Unset = UNSET
        if _partitions is not UNSET:
            partitions = []
            for partitions_item_data in _partitions:
                partitions_item = Partition.from_dict(partitions_item_data)



                partitions.append(partitions_item)


        def _parse_accounting(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        accounting = _parse_accounting(d.pop("accounting", UNSET))


        def _parse_job_age_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        job_age_seconds = _parse_job_age_seconds(d.pop("job_age_seconds", UNSET))


        def _parse_callbacks_reach_us(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        callbacks_reach_us = _parse_callbacks_reach_us(d.pop("callbacks_reach_us", UNSET))


        def _parse_address(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        address = _parse_address(d.pop("address", UNSET))


        remarks = cast(list[str], d.pop("remarks", UNSET))


        machine_report = cls(
            host=host,
            system=system,
            user=user,
            home=home,
            cores=cores,
            latency_seconds=latency_seconds,
            memory_bytes=memory_bytes,
            batch_systems=batch_systems,
            batch_version=batch_version,
            partitions=partitions,
            accounting=accounting,
            job_age_seconds=job_age_seconds,
            callbacks_reach_us=callbacks_reach_us,
            address=address,
            remarks=remarks,
        )


        machine_report.additional_properties = d
        return machine_report

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
