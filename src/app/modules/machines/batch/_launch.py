"""What is started for a run: its command, inside its image, after its modules and its own lines of shell."""

from collections.abc import Sequence
from shlex import quote

from app.modules.machines.batch import BatchRun, RunRefused


def shell_lines(run: BatchRun) -> list[str]:
    """Return what a shell does before the command: load modules, then the run's own lines.

    Raises RunRefused for a module or line that no script can hold.
    """
    for one in (*run.modules, *run.setup):
        if "\0" in one:
            raise RunRefused(f"{run.name}: a line before the command holds a zero byte")
    loads = [f"module load -- {quote(one)} || exit 125" for one in run.modules]
    return [*loads, *run.setup]


def words(run: BatchRun) -> list[str]:
    """Return the command itself, in its container image if it has one. Raises RunRefused."""
    if not run.command or any("\0" in word for word in run.command):
        raise RunRefused(f"{run.name}: a command has at least one word, and none holds a zero byte")
    if run.image is None:
        return [*run.command]
    if not run.image or run.image.startswith("-") or not run.image.isprintable():
        raise RunRefused(f"{run.name}: {run.image!r} is no image")
    # "--" would be taken as the image's name by Singularity before 3.8.
    return ["apptainer", "exec", *(["--nv"] if run.gpus else []), run.image, *run.command]


def command_of(run: BatchRun) -> list[str]:
    """Return one command that does all of it, through a shell only when there is something for a shell to do."""
    lines = shell_lines(run)
    if not lines:
        return words(run)
    # A login shell for modules: they are a function that its start-up files define.
    flags = "-lc" if run.modules else "-c"
    return ["/bin/bash", flags, "\n".join([*lines, 'exec "$@"']), "stormbell", *words(run)]


def members(run: BatchRun) -> Sequence[int | None]:
    """Return the numbers of an array's members, or one ``None``. Raises RunRefused for an array of nothing."""
    if run.array is None:
        return [None]
    if run.array < 1:
        raise RunRefused(f"{run.name}: an array has at least one member")
    return range(run.array)
