"""The commands of a PBS that is not there, in a folder that a login has first on its path."""

import sys
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

_COMMANDS = ("qsub", "qstat", "qselect", "qdel", "pbsnodes")


@dataclass
class PbsServer:
    """Where the commands are, and where jobs and switches are kept."""

    bin: Path
    folder: Path

    def answers(self, *, yes: bool) -> None:
        """Have its commands find a server, or none."""
        if yes:
            (self.folder / "down").unlink(missing_ok=True)
        else:
            (self.folder / "down").touch()

    def lose_next(self) -> None:
        """Have the next job vanish after qsub answered."""
        (self.folder / "lose").touch()


def pbs_server(folder: Path, *, cores: int = 2) -> PbsServer:
    """Put the commands there."""
    server = PbsServer(folder / "bin", folder / "state")
    server.bin.mkdir(parents=True)
    server.folder.mkdir()
    program = Path(__file__).with_name("pbs_commands.py")
    for name in _COMMANDS:
        line = " ".join(quote(str(one)) for one in (sys.executable, "-I", "-S", program, server.folder, cores, name))
        (server.bin / name).write_text(f'#!/bin/sh\nexec {line} "$@"\n')
        (server.bin / name).chmod(0o755)
    return server
