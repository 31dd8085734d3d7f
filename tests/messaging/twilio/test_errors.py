import pytest

from messaging.providers.errors import About, Action
from messaging.twilio.errors import ERRORS, classify

# Error codes and what to do, by the provider's documentation.
EXPECTED = {
    (About.REQUEST, Action.FAIL): "63016 21617",
    (About.SENDER, Action.RETRY): "63018 30001",
    (About.ACCOUNT, Action.RETRY): "63017 20429 63038",
    (About.PROVIDER, Action.RETRY): "63012",
    (About.RECIPIENT, Action.MARK_INVALID): "21211 30005",
    (About.RECIPIENT, Action.BLOCK_CHANNEL): "63024 63003 21614 21635 30006",
    (About.RECIPIENT, Action.OPT_OUT): "21610 63033",
    (About.RECIPIENT, Action.RETRY): "63049 30003 30008 30410",
    (About.RECIPIENT, Action.SKIP): "63032",
    (About.RECIPIENT, Action.FAIL): "63015 30004 30450",
    (About.SENDER, Action.PAUSE): "63001 63007 63051 63062 21606 21212 21612 21660 21703 30034",
    (About.ACCOUNT, Action.PAUSE): "63112 21408 30002 20003",
    (About.CONTENT, Action.FAIL): "63005 63013 63019 63021 30007",
    (About.TEMPLATE, Action.PAUSE): "63027 63028 63040 63041 63042 21655 21656",
    (About.PROVIDER, Action.UNCERTAIN): "20500",
    (About.LOOP, Action.SKIP): "14107",
}


@pytest.mark.parametrize(
    ("code", "about", "action"),
    [(code, *key) for key, codes in EXPECTED.items() for code in codes.split()],
)
def test_classify_knows_the_documented_codes(code, about, action):
    rule = classify(code, 400)

    assert (rule.code, rule.about, rule.action) == (code, about, action)


@pytest.mark.parametrize("rule", ERRORS.values(), ids=lambda rule: str(rule.code))
def test_every_rule_is_complete(rule):
    assert (rule.retry_after is not None) == (rule.action == Action.RETRY)
    assert (rule.action == Action.PAUSE) == (rule.pause_after == 1)
    assert str(rule.meaning).endswith(".")


@pytest.mark.parametrize(
    ("code", "http_status", "action"),
    [
        ("29999", 400, Action.FAIL),
        ("69999", None, Action.FAIL),
        (None, 404, Action.PAUSE),
        (None, 401, Action.PAUSE),
        (None, 429, Action.RETRY),
        (None, 413, Action.FAIL),
        (None, 502, Action.UNCERTAIN),
        ("21211", 503, Action.UNCERTAIN),
        (None, None, Action.FAIL),
    ],
)
def test_classify_has_a_safe_default(code, http_status, action):
    assert classify(code, http_status).action == action


def test_content_refusals_pause_only_when_repeated():
    assert {code for code, rule in ERRORS.items() if rule.pause_after > 1} == {
        "63005",
        "63013",
        "63019",
        "63021",
        "30007",
    }
