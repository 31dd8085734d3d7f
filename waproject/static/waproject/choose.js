"use strict";

// A select whose choices are looked for while one writes: the server is asked, some at a time. What
// is chosen are the options of the select, so that the form sends them, and other scripts add to them.
{
  const WAIT_MS = 250;

  const make = (tag, attributes = {}, ...content) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...content);
    return element;
  };

  const begin = (select) => {
    const { url, removes, none, failed, ...asked } = select.dataset;
    const label = select.labels[0];
    const name = label?.textContent.trim() ?? select.name;
    const chosen = make("ul", { class: "choose-chosen", "aria-label": name });
    const list = make("ul", { class: "choose-list", id: `${select.id}_list`, role: "listbox", "aria-label": name });
    const state = make("p", { class: "choose-state", role: "status" });
    const field = make("input", {
      type: "text",
      id: `${select.id}_search`,
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-controls": list.id,
      "aria-expanded": "false",
    });
    if (!label) field.setAttribute("aria-label", name);
    for (const copied of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(copied)) field.setAttribute(copied, select.getAttribute(copied));
    }
    const box = make("div", { class: "choose-box" }, chosen, field, list, state);
    // What is not seen cannot say that it is missing.
    const isRequired = select.required;
    select.required = false;
    let timer, request, page, hasMore, active;

    const texts = () => [...select.selectedOptions].filter((one) => one.value);

    const show = () => {
      field.required = isRequired && !texts().length;
      if (!select.multiple) {
        if (document.activeElement !== field) field.value = texts()[0]?.textContent ?? "";
        return;
      }
      chosen.replaceChildren(...texts().map(chip));
    };

    const chip = (option) => {
      const button = make("button", { type: "button", "aria-label": removes.replace("%s", option.textContent) }, "×");
      button.addEventListener("click", () => {
        option.remove();
        changed();
        field.focus();
      });
      return make("li", { class: "tag" }, option.textContent, button);
    };

    const changed = () => select.dispatchEvent(new Event("change", { bubbles: true }));

    const mark = (item) => {
      active?.setAttribute("aria-selected", "false");
      active = item ?? undefined;
      active?.setAttribute("aria-selected", "true");
      active?.scrollIntoView({ block: "nearest" });
      if (active) field.setAttribute("aria-activedescendant", active.id);
      else field.removeAttribute("aria-activedescendant");
    };

    const close = () => {
      clearTimeout(timer);
      request?.abort();
      mark(null);
      box.classList.remove("open");
      field.setAttribute("aria-expanded", "false");
    };

    const choose = (item) => {
      const option = new Option(item.textContent, item.dataset.value, true, true);
      if (!select.multiple) texts().forEach((one) => one.remove());
      select.add(option);
      field.value = select.multiple ? "" : option.text;
      close();
      changed();
    };

    const item = ({ id, text }) => {
      const place = list.children.length;
      const made = make("li", { id: `${list.id}_${place}`, role: "option", "aria-selected": "false", "data-value": id }, text);
      made.addEventListener("click", () => choose(made));
      return made;
    };

    const ask = async (wanted) => {
      request?.abort();
      request = new AbortController();
      const query = new URLSearchParams({
        term: field.value.trim(),
        page: wanted,
        app_label: asked.appLabel,
        model_name: asked.modelName,
        field_name: asked.fieldName,
      });
      try {
        const answer = await fetch(`${url}?${query}`, { signal: request.signal });
        if (!answer.ok) throw new Error(answer.statusText);
        const found = await answer.json();
        if (wanted === 1) list.replaceChildren();
        mark(wanted === 1 ? null : active);
        const isNew = (one) => !select.multiple || !texts().some((old) => old.value === one.id);
        found.results.filter(isNew).forEach((one) => list.append(item(one)));
        [page, hasMore] = [wanted, found.pagination.more];
        state.textContent = list.children.length ? "" : none;
      } catch (error) {
        if (error.name === "AbortError") return;
        list.replaceChildren();
        state.textContent = failed;
      }
      box.classList.add("open");
      field.setAttribute("aria-expanded", String(list.children.length > 0));
    };

    const more = () => {
      if (!hasMore) return;
      hasMore = false;
      ask(page + 1);
    };

    const step = (direction) => {
      if (!box.classList.contains("open")) return void ask(1);
      const next = direction > 0 ? active?.nextElementSibling ?? list.firstElementChild : active?.previousElementSibling;
      mark(next);
      if (next && next === list.lastElementChild) more();
    };

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask(1), WAIT_MS);
    });
    field.addEventListener("click", () => {
      if (select.multiple || !field.value) ask(1);
    });
    field.addEventListener("keydown", (event) => {
      const isOpen = box.classList.contains("open");
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (isOpen && active) choose(active);
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        close();
      }
    });
    field.addEventListener("blur", () => {
      close();
      if (!select.multiple && !field.value.trim() && texts().length && !isRequired) {
        texts().forEach((one) => one.remove());
        changed();
      }
      if (select.multiple) field.value = "";
      // The element still has the focus while it loses it.
      setTimeout(show);
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("scroll", () => {
      if (list.scrollTop + list.clientHeight > list.scrollHeight - 40) more();
    });

    select.hidden = true;
    if (label) label.htmlFor = field.id;
    select.before(box);
    new MutationObserver(show).observe(select, { childList: true, subtree: true, characterData: true });
    show();
  };

  const beginAll = (root) => {
    root.querySelectorAll("select.choose:not([name*=__prefix__])").forEach((select) => {
      if (!select.hidden) begin(select);
    });
  };

  beginAll(document);
  document.addEventListener("formset:added", (event) => beginAll(event.target));
}
