"""Serves the sample wind as a weather service would: python3 wind.py [PORT]. Prints its address; ends with stdin."""

import hashlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

WIND = (Path(__file__).parent / "data" / "wind.json").read_bytes()
TAG = f'"{hashlib.sha256(WIND).hexdigest()[:16]}"'


class Wind(BaseHTTPRequestHandler):
    """Answers GET; 304 to whoever has it (RFC 9110)."""

    def do_GET(self) -> None:
        has_it = self.headers.get("If-None-Match") == TAG
        self.send_response(304 if has_it else 200)
        self.send_header("ETag", TAG)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "0" if has_it else str(len(WIND)))
        self.end_headers()
        if not has_it:
            self.wfile.write(WIND)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 0), Wind)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
