"""Codes by mail: sent by a job nobody can read, through a real mail server, good once."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from people import PASSWORD, SAME_ORIGIN, Browse, add_token, add_user, bearer, events_of, log_in, run_sql

from app.kernel.node import Node
from app.kernel.redaction import redact_line
from app.kernel.settings import Settings, SettingsProblem
from app.modules.accounts.loops import sweep
from app.modules.accounts.verification import make_code
from tests.conftest import settings_for

NEW = "a wholly new pass phrase"


@dataclass
class Mailbox:
    """A mail server on loopback; what it took, and what it answers next to RCPT."""

    taken: list[Message] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    port: int = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        async with self.arrived:
            self.taken.append(message_from_bytes(envelope.content))
            self.arrived.notify_all()
        return "250 OK"

    async def wait(self, count: int) -> Message:
        async with asyncio.timeout(30), self.arrived:
            await self.arrived.wait_for(lambda: len(self.taken) >= count)
        return self.taken[count - 1]


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="localhost", loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()
    await server.wait_closed()


@pytest.fixture
def settings(tmp_path: Path, mailbox: Mailbox) -> Settings:
    mail = {"backend": "smtp", "host": "127.0.0.1", "port": mailbox.port, "security": "none"}
    flags = {f"accounts.mail.{name}": value for name, value in mail.items()}
    flags |= {"accounts.mail.sender": "stormbell@example.org", "accounts.sign_up": True}
    return settings_for(tmp_path / "data", **flags)


def code_in(message: Message) -> str:
    found = re.search(r"#code=(\w{43})\b", text_of(message))
    assert found is not None, message
    return found[1]


def text_of(message: Message) -> str:
    content = message.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


async def ended_jobs(node: Node, count: int) -> list[Any]:
    """Return how mail jobs ended, once so many have."""
    async with asyncio.timeout(30):
        while True:
            rows = await run_sql(
                node, "SELECT state, payload::text FROM finished_jobs WHERE kind = 'accounts.mail' ORDER BY number"
            )
            if len(rows) >= count:
                return rows
            await asyncio.sleep(0.02)


@pytest.mark.covers("A5")
@pytest.mark.security("S14")
async def test_a_forgotten_password_is_reset_once(running_node: Node, browse: Browse, mailbox: Mailbox) -> None:
    ada = await add_user(running_node)
    client, elsewhere = browse(), browse("10.0.0.9")
    await log_in(elsewhere)
    _, token = await add_token(running_node, ada)
    asked = await client.post("/password-resets", json={"email": " Ada@Example.org "})
    assert (asked.status_code, asked.content) == (202, b"null")
    message = await mailbox.wait(1)
    assert (message["To"], message["From"]) == ("ada@example.org", "stormbell@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    code = code_in(message)
    assert f"http://127.0.0.1:8000/reset#code={code}" in text_of(message)

    weak = await client.post("/password-resets/redeem", json={"code": code, "password": "password1"})
    assert (weak.status_code, weak.json()["code"]) == (422, "password_rejected")
    # Somebody who was in the account may have linked theirs: the reset asks, and the code still works.
    await run_sql(
        running_node,
        "INSERT INTO linked_identities (id, user_id, method, issuer, subject, email)"
        " VALUES ('idn_1', :ada, 'uni', 'https://uni.example', 'eve', 'eve@uni.example')",
        ada=ada,
    )
    asked = await client.post("/password-resets/redeem", json={"code": code, "password": NEW})
    assert (asked.status_code, asked.json()["code"]) == (409, "ways_in_remain")
    assert asked.json()["errors"][0]["message"].startswith("uni eve@uni.example, added ")
    body = {"code": code, "password": NEW, "other_ways": "remove"}
    done = await client.post("/password-resets/redeem", json=body)
    assert done.status_code == 204, done.text
    assert await run_sql(running_node, "SELECT 1 FROM linked_identities") == []
    assert (await log_in(browse(), password=PASSWORD)).status_code == 401
    assert (await log_in(browse(), password=NEW)).status_code == 201
    assert (await elsewhere.get("/sessions/current")).status_code == 401
    assert (await browse().get("/tokens", headers=bearer(token))).status_code == 401
    again = await client.post("/password-resets/redeem", json={"code": code, "password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (410, "code_invalid")
    [(verified,)] = await run_sql(running_node, "SELECT verified_email FROM users")
    assert verified == "ada@example.org"
    written = await run_sql(
        running_node, "SELECT actor_id, object_id FROM audit_events WHERE action = 'account.password_reset'"
    )
    assert written == [(ada, ada)]


@pytest.mark.security("S14", "S18")
async def test_nobody_learns_who_has_an_account(running_node: Node, browse: Browse, mailbox: Mailbox) -> None:
    """The answer, the rows and the job are the same; only a mailbox knows."""
    await add_user(running_node)
    await add_user(running_node, "sso@example.org", name="Sso")
    await run_sql(running_node, "UPDATE users SET password_hash = NULL WHERE email = 'sso@example.org'")
    client = browse()
    answers = [
        await client.post("/password-resets", json={"email": email})
        for email in ("nobody@example.org", "sso@example.org", "ada@example.org")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"null")}
    jobs = await ended_jobs(running_node, 3)
    assert {state for state, _ in jobs} == {"succeeded"}
    assert [message["To"] for message in mailbox.taken] == ["ada@example.org"]
    code = code_in(mailbox.taken[0])
    for _, payload in jobs:
        assert "example.org" not in payload
        assert code not in payload
    facts = await run_sql(running_node, "SELECT events::text FROM events")
    audit = await run_sql(running_node, "SELECT audit_events::text FROM audit_events")
    assert not any(code in row for (row,) in facts + audit)
    [(stored,)] = await run_sql(running_node, "SELECT email_codes::text FROM email_codes")
    assert code not in stored


@pytest.mark.covers("A5")
@pytest.mark.security("S14")
async def test_an_address_is_verified_once(running_node: Node, browse: Browse, mailbox: Mailbox) -> None:
    ada = await add_user(running_node)
    client = browse()
    assert (await client.post("/email-verifications")).status_code == 401
    await log_in(client)
    assert (await client.post("/email-verifications", headers=SAME_ORIGIN)).status_code == 202
    code = code_in(await mailbox.wait(1))
    # A code for one purpose is none for another.
    reset = await client.post("/password-resets/redeem", json={"code": code, "password": NEW}, headers=SAME_ORIGIN)
    assert (reset.status_code, reset.json()["code"]) == (410, "code_invalid")
    assert (await browse().post("/email-verifications/redeem", json={"code": code})).status_code == 204
    again = await browse().post("/email-verifications/redeem", json={"code": code})
    assert (again.status_code, again.json()["code"]) == (410, "code_invalid")
    [(verified,)] = await run_sql(running_node, "SELECT verified_email FROM users")
    assert verified == "ada@example.org"
    assert [e.subject_id for e in await events_of(running_node, "account.changed")] == [ada]


@pytest.mark.security("S14")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE email_codes SET expires_at = now()",
        "UPDATE users SET email = 'new@example.org'",
        "UPDATE users SET disabled_at = now()",
    ],
    ids=["an hour", "another address", "disabled"],
)
async def test_codes_end(running_node: Node, browse: Browse, mailbox: Mailbox, change: str) -> None:
    await add_user(running_node)
    client = browse()
    await client.post("/password-resets", json={"email": "ada@example.org"})
    code = code_in(await mailbox.wait(1))
    [(seconds,)] = await run_sql(running_node, "SELECT extract(epoch FROM expires_at - created_at) FROM email_codes")
    assert seconds == 3600
    await run_sql(running_node, change)
    for wrong in (code, "", "x", "0" * 43, code[:-1], "\u00e9" * 43):
        refused = await client.post("/password-resets/redeem", json={"code": wrong, "password": NEW})
        assert (refused.status_code, refused.json()["code"]) == (410, "code_invalid")
    await run_sql(running_node, "UPDATE email_codes SET expires_at = now() - interval '25 hours'")
    await sweep(running_node)
    assert await run_sql(running_node, "SELECT 1 FROM email_codes") == []


@pytest.mark.security("S14")
async def test_a_code_is_good_for_one_of_many(running_node: Node, browse: Browse, mailbox: Mailbox) -> None:
    await add_user(running_node)
    for _ in range(2):
        await browse().post("/password-resets", json={"email": "ada@example.org"})
    await mailbox.wait(2)
    codes = [code_in(message) for message in mailbox.taken]
    bodies = [{"code": code, "password": f"{NEW} {number}"} for number, code in enumerate(codes * 3)]
    answers = await asyncio.gather(*[browse().post("/password-resets/redeem", json=body) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410, 410, 410]


async def test_a_mailbox_is_not_for_others_to_fill(running_node: Node, browse: Browse, mailbox: Mailbox) -> None:
    await add_user(running_node)
    answers = [
        await browse(f"10.0.0.{number}").post("/password-resets", json={"email": "ada@example.org"})
        for number in range(8)
    ]
    assert {answer.status_code for answer in answers} == {202}
    await ended_jobs(running_node, 8)
    assert len(mailbox.taken) == 5
    one = [await browse().post("/password-resets", json={"email": "ada@example.org"}) for _ in range(12)]
    assert (one[-1].status_code, one[-1].json()["code"]) == (429, "login_throttled")
    assert (await log_in(browse())).status_code == 201  # asking for mails shuts nobody out


async def test_the_mail_server_is_tried_again(running_node: Node, browse: Browse, mailbox: Mailbox) -> None:
    await add_user(running_node)
    await run_sql(running_node, "UPDATE users SET email = 'bob@example.org'")
    mailbox.answers = ["451 later"]
    await browse().post("/password-resets", json={"email": "bob@example.org"})
    assert (await mailbox.wait(1))["To"] == "bob@example.org"
    mailbox.answers = ["550 bob@example.org is unknown here"]
    await browse().post("/password-resets", json={"email": "bob@example.org"})
    states = [state for state, _ in await ended_jobs(running_node, 2)]
    assert states[0] == "succeeded"
    assert states[1] != "succeeded"
    said = await run_sql(running_node, "SELECT finished_jobs::text FROM finished_jobs WHERE kind = 'accounts.mail'")
    assert not any("bob@" in row for (row,) in said)


async def test_nobody_sends_a_mail_password_in_the_clear(tmp_path: Path) -> None:
    flags = {
        "accounts.mail.security": "none",
        "accounts.mail.username": "stormbell",
        "accounts.mail.host": "mx.example",
    }
    with pytest.raises(SettingsProblem, match="in the clear"):
        settings_for(tmp_path, **flags)


class TestConsole:
    """Without a mail server the mail is for whoever reads the console."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return settings_for(tmp_path / "data", **{"accounts.mail.password": "s3cret of the mail server"})

    async def test_it_is_printed_and_not_logged(
        self, running_node: Node, browse: Browse, capfd: pytest.CaptureFixture[str]
    ) -> None:
        await add_user(running_node)
        await browse().post("/password-resets", json={"email": "ada@example.org"})
        await ended_jobs(running_node, 1)
        printed = capfd.readouterr().err
        assert "| To: ada@example.org" in printed
        found = re.search(r"#code=(\w{43})\b", printed)
        assert found is not None
        done = await browse().post("/password-resets/redeem", json={"code": found[1], "password": NEW})
        assert done.status_code == 204
        # What the log writer keeps is its files; the mail server's password is blanked in them.
        kept = b"".join(file.read_bytes() for file in running_node.settings.data_directory.rglob("*") if file.is_file())
        assert found[1].encode() not in kept
        assert b"s3cret" not in redact_line(b"it is s3cret of the mail server")


