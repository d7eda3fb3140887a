"""The scripts that batch systems are given: whatever a run holds is passed on as it is, or refused; never acted on."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.modules.machines.batch import BatchRun, RunRefused, Surroundings, gridengine, pbs, slurm
from app.modules.machines.batch._job_script import job_script
from app.modules.machines.batch._receipts import read_receipt

SYSTEMS: dict[str, Any] = {
    "slurm": (slurm, re.compile(r"#SBATCH --[a-z-]+(=[^\s'\"\\`$;<>#]+)?")),
    "pbs": (pbs, re.compile(r"#PBS -[A-Za-z] [^\s'\"\\`$;<>#]+")),
    "gridengine": (gridengine, re.compile(r"#\$ -[A-Za-z]+( [^\s'\"\\`$;<>#]+){0,2}")),
}
FIELDS = ("name", "partition", "account", "qos", "reservation", "constraint", "dependency", "extra", "modules", "image")


def hostile(canary: str) -> st.SearchStrategy[str]:
    """Return text that would touch the canary, were it read by a shell."""
    act = [
        f"$(touch {canary})",
        f"`touch {canary}`",
        f"; touch {canary};",
        f"\ntouch {canary}\n",
        f"' ; touch {canary} '",
    ]
    odd = [
        "-rf",
        "--help",
        "a,b",
        "a b",
        "'",
        '"',
        "\\",
        "*",
        "#",
        "\r",
        "ü",
        "%j",
        "é\n#SBATCH --wrap=x",
        "$HOME",
        "\x01",
    ]
    return st.lists(st.sampled_from([*act, *odd, "x"]), min_size=1, max_size=4).map("".join)


def test_no_field_of_a_run_is_ever_acted_on(tmp_path: Path) -> None:
    canary, runs = tmp_path / "canary", iter(range(10_000))

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(word=hostile(str(canary)), value=hostile(str(canary)), pattern=hostile(str(canary)))
    @example(word="", value="", pattern="*")
    def check(word: str, value: str, pattern: str) -> None:
        folder = tmp_path / f"{next(runs)}"
        (folder / "work").mkdir(parents=True)
        (folder / "tmp").mkdir()
        command = ["/bin/sh", "-c", 'printf %s "$1" > word; printf %s "$ODD" > value', "sh", word]
        run = BatchRun(marker="m1", name=value, command=command, environment={"ODD": value}, outputs=[pattern, "w*"])
        script = job_script(run, [], "native=1 member=", 0.1)
        done = subprocess.run(["bash"], input=script.encode(), cwd=folder, capture_output=True, timeout=20)
        assert done.returncode == 0, done.stderr
        assert (folder / "work" / "word").read_bytes().decode() == word
        assert (folder / "work" / "value").read_bytes().decode() == value
        receipt = read_receipt((folder / "receipt").read_text())
        assert receipt is not None
        assert "word" in [output.name for output in receipt.outputs]
        assert not canary.exists()

    check()


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.security("S11")
def test_what_is_said_to_the_batch_system_is_a_plain_word_or_refused(system: str, tmp_path: Path) -> None:
    module, plain = SYSTEMS[system]
    batch = module.Batch(
        module.Settings(allowed_options=["--exclusive"]), Surroundings(directory=tmp_path, changed=lambda: None)
    )
    canary = tmp_path / "canary"

    @settings(max_examples=150, deadline=None)
    @given(field=st.sampled_from(FIELDS), value=hostile(str(canary)))
    @example(field="extra", value="--wrap=touch")
    @example(field="extra", value="--exclusive=a b")
    @example(field="partition", value="--help")
    @example(field="modules", value="x; touch y")
    def check(field: str, value: str) -> None:
        many = field in ("dependency", "extra", "modules")
        run = BatchRun(marker="m1", name="n", command=["true"])
        run = BatchRun(**{**run.__dict__, field: [value] if many else value})
        try:
            script = batch.preview(run)
        except RunRefused:
            assert field != "name"
            return
        head = script.partition("\nmarker=")[0]
        for line in head.splitlines()[1:]:
            assert plain.fullmatch(line) or line.startswith("# ") or line == "#", line

    check()


@pytest.mark.parametrize("marker", ["", "../x", "a b", "-x", "a/b", "x" * 300, "a\nb"])
def test_a_marker_is_a_name(marker: str, tmp_path: Path) -> None:
    batch = slurm.Batch(slurm.Settings(), Surroundings(directory=tmp_path, changed=lambda: None))
    with pytest.raises(RunRefused):
        batch.working_directory(marker)
    with pytest.raises(RunRefused):
        batch.preview(BatchRun(marker=marker, name="n", command=["true"]))


def test_a_second_job_of_the_same_marker_does_not_run_and_a_requeued_one_does(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    run = BatchRun(marker="m1", name="n", command=["sh", "-c", "echo ran >> ../tally"])

    def start(native: str) -> int:
        script = job_script(run, [], f"native={native} member=", 0.1)
        return subprocess.run(["bash"], input=script.encode(), cwd=tmp_path, check=False, timeout=20).returncode

    assert [start("7"), start("8"), start("7")] == [0, 100, 0]
    assert (tmp_path / "tally").read_text() == "ran\nran\n"


def test_what_a_run_may_ask_of_slurm_is_said_to_it(tmp_path: Path) -> None:
    batch = slurm.Batch(
        slurm.Settings(account="flood", allowed_options=["--exclusive"], array_at_once=10),
        Surroundings(directory=tmp_path, changed=lambda: None),
    )
    run = BatchRun(
        marker="m1", name="n", command=["true"], cores=8, tasks=4, nodes=2, gpus=2, memory_bytes=3 * 1024**3,
        walltime_seconds=90, partition="urgent", qos="high", constraint="rome&ib", reservation="now", array=100,
        dependency=["7", "8_1"], extra=["--exclusive"], image="/sw/quake.sif",
    )  # fmt: skip
    script = batch.preview(run)
    said = {line.removeprefix("#SBATCH --") for line in script.splitlines() if line.startswith("#SBATCH")}
    assert said >= {
        *("job-name=m1", "comment=stormbell:m1", "time=2", "ntasks=4", "cpus-per-task=2", "nodes=2", "gpus=2"),
        *("mem=1536M", "partition=urgent", "account=flood", "qos=high", "constraint=rome&ib", "reservation=now"),
        *("array=0-99%10", "dependency=afterok:7:8_1", "exclusive"),
    }
    assert "set -- apptainer exec --nv /sw/quake.sif true" in script
