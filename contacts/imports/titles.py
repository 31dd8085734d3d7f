"""What a column's title says, in Spanish, English or Portuguese, as people and programs write it.

The titles of programs are those of the exports of Google Contacts (of both generations), Outlook,
Thunderbird, Yahoo, iCloud's converters, Meta's lead ads, HubSpot, Mailchimp, Chatwoot, ManyChat,
RD Station and WooCommerce.
"""

import re
import unicodedata

# Where a word ends within `phoneNumber` and `telefono1`.
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[a-zA-Z])(?=[0-9])")
_WHATSAPP_WORDS = frozenset(("whatsapp", "wsp", "wpp", "wa"))
# No title is longer than this; what is, is text in a file without titles.
_LONGEST = 200
# Names as `_plain` writes them: no accents, no case, no signs. The first group is of single words.
_NAMES = {
    "phone": "telefono fono celular cel movil whatsapp phone telephone mobile cellphone tel"
    "|telefono movil|telefono celular|numero de telefono|numero telefono|nro telefono|n telefono"
    "|no telefono|numero|numero whatsapp|numero de whatsapp|phone number|mobile phone"
    "|mobile number|cell phone|whatsapp number|e 164|numero de celular|numero celular"
    "|nro celular|n celular|telefono de contacto|telefono contacto|fono contacto|whatsapp phone"
    "|numero de movil|numero movil|numero de telefono movil|numero de telefono celular|fono celular"
    "|telefono whatsapp|fono whatsapp|celular whatsapp|telefono cliente|telefono del cliente"
    "|fono cliente|celular cliente|customer phone",
    "name": "nombre nombres name cliente contacto|nombre completo|nombre cliente"
    "|nombre del cliente|nombre contacto|full name|first name|customer name|nombre y apellido"
    "|given name|display name|saved name|contact name|primer nombre|nombre de pila|firstname"
    "|nombres y apellidos|nombre y apellidos|apellidos y nombres|file as|apellido y nombre"
    "|apellidos y nombre|apellido y nombres|apellido nombre|apellidos nombre|apellidos nombres"
    "|nombre para mostrar|fullname",
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
    "name": "nome|nome completo|titular|propietario|dueno|razon social|nombre o razon social"
    "|customer|client|profile name|push name|pushname|alias|nickname|first|1er nombre",
    "middle_name": "middle",
    "last_name": "apellido paterno|primer apellido|first surname|ap paterno|paterno|1er apellido"
    "|1 apellido|a paterno|sobrenome|last",
    "second_last_name": "2 apellido|a materno",
    "email": "endereco de email|endereco de e mail|direccion e mail|direccion email",
    "language": "lenguaje|preferred language|idioma preferido",
    "tags": "labels|label|group membership|categories|category|categorias|categoria|grupos|grupo"
    "|groups|group",
    "make": "fabricante|montadora",
    "year": "ano fabricacion|ano de fabricacion",
    "price": "precio lista|precio de lista|precio publicado|precio usd|preco",
    "link": "link aviso|link anuncio|url aviso|url anuncio|enlace publicacion|enlace aviso",
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
        *("nombre y apellidos", "nombres y apellidos", "apellidos y nombres", "fullname"),
        *("apellido y nombre", "apellidos y nombre", "apellido y nombres", "apellido nombre"),
        *("apellidos nombre", "apellidos nombres", "nombre para mostrar"),
    )
)
_GIVEN_NAMES = frozenset(
    ("first name", "given name", "primer nombre", "nombre de pila", "firstname")
)
_PHONE = (
    "(?:(?:phone|telephone|mobile|cell|telefono|celular)(?: number| phone)?|tel|fono|cel|movil"
    "|whatsapp|cellphone|numero de telefono|telefono movil|telefono celular)"
)
# Words that add nothing: `Nombre del cliente`, `¿Cuál es tu teléfono?`.
_FILLERS = _words("de del la el los las da do tu su mi your my the of cual es")
# Whose the field is, where it may only be the person's or the vehicle's.
_PERSONS = _words(
    "cliente titular contacto customer client contact lead comprador propietario dueno billing"
)
_VEHICLES = _words("vehiculo auto coche carro automovil vehicle car veiculo")
_PERSONAL = _words("phone name last_name second_last_name email")
_OF_VEHICLES = _words("make model year price link")
# Alone these may be anything: `Número de cliente` is no phone, `Contacto cliente` may be one.
_VAGUE = _words("numero cliente contacto client customer titular")
_NUMBER = "(?:n|no|nr|nro|num|numero|number)"
_PHONE_NOUN = (
    "(?:telefono|telefone|telef|telf|tfno|tlf|tlfno|tel|fono|fone|phone|telephone|mobile|cell"
    "|cellphone|celular|celu|cel|movil|telemovel|whatsapp|wsp|wpp|msisdn)"
)
# `Nro. de teléfono`, `Teléfono o WhatsApp`, `Mobile no. 2`, without the words that add nothing.
_PHONE_CORE = re.compile(
    rf"(?:{_NUMBER} )?{_PHONE_NOUN}(?: (?:(?:o|y|u|e|or|and) )?{_PHONE_NOUN}){{0,2}}"
    rf"(?: {_NUMBER})?(?: e 164)?(?: (?:contacto|contact))?(?: [0-9]{{1,2}})?"
    rf"|(?:contact|contacto) {_NUMBER}|{_NUMBER} contacto|contacto telefonico"
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
    core = " ".join(word for word in plain.split() if word not in _FILLERS)
    if field := _SECOND.get(plain) or _FIRST.get(core) or _SECOND.get(core):
        return field
    several = (field for field, one in _ONE_OF_SEVERAL.items() if one.fullmatch(plain))
    if field := next(several, None) or _field_with_owner(core):
        return field
    if _PHONE_CORE.fullmatch(core):
        return "phone"
    before, bracket, _explanation = title.partition("(")
    return field_of(before) if bracket else None


def _field_with_owner(core: str) -> str | None:
    """The field of `telefono titular` or `contact email`, and of `valor vehiculo`."""
    words = core.split()
    for owner, rest in ((words[-1:], words[:-1]), (words[:1], words[1:])):
        name = " ".join(rest)
        field = _FIRST.get(name) or _SECOND.get(name)
        if _PHONE_CORE.fullmatch(name):
            field = "phone"
        if field in _PERSONAL and name not in _VAGUE and not _PERSONS.isdisjoint(owner):
            return field
        if field in _OF_VEHICLES and not _VEHICLES.isdisjoint(owner):
            return field
    return None


def is_vague_phone(title: str) -> bool:
    """Whether a column of this title holds phones only if no other column does: `Número`."""
    return _plain(title) in _VAGUE


def is_whatsapp(title: str) -> bool:
    """Whether a column of this title has the phones at which people use WhatsApp."""
    return not _WHATSAPP_WORDS.isdisjoint(_plain(title).split())


def is_full_name(title: str) -> bool:
    """Whether a column of this title has the surname too."""
    return _plain(title) in _FULL_NAMES


def is_given_name(title: str) -> bool:
    """Whether a column of this title leaves the surname to another."""
    return _plain(title) in _GIVEN_NAMES


def _plain(title: str) -> str:
    """`Año`, `AÑO ` and `año:` are all `ano`; `Teléfono_Móvil` is `telefono movil`.

    So are `TeléfonoMóvil` and, with its number, `telefono1`.
    """
    if len(title) > _LONGEST:
        return ""
    decomposed = unicodedata.normalize("NFKD", title)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    apart = _JOINED.sub(" ", letters).casefold()
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", apart).split())
    return plain.replace("whats app", "whatsapp").replace("i phone", "iphone")
