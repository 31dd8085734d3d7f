from contacts.imports import storing


def test_update_contacts_writes_people_in_the_order_of_their_ids(monkeypatch):
    """Others who lock several people do so in this order; two orders would be a deadlock."""
    written = []
    monkeypatch.setattr(storing, "_execute_many", lambda _sql, rows: written.extend(rows))

    storing.update_contacts((pk, "Ana", "", "es", {}) for pk in (3, 1, 2))

    assert [row[-1] for row in written] == [1, 2, 3]
