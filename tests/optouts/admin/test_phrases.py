import pytest
from django.urls import reverse

from optouts.models import Phrase

LIST = reverse("admin:optouts_phrase_changelist")
ADD = reverse("admin:optouts_phrase_add")
TRY = reverse("admin:optouts_phrase_try")

pytestmark = pytest.mark.django_db


def add(client, **data: str):
    return client.post(ADD, {"kind": "opt_out", "reach": "anywhere", "active": "on", **data})


def errors(response) -> dict[str, list[str]]:
    return response.context["adminform"].form.errors


def test_staff_add_a_phrase_in_any_spelling(boss):
    add(boss, text="¡Nunca  JAMÁS!")

    assert Phrase.objects.get(text="¡Nunca  JAMÁS!").normalised == "nunca-jamas"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"text": "!?"}, {"text": ["There is no word here: write at least one letter or digit."]}),
        ({"text": "bája"}, {"text": ["This phrase is in the table already."]}),
        (
            {"text": "7"},
            {"reach": ["A number can only count as the whole message: “3” is in many texts."]},
        ),
        (
            {"text": "baja [ya|nunca]", "kind": "opt_in"},
            {
                "text": [
                    "“baja ya” is already in “baja [ya|ahora|definitiva|inmediata|total|whatsapp|"
                    "mensajes]”, with the effect “opt-out”."
                ]
            },
        ),
    ],
)
def test_a_phrase_that_cannot_work_is_refused(boss, data, expected):
    assert errors(add(boss, **data)) == expected


def test_a_number_may_be_the_whole_message(boss):
    add(boss, text="7", reach="message")

    assert Phrase.objects.filter(text="7").count() == 1


def test_a_phrase_can_be_saved_again(boss):
    phrase = Phrase.objects.get(text="parar")
    data = {"text": "parar", "kind": "opt_out", "reach": "sentence", "language": "es"}

    boss.post(reverse("admin:optouts_phrase_change", args=[phrase.pk]), data)

    phrase.refresh_from_db()
    assert phrase.active is False


@pytest.mark.parametrize(
    ("text", "verdict", "phrase"),
    [("BAJA!", "opt_out", "baja"), ("Soy Juan, baja", "held", "baja"), ("hola", "nothing", "")],
)
def test_trying_a_text_shows_the_verdict(boss, text, verdict, phrase):
    finding = boss.post(TRY, {"text": text}).context["finding"]

    assert (finding.verdict, finding.phrase) == (verdict, phrase)


def test_trying_a_text_uses_what_staff_added(boss):
    add(boss, text="nunca jamás")

    assert boss.post(TRY, {"text": "Nunca jamas"}).context["finding"].verdict == "opt_out"


@pytest.mark.parametrize(
    ("permissions", "url", "code"),
    [([], TRY, 403), (["view_phrase"], TRY, 200), (["view_phrase"], ADD, 403), ([], LIST, 403)],
)
def test_each_page_needs_its_permission(allow, permissions, url, code):
    assert allow(*permissions).get(url).status_code == code


@pytest.mark.parametrize(
    ("permission", "active"), [("view_phrase", True), ("change_phrase", False)]
)
def test_switching_off_needs_the_right_to_change(allow, permission, active):
    phrase = Phrase.objects.get(text="parar")

    allow(permission).post(LIST, {"action": "leave_unused", "_selected_action": phrase.pk})

    phrase.refresh_from_db()
    assert phrase.active is active


def test_a_phrase_left_unused_can_be_used_again(boss):
    phrase = Phrase.objects.get(text="parar")
    Phrase.objects.filter(core=False).update(active=False)

    boss.post(LIST, {"action": "use", "_selected_action": phrase.pk})

    assert list(Phrase.objects.in_use().filter(core=False)) == [phrase]


def test_switching_off_everything_is_refused_in_a_sentence(boss):
    data = {
        "action": "leave_unused",
        "_selected_action": Phrase.objects.values_list("pk", flat=True),
    }

    page = boss.post(LIST, {**data, "select_across": "1"}, follow=True)

    [message] = map(str, page.context["messages"])
    assert message.endswith("always heard, and not to be switched off. Nothing was changed.")
    assert not Phrase.objects.filter(active=False).exists()


def test_a_phrase_of_the_core_can_be_seen_and_neither_changed_nor_deleted(boss):
    phrase = Phrase.objects.get(text="baja")
    page = reverse("admin:optouts_phrase_change", args=[phrase.pk])

    codes = [
        boss.get(page).status_code,
        boss.post(page, {"text": "x", "kind": "courtesy", "reach": "anywhere"}).status_code,
        boss.post(reverse("admin:optouts_phrase_delete", args=[phrase.pk])).status_code,
    ]

    assert codes == [200, 403, 403]


def test_deleting_many_stops_at_the_core(boss):
    keys = list(Phrase.objects.filter(text__in=["baja", "parar"]).values_list("pk", flat=True))

    boss.post(LIST, {"action": "delete_selected", "_selected_action": keys, "post": "yes"})

    assert Phrase.objects.filter(pk__in=keys).count() == 2
