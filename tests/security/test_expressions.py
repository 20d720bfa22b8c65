"""No regular expression of ours can be made to try for ever (ReDoS): each is read, and none repeats what repeats already."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from re import _parser as parser
from types import ModuleType

import pytest
from django.urls.converters import get_converters

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("erhvervspanel", "panels", "ideas", "initiatives", "events")
ENDLESS = {parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT}
LONG = 50  # repeats: beyond it an expression is as good as endless


def expressions() -> Iterator[tuple[str, str | bytes]]:
    """(place, expression) of each in the code: those that a module keeps, those that are given to a function of `re`, and those of
    the parts of an address."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT)
            module = import_module(".".join(place.with_suffix("").parts))
            yield from (
                (f"{place}: {name}", each) for name, value in vars(module).items() for each in kept_in(value)
            )
            yield from (
                (f"{place}:{line}", each) for line, each in given(ast.parse(path.read_text()), module)
            )
    yield from ((f"<{name}:…>", converter.regex) for name, converter in get_converters().items())


def kept_in(value) -> Iterator[str | bytes]:
    if isinstance(value, re.Pattern):
        yield value.pattern
    elif isinstance(value, dict):
        yield from (each.pattern for each in value.values() if isinstance(each, re.Pattern))
    elif isinstance(value, list | tuple):
        yield from (each.pattern for each in value if isinstance(each, re.Pattern))


def given(tree: ast.Module, module: ModuleType) -> Iterator[tuple[int, str | bytes]]:
    """(line, expression) of each call of a function of `re`. NameError where it stands on what only the running function knows."""
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_call and getattr(node.func.value, "id", "") == "re" and node.func.attr != "escape":
            expression = compile(ast.Expression(node.args[0]), module.__name__, "eval")
            yield node.lineno, eval(expression, vars(module))  # noqa: S307 (our own code)


def repeats(pattern, within: bool = False) -> Iterator[str]:
    """What repeats without end inside what repeats without end, and two that stand side by side and take the same."""
    before = None
    for operation, argument in pattern:
        endless = operation in ENDLESS and argument[1] > LONG
        if endless and within:
            yield "a repeat in a repeat"
        if endless and before is not None and before == str(argument[2]):
            yield "two repeats of the same, side by side"
        if endless:
            before = str(argument[2])
        elif operation not in ENDLESS or argument[0] > 0:
            before = None  # something that must be there stands between
        for part in parts_of(operation, argument):
            yield from repeats(part, within or endless)


def parts_of(operation, argument) -> list:
    if operation in ENDLESS:
        return [argument[2]]
    if operation is parser.SUBPATTERN:
        return [argument[-1]]
    if operation is parser.BRANCH:
        return argument[1]
    if operation in (parser.ASSERT, parser.ASSERT_NOT):
        return [argument[1]]
    return [argument] if operation is parser.ATOMIC_GROUP else []


def test_none_goes_through_its_text_twice():
    found = list(expressions())
    assert {"<year:…>", "erhvervspanel/foundation/documents/pdf.py: ACTIVE"} <= {place for place, _ in found}
    assert all(text for _, text in found)
    assert [(place, text) for place, text in found if list(repeats(parser.parse(text)))] == []


def test_one_that_cannot_be_read_is_no_silence():
    tree = ast.parse("def find(text):\n    return re.search(text + r'(a+)+', 'aaa')")
    with pytest.raises(NameError):
        list(given(tree, import_module("erhvervspanel.foundation.search")))


@pytest.mark.parametrize(
    "bad", [r"(a+)+", r"(a*b?)*", r"(\d+|x)*y", r"\s*\s*x", r"\s+a?\s+", r"(?:(?:ab)+c?)+"]
)
def test_one_that_does_not_is_seen(bad):
    assert list(repeats(parser.parse(bad)))
    assert re.compile(bad)
