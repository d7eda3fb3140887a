"""Runs a page of docs/ as a reader would: saves its files, makes its edits, types its commands, compares what comes.

In a page:

    <!-- file: flood/river.py -->     the code block below is saved there
    <!-- edit: flood/river.py -->     the diff block below is applied to it
    <!-- server -->                   the block below is among what the server says on its terminal
    <!-- restart -->                  the server is started again with the settings of the command below
    ```console                        lines that begin with "$ " are typed, those below them are what comes

What differs from run to run is compared by its kind: ids, checksums, times, ages, durations, sizes. An id or checksum
the page shows stands for the real one from its first appearance on, in commands as well. "…" is anything, on a line of
its own any lines. A command that only looks is typed again until it says what the page says, as a reader would.
"""

import asyncio
import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools.live import Server

ROOT = Path(__file__).parents[2]
PAGE_URL = "http://127.0.0.1:8000"
PAGE_FOLDER = "/home/olga/stormbell"
PASSWORD = "a long walk in the rain"

_BLOCK = re.compile(
    r"(?:^<!-- (?P<directive>file|edit|server|restart)(?:: (?P<path>\S+))? -->\n+)?"
    r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_LOOKS = re.compile(r"(stormbell \w+ (list|show)\b|stormbell (alarms|events|health|logs)\b)(?!.*\|)")
_KINDS = [
    ("bound", r"\b[a-z]{3,4}_[0-9A-Z]{26}\b|\b[0-9a-f]{64}\b"),
    (r"token=\S+", r"token=\S+"),
    (r"\b[0-9a-f]{12}\b", r"\b[0-9a-f]{12}\b"),
    (r"\d\d:\d\d:\d\d", r"\d\d:\d\d:\d\d"),
    (r"\d+ \w{3}( \d{4})?, \d\d:\d\d", r"\d+ \w{3}( \d{4})?, \d\d:\d\d"),
    (r"[\d.]+ (?:ms|s|min|h|d)(?: \d\d (?:s|min))?\b", r"[\d.]+ (?:ms|s|min|h|d)(?: \d\d (?:s|min))?\b"),
    (r"[\d.]+ (?:B|kB|MB|GB)\b", r"[\d.]+ (?:B|kB|MB|GB)\b"),
    (r".*", "…"),
    (r"\s+", r"\s+"),
]
_TOKEN = re.compile("|".join(f"(?P<k{n}>{spelling})" for n, (_, spelling) in enumerate(_KINDS)))


@dataclass
class Reader:
    """Somebody at a terminal, beside a running server."""

    folder: Path
    url: str
    environment: dict[str, str]
    server: Server
    seconds: float = 60
    places: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    async def follow(self, page: Path) -> None:
        """Do everything on the page, in order."""
        for number, directive, path, kind, body in blocks(page.read_text()):
            where = f"{page.relative_to(ROOT)}:{number}"
            if directive == "file":
                (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).write_text(body)
            elif directive == "edit":
                edit(self.folder / path, body, where)
            elif directive == "server":
                for line in filter(None, map(str.strip, body.splitlines())):
                    said = re.search(self._pattern([line])[0], self.server.stderr())
                    assert said, f"{where}: the server did not say: {line}"
            elif directive == "restart":
                assert await self.server.stop() == 0
                self.server.arguments = tuple(re.findall(r"--set \S+", self._here(body))[0].split())
                await self.server.start()
            elif kind == "console":
                for command, expected in commands(body):
                    await self._type(command, expected, where)

    async def _type(self, command: str, expected: list[str], where: str) -> None:
        give_up_at = time.monotonic() + self.seconds
        while True:
            said, code = await self._said(self._here(command))
            pattern, names = self._pattern(expected)
            lines = "".join(f"{line.strip()}\n" for line in said.splitlines() if line.strip())
            found = re.fullmatch(pattern, lines)
            if found is not None or not expected:
                break
            if not _LOOKS.match(command) or time.monotonic() > give_up_at:
                wanted = "\n".join(expected)
                raise AssertionError(f"{where}: $ {command}\n--- the page says\n{wanted}\n--- it says ({code})\n{said}")
        if not expected:
            assert code == 0, f"{where}: $ {command} ended with {code}\n{said}"
        elif found is not None:
            self.known.update({shown: found[group] for shown, group in names.items()})

    async def _said(self, command: str) -> tuple[str, int]:
        if command.startswith("stormbell login"):
            return await asyncio.to_thread(self._log_in, command)
        name, equals, _ = command.partition("=")
        kept = bool(equals) and name.isupper()
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            f'{command} && printf %s "${name}"' if kept else command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        assert process.returncode is not None
        if kept and process.returncode == 0:
            self.environment[name] = out.decode()
            return "", 0
        return out.decode(), process.returncode

    def _log_in(self, command: str) -> tuple[str, int]:
        terminal, other = pty.openpty()
        process = subprocess.Popen(
            command.split(), cwd=self.folder, env=self.environment, stdin=other, stdout=other, stderr=other
        )
        os.close(other)
        said, answers = "", iter((("E-mail: ", "olga@example.org"), ("Password: ", PASSWORD)))
        prompt, answer = next(answers)
        while True:
            ready, _, _ = select.select([terminal], [], [], self.seconds)
            assert ready, said
            try:
                said += os.read(terminal, 4096).decode()
            except OSError:  # Linux says EIO when the other side has closed
                break
            if prompt and said.endswith(prompt):
                os.write(terminal, f"{answer}\n".encode())
                prompt, answer = next(answers, ("", ""))
        os.close(terminal)
        return said.replace("\r", ""), process.wait(self.seconds)

    def _here(self, text: str) -> str:
        for shown, real in self.known.items():
            text = text.replace(shown, real)
        for shown, real in {PAGE_URL: self.url, PAGE_FOLDER: str(self.folder), **self.places}.items():
            text = text.replace(shown, real)
        return text

    def _pattern(self, lines: list[str]) -> tuple[str, dict[str, str]]:
        """Return the pattern of what the lines stand for, and the groups of ids seen in them for the first time."""
        names: dict[str, str] = {}
        parts = []
        for line in lines:
            if line.strip() == "…":
                parts.append(r"(?:.*\n)*?")
            else:
                parts.append(self._line(self._here(line.strip()), names) + r"\n")
        return "".join(parts), names

    def _line(self, line: str, names: dict[str, str]) -> str:
        out, at = "", 0
        for token in _TOKEN.finditer(line):
            out += re.escape(line[at : token.start()])
            at = token.end()
            meaning = _KINDS[int((token.lastgroup or "k0")[1:])][0]
            shown = token[0]
            if meaning != "bound":
                out += meaning
            elif shown in self.known.values():
                out += re.escape(shown)
            elif shown in names:
                out += f"(?P={names[shown]})"
            else:
                names[shown] = f"id{len(names)}"
                kind = r"[0-9a-f]{64}" if "_" not in shown else shown.partition("_")[0] + r"_[0-9A-Z]{26}"
                out += f"(?P<{names[shown]}>{kind})"
        return out + re.escape(line[at:])


def blocks(text: str) -> Iterator[tuple[int, str | None, str, str, str]]:
    """Yield each code block: its line, its directive with the path it names, its kind, what is in it."""
    for found in _BLOCK.finditer(text):
        number = text.count("\n", 0, found.start("body"))
        yield number, found["directive"], found["path"] or "", found["kind"], found["body"]


def commands(body: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a console block with the lines below it."""
    lines = body.splitlines()
    at = 0
    while at < len(lines):
        assert lines[at].startswith("$ "), f"a console block begins with a command, not with {lines[at]!r}"
        command = lines[at].removeprefix("$ ")
        at += 1
        while command.endswith("\\"):
            command = f"{command[:-1]} {lines[at].strip()}"
            at += 1
        expected = []
        while at < len(lines) and not lines[at].startswith("$ "):
            expected.append(lines[at])
            at += 1
        yield command, [line for line in expected if line.strip()]


def edit(path: Path, diff: str, where: str) -> None:
    """Apply a diff without line numbers; the lines it names are there exactly once."""
    lines = [(line[:1], line[1:]) for line in diff.splitlines()]
    old = "\n".join(text for mark, text in lines if mark != "+")
    new = "\n".join(text for mark, text in lines if mark != "-")
    text = path.read_text()
    assert text.count(old) == 1, f"{where}: what the diff changes is {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new))
