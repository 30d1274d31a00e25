/* Salon: what pages can do beyond being read. Without this file everything is still there. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const page = document.documentElement;

  /* Words: English stands here; a page in another language has loaded a table of its own. */
  const { texts = {}, point = "." } = window.salonTexts || {};
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (slot, name) => values[name] ?? slot);
  const say = (text, values = {}) => filled(texts[text] || text, values);
  function many(single, other, count, values = {}) {
    const forms = texts[single];  // the last says in a digit for each number which of the others it has
    const form = forms ? forms[forms.at(-1)[count < 200 ? count : 100 + (count % 100)]] : [other, single][Number(count === 1)];
    return filled(form, { count, ...values });
  }
  const decimal = (text) => String(text).replace(".", point);
  window.salon = { say, decimal };

  /* Storage may be blocked; then a choice lasts as long as the page. */
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* as above */ } };
  const recall = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

  /* Now, and not with the rest: the page must not be painted in the other theme first. */
  const chosen = recall("salon-theme");
  if (chosen === "dark" || chosen === "light") page.dataset.theme = chosen;

  /* What a script is about to move is not painted before: see .loading in the stylesheet. */
  page.classList.add("loading");

  function theme() {
    const button = one(".theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (page.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
    const label = () => { button.textContent = dark() ? say("Light theme") : say("Dark theme"); };
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
      film: "film" in card.dataset,
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
    const said = Number.isNaN(value) ? say("none") : decimal(value).replace("-", "−");
    line.textContent = `${option.text}: ${said}`;
  }

  function filters() {
    const form = one(".gallery .filters");
    if (!form) return;
    const cards = all(".card").map(described);
    const list = one(".cards");
    const nothing = one(".nothing");
    const stale = one(".gallery .stale");
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
      one(".count", form).textContent = tally(found);
      one("button", form).hidden = untouched();
      nothing.hidden = found.length > 0 || !cards.length;
      for (const part of all(".of-score", form)) part.hidden = score.column < 0;
      for (const name of ["low", "high"]) {
        if (form.elements[name]) form.elements[name].placeholder = decimal(score.option?.dataset[name] ?? "");
      }
    }

    /* "3 of 15 pictures, 1 of 2 videos", or "15 pictures and 2 videos". */
    function tally(found) {
      const among = (list, film) => list.filter((entry) => entry.film === film).length;
      const [pictures, videos] = [among(cards, false), among(cards, true)];
      const every = found.length === cards.length;
      const said = [];
      if (pictures || !videos) said.push(every ? many("{count} picture", "{count} pictures", pictures)
        : many("{found} of {count} picture", "{found} of {count} pictures", pictures, { found: among(found, false) }));
      if (videos) said.push(every ? many("{count} video", "{count} videos", videos)
        : many("{found} of {count} video", "{found} of {count} videos", videos, { found: among(found, true) }));
      if (said.length === 1) return said[0];
      return every ? say("{names} and {last}", { names: said[0], last: said[1] }) : said.join(", ");
    }

    const untouched = () => fields.every((field) => !field.value);

    function keep() {
      const query = new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.name, field.value])).toString();
      history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash);
    }

    function restore() {
      const query = new URLSearchParams(location.search);
      const asked = (field) => query.get(field.name) || "";
      for (const field of fields) {
        field.value = asked(field);
        if (field.selectedIndex < 0) field.value = "";  // the address names something that is gone
      }
      stale.hidden = fields.every((field) => field.type === "search" || field.value === asked(field));
      /* A range of a score that is gone is a range of nothing. */
      const { sort, order, low, high } = form.elements;
      if (sort && sort.value !== asked(sort)) for (const field of [order, low, high]) field.value = "";
    }

    /* Another score has another range, and an order by title none. */
    function changed(event) {
      const { sort, order, low, high } = form.elements;
      if (event.target === sort) for (const field of [order, low, high]) field.value = "";
      stale.hidden = true;
      apply();
      keep();
    }

    const reset = () => {
      for (const field of fields) field.value = "";
      stale.hidden = true;
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

  /* Films side by side. Paused, every pane shows exactly the frame that is named; playing, all follow the first. */
  const PANES = 4;
  const LOADED = 1;
  const FLOWING = 3;

  function player() {
    const form = one(".player");
    if (!form) return;
    const films = new Map(all("figure.film").map((figure) => [figure.id, figure]));
    const { back, play: button, on, speed, loop, more, frame: scrubber, curve } = form.elements;
    const { frames, rate } = films.values().next().value.dataset;
    const last = frames - 1;
    const still = Math.floor(frames / 2);  // the frame of the stills
    const live = one("[aria-live]", form);
    const track = one(".track", form);
    const stale = one(".stale", form);
    let frame = still;
    let begun = false;  // until somebody chose a frame, playing starts with the first
    let asleep = true;  // until somebody wants the films, their stills show the frame and none is loaded
    let playing = false;
    let turn = 0;  // of playing: what an earlier one still waits for is void
    let told = [];  // what each line of the curve says at each frame

    const panes = () => all(".pane", form);
    const videos = () => all("video", form);
    const lead = () => videos().find((video) => !video.error) || videos()[0];
    const shown = () => panes().map((pane) => pane.dataset.film);
    const about = (video) => films.get(video.closest(".pane").dataset.film).dataset;
    const named = (id) => one(".panel-title", films.get(id)).textContent;

    /* The middle of the frame: at its edges rounding decides which frame is seen. */
    function middle(video, place) {
      const film = about(video);
      const own = Math.min(Math.floor(((place + 0.5) / rate) * film.rate), film.frames - 1);
      return (own + 0.5) / film.rate;
    }

    /* One seek at a time: asked faster than it decodes, a browser shows nothing. A seek that has come in asks again. */
    function settle(video) {
      if (playing || video.seeking || video.readyState < LOADED) return;
      const wanted = middle(video, frame);
      if (Number(video.dataset.asked) !== wanted) {
        video.dataset.asked = wanted;
        video.currentTime = wanted;
      } else if (Math.abs(video.currentTime - wanted) > 1 / about(video).rate) {
        one(".stuck", form).hidden = false;
      }
    }

    function wake() {
      if (!asleep) return;
      asleep = false;
      for (const video of videos()) video.preload = "metadata";
    }

    const moment = () => `${decimal((frame / rate).toFixed(2))} s`;
    const numbers = () => all(".now .chart-key li", form).map((line) => line.textContent.trim().replace(/\s+/g, " ")).join(", ");

    function show() {
      scrubber.value = frame;
      one(".count", form).textContent = say("Frame {frame}", { frame });
      one(".moment", form).textContent = say("of 0 to {last}, {seconds}", { last, seconds: moment() });
      track.style.setProperty("--at", last ? frame / last : 0.5);
      for (const value of all(".now b[data-line]", form)) {
        value.textContent = told[value.dataset.line]?.[frame] ?? "–";
      }
      /* While it plays, a reader of the screen would be told every frame. */
      const words = [say("frame {frame} of 0 to {last}", { frame, last }), moment(), numbers()].filter(Boolean).join(", ");
      scrubber.setAttribute("aria-valuetext", playing ? say("playing") : words);
    }

    function go(place) {
      begun = true;
      wake();
      frame = Math.min(Math.max(place, 0), last);
      stand();
    }

    function stand() {
      show();
      for (const video of videos()) settle(video);
    }

    function step(by) {
      pause();
      go(frame + by);
      tell();
    }

    /* What the slider says by itself when it has the focus is not said twice. */
    let later = 0;
    function tell() {
      stale.hidden = true;
      clearTimeout(later);
      later = setTimeout(() => {
        const id = curve.value ? `&curve=${encodeURIComponent(curve.value)}` : "";
        const state = `#frame=${frame}&films=${shown().map(encodeURIComponent).join(",")}${id}`;
        history.replaceState(null, "", location.pathname + location.search + state);
        if (document.activeElement !== scrubber) live.textContent = scrubber.getAttribute("aria-valuetext");
      }, 250);
    }

    /* All start together: a film that has nothing to show yet is waited for, though not for ever. */
    const ready = (video) => new Promise((resolve) => {
      if (video.error || (video.readyState >= FLOWING && !video.seeking)) { resolve(); return; }
      for (const name of ["canplay", "seeked", "error"]) video.addEventListener(name, resolve, { once: true });
      setTimeout(resolve, 3000);
    });

    async function play() {
      stale.hidden = true;
      if (frame === last || !begun) go(0);
      playing = true;
      turn += 1;
      const own = turn;
      mark();
      await Promise.all(videos().map(ready));
      if (own !== turn) return;
      for (const video of videos()) {
        delete video.dataset.asked;
        run(video);
      }
      watch(lead(), own);
    }

    function run(video) {
      video.playbackRate = speed.value;
      video.play().catch(() => { if (playing && video === lead()) pause(); });
    }

    function halt() {
      playing = false;
      turn += 1;
      for (const video of videos()) video.pause();
      mark();
      go(frame);
    }

    function pause() {
      if (!playing) return;
      halt();
      tell();
    }

    function mark() {
      button.textContent = playing ? say("Pause") : say("Play");
    }

    function watch(first, own) {
      const half = 0.5 / about(first).rate;
      const came = (seconds) => {
        if (own !== turn) return;
        frame = Math.min(Math.floor((seconds + half) * rate), last);
        show();
        for (const video of videos()) if (video !== first) follow(video, first);
        wait();
      };
      const wait = first.requestVideoFrameCallback
        ? () => first.requestVideoFrameCallback((_, seen) => came(seen.mediaTime))
        : () => requestAnimationFrame(() => came(first.currentTime - half));
      wait();
    }

    /* A little ahead or behind is made good by pace; far off, by a jump. */
    function follow(video, first) {
      if (video.seeking || video.error || video.readyState < FLOWING) return;
      const ahead = video.currentTime - first.currentTime;
      if (Math.abs(ahead) > 0.3) video.currentTime = Math.min(first.currentTime, middle(video, last));
      const pace = Math.abs(ahead) * rate < 0.4 ? 1 : 1 - Math.min(Math.max(ahead * 2, -0.25), 0.25);
      const wanted = Number(speed.value) * pace;
      if (video.playbackRate !== wanted) video.playbackRate = wanted;
      if (video.paused && !video.ended) run(video);
    }

    function ended(video) {
      if (!playing || video !== lead()) return;
      frame = last;
      halt();
      if (loop.checked) play();
      else tell();
    }

    function fill(pane, id) {
      const figure = films.get(id);
      const own = one("video", figure);
      const video = one("video", pane);
      pane.dataset.film = id;
      one("select", pane).value = id;
      for (const name of ["poster", "width", "height"]) video.setAttribute(name, own.getAttribute(name));
      delete video.dataset.asked;
      one(".note", pane).hidden = true;
      const bar = one(".bar", figure);
      one(".bar", pane)?.remove();
      if (bar) one("figcaption", pane).append(bar.cloneNode(true));
      video.preload = asleep ? "none" : "metadata";
      video.src = own.getAttribute("src");
    }

    function add(id) {
      const pane = one("template", form).content.firstElementChild.cloneNode(true);
      const video = one("video", pane);
      one(".panes", form).append(pane);
      for (const name of ["loadedmetadata", "seeked"]) video.addEventListener(name, () => settle(video));
      video.addEventListener("ended", () => ended(video));
      video.addEventListener("error", () => { one(".note", pane).hidden = false; pause(); });
      video.addEventListener("click", () => { scrubber.focus({ preventScroll: true }); toggle(); });
      one("select", pane).addEventListener("change", (event) => { change(() => fill(pane, event.target.value)); tell(); });
      one(".less", pane).addEventListener("click", () => { change(() => pane.remove()); tell(); (more.hidden ? button : more).focus(); });
      fill(pane, id);
      return pane;
    }

    /* Films change while all stand still; then they go on. */
    function change(work) {
      const before = playing;
      pause();
      work();
      const count = panes().length;
      one(".panes", form).dataset.count = count;
      panes().forEach((pane, place) => {
        one("label span", pane).textContent = say("Film in pane {place}", { place: place + 1 });
        one(".less .hidden", pane).textContent = say("Remove {film} from pane {place}", { film: named(pane.dataset.film), place: place + 1 });
        one(".less", pane).hidden = count === 1;
        one("label", pane).hidden = films.size === 1;
        /* The key to the colours is a copy; two of one name would both be the first. */
        const colours = one(".bar linearGradient", pane);
        if (colours) {
          colours.id = `pane-${place + 1}-colours`;
          one(".bar rect", pane).setAttribute("fill", `url(#${colours.id})`);
        }
      });
      more.hidden = count >= Math.min(PANES, films.size);
      one(".says", form).replaceChildren(...shown().map(words));
      stand();
      if (before) play();
    }

    /* What a film shows, in the words that stand at it below. */
    function words(id) {
      const figure = films.get(id);
      const item = document.createElement("li");
      const title = document.createElement("b");
      title.textContent = [named(id), one(".of", figure)?.textContent].filter(Boolean).join(": ");
      item.append(title, ` ${one(".caption", figure).textContent}`);
      if (figure.parentElement.contains(form)) return item;
      const link = document.createElement("a");
      const which = document.createElement("span");
      which.className = "hidden";
      which.textContent = `: ${named(id)}`;
      link.href = `#${id}`;
      link.append(say("More about it"), which);
      item.append(" ", link);
      return item;
    }

    const next = () => [...films.keys()].find((id) => !shown().includes(id));

    function bring(id) {
      let pane = panes().find((other) => other.dataset.film === id);
      if (!pane) change(() => {
        if (panes().length < PANES) pane = add(id);
        else fill(pane = panes()[PANES - 1], id);
      });
      tell();
      form.scrollIntoView({ block: "start" });
      one("select", pane).focus({ preventScroll: true });
    }

    function arrange(ids) {
      change(() => {
        for (const pane of panes()) pane.remove();
        for (const id of ids) add(id);
      });
    }

    /* The curve without its words, as wide as the slider above it. */
    function draw() {
      const chosen = curve.value && document.getElementById(curve.value);
      const key = one(".now .chart-key", form);
      track.hidden = !chosen;
      for (const old of all("svg, span", track)) old.remove();
      key.replaceChildren();
      told = chosen ? JSON.parse(chosen.dataset.numbers) : [];
      if (!chosen) return;
      const [left, top, right, bottom] = chosen.dataset.plot.split(" ").map(Number);
      const drawn = one("svg", chosen).cloneNode(true);
      const marks = all(".grid text", drawn).filter((mark) => Number(mark.getAttribute("x")) < left);
      for (const mark of marks.length > 2 ? [marks[0], marks[marks.length - 1]] : marks) {
        const label = document.createElement("span");
        label.textContent = mark.textContent;
        label.style.setProperty("--height", (mark.getAttribute("y") - top) / (bottom - top));
        track.append(label);
      }
      for (const words of all("title, text", drawn)) words.remove();
      for (const name of ["role", "aria-labelledby"]) drawn.removeAttribute(name);
      drawn.setAttribute("aria-hidden", "true");
      drawn.setAttribute("preserveAspectRatio", "none");
      /* Where the first or the last frames have no number, the curve is shorter than the slider. */
      const [start, end] = chosen.dataset.ends.split(";").map(numeric);
      const part = end > start;
      drawn.style.setProperty("--start", part ? start / last : 0);
      drawn.style.setProperty("--part", part ? (end - start) / last : 1);
      drawn.setAttribute("viewBox", `${left} ${top} ${right - left} ${bottom - top}`);
      track.prepend(drawn);
      key.append(...one(".chart-key", chosen).cloneNode(true).children);
      [...key.children].forEach((line, place) => {
        const value = document.createElement("b");
        value.dataset.line = place;
        line.append(" ", value, ` ${chosen.dataset.unit}`);
      });
    }

    /* An address may be old, or nonsense: what it names and is here is shown. */
    function restore() {
      const state = new URLSearchParams(location.hash.slice(1));
      const listed = (state.get("films") || "").split(",").filter(Boolean);
      const known = (ids) => ids.filter((id) => films.has(id)).slice(0, PANES);
      const asked = known(listed);
      const wanted = state.get("curve");
      const drawable = all("option", curve).some((option) => option.value === wanted);
      const usual = known(form.dataset.shown.split(" "));
      if (!panes().length || asked.length) arrange([asked, usual, [films.keys().next().value]].find((ids) => ids.length));
      if (drawable) curve.value = wanted;
      draw();
      const place = Number(state.get("frame"));
      const there = Number.isInteger(place) && place >= 0 && place <= last;
      if (state.has("frame")) {
        pause();
        go(there ? place : 0);
      } else show();
      stale.hidden = listed.every((id) => films.has(id)) && (!wanted || drawable) && there;
    }

    const toggle = () => (playing ? pause() : play());

    /* Only while the player has the focus: letters elsewhere belong to the reader's own tools. */
    function keys(event) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("select")) return;
      const action = {
        k: toggle,
        ",": () => step(-1),
        ".": () => step(1),
        " ": event.target === scrubber && toggle,
      }[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    }

    function scrub(place) {
      pause();
      go(place);
      tell();
    }

    function drag(event) {
      if (event.type === "pointermove" && !event.buttons) return;
      const box = track.getBoundingClientRect();
      scrub(Math.round((last * (event.clientX - box.left)) / box.width));
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("keydown", keys);
    for (const name of ["pointerenter", "pointerdown", "focusin"]) form.addEventListener(name, wake);
    back.addEventListener("click", () => step(-1));
    on.addEventListener("click", () => step(1));
    button.addEventListener("click", toggle);
    scrubber.addEventListener("input", () => scrub(Number(scrubber.value)));
    speed.addEventListener("change", () => { if (playing) for (const video of videos()) video.playbackRate = speed.value; });
    more.addEventListener("click", () => { let pane; change(() => { pane = add(next()); }); tell(); one("select", pane).focus(); });
    curve.addEventListener("change", () => { draw(); show(); tell(); });
    track.addEventListener("pointerdown", (event) => { track.setPointerCapture(event.pointerId); drag(event); });
    track.addEventListener("pointermove", drag);
    addEventListener("hashchange", restore);
    for (const compare of all("button[data-film]")) {
      compare.hidden = false;
      compare.addEventListener("click", () => bring(compare.dataset.film));
    }
    scrubber.max = last;
    one(".help", form).hidden = films.size === 1;
    const { width, height } = one("video", films.values().next().value);
    form.style.setProperty("--form", width / height);
    curve.closest("label").hidden = curve.options.length < 2;
    form.hidden = false;
    restore();
  }

  /* Numbers as the pages write them: 24 441, −0.5, 0,5 (in some languages), 2.9 × 10⁻¹, 16.2 MB. */
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const UNITS = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
  function numeric(text) {
    const [mantissa, power = ""] = text.replace(/\s/g, "").replace(point, ".").replace("−", "-").replace("∞", "Infinity").split("×10");
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
    const compare = (a, b) => (numbers ? a.value - b.value : a.value.localeCompare(b.value, page.lang));
    rows.sort((a, b) => a.missing - b.missing || (a.missing ? 0 : (down ? -1 : 1) * compare(a, b)));
    body.append(...rows.map(({ row }) => row));
  }

  /* Terms: what the glossary says of them, beside the link. Without this the title says it. */
  function terms() {
    let open = null;
    let leaving = 0;

    function hide() {
      clearTimeout(leaving);
      if (open) open.hidden = true;
      open = null;
    }

    function show(link, tip) {
      clearTimeout(leaving);
      if (open === tip) return;
      hide();
      open = tip;
      tip.hidden = false;
      tip.style.left = tip.style.top = "0";
      const word = link.getClientRects()[0];
      const { width, height } = tip.getBoundingClientRect();
      const below = word.bottom + height <= innerHeight || word.top < height;
      const left = Math.max(8, Math.min(word.left, page.clientWidth - width - 8));
      tip.style.left = `${left + scrollX}px`;
      tip.style.top = `${(below ? word.bottom : word.top - height) + scrollY}px`;
    }

    /* A moment passes before it goes, so that the pointer can come to it; with the focus it stays. */
    function leave(link) {
      clearTimeout(leaving);
      leaving = setTimeout(() => { if (document.activeElement !== link) hide(); }, 250);
    }

    all("a.term[title]").forEach((link, number) => {
      const tip = document.createElement("div");
      tip.className = "sense";
      tip.id = `tip-${number}`;
      tip.role = "tooltip";
      tip.hidden = true;
      tip.textContent = link.title;
      link.removeAttribute("title");
      link.setAttribute("aria-describedby", tip.id);
      one("main").append(tip);
      let tapped = false;
      link.addEventListener("pointerdown", (event) => { tapped = event.pointerType === "touch" && open !== tip; });
      link.addEventListener("click", (event) => {
        if (tapped) event.preventDefault();  /* the first tap shows, the second follows */
        if (tapped) show(link, tip);
        tapped = false;
      });
      link.addEventListener("focus", () => show(link, tip));
      link.addEventListener("blur", hide);
      for (const part of [link, tip]) {
        part.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") show(link, tip); });
        part.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") leave(link); });
      }
    });
    addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    addEventListener("pointerdown", (event) => { if (open && !event.target.closest(".sense, .term")) hide(); });
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

  /* Arrow keys go to the neighbours, unless something on the page uses them: who steps through films must not leave. */
  function arrows() {
    if (one(".player")) return;
    addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target.closest("input, select, textarea, button, summary, [tabindex]")) return;
      const link = { ArrowLeft: one("a[rel=prev]"), ArrowRight: one("a[rel=next]") }[event.key];
      if (link) location.href = link.href;
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    try {
      theme();
      filters();
      player();
      tables();
      terms();
      arrows();
      unfolding();
    } finally {
      page.classList.remove("loading");
    }
  });
})();
