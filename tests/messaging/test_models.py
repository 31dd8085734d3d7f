from messaging.models import new_token, new_tokens


def test_new_tokens_are_as_long_as_one_and_all_different():
    tokens = new_tokens(1_000)

    assert len(set(tokens)) == 1_000
    assert {len(token) for token in tokens} == {len(new_token())} == {22}
