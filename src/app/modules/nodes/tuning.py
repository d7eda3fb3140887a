"""Settings that are changed while a node runs: by the node's name, so that they stay so over a restart.

A module says which of its settings it reads anew, or what is to be done when one changes; nothing else can be changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.node import Node
from app.kernel.plain_words import plainly
from app.modules.nodes import listing
from app.modules.nodes.errors import NodeSettingFixed, NodeSettingInvalid
from app.modules.nodes.events import NodeSettingChanged
from app.modules.nodes.loop_figures import figures_of_node
from app.modules.nodes.membership import NODES_TOPIC
from app.modules.nodes.models import NodeBoot, NodeSetting
from app.modules.nodes.schemas import NodeSettingsView

log = structlog.get_logger(__name__)


@dataclass
class _Tunable:
    section: BaseModel
    field: str
    started_with: Any
    changed: Callable[[], None]

    @property
    def value(self) -> Any:
        return getattr(self.section, self.field)

    def checked(self, value: Any) -> Any:
        """Return ``value`` as the section takes it. Raises ValidationError."""
        model = type(self.section)
        made = model.__pydantic_validator__.validate_assignment(model.model_construct(), self.field, value, strict=True)
        return getattr(made, self.field)


class Tunables:
    """The settings of one node that may change, and what was chosen for them."""

    def __init__(self, _node: Node) -> None:
        self._all: dict[str, _Tunable] = {}
        self._chosen: Mapping[str, Any] = {}

    def add(self, name: str, tunable: _Tunable) -> None:
        """Let a setting be changed, and take what was chosen for it before."""
        self._all[name] = tunable
        self._take(name, tunable)

    def choose(self, chosen: Mapping[str, Any]) -> None:
        """Bring the settings in line with what was chosen; the others are what they were at the start."""
        if chosen != self._chosen:
            self._chosen = chosen
            for name, tunable in self._all.items():
                self._take(name, tunable)

    def check(self, name: str, value: Any) -> Any:
        """Return a value as its setting takes it. Raises NodeSettingFixed (404), NodeSettingInvalid (422)."""
        if name not in self._all:
            raise NodeSettingFixed(f"{name} is none of {', '.join(sorted(self._all))}")
        try:
            return self._all[name].checked(value)
        except ValidationError as error:
            raise NodeSettingInvalid(f"{name}: {plainly(error.errors()[0])}") from error

    def figures(self) -> dict[str, dict[str, Any]]:
        """Return what the others are told of them."""
        return {name: {"value": one.value, "started_with": one.started_with} for name, one in sorted(self._all.items())}

    def _take(self, name: str, tunable: _Tunable) -> None:
        value = tunable.started_with
        if name in self._chosen:
            try:
                value = tunable.checked(self._chosen[name])
            except ValidationError as error:  # chosen for another release
                log.error("chosen setting cannot be taken", name=name, error=str(error))
        if value != tunable.value:
            log.info("setting changed", name=name, value=value)
            setattr(tunable.section, tunable.field, value)
            tunable.changed()


def tunables_of(node: Node) -> Tunables:
    """Return the settings of a node that may change."""
    return node.part(Tunables, Tunables)


def let_change(node: Node, name: str, changed: Callable[[], None] | None = None) -> None:
    """Let a setting (``module.field``) be changed while the node runs; ``changed`` is called when it was."""
    module, _, field = name.partition(".")
    section = node.settings.sections.get(module)
    if section is not None:
        told = changed or _nothing
        tunables_of(node).add(name, _Tunable(section, field, getattr(section, field), told))


async def list_settings(session: AsyncSession, node: Node, node_id: str) -> NodeSettingsView:
    """Return what may be changed on a node: of this one as it is, of another as it last told, within half a minute.

    Raises NodeNotFound (404).
    """
    view = await listing.get(session, node_id)
    figures = await session.scalar(select(NodeBoot.figures).where(NodeBoot.id == view.id)) or {}
    if view.id == node.boot_id:
        figures = figures_of_node(node) | {"settings": tunables_of(node).figures()}
    rows = await session.scalars(select(NodeSetting).where(NodeSetting.node_name == view.name))
    chosen = {row.name: row for row in rows}
    items = [
        {
            "name": name,
            **told,
            "chosen": chosen[name].value if name in chosen else None,
            "changed_by": chosen[name].changed_by if name in chosen else None,
            "changed_at": chosen[name].changed_at if name in chosen else None,
        }
        for name, told in figures.get("settings", {}).items()
    ]
    return NodeSettingsView.model_validate({"node_id": view.id, "node": view.name, "items": items})


async def change(
    session: AsyncSession, node: Node, node_id: str, name: str, value: Any, actor: str | None = None
) -> NodeSettingsView:
    """Change a setting of a node, and of every later boot of its name. Announces node.setting_changed.

    Raises NodeNotFound, NodeSettingFixed (404), NodeSettingInvalid (422), NodeNameAmbiguous (409).
    """
    view = await listing.get_only(session, node_id)
    values = {"value": tunables_of(node).check(name, value), "changed_by": actor, "changed_at": func.now()}
    await session.execute(
        insert(NodeSetting)
        .values(node_name=view.name, name=name, **values)
        .on_conflict_do_update(index_elements=[NodeSetting.node_name, NodeSetting.name], set_=values)
    )
    _tell(session, view.id, view.name, name, values["value"], actor)
    return await list_settings(session, node, view.id)


async def reset(
    session: AsyncSession, node: Node, node_id: str, name: str, actor: str | None = None
) -> NodeSettingsView:
    """Let a setting be what the node was started with. Raises as :func:`change` does."""
    view = await listing.get_only(session, node_id)
    if name not in tunables_of(node).figures():
        tunables_of(node).check(name, None)
    gone = delete(NodeSetting).where(NodeSetting.node_name == view.name, NodeSetting.name == name)
    await session.execute(gone)
    _tell(session, view.id, view.name, name, None, actor)
    return await list_settings(session, node, view.id)


def _tell(session: AsyncSession, boot_id: str, node: str, name: str, value: Any, actor: str | None) -> None:
    publish(session, NodeSettingChanged(subject_id=boot_id, node=node, name=name, value=value, actor=actor))
    hint(session, NODES_TOPIC)


def _nothing() -> None:
    """It is read anew each time."""
