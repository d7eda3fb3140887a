"""What crosses HTTP and the front door."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from app.kernel.loops import LoopState
from app.modules.nodes.states import State


class NodeBootView(BaseModel):
    """One boot of a node: a running process, or one that was."""

    model_config = ConfigDict(title="Node")
    id: str = Field(description="Boot id; a process that was given up comes back under another one")
    number: int = Field(description="Order of registration")
    name: str
    state: State
    reason: str | None = Field(
        description="unresponsive, terminated; of paused: asked, drained, no_worker (not there for jobs), no_section"
    )
    state_since: datetime
    roles: list[str]
    leads: list[str] = Field(description="Leader roles it has at present")
    sections_count: int = Field(description="Sections of the queue it owns")
    slots: int = Field(description="Jobs it runs at once")
    busy: int = Field(description="Jobs it had in hand at its last heartbeat")
    pause_requested: bool
    drain_requested: bool
    pause_forbidden: bool
    heartbeat_seconds: float = Field(description="How often it promises to be heard")
    heartbeat_at: datetime
    heartbeat_age_seconds: float
    host: str
    process_id: int
    version: str
    started_at: datetime
    ended_at: datetime | None


class NodeLoopView(BaseModel):
    """A background loop of a node."""

    name: str = Field(description="module.loop")
    state: LoopState
    role: str | None = Field(None, description="It runs only where the node has this role")
    switched_off: bool = Field(description="Somebody stopped it, or its role")
    essential: bool = Field(description="It cannot be stopped alone")
    since: datetime | None = Field(None, description="Without a failure or a stop since; its uptime counts from here")
    runs: int
    failures: int
    restarts: int = Field(description="Begun anew after a failure or a stop")
    last_error: str | None = None
    last_run_at: datetime | None = None


class NodeRoleView(BaseModel):
    """A role of a node's settings."""

    name: str
    switched_off: bool


class NodeLoopsView(BaseModel):
    """The loops and roles of a node, as it last told."""

    node_id: str
    node: str
    roles: list[NodeRoleView]
    items: list[NodeLoopView]


class NodeSettingView(BaseModel):
    """A setting that can be changed while the node runs."""

    name: str = Field(description="As in the settings file: module.field")
    value: Any = Field(description="In force, as the node last told")
    started_with: Any = Field(description="What the node was started with")
    chosen: Any = Field(None, description="What somebody chose instead; none: nobody did")
    changed_by: str | None = None
    changed_at: datetime | None = None


class NodeSettingsView(BaseModel):
    """What can be changed on a node."""

    model_config = ConfigDict(title="NodeSettings")
    node_id: str
    node: str
    items: list[NodeSettingView]


class NodeSettingChange(BaseModel):
    """Another value."""

    model_config = ConfigDict(extra="forbid")
    value: StrictInt | StrictFloat | StrictBool | StrictStr


class SectionView(BaseModel):
    """A slice of the queue and who owns it."""

    section: int
    node_id: str | None
    generation: int = Field(description="Grows with every change of hands")
    assigned_at: datetime


class RingView(BaseModel):
    """The ring."""

    model_config = ConfigDict(title="Ring")
    size: int
    items: list[SectionView]


class LeaderView(BaseModel):
    """Who leads a role."""

    role: str
    node_id: str | None
    node: str | None = Field(description="Its name")
    generation: int = Field(description="Fencing token: grows with every change of hands")
    lease_until: datetime
    since: datetime
    candidates: list[str] = Field(description="Boot ids in the order of their turns, the present leader among them")


class LeadersView(BaseModel):
    """Who leads."""

    items: list[LeaderView]


class DeepCheckView(BaseModel):
    """One thing that was tried."""

    name: str
    status: Literal["ok", "error"]
    text: str
    seconds: float


class DeepPingView(BaseModel):
    """Whether this node can do its work: ok, partial (something is wrong) or error (it cannot)."""

    status: Literal["ok", "partial", "error"]
    node_id: str
    node: str
    checks: list[DeepCheckView]
