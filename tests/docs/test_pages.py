"""What the pages name is there: files, headings, settings, commands, problems."""

import re
from pathlib import Path

import pytest
import typer

from app.cli import app
from app.kernel.errors import every_problem
from app.kernel.settings import PREFIX, Kernel
from app.main import MODULES
from tests.docs.transcripts import ROOT, blocks
from tools.command_docs import leaves
from tools.reference import _leaves

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "examples").rglob("*.md")])
OURS = [page for page in PAGES if page.parent.name in ("tutorial", "howto", "explanation") or page.name == "README.md"]
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CLIENT = {"STORMBELL_URL", "STORMBELL_TOKEN", "STORMBELL_TOKEN_FILE", "STORMBELL_CONFIG"}

_COMMAND = re.compile(r"(?:\$ )?(?:\w+=\S+ )*(?:\S*bin/)?stormbell (?:--url \S+ )?([a-z]+)(?: ([a-z][a-z-]*))?(.*)")


def ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


def settings() -> set[str]:
    names = {name for name, _, _ in _leaves(Kernel)}
    return names | {n for m in MODULES if m.settings for n, _, _ in _leaves(m.settings, f"{m.name}.")}


def anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    # As GitHub makes them.
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{ids(page)} links to {link}, which is not there"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{ids(page)} links to {link}; there is no such heading"


@pytest.mark.parametrize("page", OURS, ids=ids)
def test_settings_and_problems_that_are_named_exist(page: Path) -> None:
    text, known = page.read_text(), settings()
    sections = {name.partition(".")[0] for name in known if "." in name}
    kinds = {"ingest.source", "machines.batch", "machines.transport", "data.storage", "credentials.kind"}
    named = set(re.findall(rf"(?<![\w/.])((?:{'|'.join(sections)})\.[a-z_]+)(?=[`=\s])", text))
    assert {name for name in named - kinds if not name.endswith((".md", ".py", ".toml"))} <= known
    variables = {PREFIX + name.replace(".", "_").upper() for name in known} | _CLIENT
    for variable in re.findall(r"\bSTORMBELL_[A-Z_]+\b", text):
        assert variable in variables or variable.removesuffix("_FILE") in variables or variable == PREFIX, variable
    codes = {kind.code for kind in every_problem()}
    for code in re.findall(r"\b(?:4\d\d|50\d) \[?`([a-z_]+)`", text):
        assert code in codes, f"{ids(page)} names the problem {code}"


@pytest.mark.parametrize("page", OURS, ids=ids)
def test_commands_that_are_shown_exist(page: Path) -> None:
    tree = {
        path: {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        for path, command in leaves(typer.main.get_command(app))
    }
    text = page.read_text().replace("\\\n", " ")
    shown = [
        line for _, _, _, kind, body in blocks(text) if kind in ("sh", "console", "") for line in body.splitlines()
    ]
    shown += re.findall(r"`([^`\n]+)`", text)
    for line in shown:
        found = _COMMAND.match(line)
        if found is None:
            continue
        known = next((path for path in ((found[1], found[2]), (found[1],)) if path in tree), None)
        assert known is not None or not found[2], f"{ids(page)} shows a command that is not there: {line}"
        for option in re.findall(r"(?<!\S)(--[a-z-]+)", found[3].partition("#")[0].partition("|")[0]):
            assert option in tree.get(known or (), set()), f"{ids(page)} shows {option}, which is not there: {line}"
