from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.question_view_state import QuestionViewState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.question_view_form import QuestionViewForm





T = TypeVar("T", bound="QuestionView")



@_attrs_define
class QuestionView:
    """ A question and, once there is one, its answer.

        Attributes:
            id (str):
            incident_id (str):
            stage_id (str):
            question (str):
            form (QuestionViewForm): JSON Schema of an answer; empty: anything
            roles (list[str]): Who may answer: people of one of these roles, or more
            users (list[str]): Who else may; without both, whoever may act on the incident
            state (QuestionViewState):
            asked_at (datetime.datetime):
            deadline_at (datetime.datetime | None):
            answer (Any):
            answered_by (None | str):
            answered_at (datetime.datetime | None):
     """

    id: str
    incident_id: str
    stage_id: str
    question: str
    form: QuestionViewForm
    roles: list[str]
    users: list[str]
    state: QuestionViewState
    asked_at: datetime.datetime
    deadline_at: datetime.datetime | None
    answer: Any
    answered_by: None | str
    answered_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.question_view_form import QuestionViewForm # noqa: PLC0415
        id = self.id

        incident_id = self.incident_id

        stage_id = self.stage_id

        question = self.question

        form = self.form.to_dict()

        roles = self.roles



        users = self.users



        state = self.state.value

        asked_at = self.asked_at.isoformat()

        deadline_at: None | str
        if isinstance(self.deadline_at, datetime.datetime):
            deadline_at = self.deadline_at.isoformat()
        else:
            deadline_at = self.deadline_at

        answer = self.answer

        answered_by: None | str
        answered_by = self.answered_by

        answered_at: None | str
        if isinstance(self.answered_at, datetime.datetime):
            answered_at = self.answered_at.isoformat()
        else:
            answered_at = self.answered_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "incident_id": incident_id,
            "stage_id": stage_id,
            "question": question,
            "form": form,
            "roles": roles,
            "users": users,
            "state": state,
            "asked_at": asked_at,
            "deadline_at": deadline_at,
            "answer": answer,
            "answered_by": answered_by,
            "answered_at": answered_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.question_view_form import QuestionViewForm # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        incident_id = d.pop("incident_id")

        stage_id = d.pop("stage_id")

        question = d.pop("question")

        form = QuestionViewForm.from_dict(d.pop("form"))




        roles = cast(list[str], d.pop("roles"))


        users = cast(list[str], d.pop("users"))


        state = QuestionViewState(d.pop("state"))




        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))




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


        answer = d.pop("answer")

        def _parse_answered_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        answered_by = _parse_answered_by(d.pop("answered_by"))


        def _parse_answered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                answered_at_type_0 = datetime.datetime.fromisoformat(data)



                return answered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        answered_at = _parse_answered_at(d.pop("answered_at"))


        question_view = cls(
            id=id,
            incident_id=incident_id,
            stage_id=stage_id,
            question=question,
            form=form,
            roles=roles,
            users=users,
            state=state,
            asked_at=asked_at,
            deadline_at=deadline_at,
            answer=answer,
            answered_by=answered_by,
            answered_at=answered_at,
        )


        question_view.additional_properties = d
        return question_view

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
