import asyncio
from dataclasses import replace

import pytest

from messaging.providers.base import Credentials, OutboundRequest, ProviderUnavailable
from messaging.providers.templates import (
    ButtonKind,
    ButtonSpec,
    ContentSpec,
    HeaderKind,
    TemplateRefused,
)
from messaging.twilio.contents import api
from messaging.twilio.provider import TwilioProvider
from tests.simulation import gateway
from tests.twilio_api import breaches

HELLO = ContentSpec(
    "saludo",
    "es",
    "Hola {{1}}, gracias por venir a vernos.",
    buttons=(ButtonSpec(ButtonKind.QUICK_REPLY, "Sí, quiero", id="abcdefgh"),),
    examples={"1": "María"},
)
PROMOTION = replace(HELLO, body="Hola {{1}}, esta semana tenemos una oferta para ti.")
UNKNOWN = "HX" + "9" * 32


def templates(credentials=None):
    twilio = TwilioProvider()
    return twilio.templates(credentials or twilio.environment_credentials())


def ask(question, credentials=None):
    """The answer of one coroutine function over open connections."""

    async def do():
        async with templates(credentials) as opened:
            return await question(opened)

    return asyncio.run(do())


def create(content=HELLO):
    return ask(lambda opened: opened.create(content))


def submit(sid, name="saludo", category="marketing"):
    return ask(lambda opened: opened.submit(sid, name, category))


def fetch(sid):
    return ask(lambda opened: opened.fetch(sid))


def listed():
    async def every(opened):
        return [one async for one in opened.list()]

    return ask(every)


def test_a_template_is_created_and_read_as_it_was(simulator):
    found = fetch(create())

    assert (found.name, found.content, found.approval.status) == ("saludo", HELLO, "draft")


def test_a_template_is_submitted_and_approved(simulator):
    sid = create()

    state = submit(sid)
    simulator.settle()

    assert (state.status, state.name, state.category) == ("pending", "saludo", "marketing")
    assert fetch(sid).approval.status == "approved"


def test_a_refusal_has_the_words_of_whatsapp(simulator):
    sid = create(PROMOTION)

    submit(sid, category="utility")
    simulator.settle()

    approval = fetch(sid).approval
    assert (approval.status, approval.reason.partition(":")[0]) == (
        "rejected",
        "TAG_CONTENT_MISMATCH",
    )


def test_a_template_that_is_refused_at_once_says_why(simulator):
    sid = create()

    with pytest.raises(TemplateRefused) as refusal:
        submit(sid, name="Con espacios")

    assert (refusal.value.code, refusal.value.sentence) == (
        "20422",
        "The provider does not take the template: Invalid Parameter: name must be lowercase"
        " letters, digits and underscores",
    )


def test_lists_come_page_by_page(simulate, monkeypatch):
    monkeypatch.setattr(api, "PAGE_SIZE", 2)
    simulate(contents=())
    sids = {create(replace(HELLO, name=f"saludo_{number}")) for number in range(5)}

    found = listed()

    assert (len(found), {one.sid for one in found}) == (5, sids)
    assert {one.content.body for one in found} == {HELLO.body}


def test_an_account_without_templates_lists_none(simulate):
    simulate(contents=())

    assert listed() == []


@pytest.mark.parametrize(
    "parts",
    [{"actions": ["Llamar"]}, {"media": 7}, {"media": ["https://[autos.example/1.jpg"]}],
)
def test_a_form_that_is_not_documented_hides_no_other_template(simulate, parts):
    simulator = simulate(contents=())
    types = {"twilio/card": {"title": "Hola", **parts}}
    simulator.contents.add("rara", "es", types, {})
    create()

    assert [one.content is None for one in listed()] == [False, True]


def test_what_is_not_there_is_none(simulator):
    sid = create()

    assert ask(lambda opened: opened.delete(sid)) is True
    assert ask(lambda opened: opened.delete(sid)) is False
    assert fetch(sid) is None


@pytest.mark.parametrize("question", [create, listed, lambda: fetch(UNKNOWN)])
def test_a_provider_that_is_away_is_unavailable(settings, question):
    settings.TWILIO_CONTENT_BASE_URL = "http://127.0.0.1:9"

    with pytest.raises(ProviderUnavailable):
        question()


def test_a_wrong_token_is_not_the_fault_of_the_template(simulator, settings):
    wrong = Credentials(settings.TWILIO_ACCOUNT_SID, "wrong")

    with pytest.raises(ProviderUnavailable):
        ask(lambda opened: opened.create(HELLO), wrong)


def test_requests_and_answers_are_as_twilio_publishes_them(simulator, exchanges, monkeypatch):
    monkeypatch.setattr(api, "PAGE_SIZE", 2)
    picture = replace(
        HELLO, header=HeaderKind.IMAGE, header_media="https://autos.example/auto.jpg", footer="Hola"
    )
    titled = replace(HELLO, header=HeaderKind.TEXT, header_text="Novedades")
    sids = [create(content) for content in (HELLO, picture, titled, PROMOTION)]
    for number, sid in enumerate(sids):
        submit(sid, name=f"saludo_{number}")
    simulator.settle()

    listed()
    fetch(sids[0])
    ask(lambda opened: opened.delete(sids[0]))
    fetch(UNKNOWN)
    send(sids[1], {"1": "María José"})
    send(UNKNOWN, {})

    assert len(exchanges) >= 16
    assert [breach for one in exchanges for breach in breaches(one)] == []


def send(sid, variables):
    async def do():
        async with gateway() as opened:
            return await opened.send(
                OutboundRequest(
                    to="+56975400946",
                    sender_address="+56220000000",
                    content_sid=sid,
                    content_variables=variables,
                    status_callback="http://localhost/twilio/status",
                )
            )

    return asyncio.run(do())
