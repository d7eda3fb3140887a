"""The tools see what they are for: a stale page, a long file, a forgotten trigger, a Python that cannot."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from tools import check_migrations, lineage, packages, security_rows, setup, sizes

ROOT = Path(__file__).parents[2]


def test_long_files_are_told_from_too_long_ones(tmp_path: Path) -> None:
    for name, lines in (
        ("src/short.py", 300),
        ("src/long.py", 301),
        ("src/app/too_long.py", 501),
        ("web/src/api/schema.d.ts", 4_000),
        ("migrations/versions/0001_x.py", 900),
        ("web/node_modules/x/x.ts", 900),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n" * lines)
    long, too_long = sizes.measure(tmp_path)
    assert long == [(301, Path("src/long.py"))]
    assert too_long == [(501, Path("src/app/too_long.py"))]


@pytest.fixture
def ancestors(tmp_path: Path) -> Path:
    """A tree with two capabilities and one test."""
    for folder in ("docs/reference", "docs/decisions", "tests/a"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / lineage.TABLE).write_text(
        '[Old]\nabout = "old system"\nV1 = "one"\nV2 = { text = "two", decision = "0001" }\nV3 = "three"\n'
    )
    (tmp_path / "docs/decisions/0001-no.md").touch()
    (tmp_path / "tests/a/test_x.py").write_text(
        "import pytest\n\n@pytest.mark.covers('V1')\nasync def test_it(): ...\n\n"
        "@pytest.mark.covers('V1')\n@pytest.mark.chaos\ndef test_again(): ...\n"
    )
    return tmp_path


def test_the_lineage_names_tests_and_decisions(ancestors: Path) -> None:
    page = lineage.page(ancestors)
    assert "Old system. 1 of 3 shown." in page
    both = "[test_it](../../tests/a/test_x.py)<br>[test_again](../../tests/a/test_x.py)"
    assert f"| V1 | one | {both} |" in page
    assert "| V2 | two | not meant to come: decision 0001 |" in page
    assert "| V3 | three | not yet |" in page


def test_the_lineage_knows_its_marks_and_decisions(ancestors: Path) -> None:
    (ancestors / "docs/decisions/0001-no.md").unlink()
    with pytest.raises(lineage.LineageProblem, match="V2 names decision 0001"):
        lineage.page(ancestors)
    (ancestors / "docs/decisions/0001-no.md").touch()
    (ancestors / "tests/a/test_y.py").write_text("@pytest.mark.covers('V9')\ndef test_z(): ...\n")
    with pytest.raises(lineage.LineageProblem, match=r"tests/a/test_y\.py::test_z covers V9"):
        lineage.page(ancestors)


def test_every_seed_has_its_capabilities() -> None:
    counts = {name: len(rows) for name, (_, rows) in lineage.systems(ROOT).items()}
    assert counts == {"VESTEC": 62, "Cello": 25, "asheville": 16, "vision": 16, "job-processor": 12}


def test_a_required_package_that_nobody_imports_is_seen(tmp_path: Path) -> None:
    for folder in ("src", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "src" / "x.py").write_text("import fastapi, uvicorn, asyncpg\nfrom sqlalchemy.orm import Session\n")
    (tmp_path / "requirements-dev.lock").write_text("fastapi==1 \\\nuvicorn==1\nsqlalchemy==2\nasyncpg==1\n")
    (tmp_path / "pyproject.toml").touch()
    found = list(packages.problems(tmp_path))
    assert "httpx is not in requirements-dev.lock" in found
    assert "httpx is imported nowhere in src/" in found
    assert not any("sqlalchemy" in line or "fastapi" in line for line in found)
    assert list(packages.problems(ROOT)) == []


async def test_a_schema_difference_is_seen_whatever_it_is(database_url: str) -> None:
    before = await check_migrations.catalog(database_url)
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    name, table = await connection.fetchrow(
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname LIMIT 1"
    )
    await connection.execute(f"DROP TRIGGER {name} ON {table}")
    await connection.execute("ALTER TABLE alarms ALTER COLUMN note SET DEFAULT ''")
    await connection.execute("DROP INDEX ix_alarms_raised")
    await connection.close()
    after = await check_migrations.catalog(database_url)
    gone = before - after
    assert any(f"TRIGGER {name} " in line for line in gone)
    assert any("ix_alarms_raised" in line for line in gone)
    assert "column alarms.note text default ''::text " in after - before


def test_a_python_without_ensurepip_is_told_which_package_to_install(tmp_path: Path) -> None:
    for name in ("tools", "python"):
        (tmp_path / name).mkdir()
    shutil.copy(ROOT / "tools" / "setup.py", tmp_path / "tools")
    (tmp_path / "python" / "ensurepip.py").write_text("raise ImportError('not packaged')\n")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "tools" / "setup.py")],
        env={"PYTHONPATH": str(tmp_path / "python"), "PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    *_, said = done.stderr.splitlines()
    assert said.startswith("setup: ")
    assert "python3-venv" in said
    assert "Traceback" not in done.stderr


def test_an_old_python_is_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "NEEDED", (9, 9))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(setup.SetupFailed, match=r"Python 9\.9 or newer is needed and"):
        setup.newest_python()


def test_make_lists_its_targets_and_needs_no_environment_for_it() -> None:
    done = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True, env={**os.environ})
    wanted = "help setup run demo test chaos check fix bench openapi docs new-module new-driver"
    for target in wanted.split():
        assert f"\n  {target} " in done.stdout


def test_the_checklist_names_tests_and_what_rows_wait_for(tmp_path: Path) -> None:
    (tmp_path / "docs/reference").mkdir(parents=True)
    (tmp_path / "tests/a").mkdir(parents=True)
    (tmp_path / security_rows.TABLE).write_text(
        '[S1]\ncontrol = "Doors"\nasvs = "1.1"\n[S2]\ncontrol = "Windows"\nasvs = "1.2"\nwaits = "glass"\n'
        '[S3]\ncontrol = "Roofs"\nasvs = "1.3"\n'
    )
    (tmp_path / "tests/a/test_x.py").write_text('@pytest.mark.security("S1")\nasync def test_shut() -> None: ...\n')
    page = security_rows.page(tmp_path)
    assert "| S1 | Doors | 1.1 | [test_shut](../../tests/a/test_x.py) |" in page
    assert "| S2 | Windows | 1.2 | waits: glass |" in page
    assert "| S3 | Roofs | 1.3 | not yet |" in page
    assert "1 of 3 rows are shown whole" in page
    (tmp_path / "tests/a/test_y.py").write_text('@pytest.mark.security("S9")\ndef test_z() -> None: ...\n')
    with pytest.raises(security_rows.SecurityRowsProblem, match=r"tests/a/test_y\.py::test_z shows S9"):
        security_rows.page(tmp_path)


def test_no_two_files_of_tests_have_one_name() -> None:
    """They are imported by their names alone: of two alike, whichever comes first is taken for both."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []
