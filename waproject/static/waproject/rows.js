"use strict";

// Rows of another model in a form: one more, and one that is not saved yet away again.
{
  const NUMBERED = ["id", "name", "for", "aria-describedby"];

  const begin = (group) => {
    const { prefix, addText, deleteText } = JSON.parse(group.dataset.inlineFormset).options;
    const empty = document.getElementById(`${prefix}-empty`);
    const setting = (name) => document.getElementById(`id_${prefix}-${name}`);
    const total = setting("TOTAL_FORMS");
    const most = parseInt(setting("MAX_NUM_FORMS").value, 10);
    const body = group.querySelector(".tabular tbody");
    const rows = () => [...body.querySelectorAll("tr.form-row:not(.empty-form)")];
    const add = document.createElement("button");

    const number = (row, place) => {
      const old = new RegExp(`${prefix}-(\\d+|__prefix__)`, "g");
      [row, ...row.querySelectorAll("*")].forEach((one) => {
        NUMBERED.filter((name) => one.hasAttribute(name)).forEach((name) => {
          one.setAttribute(name, one.getAttribute(name).replace(old, `${prefix}-${place}`));
        });
      });
    };

    const count = () => {
      total.value = rows().length;
      line.hidden = rows().length >= most;
    };

    const remove = (row) => {
      if (row.previousElementSibling?.matches(".row-form-errors")) row.previousElementSibling.remove();
      row.remove();
      rows().forEach(number);
      count();
      add.focus();
      document.dispatchEvent(new CustomEvent("formset:removed", { detail: { formsetName: prefix } }));
    };

    const removable = (row) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-plain btn-s inline-deletelink";
      button.textContent = deleteText;
      button.addEventListener("click", () => remove(row));
      row.lastElementChild.append(button);
    };

    add.type = "button";
    add.className = "btn btn-plain btn-s";
    // Django has the name of a row with a capital, which stands in the middle of the words here.
    add.textContent = addText.replace(/ \p{Lu}/u, (letter) => letter.toLowerCase());
    add.addEventListener("click", () => {
      const row = empty.cloneNode(true);
      row.classList.remove("empty-form");
      row.id = `${prefix}-__prefix__`;
      number(row, rows().length);
      removable(row);
      empty.before(row);
      count();
      row.dispatchEvent(
        new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefix } }),
      );
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });

    const line = document.createElement("tr");
    line.className = "add-row";
    const cell = line.insertCell();
    cell.colSpan = body.rows[0]?.cells.length ?? 1;
    cell.append(add);
    if (!empty) return;
    body.append(line);
    rows().filter((row) => !row.classList.contains("has_original")).forEach(removable);
    line.hidden = rows().length >= most;
  };

  document.querySelectorAll(".js-inline-admin-formset").forEach(begin);
}
