from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.machine_register_settings import MachineRegisterSettings
  from ..models.machine_register_transport_settings import MachineRegisterTransportSettings





T = TypeVar("T", bound="MachineRegister")



@_attrs_define
class MachineRegister:
    """ A machine to use.

        Attributes:
            name (str):
            transport (str | Unset):  Default: 'ssh'.
            transport_settings (MachineRegisterTransportSettings | Unset):
            driver (None | str | Unset): Batch-system driver; left out, files and commands only
            settings (MachineRegisterSettings | Unset): Of the batch system
            credential_id (None | str | Unset): What logs in: SSH key, authority or password
            host_key (None | str | Unset): Its public host key, if known; else the first one shown is asked about
            enabled (bool | Unset):  Default: True.
            test_mode (bool | Unset): On: nothing is sent there; runs are made up, a state a poll Default: False.
            refused_tags (list[str] | Unset): Data sets with one of these tags are never brought there
            only_tags (list[str] | Unset): Data sets without one of these are never brought there; none: any
     """

    name: str
    transport: str | Unset = 'ssh'
    transport_settings: MachineRegisterTransportSettings | Unset = UNSET
    driver: None | str | Unset = UNSET
    settings: MachineRegisterSettings | Unset = UNSET
    credential_id: None | str | Unset = UNSET
    host_key: None | str | Unset = UNSET
    enabled: bool | Unset = True
    test_mode: bool | Unset = False
    refused_tags: list[str] | Unset = UNSET
    only_tags: list[str] | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.machine_register_settings import MachineRegisterSettings # noqa: PLC0415
        from ..models.machine_register_transport_settings import MachineRegisterTransportSettings # noqa: PLC0415
        name = self.name

        transport = self.transport

        transport_settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.transport_settings, Unset):
            transport_settings = self.transport_settings.to_dict()

        driver: None | str | Unset
        if isinstance(self.driver, Unset):
            driver = UNSET
        else:
            driver = self.driver

        settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = self.settings.to_dict()

        credential_id: None | str | Unset
        if isinstance(self.credential_id, Unset):
            credential_id = UNSET
        else:
            credential_id = self.credential_id

        host_key: None | str | Unset
        if isinstance(self.host_key, Unset):
            host_key = UNSET
        else:
            host_key = self.host_key

        enabled = self.enabled

        test_mode = self.test_mode

        refused_tags: list[str] | Unset = UNSET
        if not isinstance(self.refused_tags, Unset):
            refused_tags = self.refused_tags



        only_tags: list[str] | Unset = UNSET
        if not isinstance(self.only_tags, Unset):
            only_tags = self.only_tags




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
        })
        if transport is not UNSET:
            field_dict["transport"] = transport
        if transport_settings is not UNSET:
            field_dict["transport_settings"] = transport_settings
        if driver is not UNSET:
            field_dict["driver"] = driver
        if settings is not UNSET:
            field_dict["settings"] = settings
        if credential_id is not UNSET:
            field_dict["credential_id"] = credential_id
        if host_key is not UNSET:
            field_dict["host_key"] = host_key
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if test_mode is not UNSET:
            field_dict["test_mode"] = test_mode
        if refused_tags is not UNSET:
            field_dict["refused_tags"] = refused_tags
        if only_tags is not UNSET:
            field_dict["only_tags"] = only_tags

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.machine_register_settings import MachineRegisterSettings # noqa: PLC0415
        from ..models.machine_register_transport_settings import MachineRegisterTransportSettings # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        transport = d.pop("transport", UNSET)

        _transport_settings = d.pop("transport_settings", UNSET)
        transport_settings: MachineRegisterTransportSettings | Unset
        if isinstance(_transport_settings,  Unset):
            transport_settings = UNSET
        else:
            transport_settings = MachineRegisterTransportSettings.from_dict(_transport_settings)




        def _parse_driver(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        driver = _parse_driver(d.pop("driver", UNSET))


        _settings = d.pop("settings", UNSET)
        settings: MachineRegisterSettings | Unset
        if isinstance(_settings,  Unset):
            settings = UNSET
        else:
            settings = MachineRegisterSettings.from_dict(_settings)




        def _parse_credential_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credential_id = _parse_credential_id(d.pop("credential_id", UNSET))


        def _parse_host_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        host_key = _parse_host_key(d.pop("host_key", UNSET))


        enabled = d.pop("enabled", UNSET)

        test_mode = d.pop("test_mode", UNSET)

        refused_tags = cast(list[str], d.pop("refused_tags", UNSET))


        only_tags = cast(list[str], d.pop("only_tags", UNSET))


        machine_register = cls(
            name=name,
            transport=transport,
            transport_settings=transport_settings,
            driver=driver,
            settings=settings,
            credential_id=credential_id,
            host_key=host_key,
            enabled=enabled,
            test_mode=test_mode,
            refused_tags=refused_tags,
            only_tags=only_tags,
        )

        return machine_register

