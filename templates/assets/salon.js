/* Salon: what pages can do beyond being read. Without this file everything is still there. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Storage may be blocked; then a choice lasts as long as the page. */
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* as above */ } };
  const recall = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

  function theme() {
    const button = one(".theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (document.documentElement.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
    const label = () => { button.textContent = dark() ? "Light theme" : "Dark theme"; };
    const chosen = recall("salon-theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
    button.hidden = false;
    label();
    system.addEventListener("change", label);
    button.addEventListener("click", () => {
      const next = dark() ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      remember("salon-theme", next);
      label();
    });
  }

  /* The gallery: search and two filters, kept in the address. */
  function filters() {
    const form = one(".filters");
    if (!form) return;
    const cards = all(".card").map((card) => ({
      card,
      search: card.dataset.search,
      tag: card.dataset.tags.split("|"),
      technique: card.dataset.techniques.split("|"),
    }));
    const nothing = one(".nothing");
    const fields = ["q", "tag", "technique"].map((name) => form.elements[name]).filter(Boolean);
    const value = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");

    function apply() {
      const words = value("q").toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const entry of cards) {
        const fits = words.every((word) => entry.search.includes(word))
          && ["tag", "technique"].every((name) => !value(name) || entry[name].includes(value(name)));
        entry.card.hidden = !fits;
        shown += fits;
      }
      one(".count", form).textContent = shown === cards.length ? `${shown} pictures` : `${shown} of ${cards.length} pictures`;
      nothing.hidden = shown > 0;
    }

    function keep() {
      const query = new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.name, field.value]));
      const text = query.toString();
      history.replaceState(null, "", (text ? `?${text}` : location.pathname) + location.hash);
    }

    const query = new URLSearchParams(location.search);
    for (const field of fields) {
      field.value = query.get(field.name) || "";
      if (field.value !== (query.get(field.name) || "")) field.value = "";  // a stale address
    }
    const update = () => { apply(); keep(); };
    const reset = () => { for (const field of fields) field.value = ""; update(); };
    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => { event.preventDefault(); reset(); });
    one("button", nothing).addEventListener("click", () => { reset(); form.elements.q.focus(); });
    form.hidden = false;
    apply();
  }

  /* The viewer: the original and one finding, under one position; kept in the address. */
  function viewer() {
    const box = one(".viewer");
    if (!box) return;
    const form = one("form", box);
    const stage = one(".stage", box);
    const over = one(".over", box);
    const divider = one(".divider", box);
    const readout = one(".readout", box);
    const { panel, at } = form.elements;
    if (panel.options.length < 2) return;
    const mode = () => form.elements.mode.value;

    function fill() {
      const figure = panel.value && document.getElementById(panel.value);
      over.replaceChildren();
      if (figure) {
        const copy = one("picture", figure).cloneNode(true);
        for (const part of all("[sizes]", copy)) part.sizes = "(min-width: 60rem) 50rem, 100vw";
        one("img", copy).loading = "eager";
        over.append(copy);
      }
      const option = panel.selectedOptions[0];
      const finding = figure && one(".finding", figure);
      readout.textContent = figure ? `${option.text}. ${finding ? finding.textContent : ""}` : "";
      readout.hidden = !figure;
    }

    function show() {
      const comparing = Boolean(panel.value);
      box.dataset.mode = mode();
      box.classList.toggle("comparing", comparing);
      box.style.setProperty("--at", `${at.value}%`);
      over.hidden = !comparing;
      divider.hidden = !comparing || mode() !== "divide";
      at.closest("label").hidden = !comparing || mode() === "beside";
      const divide = mode() === "divide";
      one("span", at.closest("label")).textContent = divide ? "Position of the dividing line" : "Opacity of the finding";
      at.setAttribute("aria-valuetext", divide ? `${at.value} percent from the left` : `${at.value} percent`);
    }

    function keep() {
      const state = panel.value ? `#compare=${panel.value}&mode=${mode()}&at=${at.value}` : "";
      history.replaceState(null, "", location.pathname + location.search + state);
    }

    function restore() {
      const state = new URLSearchParams(location.hash.slice(1));
      const known = all("option", panel).some((option) => option.value && option.value === state.get("compare"));
      if (!known) return false;
      panel.value = state.get("compare");
      if (["divide", "fade", "beside"].includes(state.get("mode"))) form.elements.mode.value = state.get("mode");
      const place = Number(state.get("at"));
      if (place >= 0 && place <= 100) at.value = place;
      return true;
    }

    /* A drag on the picture moves the line, as a hand expects. */
    function drag(event) {
      if (!panel.value || mode() !== "divide" || (event.type === "pointermove" && !event.buttons)) return;
      const frame = stage.getBoundingClientRect();
      at.value = Math.round((100 * (event.clientX - frame.left)) / frame.width);
      event.preventDefault();
      show();
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      if (event.target === panel) fill();
      show();
    });
    form.addEventListener("change", keep);
    stage.addEventListener("pointerdown", (event) => { if (panel.value) stage.setPointerCapture(event.pointerId); drag(event); });
    stage.addEventListener("pointermove", drag);
    stage.addEventListener("pointerup", () => { if (panel.value) keep(); });
    addEventListener("hashchange", () => { if (restore()) { fill(); show(); } });
    for (const button of all("button.compare")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        panel.value = button.dataset.panel;
        fill();
        show();
        keep();
        box.scrollIntoView({ block: "start" });
        (mode() === "beside" ? panel : at).focus({ preventScroll: true });
      });
    }
    /* A page that opens on a comparison is better than one that opens on a choice. */
    if (!restore() && !panel.value) panel.selectedIndex = 1;
    form.hidden = false;
    fill();
    show();
  }

  /* Tables: a button in each heading sorts, by number where the column holds numbers. */
  function tables() {
    const numeric = (text) => Number(text.replace(/[\s\u202f]/g, "").replace("−", "-").replace(/[a-zA-Z%]+$/, ""));
    for (const table of all("table.sortable")) {
      all("thead th", table).forEach((heading, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...heading.childNodes);
        heading.append(button);
        button.addEventListener("click", () => {
          const down = heading.getAttribute("aria-sort") === "ascending";
          for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
          heading.setAttribute("aria-sort", down ? "descending" : "ascending");
          const body = one("tbody", table);
          const text = (row) => row.cells[column].textContent.trim();
          const numbers = heading.classList.contains("number");
          const rows = all("tr", body).sort((a, b) => {
            if (numbers) return (text(a) === "") - (text(b) === "") || (down ? -1 : 1) * (numeric(text(a)) - numeric(text(b)));
            return (down ? -1 : 1) * text(a).localeCompare(text(b));
          });
          body.append(...rows);
        });
      });
    }
  }

  /* Arrow keys go to the neighbours, unless something on the page uses them. */
  function arrows() {
    addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target.closest("input, select, textarea, button, summary, [tabindex]")) return;
      const link = { ArrowLeft: one("a[rel=prev]"), ArrowRight: one("a[rel=next]") }[event.key];
      if (link) location.href = link.href;
    });
  }

  theme();
  filters();
  viewer();
  tables();
  arrows();
})();
