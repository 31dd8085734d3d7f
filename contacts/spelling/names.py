"""People's names: which words are a name, and how a message greets its owner.

A name that comes in capitals or in small letters alone is stored as people write names; any other
stays as it came. A greeting takes the first name as people say it: "PÉREZ, JUAN"
is greeted as "Juan", "Sra. María José Soto" as "María José", a business by its whole name.
"""

import re
import unicodedata
from functools import lru_cache

from waproject.core.text.invisible import visible


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words before a name that are not part of it, without points and accents.
_TITLES = _set(
    "sr sra srta srita sres senor senora senorita don dona dn dr dra ing prof profa profesor"
    " profesora lic arq mr mrs ms miss mx doctor doctora senhor senhora"
    " sr(a) sr/sra sra/sr sr/a estimado estimada estimado/a d dna sres abog pbro gral tec jr"
    " sor fray padre rev reverendo reverenda mtro mtra maestro maestra licenciado licenciada"
    " ingeniero ingeniera abogado abogada arquitecto arquitecta contador contadora psicologo"
    " psicologa kinesiologo kinesiologa enfermero enfermera matron matrona cap capitan cnel coronel"
    " tte teniente sgto sargento qf ps psic enf klgo klga pdte presidente presidenta"
    " mme mlle herr frau exmo exma excmo excma ilmo ilma hon phd mg mgtr mba sras srtas"
    " med hno hna rvdo cabo"
)
_BEHIND_TITLES = _TITLES | {"y"}  # Sr. y Sra. Soto
_PARTICLES = _set("de del la las los y e da das do dos di du van von der den i el")
_BEFORE_SURNAMES = _set("de del la las los von van der")
# What comes after the name of a business, and how it is written; without points.
_COMPANY_FORMS = {
    "spa": "SpA", "ltda": "Ltda", "limitada": "Limitada", "sa": "SA", "eirl": "EIRL",
    "sac": "SAC", "srl": "SRL", "sas": "SAS", "cia": "Cía", "inc": "Inc", "llc": "LLC",
    "ltd": "Ltd", "gmbh": "GmbH", "corp": "Corp", "lda": "Lda", "eireli": "EIRELI",
    "hnos": "Hnos", "hermanos": "Hermanos", "asociados": "Asociados",
}  # fmt: skip
_COMPANY_WORDS = _set(
    "automotora automotriz autos comercial comercializadora constructora cooperativa distribuidora"
    " empresa empresas ferreteria fundacion importadora ingenieria inmobiliaria inversiones"
    " maestranza municipalidad repuestos rentacar servicios sociedad soc taller transportes"
    " agricola banco clinica club colegio comunidad condominio corporacion escuela hospital hotel"
    " iglesia liceo minera rent restaurant restaurante universidad familia flia fam"
)
# What programs and people write where they know no name. It greets nobody.
_NO_NAMES = _set(
    "cliente clienta s/n n/a n/d n/n null none undefined unknown desconocido desconocida anonimo"
    " anonima xx xxx nn test prueba"
) | {"sin nombre", "no name", "no aplica", "no registra", "no informa", "sin informacion"}
_NO_NAMES |= {"no indica", "no tiene", "sin datos", "sin info"}
# Second names that people say together with the first, by the first; without accents.
_COMPOUNDS: dict[str, frozenset[str]] = {
    first: _set(seconds)
    for first, seconds in {
        "ana": "belen carolina clara cristina julia karen karina laura luisa lucia maria paula paz"
        " rosa sofia",
        "carlos": "alberto andres eduardo",
        "francisco": "javier jose",
        "jean": "carlos claude francois marc michel paul philippe pierre",
        "jorge": "luis",
        "joao": "carlos guilherme gabriel lucas marcos miguel paulo pedro victor vitor",
        "jose": "alberto antonio carlos francisco ignacio joaquin luis manuel maria miguel pablo"
        " pedro tomas",
        "juan": "alberto andres antonio camilo carlos cristobal david diego eduardo esteban"
        " felipe francisco gabriel guillermo ignacio jose luis manuel martin miguel pablo ramon",
        "luis": "alberto alfonso antonio carlos eduardo felipe fernando enrique miguel",
        "luz": "clara maria marina",
        "marco": "antonio aurelio",
        "maria": "alejandra amelia angelica antonia aparecida beatriz belen carmen carolina"
        " catalina cecilia clara constanza consuelo cristina dolores eduarda elena eliana elisa"
        " emilia ester eugenia fernanda florencia francisca gabriela gloria graciela helena ignacia"
        " ines isabel jesus jose josefina laura leonor loreto lucia luisa luiza luz magdalena"
        " mercedes monica olga olivia paula paz pia pilar raquel sofia soledad teresa"
        " trinidad veronica victoria vitoria",
        "miguel": "angel",
        "pedro": "henrique pablo",
        "rosa": "elena ester maria",
        "victor": "hugo manuel",
    }.items()
}
# "María de los Ángeles", "María del Carmen", "Maria da Conceição", "Juan de Dios".
_AFTER_MARIA = _set(
    "asuncion concepcion dores fatima gracas guadalupe jesus lourdes monte nazare valle "
    "angeles carmen pilar rosario transito mar socorro milagros mercedes dolores nieves"
    " conceicao gloria luz penha carmo ceu soledad pia"
)
# How Spanish shortens names in writing, never in speech.
_SHORTENED = {
    "ma": "María", "mª": "María", "fco": "Francisco", "fca": "Francisca", "fdo": "Fernando",
    "gmo": "Guillermo",
}  # fmt: skip
_JOINTS = frozenset({"de los", "de las", "de la", "del", "da", "do", "das", "dos", "de"})
_VOWELS = frozenset("aeiouy")
_ROMAN = frozenset({"II", "III", "IV"})
_APOSTROPHES = "'’‘´`ʼ"
# Matches most names: a first word in ordinary case, and only letters, digits and spaces.
_PLAIN = re.compile(r"[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+(?: [^\W_]+)*")
_WORD_PARTS = re.compile(rf"([-{_APOSTROPHES}])")
# "Sra.Ana": the point of a title, with no space after it.
_CLOSE_POINT = re.compile(r"\.(?=[^\W\d_]{2})")
# With fewer digits and no letter it is a nickname, with more a phone number.
_PHONE_DIGITS = 7


