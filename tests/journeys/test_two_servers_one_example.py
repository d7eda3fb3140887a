"""A second server on the data directory of one that replays an example may reach that feed too."""

from pathlib import Path

import pytest

from app import examples
from app.kernel.egress import EgressDenied
from app.kernel.http import GuardedClient
from tests.conftest import settings_for


async def test_the_second_server_reaches_the_feed_the_first_one_replays(tmp_path: Path) -> None:
    first, second, late = (settings_for(tmp_path / "data") for _ in range(3))
    async with examples.beside(first, "earthquake", {"speed": "1"}) as example:
        url = f"{example.addresses['feed']}/feed.geojson"
        examples.admit_running(second)
        for settings in (first, second):
            client = GuardedClient(settings.kernel.egress)
            try:
                assert (await client.request("GET", url)).status == 200
            finally:
                await client.close()
    examples.admit_running(late)  # it ended: its port may be anybody's by now
    stranger = GuardedClient(late.kernel.egress)
    try:
        with pytest.raises(EgressDenied):
            await stranger.request("GET", url)
    finally:
        await stranger.close()
