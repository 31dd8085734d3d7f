"""A record of what staff do with many rows at once, in Django's own log of the admin.

One row an act: who, when, about what, and the sentence that says what was done and to how many.
"""

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def record(user: Any, model: type[Model], sentence: str, *, about: str = "") -> None:
    """Keep the sentence. `about` is what it is about: else the model's name, in the plural."""
    LogEntry.objects.create(
        user_id=user.pk,
        content_type=ContentType.objects.get_for_model(model),
        object_repr=(about or str(model._meta.verbose_name_plural))[:200],
        action_flag=CHANGE,
        change_message=sentence,
    )


class Audited:
    """A ModelAdmin whose list actions leave a record of what they told the person."""

    def told(self, request: Any, sentence: str, level: int) -> None:
        """Tell the person what an action did to many rows, and keep the sentence."""
        record(request.user, self.model, sentence)
        self.message_user(request, sentence, level)
