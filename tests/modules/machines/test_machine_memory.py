"""What a machine is asked, asked of this one."""

import subprocess
from pathlib import Path

import pytest

from app.modules.machines.inspection import LOAD, LOOK, read_load, read_report


@pytest.fixture
def memory_bytes() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("MemTotal:")).split()[1]) * 1024


def test_memory_is_read_whole_whichever_awk_there_is(memory_bytes: int) -> None:
    said = [subprocess.run(command, capture_output=True, text=True, check=False).stdout for command in (LOOK, LOAD)]
    assert read_report(said[0], 0.1, None).memory_bytes == memory_bytes
    assert read_load(said[1]).memory_bytes == memory_bytes
