"use strict";

// A window beside a form, to add, change or delete what one of its selects offers. The names of the
// functions are those that Django's page at the end of such a window calls.
{
  const OPENS = ".related-widget-wrapper-link[data-popup=yes]";
  const LINKS = ".view-related, .change-related, .delete-related";
  const windows = [];
  // A window may open one of its own; the number at the end of its name says how deep it is.
  const depth = document.getElementsByName("_popup").length ? Number(window.name.split("__").at(-1)) || 0 : 0;
  const suffix = `__${depth + 1}`;

  const open = (link) => {
    const name = link.id.replace(/^(change|add|delete)_/, "") + suffix;
    const opened = window.open(link.href, name, "height=500,width=800,resizable=yes,scrollbars=yes");
    if (!opened) return;
    windows.push(opened);
    opened.focus();
  };

  const selectOf = (opened) => document.getElementById(opened.name.slice(0, -suffix.length));

  const done = (opened, select) => {
    select?.dispatchEvent(new Event("change", { bubbles: true }));
    windows.splice(windows.indexOf(opened), 1);
    opened.close();
  };

  const optionOf = (select, id) => [...(select?.options ?? [])].find((one) => one.value === String(id));

  const link = (select) => {
    select.closest(".related-widget-wrapper").querySelectorAll(LINKS).forEach((one) => {
      one.toggleAttribute("aria-disabled", false);
      if (select.value) one.href = one.dataset.hrefTemplate.replace("__fk__", select.value);
      else {
        one.removeAttribute("href");
        one.setAttribute("aria-disabled", "true");
      }
    });
  };

  window.dismissAddRelatedObjectPopup = (opened, id, text) => {
    const select = selectOf(opened);
    select?.add(new Option(text, id, true, true));
    done(opened, select);
  };

  window.dismissChangeRelatedObjectPopup = (opened, id, text, newId) => {
    const select = selectOf(opened);
    const option = optionOf(select, id);
    if (option) {
      option.textContent = text;
      option.value = newId;
    }
    done(opened, select);
  };

  window.dismissDeleteRelatedObjectPopup = (opened, id) => {
    const select = selectOf(opened);
    optionOf(select, id)?.remove();
    done(opened, select);
  };

  window.addEventListener("pagehide", () => windows.forEach((one) => one.close()));
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.(OPENS);
    if (!opener) return;
    event.preventDefault();
    if (opener.href) open(opener);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".related-widget-wrapper select")) link(event.target);
  });
  document.querySelectorAll(".related-widget-wrapper select").forEach(link);
}
