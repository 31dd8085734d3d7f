"""What is kept of a log-in. Django itself keeps the time of the last one."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db.models import F
from django.dispatch import receiver

from waproject.accounts.models import User


@receiver(user_logged_in, dispatch_uid="accounts.count_login")
def count_login(user: User, **_kwargs: Any) -> None:
    User.objects.filter(pk=user.pk).update(login_count=F("login_count") + 1)
