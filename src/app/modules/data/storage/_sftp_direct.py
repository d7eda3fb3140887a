"""From one machine over SSH straight to another: the source pushes, by a key that opens one command for minutes.

The key is made for one attempt. The target's authorized_keys let it append to one hidden file, from one byte on, and
nothing else (OpenSSH's sshd(8), "AUTHORIZED_KEYS FILE FORMAT": restrict, command, expiry-time); then it is taken out.
"""

import shlex
from dataclasses import dataclass, field

from app.modules.data.errors import StorageBusy, StorageUnreachable
from app.modules.data.storage import Door
from app.modules.data.storage._sftp_fetch import Run

_LOGIN_SECONDS = 60.0
_LONGEST_SECONDS = 7 * 86_400.0
_MINUTES = 10  # the key is for logging in once, right away; what was begun then goes on
# In the order OpenSSH on two machines of today is quickest.
_CIPHERS = "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr,aes256-ctr"

# $1 the file of keys, $2 the mark, $3 the options, $4 the key, $5 for so many minutes
_LET_IN = r"""
umask 077
f=$(readlink -f -- "$1") || f=$1
mkdir -p -- "$(dirname -- "$f")" || exit 1
e=$(date -d "+$5 minutes" +%Y%m%d%H%M 2>/dev/null || date -v+"$5"M +%Y%m%d%H%M) || exit 1
exec 9>>"$f" || exit 1
if command -v flock >/dev/null 2>&1; then flock -w 10 9 || exit 75; fi
if [ -s "$f" ] && [ -n "$(tail -c 1 -- "$f")" ]; then echo >> "$f"; fi
printf '%s\n' "restrict,expiry-time=\"$e\",$3 $4 $2" >> "$f"
"""
# Written beside it and renamed, so that nobody is ever without their own keys; one at a time, so that a key that is let
# in meanwhile does not go with the one that is shut out.
_SHUT_OUT = r"""
f=$(readlink -f -- "$1") || f=$1
[ -f "$f" ] || exit 0
exec 9>>"$f" || exit 1
if command -v flock >/dev/null 2>&1; then flock -w 10 9 || true; fi
cp -p -- "$f" "$f.$2" || exit 1
grep -vF -- "$2" "$f" > "$f.$2"
[ $? -le 1 ] && mv -f -- "$f.$2" "$f"
"""
# Only one appends, and only from where it was told to: what an attempt that was cut left behind may still go on.
_APPEND = (
    'exec 9>>{file}.lock; if command -v flock >/dev/null 2>&1; then flock -w 10 9 || exit 75; fi; '
    '[ "$(wc -c < {file} | tr -d " ")" = {offset} ] || exit 76; exec cat >> {file}'
)  # fmt: skip
# $1 from which byte on, counted from 1, $2 the target's host keys, $3 the file, $4 its port, $5 user@host
_PUSH = f"""
umask 077
d=$(mktemp -d) || exit 71
trap 'rm -rf "$d"' EXIT
trap 'exit 72' HUP INT TERM
cat > "$d/key"
printf '%s\\n' "$2" > "$d/hosts"
[ -r "$3" ] || exit 66
command -v ssh >/dev/null 2>&1 || exit 69
tail -c +"$1" < "$3" | ssh -F /dev/null -T -i "$d/key" -c {_CIPHERS} -p "$4" \\
  -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o StrictHostKeyChecking=yes \\
  -o UserKnownHostsFile="$d/hosts" -o GlobalKnownHostsFile=/dev/null -o UpdateHostKeys=no -o LogLevel=ERROR \\
  -o ConnectTimeout=15 -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -o Compression=no -- "$5" append
"""
_BUSY, _MOVED_ON = 75, 76


class DirectRefused(Exception):
    """The machines do not let it go straight; it goes through this one instead."""


@dataclass(frozen=True)
class Keys:
    """A key pair for one attempt."""

    private: str = field(repr=False)
    public: str

    @classmethod
    def made(cls) -> "Keys":
        """Return a new one."""
        import asyncssh  # a tenth of what a start imports, for those that never move a file over SSH

        key = asyncssh.generate_private_key("ssh-ed25519")
        return cls(key.export_private_key().decode(), key.export_public_key().decode().strip())


async def let_in(run: Run, keys_file: str, mark: str, public_key: str, file: str, offset: int) -> None:
    """Let a key append to a file there. Raises DirectRefused."""
    if any(c in file for c in '\\"\n'):
        raise DirectRefused("the directory's name does not go into a file of keys")
    command = _APPEND.format(file=shlex.quote(file), offset=offset).replace('"', '\\"')
    words = (keys_file, mark, f'command="{command}"', public_key, str(_MINUTES))
    done = await run(("sh", "-c", _LET_IN, "sh", *words), b"", _LOGIN_SECONDS)
    if done.exit_code:
        raise DirectRefused(f"no key can be added to {keys_file} there")


async def shut_out(run: Run, keys_file: str, mark: str) -> None:
    """Take a key out again."""
    await run(("sh", "-c", _SHUT_OUT, "sh", keys_file, mark), b"", _LOGIN_SECONDS)


async def push(run: Run, path: str, door: Door) -> None:
    """Send a file from its byte ``door.offset`` on. Raises DirectRefused, StorageBusy, StorageUnreachable (503)."""
    place = f"[{door.host}]:{door.port}" if door.port != 22 else door.host
    hosts = "\n".join(f"{place} {key}" for key in door.host_keys)
    words = (str(door.offset + 1), hosts, path, str(door.port), f"{door.user}@{door.host}")
    done = await run(("sh", "-c", _PUSH, "sh", *words), door.private_key.encode(), _LONGEST_SECONDS)
    if not done.exit_code:
        return
    if done.exit_code in (_BUSY, _MOVED_ON):
        raise StorageBusy("an earlier attempt still goes on there", retry_after=5)
    said = done.stderr.decode(errors="replace").strip()[-200:]
    if any(sign in said for sign in ("Broken pipe", "Connection reset", "closed by remote host", "Timeout, server")):
        raise StorageUnreachable(f"the connection between the machines ended: {said}")
    raise DirectRefused(said or f"ssh there ended with {done.exit_code}")