@pytest.mark.covers("V1")
@pytest.mark.security("S14")
async def test_who_signs_up_shows_that_the_address_is_theirs(
    running_node: Node, browse: Browse, mailbox: Mailbox
) -> None:
    _, raw = await add_token(running_node, await add_user(running_node, "olga@example.org", name="Olga"))
    olga, stranger = browse(headers=bearer(raw)), browse()
    for email in ("olga@example.org", "sue@example.org"):
        asked = await stranger.post("/sign-ups", json={"email": email, "name": "Sue", "password": NEW})
        assert asked.status_code == 202
    message = await mailbox.wait(1)
    assert message["To"] == "sue@example.org", "nobody who has an account is sent one"
    [waiting] = (await olga.get("/users", params={"state": "waiting"})).json()["items"]
    assert waiting["verified_email"] is None
    proved = await stranger.post("/email-verifications/redeem", json={"code": code_in(message)})
    assert proved.status_code == 204
    approved = await olga.post(f"/users/{waiting['id']}/approval", json={})
    assert (approved.status_code, approved.json()["verified_email"]) == (200, "sue@example.org")
    assert (await log_in(browse(), "sue@example.org", NEW)).status_code == 201
    await ended_jobs(running_node, 2)
    assert len(mailbox.taken) == 1


