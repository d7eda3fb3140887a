"""The script a batch system runs for us: claims the run, starts its command, ends it in time, writes its receipt.

What a run is given is quoted once, here, and nothing of it is ever expanded. The script needs bash and coreutils.
"""

import re
from collections.abc import Sequence
from shlex import quote

from app.modules.machines.batch import BatchRun, RunRefused
from app.modules.machines.batch._launch import shell_lines, words
from app.modules.machines.callback_shell import SHELL

MARKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,150}(\.\d{1,7})?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!&()*+,;=%-]{1,2000}")
MOST_OUTPUTS = 10_000

# The exit code of a second job under a marker that another has already.
DUPLICATE = 100

_BEGIN = r"""
umask 027
secret=$PWD/callback.key
if [ -n "$member" ]; then
  prepared=$PWD/work
  mkdir -p -- "$PWD.$member/work" "$PWD.$member/tmp" && cd -- "$PWD.$member" || exit 123
  (shopt -s nullglob dotglob; for file in "$prepared"/*; do ln -sn -- "$file" work/ 2>/dev/null; done)
fi
# A link is made whole or not at all, and says whose it is: a job that is started again (requeued) knows its own, and
# one whose link was made although NFS said otherwise does too.
ln -sn -- "$native" claim 2>/dev/null || [ "$(readlink claim)" = "$native" ] || exit 100
rm -f receipt ended_by error
begun=$(date +%s.%N)
printf '%s\n' "$begun" >started

# Whatever becomes of it, the run goes on: it is done in silence, and for so many seconds at most.
tell() {
  local +x key=
  [ -n "$callback" ] && read -r key <"$secret" && said "$marker${member:+.$member}" "$1" "$key"
} >/dev/null 2>&1 </dev/null
"""

_END = r"""
hashed() {
  shopt -s nullglob globstar dotglob
  local LC_ALL=C IFS= top pattern name folder last=/ real= omitted=0
  local -a names=()
  cd work || return
  top=$(pwd -P)
  for pattern in "${patterns[@]}"; do
    for name in $pattern; do
      [ -d "$name" ] && continue
      folder=./; [[ $name == */* ]] && folder=./${name%/*}
      [ "$folder" = "$last" ] || { last=$folder; real=$(cd -P -- "$folder" && pwd -P)/; }
      if [ ! -f "$name" ] || [ -L "$name" ] || [[ $real != "$top"/* || $name == /* || /$name/ == */../* ||
          $name == *[[:cntrl:]]* || ${#name} -gt 400 ]] || [ "${#names[@]}" -ge "$most" ]; then
        omitted=$((omitted + 1)); continue
      fi
      names+=("$name")
    done
  done
  printf 'omitted %s\noutputs\n' "$omitted"
  [ "${#names[@]}" -eq 0 ] && return
  printf '%s\0' "${names[@]}" | xargs -0 stat -c 'size %s %n' --
  printf '%s\0' "${names[@]}" | xargs -0 sha256sum --
}
finish() {
  trap '' TERM INT
  times >spent
  {
    printf 'ended_by %s\nexit %s\nstarted %s\nfinished %s\n' "$1" "$2" "$begun" "$(date +%s.%N)"
    [ -s error ] && printf 'error %s\n' "$(head -c 1000 error | tr '\n' ' ')"
    sed -n 's/^/times /;2p' spent
    # Whoever ended the job will not wait for its files to be read.
    if [ "$1" = exit ] || [ "$1" = walltime ]; then (hashed); else printf 'outputs\n'; fi
    printf 'end\n'
  } >receipt.part
  sync receipt.part 2>/dev/null
  mv -f receipt.part receipt
  tell ended
  [ -n "$member" ] || rm -f "$secret"
  exit "$2"
}
[ -e cancel ] && finish cancelled 143
tell running &
# Its own process group, so that all of it can be ended.
set -m
start >stdout 2>stderr </dev/null &
child=$!
end() {
  kill -TERM -- "-$child" 2>/dev/null
  sleep "$grace"
  kill -KILL -- "-$child" 2>/dev/null
}
# A batch system that ends the job ends this sleep as well, which is no walltime.
(sleep "$walltime" && { printf 'walltime\n' >ended_by; end; }) &
watcher=$!
set +m
trap '[ -s ended_by ] || printf "terminated\n" >ended_by; end &' TERM INT
until wait "$child"; status=$?; ! kill -0 "$child" 2>/dev/null; do :; done
wait "$child"; status=$?
kill -KILL -- "-$watcher" 2>/dev/null
kill -KILL -- "-$child" 2>/dev/null
finish "$(cat ended_by 2>/dev/null || printf exit)" "$status"
"""


