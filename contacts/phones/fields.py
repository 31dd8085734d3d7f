"""Columns whose value follows from another column of the row."""

from django.db import models

from contacts.phones.keys import phone_key


class PhoneKeyField(models.CharField):
    """The key of the row's `phone`, written by each save and bulk_create; null without a phone."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        phone: str | None = getattr(model_instance, "phone", None)
        key = phone_key(phone) if phone else None
        setattr(model_instance, self.attname, key)
        return key
