"""The script that prepares an account on a machine: directories, the key that logs in, what is missing, host keys.

It is read by who runs it: plain POSIX sh, nothing is downloaded, and running it again changes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers
from app.kernel.principal import Principal
from app.modules import credentials
from app.modules.machines.batch import RUN_DIRECTORY
from app.modules.machines.errors import SetupImpossible

Address = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9.:*?_/-]+$")]
RunDirectory = Annotated[str, Field(max_length=1000, pattern=r"^(/|~/)[^\x00-\x1f\x7f]*$")]


class MachineSetup(BaseModel):
    """What to run on a machine, and what of it lets us in."""

    script: str = Field(description="POSIX sh; may be run again")
    public_key: str | None = Field(description="The line for authorized_keys")
    commands: list[str] = Field(description="What it looks for")


@dataclass(frozen=True, kw_only=True)
class SetupAsk:
    """Whose account is to be prepared, and for what; a host on the way to others is a jump."""

    name: str
    credential_id: str | None
    driver: str | None
    run_directory: str | None
    source_addresses: Sequence[str]
    is_jump: bool


# What each batch system is asked with; the rest is for runs themselves and for recipes.
_COMMANDS = {
    "slurm": ("sbatch", "squeue", "scancel", "sinfo", "scontrol", "sacct"),
    "pbs": ("qsub", "qstat", "qdel", "pbsnodes"),
    "gridengine": ("qsub", "qstat", "qdel", "qhost", "qacct"),
    "docker": ("docker",),
}
_ALWAYS = ("bash", "flock", "setsid", "tar", "sha256sum", "stat", "head", "tail", "readlink", "xargs", "awk", "getconf")

_SCRIPT = r"""#!/bin/sh
# Prepares the account that runs this for Stormbell's machine NAME_SHOWN. It changes nothing but what it names below,
# downloads nothing, and may be run again: what is there stays. Run it as the account that is to be logged in to.
set -eu
umask 077

name=@name@
run_directory=@run_directory@
key=@key@
key_options=@key_options@
commands=@commands@
# Where this machine's public host keys are.
host_keys=${STORMBELL_HOST_KEYS:-/etc/ssh/ssh_host_*_key.pub}

say() { printf '%s\n' "$*"; }
missing=0

say "Directories"
for one in "$HOME/.stormbell" "$HOME/.stormbell/installs" "$HOME/.stormbell/software" "$run_directory"; do
  if [ -d "$one" ]; then
    say "  there   $one"
  else
    mkdir -p -- "$one"
    chmod 750 -- "$one"
    say "  made    $one"
  fi
done
# sshd does not look at a key in a place that others could write to (StrictModes).
case $(ls -ld -- "$HOME") in
  d????w*|d???????w*)
    say "  MIND    others may write to $HOME: sshd will not take a key there (chmod go-w)"
    missing=1 ;;
esac

if [ -n "$key" ]; then
  say "Key"
  [ -d "$HOME/.ssh" ] || mkdir -- "$HOME/.ssh"
  chmod 700 -- "$HOME/.ssh"
  authorized=$HOME/.ssh/authorized_keys
  [ -e "$authorized" ] || : >"$authorized"
  # Its kind and its body; what is written after them is a comment.
  body=$(printf '%s\n' "$key" | cut -d' ' -f1,2)
  if grep -qF -- "$key_options $body" "$authorized"; then
    say "  there   $authorized"
  elif grep -qF -- "$body" "$authorized"; then
    say "  MIND    $authorized has this key with other options; ours are: $key_options"
  else
    part=$authorized.stormbell.$$
    { cat -- "$authorized"; [ -z "$(tail -c 1 -- "$authorized")" ] || echo; say "$key_options $key"; } >"$part"
    mv -f -- "$part" "$authorized"
    say "  added   $authorized"
  fi
  chmod 600 -- "$authorized"
fi

say "Commands"
for one in $commands; do
  if command -v "$one" >/dev/null 2>&1; then
    say "  there   $one"
  else
    say "  MISSING $one"
    missing=1
  fi
done

say "Tell Stormbell"
say "  account $(id -un)"
say "  home    $HOME"
say "  host    $(uname -n)"
trust=
for one in $host_keys; do
  [ -r "$one" ] || continue
  shown=$(ssh-keygen -l -E sha256 -f "$one" 2>/dev/null) || continue
  say "  key     $shown"
  case $shown in *ED25519*) trust=$(printf '%s\n' "$shown" | cut -d' ' -f2) ;; esac
done
[ -n "$trust" ] || say "  MIND    no Ed25519 host key can be read here: ask who runs the machine for its fingerprint"
say "  stormbell machines add $name $(uname -n)@add@${trust:+ --trust $trust}"
[ "$missing" -eq 0 ] || say "Something is missing; see above."
exit "$missing"
"""


async def setup_script(session: AsyncSession, wanted: SetupAsk, *, actor: Principal) -> MachineSetup:
    """Return the script for one machine.

    Raises CredentialNotFound (404), SetupImpossible (409) for a credential that has no public half.
    """
    key, options, add = "", "", ""
    if wanted.credential_id is not None:
        held = await credentials.usable(session, wanted.credential_id, actor.user_id)
        public_key = held.public.get("public_key")
        if held.kind not in ("ssh_key", "ssh_ca") or not isinstance(public_key, str):
            raise SetupImpossible(f"{held.name} is a {held.kind}: it has no public key that could be let in")
        key, add = public_key.strip(), f" --credential {quote(held.name)}"
        users: Sequence[str] = held.public.get("users", ()) if held.kind == "ssh_ca" else ()
        options = key_options(
            users, wanted.source_addresses, is_jump=wanted.is_jump, is_authority=held.kind == "ssh_ca"
        )
    commands = [*_ALWAYS]
    run_directory = wanted.run_directory or RUN_DIRECTORY
    if wanted.driver is not None:
        drivers.load("machines.batch", wanted.driver)
        commands += _COMMANDS.get(wanted.driver, ())
        add += f" --driver {wanted.driver}"
    if wanted.run_directory is not None:
        add += f" --batch-setting {quote(f'run_directory={wanted.run_directory}')}"
    given = {
        "name": quote(wanted.name),
        "run_directory": _home(run_directory),
        "key": quote(key),
        "key_options": quote(options),
        "commands": quote(" ".join(commands)),
        # Between double quotes of the script.
        "add": "".join(f"\\{c}" if c in '"\\`$' else c for c in add),
    }
    script = _SCRIPT.replace("NAME_SHOWN", wanted.name)
    # All at once: what is filled in may itself look like one of the places.
    script = re.sub(f"@({'|'.join(given)})@", lambda place: given[place[1]], script)
    return MachineSetup(script=script, public_key=f"{options} {key}" if key else None, commands=commands)


def key_options(users: Sequence[str], addresses: Sequence[str], *, is_jump: bool, is_authority: bool) -> str:
    """Return the options of the line in authorized_keys: commands and files, nothing that is forwarded, no terminal.

    A host on the way to others has to forward what goes there (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
    """
    options = ["restrict"]
    if is_jump:
        options.append("port-forwarding")
    if is_authority:
        options += ["cert-authority", f'principals="{",".join(users)}"']
    if addresses:
        options.append(f'from="{",".join(addresses)}"')
    return ",".join(options)


def _home(path: str) -> str:
    return f'"$HOME"/{quote(path.removeprefix("~/"))}' if path.startswith("~/") else quote(path)
