"""Writes docs/reference/commands.md from the tree of commands; ``--check`` fails when it is not what the tree says."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer

from app.cli import app
from app.cli.app import SECTIONS
from app.cli.problems import CONFLICT, FAILED, INTERRUPTED, NOT_ALLOWED, NOT_FOUND, TIMED_OUT, UNREACHABLE, USAGE

TARGET = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"

HEAD = """# Commands

<!-- Written by tools/command_docs.py from the commands' own help. -->

Everything but `serve`, `demo`, `migrate`, `config`, `doctor` and `workflows check` asks a server: the one of `--url`,
else of `STORMBELL_URL`, else the one you logged in to, else `http://127.0.0.1:8000`. The API token is that of
`--token-file`, else `STORMBELL_TOKEN`, else the file `STORMBELL_TOKEN_FILE` names, else the one `stormbell login` kept
in `~/.config/stormbell/client.json`; the kept one is sent to its own server only.

With `--json` stdout is exactly one JSON document, as the API gives it, or one document a line while a command follows
something live; a command that fails prints nothing there. Notes, progress and problems go to stderr. Colours are used
on terminals only, and never with `NO_COLOR`. `ls` is `list`.

| exit code | |
|---|---|
"""

CODES = {
    0: "done",
    FAILED: "what was asked for failed",
    USAGE: "the command line, a setting or a value is wrong",
    NOT_FOUND: "there is no such thing",
    NOT_ALLOWED: "not logged in, or not allowed to",
    CONFLICT: "its present state does not allow it",
    TIMED_OUT: "not ended in time, or still running",
    UNREACHABLE: "no server answers, or it cannot serve now",
    INTERRUPTED: "Ctrl-C",
}

WORDS = {int: "N", float: "NUMBER", str: "TEXT", Path: "PATH"}


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the path and the command of every leaf below ``command``."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    if path and command.invoke_without_command:  # a group that does something by itself
        yield path, command
    for name, below in command.commands.items():
        yield from leaves(below, (*path, name))


def page() -> str:
    """Return the whole page."""
    tree: Any = typer.main.get_command(app)
    text = HEAD + "".join(f"| {code} | {meaning} |\n" for code, meaning in CODES.items())
    text += "\nOptions of every command, before its name:\n\n" + "".join(_options(tree))
    for title, names in SECTIONS.items():
        text += f"\n## {title}\n"
        for name in names:
            for path, command in leaves(tree.commands[name], (name,)):
                text += _section(path, command)
    return text


def _section(path: tuple[str, ...], command: Any) -> str:
    first, _, rest = (command.help or "").partition("\n\n")
    arguments = [_argument(p) for p in command.params if p.param_type_name == "argument"]
    text = f"\n### stormbell {' '.join(path)}\n\n{_flat(first)}\n"
    for paragraph in filter(None, rest.split("\n\n")):
        shown = _flat(paragraph)
        if shown.startswith("Example: "):
            shown = f"```\n{shown.removeprefix('Example: ')}\n```"
        text += f"\n{shown}\n"
    listed = [*(f"- `{usage}`: {explained}\n" for usage, explained in arguments), *_options(command)]
    return text + ("\n" + "".join(listed) if listed else "")


def _argument(parameter: Any) -> tuple[str, str]:
    name = parameter.metavar or parameter.name.upper()
    return (name if parameter.required else f"[{name}]"), _flat(parameter.help or "")


def _options(command: Any) -> list[str]:
    lines = []
    hints = get_type_hints(command.callback)  # the parameters' own types are called otherwise by each version of Typer
    for parameter in command.params:
        if parameter.param_type_name != "option" or parameter.name == "help":
            continue
        takes = "" if parameter.is_flag else f" {parameter.metavar or _word(hints[parameter.name])}"
        names = ", ".join(f"`{name}{takes}`" for name in sorted(parameter.opts, key=len, reverse=True))
        default = parameter.default
        shown = f" (default {default})" if default not in (None, False, "", [], ()) and not parameter.is_flag else ""
        lines.append(f"- {names}: {_flat(parameter.help or '')}{shown}\n")
    return lines


def _word(hint: Any) -> str:
    return WORDS[hint] if hint in WORDS else _word(get_args(hint)[0])


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    """Write the page, or check the one there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 when the page is stale")
    fresh = page()
    if not parser.parse_args().check:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(fresh)
        return 0
    if TARGET.is_file() and TARGET.read_text() == fresh:
        return 0
    print("docs/reference/commands.md is not what the commands say: run tools/command_docs.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
