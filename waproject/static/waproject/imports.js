"use strict";

// The file of an import can be dragged onto its place, which then says its name and size. Without
// this script the browser's own field for a file stands there.
document.querySelectorAll("[data-drop]").forEach((place) => {
  const field = place.querySelector("input[type=file]");
  const chosen = place.querySelector(".drop-chosen");
  const language = document.documentElement.lang;
  const size = (bytes) => {
    const [unit, amount] = bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
    return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
  };
  const tell = () => {
    const [file] = field.files;
    chosen.hidden = !file;
    chosen.textContent = file ? `${file.name} · ${size(file.size)}` : "";
  };

  place.classList.add("is-active");
  place.querySelector(".drop-words").hidden = false;
  place.querySelector(".drop-plain").hidden = true;
  field.addEventListener("change", tell);
  for (const [event, isOver] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
    place.addEventListener(event, (dragged) => {
      dragged.preventDefault();
      place.classList.toggle("is-over", isOver);
    });
  }
  place.addEventListener("drop", (dragged) => {
    if (!dragged.dataTransfer.files.length) return;
    field.files = dragged.dataTransfer.files;
    tell();
  });
  tell();
});
