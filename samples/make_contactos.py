"""Writes samples/contactos.csv: invented customers of a Chilean car dealer, as Excel saves them.

    python samples/make_contactos.py [--rows 500] [--seed 7] [--output samples/contactos.csv]

The same seed gives the same file. The warts are those of real lists: phones in every spelling,
twice in the file or impossible, prices in three conventions, half vehicles, names over two lines,
empty cells, blank lines. People, addresses and links are invented.
"""

import argparse
import csv
import random
from collections.abc import Callable
from pathlib import Path

HEADER = ["Teléfono", "Nombre", "Correo", "Marca", "Modelo", "Año", "Precio", "Link", "Etiquetas",
          "Sucursal"]  # fmt: skip
PHONE, NAME, EMAIL, MAKE, MODEL, YEAR, PRICE, LINK, TAGS, BRANCH = range(len(HEADER))

FIRST_NAMES = """
Agustín Alejandra Álvaro Andrés Antonia Bárbara Begoña Benjamín Camila Carlos Carolina Catalina
Claudio Constanza Cristóbal Daniela Diego Eduardo Elías Emilia Esteban Felipe Fernanda Florencia
Francisca Gabriel Gonzalo Ignacia Isidora Iván Javiera Joaquín Jorge José Josefa Juan Julián
Leonor Lucía Luis Macarena Manuel Marcela María Martín Matías Maximiliano Mónica Natalia Nicolás
Noemí Pablo Paloma Patricio Paula Pedro Raúl Renata Ricardo Rocío Rodrigo Rosario Santiago
Sebastián Sofía Tomás Trinidad Valentina Verónica Vicente Víctor Ximena
"""
SURNAMES = """
Acuña Aguilera Alarcón Araya Bravo Bustos Cáceres Cárdenas Carrasco Castillo Castro Contreras
Cortés Díaz Espinoza Farías Fernández Figueroa Flores Fuentes Garrido González Gutiérrez Guzmán
Henríquez Hernández Herrera Ibáñez Jara Lagos López Maldonado Martínez Medina Molina Morales
Muñoz Navarro Núñez Olivares Orellana Ortiz Parra Peña Pérez Pino Pizarro Poblete Quezada
Ramírez Reyes Ríos Riquelme Rivera Rojas Romero Saavedra Salazar Salinas Sánchez Sandoval
Sepúlveda Silva Soto Tapia Toledo Toro Torres Valdés Valenzuela Vargas Vásquez Vega Vera Vergara
Yáñez Zúñiga Ñancupil
"""
# Make, how many in a hundred, and models with the price of a new one in pesos.
CARS = [
    ("Toyota", 38, {"Corolla": 14_990_000, "Yaris": 11_490_000, "RAV4": 21_990_000,
                    "Hilux": 24_490_000, "Land Cruiser Prado": 46_990_000, "Rush": 15_990_000}),
    ("Hyundai", 10, {"Accent": 11_290_000, "Tucson": 19_990_000, "Grand i10": 8_990_000}),
    ("Kia", 8, {"Rio": 10_990_000, "Sportage": 19_490_000, "Morning": 7_990_000}),
    ("Chevrolet", 8, {"Sail": 8_790_000, "Spark GT": 7_290_000, "Captiva": 14_990_000}),
    ("Nissan", 7, {"Versa": 11_690_000, "X-Trail": 21_490_000, "Navara": 20_990_000}),
    ("Suzuki", 6, {"Swift": 10_490_000, "Grand Nomade": 13_990_000, "Baleno": 9_990_000}),
    ("Mazda", 5, {"3": 15_990_000, "CX-5": 20_990_000, "BT-50": 21_990_000}),
    ("Peugeot", 4, {"208": 12_990_000, "3008": 24_990_000}),
    ("Citroën", 3, {"C3": 11_490_000, "Berlingo": 14_990_000}),
    ("BMW", 3, {"118i": 27_990_000, "X1": 34_990_000}),
    ("MG", 3, {"ZS": 9_990_000, "3": 7_990_000}),
    ("Chery", 3, {"Tiggo 2": 9_490_000, "Tiggo 7 Pro": 15_990_000}),
    ("Honda", 2, {"Civic": 16_990_000, "CR-V": 25_990_000}),
]  # fmt: skip
TAGS_IN_USE = ["posventa", "garantía", "flota", "VIP", "seminuevos", "financiamiento"]
BRANCHES = ["Santiago Centro", "Ñuñoa", "Viña del Mar", "Concepción", "Temuco"]

Row = list[str]


def make_rows(count: int, seed: int) -> list[Row]:
    """`count` rows, clean at first, then each wart where the seed puts it."""
    rng = random.Random(seed)
    phones = rng.sample(range(30_000_000, 69_999_999), count)
    rows = [_clean_row(rng, 900_000_000 + phone, number) for number, phone in enumerate(phones, 1)]
    order = rng.sample(range(20, count), count - 20)
    for wart, share in WARTS:
        for _one in range(max(1, round(count * share))):
            wart(rng, rows, order.pop())
    for row in rows:
        if row[PHONE].startswith("+569"):
            row[PHONE] = rng.choices(SPELLINGS, weights=SPELLING_WEIGHTS)[0](row[PHONE][3:])
        if row[PRICE].isdigit():
            row[PRICE] = rng.choice(PRICES)(int(row[PRICE]))
        row[MAKE] = rng.choice([str, str, str, str.upper, str.lower])(row[MAKE])
    return rows


