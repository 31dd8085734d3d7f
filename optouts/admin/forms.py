from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact
from contacts.phones import PhoneError, parse_phone
from optouts.models import OptOut, Phrase
from optouts.recognition.patterns import PatternError, check, expand, normalised
from optouts.recognition.reading import Words
from optouts.recognition.words import Reach


def note_field(**options: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), **options
    )


class OptOutForm(forms.ModelForm):
    """Opts out one person, who may be unknown so far. `contact` gives the person to opt out."""

    address = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("Or the WhatsApp user id of a person who writes without a phone."),
    )
    note = note_field(help_text=gettext_lazy("How this person asked not to be written to."))

    class Meta:
        model = OptOut
        fields: list[str] = []

    def clean_address(self) -> str:
        """A known WhatsApp user id, or a phone in E.164, of a person who is not opted out yet."""
        address = self.cleaned_data["address"].strip()
        if not Contact.objects.known_as(address).exists():
            try:
                address = parse_phone(address)
            except PhoneError as error:
                raise ValidationError(str(error)) from None
        known = self._contacts(address).select_related("opt_out").first()
        if known and hasattr(known, "opt_out"):
            since = date_format(timezone.localtime(known.opt_out.opted_out_at), "DATE_FORMAT")
            raise ValidationError(
                _("This person is opted out already, since %(date)s.") % {"date": since}
            )
        return address

    def contact(self) -> Contact:
        address = self.cleaned_data["address"]
        return self._contacts(address).first() or Contact.objects.having_phone(address)

    @staticmethod
    def _contacts(address: str) -> QuerySet[Contact]:
        if address.startswith("+"):
            return Contact.objects.with_phones([address])
        return Contact.objects.known_as(address)


class NoteForm(forms.Form):
    note = note_field()


class OptionalNoteForm(forms.Form):
    note = note_field(required=False)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV, TXT or XLSX with a column named phone, or with nothing but phones."
        ),
    )
    note = note_field(required=False, help_text=gettext_lazy("Where this list comes from."))


class TryForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What a person writes"),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        max_length=4096,
    )


class PhraseForm(forms.ModelForm):
    class Meta:
        model = Phrase
        fields = ("text", "kind", "reach", "language", "active")

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        try:
            check(text)
        except PatternError as error:
            raise ValidationError(str(error)) from None
        others = Phrase.objects.exclude(pk=self.instance.pk)
        if others.filter(normalised=normalised(text)).exists():
            raise ValidationError(_("This phrase is in the table already."))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "text" in cleaned and "kind" in cleaned:
            phrases = expand(cleaned["text"])
            if _is_a_number(phrases) and cleaned.get("reach") != Reach.MESSAGE:
                self.add_error(
                    "reach",
                    _("A number can only count as the whole message: “3” is in many texts."),
                )
            self._refuse_another_kind(set(phrases), cleaned["kind"])
        return cleaned

    def _refuse_another_kind(self, phrases: set[Words], kind: str) -> None:
        """The same words cannot mean two things; the row that has them already is named."""
        others = Phrase.objects.in_use().exclude(kind=kind).exclude(pk=self.instance.pk)
        for other in others:
            if common := phrases.intersection(expand(other.text)):
                self.add_error(
                    "text",
                    _("“%(words)s” is already in “%(phrase)s”, with the effect “%(kind)s”.")
                    % {
                        "words": " ".join(min(common)),
                        "phrase": other.text,
                        "kind": other.get_kind_display(),
                    },
                )
                return


def _is_a_number(phrases: list[Words]) -> bool:
    return any(len(words) == 1 and words[0].isdigit() for words in phrases)
