"""Following: incidents, events, logs and output, live, over broken connections, and where no stream gets through."""

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from tests.cli.house import Live, Shell, incident_of, push, running_of, wait_for


def opened(live: Live, key: str, sleep_seconds: float = 0) -> str:
    """Push a reading; return its incident."""
    push(live, {"id": key, "station": key, "level_m": 3, "sleep_seconds": sleep_seconds})
    return wait_for(live, lambda: incident_of(live, key))


def test_watch_tells_each_fact_once_to_the_end(live: Live, shell: Shell) -> None:
    incident = opened(live, "watched", 0.5)
    done = shell("incidents", "watch", incident, "--recent", "100", "--json")
    assert done.code == 0, done.err
    facts = done.lines
    assert len({fact["id"] for fact in facts}) == len(facts)
    assert facts[0]["type"] == "incident.opened"
    assert (facts[-1]["type"], facts[-1]["data"]["after"]) == ("incident.state_changed", "complete")
    told = live.api.get(f"/events?incident_id={incident}&limit=500").json()["items"]
    assert [fact["id"] for fact in facts] == [fact["id"] for fact in reversed(told)]


def test_watch_of_an_incident_that_did_not_complete_is_1(live: Live, shell: Shell, running: dict[str, str]) -> None:
    process = shell.start("incidents", "watch", running["incident"], "--wait", "--json")
    live.api.post(f"/incidents/{running['incident']}/cancellation", json={"reason": "drill"}).raise_for_status()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert '"state": "cancelled"' in out


def test_watch_survives_streams_that_are_cut(live: Live, shell: Shell, running: dict[str, str]) -> None:
    with relay(live, cut_after=1) as url:
        process = shell.start("--url", url, "incidents", "watch", running["incident"], "--recent", "1", "--json")
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        for one in live.api.get(f"/simulations?incident_id={running['incident']}").json()["items"]:
            live.api.post(f"/simulations/{one['id']}/cancellation").raise_for_status()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    ids = [first["id"], *(json.loads(line)["id"] for line in out.splitlines())]
    assert len(ids) > 4  # each but the first came over a connection of its own
    told = live.api.get(f"/events?incident_id={running['incident']}&limit=500").json()["items"]
    upto = [fact["id"] for fact in reversed(told)]
    assert ids == upto[upto.index(ids[0]) : upto.index(ids[-1]) + 1]


def test_watch_waits_for_a_server_that_is_away(live: Live, shell: Shell, running: dict[str, str]) -> None:
    simulations = live.api.get(f"/simulations?incident_id={running['incident']}").json()["items"]
    with relay(live, cut_after=1) as url:
        process = shell.start("--url", url, "incidents", "watch", running["incident"], "--recent", "1")
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
    live.api.post(f"/simulations/{simulations[0]['id']}/cancellation").raise_for_status()  # ends the open connection
    assert "trying again" in process.stderr.readline()
    with relay(live, port=int(url.rpartition(":")[2])):
        live.api.post(f"/simulations/{simulations[1]['id']}/cancellation").raise_for_status()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "is complete" in out


def test_watch_asks_where_no_stream_gets_through(live: Live, shell: Shell) -> None:
    incident = opened(live, "polled", 0.5)
    with relay(live, stream=False) as url:
        done = shell("--url", url, "incidents", "watch", incident, "--recent", "100", "--json")
    assert done.code == 0, done.err
    assert [fact["id"] for fact in done.lines] == [
        fact["id"] for fact in live.api.get(f"/events?incident_id={incident}&limit=500").json()["items"]
    ][::-1]


def test_events_follow(live: Live, shell: Shell) -> None:
    process = shell.start("events", "--follow", "--type", "incident.*", "--limit", "5", "--json")
    assert process.stdout is not None
    assert '"incident.' in process.stdout.readline()  # from the past, so it is following by now
    incident = opened(live, "followed")
    lines = iter(process.stdout.readline, "")
    assert next(line for line in lines if incident in line and '"complete"' in line)
    process.terminate()
    process.communicate()


