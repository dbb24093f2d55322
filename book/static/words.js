"use strict";
/* The page "Explore the vectors": neighbours, a map and analogies, computed in the browser.

   DATA comes from words_data.js, which tools/words.py makes.
   Shapes: V words, H numbers in each vector.  An id is a word's row, frequent words first. */

const words = DATA.words.split(" "); // (V,)
const counts = DATA.counts; // (V,) how often each word comes
const H = DATA.H;
const ids = new Map(words.map((word, id) => [word, id]));
const unit = unitRows(wholeNumbers(DATA.vectors)); // (V * H,) vectors of length 1, row after row

const NEIGHBOURS = 10;
const ANSWERS = 5;
const SUGGESTIONS = 8;
const DEFAULTS = { word: "row", least: "10", a: "minimum", b: "maximum", c: "left", without: "1" };

/* ---- Vectors ---- */

/** Text in base64 -> whole numbers from -127 to 127, (V * H,) */
function wholeNumbers(text) {
  return Int8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** (V * H,) -> the same rows at length 1 */
function unitRows(numbers) {
  const rows = Float64Array.from(numbers);
  for (let start = 0; start < rows.length; start += H) {
    rows.set(normalise(rows.subarray(start, start + H)), start);
  }
  return rows;
}

/** Row id of the unit vectors, (H,) */
function row(id) {
  return unit.subarray(id * H, (id + 1) * H);
}

/** sum_h x_h y_h */
function dot(x, y) {
  let sum = 0;
  for (let h = 0; h < H; h += 1) sum += x[h] * y[h];
  return sum;
}

function normalise(x) {
  const length = Math.sqrt(dot(x, x));
  return length > 0 ? x.map((number) => number / length) : x;
}

/** b - a + c at length 1, (H,): the step from a to b, taken from c. */
function afterStep(a, b, c) {
  return normalise(row(c).map((number, h) => row(b)[h] - row(a)[h] + number));
}

/** The `top` words nearest to a direction of length 1: [{id, cosine}], the nearest first.
    Only words that come `least` times count, and none of `without`. */
function nearest(direction, { top, least, without = [] }) {
  return words
    .map((_, id) => ({ id, cosine: dot(row(id), direction) })) // of unit vectors, the cosine
    .filter(({ id }) => counts[id] >= least && !without.includes(id))
    .sort((one, other) => other.cosine - one.cosine || one.id - other.id)
    .slice(0, top);
}

/* ---- Spelling ---- */

/** The fewest letters to put in, take out, change or swap with the next one. */
function editDistance(from, to) {
  const cost = Array.from({ length: from.length + 1 }, (_, i) => [i]); // cost[i][j]: i letters to j
  cost[0] = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i += 1) {
    for (let j = 1; j <= to.length; j += 1) {
      const change = from[i - 1] === to[j - 1] ? 0 : 1;
      cost[i][j] = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[from.length][to.length];
}

/** Up to five words that are spelt nearly so, the nearest first. */
function closeSpellings(typed) {
  const most = 1 + Math.floor(typed.length / 4); // letters that may differ
  return words
    .map((word) => ({ word, distance: editDistance(typed, word) }))
    .filter(({ distance }) => distance <= most)
    .sort((one, other) => one.distance - other.distance) // stable: frequent words first
    .slice(0, 5)
    .map(({ word }) => word);
}

/** Words that begin so, frequent ones first. */
function completions(typed) {
  return typed ? words.filter((word) => word.startsWith(typed)).slice(0, SUGGESTIONS) : [];
}

/* ---- The question: all of it stands in the address, and nowhere else ---- */

/** The address -> {word, least, a, b, c, without} */
function question() {
  const asked = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const known = Object.keys(DEFAULTS).map((key) => [key, tidy(asked[key]) || DEFAULTS[key]]);
  const found = Object.fromEntries(known);
  const limits = [...byId("least").options].map((option) => option.value);
  if (!limits.includes(found.least)) found.least = DEFAULTS.least;
  return found;
}

function tidy(typed) {
  return (typed || "").trim().toLowerCase();
}

/** The address of the present question with some parts changed. */
function linkTo(changes) {
  return `#${new URLSearchParams({ ...question(), ...changes })}`;
}

/** Ask; the same question again is answered again. */
function ask(changes) {
  const link = linkTo(changes);
  if (link === location.hash) showAll();
  else location.hash = link;
}

/* ---- What is shown ---- */

function byId(id) {
  return document.getElementById(id);
}

/** An HTML element with its properties and what it holds. */
function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

/** A sentence's visible beginning, and an end that only a screen reader says: the list shows it. */
function say(where, seen, heard = "") {
  const rest = heard && element("span", { className: "words-hidden" }, ` ${heard}`);
  byId(where).replaceChildren(seen, rest);
}

/** An item for each {id, cosine}: a link that asks for it, its count, a bar, a number. */
function items(found, linkOf, noteOf = () => "") {
  return found.map(({ id, cosine }) => {
    const link = element("a", { href: linkOf(words[id]) }, words[id]);
    const count = element("span", { className: "words-count" }, ` ${counts[id]} ×${noteOf(id)}`);
    const bar = element("span", { className: "words-bar", ariaHidden: "true" }, element("span"));
    bar.firstChild.style.width = `${100 * Math.max(0, cosine)}%`;
    const number = element("span", { className: "words-number" }, cosine.toFixed(2));
    return element("li", {}, element("span", {}, link, count), bar, number);
  });
}

/** The words of an unknown word's message, as links. */
function spellingItems(unknown, linkOf) {
  return closeSpellings(unknown).map((word) =>
    element("li", {}, element("a", { href: linkOf(word) }, word)),
  );
}

function unknownTold(unknown) {
  const close = closeSpellings(unknown);
  const end = close.length ? "Close spellings:" : "No word is spelt nearly so.";
  return [`“${unknown}” is not one of the ${words.length.toLocaleString("en")} words. ${end}`,
    close.join(", ")];
}

function namesOf(found) {
  return found.map(({ id }) => words[id]).join(", ");
}

function showNeighbours({ word, least }) {
  const id = ids.get(word);
  const linkOf = (other) => linkTo({ word: other });
  if (id === undefined) {
    say("near-said", ...unknownTold(word));
    byId("near-list").replaceChildren(...spellingItems(word, linkOf));
    return [];
  }
  const found = nearest(row(id), { top: NEIGHBOURS, least, without: [id] });
  const start = `“${word}” comes ${counts[id].toLocaleString("en")} times in the text. Its ten nearest neighbours:`;
  say("near-said", start, `${namesOf(found)}.`);
  byId("near-list").replaceChildren(...items(found, linkOf));
  return found;
}

function showAnalogy({ a, b, c, least, without }) {
  const parts = { a, b, c };
  const gap = Object.keys(parts).find((part) => !ids.has(parts[part]));
  byId("analogy-lists").hidden = Boolean(gap);
  if (gap) {
    say("analogy-said", ...unknownTold(parts[gap]));
    const links = spellingItems(parts[gap], (word) => linkTo({ [gap]: word }));
    byId("analogy-said").after(element("ol", { className: "words-list words-close" }, ...links));
    return;
  }
  const three = [a, b, c].map((word) => ids.get(word));
  const limits = { top: ANSWERS, least, without: without === "1" ? three : [] };
  const answers = nearest(afterStep(...three), limits);
  const noteOf = (id) => (three.includes(id) ? ", in the question" : "");
  const linkOf = (word) => linkTo({ word });
  say("analogy-said", `${a} : ${b} = ${c} : ?`, `Answers: ${namesOf(answers)}.`);
  byId("with-step-list").replaceChildren(...items(answers, linkOf, noteOf));
  byId("no-step-list").replaceChildren(...items(nearest(row(three[2]), limits), linkOf, noteOf));
}

function showAll() {
  const now = question();
  for (const key of ["word", "least", "a", "b", "c"]) byId(key).value = now[key];
  byId("without").checked = now.without === "1";
  for (const old of document.querySelectorAll(".words-close")) old.remove();
  for (const link of document.querySelectorAll("a[data-ask]")) {
    link.href = linkTo(Object.fromEntries(new URLSearchParams(link.dataset.ask)));
  }
  const found = showNeighbours(now);
  map.show(ids.get(now.word), found, now.least);
  showAnalogy(now);
}

/* ---- The map ---- */

const PLACES = [0, 8, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15]; // where a label is tried,
// in sixteenths of a turn: right, left, below, above, then between
const AWAY = [9, 20, 34, 50, 70, 95, 125]; // pixels from its point
const LINE = 15; // pixels, the height of a label

/** The coordinates of a word, as stored: whole numbers */
function stored(id) {
  return [DATA.map[2 * id], DATA.map[2 * id + 1]];
}

function distance([x, y], [p, q]) {
  return Math.hypot(x - p, y - q);
}

const map = {
  asked: undefined, // id
  found: [], // [{id, cosine}]
  shown: [], // ids of all points
  cursor: undefined, // id

  show(asked, found, least) {
    this.asked = asked;
    this.found = found;
    this.shown = [...words.keys()].filter((id) => counts[id] >= least || id === asked);
    this.cursor = undefined;
    this.draw();
    this.tell();
  },

  /** How wide and high the picture is, and where a word's point lies in it, in pixels. */
  measure() {
    this.width = byId("map").clientWidth;
    this.height = Math.min(this.width, 560);
    const all = this.shown.map(stored); // (points, 2)
    const [low, high] = [Math.min, Math.max].map((end) => [0, 1].map((k) => end(...all.map((p) => p[k]))));
    const sizes = [this.width - 28, this.height - 28];
    // one scale for both directions, so that what is twice as far is drawn twice as far
    const scale = Math.min(...sizes.map((size, k) => size / (high[k] - low[k])));
    const fit = (number, k) => (number - (low[k] + high[k]) / 2) * scale;
    this.at = (id) => {
      const [x, y] = stored(id);
      return [this.width / 2 + fit(x, 0), this.height / 2 - fit(y, 1)];
    };
  },

  draw() {
    this.measure();
    const svg = byId("map").firstElementChild;
    svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    const dots = this.shown.map((id) => `M${this.at(id).map((n) => n.toFixed(1)).join(" ")}h0`);
    svg.replaceChildren(drawn("path", { class: "dots", d: dots.join("") }));
    const marked = this.found.map(({ id }, i) => ({ id, name: `${i + 1} ${words[id]}` }));
    for (const { id } of marked) svg.append(this.circle(id, "ring", 5));
    if (this.asked !== undefined) {
      const [x, y] = this.at(this.asked);
      svg.append(drawn("rect", { class: "asked", x: x - 6, y: y - 6, width: 12, height: 12 }));
      marked.unshift({ id: this.asked, name: words[this.asked], style: "asked-name" });
    }
    this.label(svg, marked);
    if (this.cursor !== undefined) this.drawCursor(svg);
  },

  circle(id, style, r) {
    const [cx, cy] = this.at(id);
    return drawn("circle", { class: style, cx, cy, r });
  },

  /** Write each name near its point, where it covers no mark and no other name. */
  label(svg, marked) {
    const taken = marked.map(({ id }) => boxAround(this.at(id), 16, 14));
    for (const { id, name, style } of marked) {
      const text = drawn("text", { class: style || "name", "text-anchor": "middle" }, name);
      svg.append(text);
      const width = text.getComputedTextLength() + 6;
      const middle = this.freePlace(this.at(id), width, taken);
      taken.push(boxAround(middle, width, LINE));
      place(text, middle);
      const [x1, y1] = this.at(id);
      const [x2, y2] = nearestOf(boxAround(middle, width, LINE), [x1, y1]);
      if (distance([x1, y1], [x2, y2]) > 10) {
        svg.insertBefore(drawn("line", { class: "leader", x1, y1, x2, y2 }), svg.firstChild);
      }
    }
  },

  /** The middle of the first free box of that width, going round the point ever further away. */
  freePlace([x, y], width, taken) {
    let middle;
    for (const away of AWAY) {
      for (const sixteenth of PLACES) {
        const angle = (Math.PI * sixteenth) / 8;
        middle = [x + Math.cos(angle) * (away + width / 2), y + Math.sin(angle) * (away + LINE / 2)];
        const box = boxAround(middle, width, LINE);
        if (this.holds(box) && !taken.some((other) => overlap(box, other))) return middle;
      }
    }
    return [Math.min(Math.max(x, width / 2), this.width - width / 2), y];
  },

  holds({ left, right, top, bottom }) {
    return left >= 0 && top >= 0 && right <= this.width && bottom <= this.height;
  },

  drawCursor(svg) {
    svg.append(this.circle(this.cursor, "cursor", 8));
    const named = [this.asked, ...this.found.map(({ id }) => id)];
    if (named.includes(this.cursor)) return;
    const text = drawn("text", { class: "cursor-name", "text-anchor": "middle" }, words[this.cursor]);
    svg.append(text);
    const half = text.getComputedTextLength() / 2 + 2;
    const [x, y] = this.at(this.cursor);
    place(text, [Math.min(Math.max(x, half), this.width - half), y < 30 ? y + 20 : y - 18]);
  },

  /** In words: how far the map can be trusted, and what lies at its ends. */
  tell() {
    const both = DATA.shares[0] + DATA.shares[1];
    let start = "";
    if (this.asked !== undefined) {
      const near = this.nearestOnMap(this.asked, NEIGHBOURS);
      const both = this.found.filter(({ id }) => near.includes(id)).length;
      start = `Of the ten nearest neighbours of “${words[this.asked]}”, ${both} are also among the ten words nearest to it on the map. `;
    }
    byId("map-words").textContent =
      `${start}The two directions hold only ${Math.round(100 * both)} % of the differences between words, ` +
      "so words that are alike can lie apart here, and words that lie together need not be alike.";
    const [left, right] = this.ends(0);
    const [bottom, top] = this.ends(1);
    byId("map-ends").textContent = `Furthest left are ${left}; furthest right ${right}. At the top are ${top}; at the bottom ${bottom}.`;
  },

  nearestOnMap(id, top) {
    const away = (other) => distance(stored(other), stored(id));
    const others = this.shown.filter((other) => other !== id);
    return others.sort((one, other) => away(one) - away(other)).slice(0, top);
  },

  /** The five words with the smallest coordinate k, and those with the largest. */
  ends(k) {
    const order = [...this.shown].sort((one, other) => stored(one)[k] - stored(other)[k]);
    return [order.slice(0, 5), order.slice(-5).reverse()].map((end) => end.map((id) => words[id]).join(", "));
  },

  moveTo(id) {
    this.cursor = id;
    this.draw();
  },

  /** The nearest point that lies more that way than aside: (dx, dy) is (1, 0), (0, -1), ... */
  next(dx, dy) {
    const from = this.cursor ?? this.asked ?? this.shown[0];
    const [x, y] = this.at(from);
    const way = (id) => {
      const [p, q] = this.at(id);
      const along = (p - x) * dx + (q - y) * dy;
      const aside = Math.abs((p - x) * dy) + Math.abs((q - y) * dx);
      return along > 0 && along >= aside ? along + aside : Infinity;
    };
    const best = this.shown.reduce((one, other) => (way(other) < way(one) ? other : one));
    return way(best) < Infinity ? best : from;
  },
};

/** An SVG element with its attributes. */
function drawn(name, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function place(text, [x, y]) {
  text.setAttribute("x", x);
  text.setAttribute("y", y + 4); // letters stand on y, and rise about 9 pixels
}

function boxAround([x, y], width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function overlap(one, other) {
  const across = one.left < other.right && other.left < one.right;
  return across && one.top < other.bottom && other.top < one.bottom;
}

/** The point of a box that is nearest to a point. */
function nearestOf({ left, right, top, bottom }, [x, y]) {
  return [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function listenToMap(box) {
  const under = (event) => {
    const frame = box.getBoundingClientRect();
    const spot = [event.clientX - frame.left, event.clientY - frame.top];
    const away = (id) => distance(map.at(id), spot);
    return map.shown.reduce((one, other) => (away(other) < away(one) ? other : one));
  };
  box.addEventListener("pointermove", (event) => {
    const id = under(event);
    if (id !== map.cursor) map.moveTo(id);
  });
  box.addEventListener("pointerleave", () => map.moveTo(undefined));
  box.addEventListener("click", (event) => ask({ word: words[under(event)] }));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && map.cursor !== undefined) ask({ word: words[map.cursor] });
    if (!ARROWS[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault(); // the page stays where it is
    map.moveTo(map.next(...ARROWS[event.key]));
    say("map-said", words[map.cursor]);
  });
  new ResizeObserver(() => box.clientWidth !== map.width && map.draw()).observe(box);
}

/* ---- Suggestions: a combobox, as the ARIA authoring practices describe it ---- */

function suggest(input) {
  const list = element("ul", { id: `${input.id}-words`, role: "listbox", hidden: true });
  list.setAttribute("aria-label", "Words that begin so");
  input.after(list);
  const attributes = { role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [key, value] of Object.entries(attributes)) input.setAttribute(key, value);
  let active = -1; // the option that the arrow keys are on

  const mark = (i) => {
    active = i;
    [...list.children].forEach((option, k) => option.setAttribute("aria-selected", String(k === i)));
    if (i < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[i].id);
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const open = () => {
    const found = completions(tidy(input.value));
    list.replaceChildren(...found.map((word, k) => element("li", { id: `${list.id}-${k}`, role: "option" }, word)));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };
  const choose = (option) => {
    input.value = option.textContent;
    close();
  };
  const keys = {
    ArrowDown: () => (list.hidden ? open() : mark((active + 1) % list.children.length)),
    ArrowUp: () => list.hidden || mark((active <= 0 ? list.children.length : active) - 1),
    Escape: () => (list.hidden ? (input.value = "") : close()),
  };
  input.addEventListener("input", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && active >= 0) choose(list.children[active]); // and the form is sent
    else if (event.key === "Enter") close();
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    choose(option);
    input.form.requestSubmit();
  });
}

/* ---- Begin ---- */

/** After a link elsewhere on the page was followed, show what has changed. */
function goTo(before, now) {
  const changed = (keys) => keys.some((key) => before[key] !== now[key]);
  const part = changed(["a", "b", "c", "without"]) ? "analogy" : "near";
  if (!document.activeElement?.closest(".words-form, #map")) byId(part).focus();
}

function begin() {
  let before = question();
  for (const id of ["word", "a", "b", "c"]) suggest(byId(id));
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    ask({ word: tidy(byId("word").value) });
  });
  byId("ask-analogy").addEventListener("submit", (event) => {
    event.preventDefault();
    ask(Object.fromEntries(["a", "b", "c"].map((id) => [id, tidy(byId(id).value)])));
  });
  byId("least").addEventListener("change", (event) => ask({ least: event.target.value }));
  byId("without").addEventListener("change", (event) => ask({ without: event.target.checked ? "1" : "0" }));
  window.addEventListener("hashchange", () => {
    showAll();
    goTo(before, question());
    before = question();
  });
  listenToMap(byId("map"));
  byId("stored").textContent =
    `The vectors: ${words.length.toLocaleString("en")} words, ${H} numbers each. Each number is stored as one of 255 whole numbers, ` +
    `which changes no cosine between two words by more than ${DATA.cosineError}.`;
  showAll();
}

begin();
