from hypothesis import given
from hypothesis import strategies as st

from contacts.imports.rows.cells import clean, clean_row

OF_EXCEL = (
    *("#N/A", "#N/D", "#N/DISP", "#NV", "#NA", "#Н/Д", "#REF!", "#¡REF!", "#BEZUG!", "#VALUE!"),
    *("#¡VALOR!", "#VALOR!", "#WERT!", "#VALEUR!", "#VALORE!", "#NAME?", "#¿NOMBRE?", "#NOM?"),
    *("#NOME?", "#DIV/0!", "#¡DIV/0!", "#NUM!", "#¡NUM!", "#ZAHL!", "#NOMBRE!", "#NULL!", "#NULO!"),
    *("#¡NULO!", "#NUL!", "#SPILL!", "#DESBORDAMIENTO!", "#¡DESBORDAMIENTO!", "#ÜBERLAUF!"),
    *("#PROPAGATION!", "#CALC!", "#¡CALC!", "#FIELD!", "#¡CAMPO!", "#GETTING_DATA", "#BLOCKED!"),
    *("#OBTENIENDO_DATOS", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#PYTHON!", "#ERROR!", "#########"),
    *("Err:502", "Error:504", "Loading...", "Cargando...", "#n/a", "#REF", "#DIV/0", "#VALUE"),
    *("#YOK", "#НД", "#I/T", "#N/B", "#BRAK", "#HIÁNYZIK", "#NEDOSTUPNÝ", "#DATENABRUF", "#ERR"),
    *("#CHARGEMENT_DES_DONNÉES", "#NENÍ_K_DISPOZICI", "#SINTAXIS", "#!REF!", "=#REF!", "=#N/A"),
    *("#ССЫЛКА!", "#VÆRDI!", "#WAARDE!", "#ÉRTÉK!", "Cargando…", "Carregando...", "Chargement…"),
    "Wird geladen...",
)
OF_PROGRAMS = (
    *("NaN", "nan", "NAN", "<NA>", "NA", "NaT", "None", "null", "NULL", "(null)", "<null>", "nil"),
    *("undefined", "\\N", "[object Object]", "(en blanco)", "(En blanco)", "(blank)", "(vacías)"),
    *("null null", "undefined undefined", "[null]", "<none>", "-- None --", "(sin nombre)"),
)
OF_PEOPLE = (
    "-",
    "--",
    ".",
    "N/A",
    "n/d",
    "s/i",
    "S/N",
    "Sin datos",
    " ",
    "\xa0",
    " - ",
    "SIN NOMBRE",
    *("—", "…", "...", "?", "//", "s.d.", "N/R", "No registra", "NO REGISTRA", "Sin correo"),
    *("Desconocido", "unknown", "-- Seleccione --", "(ninguno)", "Não informado", "&nbsp;"),
)
OF_NAMES = ("Nan", "Null", "Na", "Nona", "#1 en ventas", "#VIP", "Err", "Nulo", "#hola!", "Error")


def test_what_stands_for_nothing_is_an_empty_cell():
    cells = OF_EXCEL + OF_PROGRAMS + OF_PEOPLE

    assert [cell for cell in cells if clean(cell)] == []
    assert [cell for cell in cells if list(clean_row(["a", cell])) != ["a", ""]] == []


def test_names_that_look_like_nothing_are_kept():
    assert [clean(cell) for cell in OF_NAMES] == list(OF_NAMES)


def test_signs_that_a_page_of_the_web_writes_out_are_read():
    cells = ["Mu&ntilde;oz", "Soto &amp; C&iacute;a", "&#209;u&#xF1;ez", "&nbsp;Ana", "A & B; C"]

    assert list(clean_row(cells)) == ["Muñoz", "Soto & Cía", "Ñuñez", "Ana", "A & B; C"]


def test_apostrophe_of_an_export_is_taken_off_once():
    cells = ["'=1+1", "'-Ana", "''=Ñandú", "'@x", "'Tata", "'", "'+56975400946"]

    assert [clean(cell) for cell in cells] == [
        *("=1+1", "-Ana", "'=Ñandú", "@x", "'Tata", "'", "+56975400946"),
    ]


CELLS = st.lists(
    st.sampled_from(
        [
            *("Ana", "-", "N/A", " a", "b ", "c  d", "e\n", "\xa0", "", " ", "#N/D", "'=1", "''+1"),
            *(
                "Err:502",
                "Fehler:502",
                "Loading...",
                "Cargando...",
                "(en blanco)",
                " '-",
                *("'\t=", "NaN", "=#REF!", "Carregando...", "Wird geladen…", "&nbsp;", "&amp;amp;"),
            ),
        ]
    )
)


@given(CELLS | st.lists(st.text("#'=E:r5 \tÑ!", max_size=6) | st.text(max_size=6)))
def test_clean_row_cleans_every_cell(cells):
    assert list(clean_row(cells)) == [clean(cell) for cell in cells]
