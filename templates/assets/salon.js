/* Salon: what pages can do beyond being read. Without this file everything is still there. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const page = document.documentElement;

  /* Storage may be blocked; then a choice lasts as long as the page. */
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* as above */ } };
  const recall = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

  /* Now, and not with the rest: the page must not be painted in the other theme first. */
  const chosen = recall("salon-theme");
  if (chosen === "dark" || chosen === "light") page.dataset.theme = chosen;

  function theme() {
    const button = one(".theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (page.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
    const label = () => { button.textContent = dark() ? "Light theme" : "Dark theme"; };
    system.addEventListener("change", label);
    button.addEventListener("click", () => {
      page.dataset.theme = dark() ? "light" : "dark";
      remember("salon-theme", page.dataset.theme);
      label();
    });
    label();
    button.hidden = false;
  }

  /* The gallery: search, facets and an order, kept in the address. */
  const AT_ONCE = 36;
  const later = window.requestIdleCallback || ((work) => setTimeout(work, 20));

  /* What each card says of itself, read once. */
  function described(card, place) {
    const { search, tags, techniques, label = "", scores = "" } = card.dataset;
    return {
      card, place, search,
      tag: JSON.parse(tags),
      technique: JSON.parse(techniques),
      label: [label],
      title: one("h3", card).textContent.trim(),
      scores: scores.split(" ").map(parseFloat),
    };
  }

  /* What is chosen of the scores: its column (-1 for none) and the range. */
  function chosenScore({ sort, low, high }) {
    const option = sort?.selectedOptions[0];
    const end = (field, none) => (field?.value ? Number(field.value) : none);
    return {
      option,
      column: Number(option?.dataset.column ?? -1),
      low: end(low, -Infinity),
      high: end(high, Infinity),
      open: !low?.value && !high?.value,
    };
  }

  function arranged(found, { sort, order }, { column }) {
    const down = order?.value ? -1 : 1;
    if (sort?.value === "title") {
      const { compare } = new Intl.Collator(page.lang);
      return found.sort((a, b) => compare(a.title, b.title) || a.place - b.place);
    }
    if (column < 0) return found;
    const missing = (entry) => Number.isNaN(entry.scores[column]);
    return found.sort((a, b) => missing(a) - missing(b)
      || (missing(a) ? 0 : down * (a.scores[column] - b.scores[column])) || a.place - b.place);
  }

  /* Each card says the score by which it stands where it does. */
  function measure({ card, scores }, { column, option }) {
    const value = scores[column];
    let line = one(".measured", card);
    if (line) line.hidden = !(column >= 0);
    if (column < 0) return;
    if (!line) {
      line = document.createElement("p");
      line.className = "measured";
      one("h3", card).after(line);
    }
    line.textContent = `${option.text}: ${Number.isNaN(value) ? "none" : String(value).replace("-", "−")}`;
  }

  function filters() {
    const form = one(".filters");
    if (!form) return;
    const cards = all(".card").map(described);
    const list = one(".cards");
    const nothing = one(".nothing");
    const fields = all("input, select", form);
    const facets = all(".facet", form);
    let turn = 0;

    /* Cards are taken out, not hidden, and put in a screenful at once and the others by and by:
       thousands at a time take a browser seconds. */
    function show(found, score) {
      const mine = ++turn;
      const put = (from, place) => {
        if (mine !== turn) return;
        const some = found.slice(from, from + AT_ONCE);
        for (const entry of some) measure(entry, score);
        place(...some.map((entry) => entry.card));
        if (from + AT_ONCE < found.length) later(() => put(from + AT_ONCE, (...more) => list.append(...more)));
      };
      if (list) put(0, (...first) => list.replaceChildren(...first));
    }

    function apply() {
      const score = chosenScore(form.elements);
      const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const inside = ({ scores }) => score.column < 0 || score.open
        || (scores[score.column] >= score.low && scores[score.column] <= score.high);
      const found = cards.filter((entry) => words.every((word) => entry.search.includes(word))
        && facets.every((field) => !field.value || entry[field.name].includes(field.value)) && inside(entry));
      show(arranged(found, form.elements, score), score);
      const noun = cards.length === 1 ? "picture" : "pictures";
      one(".count", form).textContent = found.length === cards.length
        ? `${found.length} ${noun}` : `${found.length} of ${cards.length} ${noun}`;
      one("button", form).hidden = untouched();
      nothing.hidden = found.length > 0 || !cards.length;
      for (const part of all(".of-score", form)) part.hidden = score.column < 0;
      for (const name of ["low", "high"]) {
        if (form.elements[name]) form.elements[name].placeholder = score.option?.dataset[name] ?? "";
      }
    }

    const untouched = () => fields.every((field) => !field.value);

    function keep() {
      const query = new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.name, field.value])).toString();
      history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash);
    }

    function restore() {
      const query = new URLSearchParams(location.search);
      for (const field of fields) {
        field.value = query.get(field.name) || "";
        if (field.selectedIndex < 0) field.value = "";  // the address names something that is gone
      }
    }

    /* Another score has another range, and an order by title none. */
    function changed(event) {
      const { sort, order, low, high } = form.elements;
      if (event.target === sort) for (const field of [order, low, high]) field.value = "";
      apply();
      keep();
    }

    const reset = () => {
      for (const field of fields) field.value = "";
      apply();
      keep();
      form.elements.q.focus();  // the button that was pressed is hidden now
    };
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => { event.preventDefault(); reset(); });
    one("button", nothing).addEventListener("click", reset);
    restore();
    if (!untouched()) apply();
    form.hidden = false;
  }

  /* The viewer: the original and one finding, under one position; kept in the address. */
  function viewer() {
    const box = one(".viewer");
    if (!box) return;
    const form = one("form", box);
    const stage = one(".stage", box);
    const over = one(".over", box);
    const readout = one(".readout", box);
    const [name, otherName] = all(".stage-name", box);
    const original = one(".under img", box);
    const { panel, at } = form.elements;
    if (panel.options.length < 2) return;
    const mode = () => form.elements.mode.value;

    function fill() {
      const figure = panel.value && document.getElementById(panel.value);
      over.replaceChildren();
      otherName.textContent = panel.selectedOptions[0].text;
      readout.hidden = !figure;
      if (!figure) return;
      const copy = one("picture", figure).cloneNode(true);
      for (const part of all("[sizes]", copy)) part.sizes = "(min-width: 62rem) 54rem, 100vw";
      one("img", copy).loading = "eager";
      over.append(copy);
      say(figure);
    }

    /* What the figure's caption says; where steps are rows, the row says half of it. */
    function say(figure) {
      const title = document.createElement("b");
      title.textContent = panel.selectedOptions[0].text;
      const words = [one(".caption", figure.closest(".step") || figure), one(".finding", figure)];
      readout.replaceChildren(title, ...words.filter(Boolean).map((part) => ` ${part.textContent}`));
    }

    function show() {
      const comparing = Boolean(panel.value);
      const divide = mode() === "divide";
      box.dataset.mode = mode();
      box.classList.toggle("comparing", comparing);
      box.style.setProperty("--at", `${at.value}%`);
      over.hidden = name.hidden = otherName.hidden = !comparing;
      one(".divider", box).hidden = !comparing || !divide;
      const range = at.closest("label");
      range.hidden = !comparing || mode() === "beside";
      one("span", range).textContent = divide ? "Position of the dividing line" : "Opacity of the finding";
      at.setAttribute("aria-valuetext", divide ? `${at.value} percent from the left` : `${at.value} percent`);
    }

    function keep() {
      const state = panel.value ? `#compare=${panel.value}&mode=${mode()}&at=${at.value}` : "";
      history.replaceState(null, "", location.pathname + location.search + state);
    }

    function restore() {
      const state = new URLSearchParams(location.hash.slice(1));
      const wanted = state.get("compare");
      if (!wanted || !all("option", panel).some((option) => option.value === wanted)) return false;
      panel.value = wanted;
      if (["divide", "fade", "beside"].includes(state.get("mode"))) form.elements.mode.value = state.get("mode");
      const place = Number(state.get("at") ?? 50);
      if (place >= 0 && place <= 100) at.value = place;
      return true;
    }

    /* A drag on the picture moves the line, as a hand expects. */
    function drag(event) {
      if (!panel.value || mode() !== "divide" || (event.type === "pointermove" && !event.buttons)) return;
      const frame = stage.getBoundingClientRect();
      at.value = Math.round((100 * (event.clientX - frame.left)) / frame.width);
      show();
    }

    function compare(id) {
      panel.value = id;
      fill();
      show();
      keep();
      box.scrollIntoView({ block: "start" });
      (mode() === "beside" ? panel : at).focus({ preventScroll: true });
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => { if (event.target === panel) fill(); show(); });
    form.addEventListener("change", keep);
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    stage.addEventListener("pointerdown", (event) => { if (panel.value) stage.setPointerCapture(event.pointerId); drag(event); });
    stage.addEventListener("pointermove", drag);
    stage.addEventListener("pointerup", () => { if (panel.value) keep(); });
    addEventListener("hashchange", () => { if (restore()) { fill(); show(); } });
    for (const button of all("button.compare")) {
      button.hidden = false;
      button.addEventListener("click", () => compare(button.dataset.panel));
    }
    box.style.setProperty("--form", original.getAttribute("width") / original.getAttribute("height"));
    /* A page that opens on a comparison is better than one that opens on a choice. */
    if (!restore() && !panel.value) panel.selectedIndex = 1;
    form.hidden = false;
    fill();
    show();
  }

  /* Numbers as the pages write them: 24 441, −0.5, 2.9 × 10⁻¹, 16.2 MB. */
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const UNITS = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
  function numeric(text) {
    const [mantissa, power = ""] = text.replace(/\s/g, "").replace("−", "-").replace("∞", "Infinity").split("×10");
    const exponent = power.replace("⁻", "-").replace(/[⁰¹²³⁴-⁹]/g, (digit) => RAISED.indexOf(digit));
    const unit = UNITS[(mantissa.match(/[kMGT]B$/) || [])[0]] || 1;
    return parseFloat(mantissa) * unit * 10 ** Number(exponent);
  }

  /* Tables: a button in each heading sorts; what has no value stays at the end. */
  function tables() {
    for (const table of all("table.sortable")) {
      all("thead th", table).forEach((heading, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...heading.childNodes);
        heading.append(button);
        button.addEventListener("click", () => sort(table, heading, column));
      });
    }
  }

  function sort(table, heading, column) {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const numbers = heading.classList.contains("number");
    const body = one("tbody", table);
    const rows = [...body.rows].map((row) => {
      const text = row.cells[column].textContent.trim();
      const value = numbers ? numeric(text) : text;
      return { row, value, missing: text === "" || Number.isNaN(value) };
    });
    const compare = (a, b) => (numbers ? a.value - b.value : a.value.localeCompare(b.value));
    rows.sort((a, b) => a.missing - b.missing || (a.missing ? 0 : (down ? -1 : 1) * compare(a, b)));
    body.append(...rows.map(({ row }) => row));
  }

  /* On paper nothing can be unfolded, so everything is. */
  function unfolding() {
    let shut = [];
    addEventListener("beforeprint", () => {
      shut = all("details:not([open])");
      for (const one of shut) one.open = true;
      for (const image of all("img[loading=lazy]")) image.loading = "eager";
    });
    addEventListener("afterprint", () => { for (const one of shut) one.open = false; });
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

  document.addEventListener("DOMContentLoaded", () => {
    theme();
    filters();
    viewer();
    tables();
    arrows();
    unfolding();
  });
})();
