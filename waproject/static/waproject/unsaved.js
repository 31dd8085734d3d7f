"use strict";

// What acts on the stored row waits while its form has changes that were not saved: each element
// with data-needs-saved="ID OF THE FORM". data-why says so in words. Fields inside of
// data-not-saved are no part of what is saved.
{
  const waiting = [...document.querySelectorAll("[data-needs-saved]")];
  const forms = new Set(waiting.map((one) => document.getElementById(one.dataset.needsSaved)));

  const hold = (form) => {
    for (const one of waiting) {
      if (one.dataset.needsSaved !== form.id || one.hasAttribute("aria-disabled")) continue;
      one.setAttribute("aria-disabled", "true");
      one.title = one.dataset.why;
    }
  };

  const say = (pressed) => {
    if (document.getElementById("unsaved")) return;
    const note = document.createElement("div");
    note.id = "unsaved";
    note.className = "note note-warn";
    note.role = "alert";
    note.textContent = pressed.dataset.why;
    document.querySelector(".page-head")?.after(note);
    note.scrollIntoView({ block: "nearest" });
  };

  for (const form of forms) {
    if (!form) continue;
    for (const name of ["input", "change", "buttons"]) {
      form.addEventListener(name, (event) => {
        if (!event.target.closest("[data-not-saved]")) hold(form);
      });
    }
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-needs-saved][aria-disabled]");
    if (!pressed) return;
    event.preventDefault();
    say(pressed);
  });
}
