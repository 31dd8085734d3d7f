"""System checks: each of Django's permissions is in a right, or is one of superusers alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from waproject.accounts.permissions import modules, rights, technical_permissions


@register()
def check_rights_cover_permissions(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Whatever a page can ask for, a role can have, unless somebody decided otherwise."""
    asked = set(_permissions_of_models())
    given = {name for right in rights().values() for name in right.permissions}
    technical = technical_permissions()
    return [
        *(
            Error(
                f"No right contains the permission {name}.",
                hint="Name it in a Right of the app's actions.py, or as technical in its Module.",
                id="waproject.E020",
            )
            for name in sorted(asked - given - technical)
        ),
        *(
            Error(f"A module names {name}, which is no permission.", id="waproject.E021")
            for name in sorted((given | technical) - asked)
        ),
        *(
            Error(f"{name} is technical, and in a right.", id="waproject.E022")
            for name in sorted(given & technical)
        ),
    ]


@register()
def check_rights_fit_together(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A right has a name of its own, and needs rights that exist and that each of its roles has."""
    named = [right for module in modules() for right in module.named_rights()]
    counted = Counter(right.name for right in named)
    errors: list[CheckMessage] = [
        Error(f"{name} is the name of {count} rights.", id="waproject.E023")
        for name, count in counted.items()
        if count > 1
    ]
    for right in named:
        for need in right.needs:
            if need not in counted:
                errors.append(Error(f"{right.name} needs {need}: no right.", id="waproject.E024"))
            elif lacking := right.held_by - rights()[need].held_by:
                roles = ", ".join(sorted(lacking))
                sentence = f"{roles}: {right.name} without {need}, which it needs."
                errors.append(Error(sentence, id="waproject.E025"))
    return errors


def _permissions_of_models() -> Iterator[str]:
    """The permissions of all models but those of settings.OPERATOR_APPS."""
    for model in apps.get_models():
        options = model._meta
        if options.app_label not in settings.OPERATOR_APPS:
            usual = (f"{verb}_{options.model_name}" for verb in options.default_permissions)
            own = (codename for codename, _name in options.permissions)
            yield from (f"{options.app_label}.{codename}" for codename in (*usual, *own))
