"""Submitting on another machine so that a marker is submitted once, whatever becomes of the connection.

Every batch system adds two pieces of shell: one that submits the script ``$1`` of the marker ``$2`` and prints its
native id, and one that prints the native id the queue knows under that marker, or fails when the queue is silent.
"""


def submit_command(
    directory: str, marker: str, script_bytes: int, submits: str, looks_up: str, *, key_bytes: int = 0
) -> list[str]:
    """Return the command that takes the script on its input, and a key after it, and says in one line what came of it.

    It says ``submitted ID``, ``refused CODE`` of the submit command, ``unclear CODE``, ``busy`` or ``short``.
    """
    inside = f"looks_up() {{\n{looks_up}\n}}\n{_KNOWN}\nsubmits() {{\n{submits}\n}}\n{_LOCKED}"
    return ["/bin/sh", "-c", _BEGIN, "stormbell", directory, str(script_bytes), marker, inside, str(key_bytes)]


def find_command(directory: str, marker: str, looks_up: str) -> list[str]:
    """Return the command that prints the native id of a marker, or nothing if it was never submitted."""
    return ["/bin/sh", "-c", f"looks_up() {{\n{looks_up}\n}}\n{_KNOWN}\n{_FIND}", "stormbell", directory, marker]


# The script comes whole or not at all. What follows goes on when the connection is cut, in a session of its own, and
# holds the lock until it is done: whoever tries again waits for it, and finds what it submitted.
_BEGIN = r"""
umask 027
[ -d "$1/work" ] || mkdir -p -- "$1/work" "$1/tmp" || exit 96
cd -- "$1" || exit 96
exec 9>>lock || exit 96
part=job.part.$$
head -c "$2" >"$part"
[ "$(wc -c <"$part")" -eq "$2" ] || { rm -f -- "$part"; echo short; exit; }
# One that comes in part signs nothing.
[ "$5" -eq 0 ] || (umask 077; head -c "$5" >"$part.key" && mv -f -- "$part.key" callback.key) || exit 96
exec setsid -w /bin/sh -c "$4" "$part" "$part" "$3" </dev/null
"""
# A run that has begun says itself which job it is, when the queue may have forgotten it.
_KNOWN = r"""
known() {
  for one in claim ../"$2".*/claim; do
    [ -L "$one" ] && { readlink "$one"; return 0; }
  done
  looks_up "$@"
}
"""
_LOCKED = r"""
flock -w 50 9 2>/dev/null
# 1: another has it. Anything else: there are no locks on this file system, and the claim of the run has to do.
[ $? -eq 1 ] && { rm -f -- "$1"; echo busy; exit; }
if [ ! -s submitted ] && [ -e attempted ]; then
  known "$@" >found 2>errors || { s=$?; cat errors >&2; rm -f -- "$1"; echo "unclear $s"; exit; }
  [ -s found ] && mv -f found submitted
fi
if [ ! -s submitted ]; then
  mv -f -- "$1" job.sh && : >attempted || exit 96
  submits job.sh "$2" >answer 2>errors
  s=$?
  [ -s errors ] && cat errors >&2
  { [ $s -eq 0 ] && [ -s answer ] && mv -f answer submitted; } || { echo "refused $s"; exit; }
fi
[ -e "$1" ] && rm -f -- "$1"
printf 'submitted '
while IFS= read -r line; do printf '%s\n' "$line"; done <submitted
"""
_FIND = r"""
cd -- "$1" 2>/dev/null || exit 0
exec 9>>lock || exit 96
flock -w 50 9 2>/dev/null
[ $? -eq 1 ] && { echo 'it is being submitted' >&2; exit 97; }
[ -s submitted ] && exec cat submitted
[ -e attempted ] || exit 0
known job.sh "$2"
"""
