from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.bulk_filter_state_item import BulkFilterStateItem
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="BulkFilter")



@_attrs_define
class BulkFilter:
    """ Which jobs: those that fit all of what is given.

        Attributes:
            state (list[BulkFilterStateItem] | Unset): In one of these states; none: in any
            kind (None | str | Unset):
            queue (None | str | Unset):
            incident_id (None | str | Unset):
            batch_id (None | str | Unset):
            origin (None | str | Unset): usr_…, job_…, sch_… or one sch_…@target time
            ids (list[str] | Unset): These jobs; no other condition beside it
            all_ (bool | Unset): Every job there is; has to be said Default: False.
     """

    state: list[BulkFilterStateItem] | Unset = UNSET
    kind: None | str | Unset = UNSET
    queue: None | str | Unset = UNSET
    incident_id: None | str | Unset = UNSET
    batch_id: None | str | Unset = UNSET
    origin: None | str | Unset = UNSET
    ids: list[str] | Unset = UNSET
    all_: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        state: list[str] | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = []
            for state_item_data in self.state:
                state_item = state_item_data.value
                state.append(state_item)



        kind: None | str | Unset
        if isinstance(self.kind, Unset):
            kind = UNSET
        else:
            kind = self.kind

        queue: None | str | Unset
        if isinstance(self.queue, Unset):
            queue = UNSET
        else:
            queue = self.queue

        incident_id: None | str | Unset
        if isinstance(self.incident_id, Unset):
            incident_id = UNSET
        else:
            incident_id = self.incident_id

        batch_id: None | str | Unset
        if isinstance(self.batch_id, Unset):
            batch_id = UNSET
        else:
            batch_id = self.batch_id

        origin: None | str | Unset
        if isinstance(self.origin, Unset):
            origin = UNSET
        else:
            origin = self.origin

        ids: list[str] | Unset = UNSET
        if not isinstance(self.ids, Unset):
            ids = self.ids



        all_ = self.all_


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if state is not UNSET:
            field_dict["state"] = state
        if kind is not UNSET:
            field_dict["kind"] = kind
        if queue is not UNSET:
            field_dict["queue"] = queue
        if incident_id is not UNSET:
            field_dict["incident_id"] = incident_id
        if batch_id is not UNSET:
            field_dict["batch_id"] = batch_id
        if origin is not UNSET:
            field_dict["origin"] = origin
        if ids is not UNSET:
            field_dict["ids"] = ids
        if all_ is not UNSET:
            field_dict["all"] = all_

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _state = d.pop("state", UNSET)
        state: list[BulkFilterStateItem] | Unset = UNSET
        if _state is not UNSET:
            state = []
            for state_item_data in _state:
                state_item = BulkFilterStateItem(state_item_data)



                state.append(state_item)


        def _parse_kind(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        kind = _parse_kind(d.pop("kind", UNSET))


        def _parse_queue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        queue = _parse_queue(d.pop("queue", UNSET))


        def _parse_incident_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        incident_id = _parse_incident_id(d.pop("incident_id", UNSET))


        def _parse_batch_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        batch_id = _parse_batch_id(d.pop("batch_id", UNSET))


        def _parse_origin(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        origin = _parse_origin(d.pop("origin", UNSET))


        ids = cast(list[str], d.pop("ids", UNSET))


        all_ = d.pop("all", UNSET)

        bulk_filter = cls(
            state=state,
            kind=kind,
            queue=queue,
            incident_id=incident_id,
            batch_id=batch_id,
            origin=origin,
            ids=ids,
            all_=all_,
        )

        return bulk_filter

