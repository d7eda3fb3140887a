"""Runs the tests several at once, then once more alone what failed among the others, and says both.

A test that fails in the crowd and passes alone is a defect of the test or of the program: it is named at the end, to
be mended. It does not stop a change that has nothing to do with it (regrtest of CPython does the same: ``--rerun``).

Run: python -m tools.suite [pytest's arguments]
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MOST_AGAIN = 8  # more than that is no accident


class Failures:
    """What failed in a run of pytest, each test once, in the order it was seen."""

    def __init__(self) -> None:
        self.tests: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failing test, or one that could not be set up or cleaned up."""
        if report.failed:
            self.tests[report.nodeid] = None


def main(arguments: list[str]) -> int:
    """Run the tests with pytest's arguments; return its exit code."""
    failures = Failures()
    code = int(pytest.main(arguments, plugins=[failures]))
    failed = list(failures.tests)
    if code != pytest.ExitCode.TESTS_FAILED or not 0 < len(failed) <= MOST_AGAIN:
        return code
    print(f"\nsuite: {len(failed)} failed among the others; once more, alone:", flush=True)
    alone = [sys.executable, "-m", "pytest", "-n", "0", "-rs", *failed]
    code = subprocess.run(alone, cwd=ROOT, check=False).returncode
    verdict = "passed alone; it hangs on what else runs, which wants mending" if code == 0 else "failed"
    for test in failed:
        print(f"suite: {test}: {verdict}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
