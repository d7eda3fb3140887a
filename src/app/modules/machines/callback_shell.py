"""What a run's script says to the server when it begins and ends, and how it signs that: shell, and the same in Python.

The signature is HMAC-SHA256 (RFC 2104) made by coreutils: its key is in no argument and no environment, and no node
needs openssl for it. Sending has curl, wget or python3, whichever is there first, and a time it is killed after.
"""

import hmac

KEY_FILE = "callback.key"
# As long as the block of SHA-256, so that the shell has nothing to pad.
KEY_BYTES = 64

# `signed TEXT KEY`; `sent BODY`, to `$callback` and for `$callback_seconds` at most; `said MARKER STATE KEY`. What the
# environment exports under their names of things stays as it is.
SHELL = r"""
signed() {
  local +x text=$1 key=$2 inner= outer= digest= i
  [[ $key =~ ^[0-9a-f]{128}$ ]] || return
  for ((i = 0; i < 128; i += 2)); do
    printf -v inner '%s\\x%02x' "$inner" $((0x${key:i:2} ^ 0x36))
    printf -v outer '%s\\x%02x' "$outer" $((0x${key:i:2} ^ 0x5c))
  done
  digest=$({ printf "$inner"; printf %s "$text"; } | sha256sum)
  for ((i = 0; i < 64; i += 2)); do outer+="\\x${digest:i:2}"; done
  digest=$(printf "$outer" | sha256sum)
  printf %s "${digest%% *}"
}
sent() {
  if command -v curl >/dev/null; then
    printf %s "$1" | timeout -s KILL "$callback_seconds" curl --silent --output /dev/null \
      --write-out 'status %{http_code}\n' --header 'Content-Type: application/json' --data-binary @- -- "$callback"
  elif command -v wget >/dev/null; then
    timeout -s KILL "$callback_seconds" wget --server-response --quiet --tries=1 --output-document=/dev/null \
      --header='Content-Type: application/json' --post-data="$1" \
      -- "$callback" 2>&1 | sed -n 's|^ *HTTP/[0-9.]* |status |p'
  elif command -v python3 >/dev/null; then
    printf %s "$1" | timeout -s KILL "$callback_seconds" python3 -c '
import sys, urllib.error as wrong, urllib.request as web
asked = web.Request(sys.argv[1], sys.stdin.buffer.read(), {"Content-Type": "application/json"})
try:
    print("status", web.urlopen(asked).status)
except wrong.HTTPError as error:
    print("status", error.code)' "$callback"
  fi
}
said() {
  local +x at=$(date +%s.%N) signature
  signature=$(signed "run callback 1 $1 $2 $at" "$3") || return
  sent "{\"marker\":\"$1\",\"state\":\"$2\",\"at\":\"$at\",\"signature\":\"$signature\"}"
}
"""


def signature(key: bytes, marker: str, state: str, at: str) -> str:
    """Return what a run with this key signs that it began or ended with; ``at`` are its seconds, as it wrote them."""
    return hmac.digest(key, f"run callback 1 {marker} {state} {at}".encode(), "sha256").hex()
