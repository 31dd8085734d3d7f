"""Texts that the database holds encrypted: credentials.

FIELD_ENCRYPTION_KEYS has the keys: the first encrypts, each decrypts. A secret is never shown by
itself: its repr, its text in a page and its value in an export are dots; `reveal` gives it away.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from waproject.core.text.sentences import SaidError
from waproject.core.text.sentences import gettext as _

HIDDEN = "••••••"


class SecretError(SaidError):
    """Why a secret cannot be stored or read, in a sentence for the operator."""


class Secret:
    """An encrypted text. False when it is empty."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    @classmethod
    def of(cls, plain: str) -> Self:
        """Encrypt a text with the first key. Raises SecretError when there is no key."""
        return cls(_keys().encrypt(plain.encode()).decode("ascii") if plain else "")

    def reveal(self) -> str:
        """The text. Raises SecretError when no key fits."""
        if not self.token:
            return ""
        try:
            return _keys().decrypt(self.token.encode()).decode()
        except InvalidToken:
            raise SecretError(_unreadable()) from None

    def rotated(self) -> Self:
        """The same text, encrypted with the first key. Raises SecretError when no key fits."""
        try:
            return type(self)(_keys().rotate(self.token.encode()).decode("ascii"))
        except InvalidToken:
            raise SecretError(_unreadable()) from None

    def __bool__(self) -> bool:
        return bool(self.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)

    def __str__(self) -> str:
        return HIDDEN if self.token else ""

    def __repr__(self) -> str:
        return f"Secret({str(self)!r})"


class _SecretAttribute(DeferredAttribute):
    """Makes a Secret of whatever text is assigned, so that no plain text stays in the object."""

    def __set__(self, instance: models.Model, value: "Secret | str | None") -> None:
        secret = value if isinstance(value, Secret) else Secret.of(value or "")
        instance.__dict__[self.field.attname] = secret


if TYPE_CHECKING:
    _TextField = models.TextField[Secret | str | None, Secret]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """A text that is encrypted in the database; its attribute is a Secret.

    A text that is assigned is encrypted at once. It cannot be searched: the same text is encrypted
    differently each time.
    """

    descriptor_class = _SecretAttribute

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Secret:
        return Secret(value or "")

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str):
            value = Secret.of(value)
        return value.token if isinstance(value, Secret) else value

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """What `dumpdata` writes: the encrypted text."""
        return str(self.get_prep_value(self.value_from_object(obj)))

    def get_default(self) -> Secret:
        return Secret("")


def rotate_all(model: type[models.Model]) -> int:
    """Encrypt all secrets of a model with the first key; return how many rows were written.

    Raises SecretError when no key fits one of them.
    """
    fields = [one.attname for one in model._meta.fields if isinstance(one, EncryptedTextField)]
    written = 0
    for row in model._default_manager.all():
        secrets: dict[str, Secret] = {name: getattr(row, name) for name in fields}
        held = {name: secret for name, secret in secrets.items() if secret}
        new = {name: secret.rotated() for name, secret in held.items()}
        # Only where it still is what was read: it may be replaced at this moment.
        written += bool(new) and model._default_manager.filter(pk=row.pk, **held).update(**new)
    return written


def models_with_secrets(all_models: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """Those of the models that have a field of secrets."""
    return [
        one
        for one in all_models
        if any(isinstance(field, EncryptedTextField) for field in one._meta.fields)
    ]


def _keys() -> MultiFernet:
    if not settings.FIELD_ENCRYPTION_KEYS:
        raise SecretError(
            _(
                "There is no key to encrypt credentials with. Put FIELD_ENCRYPTION_KEYS in the"
                " environment or in .env (see .env.example)."
            )
        )
    return _ring(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _unreadable() -> str:
    return _(
        "The stored credentials cannot be read with the keys of FIELD_ENCRYPTION_KEYS."
        " Put the key that they were stored with back, or enter the credentials again."
    )
