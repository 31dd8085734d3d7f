"""The languages of templates, by WhatsApp's codes."""

from django.utils.translation import gettext_lazy

LANGUAGES = {
    "es": gettext_lazy("Spanish"),
    "es_CL": gettext_lazy("Spanish (Chile)"),
    "es_AR": gettext_lazy("Spanish (Argentina)"),
    "es_CO": gettext_lazy("Spanish (Colombia)"),
    "es_ES": gettext_lazy("Spanish (Spain)"),
    "es_MX": gettext_lazy("Spanish (Mexico)"),
    "es_PE": gettext_lazy("Spanish (Peru)"),
    "pt_BR": gettext_lazy("Portuguese (Brazil)"),
    "en": gettext_lazy("English"),
    "en_US": gettext_lazy("English (United States)"),
}


def language_name(code: str) -> str:
    """The language in the reader's words; of one that is not listed, its code."""
    return str(LANGUAGES.get(code, code))
