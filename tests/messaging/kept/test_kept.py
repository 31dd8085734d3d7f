"""Messages that come while the database is away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from messaging.inbound import store
from messaging.kept import door, taking_in
from messaging.kept.folder import MOST_TIMES_BEHIND, Folder
from messaging.models import Delivery, Message
from messaging.webhooks import accounts
from optouts.models import OptOut
from tests.messaging.conftest import PERSON

pytestmark = pytest.mark.django_db


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*_given: object) -> None:
        raise OperationalError("the server is away")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture(autouse=True)
def account_was_seen(monkeypatch, write) -> None:
    monkeypatch.setattr(accounts, "_recent", {})
    monkeypatch.setattr(door, "take_in_soon", lambda: None)
    write("Hola", 1)


def texts() -> list[str]:
    return list(Message.objects.inbound().order_by("pk").values_list("body", flat=True))


def files() -> list[Path]:
    return Folder.of_tenant().in_order()


def test_a_message_is_kept_and_taken_in_later(write):
    with database_away():
        response = write("¿Cuánto por mi Yaris?", 2)

    assert (response.status_code, texts()) == (200, ["Hola"])
    assert taking_in.take_in() == 1
    assert (texts(), files()) == (["Hola", "¿Cuánto por mi Yaris?"], [])


def test_an_opt_out_that_was_kept_is_honoured_and_confirmed(write):
    with database_away():
        write("BAJA", 2)

    taking_in.take_in()

    answer = Delivery.objects.get()
    assert OptOut.objects.get().phone == PERSON
    assert (answer.address, answer.body) == (PERSON, "Listo. No volveremos a contactarte.")


def test_what_comes_while_older_ones_wait_goes_behind_them(write):
    with database_away():
        write("uno", 2)
        write("dos", 3)
    write("tres", 4)

    assert texts() == ["Hola"]
    taking_in.take_in()
    assert texts() == ["Hola", "uno", "dos", "tres"]


def test_a_message_that_is_kept_twice_is_stored_once(write):
    with database_away():
        write("uno", 2)
        write("uno", 2)

    assert taking_in.take_in() == 2
    assert texts() == ["Hola", "uno"]


def test_what_is_kept_waits_while_the_database_stays_away(write):
    with database_away():
        write("uno", 2)
        with pytest.raises(OperationalError):
            taking_in.take_in()

    assert len(files()) == 1


def test_a_file_that_holds_no_message_is_set_aside(write, caplog):
    with database_away():
        write("uno", 2)
        write("dos", 3)
    files()[0].write_text('{"body": "no"}', encoding="utf-8")

    assert taking_in.take_in() == 1
    assert texts() == ["Hola", "dos"]
    assert len([*Folder.of_tenant().path.glob("refused/*.json")]) == 1


def test_only_one_process_takes_in(write):
    with database_away():
        write("uno", 2)

    with Folder.of_tenant().alone():
        assert taking_in.take_in() == 0
    assert taking_in.take_in() == 1


def test_only_its_owner_may_read_what_is_kept(write):
    with database_away():
        write("uno", 2)

    [file] = files()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_wrong_signature_keeps_nothing(client):
    [(_provider, _path, account_sid)] = accounts._recent
    posted = {"MessageSid": "SM1", "Body": "uno", "AccountSid": account_sid}

    with database_away():
        response = client.post("/twilio/inbound", posted)

    assert (response.status_code, files()) == (403, [])


@pytest.fixture
def fill_the_disk(monkeypatch) -> Callable[[], None]:
    """From its call on nothing more can be written to the folder."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    return lambda: monkeypatch.setattr("messaging.kept.folder.os.fsync", full)


def test_a_disk_that_takes_nothing_lets_the_provider_ask_again(write, fill_the_disk, caplog):
    fill_the_disk()

    with database_away():
        response = write("uno", 2)

    assert (response.status_code, files(), texts()) == (503, [], ["Hola"])
    assert [*Folder.of_tenant().path.iterdir()] == []
    said = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert said[:2] == [
        "A message could not be kept on the disk: No space left on device.",
        "The database is away: a request to /twilio/inbound is not stored, and its sender is told"
        " to send it again. OperationalError",
    ]


def test_a_full_disk_with_older_ones_on_it_loses_nothing(write, fill_the_disk):
    with database_away():
        write("uno", 2)
    fill_the_disk()

    with database_away():
        refused = write("dos", 3)
    stored = write("tres", 4)

    assert (refused.status_code, stored.status_code) == (503, 200)
    taking_in.take_in()
    assert texts() == ["Hola", "tres", "uno"]


def test_an_account_that_was_not_seen_lets_the_provider_ask_again(write, monkeypatch):
    monkeypatch.setattr(accounts, "_recent", {})

    with database_away():
        response = write("uno", 2)

    assert (response.status_code, files()) == (503, [])


@pytest.fixture
def poison(monkeypatch) -> str:
    """A text with which the database fails, each time, while it stores others."""

    def failing(real):
        def insert(messages, **given):
            if any(one.body == "veneno" for one in messages):
                raise OperationalError("index row size exceeds the maximum")
            return real(messages, **given)

        return insert

    monkeypatch.setattr(store, "insert_messages", failing(store.insert_messages))
    return "veneno"


def test_a_message_with_which_the_database_fails_holds_up_no_other(write, poison):
    with database_away():
        write(poison, 2)
        write("uno", 3, From="whatsapp:+56975400947")

    assert taking_in.take_in() == 1
    assert (texts(), len(files())) == (["Hola", "uno"], 1)


def test_a_message_that_fails_again_and_again_beside_others_is_set_aside(write, poison):
    with database_away():
        write(poison, 2)

    for number in range(3, 3 + MOST_TIMES_BEHIND + 1):
        with database_away():
            write("otro", number, From=f"whatsapp:+5697540090{number}")
        assert taking_in.take_in() == 1

    assert files() == []
    assert len([*Folder.of_tenant().path.glob("refused/*.json")]) == 1
