"""Hatchling's hook: a wheel carries the built operator UI, the migrations, the examples and the generated client."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = {
    "migrations": "app/_migrations",
    "examples": "stormbell_examples",
    "clients/python/stormbell_client": "stormbell_client",
}


class Hook(BuildHookInterface[Any]):
    """Runs once per build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the UI and say what else goes in. An editable install reads the checkout and needs neither."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from tools import build_web

        build_web.build()
        for source, target in CARRIED.items():
            build_data["force_include"][str(root / source)] = target
