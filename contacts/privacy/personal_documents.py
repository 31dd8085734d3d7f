"""Documents about one person that staff have made for them: what the jobs of all of them share."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from contacts.models import Contact
from waproject.accounts.actors import Actor, user_of
from waproject.audit.acting import Action, acting
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.kinds import CannotDo, Kind, Result, as_long_as, long_work
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run


def document_work(
    name: str, label: Promise, action: Action
) -> Callable[[Callable[[Run], Result]], Kind]:
    """Make the kind of job that writes such a document: for its owner, kept as long as exports."""
    return long_work(
        name,
        label,
        permissions=lambda job: [action.permission],
        is_private=True,
        kept_for=as_long_as("exports"),
    )


def start_document(
    work: Kind, contact: Contact, *, by: Actor, action: Action, title: str, suffix: str
) -> Job:
    """Start the job that writes a document, for the user who asked for it.

    `title` is in the language of now, and has the number of the contact as `%(id)d`; `suffix` is
    that of the file's name.
    """
    with acting(by, action, contact):
        return jobs.start(
            work,
            title=title % {"id": contact.pk},
            by=user_of(by),
            parameters={"contact": contact.pk},
            file_name=f"{work.name}-{contact.pk}{suffix}",
        )


def person_of(run: Run) -> Contact:
    """The person of such a job. CannotDo when they are not there any more."""
    contact = Contact.objects.filter(pk=run.job.parameters["contact"]).first()
    if contact is None:
        raise CannotDo(_("This contact is not there any more."))
    return contact
