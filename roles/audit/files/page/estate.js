// Copyright (c) 2026 passrole contributors
// GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The picture of the whole estate: a cell for each group, as large as it has instances, in the colour and with the letter of its gravest finding.
"use strict";

const HEADING = 20;

class Estate {
  constructor(host, caption, choose) {
    Object.assign(this, { host, caption, choose, by: "place", active: -1, cells: [] });
    host.addEventListener("keydown", (event) => this.key(event));
    host.addEventListener("focus", () => this.activate(Math.max(this.active, 0)));
    host.addEventListener("blur", () => this.activate(-1, true));
    host.addEventListener("click", (event) => this.clicked(event));
    host.addEventListener("pointerover", (event) => this.tell(this.cellOf(event)));
    new ResizeObserver(() => this.resize()).observe(host);
  }

  cellOf(event) {
    const element = event.target.closest("[data-cell]");
    return element ? this.cells[Number(element.dataset.cell)] : undefined;
  }

  clicked(event) {
    const cell = this.cellOf(event);
    if (cell) this.choose(cell.group.key);
  }

  resize() {
    const width = Math.floor(this.host.clientWidth);
    if (!width || width === this.width) return;
    this.width = width;
    this.layout();
  }

  arrange(by) {
    this.by = by;
    this.layout();
  }

  tree() {
    const together = gathered(groups, (group) => (this.by === "role" ? roleOf(group) || "no role" : `${group.account} ${group.region}`));
    const order = (one, other) => gravest(one.findings) - gravest(other.findings) || (one.name < other.name ? -1 : 1);
    return { children: [...together].map(([name, members]) => ({ name, children: members.sort(order) })) };
  }

  layout() {
    if (!this.width || !groups.length) return;
    const height = Math.max(200, Math.min(560, Math.ceil((groups.length * (this.width < 600 ? 150 : 240)) / this.width / 20) * 20 + 120));
    const root = d3.hierarchy(this.tree()).sum((one) => (one.children ? 0 : 1 + Math.sqrt(one.instances.length)));
    root.sort((one, other) => (one.depth === 1 ? other.value - one.value : 0));
    const tall = root.children.length < 60;
    d3
      .treemap()
      .size([this.width, height])
      .paddingOuter(2)
      .paddingInner(2)
      .paddingTop((node) => (node.depth === 1 && tall ? HEADING : 2))(root);
    this.cells = root.leaves().map((leaf, place) => ({ group: leaf.data, leaf, place }));
    const headings = tall ? root.children.map((node) => this.heading(node)) : [];
    const svg = draw(
      "svg",
      { width: this.width, height, viewBox: `0 0 ${this.width} ${height}`, "aria-hidden": null, role: "presentation" },
      headings,
      this.cells.map((cell) => this.cell(cell)),
    );
    this.host.replaceChildren(svg);
    if (this.shown) this.show(this.shown, this.chosen);
  }

  heading(node) {
    const wide = node.x1 - node.x0;
    const text = fitted(`${node.data.name} · ${node.children.length}`, wide - 8, 12, 600);
    return draw("text", { class: "place", x: node.x0 + 4, y: node.y0 + 14, "aria-hidden": "true" }, wide > 40 ? text : "");
  }

  cell(cell) {
    const { x0, x1, y0, y1 } = cell.leaf;
    const [wide, high] = [x1 - x0, y1 - y0];
    cell.letter = draw("text", { class: "letter", x: x0 + wide / 2, y: y0 + high / 2, "text-anchor": "middle", "dominant-baseline": "central" });
    const parts = [draw("rect", { x: x0, y: y0, width: Math.max(wide, 0), height: Math.max(high, 0), rx: Math.min(4, wide / 5) }), cell.letter];
    if (wide > 64 && high > 34) {
      cell.letter.setAttribute("y", y0 + high / 2 - 8);
      parts.push(
        draw(
          "text",
          { class: "name", x: x0 + wide / 2, y: y0 + high / 2 + 9, "text-anchor": "middle", "dominant-baseline": "central" },
          fitted(cell.group.name, wide - 10, 11),
        ),
      );
    } else if (wide < 7 || high < 7) cell.letter = null;
    else if (wide < 12 || high < 13) cell.letter.classList.add("small");
    cell.element = draw(
      "g",
      { id: `cell-${cell.place}`, role: "option", "data-cell": cell.place, "aria-selected": "false" },
      parts.filter((part) => part !== null && (part.localName === "rect" || cell.letter)),
    );
    return cell.element;
  }

  show(shown, chosen) {
    Object.assign(this, { shown, chosen });
    for (const cell of this.cells) {
      const severity = shown.get(cell.group.key);
      const out = severity === undefined;
      cell.element.setAttribute("class", `cell ${out ? "out" : `s${severity}`}${cell.group.key === chosen ? " chosen" : ""}`);
      cell.element.setAttribute("aria-label", this.words(cell.group, severity));
      cell.element.setAttribute("aria-selected", String(cell.group.key === chosen));
      if (cell.letter) cell.letter.textContent = out ? "" : severity === CLEAN ? "✓" : LETTERS[severity];
    }
  }

  words(group, severity) {
    const found = severity === undefined ? "not asked for" : NAMES[severity].toLowerCase();
    return `${group.name}, ${group.account} ${group.region}, ${plural(group.instances.length, "instance")}, ${plural(group.findings.length, "finding")}: ${found}`;
  }

  tell(cell) {
    if (cell) this.caption.textContent = this.words(cell.group, this.shown.get(cell.group.key));
  }

  activate(place, leave = false) {
    this.cells[this.active]?.element.classList.remove("active");
    if (leave) return;
    this.active = Math.min(place, this.cells.length - 1);
    const cell = this.cells[this.active];
    if (!cell) return;
    cell.element.classList.add("active");
    this.host.setAttribute("aria-activedescendant", cell.element.id);
    this.tell(cell);
  }

  key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -this.active, End: this.cells.length - 1 - this.active };
    if (event.key in steps) this.activate(Math.max(0, this.active + steps[event.key]));
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.activate(this.beyond(event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter" || event.key === " ") this.choose(this.cells[this.active]?.group.key ?? "");
    else return;
    event.preventDefault();
  }

  // The nearest cell below or above.
  beyond(way) {
    const here = this.cells[this.active]?.leaf;
    if (!here) return 0;
    const middle = (here.x0 + here.x1) / 2;
    const edge = way > 0 ? here.y1 : here.y0;
    const far = ({ leaf }) => {
      const away = way > 0 ? leaf.y0 - edge : edge - leaf.y1;
      return away < 0 ? Infinity : away * 2 + Math.abs((leaf.x0 + leaf.x1) / 2 - middle);
    };
    const next = this.cells.reduce((best, cell) => (far(cell) < far(best) ? cell : best), this.cells[this.active]);
    return next.place;
  }
}

const pen = document.createElement("canvas").getContext("2d");
const typeface = getComputedStyle(document.documentElement).fontFamily;

// As much of a text as has room, and three dots.
function fitted(text, room, size, weight = 400) {
  pen.font = `${weight} ${size}px ${typeface}`;
  if (pen.measureText(text).width <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return low ? `${text.slice(0, low)}…` : "";
}
