from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.health_view_status import HealthViewStatus
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.machine_health_view import MachineHealthView
  from ..models.module_health_view import ModuleHealthView
  from ..models.node_view import NodeView
  from ..models.workflow_test_view import WorkflowTestView





T = TypeVar("T", bound="HealthView")



@_attrs_define
class HealthView:
    """ How this node is, and with it the machines and the last tests of the workflows.

        Attributes:
            status (HealthViewStatus):
            server_time (datetime.datetime):
            node (NodeView): The process that answers.
            modules (list[ModuleHealthView]):
            machines (list[MachineHealthView] | Unset):
            workflow_tests (list[WorkflowTestView] | Unset):
     """

    status: HealthViewStatus
    server_time: datetime.datetime
    node: NodeView
    modules: list[ModuleHealthView]
    machines: list[MachineHealthView] | Unset = UNSET
    workflow_tests: list[WorkflowTestView] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.machine_health_view import MachineHealthView # noqa: PLC0415
        from ..models.module_health_view import ModuleHealthView # noqa: PLC0415
        from ..models.node_view import NodeView # noqa: PLC0415
        from ..models.workflow_test_view import WorkflowTestView # noqa: PLC0415
        status = self.status.value

        server_time = self.server_time.isoformat()

        node = self.node.to_dict()

        modules = []
        for modules_item_data in self.modules:
            modules_item = modules_item_data.to_dict()
            modules.append(modules_item)



        machines: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.machines, Unset):
            machines = []
            for machines_item_data in self.machines:
                machines_item = machines_item_data.to_dict()
                machines.append(machines_item)



        workflow_tests: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.workflow_tests, Unset):
            workflow_tests = []
            for workflow_tests_item_data in self.workflow_tests:
                workflow_tests_item = workflow_tests_item_data.to_dict()
                workflow_tests.append(workflow_tests_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "status": status,
            "server_time": server_time,
            "node": node,
            "modules": modules,
        })
        if machines is not UNSET:
            field_dict["machines"] = machines
        if workflow_tests is not UNSET:
            field_dict["workflow_tests"] = workflow_tests

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.machine_health_view import MachineHealthView # noqa: PLC0415
        from ..models.module_health_view import ModuleHealthView # noqa: PLC0415
        from ..models.node_view import NodeView # noqa: PLC0415
        from ..models.workflow_test_view import WorkflowTestView # noqa: PLC0415
        d = dict(src_dict)
        status = HealthViewStatus(d.pop("status"))




        server_time = datetime.datetime.fromisoformat(d.pop("server_time"))




        node = NodeView.from_dict(d.pop("node"))




        modules = []
        _modules = d.pop("modules")
        for modules_item_data in (_modules):
            modules_item = ModuleHealthView.from_dict(modules_item_data)



            modules.append(modules_item)


        _machines = d.pop("machines", UNSET)
        machines: list[MachineHealthView] | Unset = UNSET
        if _machines is not UNSET:
            machines = []
            for machines_item_data in _machines:
                machines_item = MachineHealthView.from_dict(machines_item_data)



                machines.append(machines_item)


        _workflow_tests = d.pop("workflow_tests", UNSET)
        workflow_tests: list[WorkflowTestView] | Unset = UNSET
        if _workflow_tests is not UNSET:
            workflow_tests = []
            for workflow_tests_item_data in _workflow_tests:
                workflow_tests_item = WorkflowTestView.from_dict(workflow_tests_item_data)



                workflow_tests.append(workflow_tests_item)


        health_view = cls(
            status=status,
            server_time=server_time,
            node=node,
            modules=modules,
            machines=machines,
            workflow_tests=workflow_tests,
        )


        health_view.additional_properties = d
        return health_view

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
