"""The addresses of the inbox, for the admin site to mount: `admin:inbox` and what is posted."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from messaging.inbox.pages.acts import ACTS
from messaging.inbox.pages.live import live_page
from messaging.inbox.pages.views import inbox_page, list_page


def inbox_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("inbox/", site.admin_view(inbox_page), name="inbox"),
        path("inbox/live/", site.admin_view(live_page), name="inbox_live"),
        path("inbox/list/", site.admin_view(list_page), name="inbox_list"),
        *(
            path(f"inbox/<int:pk>/{name}/", site.admin_view(view), name=f"inbox_{name}")
            for name, view in ACTS.items()
        ),
    ]
