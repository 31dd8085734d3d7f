"use strict";

// The editor of a template: formatting and placeholders into the text, rows of buttons. Without it
// the form is saved all the same; an empty row for one more button stands in its place then.
{
  const editor = document.getElementById("template-editor");
  const body = document.getElementById("id_body");
  const rows = document.getElementById("button-rows");

  const tell = (name) => editor.dispatchEvent(new CustomEvent(name, { bubbles: true }));

  const put = (before, after) => {
    const { selectionStart: start, selectionEnd: end, value } = body;
    const chosen = value.slice(start, end);
    body.focus();
    body.setRangeText(before + chosen + after, start, end, "end");
    if (!chosen && after) body.setSelectionRange(start + before.length, start + before.length);
    tell("input");
  };

  // Eight letters, as new_button_id of the server.
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)),
    (byte) => String.fromCharCode(97 + (byte % 26))).join("");

  const addRow = () => {
    const id = newId();
    const blank = document.getElementById("new-button");
    const made = blank.content.firstElementChild.cloneNode(true);
    for (const one of [made, ...made.querySelectorAll("*")]) {
      for (const { name, value } of [...one.attributes]) {
        if (value.includes(blank.dataset.id)) {
          one.setAttribute(name, value.replaceAll(blank.dataset.id, id));
        }
      }
    }
    rows.append(made);
    made.querySelector("select").focus();
    tell("buttons");
  };

  const onClick = (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    const row = pressed.closest("[data-button]");
    if (pressed.dataset.wrap) put(pressed.dataset.wrap, pressed.dataset.wrap);
    else if ("addButton" in pressed.dataset) addRow();
    else if (!row) return;
    else if ("remove" in pressed.dataset) {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector("[data-remove]") ?? document.querySelector("[data-add-button]")).focus();
      tell("buttons");
    } else if ("up" in pressed.dataset || "down" in pressed.dataset) {
      const other = "up" in pressed.dataset ? row.previousElementSibling : row.nextElementSibling;
      if (!other?.matches("[data-button]")) return;
      if ("up" in pressed.dataset) other.before(row);
      else other.after(row);
      pressed.focus();
      tell("buttons");
    }
  };

  // The file of a header: its field covers its place, and offers the files of the chosen type.
  const drop = document.querySelector("[data-header-drop]");
  if (editor && drop) {
    const field = drop.querySelector("input[type=file]");
    const offer = () => {
      const type = editor.querySelector("[name=header_type]:checked")?.value;
      field.accept = (type && field.getAttribute(`data-accept-${type}`)) ?? "";
    };
    drop.classList.add("is-active");
    for (const [event, isOver] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
      drop.addEventListener(event, () => drop.classList.toggle("is-over", isOver));
    }
    editor.addEventListener("change", offer);
    // It is kept now: the form need not send it once more.
    field.addEventListener("htmx:afterRequest", () => { field.value = ""; });
    offer();
  }

  if (editor && body && rows) {
    editor.addEventListener("click", onClick);
    document.querySelectorAll("[data-add-button]").forEach((one) => { one.hidden = false; });
    document.querySelector("[data-insert]")?.addEventListener("change", (event) => {
      if (event.target.value) put(`{{${event.target.value}}}`, "");
      event.target.value = "";
    });
  }
}
