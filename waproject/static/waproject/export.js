"use strict";

// One tick for all columns of an export.
{
  const row = document.querySelector(".select-all");
  const columns = document.querySelectorAll(".selectable-field-export-row[resource-index] input");
  row.hidden = false;
  row.querySelector("input").addEventListener("change", (event) => {
    columns.forEach((column) => { column.checked = event.target.checked; });
  });
}
