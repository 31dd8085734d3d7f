from waproject.lab.twilio_simulator.contents.store import Contents

TYPES = {"twilio/text": {"body": "Hola"}}


def test_contents_outlive_the_simulator(tmp_path):
    file = tmp_path / "kept" / "contents.json"
    made = Contents(file).add("saludo", "es", TYPES, {"1": "María"})

    again = Contents(file).get(made.sid)

    assert again == made


def test_what_was_decided_and_removed_is_kept(tmp_path):
    file = tmp_path / "contents.json"
    contents = Contents(file)
    first, second = (contents.add(name, "es", TYPES, {}) for name in ("uno", "dos"))
    contents.decide(first, "rejected", "INVALID_FORMAT")
    contents.remove(second.sid)

    [again] = Contents(file)

    assert (again.sid, again.approval.status, again.approval.rejection_reason) == (
        first.sid,
        "rejected",
        "INVALID_FORMAT",
    )


def test_known_contents_are_approved():
    [known] = Contents(None, ("HX" + "a" * 32,))

    assert (known.sid, known.approval.status, known.body) == ("HX" + "a" * 32, "approved", "")
