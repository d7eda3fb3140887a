from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.simulation_view_called_state_type_0 import SimulationViewCalledStateType0
from ..models.simulation_view_state import SimulationViewState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.performance_view import PerformanceView
  from ..models.placement_view import PlacementView
  from ..models.resources import Resources
  from ..models.simulation_view_parameters_type_0 import SimulationViewParametersType0
  from ..models.usage_view import UsageView
  from ..models.waiting import Waiting





T = TypeVar("T", bound="SimulationView")



@_attrs_define
class SimulationView:
    """ A run on a machine's batch system.

        Attributes:
            id (str):
            incident_id (None | str):
            name (str):
            machine (None | str):
            state (SimulationViewState):
            native_id (None | str):
            native_state (None | str):
            created_at (datetime.datetime):
            queued_at (datetime.datetime | None):
            started_at (datetime.datetime | None):
            finished_at (datetime.datetime | None):
            state_at (datetime.datetime): When it got into its state
            deadline_at (datetime.datetime | None):
            owner_id (str):
            application (None | str): What it is a run of
            application_id (None | str):
            parameters (None | SimulationViewParametersType0):
            group_id (None | str): Those it was asked for together with
            rerun_of (None | str):
            hold (bool): Stays prepared until it is submitted
            directory (None | str): Where it runs on the machine
            seconds (float | None): Run time so far, or in all
            attempt (int):
            exit_code (int | None):
            error (None | str):
            command (list[str]):
            placement (PlacementView): Where it runs and why there.
            resources (Resources): What a run needs and may use.
            usage (None | UsageView):
            performance (None | PerformanceView): Null before it began
            called_state (None | SimulationViewCalledStateType0): What its script said of itself last: a hint, on which its
                machine was asked
            called_at (datetime.datetime | None):
            waiting_on (None | Waiting):
     """

    id: str
    incident_id: None | str
    name: str
    machine: None | str
    state: SimulationViewState
    native_id: None | str
    native_state: None | str
    created_at: datetime.datetime
    queued_at: datetime.datetime | None
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    state_at: datetime.datetime
    deadline_at: datetime.datetime | None
    owner_id: str
    application: None | str
    application_id: None | str
    parameters: None | SimulationViewParametersType0
    group_id: None | str
    rerun_of: None | str
    hold: bool
    directory: None | str
    seconds: float | None
    attempt: int
    exit_code: int | None
    error: None | str
    command: list[str]
    placement: PlacementView
    resources: Resources
    usage: None | UsageView
    performance: None | PerformanceView
    called_state: None | SimulationViewCalledStateType0
    called_at: datetime.datetime | None
    waiting_on: None | Waiting
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.performance_view import PerformanceView # noqa: PLC0415
        from ..models.placement_view import PlacementView # noqa: PLC0415
        from ..models.resources import Resources # noqa: PLC0415
        from ..models.simulation_view_parameters_type_0 import SimulationViewParametersType0 # noqa: PLC0415
        from ..models.usage_view import UsageView # noqa: PLC0415
        from ..models.waiting import Waiting # noqa: PLC0415
        id = self.id

        incident_id: None | str
        incident_id = self.incident_id

        name = self.name

        machine: None | str
        machine = self.machine

        state = self.state.value

        native_id: None | str
        native_id = self.native_id

        native_state: None | str
        native_state = self.native_state

        created_at = self.created_at.isoformat()

        queued_at: None | str
        if isinstance(self.queued_at, datetime.datetime):
            queued_at = self.queued_at.isoformat()
        else:
            queued_at = self.queued_at

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        state_at = self.state_at.isoformat()

        deadline_at: None | str
        if isinstance(self.deadline_at, datetime.datetime):
            deadline_at = self.deadline_at.isoformat()
        else:
            deadline_at = self.deadline_at

        owner_id = self.owner_id

        application: None | str
        application = self.application

        application_id: None | str
        application_id = self.application_id

        parameters: dict[str, Any] | None
        if isinstance(self.parameters, SimulationViewParametersType0):
            parameters = self.parameters.to_dict()
        else:
            parameters = self.parameters

        group_id: None | str
        group_id = self.group_id

        rerun_of: None | str
        rerun_of = self.rerun_of

        hold = self.hold

        directory: None | str
        directory = self.directory

        seconds: float | None
        seconds = self.seconds

        attempt = self.attempt

        exit_code: int | None
        exit_code = self.exit_code

        error: None | str
        error = self.error

        command = self.command



        placement = self.placement.to_dict()

        resources = self.resources.to_dict()

        usage: dict[str, Any] | None
        if isinstance(self.usage, UsageView):
            usage = self.usage.to_dict()
        else:
            usage = self.usage

        performance: dict[str, Any] | None
        if isinstance(self.performance, PerformanceView):
            performance = self.performance.to_dict()
        else:
            performance = self.performance

        called_state: None | str
        if isinstance(self.called_state, SimulationViewCalledStateType0):
            called_state = self.called_state.value
        else:
            called_state = self.called_state

        called_at: None | str
        if isinstance(self.called_at, datetime.datetime):
            called_at = self.called_at.isoformat()
        else:
            called_at = self.called_at

        waiting_on: dict[str, Any] | None
        if isinstance(self.waiting_on, Waiting):
            waiting_on = self.waiting_on.to_dict()
        else:
            waiting_on = self.waiting_on


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "incident_id": incident_id,
            "name": name,
            "machine": machine,
            "state": state,
            "native_id": native_id,
            "native_state": native_state,
            "created_at": created_at,
            "queued_at": queued_at,
            "started_at": started_at,
            "finished_at": finished_at,
            "state_at": state_at,
            "deadline_at": deadline_at,
            "owner_id": owner_id,
            "application": application,
            "application_id": application_id,
            "parameters": parameters,
            "group_id": group_id,
            "rerun_of": rerun_of,
            "hold": hold,
            "directory": directory,
            "seconds": seconds,
            "attempt": attempt,
            "exit_code": exit_code,
            "error": error,
            "command": command,
            "placement": placement,
            "resources": resources,
            "usage": usage,
            "performance": performance,
            "called_state": called_state,
            "called_at": called_at,
            "waiting_on": waiting_on,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.performance_view import PerformanceView # noqa: PLC0415
        from ..models.placement_view import PlacementView # noqa: PLC0415
        from ..models.resources import Resources # noqa: PLC0415
        from ..models.simulation_view_parameters_type_0 import SimulationViewParametersType0 # noqa: PLC0415
        from ..models.usage_view import UsageView # noqa: PLC0415
        from ..models.waiting import Waiting # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        def _parse_incident_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        incident_id = _parse_incident_id(d.pop("incident_id"))


        name = d.pop("name")

        def _parse_machine(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        machine = _parse_machine(d.pop("machine"))


        state = SimulationViewState(d.pop("state"))




        def _parse_native_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        native_id = _parse_native_id(d.pop("native_id"))


        def _parse_native_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        native_state = _parse_native_state(d.pop("native_state"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_queued_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                queued_at_type_0 = datetime.datetime.fromisoformat(data)



                return queued_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        queued_at = _parse_queued_at(d.pop("queued_at"))


        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)



                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))


        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)



                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))


        state_at = datetime.datetime.fromisoformat(d.pop("state_at"))




        def _parse_deadline_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deadline_at_type_0 = datetime.datetime.fromisoformat(data)



                return deadline_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deadline_at = _parse_deadline_at(d.pop("deadline_at"))


        owner_id = d.pop("owner_id")

        def _parse_application(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        application = _parse_application(d.pop("application"))


        def _parse_application_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        application_id = _parse_application_id(d.pop("application_id"))


        def _parse_parameters(data: object) -> None | SimulationViewParametersType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                parameters_type_0 = SimulationViewParametersType0.from_dict(data)



                return parameters_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SimulationViewParametersType0, data)

        parameters = _parse_parameters(d.pop("parameters"))


        def _parse_group_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        group_id = _parse_group_id(d.pop("group_id"))


        def _parse_rerun_of(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rerun_of = _parse_rerun_of(d.pop("rerun_of"))


        hold = d.pop("hold")

        def _parse_directory(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        directory = _parse_directory(d.pop("directory"))


        def _parse_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        seconds = _parse_seconds(d.pop("seconds"))


        attempt = d.pop("attempt")

        def _parse_exit_code(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        exit_code = _parse_exit_code(d.pop("exit_code"))


        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        command = cast(list[str], d.pop("command"))


        placement = PlacementView.from_dict(d.pop("placement"))




        resources = Resources.from_dict(d.pop("resources"))




        def _parse_usage(data: object) -> None | UsageView:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                usage_type_0 = UsageView.from_dict(data)



                return usage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UsageView, data)

        usage = _parse_usage(d.pop("usage"))


        def _parse_performance(data: object) -> None | PerformanceView:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                performance_type_0 = PerformanceView.from_dict(data)



                return performance_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PerformanceView, data)

        performance = _parse_performance(d.pop("performance"))


        def _parse_called_state(data: object) -> None | SimulationViewCalledStateType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                called_state_type_0 = SimulationViewCalledStateType0(data)



                return called_state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SimulationViewCalledStateType0, data)

        called_state = _parse_called_state(d.pop("called_state"))


        def _parse_called_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                called_at_type_0 = datetime.datetime.fromisoformat(data)



                return called_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        called_at = _parse_called_at(d.pop("called_at"))


        def _parse_waiting_on(data: object) -> None | Waiting:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waiting_on_type_0 = Waiting.from_dict(data)



                return waiting_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Waiting, data)

        waiting_on = _parse_waiting_on(d.pop("waiting_on"))


        simulation_view = cls(
            id=id,
            incident_id=incident_id,
            name=name,
            machine=machine,
            state=state,
            native_id=native_id,
            native_state=native_state,
            created_at=created_at,
            queued_at=queued_at,
            started_at=started_at,
            finished_at=finished_at,
            state_at=state_at,
            deadline_at=deadline_at,
            owner_id=owner_id,
            application=application,
            application_id=application_id,
            parameters=parameters,
            group_id=group_id,
            rerun_of=rerun_of,
            hold=hold,
            directory=directory,
            seconds=seconds,
            attempt=attempt,
            exit_code=exit_code,
            error=error,
            command=command,
            placement=placement,
            resources=resources,
            usage=usage,
            performance=performance,
            called_state=called_state,
            called_at=called_at,
            waiting_on=waiting_on,
        )


        simulation_view.additional_properties = d
        return simulation_view

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
