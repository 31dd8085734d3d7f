from messaging.tokens import TOKEN, new_token, new_tokens


def test_tokens_are_of_one_length_and_all_different():
    tokens = [*new_tokens(1_000), new_token()]

    assert ({len(token) for token in tokens}, len({*tokens})) == ({TOKEN}, 1_001)


def test_tokens_of_later_seconds_come_later(time_machine):
    made = []
    for moment in ("2026-11-27 10:00:00", "2026-11-27 10:00:01", "2039-01-01", "2100-06-01"):
        time_machine.move_to(moment, tick=False)
        made.append(new_token())

    assert made == sorted(made)


def test_what_follows_the_moment_is_not_repeated(time_machine):
    time_machine.move_to("2026-11-27 10:00:00", tick=False)

    assert len({token[6:] for token in new_tokens(1_000)}) == 1_000
