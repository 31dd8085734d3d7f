"use strict";

// The composer: quick answers after a slash, emoji, and a draft that is kept while one writes.
{
  const KEPT_AFTER = 1_200;
  let timer = 0, chosen = 0, found = [];

  const field = () => document.getElementById("reply");
  const list = () => document.getElementById("canned-list");
  const all = () => JSON.parse(document.getElementById("canned")?.textContent ?? "[]");

  const hide = () => {
    if (list()) list().hidden = true;
    field()?.removeAttribute("aria-activedescendant");
    found = [];
  };

  const show = (typed) => {
    found = all().filter((one) => one.shortcut.startsWith(typed)).slice(0, 12);
    if (!found.length) return hide();
    chosen = Math.min(chosen, found.length - 1);
    list().replaceChildren(...found.map((one, at) => {
      const row = document.createElement("li"), button = document.createElement("button");
      const name = document.createElement("b"), text = document.createElement("span");
      name.textContent = `/${one.shortcut}`;
      text.textContent = one.text;
      button.type = "button";
      button.dataset.at = at;
      button.append(name, text);
      button.id = `canned-${at}`;
      button.tabIndex = -1;
      button.setAttribute("role", "option");
      button.setAttribute("aria-selected", String(at === chosen));
      row.setAttribute("role", "none");
      row.append(button);
      return row;
    }));
    list().hidden = false;
    // The keys stay in the field: this tells a reader which one is chosen.
    field().setAttribute("aria-activedescendant", `canned-${chosen}`);
  };

  const insert = (text, from, to) => {
    field().focus();
    field().setRangeText(text, from, to, "end");
    field().dispatchEvent(new InputEvent("input", { bubbles: true }));
  };

  const take = (at) => {
    const one = found[at];
    hide();
    if (!one) return;
    const typed = /^\/[\w-]*$/.test(field().value) ? field().value.length : 0;
    insert(one.text, typed ? 0 : field().selectionStart, typed || field().selectionEnd);
  };

  const keep = (form) => {
    const written = new FormData(form);
    written.delete("file");
    fetch(form.dataset.draft, { method: "POST", body: written, keepalive: true }).catch(() => {});
  };

  document.addEventListener("input", ({ target }) => {
    if (target !== field()) return;
    const typed = /^\/([\w-]*)$/.exec(target.value);
    if (typed) show(typed[1].toLowerCase());
    else hide();
    clearTimeout(timer);
    timer = setTimeout(() => { if (target.isConnected) keep(target.form); }, KEPT_AFTER);
  });

  document.addEventListener("keydown", (event) => {
    if (event.target !== field() || !list() || list().hidden) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      chosen = (chosen + steps[event.key] + found.length) % found.length;
      for (const option of list().querySelectorAll("[role=option]")) {
        option.setAttribute("aria-selected", String(Number(option.dataset.at) === chosen));
      }
      field().setAttribute("aria-activedescendant", `canned-${chosen}`);
    } else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("click", ({ target }) => {
    const pressed = target.closest?.("button");
    if (pressed?.dataset.at && list().contains(pressed)) take(Number(pressed.dataset.at));
    else if (pressed && "canned" in pressed.dataset) {
      chosen = 0;
      field().focus();
      show("");
    } else if (pressed?.dataset.insert) insert(pressed.dataset.insert, field().selectionStart, field().selectionEnd);
    else if (!list()?.contains(target)) hide();
  });

  // What is being sent is no draft any more.
  document.addEventListener("submit", ({ target }) => { if (target.id === "composer") clearTimeout(timer); });

  // How long free text can be written still, by the server's clock: it said how many seconds are left.
  const ends = new WeakMap();
  const countDown = () => {
    const shown = document.querySelector("#talk-head [data-left]");
    if (!shown) return;
    if (!ends.has(shown)) ends.set(shown, performance.now() + Number(shown.dataset.left) * 1_000);
    const minutes = Math.max(0, Math.floor((ends.get(shown) - performance.now()) / 60_000));
    const said = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    const words = shown.querySelector("span");
    const next = words.textContent.replace(/\d+:\d\d/, said);
    if (next !== words.textContent) words.textContent = next;
  };
  countDown();
  setInterval(countDown, 1_000);

  // Whoever chose a time sends then by Enter in it too.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== "send-at") return;
    event.preventDefault();
    // Pressed, as htmx posts the name of a button by its click alone.
    event.target.form.querySelector("[name=later]").click();
  });
}
