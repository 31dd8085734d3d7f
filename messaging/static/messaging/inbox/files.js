"use strict";

// The files that go with an answer: chosen, dropped or pasted. Each is shown, and can be taken away;
// what the channel does not take is said at once, and the server looks again.
{
  // What was chosen so far, by the field: a browser forgets it when more is chosen.
  const held = new WeakMap();
  let posted = [];

  const composer = () => document.getElementById("composer");
  const field = () => composer()?.querySelector("input[name=file]");
  const limits = () => JSON.parse(document.getElementById("file-limits").textContent);
  const isAnswer = () => composer()?.querySelector("[name=kind]:checked")?.value === "answer";
  const isSame = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  const sizeOf = (bytes) => {
    const isSmall = bytes < 1_000_000;
    const unit = isSmall ? "kilobyte" : "megabyte";
    const number = isSmall ? Math.max(1, Math.round(bytes / 1_024)) : bytes / 1_048_576;
    const shown = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 };
    return new Intl.NumberFormat(document.documentElement.lang, shown).format(number);
  };

  // Browsers call sounds by many names, and some files by none: those the server looks at.
  const isTaken = (file, { types, endings }) => {
    const name = file.name.toLowerCase();
    const isUnknown = !file.type || file.type.startsWith("audio/");
    return isUnknown || types.includes(file.type) || endings.some((ending) => name.endsWith(ending));
  };

  const objection = (file, files, taken) => {
    const { most, said } = taken;
    const kind = file.type.startsWith("image/") ? "picture" : "one";
    if (!isTaken(file, taken)) return said.types;
    if (file.size > most[kind]) return said[kind];
    if (files.length >= most.files) return said.files;
    const all = files.reduce((sum, one) => sum + one.size, file.size);
    return all > most.in_all ? said.in_all : "";
  };

  const tell = (words) => {
    const place = composer().querySelector(".composer-told");
    place.textContent = words;
    place.hidden = !words;
  };

  const row = (file, at, remove) => {
    const made = document.getElementById("composer-file").content.cloneNode(true).firstElementChild;
    const button = made.querySelector("button");
    made.querySelector("span").textContent = file.name;
    made.querySelector("small").textContent = sizeOf(file.size);
    button.setAttribute("aria-label", remove.replace("%(name)s", file.name));
    button.dataset.removes = at;
    return made;
  };

  const put = (files) => {
    const all = new DataTransfer(), list = composer().querySelector(".composer-files");
    for (const file of files) all.items.add(file);
    field().files = all.files;
    held.set(field(), files);
    list.replaceChildren(...files.map((file, at) => row(file, at, limits().remove)));
    list.hidden = !files.length;
  };

  const add = (more) => {
    const taken = limits(), files = [...(held.get(field()) ?? [])], refused = [];
    for (const file of more) {
      if (files.some((one) => isSame(one, file))) continue;
      const why = objection(file, files, taken);
      if (why) refused.push(`${file.name}: ${why}`);
      else files.push(file);
    }
    put(files);
    tell(refused.join(" "));
  };

  const remove = (at) => {
    put(held.get(field()).filter((_file, place) => place !== at));
    tell("");
    const next = composer().querySelectorAll("[data-removes]");
    (next[Math.min(at, next.length - 1)] ?? document.getElementById("reply")).focus();
  };

  document.addEventListener("change", ({ target }) => { if (target === field()) add([...target.files]); });

  document.addEventListener("click", ({ target }) => {
    const pressed = target.closest?.("#composer [data-removes]");
    if (pressed) remove(Number(pressed.dataset.removes));
  });

  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.target.id !== "reply" || !field() || !isAnswer()) return;
    event.preventDefault();
    add(files);
  });

  // Files are dropped anywhere on the conversation.
  const canDrop = ({ target, dataTransfer }) =>
    dataTransfer?.types.includes("Files") && target.closest?.(".pane-thread") && field() && isAnswer();
  const show = (isOver) => composer()?.classList.toggle("composer-drop", Boolean(isOver));
  document.addEventListener("dragover", (event) => {
    show(canDrop(event));
    if (canDrop(event)) event.preventDefault();
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => { if (!relatedTarget) show(false); });
  document.addEventListener("drop", (event) => {
    show(false);
    if (!canDrop(event)) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });

  // What was posted and not sent is put into the new composer, which asks for it.
  document.addEventListener("submit", ({ target }) => {
    if (target.id === "composer") posted = held.get(field()) ?? [];
  }, true);
  document.addEventListener("htmx:afterSwap", () => {
    const list = composer()?.querySelector(".composer-files[data-again]");
    if (!list) return;
    delete list.dataset.again;
    put(posted);
  });
}
