"""What a column's title says, in Spanish or English, as people and address books write it.

The titles of address books are those of the exports of Google Contacts (of both generations),
Outlook, iCloud's converters, Meta's lead ads, HubSpot, Mailchimp and Chatwoot.
"""

import re
import unicodedata

# No title is longer than this; what is, is text in a file without titles.
_LONGEST = 200
# Names as `_plain` writes them: no accents, no case, no signs. The first group is of single words.
_NAMES = {
    "phone": "telefono fono celular cel movil whatsapp phone telephone mobile cellphone tel"
    "|telefono movil|telefono celular|numero de telefono|numero telefono|nro telefono|n telefono"
    "|no telefono|numero|numero whatsapp|numero de whatsapp|phone number|mobile phone"
    "|mobile number|cell phone|whatsapp number|e164|numero de celular|numero celular"
    "|nro celular|n celular|telefono de contacto|telefono contacto|fono contacto|whatsapp phone"
    "|numero de movil|numero movil|numero de telefono movil|numero de telefono celular|fono celular"
    "|telefono whatsapp|fono whatsapp|celular whatsapp|telefono cliente|telefono del cliente"
    "|fono cliente|celular cliente|customer phone",
    "name": "nombre nombres name cliente contacto|nombre completo|nombre cliente"
    "|nombre del cliente|nombre contacto|full name|first name|customer name|nombre y apellido"
    "|given name|display name|saved name|contact name|primer nombre|nombre de pila|firstname"
    "|nombres y apellidos|nombre y apellidos|apellidos y nombres|file as",
    "middle_name": "|middle name|additional name|segundo nombre|otros nombres",
    "last_name": "apellido apellidos surname lastname|last name|family name",
    "second_last_name": "materno|apellido materno|segundo apellido|second last name|ap materno"
    "|2do apellido",
    "email": "email correo mail|e mail|correo electronico|email address|e mail address"
    "|direccion de correo electronico|direccion de correo|correo e|direccion de email"
    "|correo electronico primario|mail cliente|email cliente|correo cliente|customer email",
    "language": "idioma language lengua lang",
    "tags": "etiqueta etiquetas tag tags",
    "make": "marca make brand|marca vehiculo|marca del vehiculo|marca auto",
    "model": "modelo model|modelo vehiculo|modelo del vehiculo|modelo auto",
    "year": "ano anio year|ano vehiculo|ano del vehiculo|ano modelo|model year",
    "price": "precio price valor|precio clp|precio venta|precio de venta",
    "link": "link url enlace publicacion|url publicacion|link publicacion",
}
# Titles that serve only where no column has one of the names above.
_SECOND_NAMES = {
    "last_name": "apellido paterno|primer apellido|first surname|ap paterno|paterno|1er apellido",
    "tags": "labels|label|group membership|categories|categorias|grupos",
}


def _fields_of(names: dict[str, str]) -> dict[str, str]:
    return {
        name: field
        for field, listed in names.items()
        for group, part in enumerate(listed.split("|"))
        for name in (part.split() if group == 0 and names is _NAMES else [part])
    }


_FIRST = _fields_of(_NAMES)
_SECOND = _fields_of(_SECOND_NAMES)
_FULL_NAMES = frozenset(
    (
        *("nombre completo", "full name", "display name", "file as", "nombre y apellido"),
        *("nombre y apellidos", "nombres y apellidos", "apellidos y nombres"),
    )
)
_GIVEN_NAMES = frozenset(
    ("first name", "given name", "primer nombre", "nombre de pila", "firstname")
)
_PHONE = (
    "(?:(?:phone|telephone|mobile|cell|telefono|celular)(?: number| phone)?|tel|fono|cel|movil"
    "|whatsapp|cellphone|numero de telefono|telefono movil|telefono celular)"
)
_MAIL = "(?:e ?mail|mail|correo(?: electronico)?|direccion de(?:l)? correo electronico)"
_WHOSE = (
    "(?:home|work|business|company|main|primary|other|car|mobile|cell|iphone|personal|office"
    "|alternate|alternative|second|secondary|formatted|billing|default|casa|trabajo|particular|oficina|principal"
    "|otro|fijo|laboral|secundario|alternativo|adicional|privado|empresa|comercial|domicilio)"
)
# One of several columns of a person's phones, or emails: `Phone 2 - Value`, `Teléfono del trabajo`.
_ONE_OF_SEVERAL = {
    field: re.compile(
        rf"{noun} [0-9]{{1,2}}(?: (?:value|valor|number|numero|address|direccion))?"
        rf"|{_WHOSE} {noun}(?: [0-9]{{1,2}})?"
        rf"|{noun} (?:type )?(?:de la |del |de )?{_WHOSE}(?: [0-9]{{1,2}})?"
        rf"{more}"
    )
    for field, noun, more in (
        ("phone", _PHONE, "|wa id|jid|remote jid|whatsapp id"),
        ("email", _MAIL, "|e ?mail [0-9]{1,2} address"),
    )
}


def field_of(title: str) -> str | None:
    """The field that a column titled `title` holds, None if nobody knows."""
    return first_field_of(title) or second_field_of(title)


def first_field_of(title: str) -> str | None:
    """The field that a title names by itself: a file has one column of it."""
    return _FIRST.get(_plain(title))


def second_field_of(title: str) -> str | None:
    """The field that a column may hold beside others, or in place of the one that names it.

    What stands in brackets explains: `Nombre (obligatorio)` is a name where nothing else is.
    """
    plain = _plain(title)
    if field := _SECOND.get(plain):
        return field
    several = (field for field, one in _ONE_OF_SEVERAL.items() if one.fullmatch(plain))
    return next(several, None) or first_field_of(title.partition("(")[0])


def is_full_name(title: str) -> bool:
    """Whether a column of this title has the surname too."""
    return _plain(title) in _FULL_NAMES


def is_given_name(title: str) -> bool:
    """Whether a column of this title leaves the surname to another."""
    return _plain(title) in _GIVEN_NAMES


def _plain(title: str) -> str:
    """`Año`, `AÑO ` and `año:` are all `ano`; `Teléfono_Móvil` is `telefono movil`."""
    if len(title) > _LONGEST:
        return ""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())
