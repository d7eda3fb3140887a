"""The tutorials, done as they say, command by command, against a server of their own."""

import shutil
from pathlib import Path

import pytest

from tests.docs.conftest import Begin
from tests.docs.transcripts import ROOT, blocks, commands, edit

TUTORIAL = ROOT / "docs" / "tutorial"

pytestmark = pytest.mark.timeout(900)


async def test_the_first_incident(begin: Begin) -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "stormbell serve --example earthquake $(ARGS)" in makefile  # what `make run` starts
    # As quick as the page says: quicker, other earthquakes compete for the cores, and a review may end the incident.
    async with begin("stormbell-data", "--example", "earthquake", seconds=500) as reader:
        await reader.follow(TUTORIAL / "first-incident.md")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tutorial sends readings with curl, which is not here")
async def test_a_workflow_of_ones_own(begin: Begin) -> None:
    async with begin("flood-data") as reader:
        await reader.follow(TUTORIAL / "your-own-workflow.md")


def test_a_page_is_read_as_people_read_it(tmp_path: Path) -> None:
    page = "\n".join(
        [
            "<!-- file: a/b.py -->",
            "```python",
            "x = 1",
            "```",
            "```console",
            "$ one \\",
            "    two",
            "came",
            "$ three",
            "```",
            "",
        ]
    )
    (_, directive, path, kind, body), (_, nothing, _, console, typed) = blocks(page)
    assert (directive, path, kind, body) == ("file", "a/b.py", "python", "x = 1\n")
    assert (nothing, console) == (None, "console")
    assert list(commands(typed)) == [("one  two", ["came"]), ("three", [])]
    file = tmp_path / "c"
    file.write_text("a\nb\nc\n")
    edit(file, " a\n-b\n+d\n", "here")
    assert file.read_text() == "a\nd\nc\n"
    with pytest.raises(AssertionError, match="0 times"):
        edit(file, " a\n-b\n", "here")
