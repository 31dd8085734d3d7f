"""What axe finds on a page, in each theme."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

AXE = Path(__file__).parent / "axe" / "axe.min.js"
THEMES = ("light", "dark")
# A theme changes colours alone, so the second one is asked about these.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
ALL_RULES: dict[str, Any] = {}
COLOURS = {"runOnly": {"type": "rule", "values": OF_COLOURS}}
ALL_BUT_COLOURS = {"rules": {rule: {"enabled": False} for rule in OF_COLOURS}}

FIND = """
async (options) => {
  document.getAnimations().forEach((one) => one.finish());
  const found = await axe.run(document, {resultTypes: ["violations"], ...options});
  return found.violations.flatMap((one) => one.nodes.map((node) => [
    one.id, node.target.join(" "), node.html.slice(0, 160),
    (node.any[0] || node.all[0] || node.none[0] || {}).message || one.help,
  ]));
}
"""


def with_axe(context: BrowserContext) -> BrowserContext:
    """Load axe with each page. The browser's driver does it, so no policy of a page refuses it."""
    context.add_init_script(path=AXE)
    return context


def violations(page: Page, themes: Sequence[str] = THEMES) -> list[str]:
    """What axe refuses on the page that is open, in each of the themes.

    Without a theme colours are left out: to compute those of a page takes most of the time.
    """
    if not themes:
        return [" | ".join(one) for one in page.evaluate(FIND, ALL_BUT_COLOURS)]
    found: list[str] = []
    for theme in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        options = ALL_RULES if theme == THEMES[0] else COLOURS
        found += [f"{theme}: {' | '.join(one)}" for one in page.evaluate(FIND, options)]
    return found


# A control that a person sees, by a number; of radio buttons the one that the keyboard comes to.
NUMBER = """
() => {
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
  )];
  const groups = new Set();
  const wanted = all.filter((one) => {
    if (one.disabled || one.tabIndex < 0) return false;
    if (!one.checkVisibility({visibilityProperty: true})) return false;
    if (one.type !== "radio") return true;
    const key = `${one.form && one.form.id} ${one.name}`;
    return !groups.has(key) && groups.add(key);
  });
  wanted.forEach((one, number) => { one.dataset.stop = number; });
  return wanted.map((one) => one.dataset.stop + " " + one.outerHTML.slice(0, 120));
}
"""
WHERE = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const radio = one.type === "radio" && document.querySelector(
    `input[type=radio][name="${one.name}"][data-stop]`
  );
  const stop = (radio || one).dataset.stop;
  const style = getComputedStyle(one);
  const outlined = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
  const text = (radio || one).outerHTML.slice(0, 120);
  return [stop === undefined ? null : stop, text, outlined || style.boxShadow !== "none"];
}
"""


def wanted_by_tab(page: Page) -> set[str]:
    """The controls that the page shows, each by its number and its beginning."""
    return set(page.evaluate(NUMBER))


def reached_by_tab(page: Page, most: int = 600) -> tuple[set[str], list[str]]:
    """What the Tab key comes to in one round, and what of it shows no focus.

    A round goes from where the page puts the focus to its end, and from its beginning on.
    """
    reached: set[str] = set()
    unseen: list[str] = []
    before = ""
    for _press in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(WHERE)
        if here is None:  # the browser's own controls
            continue
        stop, text, shows = here
        this = f"{stop} {text}"
        if this == before:  # the next part of a date
            continue
        if stop is not None and this in reached:
            break
        before = this
        reached.add(this)
        if not shows:
            unseen.append(text)
    return reached, unseen
