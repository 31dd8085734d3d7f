from contextvars import Context
from threading import Thread

import pytest

from waproject.tenants.scope import (
    PerTenant,
    ScopeError,
    all_tenants,
    current_tenant_id,
    each_in_tenant,
    has_tenant,
    in_tenant,
    scoped_tenant_id,
)


def test_in_tenant_ends_with_its_context():
    with in_tenant(7):
        inside = current_tenant_id()

    assert (inside, current_tenant_id()) == (7, 1)


def test_all_tenants_is_no_tenant_and_ends_with_its_context():
    with all_tenants():
        inside = (scoped_tenant_id(), has_tenant())

    assert (inside, has_tenant()) == ((None, False), True)


def test_one_tenant_may_be_entered_from_all():
    with all_tenants(), in_tenant(3):
        assert current_tenant_id() == 3


def test_current_tenant_id_refuses_all_tenants():
    with all_tenants(), pytest.raises(ScopeError, match="one tenant"):
        current_tenant_id()


def test_scoped_tenant_id_raises_outside_of_any_scope():
    with pytest.raises(ScopeError):
        Context().run(scoped_tenant_id)


def test_a_thread_of_the_code_itself_begins_outside_of_any_scope():
    seen: list[bool] = []
    thread = Thread(target=lambda: seen.append(has_tenant()))

    thread.start()
    thread.join()

    assert seen == [False]


def test_each_in_tenant_makes_every_item_in_the_scope_and_leaves_it_between():
    rows = each_in_tenant(5, (current_tenant_id() for _ in range(2)))

    assert [(row, current_tenant_id()) for row in rows] == [(5, 1), (5, 1)]


def test_per_tenant_makes_one_object_for_each():
    objects = PerTenant(list)
    ours = objects()
    with in_tenant(2):
        theirs = objects()

    assert objects() is ours
    assert theirs is not ours