def tidy_name(text: str) -> str:
    """A name without invisible characters; "" when it shows neither a letter nor a digit."""
    name = visible(text)
    return name if name[:1].isalnum() or any(map(str.isalnum, name)) else ""


def written_name(name: str) -> str:
    """A name in one case alone as people write it: `CLAUDIA ROJAS` is `Claudia Rojas`.

    Any other stays, and so does the order of its words.
    """
    if not (name.isupper() or name.islower()) or _is_address(name):
        return name
    return _ordinary_case(name)


def first_name(name: str) -> str:
    """How a message greets the owner of a name, in ordinary case; "" when that cannot be told.

    A name that is only a phone number greets nobody.
    """
    if _PLAIN.fullmatch(name):
        first, _space, rest = name.partition(" ")
        if _key(first) not in _SPECIAL and _last_key(rest) not in _COMPANY_FORMS:
            return first
    return _first_name(name)


def spoken_name(name: str) -> str:
    """The whole name, in ordinary case and order: `DE LA FUENTE, JUAN` is `Juan de la Fuente`."""
    if name.isascii() and name.istitle() and "," not in name:
        return visible(name)
    name = tidy_name(name)
    family, comma, given = name.partition(",")
    if comma and given.strip() and not _is_business(name):
        name = f"{given.strip()} {family.strip()}"
    return _ordinary_case(name)


@lru_cache(maxsize=4_096)
def _first_name(name: str) -> str:
    name = tidy_name(name)
    if _is_business(name):
        return _ordinary_case(name)
    if _is_address(name) or _key(name.rstrip(" .")) in _NO_NAMES:
        return ""
    words = _without_titles(_CLOSE_POINT.sub(". ", _given_part(name)).split())
    if _is_business(" ".join(words)):
        return _ordinary_case(" ".join(words))
    words = _without_number([word for word in map(_bare, words) if word])
    words[:1] = [_SHORTENED.get(_key(word), word) for word in words[:1]]
    if not any(any(map(str.isalpha, word)) for word in words):
        return name if sum(map(str.isdigit, name)) < _PHONE_DIGITS else ""
    return _ordinary_case(" ".join(words[: _said_together(words)]))


