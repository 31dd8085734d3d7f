import pytest
from django.core.exceptions import ValidationError

from messaging.providers.ids import validate_service_id, validate_template_id

HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("validate", "good", "bad"),
    [
        (validate_template_id, f"HX{HEX}", f"MG{HEX}"),
        (validate_service_id, f"MG{HEX}", f"HX{HEX}"),
        (validate_template_id, f"HX{HEX.upper()}", f"HX{HEX}0"),
    ],
)
def test_an_id_has_the_form_that_a_provider_gives_it(validate, good, bad):
    validate(good)

    with pytest.raises(ValidationError, match="32 hexadecimal digits"):
        validate(bad)


def is_taken(template_id: str) -> bool:
    try:
        validate_template_id(template_id)
    except ValidationError:
        return False
    return True


def test_an_id_of_any_provider_will_do(postino):
    assert [is_taken(one) for one in ("posta-7", f"HX{HEX}", f"MG{HEX}")] == [True, True, False]
