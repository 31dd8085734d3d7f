import json

from waproject.lab.twilio_simulator.talking.acquaintances import Acquaintances, Heard

ANA, JUAN, OURS = "whatsapp:+56975400946", "whatsapp:+56975400947", "whatsapp:+56220000000"


def journal(tmp_path, *entries):
    path = tmp_path / "journal.jsonl"
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries), encoding="utf-8")
    return path


def sent(to, sid, from_=OURS):
    return {"kind": "api", "to": to, "from": from_, "sid": sid}


def test_people_of_an_earlier_run_are_known_by_what_they_heard_last(tmp_path):
    path = journal(tmp_path, sent(ANA, "SM1"), sent(JUAN, "SM2"), sent(ANA, "SM3"))

    people = Acquaintances([path])

    assert {one: people.heard(one) for one in people} == {
        ANA: Heard("SM3", OURS),
        JUAN: Heard("SM2", OURS),
    }


def test_whoever_opted_out_is_none_any_more(tmp_path):
    wrote = {"kind": "inbound", "from": ANA, "intent": "opt_out"}
    path = journal(tmp_path, sent(ANA, "SM1"), sent(JUAN, "SM2"), wrote)

    people = Acquaintances([path])

    assert ([*people], people.past) == ([JUAN], 1)


def test_people_reached_by_sms_do_not_write(tmp_path):
    path = journal(tmp_path, sent("+56975400946", "SM1", "+56220000000"))

    assert [*Acquaintances([path])] == []


def test_a_journal_that_is_not_there_yet_tells_of_nobody(tmp_path):
    people = Acquaintances([tmp_path / "none.jsonl"])

    assert ([*people], people.last()) == ([], None)
