"""What may not be in the source at all: secrets compared byte by byte, data that becomes code, redirects by request."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
SECRET_WORDS = {"token", "tokens", "secret", "sig", "signature", "digest", "mac", "hmac", "password", "nonce", "sha256"}
# Compared, and nothing anybody could guess at: both sides are known to who asks, or neither comes from outside.
KNOWN = {
    "src/app/cli/demonstration.py": "what was downloaded, with the checksum it was listed with",
    "src/app/cli/download.py": "what was downloaded, with the checksum it was listed with",
    "src/app/cli/incident_archives.py": "a member of an archive, with the checksum its manifest names",
    "src/app/cli/storage_files.py": "what a storage says it has, with the checksum of what was sent",
    "src/app/cli/verifying.py": "a link of the audit's chain, with the one that was exported beside it",
    "src/app/modules/accounts/authentication.py": "the digest a request sent, with what it sent before",
    "src/app/modules/accounts/login.py": "the stored hash now, with the stored hash the password was verified against",
    "src/app/modules/accounts/proof.py": "the stored hash now, with the stored hash when the proof was taken",
    "src/app/modules/audit/chain.py": "a link of the chain, with what the rows it seals make",
    "src/app/modules/data/bringing.py": "what was brought here, with the checksum of its data set",
    "src/app/modules/data/fetching.py": "what was fetched, with the checksum it was announced with",
    "src/app/modules/data/incoming.py": "what was sent, with the checksum its sender announced",
    "src/app/modules/data/placing.py": "a file, with the checksum it was announced with",
    "src/app/modules/data/storage/_buckets.py": "the credential a store was opened with, with the same one now",
    "src/app/modules/data/storage/_local_parts.py": "a file, with the checksum it was announced with",
    "src/app/modules/data/storage/_remote.py": "what was written, with the checksum it was announced with",
    "src/app/modules/data/storage/dropbox.py": "what was written, with the checksum the service says it has",
    "src/app/modules/data/storage/local.py": "a file, with the checksum it was announced with",
    "src/app/modules/data/storage/opendal.py": "the credential a store was opened with, with the same one now",
    "src/app/modules/data/storage_login.py": "the credential a store was opened with, with the same one now",
    "src/app/modules/data/transfer_direct.py": "a file there, with the checksum of the one here",
    "src/app/modules/data/transfer_engine.py": "what arrived, with what was sent",
    "src/app/modules/data/transfer_here.py": "a file here, with the checksum of the one there",
    "src/app/modules/data/uploads.py": "what was sent, with the checksum its sender announced",
    "src/app/modules/data/verifying.py": "a replica, with the checksum of its data set",
    "src/app/modules/logging/faults.py": "a segment's file, with the checksum it was packed with",
    "src/app/modules/logging/keeping.py": "a segment at a sink, with the one here",
    "src/app/modules/logging/sink/local.py": "a segment at a sink, with the one here",
    "src/app/modules/logging/sink/s3.py": "an object that was put, with the checksum of the file it was put from",
    "src/app/modules/machines/recipes.py": "a recipe that is offered, with the newest revision of the same name",
    "src/app/modules/nodes/loop_figures.py": "what was told last of the loops, with what there is to tell",
    "src/app/modules/simulation/fetching.py": "an output there, with the checksum its receipt names",
}
NEVER_CALLED = {"eval", "exec", "compile", "__import__"}
NEVER_IMPORTED = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "jinja2", "mako", "joblib", "yaml"}
# Workflows are the operator's own Python files, out of a directory HTTP cannot write to (docs/explanation/security.md).
CODE_OF_THE_OPERATOR = {"src/app/modules/workflows/definitions.py", "src/app/modules/workflows/authoring.py"}
# What a stage in a process of its own is given and gives back: both ends run the operator's code.
OWN_PROCESSES = {"src/app/modules/workflows/process.py", "src/app/modules/workflows/process_child.py"}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def words(node: ast.expr) -> set[str]:
    """Return the words of the last name an operand has."""
    if isinstance(node, ast.Attribute):
        return set(node.attr.lower().strip("_").split("_"))
    if isinstance(node, ast.Name):
        return set(node.id.lower().strip("_").split("_"))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return set(node.slice.value.lower().split("_"))
    if isinstance(node, ast.Call):
        return words(node.func)
    return set()


def is_plain(node: ast.expr) -> bool:
    """Say whether an operand is written in the source, and so no secret; a column makes it a query's condition."""
    if isinstance(node, ast.Constant | ast.List | ast.Tuple | ast.Set):
        return True
    is_column = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id[:1].isupper()
    return is_column or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bindparam")


