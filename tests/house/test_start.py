"""What a process does not do before it serves."""

import subprocess
import sys


def said_by(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_what_a_few_need_is_not_imported() -> None:
    few = {
        "alembic",
        "asyncssh",
        "fido2",
        "httpx",
        "joserfc",
        "netCDF4",
        "numpy",
        "obstore",
        "opendal",
        "PIL",
        "pyarrow",
    }
    imported = said_by("import sys, app.cli.serving, app.examples, app.life; print(*sys.modules)")
    assert "fastapi" in imported
    assert few.isdisjoint(imported)


def test_the_collector_rests_until_it_is_there() -> None:
    code = """
import gc
from app.kernel import garbage
garbage.rest()
print(gc.isenabled())
garbage.settle()
print(gc.isenabled(), gc.get_freeze_count() > 0)
"""
    assert said_by(code) == ["False", "True", "True"]
