"""The shell of installing: begun once for each id and alone for each name, whatever becomes of the connection.

Each install has a directory, ``~/.stormbell/installs/ID``. Two locks are held from before it begins until the last
process of it is gone, by the files those inherit: its own, which says that it lives, and that of its name. ``claim`` is
made under its own lock and stays: it is never begun again.
"""

from collections.abc import Sequence
from shlex import quote

ROOT = ".stormbell/installs"
MOST_LOG_BYTES = 512 * 1024

# Says ``begun``, ``cancelled``, ``busy``, ``short`` or ``lacks WHAT``. The script comes whole or not at all.
_BEGIN = r"""
umask 027
trap '' HUP
for one in flock setsid bash head wc; do command -v "$one" >/dev/null 2>&1 || { echo "lacks $one"; exit 0; }; done
mkdir -p -- "$HOME/$1/$2/work" && cd -- "$HOME/$1/$2" || exit 96
[ -e claim ] && { echo begun; exit 0; }
part=script.part.$$
head -c "$4" >"$part"
[ "$(wc -c <"$part")" -eq "$4" ] || { rm -f -- "$part"; echo short; exit 0; }
exec 8>>lock 9>>"../$3.lock" || exit 96
for one in 1 2 3 4 5 6 7 8 9 10; do
  flock -n 8
  got=$?
  [ -e claim ] && { rm -f -- "$part"; echo begun; exit 0; }
  [ $got -eq 1 ] || break
  sleep 1
done
case $got in
  0) ;;
  1) rm -f -- "$part"; echo busy; exit 0 ;;
  *) rm -f -- "$part"; echo 'lacks locks on the file system of home'; exit 0 ;;
esac
[ -e cancel ] && { rm -f -- "$part"; echo cancelled; exit 0; }
flock -n 9 || { rm -f -- "$part"; echo busy; exit 0; }
mv -f -- "$part" script && : >claim || exit 96
setsid /bin/sh -c "$6" stormbell "$5" </dev/null >/dev/null 2>&1 &
echo begun
"""

# Its script is the first of a session and of a process group, so that all of it can be ended.
_RUN = r"""
uname -n >host
setsid bash -l ./script >log 2>&1 </dev/null &
child=$!
(
  exec 8>&- 9>&-
  last=$(($(date +%s) + $1))
  while sleep 1 && kill -0 "$child" 2>/dev/null; do
    why=
    [ -e cancel ] && why=cancelled
    [ "$(date +%s)" -ge "$last" ] && why=timeout
    [ -n "$why" ] || continue
    echo "$why" >ended_by
    kill -s TERM -- "-$child" 2>/dev/null
    sleep 5
    kill -s KILL -- "-$child" 2>/dev/null
    exit
  done
) &
watcher=$!
wait "$child"; status=$?
kill "$watcher" 2>/dev/null
kill -s KILL -- "-$child" 2>/dev/null
{
  printf 'ended_by %s\nexit %s\n' "$(cat ended_by 2>/dev/null || echo exit)" "$status"
  [ -s prefix ] && printf 'prefix %s\n' "$(head -n 1 prefix)"
  echo end
} >receipt.part
sync receipt.part 2>/dev/null
mv -f receipt.part receipt
"""

# Says how it stands, then what it wrote from some byte on. What is far behind is left out.
_LOOK = r"""
cd -- "$HOME/$1/$2" 2>/dev/null || { echo 'state none'; exit 0; }
[ -n "$5" ] && : >cancel
ends() { echo 'state ended'; while IFS= read -r line; do printf '%s\n' "$line"; done <receipt; }
if [ -e receipt ]; then
  ends
else
  exec 8>>lock
  flock -n 8
  case $? in
    0) if [ -e receipt ]; then ends; elif [ -e claim ]; then echo 'state dead'; else echo 'state none'; fi ;;
    1) echo 'state running' ;;
    *) echo 'state unclear' ;;
  esac
fi
[ -s host ] && printf 'host %s\n' "$(head -n 1 host)"
size=0
[ -e log ] && size=$(wc -c <log)
from=$3
[ $((size - from)) -gt $((4 * $4)) ] && from=$((size - $4))
printf 'log %s %s\n' "$size" "$from"
[ "$size" -gt "$from" ] && tail -c +$((from + 1)) log | head -c "$4"
exit 0
"""
_CANCEL = r"""
umask 027
mkdir -p -- "$HOME/$1/$2" && : >"$HOME/$1/$2/cancel"
"""


def install_script(name: str, version: str, prefix: str, equipping: Sequence[str], script: str) -> str:
    """Return what bash runs: it goes to an empty directory, makes the prefix and runs the recipe's script there."""
    where = f'"$HOME"/{quote(prefix.removeprefix("~/"))}' if prefix.startswith("~/") else quote(prefix)
    return "\n".join(
        [
            f"export NAME={quote(name)} VERSION={quote(version)} PREFIX={where}",
            "printf '%s\\n' \"$PREFIX\" >prefix",
            'mkdir -p -- "$PREFIX" || exit 125',
            *equipping,
            f"printf '%s' {quote(script)} >recipe",
            "cd work || exit 125",
            "exec bash -e ../recipe",
            "",
        ]
    )


def begin_command(install_id: str, name: str, script_bytes: int, timeout_seconds: int) -> list[str]:
    """Return the command that takes the script on its input and begins it, if that was not done."""
    given = (ROOT, install_id, name, str(script_bytes), str(timeout_seconds), _RUN)
    return ["/bin/sh", "-c", _BEGIN, "stormbell", *given]


def look_command(install_id: str, start_byte: int, *, cancel: bool) -> list[str]:
    """Return the command that says how an install stands; with ``cancel`` it is told to end first."""
    given = (ROOT, install_id, str(start_byte), str(MOST_LOG_BYTES), "cancel" if cancel else "")
    return ["/bin/sh", "-c", _CANCEL * cancel + _LOOK, "stormbell", *given]
