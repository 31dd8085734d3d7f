"""The rights of a role as a table of modules, to tick or to look at."""

from collections.abc import Iterable
from typing import Any

from django.forms import MultipleChoiceField, SelectMultiple
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from waproject.accounts.permissions import Right, modules, rights

TEMPLATE = "admin/accounts/rights.html"


class RightsMatrix(SelectMultiple):
    """A checkbox for each right, by modules. Those that are not `offered` cannot be ticked."""

    template_name = TEMPLATE
    offered: frozenset[str] = frozenset()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {"name": name, "rows": _rows(ticked=value or (), offered=self.offered)}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the project's template, which Django's own renderer of forms does not find."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        """Each checkbox has its label; there is none for all of them."""
        return ""


class RightsField(MultipleChoiceField):
    """The names of the rights that are ticked."""

    widget = RightsMatrix

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_choices, **kwargs)


def matrix_of(names: Iterable[str]) -> SafeString:
    """The table of these rights, to look at."""
    return render_to_string(TEMPLATE, {"rows": _rows(ticked=names, offered=frozenset())})


def _choices() -> list[tuple[str, str]]:
    return [(name, str(right)) for name, right in rights().items()]


def _rows(*, ticked: Iterable[str], offered: frozenset[str]) -> list[dict[str, Any]]:
    chosen = frozenset(ticked)
    return [
        {
            "module": module.label,
            "rights": [_cell(right, chosen, offered) for right in module.named_rights()],
        }
        for module in modules()
    ]


def _cell(right: Right, chosen: frozenset[str], offered: frozenset[str]) -> dict[str, Any]:
    return {
        "name": right.name,
        "label": right.label,
        "is_ticked": right.name in chosen,
        "is_offered": right.name in offered,
    }
