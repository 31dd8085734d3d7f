"use strict";

// Held messages: j and k lead to the next that waits and the one before, and a key of each button
// decides the one in which the focus is.
{
  const isWriting = (element) =>
    element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  const cards = () => [...document.querySelectorAll("[data-decide]")].map((one) => one.closest("tr, section"));
  // On the page of one message it is this one; in the list the row that has the focus.
  const focused = () =>
    document.querySelector("section [data-decide]")?.closest("section") ??
    cards().find((card) => card.contains(document.activeElement));

  const focus = (card) => {
    if (!card) return;
    card.tabIndex = -1;
    card.focus();
    card.scrollIntoView({ block: "nearest" });
  };

  const go = (step) => {
    const all = cards();
    const here = all.indexOf(focused());
    focus(all[here < 0 ? 0 : here + step]);
  };

  document.addEventListener("keydown", (event) => {
    // A key that is held down decides once: on the page that follows it would decide the next.
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") go(key === "j" ? 1 : -1);
    else focused()?.querySelector(`[data-decide] [data-key="${CSS.escape(key)}"]`)?.click();
  });

  // After a decision the next one has the focus.
  if (location.hash === "#decide") focus(cards()[0]);
}
