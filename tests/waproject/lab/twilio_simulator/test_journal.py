import json

from waproject.lab.twilio_simulator.journal import Journal, read_journal


def test_journal_keeps_a_line_for_each_entry(tmp_path):
    path = tmp_path / "deep" / "journal.jsonl"
    journal = Journal(path)

    journal.write({"kind": "api", "body": "¿Sí?\nNo"})

    assert path.read_text(encoding="utf-8") == '{"kind": "api", "body": "¿Sí?\\nNo"}\n'
    journal.close()


def test_journal_goes_on_where_the_last_run_ended(tmp_path):
    for n in range(2):
        journal = Journal(tmp_path / "journal.jsonl")
        journal.write({"n": n})
        journal.close()

    assert read_journal(tmp_path / "journal.jsonl") == [{"n": 0}, {"n": 1}]


def test_read_journal_leaves_out_a_line_cut_off(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text(json.dumps({"n": 0}) + '\n{"n": ')

    assert read_journal(path) == [{"n": 0}]
