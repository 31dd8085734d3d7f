"""What a business chooses for itself, at every door that its people use."""

import asyncio
from datetime import UTC, datetime
from unittest.mock import ANY

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from contacts.phones.parsing import parse_phone
from contacts.phones.zones import read_zones
from tests.factories.users import browser_of, permit_only
from waproject.audit.models import Event
from waproject.tenants import jobs
from waproject.tenants.models import Tenant
from waproject.tenants.operations import create_tenant
from waproject.tenants.preferences import local_time, preferences
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_brazil(tenant: Tenant) -> Tenant:
    """A second business, in São Paulo."""
    other = create_tenant(name="Carros", slug="carros")
    other.time_zone, other.phone_region = "America/Sao_Paulo", "BR"
    other.frequency_cap_messages, other.frequency_cap_days = 2, 30
    other.save()
    return other


def test_business_that_chose_nothing_goes_by_the_settings(settings):
    settings.PHONE_DEFAULT_REGION, settings.FREQUENCY_CAP_MESSAGES = "AR", 4

    ours = preferences()

    assert (ours.phone_region, ours.cap_messages, ours.cap_days) == ("AR", 4, 7)


def test_business_reads_phones_and_clocks_as_its_country_does(in_brazil):
    with in_tenant(in_brazil.pk):
        theirs = parse_phone("11 98765-4321"), str(read_zones("")[0])

    assert theirs == ("+5511987654321", "America/Sao_Paulo")
    assert parse_phone("975400946") == "+56975400946"


def test_business_has_its_own_cap(in_brazil):
    with in_tenant(in_brazil.pk):
        theirs = preferences()

    assert (theirs.cap_messages, theirs.cap_days, preferences().cap_messages) == (2, 30, 0)


def test_business_has_its_own_midnight(in_brazil):
    moment = datetime(2026, 11, 27, 2, 30, tzinfo=UTC)

    with in_tenant(in_brazil.pk), local_time():
        theirs = timezone.localtime(moment).hour

    assert (theirs, timezone.localtime(moment).hour) == (23, 23)


def zone_here() -> str:
    return timezone.get_current_timezone_name()


def test_job_runs_by_the_clock_of_its_business(in_brazil):
    assert jobs.run(in_brazil.pk, f"{__name__}.zone_here") == "America/Sao_Paulo"


def test_page_of_the_business_shows_the_settings_where_nothing_is_chosen(boss, tenant):
    page = boss.get(reverse("admin:tenants_tenant_changelist"), follow=True)

    assert page.redirect_chain == [(reverse("admin:tenants_tenant_change", args=[tenant.pk]), 302)]
    assert 'placeholder="America/Santiago"' in page.content.decode()


def test_page_of_the_business_changes_it_and_is_logged(boss, tenant):
    url = reverse("admin:tenants_tenant_change", args=[tenant.pk])
    form = {"name": "Autos", "time_zone": "America/Lima", "phone_region": "pe"}

    boss.post(url, form)

    with local_time():
        assert (preferences().phone_region, zone_here()) == ("PE", "America/Lima")
    event = Event.objects.get(object_type="tenants.tenant")
    assert (event.before["time_zone"], event.after) == (
        "",
        {"fields": ANY, **form, "phone_region": "PE"},
    )


def test_page_of_another_business_is_not_there(staff, in_brazil):
    permit_only(staff, "change_tenant")

    answer = browser_of(staff).get(reverse("admin:tenants_tenant_change", args=[in_brazil.pk]))

    assert answer.status_code == 302


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Santiago"), ("phone_region", "XX")])
def test_business_chooses_only_what_there_is(tenant, field, value):
    setattr(tenant, field, value)

    with pytest.raises(ValidationError, match=value):
        tenant.full_clean()


def test_on_an_event_loop_what_was_read_last_holds_on(tenant, settings):
    settings.TENANTS_REMEMBERED_SECONDS = 0
    preferences()

    async def ask() -> str:
        return preferences().time_zone

    assert asyncio.run(ask()) == preferences().time_zone
