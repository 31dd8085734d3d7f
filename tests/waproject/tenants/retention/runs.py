"""Runs here and now, and rows of long ago."""

from datetime import timedelta

from django.apps import apps
from django.db.models import DateTimeField, F, QuerySet

from waproject.accounts.actors import SYSTEM
from waproject.core.jobs import operations as jobs
from waproject.tenants.policies import belongs_to_tenant
from waproject.tenants.retention.models import RetentionRun
from waproject.tenants.retention.running import start

# The database refuses it.
NEVER_CHANGED = {"audit.event", "messaging.templateversion"}


def run_now() -> RetentionRun:
    """A whole run of the scope's business; as it is at its end."""
    job = start(by=SYSTEM)
    jobs.run(job.pk)
    return RetentionRun.objects.get(job=job)


def age(days: int) -> None:
    """As if all that the business has were so many days older, but for what never changes."""
    for model in filter(belongs_to_tenant, apps.get_models()):
        times = [one.name for one in model._meta.concrete_fields if isinstance(one, DateTimeField)]
        if times and model._meta.label_lower not in NEVER_CHANGED:
            earlier = {name: F(name) - timedelta(days=days) for name in times}
            QuerySet(model).update(**earlier)
