from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.webhook_message_detail_state import WebhookMessageDetailState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.webhook_message_detail_content import WebhookMessageDetailContent





T = TypeVar("T", bound="WebhookMessageDetail")



@_attrs_define
class WebhookMessageDetail:
    """ One message with what is sent.

        Attributes:
            id (str): Sent as webhook-id: the same at every attempt and replay
            webhook_id (str):
            type_ (str):
            state (WebhookMessageDetailState): failed: given up, it can be replayed
            created_at (datetime.datetime):
            attempts (int):
            content (WebhookMessageDetailContent):
            attempted_at (datetime.datetime | None | Unset):
            delivered_at (datetime.datetime | None | Unset):
            status (int | None | Unset): HTTP status of the last answer
            answer_head (None | str | Unset): Beginning of the last answer
            elapsed_seconds (float | None | Unset):
            error (None | str | Unset):
            job_id (None | str | Unset):
     """

    id: str
    webhook_id: str
    type_: str
    state: WebhookMessageDetailState
    created_at: datetime.datetime
    attempts: int
    content: WebhookMessageDetailContent
    attempted_at: datetime.datetime | None | Unset = UNSET
    delivered_at: datetime.datetime | None | Unset = UNSET
    status: int | None | Unset = UNSET
    answer_head: None | str | Unset = UNSET
    elapsed_seconds: float | None | Unset = UNSET
    error: None | str | Unset = UNSET
    job_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.webhook_message_detail_content import WebhookMessageDetailContent # noqa: PLC0415
        id = self.id

        webhook_id = self.webhook_id

        type_ = self.type_

        state = self.state.value

        created_at = self.created_at.isoformat()

        attempts = self.attempts

        content = self.content.to_dict()

        attempted_at: None | str | Unset
        if isinstance(self.attempted_at, Unset):
            attempted_at = UNSET
        elif isinstance(self.attempted_at, datetime.datetime):
            attempted_at = self.attempted_at.isoformat()
        else:
            attempted_at = self.attempted_at

        delivered_at: None | str | Unset
        if isinstance(self.delivered_at, Unset):
            delivered_at = UNSET
        elif isinstance(self.delivered_at, datetime.datetime):
            delivered_at = self.delivered_at.isoformat()
        else:
            delivered_at = self.delivered_at

        status: int | None | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        answer_head: None | str | Unset
        if isinstance(self.answer_head, Unset):
            answer_head = UNSET
        else:
            answer_head = self.answer_head

        elapsed_seconds: float | None | Unset
        if isinstance(self.elapsed_seconds, Unset):
            elapsed_seconds = UNSET
        else:
            elapsed_seconds = self.elapsed_seconds

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        job_id: None | str | Unset
        if isinstance(self.job_id, Unset):
            job_id = UNSET
        else:
            job_id = self.job_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "webhook_id": webhook_id,
            "type": type_,
            "state": state,
            "created_at": created_at,
            "attempts": attempts,
            "content": content,
        })
        if attempted_at is not UNSET:
            field_dict["attempted_at"] = attempted_at
        if delivered_at is not UNSET:
            field_dict["delivered_at"] = delivered_at
        if status is not UNSET:
            field_dict["status"] = status
        if answer_head is not UNSET:
            field_dict["answer_head"] = answer_head
        if elapsed_seconds is not UNSET:
            field_dict["elapsed_seconds"] = elapsed_seconds
        if error is not UNSET:
            field_dict["error"] = error
        if job_id is not UNSET:
            field_dict["job_id"] = job_id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.webhook_message_detail_content import WebhookMessageDetailContent # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        webhook_id = d.pop("webhook_id")

        type_ = d.pop("type")

        state = WebhookMessageDetailState(d.pop("state"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        attempts = d.pop("attempts")

        content = WebhookMessageDetailContent.from_dict(d.pop("content"))




        def _parse_attempted_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                attempted_at_type_0 = datetime.datetime.fromisoformat(data)



                return attempted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        attempted_at = _parse_attempted_at(d.pop("attempted_at", UNSET))


        def _parse_delivered_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivered_at_type_0 = datetime.datetime.fromisoformat(data)



                return delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at", UNSET))


        def _parse_status(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        status = _parse_status(d.pop("status", UNSET))


        def _parse_answer_head(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        answer_head = _parse_answer_head(d.pop("answer_head", UNSET))


        def _parse_elapsed_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        elapsed_seconds = _parse_elapsed_seconds(d.pop("elapsed_seconds", UNSET))


        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))


        def _parse_job_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job_id = _parse_job_id(d.pop("job_id", UNSET))


        webhook_message_detail = cls(
            id=id,
            webhook_id=webhook_id,
            type_=type_,
            state=state,
            created_at=created_at,
            attempts=attempts,
            content=content,
            attempted_at=attempted_at,
            delivered_at=delivered_at,
            status=status,
            answer_head=answer_head,
            elapsed_seconds=elapsed_seconds,
            error=error,
            job_id=job_id,
        )


        webhook_message_detail.additional_properties = d
        return webhook_message_detail

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
