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
  from ..models.output import Output
  from ..models.race import Race
  from ..models.resources import Resources
  from ..models.simulation_ask_environment import SimulationAskEnvironment
  from ..models.simulation_ask_files import SimulationAskFiles





T = TypeVar("T", bound="SimulationAsk")



@_attrs_define
class SimulationAsk:
    """ A run of any command or script.

        Attributes:
            name (str):
            command (list[str] | Unset):
            files (SimulationAskFiles | Unset): By path in the run's directory: a data set's id, other text, or what is
                written as JSON
            environment (SimulationAskEnvironment | Unset): Added to a minimal one; nothing of the server's is passed on
            outputs (list[Output] | Unset):
            resources (Resources | Unset): What a run needs and may use.
            software (list[str] | Unset): What its machine must have: a name, name>=version or name==version
            modules (list[str] | Unset): Environment modules to load first
            setup (list[str] | Unset): Lines of shell before the command
            image (None | str | Unset): Container image to run it in
            extra (list[str] | Unset): Options as the batch system knows them
            template_directory (None | str | Unset): Directory on the machine; what it holds is copied into the run's
            after (list[str] | Unset): Simulations that have to succeed first
            urgency (int | Unset): Higher starts earlier Default: 0.
            max_attempts (int | Unset): Runs that fail or get lost are repeated up to this often Default: 3.
            machine (None | str | Unset): Name of the only machine it may run on
            machines (list[str] | Unset): Names of those it may run on; left out, all
            deadline_at (datetime.datetime | None | Unset): By when its results are needed
            escalate (bool | Unset): Whether it may climb its machine's ladder where it would be too late otherwise Default:
                True.
            hold (bool | Unset): Prepare it on its machine and wait to be submitted Default: False.
            instances (int | Unset): That many, each on another machine Default: 1.
            race (None | Race | Unset): Instead of instances
            script (None | str | Unset): Instead of a command
     """

    name: str
    command: list[str] | Unset = UNSET
    files: SimulationAskFiles | Unset = UNSET
    environment: SimulationAskEnvironment | Unset = UNSET
    outputs: list[Output] | Unset = UNSET
    resources: Resources | Unset = UNSET
    software: list[str] | Unset = UNSET
    modules: list[str] | Unset = UNSET
    setup: list[str] | Unset = UNSET
    image: None | str | Unset = UNSET
    extra: list[str] | Unset = UNSET
    template_directory: None | str | Unset = UNSET
    after: list[str] | Unset = UNSET
    urgency: int | Unset = 0
    max_attempts: int | Unset = 3
    machine: None | str | Unset = UNSET
    machines: list[str] | Unset = UNSET
    deadline_at: datetime.datetime | None | Unset = UNSET
    escalate: bool | Unset = True
    hold: bool | Unset = False
    instances: int | Unset = 1
    race: None | Race | Unset = UNSET
    script: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.output import Output # noqa: PLC0415
        from ..models.race import Race # noqa: PLC0415
        from ..models.resources import Resources # noqa: PLC0415
        from ..models.simulation_ask_environment import SimulationAskEnvironment # noqa: PLC0415
        from ..models.simulation_ask_files import SimulationAskFiles # noqa: PLC0415
        name = self.name

        command: list[str] | Unset = UNSET
        if not isinstance(self.command, Unset):
            command = self.command



        files: dict[str, Any] | Unset = UNSET
        if not isinstance(self.files, Unset):
            files = self.files.to_dict()

        environment: dict[str, Any] | Unset = UNSET
        if not isinstance(self.environment, Unset):
            environment = self.environment.to_dict()

        outputs: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.outputs, Unset):
            outputs = []
            for outputs_item_data in self.outputs:
                outputs_item = outputs_item_data.to_dict()
                outputs.append(outputs_item)



        resources: dict[str, Any] | Unset = UNSET
        if not isinstance(self.resources, Unset):
            resources = self.resources.to_dict()

        software: list[str] | Unset = UNSET
        if not isinstance(self.software, Unset):
            software = self.software



        modules: list[str] | Unset = UNSET
        if not isinstance(self.modules, Unset):
            modules = self.modules



        setup: list[str] | Unset = UNSET
        if not isinstance(self.setup, Unset):
            setup = self.setup



        image: None | str | Unset
        if isinstance(self.image, Unset):
            image = UNSET
        else:
            image = self.image

        extra: list[str] | Unset = UNSET
        if not isinstance(self.extra, Unset):
            extra = self.extra



        template_directory: None | str | Unset
        if isinstance(self.template_directory, Unset):
            template_directory = UNSET
        else:
            template_directory = self.template_directory

        after: list[str] | Unset = UNSET
        if not isinstance(self.after, Unset):
            after = self.after



        urgency = self.urgency

        max_attempts = self.max_attempts

        machine: None | str | Unset
        if isinstance(self.machine, Unset):
            machine = UNSET
        else:
            machine = self.machine

        machines: list[str] | Unset = UNSET
        if not isinstance(self.machines, Unset):
            machines = self.machines



        deadline_at: None | str | Unset
        if isinstance(self.deadline_at, Unset):
            deadline_at = UNSET
        elif isinstance(self.deadline_at, datetime.datetime):
            deadline_at = self.deadline_at.isoformat()
        else:
            deadline_at = self.deadline_at

        escalate = self.escalate

        hold = self.hold

        instances = self.instances

        race: dict[str, Any] | None | Unset
        if isinstance(self.race, Unset):
            race = UNSET
        elif isinstance(self.race, Race):
            race = self.race.to_dict()
        else:
            race = self.race

        script: None | str | Unset
        if isinstance(self.script, Unset):
            script = UNSET
        else:
            script = self.script


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
        })
        if command is not UNSET:
            field_dict["command"] = command
        if files is not UNSET:
            field_dict["files"] = files
        if environment is not UNSET:
            field_dict["environment"] = environment
        if outputs is not UNSET:
            field_dict["outputs"] = outputs
        if resources is not UNSET:
            field_dict["resources"] = resources
        if software is not UNSET:
            field_dict["software"] = software
        if modules is not UNSET:
            field_dict["modules"] = modules
        if setup is not UNSET:
            field_dict["setup"] = setup
        if image is not UNSET:
            field_dict["image"] = image
        if extra is not UNSET:
            field_dict["extra"] = extra
        if template_directory is not UNSET:
            field_dict["template_directory"] = template_directory
        if after is not UNSET:
            field_dict["after"] = after
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if max_attempts is not UNSET:
            field_dict["max_attempts"] = max_attempts
        if machine is not UNSET:
            field_dict["machine"] = machine
        if machines is not UNSET:
            field_dict["machines"] = machines
        if deadline_at is not UNSET:
            field_dict["deadline_at"] = deadline_at
        if escalate is not UNSET:
            field_dict["escalate"] = escalate
        if hold is not UNSET:
            field_dict["hold"] = hold
        if instances is not UNSET:
            field_dict["instances"] = instances
        if race is not UNSET:
            field_dict["race"] = race
        if script is not UNSET:
            field_dict["script"] = script

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.output import Output # noqa: PLC0415
        from ..models.race import Race # noqa: PLC0415
        from ..models.resources import Resources # noqa: PLC0415
        from ..models.simulation_ask_environment import SimulationAskEnvironment # noqa: PLC0415
        from ..models.simulation_ask_files import SimulationAskFiles # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        command = cast(list[str], d.pop("command", UNSET))


        _files = d.pop("files", UNSET)
        files: SimulationAskFiles | Unset
        if isinstance(_files,  Unset):
            files = UNSET
        else:
            files = SimulationAskFiles.from_dict(_files)




        _environment = d.pop("environment", UNSET)
        environment: SimulationAskEnvironment | Unset
        if isinstance(_environment,  Unset):
            environment = UNSET
        else:
            environment = SimulationAskEnvironment.from_dict(_environment)




        _outputs = d.pop("outputs", UNSET)
        outputs: list[Output] | Unset = UNSET
        if _outputs is not UNSET:
            outputs = []
            for outputs_item_data in _outputs:
                outputs_item = Output.from_dict(outputs_item_data)



                outputs.append(outputs_item)


        _resources = d.pop("resources", UNSET)
        resources: Resources | Unset
        if isinstance(_resources,  Unset):
            resources = UNSET
        else:
            resources = Resources.from_dict(_resources)




        software = cast(list[str], d.pop("software", UNSET))


        modules = cast(list[str], d.pop("modules", UNSET))


        setup = cast(list[str], d.pop("setup", UNSET))


        def _parse_image(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image = _parse_image(d.pop("image", UNSET))


        extra = cast(list[str], d.pop("extra", UNSET))


        def _parse_template_directory(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        template_directory = _parse_template_directory(d.pop("template_directory", UNSET))


        after = cast(list[str], d.pop("after", UNSET))


        urgency = d.pop("urgency", UNSET)

        max_attempts = d.pop("max_attempts", UNSET)

        def _parse_machine(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        machine = _parse_machine(d.pop("machine", UNSET))


        machines = cast(list[str], d.pop("machines", UNSET))


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


        escalate = d.pop("escalate", UNSET)

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


        def _parse_script(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        script = _parse_script(d.pop("script", UNSET))


        simulation_ask = cls(
            name=name,
            command=command,
            files=files,
            environment=environment,
            outputs=outputs,
            resources=resources,
            software=software,
            modules=modules,
            setup=setup,
            image=image,
            extra=extra,
            template_directory=template_directory,
            after=after,
            urgency=urgency,
            max_attempts=max_attempts,
            machine=machine,
            machines=machines,
            deadline_at=deadline_at,
            escalate=escalate,
            hold=hold,
            instances=instances,
            race=race,
            script=script,
        )

        return simulation_ask

