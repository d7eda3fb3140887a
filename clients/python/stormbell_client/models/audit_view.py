from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.audit_view_outcome import AuditViewOutcome
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.audit_view_changes_item import AuditViewChangesItem
  from ..models.audit_view_data import AuditViewData





T = TypeVar("T", bound="AuditView")



@_attrs_define
class AuditView:
    """ One deed: who did what to what, before and after.

        Attributes:
            id (str):
            number (int): Its number in the order of writing
            transaction (int): The database transaction that did it and wrote it down
            at (datetime.datetime):
            action (str): The API operation, or what else was done
            outcome (AuditViewOutcome):
            object_kind (str):
            object_id (None | str): What it was done to
            object_ids (list[str]): Everything it touched
            actor_id (None | str): Who did it; empty when nobody was logged in
            actor_name (None | str):
            session_id (None | str): The login it was done in
            token_id (None | str): The API token it was done with
            ip (None | str):
            request_id (None | str):
            changes (list[AuditViewChangesItem]): Rows that differ: table, id, change (created, changed, removed), before,
                after
            data (AuditViewData): What else is known, such as why it was refused
            position (int | None | Unset): Its place in the chain; empty until it is sealed
            sha256 (None | str | Unset): The chain's hash at that place
     """

    id: str
    number: int
    transaction: int
    at: datetime.datetime
    action: str
    outcome: AuditViewOutcome
    object_kind: str
    object_id: None | str
    object_ids: list[str]
    actor_id: None | str
    actor_name: None | str
    session_id: None | str
    token_id: None | str
    ip: None | str
    request_id: None | str
    changes: list[AuditViewChangesItem]
    data: AuditViewData
    position: int | None | Unset = UNSET
    sha256: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.audit_view_changes_item import AuditViewChangesItem # noqa: PLC0415
        from ..models.audit_view_data import AuditViewData # noqa: PLC0415
        id = self.id

        number = self.number

        transaction = self.transaction

        at = self.at.isoformat()

        action = self.action

        outcome = self.outcome.value

        object_kind = self.object_kind

        object_id: None | str
        object_id = self.object_id

        object_ids = self.object_ids



        actor_id: None | str
        actor_id = self.actor_id

        actor_name: None | str
        actor_name = self.actor_name

        session_id: None | str
        session_id = self.session_id

        token_id: None | str
        token_id = self.token_id

        ip: None | str
        ip = self.ip

        request_id: None | str
        request_id = self.request_id

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)



        data = self.data.to_dict()

        position: int | None | Unset
        if isinstance(self.position, Unset):
            position = UNSET
        else:
            position = self.position

        sha256: None | str | Unset
        if isinstance(self.sha256, Unset):
            sha256 = UNSET
        else:
            sha256 = self.sha256


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "transaction": transaction,
            "at": at,
            "action": action,
            "outcome": outcome,
            "object_kind": object_kind,
            "object_id": object_id,
            "object_ids": object_ids,
            "actor_id": actor_id,
            "actor_name": actor_name,
            "session_id": session_id,
            "token_id": token_id,
            "ip": ip,
            "request_id": request_id,
            "changes": changes,
            "data": data,
        })
        if position is not UNSET:
            field_dict["position"] = position
        if sha256 is not UNSET:
            field_dict["sha256"] = sha256

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_view_changes_item import AuditViewChangesItem # noqa: PLC0415
        from ..models.audit_view_data import AuditViewData # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        transaction = d.pop("transaction")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        action = d.pop("action")

        outcome = AuditViewOutcome(d.pop("outcome"))




        object_kind = d.pop("object_kind")

        def _parse_object_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        object_id = _parse_object_id(d.pop("object_id"))


        object_ids = cast(list[str], d.pop("object_ids"))


        def _parse_actor_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        actor_id = _parse_actor_id(d.pop("actor_id"))


        def _parse_actor_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        actor_name = _parse_actor_name(d.pop("actor_name"))


        def _parse_session_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        session_id = _parse_session_id(d.pop("session_id"))


        def _parse_token_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        token_id = _parse_token_id(d.pop("token_id"))


        def _parse_ip(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        ip = _parse_ip(d.pop("ip"))


        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))


        changes = []
        _changes = d.pop("changes")
        for changes_item_data in (_changes):
            changes_item = AuditViewChangesItem.from_dict(changes_item_data)



            changes.append(changes_item)


        data = AuditViewData.from_dict(d.pop("data"))




        def _parse_position(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        position = _parse_position(d.pop("position", UNSET))


        def _parse_sha256(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sha256 = _parse_sha256(d.pop("sha256", UNSET))


        audit_view = cls(
            id=id,
            number=number,
            transaction=transaction,
            at=at,
            action=action,
            outcome=outcome,
            object_kind=object_kind,
            object_id=object_id,
            object_ids=object_ids,
            actor_id=actor_id,
            actor_name=actor_name,
            session_id=session_id,
            token_id=token_id,
            ip=ip,
            request_id=request_id,
            changes=changes,
            data=data,
            position=position,
            sha256=sha256,
        )


        audit_view.additional_properties = d
        return audit_view

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
