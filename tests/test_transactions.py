import pytest
from django.db import connection, transaction

from tests.transactions import close_open_transaction
from waproject.accounts.models import User


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_close_open_transaction_rolls_back_what_was_left_open():
    transaction.atomic().__enter__()
    User.objects.create_user("vendedor")

    closed = [close_open_transaction(), close_open_transaction()]

    assert (closed, connection.get_autocommit()) == ([True, False], True)
    assert User.objects.count() == 0