def test_logs_follow(live: Live, shell: Shell) -> None:
    # On a busy machine the server has warned of more than one thing by now.
    process = shell.start("logs", "--follow", "--level", "warning", "--limit", "200", "--json")
    assert process.stdout is not None
    assert next(line for line in iter(process.stdout.readline, "") if '"workflow broken"' in line)
    wrong = {"email": "nobody@example.org", "password": "wrong"}
    httpx.post(f"{live.server.url}/api/v1/sessions", json=wrong, trust_env=False)
    assert next(line for line in iter(process.stdout.readline, "") if "login failed" in line)
    process.terminate()
    process.communicate()


def test_logs_go_on_over_cut_streams_without_loss_or_repetition(live: Live, shell: Shell) -> None:
    with relay(live, cut_after=2) as url:  # the greeting and two records, then it hangs up
        process = shell.start("--url", url, "logs", "--follow", "-q", "login failed", "--json")
        assert process.stdout is not None
        for number in range(7):
            wrong = {"email": f"nobody{number}@example.org", "password": "wrong"}
            httpx.post(f"{live.server.url}/api/v1/sessions", json=wrong, trust_env=False)
        wanted = {record["request_id"] for record in _failed_logins(live)}
        assert len(wanted) >= 7
        told: list[str] = []
        while not wanted <= set(told):
            told.append(json.loads(process.stdout.readline())["request_id"])
        process.terminate()
        process.communicate()
    assert len(told) == len(set(told)), "told twice"


def test_logs_follow_without_streams_and_of_another_node(live: Live, shell: Shell) -> None:
    wrong = {"email": "nobody@example.org", "password": "wrong"}
    with relay(live, stream=False) as url:
        process = shell.start("--url", url, "logs", "--follow", "-q", "login failed", "--limit", "1", "--json")
        assert process.stdout is not None
        httpx.post(f"{live.server.url}/api/v1/sessions", json=wrong, trust_env=False)
        newest = _failed_logins(live)[0]["request_id"]
        assert next(line for line in iter(process.stdout.readline, "") if newest in line)
        process.terminate()
        process.communicate()
    process = shell.start("logs", "--follow", "--node", "nowhere", "--json")
    assert process.poll() is None
    process.terminate()
    out, _ = process.communicate()
    assert out == ""


def test_how_far_each_nodes_log_can_be_read(live: Live, shell: Shell) -> None:
    name = live.ids["node"]
    done = shell("logs", "nodes")
    assert done.code == 0, done.err
    assert name in done.out
    assert "as it is written" in done.out
    [mine] = [one for one in json.loads(shell("logs", "nodes", "--json").out)["items"] if one["node"] == name]
    assert mine["answers"]


def _failed_logins(live: Live) -> list[dict[str, str]]:
    found: list[dict[str, str]] = live.api.get("/logs?q=login failed&limit=50").json()["items"]
    return found


def test_output_follows_a_run_to_its_end(live: Live, shell: Shell) -> None:
    opened(live, "slowly", 3)
    one = wait_for(live, lambda: running_of(live, "slowly"))
    done = shell("simulations", "output", one["id"], "--follow")
    assert (done.code, done.out) == (0, "line one\nline two\n")
    documents = shell("simulations", "output", one["id"], "--follow", "--json").lines
    assert "".join(document["text"] for document in documents) == "line one\nline two\n"


@contextmanager
def relay(live: Live, *, stream: bool = True, cut_after: int | None = None, port: int = 0) -> Iterator[str]:
    """Stand between: without ``stream`` like a proxy that knows none, with ``cut_after`` facts one that hangs up."""

    class Relay(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kept = ("Authorization", "Last-Event-ID") + (("Accept",) if stream else ())
            headers = {name: self.headers[name] for name in kept if name in self.headers}
            with httpx.stream(
                "GET", live.server.url + self.path, headers=headers, trust_env=False, timeout=60
            ) as answer:
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):  # whoever follows may have heard enough
                    _pass_on(answer, self.wfile.write, cut_after)

        def log_request(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Relay)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _pass_on(answer: httpx.Response, write: Callable[[bytes], object], cut_after: int | None) -> None:
    if not answer.headers["Content-Type"].startswith("text/event-stream"):
        write(answer.read())
        return
    facts = 0
    for line in answer.iter_lines():
        write(f"{line}\n".encode())
        facts += line.startswith("data:")
        if cut_after is not None and facts > cut_after and not line:
            return
