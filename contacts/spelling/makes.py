"""Makes of vehicles, each in one spelling, so that a filter on “Toyota” finds every Toyota."""

import unicodedata
from functools import lru_cache

_MAKES = """
Abarth|Acura|Alfa Romeo|Aston Martin|Audi|BAIC|Bentley|BMW|Brilliance|Buick|BYD|Cadillac|Changan|
Chery|Chevrolet|Chrysler|Citroën|Cupra|Dacia|Daewoo|Daihatsu|DFSK|Dodge|Dongfeng|DS|Exeed|Ferrari|
Fiat|Ford|Foton|Freightliner|GAC|Geely|Genesis|GMC|Great Wall|Haval|Hino|Honda|Hummer|Hyundai|
Infiniti|International|Isuzu|Iveco|JAC|Jaecoo|Jaguar|Jeep|Jetour|JMC|Kaiyi|Karry|Kia|Lada|
Lamborghini|Lancia|Land Rover|Leapmotor|Lexus|Lincoln|Lotus|Mahindra|MAN|Maserati|Maxus|Mazda|
McLaren|Mercedes-Benz|MG|Mini|Mitsubishi|Nissan|Omoda|Opel|ORA|Peugeot|Porsche|RAM|Renault|
Rolls-Royce|Rover|Saab|Samsung|Scania|SEAT|Skoda|SsangYong|KGM|Smart|SRM|Subaru|Suzuki|SWM|Tata|
Tesla|Toyota|Volkswagen|Volvo|ZNA|Zotye|ZX Auto
"""
_NICKNAMES = {
    "chevy": "Chevrolet",
    "gwm": "Great Wall",
    "mercedes": "Mercedes-Benz",
    "mbenz": "Mercedes-Benz",
    "vw": "Volkswagen",
}


def _key(make: str) -> str:
    decomposed = unicodedata.normalize("NFKD", make.casefold())
    return "".join(char for char in decomposed if char.isalnum())


_SPELLINGS = {_key(make): make for make in _MAKES.replace("\n", "").split("|")} | _NICKNAMES


@lru_cache(maxsize=4_096)
def spell_make(make: str) -> str:
    """`toyota` and `TOYOTA` are `Toyota`; an unknown one loses its capitals."""
    make = " ".join(make.split())
    known = _SPELLINGS.get(_key(make))
    if known:
        return known
    if make.isupper() or make.islower():
        return " ".join(
            word.capitalize() if len(word) > 3 else word.upper() for word in make.split()
        )
    return make