@pytest.mark.security("S14")
async def test_whose_password_stands_is_who_shows_that_the_address_is_theirs(
    running_node: Node, browse: Browse, mailbox: Mailbox
) -> None:
    """Somebody signs up with Sue's address before she does, and again when she has shown that it is hers."""
    _, raw = await add_token(running_node, await add_user(running_node, "olga@example.org", name="Olga"))
    olga, stranger = browse(headers=bearer(raw)), browse()

    async def sign_up(name: str, password: str, count: int) -> str:
        body = {"email": "sue@example.org", "name": name, "password": password}
        assert (await stranger.post("/sign-ups", json=body)).status_code == 202
        await ended_jobs(running_node, count)
        [waiting] = (await olga.get("/users", params={"state": "waiting"})).json()["items"]
        return str(waiting["id"])

    evil = await sign_up("Eve", "a password of the thief", 1)
    hers = await sign_up("Sue", NEW, 2)
    first, second = [code_in(message) for message in mailbox.taken]
    assert "do not open it" in text_of(mailbox.taken[0])
    dead = await stranger.post("/email-verifications/redeem", json={"code": first})
    assert (dead.status_code, dead.json()["code"]) == (410, "code_invalid")
    looked_at = await olga.post(f"/users/{evil}/approval", json={"force": True})
    assert looked_at.status_code == 404, "who approves Eve's does not let in whoever came after"
    async with running_node.database.transaction() as session:  # her mail goes out late
        assert await make_code(session, "sue@example.org", "verify", 3600, sign_up_id=evil) is None
    assert (await stranger.post("/email-verifications/redeem", json={"code": second})).status_code == 204
    assert await sign_up("Eve", "a password of the thief", 3) == hers
    assert len(mailbox.taken) == 2
    approved = await olga.post(f"/users/{hers}/approval", json={})
    assert (approved.status_code, approved.json()["name"]) == (200, "Sue")
    assert (await log_in(browse(), "sue@example.org", "a password of the thief")).status_code == 401
    assert (await log_in(browse(), "sue@example.org", NEW)).status_code == 201


