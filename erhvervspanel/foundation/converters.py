"""What stands in addresses beside Django's own: of a shape that the database can hold, so that nothing else is looked for."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class YearConverter(IntConverter):
    """`2021`."""

    regex = r"[0-9]{4}"


class ReferenceConverter(StringConverter):
    """`2021-07`."""

    regex = r"\d{4}-\d{1,4}"


def register() -> None:
    register_converter(YearConverter, "year")
    register_converter(ReferenceConverter, "reference")
