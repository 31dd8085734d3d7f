"use strict";

// Names, for who listens to a page, of the fields that Django's own pages leave without one: those
// in the rows of a table, and the two of a date with a time.
{
  const isNamed = (field) => field.labels?.length || field.getAttribute("aria-label");

  const name = (field, text) => {
    if (text && !isNamed(field)) field.setAttribute("aria-label", text.trim().replace(/:$/, ""));
  };

  const nameTables = (root) => {
    root.querySelectorAll(".tabular tbody td, #result_list tbody td").forEach((cell) => {
      const heading = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
      cell.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((field) => {
        name(field, heading?.textContent);
      });
    });
  };

  nameTables(document);
  document.querySelectorAll("p.datetime input").forEach((field) => {
    name(field, field.previousSibling?.textContent);
  });
  document.addEventListener("formset:added", (event) => nameTables(event.target.closest(".tabular") ?? event.target));
}
