"use strict";

// The inbox: keeps the thread at its end, marks what is open in the list, and works by the keyboard.
{
  const isWriting = (element) =>
    element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  const talk = () => document.getElementById("talk");
  const links = () => [...document.querySelectorAll("#threads [data-talk]")];

  // Pictures come after their messages: the thread stays at its end until somebody moves it.
  let follows = false;
  const toEnd = () => {
    const thread = document.getElementById("thread");
    if (thread) thread.scrollTop = thread.scrollHeight;
    follows = true;
  };
  for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(name, ({ target }) => {
      if (target.closest?.("#thread")) follows = false;
    }, { capture: true, passive: true });
  }
  document.addEventListener("load", ({ target }) => {
    if (follows && target.closest?.("#thread")) toEnd();
  }, true);

  const markOpen = () => {
    const id = talk()?.dataset.talkId ?? "";
    document.body.classList.toggle("thread-open", Boolean(id));
    for (const link of links()) {
      const isOpen = Boolean(id) && link.closest("li").id === `talk-${id}`;
      if (isOpen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (id) document.title = document.title.replace(/^(\(\d+\) )?[^|]*/, (_all, number) => `${number ?? ""}${talk().dataset.title} `);
  };

  // j and k: the conversation below and above the one that is open.
  const go = (step) => {
    const all = links();
    const here = all.findIndex((link) => link.hasAttribute("aria-current"));
    const next = all[here < 0 ? 0 : here + step];
    if (!next) return;
    next.scrollIntoView({ block: "nearest" });
    next.click();
  };

  const press = (key) => {
    const found = talk()?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    found?.click();
    if (found?.tagName === "SUMMARY") found.parentElement.querySelector("select, button")?.focus();
  };

  // An answer, or a note among colleagues; where nobody can answer, there is a note alone.
  const write = (kind) => {
    talk()?.querySelector(`.composer input[name=kind][value=${kind}]`)?.click();
    document.getElementById("reply")?.focus();
  };

  const KEYS = {
    j: () => go(1),
    k: () => go(-1),
    a: () => press("a"),
    e: () => press("e"),
    m: () => press("m"),
    r: () => write("answer"),
    i: () => write("note"),
    "?": () => {
      const keys = document.getElementById("inbox-keys");
      keys.open = !keys.open;
    },
    "/": () => document.getElementById("inbox-search").focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches(".composer textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit(event.target.form.querySelector(".btn-primary"));
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && isWriting(event.target)) event.target.blur();
    if (isWriting(event.target)) return;
    if (event.key in KEYS) {
      event.preventDefault();
      KEYS[event.key]();
      return;
    }
    // A held message is decided by the keys of its list. A key that is held down decides once.
    if (!event.repeat) press(event.key.toLowerCase());
  }, true);

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id !== "talk" && detail.elt.id !== "talk") return;
    markOpen();
    toEnd();
  });
  document.addEventListener("inbox:list", markOpen);
  // What was unread and is read now is so in the list too.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!("reads" in detail.elt.dataset) || !detail.successful) return;
    const row = document.getElementById(`talk-${talk()?.dataset.talkId}`);
    row?.classList.remove("unread");
    row?.querySelector(".count")?.remove();
  });
  toEnd();
}
