"""The editor of a template: all its parts, what is said while somebody types, versions."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Contact, Tag, Vehicle
from messaging.models import Sender, Template, TemplateVersion
from messaging.texts.content import Button, TemplateContent
from messaging.texts.template_versions import write_template
from tests.factories.users import permit_only
from tests.templates import edit
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User

ADD = reverse("admin:messaging_template_add")
LIVE = reverse("admin:messaging_template_preview")
LIBRARY = reverse("admin:messaging_template_library")
KEPT = {"name": "aviso", "language": "es", "category": "marketing", "header_type": "none"}


@pytest.fixture
def boss(client: Client, superuser: User) -> Client:
    client.force_login(superuser)
    return client


def page_of(template: Template, name: str = "change", *more: int) -> str:
    return reverse(f"admin:messaging_template_{name}", args=[template.pk, *more])


def button(id_: str, **fields: str) -> dict[str, str]:
    return {f"button-{id_}-{name}": value for name, value in fields.items()}


def filled(**changes: object) -> dict[str, object]:
    form = {
        "name": "aviso",
        "language": "es_CL",
        "category": "utility",
        "header_type": "text",
        "header_text": "Tu mantención",
        "body": "Hola {{nombre}},\r\ntu auto te espera hoy.",
        "footer": "Automotora",
        "button": ["bbbbbbbb", "aaaaaaaa"],
        **button("aaaaaaaa", type="url", text="Ver", value="https://example.com/autos/{{ficha}}"),
        **button("bbbbbbbb", type="quick_reply", text="Voy", effect="answer", answer="Gracias"),
    }
    return {**form, **changes}


def test_all_parts_are_stored_in_the_order_of_the_page(boss):
    boss.post(ADD, filled())

    version = TemplateVersion.objects.get()
    content = TemplateContent.of(version)
    assert (content.language, content.category, content.header_text, content.footer) == (
        *("es_CL", "utility", "Tu mantención", "Automotora"),
    )
    assert content.body == "Hola {{nombre}},\ntu auto te espera hoy."
    assert content.buttons == (
        Button("quick_reply", "Voy", effect={"answer": "Gracias"}, id="bbbbbbbb"),
        Button("url", "Ver", "https://example.com/autos/", suffix="ficha", id="aaaaaaaa"),
    )
    assert content.variables.keys() == {"nombre", "ficha"}
    assert Template.objects.get().category == "utility"


def test_a_reply_may_put_a_tag_on_the_person(boss):
    tag = Tag.objects.create(name="vip")
    row = button("bbbbbbbb", type="quick_reply", text="Voy", effect=f"tag:{tag.pk}")

    boss.post(ADD, filled(button=["bbbbbbbb"], **row))

    assert TemplateVersion.objects.get().buttons[0]["effect"] == {"tag": tag.pk}


def test_a_row_left_empty_is_no_button(boss):
    empty = button("cccccccc", type="quick_reply", text="", value="")

    boss.post(ADD, filled(button=["bbbbbbbb", "cccccccc"], **empty))

    assert [one["id"] for one in TemplateVersion.objects.get().buttons] == ["bbbbbbbb"]


def test_saving_again_changes_nothing(boss):
    boss.post(ADD, filled())
    template = Template.objects.get()

    boss.post(page_of(template), filled())

    assert template.versions.count() == 1


def test_why_it_was_changed_stands_beside_the_version(boss, template):
    boss.post(page_of(template), filled(name="promo", change_reason="Más corto"))

    assert template.versions.first().change_reason == "Más corto"
    assertContains(boss.get(page_of(template)), "Más corto")


def test_a_name_and_language_of_another_template_is_refused(boss, template):
    page = boss.post(ADD, filled(name="promo", language="es"))

    assert page.context["errors"]
    assert Template.objects.count() == 1


def said(page) -> dict[str, list[str]]:
    return {
        place.name: [one.sentence for one in place.said]
        for place in page.context["places"]
        if place.said
    }


def test_what_whatsapp_refuses_is_said_beside_its_place(boss):
    typed = filled(
        body="{{nombre}}, tu auto te espera hoy.",
        footer="Hola 🚗",
        **button("aaaaaaaa", type="phone", text="Llamar", value="226"),
    )

    assert said(boss.post(LIVE, typed)) == {
        "body": ["The text begins with a placeholder."],
        "footer": ["Emojis are not allowed here."],
        "button-aaaaaaaa": ["This is no phone that can be called."],
    }


def test_an_example_that_is_missing_is_said_in_the_placeholders_row(boss):
    page = boss.post(LIVE, filled(button=[], body="Hola, tu {{patente}} te espera hoy."))

    assert said(page) == {"variable-patente": ["{{patente}} has no example."]}
    assert [check.is_ok for check in page.context["checks"]] == [True, False, True, True]


def test_the_rows_come_anew_when_there_are_other_placeholders_alone(boss):
    same = boss.post(LIVE, filled(placeholders_shown="nombre ficha"))
    other = boss.post(LIVE, filled(placeholders_shown="nombre"))

    assert b'id="placeholders"' not in same.content
    assert b'id="placeholders"' in other.content


@pytest.mark.parametrize("junk", [{"header_type": "x", "category": "y", "language": ""}, {}])
def test_whatever_is_posted_is_answered(boss, junk):
    assert boss.post(LIVE, {"button": ["'", "zzzzzzzz"], **junk}).status_code == 200


def test_one_steps_through_the_people_and_to_the_longest_values(boss, contact):
    other = Contact.objects.create(phone="+56911111111", name="Maximiliano Undurraga")
    for one in (contact, other):
        Vehicle.objects.create(contact=one, make="Kia", model="Rio", year=2020)
    shown = [boss.post(LIVE, filled(reader=one)).context["phone"] for one in ("0", "1", "worst")]

    assert [one.name for one in shown] == ["Maximiliano Undurraga", "Juan Pérez", ""]
    assert "Maximiliano" in shown[2].text
    assert [one.has_next for one in shown] == [True, False, False]


def test_header_that_grows_too_long_is_said(boss, contact):
    Contact.objects.update(custom_fields={"nota": "x" * 60})

    page = boss.post(LIVE, filled(header_text="Hola {{nota}}"))

    assertContains(page, "With these values the header has 65 characters")


def test_values_format_nothing_and_words_do(boss, contact):
    Contact.objects.update(custom_fields={"nota": "2*3*4 _a_"})
    page = boss.post(LIVE, filled(body="*Hola* {{nota}}, _ven_ hoy <b>"))

    assert page.context["phone"].text == (
        "<strong>Hola</strong> <mark>2&#42;3&#42;4 &#95;a&#95;</mark>, <em>ven</em> hoy &lt;b&gt;"
    )


def test_two_versions_stand_side_by_side_with_what_differs_marked(boss, template):
    edit(template, body="Hola {{nombre}}, tenemos rebajas. Responde INFO.")

    page = boss.get(page_of(template, "versions"))

    differing = [part for part in page.context["parts"] if part.differs]
    assert [(part.label, part.left, part.right) for part in differing] == [
        (
            "Text",
            "Hola {{nombre}}, tenemos <del>ofertas</del>. Responde INFO.",
            "Hola {{nombre}}, tenemos <ins>rebajas</ins>. Responde INFO.",
        )
    ]


def test_a_version_that_does_not_exist_is_not_found(boss, template):
    assert boss.get(page_of(template, "versions"), {"left": "7"}).status_code == 404


def test_back_to_a_version_by_one_button(boss, template):
    edit(template, body="Otro texto para hoy")

    boss.post(page_of(template, "back", 1))

    assert template.versions.first().body == template.versions.last().body


def test_another_language_is_copied_and_listed(boss, template):
    boss.post(page_of(template, "language"), {"new_language": "pt_BR"})

    copy = Template.objects.get(language="pt_BR")
    assertContains(boss.get(page_of(template)), page_of(copy))


def test_the_library_shows_its_templates_and_makes_a_draft(boss):
    page = boss.get(LIBRARY)
    assert len(page.context["cards"]) == 12

    boss.post(reverse("admin:messaging_template_use", args=["resena"]))

    assert Template.objects.get().name == "resena"


@pytest.mark.parametrize(
    ("name", "more"), [("versions", []), ("back", [1]), ("language", []), ("library", None)]
)
def test_pages_are_closed_to_staff_without_the_right(client, staff, template, name, more):
    client.force_login(permit_only(staff, "view_contact"))
    url = LIBRARY if more is None else page_of(template, name, *more)

    answer = client.post(url) if name in ("back", "language") else client.get(url)

    assert answer.status_code == 403


def test_who_may_only_see_reads_the_phone_and_no_fields(client, staff, template):
    client.force_login(permit_only(staff, "view_template"))

    page = client.get(page_of(template))

    assert page.context["may_edit"] is False
    assertContains(page, "tenemos ofertas")
    assert b'name="body"' not in page.content


def stored_button(boss, **effect: object) -> Template:
    """A template with one quick reply that does this."""
    content = TemplateContent(
        body="Hola {{nombre}}, tu auto te espera hoy.",
        buttons=(Button("quick_reply", "Voy", effect=effect, id="bbbbbbbb"),),
    )
    return write_template("aviso", by=SYSTEM, content=content)


def effect_of(template: Template) -> object:
    return template.versions.first().buttons[0]["effect"]


def test_buttons_stay_when_the_form_comes_without_them(boss):
    template = stored_button(boss, tag=Tag.objects.create(name="vip").pk)

    boss.post(page_of(template), {"body": "Hola {{nombre}}, tu auto está listo ya.", **KEPT})

    assert template.versions.count() == 2
    assert effect_of(template)["tag"] == Tag.objects.get().pk


def test_a_tag_beyond_those_listed_stays(boss, monkeypatch):
    monkeypatch.setattr("messaging.admin.templates.rows._MOST_TAGS", 1)
    Tag.objects.create(name="antes")
    tag = Tag.objects.create(name="vip")
    template = stored_button(boss, tag=tag.pk)

    row = button("bbbbbbbb", type="quick_reply", text="Sí, voy", effect=f"tag:{tag.pk}")
    page = boss.get(page_of(template))
    boss.post(page_of(template), {**KEPT, "body": "Hola hoy a todos.", "button": "bbbbbbbb", **row})

    assertContains(page, f'<option value="tag:{tag.pk}" selected>vip</option>', html=True)
    assert effect_of(template) == {"tag": tag.pk}


def test_all_buttons_can_be_taken_out(boss):
    template = stored_button(boss, opt_out=True)

    boss.post(page_of(template), {**KEPT, "body": "Hola hoy a todos.", "button": ""})

    assert template.versions.first().buttons == []


def test_versions_say_what_buttons_do_and_what_placeholders_show(boss):
    template = stored_button(boss, tag=Tag.objects.create(name="vip").pk)

    page = boss.get(page_of(template, "versions"))

    assertContains(page, "Reply · Voy · puts the tag “vip”")
    assertContains(page, "first name")


def test_the_name_of_a_submitted_template_stays(boss, template):
    page = boss.get(page_of(template))
    boss.post(page_of(template), {**KEPT, "name": "otra", "body": "Hola hoy a todos."})

    assertNotContains(page, 'name="name"')
    assert Template.objects.get().name == "promo"


@pytest.mark.parametrize("language", ["xx", "", "es_CL" * 9])
def test_a_language_that_whatsapp_lacks_is_refused(boss, template, language):
    page = boss.post(page_of(template, "language"), {"new_language": language}, follow=True)

    assertContains(page, "Choose a language.")
    assert Template.objects.count() == 1


def test_a_language_that_a_colleague_adds_meanwhile_is_refused(boss, template, monkeypatch):
    monkeypatch.setattr("messaging.texts.changing.write_template", another_was_first)

    page = boss.post(page_of(template, "language"), {"new_language": "en"}, follow=True)

    assertContains(page, "The template exists in this language already.")


def another_was_first(name: str, **_given: object) -> Template:
    return Template.objects.create(name=name, language=Template.objects.get().language)


def test_what_acts_on_the_stored_template_waits_for_its_form(boss, template):
    page = boss.get(page_of(template)).content.decode()

    assert page.count('data-needs-saved="template_form"') == 3
    assert 'id="template_form"' in page


def test_the_list_shows_texts_and_languages_by_name_and_finds_them(boss, template):
    write_template("notice", by=SYSTEM, content=TemplateContent(body="Hi there", language="en_US"))
    page = reverse("admin:messaging_template_changelist")

    found = boss.get(page, {"language__exact": "en_US"})

    assert [one.name for one in found.context["cl"].result_list] == ["notice"]
    assertContains(found, "Hi there")
    assertContains(found, "English (United States)")


def test_nothing_is_wrong_before_somebody_types(boss):
    page = boss.get(ADD)

    assert said(page) == {}
    assert not page.context["checks"][0].is_ok


def test_editor_says_what_a_message_of_each_category_costs(boss, staff, template):
    page = boss.get(page_of(template))

    assertContains(page, "≈ US$\u00a00.0939 per message in Chile", count=1)
    assertContains(page, "≈ US$\u00a00.0250 per message in Chile", count=2)

    boss.force_login(permit_only(staff, "view_template", "change_template"))

    assertNotContains(boss.get(page_of(template)), "per message in Chile")


def test_preview_says_in_how_many_parts_an_sms_leaves(boss, template):
    assertNotContains(boss.get(page_of(template)), "By SMS")
    Sender.objects.create(name="Avisos", channel="sms", address="+56220000001")

    page = boss.post(LIVE, filled(body="Reunión a las 9. " * 5))

    assertContains(page, "By SMS: 2 parts, 84 characters; each part is billed.")
    assertContains(page, "70 characters instead of 160")
