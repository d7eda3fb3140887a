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
            cores (int | Unset): In all Default: 1.
            memory_bytes (int | Unset): Address space of each of its processes Default: 2147483648.
            walltime_seconds (float | Unset):  Default: 3600.0.
            cpu_seconds (int | None | Unset): Of each of its processes; default cores x walltime
            nodes (int | None | Unset):
            tasks (int | None | Unset): Processes that are started (MPI)
            gpus (int | Unset):  Default: 0.
            partition (None | str | Unset): Queue of the batch system; left out, the machine's default
            account (None | str | Unset): Whom the machine's centre charges
            qos (None | str | Unset):
            reservation (None | str | Unset):
            constraint (None | str | Unset): Features the nodes must have
     """

    cores: int | Unset = 1
    memory_bytes: int | Unset = 2147483648
    walltime_seconds: float | Unset = 3600.0
    cpu_seconds: int | None | Unset = UNSET
    nodes: int | None | Unset = UNSET
    tasks: int | None | Unset = UNSET
    gpus: int | Unset = 0
    partition: None | str | Unset = UNSET
    account: None | str | Unset = UNSET
    qos: None | str | Unset = UNSET
    reservation: None | str | Unset = UNSET
    constraint: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        cores = self.cores

        memory_bytes = self.memory_bytes

        walltime_seconds = self.walltime_seconds

        cpu_seconds: int | None | Unset
        if isinstance(self.cpu_seconds, Unset):
            cpu_seconds = UNSET
        else:
            cpu_seconds = self.cpu_seconds

        nodes: int | None | Unset
        if isinstance(self.nodes, Unset):
            nodes = UNSET
        else:
            nodes = self.nodes

        tasks: int | None | Unset
        if isinstance(self.tasks, Unset):
            tasks = UNSET
        else:
            tasks = self.tasks

        gpus = self.gpus

        partition: None | str | Unset
        if isinstance(self.partition, Unset):
            partition = UNSET
        else:
            partition = self.partition

        account: None | str | Unset
        if isinstance(self.account, Unset):
            account = UNSET
        else:
            account = self.account

        qos: None | str | Unset
        if isinstance(self.qos, Unset):
            qos = UNSET
        else:
            qos = self.qos

        reservation: None | str | Unset
        if isinstance(self.reservation, Unset):
            reservation = UNSET
        else:
            reservation = self.reservation

        constraint: None | str | Unset
        if isinstance(self.constraint, Unset):
            constraint = UNSET
        else:
            constraint = self.constraint


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
        if nodes is not UNSET:
            field_dict["nodes"] = nodes
        if tasks is not UNSET:
            field_dict["tasks"] = tasks
        if gpus is not UNSET:
            field_dict["gpus"] = gpus
        if partition is not UNSET:
            field_dict["partition"] = partition
        if account is not UNSET:
            field_dict["account"] = account
        if qos is not UNSET:
            field_dict["qos"] = qos
        if reservation is not UNSET:
            field_dict["reservation"] = reservation
        if constraint is not UNSET:
            field_dict["constraint"] = constraint

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


        def _parse_nodes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        nodes = _parse_nodes(d.pop("nodes", UNSET))


        def _parse_tasks(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        tasks = _parse_tasks(d.pop("tasks", UNSET))


        gpus = d.pop("gpus", UNSET)

        def _parse_partition(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        partition = _parse_partition(d.pop("partition", UNSET))


        def _parse_account(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        account = _parse_account(d.pop("account", UNSET))


        def _parse_qos(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        qos = _parse_qos(d.pop("qos", UNSET))


        def _parse_reservation(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reservation = _parse_reservation(d.pop("reservation", UNSET))


        def _parse_constraint(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        constraint = _parse_constraint(d.pop("constraint", UNSET))


        resources = cls(
            cores=cores,
            memory_bytes=memory_bytes,
            walltime_seconds=walltime_seconds,
            cpu_seconds=cpu_seconds,
            nodes=nodes,
            tasks=tasks,
            gpus=gpus,
            partition=partition,
            account=account,
            qos=qos,
            reservation=reservation,
            constraint=constraint,
        )

        return resources

