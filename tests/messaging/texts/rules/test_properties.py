"""Whatever is typed: what may be submitted breaks no rule, and what breaks one is refused."""

import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.texts.content import BUTTON_TYPES, Button, TemplateContent
from messaging.texts.rules.checking import objections, refusals, submittable
from tests.messaging.texts.rules.platform import broken

PIECES = st.sampled_from(
    [
        *("{{nombre}}", "{{ auto }}", "{{1}}", "{{km}}", "{nombre}", "{{", "}}", " ", "  ", "\n"),
        *("Hola", "tu auto", " te espera ", ", ", ".", "¿Vienes?", "*", "_", "`", "😀", "✅", "❤️"),
        *("Responde BAJA", "\t", "     ", "\n\n\n", "á", "x" * 61, "y" * 1000, "\u200b", "✈"),
    ]
)
TYPED = st.one_of(st.lists(PIECES, max_size=9).map("".join), st.text(max_size=80))
GOOD = st.sampled_from(["Hola", "Hola {{nombre}}, te esperamos hoy", "Tu {{auto}} está listo ya."])
LINES = st.one_of(st.sampled_from(["", "Automotora", "Tu {{auto}}"]), TYPED)
VALUES = st.one_of(
    st.sampled_from(
        [
            *("", "https://example.com/", "http://a.cl/x", "example.com", "https://wa.me/569"),
            *("+56 2 2618 0010", "226180010", "VERANO2026", "VERANO 2026", "https://a.cl/{{x}}"),
        ]
    ),
    TYPED,
)
BUTTON = st.builds(
    Button,
    type=st.sampled_from(BUTTON_TYPES),
    text=st.one_of(st.sampled_from(["Agendar", "Llamar", "Ver", "No, gracias"]), TYPED),
    value=VALUES,
    suffix=st.sampled_from(["", "", "ficha"]),
)
EXAMPLE = st.sampled_from(["Ana", "20.000", "", " "])
ANYTHING = st.builds(
    TemplateContent,
    body=st.one_of(GOOD, TYPED),
    variables=st.dictionaries(
        st.sampled_from(["nombre", "auto", "1", "km", "ficha"]),
        st.fixed_dictionaries({"source": st.just("contact.name"), "example": EXAMPLE}),
    ),
    category=st.sampled_from(["marketing", "utility"]),
    header_type=st.sampled_from(["none", "text", "image", "document"]),
    header_text=LINES,
    header_media=VALUES,
    footer=LINES,
    buttons=st.lists(BUTTON, max_size=12).map(tuple),
)
NAMES = ["nombre", "auto", "1", "km", "ficha"]
FINE = TemplateContent(
    body="Hola {{nombre}}, tu {{auto}} está listo. ¿Pasas hoy?",
    variables={name: {"source": "contact.name", "example": "20.000"} for name in NAMES},
    footer="Responde BAJA para no recibir más.",
)
PARTS = [
    st.fixed_dictionaries({"body": TYPED}),
    st.fixed_dictionaries({"header_type": st.just("text"), "header_text": LINES}),
    st.fixed_dictionaries({"header_type": st.just("video"), "header_media": VALUES}),
    st.fixed_dictionaries({"footer": LINES}),
    st.fixed_dictionaries({"buttons": st.lists(BUTTON, max_size=2).map(tuple)}),
    st.fixed_dictionaries(
        {
            "category": st.sampled_from(["marketing", "utility"]),
            "buttons": st.lists(
                st.sampled_from(
                    [
                        Button("quick_reply", "Sí"),
                        Button("quick_reply", "No"),
                        Button("url", "Ver", value="https://example.com"),
                        Button("url", "Más", value="https://example.com/a/", suffix="ficha"),
                        Button("url", "Otro", value="https://example.com/b"),
                        Button("phone", "Llamar", value="+56226180010"),
                        Button("copy_code", "Copiar", value="VERANO"),
                    ]
                ),
                max_size=6,
            ).map(tuple),
        }
    ),
    st.fixed_dictionaries({"variables": st.just({"nombre": {"example": "Ana"}})}),
]
# Half of them are fine but for one part: else nearly all would break some rule.
ONE_PART = st.one_of(PARTS).map(lambda part: replace(FINE, **part))
CONTENT = st.one_of(ONE_PART, ANYTHING)


@settings(max_examples=400, deadline=None)
@given(CONTENT)
def test_what_may_be_submitted_breaks_no_rule_and_what_breaks_one_is_refused(content):
    rules = broken(content)

    assert not (rules and submittable(content)), rules
    assert bool(rules) <= bool(refusals(content))


@settings(max_examples=200, deadline=None)
@given(CONTENT)
def test_each_objection_has_a_place_a_sentence_and_a_way_out(content):
    for one in objections(content):
        assert one.place
        assert one.sentence.endswith(".")
        assert one.mend.endswith(".")


def test_good_templates_are_submittable():
    content = TemplateContent(
        body="Hola {{nombre}}, tu {{auto}} está listo. ¿Pasas hoy?",
        variables={
            "nombre": {"source": "contact.first_name", "example": "Ana"},
            "auto": {"source": "vehicle.model", "example": "Yaris"},
            "ficha": {"source": "custom.ficha", "example": "yaris-2020"},
        },
        header_type="image",
        header_media="https://example.com/auto.jpg",
        footer="Responde BAJA para no recibir más.",
        buttons=(
            Button("quick_reply", "Sí, paso hoy"),
            Button("url", "Ver la ficha", value="https://example.com/autos/", suffix="ficha"),
            Button("phone", "Llamar", value="+56 2 2618 0010"),
        ),
    )

    assert objections(content) == []


def test_time_is_linear_in_the_length():
    def seconds(count: int) -> float:
        text = "{{a}} [nombre] {b \n\n *" * count
        content = TemplateContent(
            body=text, header_type="text", header_text=text, footer=text,
            buttons=(Button("url", text, value=text),),
        )  # fmt: skip
        start = time.perf_counter()
        objections(content)
        return time.perf_counter() - start

    seconds(100)
    assert seconds(4000) < 40 * max(seconds(400), 0.002)
