from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def freeze_texts(apps, schema_editor):
    """Campaigns launched before go on with their template as it is now."""
    Campaign = apps.get_model("campaigns", "Campaign")
    Template = apps.get_model("messaging", "Template")
    launched = Campaign.objects.exclude(status__in=["draft", "scheduled"])
    launched.filter(template__isnull=True).update(frozen_text=F("message_template"))
    own = Template.objects.filter(pk=OuterRef("template"))
    launched.filter(template__isnull=False).update(
        frozen_text=Subquery(own.values("body")[:1]),
        frozen_mapping=Subquery(own.values("variables")[:1]),
        frozen_content_sid=Subquery(own.values("content_sid")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_launch"), ("messaging", "0004_leaner_indexes")]

    operations = [migrations.RunPython(freeze_texts, migrations.RunPython.noop)]
