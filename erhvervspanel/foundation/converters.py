"""What stands in addresses beside Django's own: of a shape that the database can hold, so that nothing else is looked for."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter

from erhvervspanel.foundation.references import NUMBERED, year_and_number


class YearConverter(IntConverter):
    """`2021`."""

    regex = r"[0-9]{4}"


class ReferenceConverter(StringConverter):
    """`2021-07`."""

    regex = NUMBERED

    def to_python(self, value: str) -> str:
        if year_and_number(value) is None:
            raise ValueError(value)
        return value


def register() -> None:
    register_converter(YearConverter, "year")
    register_converter(ReferenceConverter, "reference")
