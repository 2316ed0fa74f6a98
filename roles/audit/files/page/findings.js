// Copyright (c) 2026 passrole contributors
// GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// A finding as an article: what is wrong, why it matters, what was seen, what mends it, and the task that does.
"use strict";

// A text of an account must not be a template in the playbook that the fix is copied into. The rule is that of
// plugins/plugin_utils/untrusted_text.py: only texts of these characters need no mark, as no delimiter and no header is made of them.
const INERT = /^[\t\n !"$-z|~]*$/;

class Unsafe {
  constructor(text) {
    this.text = text;
  }
}

const UNSAFE = jsyaml.defineScalarTag("!unsafe", {
  resolve: (text) => text,
  identify: (value) => value instanceof Unsafe,
  represent: (value) => value.text,
});
const PLAYBOOK = jsyaml.YAML11_SCHEMA.withTags(UNSAFE, jsyaml.realMapTag);

function marked(value) {
  if (typeof value === "string") return INERT.test(value) ? value : new Unsafe(value);
  if (Array.isArray(value)) return value.map(marked);
  if (value === null || typeof value !== "object") return value;
  return new Map(Object.entries(value).map(([key, one]) => [marked(key), marked(one)]));
}

function taskOf(finding) {
  const { module, ...options } = finding.fix;
  const name = finding.remedy.replace(/[^ !"$-z|~]/g, " ");
  const task = { name, [`passrole.ec2.${module}`]: { ...options, region: finding.region } };
  return jsyaml.dump([marked(task)], { schema: PLAYBOOK, noRefs: true, lineWidth: -1 });
}

// Without a baseline all are new, and none needs to say so.
const hasBaseline = report.findings.some((finding) => !finding.new);
const opened = new Set();
let allOpen = false;
const isOpen = (finding) => allOpen || opened.has(finding.id);

function article(finding) {
  const severity = rank(finding);
  const open = isOpen(finding);
  const where = [finding.subject_name, finding.accounts.join(", "), finding.regions.join(", ")];
  const button = make(
    "button",
    { type: "button", "aria-expanded": String(open), onclick: () => toggle(finding, element, button) },
    badge(severity),
    make("span", { class: "headline" }, finding.title),
    hasBaseline && finding.new && !finding.silence ? make("span", { class: "chip new" }, "New") : "",
    make("span", { class: "where" }, where.join(" · ")),
  );
  const element = make("article", { class: "finding card", "data-id": finding.id }, make("h3", {}, button), open ? detail(finding) : "");
  return element;
}

function toggle(finding, element, button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  if (open) opened.add(finding.id);
  else opened.delete(finding.id);
  button.setAttribute("aria-expanded", String(open));
  if (open) element.append(detail(finding));
  else element.querySelector(".detail")?.remove();
}

function detail(finding) {
  const guide = rules.get(finding.rule)?.guide ?? "";
  return make(
    "div",
    { class: "detail" },
    make("p", { class: "what" }, finding.what),
    finding.silence ? make("p", { class: "silence" }, silenceOf(finding.silence)) : "",
    make(
      "dl",
      {},
      fact("Why it matters", finding.why, " ", guide.startsWith("https://") ? outside(guide, "AWS tells more") : ""),
      fact(KINDS[finding.subject_type] ?? finding.subject_type, make("code", {}, finding.subject)),
      finding.groupKeys.length
        ? fact(
            "Groups it touches",
            make("span", { class: "links" }, finding.groupKeys.slice(0, 20).map(toChain), more(finding.groupKeys.length - 20)),
          )
        : "",
      fact("What was seen", seen(finding.evidence)),
      Object.keys(finding.controls).length ? fact("The same elsewhere", controlsOf(finding.controls)) : "",
      fact("Remedy", finding.remedy),
    ),
    finding.fix ? fixOf(finding) : "",
    make("p", { class: "ids" }, `Rule ${finding.rule}, finding ${finding.id}`),
  );
}

const more = (number) => (number > 0 ? make("span", {}, `and ${number} more`) : "");
const fact = (name, ...values) => make("div", { class: "fact" }, make("dt", {}, name), make("dd", {}, ...values));
const outside = (address, words) => make("a", { class: "outside", href: address, target: "_blank", rel: "noopener noreferrer" }, words);
const silenceOf = ({ reason, expires }) => `Silenced: ${reason}${expires ? `, until ${expires}` : ""}`;

function toChain(key) {
  return make(
    "button",
    { type: "button", class: "link", onclick: () => go({ ...PLAIN, group: key, view: "chains" }) },
    groupsByKey.get(key)?.name ?? key.split("/").slice(2).join("/"),
  );
}

function seen(value) {
  if (value === null || typeof value !== "object") return make("code", {}, value === null ? "none" : value === "" ? "(empty)" : String(value));
  if (Array.isArray(value))
    return value.length
      ? make(
          "ul",
          {},
          value.map((one) => make("li", {}, seen(one))),
        )
      : make("code", {}, "none");
  return make(
    "dl",
    { class: "seen" },
    Object.entries(value).map(([name, one]) => make("div", {}, make("dt", {}, name.replaceAll("_", " ")), make("dd", {}, seen(one)))),
  );
}

const STANDARDS = { aws_config: "AWS Config", security_hub: "Security Hub", cis: "CIS", prowler: "Prowler", control_tower: "Control Tower" };

function controlsOf(controls) {
  return make(
    "ul",
    { class: "controls" },
    Object.entries(controls).map(([standard, ids]) => make("li", {}, `${STANDARDS[standard] ?? standard} `, make("code", {}, ids.join(", ")))),
  );
}

function fixOf(finding) {
  const yaml = taskOf(finding);
  const said = make("span", { role: "status", class: "said" });
  const copy = make("button", { type: "button", class: "copy", onclick: () => copied(yaml, said) }, "Copy the task");
  return make(
    "figure",
    { class: "fix" },
    make("figcaption", {}, "The task that mends it", said, copy),
    make("pre", { tabindex: "0", "aria-label": "The task that mends it" }, make("code", {}, yaml)),
  );
}

async function copied(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = "Copied";
  } catch {
    said.textContent = byHand(text) ? "Copied" : "Not allowed here; select the text instead";
  }
}

// Where a browser keeps its clipboard from a page, as some do from a file.
function byHand(text) {
  const area = make("textarea", { "aria-hidden": "true", class: "off" });
  const before = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus();
  return done;
}
