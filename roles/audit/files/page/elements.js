// Copyright (c) 2026 passrole contributors
// GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Elements, made of text alone: whatever a name or a tag says is never markup.
"use strict";

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const make = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);
const byId = (id) => document.getElementById(id);
const plural = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
const badge = (severity, text = NAMES[severity]) => make("span", { class: `badge s${severity}` }, text);

// A long list of which only what is near the screen has elements; the rest is room of the right height.
class Lazy {
  constructor(host, size, height, render) {
    Object.assign(this, { host, size, height, render, chunks: [] });
    this.observer = new IntersectionObserver((seen) => seen.forEach((one) => this.toggle(one.target, one.isIntersecting)), {
      rootMargin: "900px 0px",
    });
  }

  show(items) {
    this.observer.disconnect();
    this.items = items;
    const number = Math.ceil(items.length / this.size);
    this.chunks = Array.from({ length: number }, (_, place) => {
      const chunk = make("div", { class: "chunk" });
      chunk.place = place;
      chunk.style.minHeight = `${this.height * this.of(chunk).length}px`;
      return chunk;
    });
    this.host.replaceChildren(...this.chunks);
    if (this.chunks.length) this.fill(this.chunks[0]);
    this.chunks.forEach((chunk) => this.observer.observe(chunk));
  }

  of(chunk) {
    return this.items.slice(chunk.place * this.size, (chunk.place + 1) * this.size);
  }

  toggle(chunk, near) {
    if (near) this.fill(chunk);
    else if (chunk.childElementCount && !this.all && !chunk.contains(document.activeElement)) this.empty(chunk);
  }

  fill(chunk) {
    if (chunk.childElementCount) return;
    chunk.replaceChildren(...this.of(chunk).map(this.render));
    chunk.style.minHeight = "";
  }

  empty(chunk) {
    const height = chunk.offsetHeight;
    if (!height) return;
    chunk.replaceChildren();
    chunk.style.minHeight = `${height}px`;
  }

  again() {
    this.chunks.filter((chunk) => chunk.childElementCount).forEach((chunk) => chunk.replaceChildren(...this.of(chunk).map(this.render)));
  }

  // A printer has no screen to scroll.
  everything(all) {
    this.all = all;
    if (all) this.chunks.forEach((chunk) => this.fill(chunk));
    else this.show(this.items);
  }

  reveal(item) {
    const chunk = this.chunks[Math.floor(this.items.indexOf(item) / this.size)];
    if (chunk) this.fill(chunk);
  }
}