async def test_signing_up_again_and_again_fills_no_mailbox(
    running_node: Node, browse: Browse, mailbox: Mailbox
) -> None:
    body = {"email": "sue@example.org", "name": "Sue", "password": NEW}
    for number in range(1, 8):
        assert (await browse(f"10.0.0.{number}").post("/sign-ups", json=body)).status_code == 202
        await ended_jobs(running_node, number)
    assert len(mailbox.taken) == 5
    states = await run_sql(running_node, "SELECT count(*), count(used_at) FROM email_codes")
    assert states == [(5, 5)]


@pytest.mark.security("S14")
async def test_a_code_for_a_new_password_ends_when_another_is_set(
    running_node: Node, browse: Browse, mailbox: Mailbox
) -> None:
    await add_user(running_node)
    client = browse(headers=SAME_ORIGIN)
    await log_in(client)
    await client.post("/password-resets", json={"email": "ada@example.org"})
    code = code_in(await mailbox.wait(1))
    changed = await client.put("/profile/password", json={"old_password": PASSWORD, "new_password": NEW})
    assert changed.status_code == 204, changed.text
    refused = await client.post("/password-resets/redeem", json={"code": code, "password": PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (410, "code_invalid")


@pytest.mark.security("S14")
async def test_an_invitation_comes_by_mail_and_again(running_node: Node, browse: Browse, mailbox: Mailbox) -> None:
    _, raw = await add_token(running_node, await add_user(running_node, "olga@example.org", name="Olga"))
    olga, stranger = browse(headers=bearer(raw)), browse()
    quiet = await olga.post("/invitations", json={"email": "mo@example.org", "mail": False})
    assert (quiet.status_code, quiet.json()["mailed_at"]) == (201, None)
    made = await olga.post("/invitations", json={"email": "ivy@example.org", "role": "runner"})
    first = await mailbox.wait(1)
    assert first["To"] == "ivy@example.org"
    assert code_in(first) in made.json()["link"]
    assert "Olga invites you" in text_of(first)
    path = f"/invitations/{made.json()['id']}/mail"
    soon = await olga.post(path)
    assert (soon.status_code, soon.json()["code"]) == (429, "mailed_just_now")
    await run_sql(running_node, "UPDATE invitations SET mailed_at = now() - interval '61 s', expires_at = now()")
    again = await olga.post(path)
    assert again.status_code == 202, again.text
    assert "link" not in again.json()
    second = await mailbox.wait(2)
    acceptance = {"email": "ivy@example.org", "name": "Ivy", "password": NEW}
    old = await stranger.post("/invitations/acceptance", json={"code": code_in(first), **acceptance})
    assert old.status_code == 404, "the link before works no more"
    taken = await stranger.post("/invitations/acceptance", json={"code": code_in(second), **acceptance})
    assert (taken.status_code, taken.json()["role"]) == (201, "runner")
    gone = await olga.post(path)
    assert (gone.status_code, gone.json()["code"]) == (404, "invitation_not_found")
    for _, payload in await ended_jobs(running_node, 2):
        assert "ivy" not in payload
        assert code_in(first) not in payload
