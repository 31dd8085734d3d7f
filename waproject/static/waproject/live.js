"use strict";

// A page that asks for its parts anew says so when two answers in a row did not come.
{
  const ENOUGH = 2;
  let failed = 0;

  const tell = () => {
    document.querySelectorAll("[data-when-stale]").forEach((note) => {
      note.hidden = failed < ENOUGH;
    });
  };

  const onFailure = () => {
    failed += 1;
    tell();
  };

  document.addEventListener("htmx:sendError", onFailure);
  document.addEventListener("htmx:responseError", onFailure);
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (!event.detail.successful) return;
    failed = 0;
    tell();
  });
}
