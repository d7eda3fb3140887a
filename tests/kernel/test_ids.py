"""Identifiers: their form, their order, and that no two processes make the same."""

import os
import time

import pytest

from app.kernel.ids import is_id, new_id

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_time_is_in_the_first_ten_characters() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id("inc")
    after = time.time_ns() // 1_000_000
    assert is_id(made, "inc")
    milliseconds = 0
    for character in made.removeprefix("inc_")[:10]:
        milliseconds = milliseconds * 32 + _ALPHABET.index(character)
    assert before <= milliseconds <= after


def test_ids_of_one_process_sort_as_they_were_made() -> None:
    made = [new_id("job") for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 and later: the server has threads
def test_a_forked_process_does_not_count_on_from_its_parents() -> None:
    new_id("job")
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.write(writer, "".join(new_id("job") for _ in range(100)).encode())
        os._exit(0)
    os.close(writer)
    ours = {new_id("job") for _ in range(100)}
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(process, 0)
    theirs = {text[at : at + 30] for at in range(0, len(text), 30)}
    assert len(theirs) == 100
    assert not ours & theirs
