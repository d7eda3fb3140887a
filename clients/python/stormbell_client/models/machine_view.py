from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.machine_view_state import MachineViewState
from typing import cast
import datetime






T = TypeVar("T", bound="MachineView")



@_attrs_define
class MachineView:
    """ A place to run simulations.

        Attributes:
            id (str):
            name (str):
            driver (str): Batch-system driver
            transport (str):
            enabled (bool): Off: nothing is sent there and it is not asked
            cordoned (bool): On: nothing new is sent there; what runs goes on
            test_mode (bool):
            state (MachineViewState):
            cores (int):
            cores_used (int):
            queued_count (int):
            running_count (int):
            last_polled_at (datetime.datetime | None):
            last_error (None | str):
     """

    id: str
    name: str
    driver: str
    transport: str
    enabled: bool
    cordoned: bool
    test_mode: bool
    state: MachineViewState
    cores: int
    cores_used: int
    queued_count: int
    running_count: int
    last_polled_at: datetime.datetime | None
    last_error: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        driver = self.driver

        transport = self.transport

        enabled = self.enabled

        cordoned = self.cordoned

        test_mode = self.test_mode

        state = self.state.value

        cores = self.cores

        cores_used = self.cores_used

        queued_count = self.queued_count

        running_count = self.running_count

        last_polled_at: None | str
        if isinstance(self.last_polled_at, datetime.datetime):
            last_polled_at = self.last_polled_at.isoformat()
        else:
            last_polled_at = self.last_polled_at

        last_error: None | str
        last_error = self.last_error


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "driver": driver,
            "transport": transport,
            "enabled": enabled,
            "cordoned": cordoned,
            "test_mode": test_mode,
            "state": state,
            "cores": cores,
            "cores_used": cores_used,
            "queued_count": queued_count,
            "running_count": running_count,
            "last_polled_at": last_polled_at,
            "last_error": last_error,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        driver = d.pop("driver")

        transport = d.pop("transport")

        enabled = d.pop("enabled")

        cordoned = d.pop("cordoned")

        test_mode = d.pop("test_mode")

        state = MachineViewState(d.pop("state"))




        cores = d.pop("cores")

        cores_used = d.pop("cores_used")

        queued_count = d.pop("queued_count")

        running_count = d.pop("running_count")

        def _parse_last_polled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_polled_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_polled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_polled_at = _parse_last_polled_at(d.pop("last_polled_at"))


        def _parse_last_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_error = _parse_last_error(d.pop("last_error"))


        machine_view = cls(
            id=id,
            name=name,
            driver=driver,
            transport=transport,
            enabled=enabled,
            cordoned=cordoned,
            test_mode=test_mode,
            state=state,
            cores=cores,
            cores_used=cores_used,
            queued_count=queued_count,
            running_count=running_count,
            last_polled_at=last_polled_at,
            last_error=last_error,
        )


        machine_view.additional_properties = d
        return machine_view

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
