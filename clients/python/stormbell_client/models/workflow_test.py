from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.workflow_test_message import WorkflowTestMessage
  from ..models.workflow_test_parameters import WorkflowTestParameters





T = TypeVar("T", bound="WorkflowTest")



@_attrs_define
class WorkflowTest:
    """ What a test of a workflow begins with.

        Attributes:
            parameters (WorkflowTestParameters | Unset):
            message (WorkflowTestMessage | Unset): To its test stage
     """

    parameters: WorkflowTestParameters | Unset = UNSET
    message: WorkflowTestMessage | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.workflow_test_message import WorkflowTestMessage # noqa: PLC0415
        from ..models.workflow_test_parameters import WorkflowTestParameters # noqa: PLC0415
        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        message: dict[str, Any] | Unset = UNSET
        if not isinstance(self.message, Unset):
            message = self.message.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if message is not UNSET:
            field_dict["message"] = message

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.workflow_test_message import WorkflowTestMessage # noqa: PLC0415
        from ..models.workflow_test_parameters import WorkflowTestParameters # noqa: PLC0415
        d = dict(src_dict)
        _parameters = d.pop("parameters", UNSET)
        parameters: WorkflowTestParameters | Unset
        if isinstance(_parameters,  Unset):
            parameters = UNSET
        else:
            parameters = WorkflowTestParameters.from_dict(_parameters)




        _message = d.pop("message", UNSET)
        message: WorkflowTestMessage | Unset
        if isinstance(_message,  Unset):
            message = UNSET
        else:
            message = WorkflowTestMessage.from_dict(_message)




        workflow_test = cls(
            parameters=parameters,
            message=message,
        )

        return workflow_test

