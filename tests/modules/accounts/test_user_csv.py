"""Users as CSV: they survive a rebuilt database with their passwords, and a spreadsheet runs nothing of it."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from people import PASSWORD, Browse, add_token, add_user, bearer, log_in, run_sql

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import accounts
from app.modules.accounts.user_csv import COLUMNS, _quoted, _unquoted

HASH = "$argon2id$v=19$m=47104,t=1,p=1$c29tZXNhbHRzb21l$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY"


async def dumped(node: Node) -> str:
    async with node.database.transaction() as session:
        return await accounts.export_users(session)


async def loaded(node: Node, text: str) -> list[tuple[str, str | None]]:
    """Import a file and return outcome and reason of each line."""
    async with node.database.transaction() as session:
        return [(row.outcome, row.reason) for row in await accounts.import_users(session, text)]


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.covers("V8")
async def test_people_and_their_passwords_survive_a_rebuilt_database(running_node: Node, browse: Browse) -> None:
    await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    bob = await add_user(running_node, "bob@example.org", Role.RUNNER, "=cmd|' /C calc'!A0")
    await run_sql(running_node, "UPDATE users SET allowed_workflows = '{flood,wildfire}' WHERE id = :id", id=bob)
    gone = await add_user(running_node, "+gone@example.org", Role.VIEWER, "'s Gone")
    async with running_node.database.transaction() as session:
        await accounts.disable(session, gone)
    before = await run_sql(running_node, "SELECT * FROM users ORDER BY id")
    text = await dumped(running_node)
    await run_sql(running_node, "DELETE FROM users")
    assert await loaded(running_node, text) == [("created", None)] * 3
    assert await run_sql(running_node, "SELECT * FROM users ORDER BY id") == before
    assert (await log_in(browse(), "bob@example.org", PASSWORD)).status_code == 201
    assert (await log_in(browse(), "+gone@example.org", PASSWORD)).status_code == 401


async def test_the_same_file_again_changes_nothing_and_ends_no_login(running_node: Node, browse: Browse) -> None:
    olga = await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    client = browse(headers=bearer((await add_token(running_node, olga))[1]))
    assert await loaded(running_node, await dumped(running_node)) == [("unchanged", None)]
    assert (await client.get("/profile")).status_code == 200


async def test_a_changed_line_changes_one_person_and_ends_their_logins(running_node: Node, browse: Browse) -> None:
    await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    bob = await add_user(running_node, "bob@example.org", Role.ADMIN, "Bob")
    client = browse(headers=bearer((await add_token(running_node, bob))[1]))
    line = {"email": "BOB@example.org", "name": "Bob", "role": "viewer"}
    assert await loaded(running_node, table(line)) == [("updated", None)]
    assert (await client.get("/profile")).status_code == 401
    [deed] = await run_sql(running_node, "SELECT object_id, data FROM audit_events WHERE action = 'user.import'")
    assert (deed.object_id, deed.data["changed"]) == (bob, ["role"])
    [row] = await run_sql(running_node, "SELECT role, password_hash FROM users WHERE id = :id", id=bob)
    assert row.role == "viewer"
    assert row.password_hash.startswith("$argon2id$")  # a column the file lacks is left as it is


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"email": "nobody"}, "An email address looks like name@example.org, in ASCII"),
        ({"role": "root"}, "role 'root': choose from viewer, runner, operator, admin, owner"),
        ({"name": ""}, "A name has 1 to 100 printable characters"),
        ({"id": "usr_1"}, "id 'usr_1' is none of ours; leave the cell empty for a new one"),
        ({"password_hash": "hunter2"}, "password_hash is not an argon2id hash"),
        ({"password_hash": HASH.replace("m=47104", "m=9999999")}, "password_hash would take too much memory"),
        ({"disabled_at": "yesterday"}, "disabled_at 'yesterday' is no time with a zone"),
        ({"allowed_workflows": "wildfire"}, "allowed_workflows is empty (all of them) or a list"),
    ],
)
async def test_a_line_that_cannot_be_taken_is_named_and_the_others_are_taken(
    running_node: Node, cells: dict[str, str], reason: str
) -> None:
    good = dict.fromkeys(COLUMNS, "") | {"email": "a@example.org", "name": "A", "role": "viewer"}
    bad = good | {"email": "b@example.org"} | cells
    last = good | {"email": "c@example.org", "password_hash": HASH}
    [first, refused, third] = await loaded(running_node, table(good, bad, last))
    assert (first, third) == (("created", None), ("created", None))
    assert refused[0] == "refused"
    assert (refused[1] or "").startswith(reason)
    assert len(await run_sql(running_node, "SELECT id FROM users")) == 2


async def test_two_people_are_not_made_one(running_node: Node) -> None:
    olga = await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    await add_user(running_node, "bob@example.org", Role.RUNNER, "Bob")
    line = {"id": olga, "email": "bob@example.org", "name": "Mallory", "role": "owner"}
    assert [outcome for outcome, _ in await loaded(running_node, table(line))] == ["refused"]


async def test_no_file_takes_the_last_owner_away(running_node: Node) -> None:
    await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    with pytest.raises(Problem) as refused:
        await loaded(running_node, table({"email": "olga@example.org", "name": "Olga", "role": "viewer"}))
    assert refused.value.code == "last_owner"
    assert [row.role for row in await run_sql(running_node, "SELECT role FROM users")] == ["owner"]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "email,name\nx@y.org,X\n", 'email,name,role\n"x@y.org,X,viewer\n'])
async def test_what_is_no_file_of_users_is_refused(running_node: Node, text: str) -> None:
    with pytest.raises(Problem) as refused:
        await loaded(running_node, text)
    assert refused.value.code == "csv_unreadable"


@given(cell=st.text(max_size=20))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_cell_holds_it_comes_back_and_no_spreadsheet_runs_it(cell: str) -> None:
    written = _quoted(cell)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert _unquoted(written) == cell


def test_an_apostrophe_of_a_name_from_elsewhere_stays() -> None:
    assert _unquoted("'s-Gravenhage") == "'s-Gravenhage"