def compared(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            continue
        operands = [node.left, *node.comparators]
        if any(words(one) & SECRET_WORDS for one in operands) and not any(is_plain(one) for one in operands):
            yield node.lineno, ast.unparse(node)


@pytest.mark.security("S17")
def test_no_secret_is_compared_byte_by_byte() -> None:
    found = [f"{path}:{line}: {text}" for path, tree in trees() if path not in KNOWN for line, text in compared(tree)]
    assert found == [], "use hmac.compare_digest"


def test_the_search_finds_what_it_is_for() -> None:
    bad = "if token == given: pass\nif row.sha256 != other: pass\nok = x['signature'] == y"
    assert [line for line, _ in compared(ast.parse(bad))] == [1, 2, 3]
    good = "q = User.sha256 == given\nif token == '': pass\nif count == 3: pass\nif tokens_count is None: pass"
    assert list(compared(ast.parse(good))) == []


@pytest.mark.security("S12")
def test_no_data_becomes_code() -> None:
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
            if called in NEVER_CALLED and path not in CODE_OF_THE_OPERATOR:
                found.append(f"{path}:{node.lineno}: {called}()")
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            allowed = {"pickle"} if path in OWN_PROCESSES else set()
            imported = {name.partition(".")[0] for name in names}
            found += [f"{path}: import {name}" for name in sorted(imported & NEVER_IMPORTED - allowed)]
            # The name of a shell, for its completion, is a string; one that runs a command is True.
            if isinstance(node, ast.keyword) and node.arg == "shell" and ast.unparse(node.value) == "True":
                found.append(f"{path}:{node.value.lineno}: shell=True")
    assert found == []


@pytest.mark.security("S12")
def test_the_linter_looks_for_more_of_it() -> None:
    """Ruff's S rules are those of bandit. Here they are proven to be on, and to be heeded."""
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    let_off = {rule for rule in lint["ignore"] if rule.startswith("S") and rule[1:].isdigit()}
    assert let_off == {"S101", "S603", "S607"}, "asserts, and programs started with argument lists"
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "ruff"),
            "check",
            "--output-format",
            "concise",
            "src",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not [line for line in done.stdout.splitlines() if re.search(r": S\d+ ", line)], done.stdout
    unsafe = "import pickle\npickle.loads(b'')\n"
    done = subprocess.run(
        [str(Path(sys.executable).parent / "ruff"), "check", "--stdin-filename", "src/app/x.py", "-"],
        cwd=ROOT,
        input=unsafe,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "S301" in done.stdout


@pytest.mark.security("S16")
def test_no_route_redirects() -> None:
    """Nothing sends a Location a request could name: those of 201 and 202 are built from our own ids."""
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and "RedirectResponse" in ast.unparse(node):
                found.append(f"{path}:{node.lineno}")
            if isinstance(node, ast.Subscript) and ast.unparse(node.slice).lower() in ("'location'", '"location"'):
                continue  # assigned below
            if isinstance(node, ast.Assign) and ".headers['Location']" in ast.unparse(node.targets[0]):
                value = ast.unparse(node.value)
                if "/api/v1/" not in value:
                    found.append(f"{path}:{node.lineno}: {value}")
    assert found == []
