from tests.waproject.permissions_page import PATH, page


def test_document_of_permissions_is_up_to_date():
    assert PATH.read_text() == page(), "Write it anew: make permissions"
