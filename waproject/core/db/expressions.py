"""Expressions that the ORM lacks."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Field, Func, TextField


class Own(Func):
    """For each row the value that a mapping has for its value of column `by`; null where none.

    One parameter whatever the number of rows, where a CASE has a branch to compile, and to try,
    for each of them. The keys hold no quotes; the values are those of `field`.
    """

    def __init__(self, by: str, values: Mapping[Any, Any], field: "Field[Any, Any]") -> None:
        super().__init__(F(by), output_field=field)
        self.values = values

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        document = self._document(connection)
        return f"""json_extract(%s, '$."' || {column} || '"')""", [document, *parameters]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        kind = self.output_field.db_type(connection)
        document = self._document(connection)
        return f"(%s::jsonb ->> {column}::text)::{kind}", [document, *parameters]

    def _document(self, connection: Any) -> str:
        prepare = self.output_field.get_db_prep_value
        values = {str(key): prepare(value, connection) for key, value in self.values.items()}
        return json.dumps(values, default=str)


class OwnText(Own):
    """The same of a text."""

    def __init__(self, by: str, texts: Mapping[Any, str]) -> None:
        super().__init__(by, texts, TextField())
