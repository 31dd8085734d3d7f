import pytest
from django.core.management import call_command

from messaging.models import AutoReply
from optouts.models import Phrase
from optouts.recognition import builtin
from waproject.tenants.models import Tenant
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


def test_one_business_exists_from_the_start():
    assert Tenant.objects.count() == 1


def test_a_business_starts_with_phrases_and_replies(other_tenant):
    with in_tenant(other_tenant.pk):
        counts = (Phrase.objects.count(), AutoReply.objects.count())

    assert counts == (len(builtin.patterns()), 5)


def test_migrating_again_makes_no_further_business(settings):
    create_tenant(name="Otra", slug="otra")

    call_command("migrate", verbosity=0)

    assert Tenant.objects.count() == 2


def test_a_step_that_fails_leaves_no_business(settings):
    settings.NEW_TENANT_STEPS = ["waproject.tenants.scope.nothing"]

    with pytest.raises(ImportError):
        create_tenant(name="Otra", slug="otra")

    assert Tenant.objects.count() == 1
