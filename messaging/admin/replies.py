from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.template.defaultfilters import truncatechars
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.inbound.menu import keywords_of
from messaging.models import AutoReply
from optouts.recognition import vocabulary
from optouts.recognition.words import Verdict, recognise


class AutoReplyForm(forms.ModelForm):
    class Meta:
        model = AutoReply
        fields = ["event", "keywords", "body", "action", "position", "active"]
        widgets = {"body": forms.Textarea(attrs={"rows": 5})}

    def clean_keywords(self):
        """Words that no opt-out phrase and no other reply takes first."""
        keywords = self.cleaned_data["keywords"]
        for word in keywords.split(","):
            finding = recognise(word, vocabulary.current())
            if finding.verdict in (Verdict.OPT_OUT, Verdict.OPT_IN):
                raise ValidationError(
                    _("“%(word)s” opts people out or in, and is answered before the menu."),
                    params={"word": word.strip()},
                )
        others = AutoReply.objects.exclude(pk=self.instance.pk)
        taken = {words for other in others for words in keywords_of(other)}
        for words in keywords_of(AutoReply(keywords=keywords)):
            if words in taken:
                raise ValidationError(
                    _("Another reply already answers “%(word)s”."), params={"word": " ".join(words)}
                )
        return keywords

    def clean(self):
        cleaned = super().clean()
        entry = AutoReply(keywords=cleaned.get("keywords", ""))
        if not (cleaned.get("event") or keywords_of(entry) or self.errors):
            raise ValidationError(_("Give the words that this answers, or choose an event."))
        return cleaned


@admin.register(AutoReply)
class AutoReplyAdmin(admin.ModelAdmin):
    holds = gettext_lazy("What is answered by itself, by the words that a person writes.")
    form = AutoReplyForm
    logged_values = AutoReplyForm.Meta.fields
    list_display = ["answers_to", "words", "answer", "action", "position", "active"]
    list_editable = ["position", "active"]
    list_filter = ["active"]
    search_fields = ["keywords", "body"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fieldsets = [
        (
            None,
            {
                "fields": ["event", "keywords", "body", "action", "position", "active"],
                "description": gettext_lazy(
                    "Opt-out phrases come first; then the menu is asked in the order of position."
                    " “Nothing else matched” explains the menu, at most once a day to each person."
                ),
            },
        ),
    ]

    class Media:
        css = {"all": ["messaging/admin.css"]}

    @admin.display(description=gettext_lazy("answers to"), ordering="event")
    def answers_to(self, reply):
        return capfirst(reply.get_event_display())

    @admin.display(description=gettext_lazy("words"), ordering="keywords")
    def words(self, reply):
        return reply.keywords or "–"

    @admin.display(description=gettext_lazy("answer"))
    def answer(self, reply):
        return truncatechars(reply.body, 80)
