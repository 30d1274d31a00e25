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

  /* The gallery: search and two filters, kept in the address. */
  function filters() {
    const form = one(".filters");
    if (!form) return;
    const cards = all(".card").map((card) => ({
      card,
      search: card.dataset.search,
      tag: JSON.parse(card.dataset.tags),
      technique: JSON.parse(card.dataset.techniques),
    }));
    const list = one(".cards");
    const nothing = one(".nothing");
    const fields = ["q", "tag", "technique"].map((name) => form.elements[name]).filter(Boolean);
    const selects = fields.slice(1);

    function apply() {
      const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fitting = cards.filter((entry) => words.every((word) => entry.search.includes(word))
        && selects.every((field) => !field.value || entry[field.name].includes(field.value)));
      const shown = fitting.length;
      /* Taken out, not hidden: thousands of cards hidden one by one take a browser seconds. */
      list?.replaceChildren(...fitting.map((entry) => entry.card));
      const noun = cards.length === 1 ? "picture" : "pictures";
      one(".count", form).textContent = shown === cards.length ? `${shown} ${noun}` : `${shown} of ${cards.length} ${noun}`;
      one("button", form).hidden = fields.every((field) => !field.value);
      nothing.hidden = shown > 0 || !cards.length;
    }

    function keep() {
      const query = new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.name, field.value])).toString();
      history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash);
    }

    function restore() {
      const query = new URLSearchParams(location.search);
      for (const field of fields) {
        field.value = query.get(field.name) || "";
        if (field.selectedIndex < 0) field.value = "";  // the address names a tag that is gone
      }
    }

    const update = () => { apply(); keep(); };
    const reset = () => {
      for (const field of fields) field.value = "";
      update();
      form.elements.q.focus();  // the button that was pressed is hidden now
    };
    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => { event.preventDefault(); reset(); });
    one("button", nothing).addEventListener("click", reset);
    restore();
    apply();
    form.hidden = false;
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
    tables();
    arrows();
  });
})();
