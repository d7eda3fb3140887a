from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.simulation_filter_state_item import SimulationFilterStateItem
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="SimulationFilter")



@_attrs_define
class SimulationFilter:
    """ Which simulations: those that fit all of what is given.

        Attributes:
            ids (list[str] | Unset):
            state (list[SimulationFilterStateItem] | Unset):
            machine (None | str | Unset):
            incident_id (None | str | Unset):
            application (None | str | Unset): Name or id of the application
            group_id (None | str | Unset):
            name (None | str | Unset): Part of the name
            all_ (bool | Unset): Every simulation there is; has to be said Default: False.
     """

    ids: list[str] | Unset = UNSET
    state: list[SimulationFilterStateItem] | Unset = UNSET
    machine: None | str | Unset = UNSET
    incident_id: None | str | Unset = UNSET
    application: None | str | Unset = UNSET
    group_id: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    all_: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        ids: list[str] | Unset = UNSET
        if not isinstance(self.ids, Unset):
            ids = self.ids



        state: list[str] | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = []
            for state_item_data in self.state:
                state_item = state_item_data.value
                state.append(state_item)



        machine: None | str | Unset
        if isinstance(self.machine, Unset):
            machine = UNSET
        else:
            machine = self.machine

        incident_id: None | str | Unset
        if isinstance(self.incident_id, Unset):
            incident_id = UNSET
        else:
            incident_id = self.incident_id

        application: None | str | Unset
        if isinstance(self.application, Unset):
            application = UNSET
        else:
            application = self.application

        group_id: None | str | Unset
        if isinstance(self.group_id, Unset):
            group_id = UNSET
        else:
            group_id = self.group_id

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        all_ = self.all_


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if ids is not UNSET:
            field_dict["ids"] = ids
        if state is not UNSET:
            field_dict["state"] = state
        if machine is not UNSET:
            field_dict["machine"] = machine
        if incident_id is not UNSET:
            field_dict["incident_id"] = incident_id
        if application is not UNSET:
            field_dict["application"] = application
        if group_id is not UNSET:
            field_dict["group_id"] = group_id
        if name is not UNSET:
            field_dict["name"] = name
        if all_ is not UNSET:
            field_dict["all"] = all_

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ids = cast(list[str], d.pop("ids", UNSET))


        _state = d.pop("state", UNSET)
        state: list[SimulationFilterStateItem] | Unset = UNSET
        if _state is not UNSET:
            state = []
            for state_item_data in _state:
                state_item = SimulationFilterStateItem(state_item_data)



                state.append(state_item)


        def _parse_machine(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        machine = _parse_machine(d.pop("machine", UNSET))


        def _parse_incident_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        incident_id = _parse_incident_id(d.pop("incident_id", UNSET))


        def _parse_application(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        application = _parse_application(d.pop("application", UNSET))


        def _parse_group_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        group_id = _parse_group_id(d.pop("group_id", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        all_ = d.pop("all", UNSET)

        simulation_filter = cls(
            ids=ids,
            state=state,
            machine=machine,
            incident_id=incident_id,
            application=application,
            group_id=group_id,
            name=name,
            all_=all_,
        )

        return simulation_filter

