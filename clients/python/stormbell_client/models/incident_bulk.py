from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.incident_bulk_state_item import IncidentBulkStateItem
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="IncidentBulk")



@_attrs_define
class IncidentBulk:
    """ Which open incidents are cancelled.

        Attributes:
            state (list[IncidentBulkStateItem] | Unset):
            workflow (None | str | Unset):
            name (None | str | Unset): A part of the name
            ids (list[str] | Unset):
            opened_before (datetime.datetime | None | Unset):
            reason (None | str | Unset):
            dry_run (bool | Unset):  Default: False.
     """

    state: list[IncidentBulkStateItem] | Unset = UNSET
    workflow: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    ids: list[str] | Unset = UNSET
    opened_before: datetime.datetime | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    dry_run: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        state: list[str] | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = []
            for state_item_data in self.state:
                state_item = state_item_data.value
                state.append(state_item)



        workflow: None | str | Unset
        if isinstance(self.workflow, Unset):
            workflow = UNSET
        else:
            workflow = self.workflow

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        ids: list[str] | Unset = UNSET
        if not isinstance(self.ids, Unset):
            ids = self.ids



        opened_before: None | str | Unset
        if isinstance(self.opened_before, Unset):
            opened_before = UNSET
        elif isinstance(self.opened_before, datetime.datetime):
            opened_before = self.opened_before.isoformat()
        else:
            opened_before = self.opened_before

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        dry_run = self.dry_run


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if state is not UNSET:
            field_dict["state"] = state
        if workflow is not UNSET:
            field_dict["workflow"] = workflow
        if name is not UNSET:
            field_dict["name"] = name
        if ids is not UNSET:
            field_dict["ids"] = ids
        if opened_before is not UNSET:
            field_dict["opened_before"] = opened_before
        if reason is not UNSET:
            field_dict["reason"] = reason
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _state = d.pop("state", UNSET)
        state: list[IncidentBulkStateItem] | Unset = UNSET
        if _state is not UNSET:
            state = []
            for state_item_data in _state:
                state_item = IncidentBulkStateItem(state_item_data)



                state.append(state_item)


        def _parse_workflow(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        workflow = _parse_workflow(d.pop("workflow", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        ids = cast(list[str], d.pop("ids", UNSET))


        def _parse_opened_before(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opened_before_type_0 = datetime.datetime.fromisoformat(data)



                return opened_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        opened_before = _parse_opened_before(d.pop("opened_before", UNSET))


        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))


        dry_run = d.pop("dry_run", UNSET)

        incident_bulk = cls(
            state=state,
            workflow=workflow,
            name=name,
            ids=ids,
            opened_before=opened_before,
            reason=reason,
            dry_run=dry_run,
        )

        return incident_bulk

