"""A process that takes one run's callback: ``callback_process.py URL DATA_DIRECTORY CALLBACK``."""

import asyncio
import sys

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.main import MODULES
from app.modules.simulation import run_callbacks


async def main(url: str, data_directory: str, word: str) -> None:
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    settings = settings_sources.load(sections, flags={"data_directory": data_directory}, environ={}, toml_paths=())
    node = Node(settings, MODULES, url)
    await node.vault.unlock()
    try:
        await run_callbacks.take(node, run_callbacks.RunCallback.model_validate_json(word))
    finally:
        await node.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
