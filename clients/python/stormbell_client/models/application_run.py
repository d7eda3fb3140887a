from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.application_run_inputs import ApplicationRunInputs
  from ..models.application_run_parameters import ApplicationRunParameters
  from ..models.race import Race
  from ..models.resources import Resources





T = TypeVar("T", bound="ApplicationRun")



@_attrs_define
class ApplicationRun:
    """ One run of an application, or several on a machine each.

        Attributes:
            hold (bool | Unset): Prepare it on its machine and wait to be submitted Default: False.
            instances (int | Unset): That many, each on another machine Default: 1.
            race (None | Race | Unset): Instead of instances
            name (None | str | Unset): Left out, the application's
            parameters (ApplicationRunParameters | Unset):
            inputs (ApplicationRunInputs | Unset):
            resources (None | Resources | Unset): Left out, the application's
            machine (None | str | Unset): The only one it may run on
            after (list[str] | Unset):
            urgency (int | Unset):  Default: 0.
            deadline_at (datetime.datetime | None | Unset):
     """

    hold: bool | Unset = False
    instances: int | Unset = 1
    race: None | Race | Unset = UNSET
    name: None | str | Unset = UNSET
    parameters: ApplicationRunParameters | Unset = UNSET
    inputs: ApplicationRunInputs | Unset = UNSET
    resources: None | Resources | Unset = UNSET
    machine: None | str | Unset = UNSET
    after: list[str] | Unset = UNSET
    urgency: int | Unset = 0
    deadline_at: datetime.datetime | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.application_run_inputs import ApplicationRunInputs # noqa: PLC0415
        from ..models.application_run_parameters import ApplicationRunParameters # noqa: PLC0415
        from ..models.race import Race # noqa: PLC0415
        from ..models.resources import Resources # noqa: PLC0415
        hold = self.hold

        instances = self.instances

        race: dict[str, Any] | None | Unset
        if isinstance(self.race, Unset):
            race = UNSET
        elif isinstance(self.race, Race):
            race = self.race.to_dict()
        else:
            race = self.race

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        inputs: dict[str, Any] | Unset = UNSET
        if not isinstance(self.inputs, Unset):
            inputs = self.inputs.to_dict()

        resources: dict[str, Any] | None | Unset
        if isinstance(self.resources, Unset):
            resources = UNSET
        elif isinstance(self.resources, Resources):
            resources = self.resources.to_dict()
        else:
            resources = self.resources

        machine: None | str | Unset
        if isinstance(self.machine, Unset):
            machine = UNSET
        else:
            machine = self.machine

        after: list[str] | Unset = UNSET
        if not isinstance(self.after, Unset):
            after = self.after



        urgency = self.urgency

        deadline_at: None | str | Unset
        if isinstance(self.deadline_at, Unset):
            deadline_at = UNSET
        elif isinstance(self.deadline_at, datetime.datetime):
            deadline_at = self.deadline_at.isoformat()
        else:
            deadline_at = self.deadline_at


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if hold is not UNSET:
            field_dict["hold"] = hold
        if instances is not UNSET:
            field_dict["instances"] = instances
        if race is not UNSET:
            field_dict["race"] = race
        if name is not UNSET:
            field_dict["name"] = name
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if resources is not UNSET:
            field_dict["resources"] = resources
        if machine is not UNSET:
            field_dict["machine"] = machine
        if after is not UNSET:
            field_dict["after"] = after
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if deadline_at is not UNSET:
            field_dict["deadline_at"] = deadline_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application_run_inputs import ApplicationRunInputs # noqa: PLC0415
        from ..models.application_run_parameters import ApplicationRunParameters # noqa: PLC0415
        from ..models.race import Race # noqa: PLC0415
        from ..models.resources import Resources # noqa: PLC0415
        d = dict(src_dict)
        hold = d.pop("hold", UNSET)

        instances = d.pop("instances", UNSET)

        def _parse_race(data: object) -> None | Race | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                race_type_0 = Race.from_dict(data)



                return race_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Race | Unset, data)

        race = _parse_race(d.pop("race", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        _parameters = d.pop("parameters", UNSET)
        parameters: ApplicationRunParameters | Unset
        if isinstance(_parameters,  Unset):
            parameters = UNSET
        else:
            parameters = ApplicationRunParameters.from_dict(_parameters)




        _inputs = d.pop("inputs", UNSET)
        inputs: ApplicationRunInputs | Unset
        if isinstance(_inputs,  Unset):
            inputs = UNSET
        else:
            inputs = ApplicationRunInputs.from_dict(_inputs)




        def _parse_resources(data: object) -> None | Resources | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                resources_type_0 = Resources.from_dict(data)



                return resources_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Resources | Unset, data)

        resources = _parse_resources(d.pop("resources", UNSET))


        def _parse_machine(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        machine = _parse_machine(d.pop("machine", UNSET))


        after = cast(list[str], d.pop("after", UNSET))


        urgency = d.pop("urgency", UNSET)

        def _parse_deadline_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deadline_at_type_0 = datetime.datetime.fromisoformat(data)



                return deadline_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        deadline_at = _parse_deadline_at(d.pop("deadline_at", UNSET))


        application_run = cls(
            hold=hold,
            instances=instances,
            race=race,
            name=name,
            parameters=parameters,
            inputs=inputs,
            resources=resources,
            machine=machine,
            after=after,
            urgency=urgency,
            deadline_at=deadline_at,
        )

        return application_run

