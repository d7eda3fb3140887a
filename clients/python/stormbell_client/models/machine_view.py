from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.machine_view_login_state_type_0 import MachineViewLoginStateType0
from ..models.machine_view_state import MachineViewState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.machine_report import MachineReport
  from ..models.machine_view_settings import MachineViewSettings
  from ..models.machine_view_transport_settings import MachineViewTransportSettings





T = TypeVar("T", bound="MachineView")



@_attrs_define
class MachineView:
    """ A place to run simulations.

        Attributes:
            id (str):
            name (str):
            driver (None | str): Batch-system driver; none: files and commands only
            transport (str):
            enabled (bool): Off: nothing is sent there and it is not asked
            cordoned (bool): On: nothing new is sent there; what runs goes on
            test_mode (bool):
            state (MachineViewState):
            cores (int):
            cores_used (int):
            queued_count (int):
            running_count (int):
            last_polled_at (datetime.datetime | None):
            last_error (None | str):
            settings (MachineViewSettings | Unset): Of the batch system
            transport_settings (MachineViewTransportSettings | Unset): Of the transport; secrets are in the credential
            credential_id (None | str | Unset):
            maintenance_until (datetime.datetime | None | Unset): Nothing new is sent there before
            refused_tags (list[str] | Unset): Data sets with one of these tags are never brought there
            only_tags (list[str] | Unset): Data sets without one of these are never brought there; none: any
            login_state (MachineViewLoginStateType0 | None | Unset): Of its last login; all but connected and ended: it
                waits
            login_node (None | str | Unset): The node that holds the connection somebody opened
            report (MachineReport | None | Unset):
            reported_at (datetime.datetime | None | Unset):
     """

    id: str
    name: str
    driver: None | str
    transport: str
    enabled: bool
    cordoned: bool
    test_mode: bool
    state: MachineViewState
    cores: int
    cores_used: int
    queued_count: int
    running_count: int
    last_polled_at: datetime.datetime | None
    last_error: None | str
    settings: MachineViewSettings | Unset = UNSET
    transport_settings: MachineViewTransportSettings | Unset = UNSET
    credential_id: None | str | Unset = UNSET
    maintenance_until: datetime.datetime | None | Unset = UNSET
    refused_tags: list[str] | Unset = UNSET
    only_tags: list[str] | Unset = UNSET
    login_state: MachineViewLoginStateType0 | None | Unset = UNSET
    login_node: None | str | Unset = UNSET
    report: MachineReport | None | Unset = UNSET
    reported_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.machine_report import MachineReport # noqa: PLC0415
        from ..models.machine_view_settings import MachineViewSettings # noqa: PLC0415
        from ..models.machine_view_transport_settings import MachineViewTransportSettings # noqa: PLC0415
        id = self.id

        name = self.name

        driver: None | str
        driver = self.driver

        transport = self.transport

        enabled = self.enabled

        cordoned = self.cordoned

        test_mode = self.test_mode

        state = self.state.value

        cores = self.cores

        cores_used = self.cores_used

        queued_count = self.queued_count

        running_count = self.running_count

        last_polled_at: None | str
        if isinstance(self.last_polled_at, datetime.datetime):
            last_polled_at = self.last_polled_at.isoformat()
        else:
            last_polled_at = self.last_polled_at

        last_error: None | str
        last_error = self.last_error

        settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = self.settings.to_dict()

        transport_settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.transport_settings, Unset):
            transport_settings = self.transport_settings.to_dict()

        credential_id: None | str | Unset
        if isinstance(self.credential_id, Unset):
            credential_id = UNSET
        else:
            credential_id = self.credential_id

        maintenance_until: None | str | Unset
        if isinstance(self.maintenance_until, Unset):
            maintenance_until = UNSET
        elif isinstance(self.maintenance_until, datetime.datetime):
            maintenance_until = self.maintenance_until.isoformat()
        else:
            maintenance_until = self.maintenance_until

        refused_tags: list[str] | Unset = UNSET
        if not isinstance(self.refused_tags, Unset):
            refused_tags = self.refused_tags



        only_tags: list[str] | Unset = UNSET
        if not isinstance(self.only_tags, Unset):
            only_tags = self.only_tags



        login_state: None | str | Unset
        if isinstance(self.login_state, Unset):
            login_state = UNSET
        elif isinstance(self.login_state, MachineViewLoginStateType0):
            login_state = self.login_state.value
        else:
            login_state = self.login_state

        login_node: None | str | Unset
        if isinstance(self.login_node, Unset):
            login_node = UNSET
        else:
            login_node = self.login_node

        report: dict[str, Any] | None | Unset
        if isinstance(self.report, Unset):
            report = UNSET
        elif isinstance(self.report, MachineReport):
            report = self.report.to_dict()
        else:
            report = self.report

        reported_at: None | str | Unset
        if isinstance(self.reported_at, Unset):
            reported_at = UNSET
        elif isinstance(self.reported_at, datetime.datetime):
            reported_at = self.reported_at.isoformat()
        else:
            reported_at = self.reported_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "driver": driver,
            "transport": transport,
            "enabled": enabled,
            "cordoned": cordoned,
            "test_mode": test_mode,
            "state": state,
            "cores": cores,
            "cores_used": cores_used,
            "queued_count": queued_count,
            "running_count": running_count,
            "last_polled_at": last_polled_at,
            "last_error": last_error,
        })
        if settings is not UNSET:
            field_dict["settings"] = settings
        if transport_settings is not UNSET:
            field_dict["transport_settings"] = transport_settings
        if credential_id is not UNSET:
            field_dict["credential_id"] = credential_id
        if maintenance_until is not UNSET:
            field_dict["maintenance_until"] = maintenance_until
        if refused_tags is not UNSET:
            field_dict["refused_tags"] = refused_tags
        if only_tags is not UNSET:
            field_dict["only_tags"] = only_tags
        if login_state is not UNSET:
            field_dict["login_state"] = login_state
        if login_node is not UNSET:
            field_dict["login_node"] = login_node
        if report is not UNSET:
            field_dict["report"] = report
        if reported_at is not UNSET:
            field_dict["reported_at"] = reported_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.machine_report import MachineReport # noqa: PLC0415
        from ..models.machine_view_settings import MachineViewSettings # noqa: PLC0415
        from ..models.machine_view_transport_settings import MachineViewTransportSettings # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        def _parse_driver(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        driver = _parse_driver(d.pop("driver"))


        transport = d.pop("transport")

        enabled = d.pop("enabled")

        cordoned = d.pop("cordoned")

        test_mode = d.pop("test_mode")

        state = MachineViewState(d.pop("state"))




        cores = d.pop("cores")

        cores_used = d.pop("cores_used")

        queued_count = d.pop("queued_count")

        running_count = d.pop("running_count")

        def _parse_last_polled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_polled_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_polled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_polled_at = _parse_last_polled_at(d.pop("last_polled_at"))


        def _parse_last_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_error = _parse_last_error(d.pop("last_error"))


        _settings = d.pop("settings", UNSET)
        settings: MachineViewSettings | Unset
        if isinstance(_settings,  Unset):
            settings = UNSET
        else:
            settings = MachineViewSettings.from_dict(_settings)




        _transport_settings = d.pop("transport_settings", UNSET)
        transport_settings: MachineViewTransportSettings | Unset
        if isinstance(_transport_settings,  Unset):
            transport_settings = UNSET
        else:
            transport_settings = MachineViewTransportSettings.from_dict(_transport_settings)




        def _parse_credential_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credential_id = _parse_credential_id(d.pop("credential_id", UNSET))


        def _parse_maintenance_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                maintenance_until_type_0 = datetime.datetime.fromisoformat(data)



                return maintenance_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        maintenance_until = _parse_maintenance_until(d.pop("maintenance_until", UNSET))


        refused_tags = cast(list[str], d.pop("refused_tags", UNSET))


        only_tags = cast(list[str], d.pop("only_tags", UNSET))


        def _parse_login_state(data: object) -> MachineViewLoginStateType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                login_state_type_0 = MachineViewLoginStateType0(data)



                return login_state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MachineViewLoginStateType0 | None | Unset, data)

        login_state = _parse_login_state(d.pop("login_state", UNSET))


        def _parse_login_node(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        login_node = _parse_login_node(d.pop("login_node", UNSET))


        def _parse_report(data: object) -> MachineReport | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                report_type_0 = MachineReport.from_dict(data)



                return report_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MachineReport | None | Unset, data)

        report = _parse_report(d.pop("report", UNSET))


        def _parse_reported_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reported_at_type_0 = datetime.datetime.fromisoformat(data)



                return reported_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        reported_at = _parse_reported_at(d.pop("reported_at", UNSET))


        machine_view = cls(
            id=id,
            name=name,
            driver=driver,
            transport=transport,
            enabled=enabled,
            cordoned=cordoned,
            test_mode=test_mode,
            state=state,
            cores=cores,
            cores_used=cores_used,
            queued_count=queued_count,
            running_count=running_count,
            last_polled_at=last_polled_at,
            last_error=last_error,
            settings=settings,
            transport_settings=transport_settings,
            credential_id=credential_id,
            maintenance_until=maintenance_until,
            refused_tags=refused_tags,
            only_tags=only_tags,
            login_state=login_state,
            login_node=login_node,
            report=report,
            reported_at=reported_at,
        )


        machine_view.additional_properties = d
        return machine_view

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
