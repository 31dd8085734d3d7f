"use strict";

// Has htmx renew the first page while it is seen, and says how old the page is (live.js says when that fails).
{
  const SAID_EVERY = 5;

  const watch = (part) => {
    const age = part.querySelector("[data-age]");
    let at = Date.now();

    const say = () => {
      const seconds = Math.floor((Date.now() - at) / 1000 / SAID_EVERY) * SAID_EVERY;
      age.textContent = age.dataset.words.replace("%s", Math.max(seconds, 1));
    };

    part.addEventListener("htmx:afterOnLoad", ({ detail }) => {
      if (detail.elt !== part || !detail.successful) return;
      // Whoever is logged out, or may not see it any more, was led to another page.
      if (new URL(detail.xhr.responseURL).pathname !== part.dataset.renewed) return location.reload();
      at = Date.now();
      say();
    });
    setInterval(() => {
      if (document.visibilityState === "visible") htmx.trigger(part, "renew");
    }, 1000 * part.dataset.seconds);
    setInterval(say, 1000 * SAID_EVERY);
    say();
  };

  document.querySelectorAll("[data-renewed]").forEach(watch);
}
