import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from tests.transactions import close_open_transaction, fill_again
from waproject.accounts.models import User
from waproject.tenants.models import Tenant


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_close_open_transaction_rolls_back_what_was_left_open():
    transaction.atomic().__enter__()
    User.objects.create_user("vendedor")

    closed = [close_open_transaction(), close_open_transaction()]

    assert (closed, connection.get_autocommit()) == ([True, False], True)
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_fill_again_writes_the_rows_of_the_migrations(tenant):
    roles = Group.objects.count()
    Group.objects.all().delete()
    Tenant.objects.filter(pk=tenant.pk).update(name="Otra")

    fill_again()

    assert (Group.objects.count(), Tenant.objects.get().name) == (roles, tenant.name)
