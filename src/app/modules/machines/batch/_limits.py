"""What batch systems say of a run that they would take at another time. Pure."""

import re
from typing import Literal

from app.modules.machines.batch import SubmissionLimited

# Slurm names the limit (QOSMaxSubmitJobPerUserLimit, AssocGrpSubmitJobsLimit), PBS "would exceed queue q's per-user
# limit" and "Maximum number of jobs already in queue", Grid Engine "Only 5 jobs are allowed per user".
_FULL = re.compile(
    r"(Max|Grp)\w*Submit|would exceed .*\blimit\b|maximum number of jobs|only \d+ jobs are allowed", re.IGNORECASE
)
# Slurm's MaxJobCount, and a login node that has no process left, are "Resource temporarily unavailable".
_BUSY = re.compile(
    r"resource temporarily unavailable|temporarily unable to accept|too many (requests|rpc)|rate limit|server is busy",
    re.IGNORECASE,
)


def limited(name: str, said: str) -> SubmissionLimited | None:
    """Return the problem when the submission of a run failed for a reason that goes by; ``None`` for another."""
    # The line that names the limit: what follows it is more general.
    line = next((one for one in said.splitlines() if limit_of(one) is not None), None)
    if line is None:
        return None
    why = re.sub(r"^(\w+: )*(error: )?", "", line.strip())[:300]
    return SubmissionLimited(f"{name}: {why}", said=why, is_full=limit_of(line) == "full")


def limit_of(said: str) -> Literal["full", "busy"] | None:
    """Return why a submit command that said this may be run again later as it is; ``None`` when that is not why."""
    if _FULL.search(said):
        return "full"
    return "busy" if _BUSY.search(said) else None
