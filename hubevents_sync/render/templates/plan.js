// Finding, filtering and expanding. Without this the page shows all events, each with its details to open.
"use strict";
(() => {
  const events = [...document.querySelectorAll("tbody.event")];
  const tools = document.querySelector(".tools");
  if (!tools) return;
  const find = document.getElementById("find");
  const chips = [...document.querySelectorAll(".chips button")];
  const expand = document.getElementById("expand");
  const found = document.getElementById("found");
  let kind = "";

  const show = (event, open) => {
    event.classList.toggle("is-open", open);
    event.querySelector("details").open = open;
    event.querySelector(".line button").setAttribute("aria-expanded", String(open));
  };

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const event of events) {
      event.words ??= event.textContent.toLowerCase();
      const fits = (!kind || event.dataset.kinds.split(" ").includes(kind)) && words.every((word) => event.words.includes(word));
      event.hidden = !fits;
      count += fits;
    }
    const isAll = count === events.length;
    found.textContent = isAll ? "" : count ? `${count} of ${events.length} events` : "No event is like that.";
  };

  for (const [index, event] of events.entries()) {
    const id = event.querySelector(".id");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "id";
    button.textContent = id.textContent;
    button.setAttribute("aria-expanded", "false");
    event.querySelector(".more").id = `more-${index}`;
    button.setAttribute("aria-controls", `more-${index}`);
    id.replaceWith(button);
    event.querySelector(".line").addEventListener("click", (click) => {
      // A click that ends a selection is no wish to open.
      if (click.target === button || !String(getSelection())) show(event, !event.classList.contains("is-open"));
    });
  }
  for (const chip of chips)
    chip.addEventListener("click", () => {
      kind = chip.dataset.kind;
      for (const each of chips) each.setAttribute("aria-pressed", String(each === chip));
      filter();
    });
  find.addEventListener("input", filter);
  find.addEventListener("keydown", (key) => {
    if (key.key !== "Escape") return;
    find.value = "";
    filter();
  });
  document.addEventListener("keydown", (key) => {
    if (key.key !== "/" || key.target.closest("input") || key.ctrlKey || key.metaKey || key.altKey) return;
    key.preventDefault();
    find.focus();
  });
  expand.addEventListener("click", () => {
    const open = expand.getAttribute("aria-pressed") !== "true";
    expand.setAttribute("aria-pressed", String(open));
    expand.textContent = open ? "Collapse all" : "Expand all";
    for (const event of events) if (!event.hidden || !open) show(event, open);
  });
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

  document.documentElement.classList.add("has-script");
  tools.hidden = false;
  filter(); // the browser may have kept a text in the field
})();
