"""What an event is about, in the reader's language."""

from django.apps import apps
from django.db.models import Model
from django.utils.text import capfirst

from waproject.audit.models import Event


def object_in_words(event: Event) -> str:
    """`Campaign “Promo”`, `Contact 12`, or `Contacts` where it is about several."""
    model = model_of(event)
    if not event.object_id:
        return capfirst(str(model._meta.verbose_name_plural)) if model else event.object_type
    kind = capfirst(str(model._meta.verbose_name)) if model else event.object_type
    return f"{kind} “{event.object_text}”" if event.object_text else f"{kind} {event.object_id}"


def model_of(event: Event) -> type[Model] | None:
    """The model of the object; None when the app that had it is gone."""
    try:
        return apps.get_model(event.object_type)
    except LookupError:
        return None
