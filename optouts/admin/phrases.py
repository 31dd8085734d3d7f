from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from optouts.admin.forms import PhraseForm, TryForm
from optouts.admin.ledger import shortened
from optouts.models import Phrase
from optouts.phrase_table import AlwaysHeard, switch
from optouts.recognition import vocabulary
from optouts.recognition.reading import words_of
from optouts.recognition.words import recognise
from waproject.core.admin.permissions import PermissionLacking


@admin.register(Phrase)
class PhraseAdmin(admin.ModelAdmin):
    """The phrases that staff may add, change and switch off, and a page to try them."""

    form = PhraseForm
    logged_values = PhraseForm.Meta.fields
    change_list_template = "admin/optouts/phrase/change_list.html"
    actions = ["use", "leave_unused"]
    list_display = ["readable_text", "kind", "reach", "language", "active", "core"]
    list_display_links = ["readable_text"]
    list_filter = ["kind", "reach", "language", "active", "core"]
    list_per_page = 50
    search_fields = ["text", "normalised"]
    show_full_result_count = False

    class Media:
        css = {"all": ["optouts/lists.css"]}

    @admin.display(description=gettext_lazy("phrase"), ordering="text")
    def readable_text(self, phrase: Phrase) -> str:
        return shortened(phrase.text.replace("|", " | "), 120)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.core)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.core)

    def get_urls(self) -> list[URLPattern]:
        try_out = self.admin_site.admin_view(self.try_view)
        return [path("try/", try_out, name="optouts_phrase_try"), *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What the phrases in use make of a text. By POST: a message does not belong in logs."""
        if not self.has_view_permission(request):
            raise PermissionLacking(["optouts.view_phrase"])
        form = TryForm(request.POST or None)
        text = form.cleaned_data["text"] if form.is_valid() else ""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Try a text"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "finding": recognise(text, vocabulary.current()) if text else None,
            "words": " ".join(words_of(text)),
        }
        return TemplateResponse(request, "admin/optouts/phrase/try.html", context)

    @admin.action(permissions=["change"], description=gettext_lazy("Use these phrases"))
    def use(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._switch(request, queryset, active=True)

    @admin.action(permissions=["change"], description=gettext_lazy("Leave these phrases unused"))
    def leave_unused(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._switch(request, queryset, active=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[Any], *, active: bool) -> None:
        """Switch phrases and tell how many; the log has a line for each phrase."""
        try:
            count = switch(queryset, active=active, by=request.user)
        except AlwaysHeard as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        said = ngettext("%(count)d phrase changed.", "%(count)d phrases changed.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)
