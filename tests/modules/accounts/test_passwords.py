"""Which passwords are taken, and how they are kept."""

import asyncio

import pytest
from people import PASSWORD

from app.modules.accounts import passwords
from app.modules.accounts.errors import PasswordRejected


@pytest.mark.security("S18")
async def test_argon2id_with_owasp_parameters_and_a_salt() -> None:
    one, other = await asyncio.gather(passwords.hash_password(PASSWORD), passwords.hash_password(PASSWORD))
    assert one.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert one != other
    assert await passwords.verify_password(PASSWORD, one) == (True, None)
    assert await passwords.verify_password(PASSWORD + " ", one) == (False, None)


async def test_nobody_has_no_password() -> None:
    assert await passwords.verify_password("", None) == (False, None)


async def test_a_weaker_hash_is_replaced() -> None:
    from pwdlib.hashers.argon2 import Argon2Hasher

    weak = Argon2Hasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    right, stronger = await passwords.verify_password(PASSWORD, weak)
    assert right
    assert stronger is not None
    assert "m=47104" in stronger


async def test_an_accent_may_be_typed_either_way() -> None:
    stored = await passwords.hash_password("caf\u00e9 au lait")
    assert (await passwords.verify_password("cafe\u0301 au lait", stored))[0]


async def test_hashing_leaves_the_event_loop_alone() -> None:
    hashing = asyncio.ensure_future(passwords.hash_password(PASSWORD))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100


@pytest.mark.parametrize("password", ["12345678", "PASSWORD", "Iloveyou", "1qaz2wsx", "greyhoun"])
@pytest.mark.security("S18")
def test_common_passwords_are_refused_in_any_case(password: str) -> None:
    with pytest.raises(PasswordRejected, match="most common"):
        passwords.require_acceptable(password, "ada@example.org")


@pytest.mark.parametrize("password", ["adalovelace", "AdaLovelace@example.org"])
def test_the_email_is_no_password(password: str) -> None:
    with pytest.raises(PasswordRejected, match="email"):
        passwords.require_acceptable(password, "adalovelace@example.org")


@pytest.mark.parametrize("password", ["zv81lqwe", " spaces are fine ", "x" * 256, "пароль-из-слов", "🐎🔋📎🐎🔋📎🐎🔋"])
def test_anything_else_of_eight_characters_is_taken(password: str) -> None:
    passwords.require_acceptable(password, "ada@example.org")


@pytest.mark.parametrize("password", ["", "1234567", "zv81lqw", "x" * 257])
def test_length_is_bounded(password: str) -> None:
    with pytest.raises(PasswordRejected, match="characters"):
        passwords.require_acceptable(password, "ada@example.org")


@pytest.mark.security("S18")
def test_the_list_has_three_thousand_that_the_length_allows() -> None:
    common = passwords._common()
    assert len(common) == 3000
    assert min(map(len, common)) >= passwords.SHORTEST
    assert all(password == password.casefold() for password in common)
