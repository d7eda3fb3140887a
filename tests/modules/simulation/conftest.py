"""What the callbacks of a test's simulations said."""

import pytest
import simulation_probe
from simulation_probe import Ended


@pytest.fixture(autouse=True)
def callbacks() -> list[Ended]:
    """Everything the callback job was told, in order."""
    simulation_probe.heard.clear()
    return simulation_probe.heard
