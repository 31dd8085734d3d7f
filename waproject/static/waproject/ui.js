"use strict";

// What the shell does by itself: "/" searches, Escape and a click elsewhere close what is open.
{
  const OPEN = "details.pill[open], details.nav-user[open], details.more[open]";
  const isWriting = (element) =>
    element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");

  const search = () => {
    const sidebar = document.getElementById("nav-sidebar");
    const field = sidebar?.querySelector(".nav-search input");
    if (!field) return false;
    if (!field.checkVisibility()) sidebar.showPopover();
    field.focus();
    field.select();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !isWriting(event.target) && search()) event.preventDefault();
    if (event.key !== "Escape") return;
    const open = event.target.closest?.(OPEN) ?? document.querySelector(OPEN);
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll(OPEN).forEach((one) => {
      if (!one.contains(event.target)) one.open = false;
    });
  });
}
