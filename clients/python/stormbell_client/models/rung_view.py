from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.rung_view_kind import RungViewKind
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.victim_view import VictimView





T = TypeVar("T", bound="RungView")



@_attrs_define
class RungView:
    """ A rung of a machine's ladder as it was weighed for the run.

        Attributes:
            machine (str):
            kind (RungViewKind):
            cost_factor (float):
            core_hours (float): Charged if it takes all the time it may
            partition (None | str | Unset):
            qos (None | str | Unset):
            reservation (None | str | Unset):
            against (None | str | Unset): Why not this one
            wait_seconds (float | None | Unset):
            late_seconds (float | None | Unset): Done by then, from when it was decided
            meets_deadline (bool | None | Unset):
            victim_count (int | Unset): Jobs of others it would stop Default: 0.
            victim_cores (int | Unset):  Default: 0.
            victims (list[VictimView] | Unset): Which; for those who may look at the machine's queue
     """

    machine: str
    kind: RungViewKind
    cost_factor: float
    core_hours: float
    partition: None | str | Unset = UNSET
    qos: None | str | Unset = UNSET
    reservation: None | str | Unset = UNSET
    against: None | str | Unset = UNSET
    wait_seconds: float | None | Unset = UNSET
    late_seconds: float | None | Unset = UNSET
    meets_deadline: bool | None | Unset = UNSET
    victim_count: int | Unset = 0
    victim_cores: int | Unset = 0
    victims: list[VictimView] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.victim_view import VictimView # noqa: PLC0415
        machine = self.machine

        kind = self.kind.value

        cost_factor = self.cost_factor

        core_hours = self.core_hours

        partition: None | str | Unset
        if isinstance(self.partition, Unset):
            partition = UNSET
        else:
            partition = self.partition

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

        against: None | str | Unset
        if isinstance(self.against, Unset):
            against = UNSET
        else:
            against = self.against

        wait_seconds: float | None | Unset
        if isinstance(self.wait_seconds, Unset):
            wait_seconds = UNSET
        else:
            wait_seconds = self.wait_seconds

        late_seconds: float | None | Unset
        if isinstance(self.late_seconds, Unset):
            late_seconds = UNSET
        else:
            late_seconds = self.late_seconds

        meets_deadline: bool | None | Unset
        if isinstance(self.meets_deadline, Unset):
            meets_deadline = UNSET
        else:
            meets_deadline = self.meets_deadline

        victim_count = self.victim_count

        victim_cores = self.victim_cores

        victims: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.victims, Unset):
            victims = []
            for victims_item_data in self.victims:
                victims_item = victims_item_data.to_dict()
                victims.append(victims_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "machine": machine,
            "kind": kind,
            "cost_factor": cost_factor,
            "core_hours": core_hours,
        })
        if partition is not UNSET:
            field_dict["partition"] = partition
        if qos is not UNSET:
            field_dict["qos"] = qos
        if reservation is not UNSET:
            field_dict["reservation"] = reservation
        if against is not UNSET:
            field_dict["against"] = against
        if wait_seconds is not UNSET:
            field_dict["wait_seconds"] = wait_seconds
        if late_seconds is not UNSET:
            field_dict["late_seconds"] = late_seconds
        if meets_deadline is not UNSET:
            field_dict["meets_deadline"] = meets_deadline
        if victim_count is not UNSET:
            field_dict["victim_count"] = victim_count
        if victim_cores is not UNSET:
            field_dict["victim_cores"] = victim_cores
        if victims is not UNSET:
            field_dict["victims"] = victims

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.victim_view import VictimView # noqa: PLC0415
        d = dict(src_dict)
        machine = d.pop("machine")

        kind = RungViewKind(d.pop("kind"))




        cost_factor = d.pop("cost_factor")

        core_hours = d.pop("core_hours")

        def _parse_partition(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        partition = _parse_partition(d.pop("partition", UNSET))


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


        def _parse_against(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        against = _parse_against(d.pop("against", UNSET))


        def _parse_wait_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        wait_seconds = _parse_wait_seconds(d.pop("wait_seconds", UNSET))


        def _parse_late_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        late_seconds = _parse_late_seconds(d.pop("late_seconds", UNSET))


        def _parse_meets_deadline(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        meets_deadline = _parse_meets_deadline(d.pop("meets_deadline", UNSET))


        victim_count = d.pop("victim_count", UNSET)

        victim_cores = d.pop("victim_cores", UNSET)

        _victims = d.pop("victims", UNSET)
        victims: list[VictimView] | Unset = UNSET
        if _victims is not UNSET:
            victims = []
            for victims_item_data in _victims:
                victims_item = VictimView.from_dict(victims_item_data)



                victims.append(victims_item)


        rung_view = cls(
            machine=machine,
            kind=kind,
            cost_factor=cost_factor,
            core_hours=core_hours,
            partition=partition,
            qos=qos,
            reservation=reservation,
            against=against,
            wait_seconds=wait_seconds,
            late_seconds=late_seconds,
            meets_deadline=meets_deadline,
            victim_count=victim_count,
            victim_cores=victim_cores,
            victims=victims,
        )


        rung_view.additional_properties = d
        return rung_view

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
