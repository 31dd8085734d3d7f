"""What the demonstration says would be taken by WhatsApp."""

import pytest

from messaging.texts.content import TemplateContent
from messaging.texts.rules.checking import refusals
from waproject.lab.demo import example
from waproject.lab.demo.past import WORDINGS

TEXTS = [(one.body, one.variables) for one in WORDINGS] + [(example._TEXT, example._VARIABLES)]


@pytest.mark.parametrize(("body", "variables"), TEXTS)
def test_a_template_of_the_demonstration_keeps_the_rules(body, variables):
    assert refusals(TemplateContent(body=body, variables=variables)) == []
