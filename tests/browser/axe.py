"""What axe finds on a page."""

from axe_playwright_python.sync_playwright import Axe

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SCRIPT = Axe().axe_script
# Nothing else leaves the browser: what has passed is many times as much, and is read nowhere.
FIND = """async tags => {
    const options = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]}
    const found = (await axe.run(options)).violations
    return found.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`))
}"""


def find(page, *tags: str) -> list[str]:
    """What breaks a rule that has one of the `tags`."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT)
    return page.evaluate(FIND, tags)