def _clean_row(rng: random.Random, national: int, number: int) -> Row:
    name = f"{rng.choice(FIRST_NAMES.split())} {rng.choice(SURNAMES.split())}"
    if rng.random() < 0.6:
        name += f" {rng.choice(SURNAMES.split())}"
    make, _share, models = rng.choices(CARS, weights=[share for _make, share, _models in CARS])[0]
    model, new_price = rng.choice(list(models.items()))
    year = rng.choices(range(2009, 2026), weights=[1] * 6 + [3] * 11)[0]
    price = round(new_price * 0.93 ** (2026 - year), -4)
    email = f"cliente{number}@example.com" if rng.random() < 0.4 else ""
    slug = f"{make}-{model}-{year}".lower().replace(" ", "-").replace("ë", "e")
    link = f"https://autos.example.com/{slug}-{number}" if rng.random() < 0.8 else ""
    tags = ", ".join(rng.sample(TAGS_IN_USE, rng.choices([0, 1, 2], weights=[6, 3, 1])[0]))
    return [f"+56{national}", name, email, make, model, str(year), str(int(price)), link, tags,
            rng.choice(BRANCHES)]  # fmt: skip


# What follows is done to one row, the one at `at`.


def _same_phone(rng: random.Random, rows: list[Row], at: int) -> None:
    """The same person again, further down, with another vehicle or with nothing new."""
    rows[at][PHONE] = rows[at - 15][PHONE]
    rows[at][NAME] = rng.choice([rows[at - 15][NAME], "", rows[at][NAME]])


def _exact_copy(rng: random.Random, rows: list[Row], at: int) -> None:
    rows[at] = list(rows[at - 15])


def _impossible_phone(rng: random.Random, rows: list[Row], at: int) -> None:
    digits = rows[at][PHONE][3:]
    rows[at][PHONE] = rng.choice(
        ["", "sin teléfono", "123", digits[:-2], digits + "77", "000000000", "5.69754E+10",
         f"{digits} / {digits[:-1]}0", "+999 1234567"]
    )  # fmt: skip


def _foreign_phone(rng: random.Random, rows: list[Row], at: int) -> None:
    digits = str(rng.randrange(20_000_000, 79_999_999))
    rows[at][PHONE] = rng.choice(
        [f"+54 9 11 {digits}", f"+52 1 55 {digits}", f"+51 9{digits}", f"+57 310 {digits[:7]}"]
    )


def _half_vehicle(rng: random.Random, rows: list[Row], at: int) -> None:
    rows[at][rng.choice([MAKE, MODEL, YEAR])] = ""


def _no_vehicle(rng: random.Random, rows: list[Row], at: int) -> None:
    rows[at][MAKE:TAGS] = [""] * (TAGS - MAKE)


def _bad_value(rng: random.Random, rows: list[Row], at: int) -> None:
    column, value = rng.choice(
        [(PRICE, "8.5 millones"), (PRICE, "a convenir"), (YEAR, "15"), (YEAR, "2105"),
         (EMAIL, "cliente@"), (LINK, "ver aviso")]
    )  # fmt: skip
    rows[at][column] = value


def _no_name(rng: random.Random, rows: list[Row], at: int) -> None:
    rows[at][NAME] = rng.choice(["", "-", "  "])


def _name_on_two_lines(rng: random.Random, rows: list[Row], at: int) -> None:
    rows[at][NAME] = rows[at][NAME].replace(" ", "\n", 1)


def _nickname(rng: random.Random, rows: list[Row], at: int) -> None:
    rows[at][NAME] = f'{rows[at][NAME]} "{rng.choice(["Pepe", "Nano; el del taller"])}"'


def _year_from_excel(rng: random.Random, rows: list[Row], at: int) -> None:
    rows[at][YEAR] += ".0"


WARTS: list[tuple[Callable[[random.Random, list[Row], int], None], float]] = [
    (_same_phone, 0.024),
    (_exact_copy, 0.006),
    (_impossible_phone, 0.024),
    (_foreign_phone, 0.016),
    (_half_vehicle, 0.012),
    (_no_vehicle, 0.03),
    (_bad_value, 0.014),
    (_no_name, 0.04),
    (_name_on_two_lines, 0.01),
    (_nickname, 0.008),
    (_year_from_excel, 0.02),
]

# Of the nine digits of a Chilean mobile, 9xxxxxxxx.
SPELLINGS: list[Callable[[str], str]] = [
    lambda n: f"+56{n}",
    lambda n: n,
    lambda n: f"{n[0]} {n[1:5]} {n[5:]}",
    lambda n: f"+56 {n[0]} {n[1:5]}-{n[5:]}",
    lambda n: f"56{n}",
    lambda n: f"56{n}.0",
    lambda n: f"5.6{n}E10",
    lambda n: f"whatsapp:+56{n}",
    lambda n: f"0056{n}",
    lambda n: f"(+56) {n[0]}\xa0{n[1:5]}\xa0{n[5:]}",
    lambda n: f"0{n}",
    lambda n: n.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
]
SPELLING_WEIGHTS = [30, 10, 20, 8, 10, 4, 1, 2, 2, 2, 2, 1]
PRICES: list[Callable[[int], str]] = [
    str,
    lambda price: f"{price:,}".replace(",", "."),
    lambda price: f"$ {price:,}".replace(",", "."),
    lambda price: f"${price:,}",
    lambda price: f"{price},00",
    lambda price: "",
]


def write(rows: list[Row], output: Path) -> None:
    """As a Spanish Excel saves “CSV UTF-8”: byte order mark, semicolons, two blank lines inside."""
    with output.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        for number, row in enumerate(rows):
            if number == len(rows) // 3:
                file.write("\r\n")
            if number == len(rows) // 2:
                writer.writerow([""] * len(HEADER))
            writer.writerow(row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("contactos.csv"))
    options = parser.parse_args()
    write(make_rows(options.rows, options.seed), options.output)
    print(f"{options.rows} rows in {options.output}")


if __name__ == "__main__":
    main()