def _given_part(name: str) -> str:
    """What follows the comma in `Pérez Soto, Ana`, else the whole name, as of `Ana Pérez, Ing.`"""
    family, _comma, given = name.replace(";", ",").partition(",")
    has_name = any(word[:1].isalpha() and _key(word) not in _TITLES for word in given.split())
    return given if has_name and family.strip() else name.replace(",", " ")


def _without_titles(words: list[str]) -> list[str]:
    """The words after the titles; when there is nothing else, the words as they are."""
    kept = 0
    while kept < len(words) and _key(words[kept]) in (_BEHIND_TITLES if kept else _TITLES):
        kept += 1
    return words[kept:] or words


def _without_number(words: list[str]) -> list[str]:
    """The words after the number of a list: `12. Ana Soto`. A number alone is a nickname."""
    is_numbered = bool(words) and words[0].strip(".").isdigit()
    return words[1:] if is_numbered and any(map(str.isalpha, words[1:])) else words


def _said_together(words: list[str]) -> int:
    """How many of the words, from the first on, people say when they call somebody."""
    keys = [_key(word) for word in words]
    if len(keys[0]) == 1 and keys[0].isalpha():  # initials say nothing without what follows them
        return next((at + 1 for at, key in enumerate(keys) if len(key) > 1), len(keys))
    if keys[:3] == ["juan", "de", "dios"]:
        return 3
    if keys[0] in _BEFORE_SURNAMES:  # a surname alone: De la Cruz
        after = next((at for at, key in enumerate(keys) if key not in _BEFORE_SURNAMES), 0)
        return after + 1
    if len(keys) > 1 and keys[1] in _COMPOUNDS.get(keys[0], ()):
        return 2
    if keys[0] == "maria":
        for size in (3, 2):
            joint = " ".join(keys[1:size])
            if joint in _JOINTS and len(keys) > size and keys[size] in _AFTER_MARIA:
                return size + 1
    return 1


def _is_business(name: str) -> bool:
    words = name.split()
    if len(words) < 2:
        return False
    is_surname = words[-1] in ("Sa", "Sá")
    has_form = _key(words[-1]) in _COMPANY_FORMS and not is_surname
    return has_form or _key(words[0]) in _COMPANY_WORDS


def _is_address(name: str) -> bool:
    """Whether it is an email address or a site, which greets nobody."""
    return "@" in name.lstrip("@") or "://" in name or name.lower().startswith("www.")


def _bare(word: str) -> str:
    """A word without the signs and pictures around it; a point after an initial stays."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not (word[end - 1].isalnum() or word[end - 1] in "."):
        end -= 1
    word = word[start:end]
    is_initials = len(word) == 2 or "." in word[:-1]
    return word if is_initials else word.rstrip(".")


@lru_cache(maxsize=4_096)
def _key(word: str) -> str:
    """A word in the form in which it is looked up: no case, accents and points."""
    if word.isascii():
        return word.lower().replace(".", "")
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char) and char != ".")


def _last_key(text: str) -> str:
    return _key(text.rpartition(" ")[2])


def _ordinary_case(name: str) -> str:
    """The name with its shouted and its whispered words as people write them."""
    words = name.split()
    return " ".join(_word(word, first=number == 0) for number, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    if word[:1].islower() and word[1:].isupper():  # typed with the capitals locked
        word = word.swapcase()
    if not (word.isupper() or word.islower()):
        return word
    key = _key(word)
    if not first and key in _COMPANY_FORMS:
        form = _COMPANY_FORMS[key]
        return word if "." in word[:-1] else form + word[len(word.rstrip(".")) :]
    if not first and key in _PARTICLES:
        return word.lower()
    if word in _ROMAN or (key.isascii() and word.isupper() and _VOWELS.isdisjoint(key)):
        return word  # an abbreviation
    return "".join(_part(part) for part in _WORD_PARTS.split(word))


def _part(part: str) -> str:
    return part[:1].title() + part[1:].lower()


_SPECIAL = frozenset(
    _TITLES | _COMPANY_WORDS | _COMPOUNDS.keys() | _SHORTENED.keys() | _BEFORE_SURNAMES
) | {name.partition(" ")[0] for name in _NO_NAMES}
