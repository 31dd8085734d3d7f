"""The page that makes the proof of a person's consent; the page of their contact leads to it."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from contacts.privacy.pages import document_page
from messaging.actions import ConsentProofAction
from messaging.privacy.consent_proof import start_proof


class ConsentProofPages:
    """Adds a page to an admin of what belongs to people."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.consent_proof_view)
        return [
            path("proof/<int:pk>/", view, name="messaging_consent_proof"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def consent_proof_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return document_page(
            self.admin_site,
            request,
            pk,
            action=ConsentProofAction.MAKE,
            start=start_proof,
            title=_("Proof of consent"),
            lead=_(
                "Each change of the consent of %(original)s with its evidence: what was written and"
                " when, from which address to which sender, and who of the staff decided."
            ),
            note=_("It is a PDF. The log keeps who made it and who downloaded it."),
            make=_("Make the PDF"),
        )
