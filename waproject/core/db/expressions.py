"""Expressions that the ORM lacks."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, TextField


class OwnText(Func):
    """For each row the text that a mapping has for its value of column `by`; null where none.

    One parameter whatever the number of rows, where a CASE has a branch to compile, and to try,
    for each of them. The keys hold no quotes.
    """

    output_field = TextField()

    def __init__(self, by: str, texts: Mapping[Any, str]) -> None:
        super().__init__(F(by))
        self.document = json.dumps({str(key): text for key, text in texts.items()})

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"""json_extract(%s, '$."' || {column} || '"')""", [self.document, *parameters]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"(%s::jsonb ->> {column}::text)", [self.document, *parameters]
