/* Salon: the viewer, which shows pictures of one scene under one zoom, and the lightbox. Without this file there
   are the pictures themselves. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const { say, decimal } = window.salon;
  const limited = (value, low, high) => Math.min(high, Math.max(low, value));

  /* Now, and not with the rest: the controls must have their place when the page is first painted. */
  document.documentElement.classList.add("viewing");

  function make(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function picture(image, sizes, alt = image.alt) {
    const sources = image.avif ? [make("source", { type: "image/avif", srcset: image.avif, sizes })] : [];
    const { width, height, src } = image;
    return make("picture", {}, ...sources, make("img", { sizes, srcset: image.fallback || "", width, height, alt, decoding: "async", src }));
  }

  /* Numbers as the pages write them: see wording.number. */
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  function number(value, digits = 3) {
    const sign = value < 0 ? "−" : "";
    const size = Math.abs(value);
    if (size >= 1e7 || (size > 0 && Number(size.toFixed(digits)) === 0)) {
      const [mantissa, power] = size.toExponential(1).split("e");
      const raised = power.replace("+", "").replace("-", "⁻").replace(/\d/g, (digit) => RAISED[digit]);
      return `${sign}${decimal(mantissa)}\u202f×\u202f10${raised}`;
    }
    const [whole, rest] = size.toFixed(Number.isInteger(size) ? 0 : digits).split(".");
    const grouped = size >= 10000 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") : whole;
    return sign + (rest ? decimal(`${grouped}.${rest}`) : grouped);
  }

  /* Values: a script for each picture, asked for when it is first needed. They are true means of the picture's
     pixels, over the cells of a grid; nothing is read back from colours. */
  const arriving = new Map();
  function valuesOf(pane) {
    const name = pane.values.split("/").pop().replace(/\.js$/, "");
    if (!arriving.has(name)) {
      const came = new Promise((resolve, reject) => {
        const there = window.salonValues?.[name]; // a page in one file brings them along
        if (there) return resolve(unpacked(there));
        const script = make("script", { src: pane.values });
        script.addEventListener("load", () => resolve(unpacked(window.salonValues[name])));
        script.addEventListener("error", reject);
        document.head.append(script);
      });
      arriving.set(name, came.catch(() => null));
    }
    return arriving.get(name);
  }

  async function unpacked({ bits, channels, columns, rows, low, high, data }) {
    const packed = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const cells = rows * columns;
    const count = cells * channels;
    const last = 2 ** bits - 1;
    const unit = (high - low) / last;
    const steps = new Uint16Array(count);
    for (let i = 0; i < count; i += 1) {
      const [left, above] = [i % columns > 0, i % cells >= columns];
      const change = bits > 8 ? 256 * bytes[i] + bytes[count + i] : bytes[i];
      steps[i] = (change + (left && steps[i - 1]) + (above && steps[i - columns]) - (left && above && steps[i - columns - 1])) & last;
    }
    return { rows, columns, channels, unit, found: Float64Array.from(steps, (step) => low + step * unit) };
  }

  /* x and y are fractions of the picture, 0 to 1. */
  function valuesAt(grid, x, y) {
    const row = limited(Math.floor(y * grid.rows), 0, grid.rows - 1);
    const column = limited(Math.floor(x * grid.columns), 0, grid.columns - 1);
    const cells = grid.rows * grid.columns;
    return Array.from({ length: grid.channels }, (_, channel) => grid.found[channel * cells + row * grid.columns + column]);
  }

  /* No more digits than are known. */
  const digits = (unit) => (unit > 0 ? limited(Math.ceil(-Math.log10(unit)), 0, 3) : 3);

  function inWords(pane, values, grid) {
    if (pane.role === "mask") return [say("outside"), say("inside")][values[0]] || say("{share} % inside", { share: Math.round(100 * values[0]) });
    if (pane.role !== "picture") return [number(values[0], digits(grid.unit)), pane.unit].filter(Boolean).join(" ");
    const [red, green, blue, alpha = 255] = values;
    if (alpha < 128) return say("transparent");
    return red === green && green === blue ? say("grey {red} of 255", { red })
      : say("red {red}, green {green}, blue {blue} of 255", { red, green, blue });
  }

  function resolution(letter, pane, grid) {
    const [wide, high] = [pane.columns / grid.columns, pane.rows / grid.rows].map((size) => decimal(Number(size.toFixed(1))));
    const half = pane.ends && grid.unit && number(grid.unit / 2, 3);
    if (wide === "1" && high === "1") {
      return half ? say("{letter} is this pixel, give or take {half}.", { letter, half }) : say("{letter} is this pixel.", { letter });
    }
    return half ? say("{letter} is the mean of {wide} × {high} pixels, give or take {half}.", { letter, wide, high, half })
      : say("{letter} is the mean of {wide} × {high} pixels.", { letter, wide, high });
  }

  function difference([a, b], x, y, unit) {
    const gap = number(valuesAt(a, x, y)[0] - valuesAt(b, x, y)[0]);
    return say("A minus B: {value}.", { value: [gap, unit].filter(Boolean).join(" ") });
  }

  /* A map's colours, as present.colour has them: the same for every browser and every scale. */
  function paint(canvas, { rows, columns, found }, [low, high], palette) {
    const last = palette.length / 3 - 1;
    const middle = last === 254 ? 127 : 0;
    const context = canvas.getContext("2d");
    Object.assign(canvas, { width: columns, height: rows });
    const painted = context.createImageData(columns, rows);
    for (let i = 0; i < rows * columns; i += 1) {
      const share = high > low ? Math.round(((found[i] - low) / (high - low)) * last) : middle;
      const place = 3 * limited(share, 0, last);
      painted.data.set([palette[place], palette[place + 1], palette[place + 2], 255], 4 * i);
    }
    context.putImageData(painted, 0, 0);
  }

  function minus(a, b) {
    const rows = Math.max(a.rows, b.rows);
    const columns = Math.max(a.columns, b.columns);
    const unknown = (a.unit + b.unit) / 2;  // what is lost where values are kept in steps
    const found = Float64Array.from({ length: rows * columns }, (_, i) => {
      const [x, y] = [((i % columns) + 0.5) / columns, (Math.floor(i / columns) + 0.5) / rows];
      const gap = valuesAt(a, x, y)[0] - valuesAt(b, x, y)[0];
      return Math.abs(gap) <= unknown ? 0 : gap;
    });
    return { rows, columns, found };
  }

  const MODES = {
    beside: say("The same place in every picture: point at one and the ring shows it in the others."),
    divide: say("Drag the line: left of it is A, right of it B."),
    fade: say("Slide from A to B and back."),
    blink: say("A and B in turn, in the same place: what differs jumps."),
    difference: say("How far B is from A."),
  };
  const LETTERS = "ABCD";
  const TURN = 700;  // milliseconds: seven flashes in ten seconds, far from the three a second that harm

  function viewer(box) {
    const stage = one(".stage", box);
    const [choosing, steering] = all("form", box);
    const slots = all(".slot", box);
    const views = all(".view", box);
    const { at } = choosing.elements;
    const { scale, laid } = steering.elements;
    const add = one(".add", box);
    const spot = one(".spot", box);
    const aloud = one(".aloud", box);
    const palettes = Object.fromEntries(["heatmap", "signed"].map((name) =>
      [name, Uint8Array.from(atob(box.dataset[name]), (letter) => letter.charCodeAt(0))]));
    const panes = new Map(all("option[data-pane]", box).map((option) => [option.value, {
      ...JSON.parse(option.dataset.pane),
      id: option.value,
      title: option.textContent,
      group: option.closest("optgroup")?.label || "",
      values: option.dataset.values,
    }]));
    const first = [...panes.values()][0];
    const opening = views.map((view) => view.dataset.drawn);
    const gap = Object.assign(one(".ramp", box).cloneNode(true), { className: "ramp gap", hidden: true });
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const state = { shown: opening, mode: box.dataset.mode, at: 50, zoom: 1, x: 0.5, y: 0.5, scale: "own", laid: true, spot: null };
    let ring = null;  // where values are read: fractions of the picture, or null
    let used = false;  // values are loaded once somebody asks for them
    let paused = false;

    const shown = () => state.shown.map((id) => panes.get(id));
    const compared = () => (state.mode === "beside" ? shown() : shown().slice(0, 2));
    const named = (pane) => [pane.group, pane.title].filter(Boolean).join(" · ");
    const palette = (pane) => palettes[pane.role === "heatmap" ? "heatmap" : "signed"];
    const covers = (pane) => pane.image.covers && first.role === "picture" && state.laid;
    const subtracted = () => {
      const [a, b] = shown();
      return Boolean(state.mode === "difference" && a.ends && b.ends && a.unit === b.unit && (a.unit || a.title === b.title));
    };

    function endsOf(pane) {
      if (state.scale === "gallery") return pane.shared;
      if (state.scale === "own") return pane.ends;
      const alike = compared().filter((other) => other.ends && other.role === pane.role && other.unit === pane.unit);
      return [Math.min(...alike.map((other) => other.ends[0])), Math.max(...alike.map((other) => other.ends[1]))];
    }

    /* What there is to choose: as many slots and views as pictures may be shown. */
    function furnish() {
      for (let place = slots.length; place < Math.min(LETTERS.length, panes.size); place += 1) {
        const slot = slots[1].cloneNode(true);
        const view = views[1].cloneNode(true);
        for (const letter of all(".letter", slot).concat(all(".letter", view))) letter.textContent = LETTERS[place];
        one(".hidden", slot).textContent = say("Picture {letter}", { letter: LETTERS[place] });
        one("select", slot).name = `pane-${LETTERS[place].toLowerCase()}`;
        slot.append(make("button", { type: "button", className: "remove", ariaLabel: say("Remove picture {letter}", { letter: LETTERS[place] }), textContent: "×" }));
        add.before(slot);
        one(".divider", stage).before(view);
        slots.push(slot);
        views.push(view);
      }
      if (views.length > 1) stage.append(gap);
      stage.tabIndex = 0;
      stage.setAttribute("role", "application");
      stage.setAttribute("aria-label", say("Pictures under one zoom"));
      stage.setAttribute("aria-describedby", "viewer-keys");
      box.style.setProperty("--form", form);
      box.classList.add("ready");
    }

    /* A needle of a picture could be neither seen nor pointed at: it is drawn wider. */
    const form = limited(first.columns / first.rows, 1 / 12, 12);

    function world(pane, ends, grid) {
      const sizes = needed();
      const canvas = grid && make("canvas", { role: "img", ariaLabel: pane.image.alt });
      if (canvas) paint(canvas, grid, ends, palette(pane));
      const top = canvas || picture(pane.image, sizes);
      return covers(pane) ? make("span", { className: `layered over-${pane.role}` }, picture(first.image, sizes, ""), top) : top;
    }

    /* What is in a view is what its key says; what arrives late and is no longer wanted is dropped. */
    async function draw(view, pane, ends) {
      const own = !pane.ends || String(ends) === String(pane.ends);
      const key = [pane.id, ...(pane.image.covers && !covers(pane) ? ["bare"] : []), ...(own ? [] : ends)].join(" ");
      if (view.dataset.drawn === key) return;
      view.dataset.drawn = key;
      const grid = own ? null : await valuesOf(pane);
      if (view.dataset.drawn !== key) return;
      one(".world", view).replaceChildren(world(pane, ends, grid));
      if (!own && !grid) caption(view, pane, pane.ends);
    }

    async function subtract(view, a, b) {
      const key = ["minus", a.id, b.id].join(" ");
      if (view.dataset.drawn === key) return;
      view.dataset.drawn = key;
      const grids = await Promise.all([valuesOf(a), valuesOf(b)]);
      if (view.dataset.drawn !== key) return;
      if (grids.includes(null)) {
        gap.hidden = true;
        one(".tip", box).textContent = say("The values of these maps are not here, so they cannot be subtracted.");
        return;
      }
      const found = minus(...grids);
      const reach = found.found.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const canvas = make("canvas", { role: "img", ariaLabel: say("{one} minus {other}", { one: named(a), other: named(b) }) });
      paint(canvas, found, [-reach, reach], palettes.signed);
      one(".world", view).replaceChildren(canvas);
      bar(gap, palettes.signed, [-reach, reach], [say("B is larger"), say("A is larger"), a.unit]);
    }

    function caption(view, pane, ends) {
      one(".named span", view).textContent = named(pane);
      one(".window", view).dataset.name = `${one(".letter", view).textContent}  ${named(pane)}`;
      one(".told", view).textContent = [pane.label && `${pane.label}.`, pane.caption, pane.finding].filter(Boolean).join(" ");
      one(".ramp", view).hidden = !ends;
      if (ends) bar(one(".ramp", view), palette(pane), ends, [pane.low, pane.high, pane.unit]);
    }

    /* The key to a map's colours: what they mean, with the values at both ends. */
    function bar(ramp, colours, ends, [lower, higher, unit]) {
      const columns = colours.length / 3;
      paint(one("canvas", ramp), { rows: 1, columns, found: Float64Array.from({ length: columns }, (_, i) => i) }, [0, columns - 1], colours);
      const [low, high] = all("b", ramp);
      low.textContent = number(ends[0]);
      high.textContent = number(ends[1]);
      low.nextElementSibling.textContent = lower || "";
      one(".unit", ramp).textContent = unit || "";
      high.previousElementSibling.textContent = higher || "";
    }

    function tell() {
      const [a, b] = shown();
      let words = MODES[state.mode];
      if (subtracted()) {
        words = say("A minus B, value by value: orange where A is larger, blue where B is larger, white where they are the same.");
      } else if (state.mode === "difference") {
        words = a === b ? say("A and B are the same.") : say("How far the colours of A and B are apart: black is no difference. Two maps of one unit are subtracted value by value.");
      }
      if (panes.size === 1) words = say("Zoom in, or point at the picture to read its values.");
      if (form !== first.columns / first.rows) words += ` ${say("The picture is so narrow that it is drawn in other proportions.")}`;
      one(".tip", box).textContent = words;
    }

    function show() {
      const { mode } = state;
      const listed = compared();
      const two = mode === "divide" || mode === "fade";
      box.dataset.mode = mode;
      box.dataset.count = listed.length;
      box.classList.toggle("subtracted", subtracted());
      gap.hidden = !subtracted();
      choosing.elements.mode.value = mode;
      slots.forEach((slot, place) => {
        slot.hidden = place >= listed.length;
        one("select", slot).value = state.shown[place] || opening[0];
      });
      views.forEach((view, place) => {
        const pane = listed[place];
        view.hidden = !pane;
        if (!pane) return;
        const ends = pane.ends && endsOf(pane);
        caption(view, pane, ends);
        if (place === 1 && subtracted()) subtract(view, ...listed);
        else draw(view, pane, ends);
      });
      add.hidden = mode !== "beside" || state.shown.length >= slots.length;
      one(".divider", box).hidden = mode !== "divide";
      at.closest("label").hidden = !two;
      one("span", at.closest("label")).textContent = mode === "divide" ? say("Position of the dividing line") : say("Opacity of B");
      one(".turns", box).hidden = mode !== "blink";
      scale.closest("label").hidden = !listed.some((pane) => pane.ends) || subtracted();
      scale.value = state.scale;
      laid.closest("label").hidden = !listed.some((pane) => pane.image.covers) || mode === "difference";
      laid.checked = state.laid;
      tell();
      slide();
      turn();
      layout();
    }

    function slide() {
      at.value = state.at;
      box.style.setProperty("--at", `${state.at}%`);
      at.setAttribute("aria-valuetext", state.mode === "divide" ? say("{at} percent from the left", state) : say("{at} percent", state));
    }

    let turning = 0;
    function turn() {
      clearInterval(turning);
      const button = one(".pause", box);
      button.hidden = still.matches;
      button.textContent = paused ? say("Go on") : say("Pause");
      if (state.mode === "blink" && !paused && !still.matches) turning = setInterval(swap, TURN);
    }
    const swap = () => box.classList.toggle("second");

    /* Where the picture is. --w, --h: its share of the window when all of it is seen; --x, --y: which place of it is in
       the middle; --z: zoom; --rx, --ry: the ring. None is in pixels, so that paper shows the same. */
    const seen = () => one(".window", views[0]);
    function whole() {
      const { clientWidth, clientHeight } = seen();
      const wide = Math.min(clientWidth, clientHeight * form);
      return { clientWidth, clientHeight, wide, high: wide / form };
    }

    function layout() {
      const { clientWidth, clientHeight, wide, high } = whole();
      if (!wide) return;
      state.zoom = limited(state.zoom, 1, most(wide));
      const centred = (place, room, size) => (size <= room ? 0.5 : limited(place, room / 2 / size, 1 - room / 2 / size));
      state.x = centred(state.x, clientWidth, wide * state.zoom);
      state.y = centred(state.y, clientHeight, high * state.zoom);
      const measures = { w: `${(100 * wide) / clientWidth}%`, h: `${(100 * high) / clientHeight}%`, x: state.x, y: state.y, z: state.zoom };
      if (ring) Object.assign(measures, { rx: ring.x, ry: ring.y });
      for (const [name, value] of Object.entries(measures)) stage.style.setProperty(`--${name}`, value);
      for (const cross of all(".cross", stage)) cross.hidden = !ring;
      stage.classList.toggle("crisp", wide * state.zoom >= 3 * first.image.width);
      stage.classList.toggle("zoomed", state.zoom > 1);
      one("output", choosing).textContent = `×${number(state.zoom, 1)}`;
      for (const button of all("[data-zoom=out], [data-zoom=whole]", choosing)) button.disabled = state.zoom <= 1;
      const before = sharp;
      const sizes = needed();
      if (state.zoom > 1 && sharp > before) for (const part of all("[sizes]", stage)) part.sizes = sizes;
    }

    /* So far that a pixel of the largest file is as large as a thumb. */
    const most = (wide) => Math.max(8, (40 * first.image.width) / wide);

    /* Larger files are asked for when a picture is seen larger. */
    let sharp = 0;
    function needed() {
      sharp = Math.max(sharp, limited(256 * Math.ceil((whole().wide * state.zoom) / 256), 256, 2048));
      return `${sharp}px`;
    }

    /* To zoom about a place of the picture: it stays where it is. */
    function zoom(factor, x = state.x, y = state.y) {
      const before = state.zoom;
      state.zoom = limited(before * factor, 1, most(whole().wide));
      state.x = x + (state.x - x) * (before / state.zoom);
      state.y = y + (state.y - y) * (before / state.zoom);
      layout();
      keep();
    }

    function move(x, y) {
      const { wide, high } = whole();
      state.x -= x / (wide * state.zoom);
      state.y -= y / (high * state.zoom);
      layout();
      keep();
    }

    /* Where on the picture a pointer is. */
    function placeOf(event) {
      const frame = (held || event.target.closest(".window") || seen()).getBoundingClientRect();
      const { wide, high } = whole();
      return {
        x: (event.clientX - frame.left - frame.width / 2) / (wide * state.zoom) + state.x,
        y: (event.clientY - frame.top - frame.height / 2) / (high * state.zoom) + state.y,
      };
    }

    const inside = ({ x, y }) => x >= 0 && x < 1 && y >= 0 && y < 1;

    let reading = 0;  // what an earlier reading still waits for is void: other pictures may be shown by now
    async function read(place, speaking = false) {
      const own = ++reading;
      ring = place && inside(place) ? place : null;
      layout();
      const listed = compared();
      if (!ring) {
        for (const value of all(".value", stage)) value.textContent = "";
        spot.textContent = say("Point at a picture to read its values there.");
        return;
      }
      used = true;
      const { x, y } = ring;
      const grids = await Promise.all(listed.map(valuesOf));
      if (own !== reading) return;
      const words = grids.map((grid, i) => (grid ? inWords(listed[i], valuesAt(grid, x, y), grid) : say("values are not here")));
      words.forEach((said, i) => { one(".value", views[i]).textContent = said; });
      const where = say("Column {column} of {columns}, row {row} of {rows}.",
        { column: Math.floor(x * first.columns) + 1, columns: first.columns, row: Math.floor(y * first.rows) + 1, rows: first.rows });
      const measured = grids.map((grid, i) => (grid ? ` ${resolution(LETTERS[i], listed[i], grid)}` : "")).join("");
      const apart = subtracted() && !grids.includes(null) ? ` ${difference(grids, x, y, listed[0].unit)}` : "";
      spot.textContent = where + apart + measured;
      if (speaking) speak(`${where}${apart} ${words.map((value, i) => say("{letter}, {title}: {value}.", { letter: LETTERS[i], title: listed[i].title, value })).join(" ")}`);
    }

    let speech = 0;
    function speak(words) {
      clearTimeout(speech);
      speech = setTimeout(() => { aloud.textContent = words; }, 300);
    }

    /* The address: everything that is needed to see the same again. */
    let keeping = 0;
    function address() {
      const parts = [`panes=${state.shown.map(encodeURIComponent).join(",")}`, `mode=${state.mode}`];
      if (state.mode === "divide" || state.mode === "fade") parts.push(`at=${state.at}`);
      if (state.zoom > 1) parts.push(`zoom=${+state.zoom.toFixed(3)}`, `x=${+state.x.toFixed(5)}`, `y=${+state.y.toFixed(5)}`);
      if (state.scale !== "own") parts.push(`scale=${state.scale}`);
      if (!state.laid) parts.push("laid=0");
      if (state.spot) parts.push(`spot=${+state.spot.x.toFixed(5)},${+state.spot.y.toFixed(5)}`);
      return `#${parts.join("&")}`;
    }
    function keep() {
      clearTimeout(keeping);
      keeping = setTimeout(keepNow, 150);  // browsers refuse hundreds of changes in a row
    }
    function keepNow() {
      clearTimeout(keeping);
      history.replaceState(null, "", location.pathname + location.search + address());
    }

    const placed = ([x, y]) => (x >= 0 && x < 1 && y >= 0 && y < 1 ? { x, y } : null);

    /* What an address does not say, or says of what is gone, is as the page opens. */
    function restore() {
      const given = new URLSearchParams(location.hash.slice(1));
      if (!given.has("panes")) return false;
      const asked = given.get("panes").split(",");
      const known = asked.filter((id) => panes.has(id)).slice(0, slots.length);
      one(".stale", box).hidden = asked.every((id) => panes.has(id));
      const measure = (name, usual, low, high) => {
        const value = Number(given.get(name) ?? NaN);
        return value >= low && value <= high ? value : usual;
      };
      Object.assign(state, {
        shown: known.length < opening.length ? [...known, ...opening.slice(known.length)] : known,
        mode: Object.hasOwn(MODES, given.get("mode")) && panes.size > 1 ? given.get("mode") : box.dataset.mode,
        at: Math.round(measure("at", 50, 0, 100)),
        zoom: measure("zoom", 1, 1, 1e6),
        x: measure("x", 0.5, 0, 1),
        y: measure("y", 0.5, 0, 1),
        scale: ["shown", "gallery"].includes(given.get("scale")) ? given.get("scale") : "own",
        laid: given.get("laid") !== "0",
        spot: placed((given.get("spot") || "").split(",").map(Number)),
      });
      ring = state.spot;
      return true;
    }

    function change(part) {
      one(".stale", box).hidden = true;
      Object.assign(state, part);
      show();
      if (used) read(ring);
      keep();
    }

    /* Hands: one finger or the mouse moves the line or the picture, two zoom. */
    const fingers = new Map();
    let grip = "";
    let held = null;  // the window that was gripped: a captured pointer no longer says where it is
    const middle = () => {
      const [a, b] = [...fingers.values()];
      return { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2, apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
    };
    function pull(event) {
      const frame = seen().getBoundingClientRect();
      state.at = Math.round(limited((100 * (event.clientX - frame.left)) / frame.width, 0, 100));
      slide();
      keep();
    }
    function press(event) {
      if (!event.target.closest(".window") || event.button) return;
      held = event.target.closest(".window");
      fingers.set(event.pointerId, event);
      stage.setPointerCapture(event.pointerId);
      if (fingers.size > 1) { grip = "zoom"; return; }
      const frame = seen().getBoundingClientRect();
      const near = Math.abs(event.clientX - frame.left - (frame.width * state.at) / 100) < 24;
      grip = state.mode === "divide" && (near || state.zoom === 1) ? "line" : "picture";
      if (grip === "line") pull(event);
      if (event.pointerType !== "mouse") point(placeOf(event));
    }

    /* A place that is chosen, and not just passed by the mouse, is part of the view. */
    function point(place) {
      state.spot = inside(place) ? place : null;
      read(place);
      keep();
    }
    function drag(event) {
      const before = fingers.get(event.pointerId);
      if (before && grip === "zoom" && fingers.size === 2) {
        const from = middle();
        fingers.set(event.pointerId, event);
        const to = middle();
        move(to.clientX - from.clientX, to.clientY - from.clientY);
        if (from.apart) zoom(to.apart / from.apart, ...Object.values(placeOf(to)));
        return;
      }
      if (before) fingers.set(event.pointerId, event);
      if (before && grip === "line") pull(event);
      if (before && grip === "picture") move(event.clientX - before.clientX, event.clientY - before.clientY);
      if (event.pointerType === "mouse" && (before || event.target.closest(".window"))) read(placeOf(event));
    }
    function release(event) {
      fingers.delete(event.pointerId);
      if (fingers.size) return;
      grip = "";
      held = null;
    }

    function wheel(event) {
      if (!event.target.closest(".window")) return;
      const asked = event.ctrlKey || event.metaKey || document.activeElement === stage;
      /* The page goes on scrolling where there is nothing to zoom out of. */
      if (!asked || (!event.ctrlKey && state.zoom === 1 && event.deltaY > 0)) return;
      event.preventDefault();
      const place = placeOf(event);
      zoom(Math.exp(-limited(event.deltaY * (event.deltaMode ? 30 : 1), -200, 200) / 300), place.x, place.y);
    }

    function key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target !== stage) return;
      const step = (event.shiftKey ? 0.2 : 0.025) / state.zoom;
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const about = ring || state;
      if (way) {
        const place = {
          x: limited(about.x + way[0] * step, 0, 0.999999),
          y: limited(about.y + way[1] * step * Math.min(form, 4), 0, 0.999999),
        };
        Object.assign(state, place);  // the picture follows the ring
        state.spot = place;
        read(place, true);
        keep();
      } else if (event.key === "+" || event.key === "=") zoom(1.5, about.x, about.y);
      else if (event.key === "-" || event.key === "_") zoom(1 / 1.5, about.x, about.y);
      else if (event.key === "0") zoom(1 / state.zoom);
      else return;
      event.preventDefault();
    }

    let copied = 0;
    async function copy(button) {
      keepNow();
      button.dataset.usual ??= button.textContent;
      let said = say("Copied");
      try { await navigator.clipboard.writeText(location.href); } catch {
        const field = make("textarea", { value: location.href, className: "hidden" });
        button.after(field);
        field.select();
        if (!document.execCommand("copy")) said = say("Copy it from the address bar");
        field.remove();
        button.focus();
      }
      button.textContent = aloud.textContent = said;
      clearTimeout(copied);
      copied = setTimeout(() => { button.textContent = button.dataset.usual; }, 2500);
    }

    function compare(id, other) {
      const beside = other || (state.shown[0] === id ? first.id : state.shown[0]);
      change({ shown: [beside, id, ...state.shown.slice(2)] });
      box.scrollIntoView({ block: "start" });
      stage.focus({ preventScroll: true });
    }

    for (const controls of [choosing, steering]) controls.addEventListener("submit", (event) => event.preventDefault());
    choosing.addEventListener("change", (event) => {
      const place = slots.indexOf(event.target.closest(".slot"));
      if (event.target.name === "mode") change({ mode: event.target.value });
      else if (place >= 0) change({ shown: state.shown.with(place, event.target.value) });
    });
    add.addEventListener("click", () => {
      const next = [...panes.keys()].find((id) => !state.shown.includes(id)) || first.id;
      change({ shown: [...state.shown, next] });
      one("select", slots[state.shown.length - 1]).focus();
    });
    box.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.className === "remove") {
        change({ shown: state.shown.toSpliced(slots.indexOf(button.closest(".slot")), 1) });
        add.focus();
      } else if (button.className === "link") copy(button);
      else if (button.className === "turn") swap();
      else if (button.className === "pause") { paused = !paused; turn(); }
      else if (button.dataset.zoom) {
        zoom({ in: 1.5, out: 1 / 1.5, whole: 1 / state.zoom }[button.dataset.zoom]);
        if (button.disabled) one("[data-zoom=in]", choosing).focus();  // one that is disabled has no focus
      }
    });
    at.addEventListener("input", () => { state.at = Number(at.value); slide(); keep(); });
    scale.addEventListener("change", () => change({ scale: scale.value }));
    laid.addEventListener("change", () => change({ laid: laid.checked }));
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    stage.addEventListener("pointerdown", press);
    stage.addEventListener("pointermove", drag);
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, release);
    stage.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && !grip) read(state.spot); });
    stage.addEventListener("dblclick", (event) => { if (event.target.closest(".window")) zoom(2, placeOf(event).x, placeOf(event).y); });
    stage.addEventListener("wheel", wheel, { passive: false });
    stage.addEventListener("keydown", key);
    still.addEventListener("change", turn);
    addEventListener("hashchange", () => {
      if (!restore()) return;
      show();
      read(state.spot);
    });
    new ResizeObserver(layout).observe(stage);
    for (const button of all("button.compare")) {
      button.hidden = !panes.has(button.dataset.panel);
      button.addEventListener("click", () => compare(button.dataset.panel, button.dataset.beside));
    }
    furnish();
    restore();
    show();
    read(state.spot);
  }

  const SWIPE = 50;  // pixels: less may be an unsteady finger

  /* The lightbox: a panel as large as the window, with its words; the arrows go to the next. */
  function lightbox() {
    const frames = all(".panel a.frame");
    if (!frames.length) return;
    const title = make("h2", { id: "lightbox-title" });
    const count = make("p", { className: "count" });
    const large = make("div", { className: "large" });
    const telling = make("div", { className: "telling" });
    const button = (className, textContent, act) => {
      const made = make("button", { type: "button", className, textContent });
      made.addEventListener("click", act);
      return made;
    };
    let place = 0;
    const step = (by) => open((place + by + frames.length) % frames.length);
    const comparing = button("", say("Compare"), () => { dialog.close(); one("button.compare", frames[place].closest(".panel")).click(); });
    const dialog = make("dialog", { className: "lightbox" },
      make("header", {}, make("div", { ariaLive: "polite" }, title, count), button("close", say("Close"), () => dialog.close())),
      large, telling,
      make("footer", {}, button("back", say("Previous"), () => step(-1)), comparing, button("on", say("Next"), () => step(1))));
    dialog.setAttribute("aria-labelledby", "lightbox-title");

    function open(number) {
      place = number;
      const panel = frames[number].closest(".panel");
      const row = panel.closest(".step");
      const heading = one("h2", panel.closest("section, aside") || document);
      const called = one(".panel-title", panel) || one(".label h3", row || panel);
      const variant = one(".whose", panel) || one("h3:not(.hidden)", panel.closest(".variant") || make("p"));
      const plain = [...(called?.childNodes || [])].filter((node) => !node.classList?.contains("ordinal")).map((node) => node.textContent).join("").trim();
      const parts = [heading?.textContent, variant?.textContent, plain].filter(Boolean);
      title.textContent = [...new Set(parts)].join(" · ");
      count.textContent = say("{place} of {count}", { place: number + 1, count: frames.length });
      large.replaceChildren(...[...frames[number].children].map((part) => part.cloneNode(true)));
      for (const part of all("[sizes]", large)) part.sizes = "95vw";
      for (const image of all("img", large)) image.loading = "eager";
      const said = [one(".caption", panel) || one(".label .caption", row || panel), one(".of", panel), one(".finding", panel), one(".bar", panel)];
      telling.replaceChildren(...said.filter(Boolean).map((part) => part.cloneNode(true)));
      for (const defined of all("defs", telling)) defined.remove();  // the page has them already
      comparing.hidden = !one("button.compare:not([hidden])", panel);
      if (!dialog.open) dialog.showModal();
    }

    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();  // arrows of the page lead to other pages
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by) step(by);
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

    /* One finger goes on and back; two zoom, as anywhere, and what is zoomed is only moved about. */
    let began = null;
    const alone = ({ touches }) => touches.length === 1 && (visualViewport?.scale ?? 1) < 1.05;
    large.addEventListener("touchstart", (event) => { began = alone(event) ? event.touches[0] : null; }, { passive: true });
    large.addEventListener("touchend", ({ changedTouches: [end] }) => {
      const [x, y] = began ? [end.clientX - began.clientX, end.clientY - began.clientY] : [0, 0];
      began = null;
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) step(x < 0 ? 1 : -1);
    });
    large.addEventListener("touchcancel", () => { began = null; });
    document.body.append(dialog);
    frames.forEach((frame, number) => {
      frame.ariaHasPopup = "dialog";
      frame.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        open(number);
      });
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const box = one(".viewer");
    if (box) viewer(box);
    lightbox();
  });
})();
