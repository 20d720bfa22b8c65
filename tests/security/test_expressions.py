"""No regular expression of ours can be made to try for ever (ReDoS): each is read, and none repeats what repeats already."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import _parser as parser

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("erhvervspanel", "panels", "ideas", "initiatives", "events")
ENDLESS = {parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT}
LONG = 50  # repeats: beyond it an expression is as good as endless


def expressions() -> Iterator[tuple[str, str]]:
    """(place, expression) of each in the code: the text that is given to a function of `re`. A placeholder stands as »x«."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                if is_call and getattr(node.func.value, "id", "") == "re" and node.args:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", text_of(node.args[0])


def text_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
    return ""


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
    assert len(found) > 20
    assert [(place, text) for place, text in found if list(repeats(parser.parse(text)))] == []


@pytest.mark.parametrize(
    "bad", [r"(a+)+", r"(a*b?)*", r"(\d+|x)*y", r"\s*\s*x", r"\s+a?\s+", r"(?:(?:ab)+c?)+"]
)
def test_one_that_does_not_is_seen(bad):
    assert list(repeats(parser.parse(bad)))
    assert re.compile(bad)
