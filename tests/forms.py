"""The forms of a page, as a browser would send them back, and where its links lead."""

from urllib.parse import urljoin

import html5lib

UNSENT = {"submit", "button", "reset", "file", "image"}


def fields_of(page, *, with_action: str = "") -> dict[str, list[str]]:
    """What the page's POST forms would send as they stand, but for their buttons; only that with an address in `with_action`."""
    root = html5lib.parse(page.text, treebuilder="etree", namespaceHTMLElements=False)
    found: dict[str, list[str]] = {}
    for form in root.iter("form"):
        if form.get("method", "").lower() != "post" or with_action not in form.get("action", ""):
            continue
        if "logout" in form.get("action", ""):
            continue
        for field in form.iter():
            for value in values_of(field):
                found.setdefault(field.get("name"), []).append(value)
    return found


def links_of(page) -> set[str]:
    """The addresses that the page's links lead to, without what stands after a #."""
    root = html5lib.parse(page.text, treebuilder="etree", namespaceHTMLElements=False)
    hrefs = (link.get("href") for link in root.iter("a") if link.get("href"))
    return {urljoin(page.request["PATH_INFO"], href).partition("#")[0] for href in hrefs}


def values_of(field) -> list[str]:
    if not field.get("name") or field.get("disabled") is not None:
        return []
    kind = field.get("type", "text")
    if field.tag == "textarea":
        # The first line break after the tag is not part of the text, and html5lib has dropped it.
        return ["".join(field.itertext())]
    if field.tag == "select":
        chosen = [option for option in field.iter("option") if option.get("selected") is not None]
        options = list(field.iter("option"))
        if not chosen and options and field.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", "") for option in chosen]
    if field.tag != "input" or kind in UNSENT:
        return []
    if kind in ("checkbox", "radio"):
        return [field.get("value", "on")] if field.get("checked") is not None else []
    return [field.get("value", "")]
