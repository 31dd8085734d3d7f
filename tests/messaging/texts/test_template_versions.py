"""A template's text is a version, and no version is ever changed."""

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from messaging.approvals.following import new_template
from messaging.models import Message, Template, TemplateVersion
from messaging.texts.content import Button, TemplateContent
from messaging.texts.template_versions import write_template
from tests.templates import edit


def test_a_new_template_has_its_first_version(superuser):
    template = new_template("aviso", by=superuser, body="Hola", content_sid="HX1")

    stored = Template.objects.select_related("current").get(pk=template.pk).current
    assert (stored.number, stored.body, stored.content_sid) == (1, "Hola", "HX1")
    assert (stored.language, stored.created_by) == ("es", superuser)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "Otro"},
        {"variables": {"nombre": {"fallback": "tú"}}},
        {"category": "utility"},
        {"header_type": "text", "header_text": "Ofertas"},
        {"footer": "Responde BAJA para salir."},
        {"buttons": (Button("quick_reply", "Me interesa"),)},
    ],
)
def test_an_edit_makes_the_next_version_and_keeps_the_one_before(template, changes):
    before = template.current

    edit(template, **changes)

    numbers = template.versions.order_by("number").values_list("number", flat=True)
    assert (list(numbers), template.current.number) == ([1, 2], 2)
    assert TemplateVersion.objects.get(number=1).body == before.body


def test_a_version_gives_back_what_was_written(superuser):
    content = TemplateContent(
        body="Hola {{nombre}}, mira esto",
        variables={"nombre": {"source": "contact.name", "example": "Ana", "required": True}},
        language="es_MX",
        category="utility",
        header_type="image",
        header_media="https://example.com/auto.jpg",
        footer="Automotora",
        buttons=(
            Button("quick_reply", "Me interesa", effect={"tag": 3}),
            Button("url", "Ver", value="https://example.com/", suffix="link"),
        ),
    )

    write_template("aviso", by=superuser, content=content, reason="Primera")

    stored = TemplateVersion.objects.get()
    assert TemplateContent.of(stored) == content
    assert (stored.change_reason, stored.approval.status) == ("Primera", "draft")


def test_another_language_is_another_version(template):
    template.language = "pt"
    template.save()

    assert (edit(template).language, template.versions.count()) == ("pt", 2)


def test_an_edit_that_changes_nothing_makes_no_version(template):
    edit(template, body=template.current.body)

    assert template.versions.count() == 1


def test_the_model_refuses_to_save_a_version_again(template):
    template.current.body = "Otro"

    with pytest.raises(TypeError):
        template.current.save()


@pytest.mark.parametrize(
    "change",
    [
        *({"body": "Otro"}, {"variables": {}}, {"number": 7}, {"footer": "x"}, {"buttons": []}),
        *({"header_text": "x"}, {"category": "utility"}, {"change_reason": "x"}),
        *({"content_sid": ""}, {"content_sid": "HX2"}),
    ],
)
def test_the_database_refuses_to_change_a_version(template, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        TemplateVersion.objects.update(**change)


def test_what_the_provider_gives_is_written_once(superuser):
    template = new_template("aviso", by=superuser, body="Hola")
    version = TemplateVersion.objects.filter(pk=template.current.pk)

    version.update(content_sid="HX1", provider_data={"name": "aviso"})

    with pytest.raises(DatabaseError), transaction.atomic():
        version.update(content_sid="HX2")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.update(provider_data={})
    assert version.get().provider_data == {"name": "aviso"}


def test_a_version_outlives_the_user_who_wrote_it(superuser):
    new_template("aviso", by=superuser, body="Hola")

    superuser.delete()

    assert TemplateVersion.objects.get().created_by is None


def test_a_template_goes_with_its_versions(template):
    edit(template, body="Otro")

    template.delete()

    assert TemplateVersion.objects.count() == 0


def test_a_template_that_was_sent_stays(template):
    Message.objects.create(
        direction="outbound",
        status="sent",
        created_at=timezone.now(),
        template_version=template.current,
    )

    with pytest.raises(ProtectedError):
        template.delete()


def test_the_page_of_a_template_shows_its_versions(boss, template):
    edit(template, body="Texto de hoy")

    page = boss.get(reverse("admin:messaging_template_change", args=[template.pk]))

    assert [row.version.number for row in page.context["versions"]] == [2, 1]
    assertContains(page, "Texto de hoy")


def test_the_page_saves_an_edit_as_a_version_of_its_editor(boss, superuser, template):
    url = reverse("admin:messaging_template_change", args=[template.pk])
    form = {"name": "promo", "language": "es", "category": "marketing", "status": "approved"}

    boss.post(url, {**form, "content_sid": "", "body": "Hola, ven a vernos hoy"})

    newest = template.versions.first()
    assert (newest.number, newest.body) == (2, "Hola, ven a vernos hoy")
    assert newest.created_by == superuser
