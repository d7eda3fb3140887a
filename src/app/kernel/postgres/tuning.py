"""The server's settings: safe, small when idle, sized by the machine's memory."""

import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path

PORT = 5432  # names the socket file; nothing listens on TCP
_MIB = 1024**2


def server_settings(
    chosen: Mapping[str, str], *, major: int, memory_bytes: int, socket_directory: Path
) -> dict[str, str]:
    """Return the settings of the server: defaults, then ``chosen``, then those that keep it private to its user."""
    shared = min(max(memory_bytes // 64, 64 * _MIB), 256 * _MIB)
    settings = {
        "shared_buffers": f"{shared // _MIB}MB",
        "effective_cache_size": f"{max(memory_bytes // 4, shared) // _MIB}MB",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        # The writer wakes five times a second once anything was written: 34 of an idle server's 46 ms CPU in 90 s, 6 of
        # 22 like this; five times the pages a round clean as fast. wal_writer_delay (9 ms in 90 s) and
        # autovacuum_naptime (1 ms) stay: they bound what an asynchronous commit may lose and how long dead rows stay.
        "bgwriter_delay": "1s",
        "bgwriter_lru_maxpages": "500",
        # One process less; nothing subscribes to logical replication.
        "max_logical_replication_workers": "0",
    }
    if major >= 14 and syncfs_reports_errors():
        # After a crash the whole data directory is made durable before recovery: by one call instead of a thousand.
        # Killed and answering again on a crowded machine (load 10): 0.65-0.90 s, file by file 2.5-8.0 s.
        settings["recovery_init_sync_method"] = "syncfs"
    if major >= 18:
        # Three I/O workers cost 3.6 MB (proportional) and are no faster here: cold scan of 400 MB 0.69-0.79 s
        # without, 0.74-0.82 s with them; VACUUM of it 0.46-0.53 s and 0.63-0.66 s.
        settings["io_method"] = "sync"
    return (
        settings
        | dict(chosen)
        | {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(socket_directory),
            "unix_socket_permissions": "0700",
        }
    )


def syncfs_reports_errors() -> bool:
    """Return whether this is Linux 5.8 or later: before, syncfs(2) kept quiet about failed writes."""
    release = re.match(r"(\d+)\.(\d+)", platform.release())
    return sys.platform == "linux" and release is not None and (int(release[1]), int(release[2])) >= (5, 8)


def machine_memory_bytes() -> int:
    """Return the memory this process may use: the machine's, or its container's limit."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(limit).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total