def job_script(
    run: BatchRun, directives: Sequence[str], identity: str, grace_seconds: float, *, callback_seconds: float = 3.0
) -> str:
    """Return the script. ``identity`` is shell that goes to the run's directory and sets ``native`` and ``member``.

    Raises RunRefused (422) for what no script can hold.
    """
    require_marker(run.marker)
    parts = [
        "#!/bin/bash -l" if run.modules else "#!/bin/bash",
        *directives,
        f"# {' '.join(run.name.split())}"[:200] if run.name.isprintable() else "#",
        f"marker={quote(run.marker)}",
        identity.strip(),
        f"patterns=({' '.join(_literal(run, 'an output', one) for one in run.outputs)})",
        f"grace={grace_seconds:g} walltime={run.walltime_seconds:f} most={MOST_OUTPUTS}",
        *_callback(run, callback_seconds),
        _BEGIN.strip(),
        *_start(run),
        _END.strip(),
    ]
    return "\n".join(parts) + "\n"


def require_marker(marker: str) -> None:
    """Raise RunRefused for what is no name of a directory and a job."""
    if not MARKER.fullmatch(marker):
        raise RunRefused(f"{marker!r} is no marker: letters, digits, - and _, at most 150")


def _start(run: BatchRun) -> list[str]:
    lines = ["start() {", "cd work || exit 125"]
    cores = max(1, run.cores // (run.tasks or 1))
    given = {"OMP_NUM_THREADS": str(cores), "OPENBLAS_NUM_THREADS": str(cores), **run.environment}
    lines += ["unset LC_ALL", 'export TMPDIR="$PWD/../tmp" STORMBELL_RUN="$marker"']
    for name, value in given.items():
        if not _VARIABLE.fullmatch(name):
            raise RunRefused(f"{run.name}: {name!r} is no name of a variable")
        lines.append(f"export {name}={_literal(run, name, value)}")
    lines.append('[ -n "$member" ] && export STORMBELL_MEMBER="$member"')
    if run.cpu_seconds is not None:
        lines.append(f"ulimit -St {run.cpu_seconds:d} && ulimit -Ht {run.cpu_seconds + 5:d}")
    # Evaluated, so that a quote that is left open there is an error of that line and not of this script.
    lines += [f"eval {quote(line)} || exit 125" for line in shell_lines(run)]
    lines.append(f"set -- {' '.join(_literal(run, 'a word', word) for word in words(run))}")
    lines.append('type -P -- "$1" >/dev/null || { printf \'%s: there is no such command\' "$1" >../error; exit 127; }')
    return [*lines, 'exec "$@"', "}"]


def _callback(run: BatchRun, seconds: float) -> list[str]:
    if run.callback_url is None:
        return ["callback="]
    if not _URL.fullmatch(run.callback_url):
        raise RunRefused(f"{run.name}: {run.callback_url!r} is no address to call back")
    return [f"callback={quote(run.callback_url)} callback_seconds={seconds:g}", SHELL.strip()]


def _literal(run: BatchRun, what: str, text: str) -> str:
    if "\0" in text:
        raise RunRefused(f"{run.name}: {what} holds a zero byte")
    return quote(text)
