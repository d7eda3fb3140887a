"""A batch system on another machine that is asked by its own commands there."""

from abc import abstractmethod
from typing import ClassVar

from app.modules.machines.batch import BatchRun, RunRefused
from app.modules.machines.batch._limits import limited
from app.modules.machines.batch._remote import BatchSilent, RemoteBatch, callback_key, last_line
from app.modules.machines.batch._submission import find_command, submit_command


class CommandBatch(RemoteBatch):
    """What such batch systems have in common; see the seam for what each method promises."""

    # Shell that submits the script $1 of the marker $2 and prints its native id.
    submits: ClassVar[str]
    # Shell that prints the native id the queue knows under the marker $2, and fails when that is unclear.
    looks_up: ClassVar[str]

    @abstractmethod
    def is_refusal(self, exit_code: int, said: str) -> bool:
        """Say whether the submit command failed because of what was asked for."""

    async def submit(self, run: BatchRun) -> str:
        script = self.preview(run).encode(errors="surrogateescape")
        key = callback_key(run)
        there = self.directory(run.marker)
        command = submit_command(there, run.marker, len(script), self.submits, self.looks_up, key_bytes=len(key))
        done = await self.run(command, content=script + key)
        said, errors = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace").strip()
        what, _, rest = said.partition(" ")
        if what == "submitted":
            return self.native(rest)
        if what == "refused" and rest.strip().isdigit():
            if (limit := limited(run.name, errors)) is not None:
                raise limit
            if self.is_refusal(int(rest), errors):
                raise RunRefused(f"{run.name}: {last_line(errors)}")
            raise BatchSilent(f"{run.marker} could not be submitted: {last_line(errors)}")
        raise BatchSilent(f"whether {run.marker} was submitted is not known: {last_line(errors) or said.strip()[:200]}")

    async def find(self, marker: str) -> str | None:
        done = await self.run(find_command(self.directory(marker), marker, self.looks_up))
        if done.exit_code != 0:
            raise BatchSilent(
                f"whether {marker} was submitted is not known: {last_line(done.stderr.decode(errors='replace'))}"
            )
        said = done.stdout.decode(errors="replace").strip()
        return self.native(said) if said else None
