// Copyright (c) 2026 passrole contributors
// GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The page put together: figures, filters, the views and their keys.
"use strict";

const isNarrow = () => window.innerWidth < 760;

const lists = {
  findings: new Lazy(byId("findings-list"), 25, 74, article),
  chains: new Lazy(byId("chains-list"), 4, 320, chainCard),
  silenced: new Lazy(byId("silenced-list"), 25, 74, article),
};
const estate = new Estate(byId("estate-map"), byId("estate-caption"), (key) => go({ group: asked.group === key ? "" : key }));
let answered = { findings: [], shown: new Map(), silenced: [] };
let listed = {};

function go(change) {
  asked = { ...asked, ...change };
  const address = toAddress(asked);
  history.replaceState(null, "", address ? `#${address}` : location.pathname + location.search);
  refresh();
}

function refresh() {
  answered = answer(asked);
  listed = { ...listed, findings: null, chains: null, silenced: null };
  figures();
  choices();
  views();
  estate.show(answered.shown, asked.group);
  byId("status").textContent =
    `${plural(answered.findings.length, "finding")} of ${report.findings.length.toLocaleString("en")}, on ${plural(answered.shown.size, "group")} of ${groups.length.toLocaleString("en")}`;
  byId("clear").hidden = toAddress({ ...asked, view: PLAIN.view }) === "";
  const group = byId("group-chip");
  group.hidden = !asked.group;
  group.querySelector("span").textContent = groupsByKey.get(asked.group)?.name ?? asked.group;
}

function figures() {
  const bySeverity = counts(asked, "severity", (finding) => [finding.severity]);
  byId("severities").replaceChildren(
    ...SEVERITIES.map((name, severity) => {
      const number = bySeverity.get(name) ?? 0;
      const on = asked.severity.includes(name);
      const other = on ? asked.severity.filter((one) => one !== name) : [...asked.severity, name];
      const press = () => (go({ severity: other }), byId(`severity-${name}`).focus());
      return make(
        "button",
        { type: "button", id: `severity-${name}`, class: `figure severity s${severity}`, "aria-pressed": String(on), onclick: press },
        make("b", {}, number.toLocaleString("en")),
        make("span", {}, NAMES[severity]),
      );
    }),
  );
}

function choices() {
  choose(
    "account",
    "All accounts",
    counts(asked, "account", (finding) => finding.accounts),
    distinct(report.targets.map((one) => one.account_id)),
  );
  choose(
    "region",
    "All regions",
    counts(asked, "region", (finding) => finding.regions),
    distinct(report.targets.map((one) => one.region)),
  );
  choose(
    "rule",
    "All rules",
    counts(asked, "rule", (finding) => [finding.rule]),
    report.rules.map((one) => one.rule),
  );
  if (byId("q").value !== asked.q) byId("q").value = asked.q;
  byId("new").checked = asked.fresh;
}

function choose(name, all, found, values) {
  const option = (value, words) => make("option", { value, selected: asked[name] === value }, words);
  byId(name).replaceChildren(option("", all), ...values.map((value) => option(value, `${value} (${found.get(value) ?? 0})`)));
  byId(name).value = asked[name];
}

function views() {
  const numbers = { findings: answered.findings.length, chains: answered.shown.size, rules: report.rules.length, silenced: answered.silenced.length };
  for (const view of VIEWS) {
    const tab = byId(`tab-${view}`);
    const on = asked.view === view;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    tab.querySelector(".number").textContent = numbers[view].toLocaleString("en");
    byId(`view-${view}`).hidden = !on;
  }
  list(asked.view);
}

// A view is filled when it is looked at.
function list(view) {
  if (!(view in lists) || listed[view]) return;
  listed[view] = true;
  const items = { findings: () => answered.findings, chains: inOrder, silenced: () => answered.silenced }[view]();
  lists[view].show(items);
  byId(`${view}-none`).hidden = items.length > 0;
}

const inOrder = () =>
  groups.filter((group) => answered.shown.has(group.key)).sort((one, other) => answered.shown.get(one.key) - answered.shown.get(other.key));

function chainCard(group) {
  const severity = gravest(group.findings);
  const tags = Object.entries(group.tags)
    .slice(0, 6)
    .map(([name, value]) => make("span", { class: "chip" }, `${name}: ${value}`));
  const found = group.findings
    .slice(0, 6)
    .map((finding) =>
      make("li", {}, badge(rank(finding)), make("button", { type: "button", class: "link", onclick: () => show(finding, group) }, finding.title)),
    );
  const toAll = make(
    "li",
    {},
    make("button", { type: "button", class: "link", onclick: () => go({ ...PLAIN, group: group.key }) }, `All ${group.findings.length} findings`),
  );
  return make(
    "article",
    { class: "chain card", "data-group": group.key },
    make("h3", {}, badge(severity), " ", make("span", { class: "name" }, group.name)),
    make("p", { class: "where" }, `${group.account} · ${group.region}`, tags.length ? make("span", { class: "tags" }, tags) : ""),
    make(
      "div",
      { class: "drawing", tabindex: "0", role: "group", "aria-label": `Chain of ${group.name}` },
      drawing(group, isNarrow(), (subject) => go({ ...PLAIN, q: subject })),
    ),
    found.length ? make("ul", { class: "of-chain" }, found, group.findings.length > 6 ? toAll : "") : "",
  );
}

function show(finding, group) {
  opened.add(finding.id);
  go({ ...PLAIN, group: group.key });
  lists.findings.reveal(finding);
  document.querySelector(`#findings-list [data-id="${CSS.escape(finding.id)}"] button`)?.focus();
}

function ruleCard(rule) {
  const found = report.findings.filter((finding) => finding.rule === rule.rule).length;
  const count = found
    ? make("button", { type: "button", class: "link", onclick: () => go({ ...PLAIN, rule: rule.rule }) }, plural(found, "finding"))
    : make("span", { class: "quiet" }, "nothing found");
  return make(
    "article",
    { class: "rule card" },
    make("h3", {}, badge(SEVERITIES.indexOf(rule.severity)), " ", make("span", { class: "headline" }, rule.title)),
    make("p", {}, rule.why, " ", rule.guide.startsWith("https://") ? outside(rule.guide, "AWS tells more") : ""),
    make("p", { class: "where" }, make("code", {}, rule.rule), " · ", count),
    Object.keys(rule.controls).length ? controlsOf(rule.controls) : "",
  );
}

function still() {
  const { summary } = report;
  const at = report.targets
    .map((one) => one.audited_at)
    .sort()
    .pop();
  const when = at ? new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(new Date(at)) : "";
  byId("subtitle").textContent = [
    plural(summary.accounts, "account"),
    plural(summary.regions, "region"),
    plural(summary.rules, "rule"),
    when && `${when} UTC`,
  ]
    .filter(Boolean)
    .join(" · ");
  const totals = [
    [summary.auto_scaling_groups, "Groups"],
    [summary.instances, "Instances"],
    [summary.iam_roles, "Roles"],
    [report.findings.length, "Findings"],
    [summary.new, "New"],
    [summary.silenced, "Silenced"],
    [summary.fixable, "With a fix"],
  ];
  byId("totals").replaceChildren(
    ...totals.map(([number, name]) => make("div", { class: "figure" }, make("dt", {}, name), make("dd", {}, number.toLocaleString("en")))),
  );
  byId("legend").replaceChildren(
    ...NAMES.map((name, severity) =>
      make("li", {}, make("span", { class: `swatch s${severity}`, "aria-hidden": "true" }, LETTERS[severity] || "✓"), name),
    ),
  );
  byId("rules-list").replaceChildren(...report.rules.map(ruleCard));
  byId("not-judged").hidden = !report.not_judged.length;
  byId("not-judged-list").replaceChildren(...report.not_judged.map((one) => make("li", {}, `${one.account_id} ${one.region}: ${one.what}`)));
  byId("estate").hidden = !groups.length;
}

function keys(event) {
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    byId("q").focus();
    byId("q").select();
  } else if (event.key === "Escape" && event.target === byId("q")) go({ q: "" });
  else if (event.target.matches("[role=tab]")) alongTabs(event);
  else if (event.target.matches(".finding h3 button")) alongFindings(event);
}

function alongTabs(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const place = { Home: 0, End: VIEWS.length - 1 }[event.key] ?? (step && (VIEWS.indexOf(asked.view) + step + VIEWS.length) % VIEWS.length);
  if (place === undefined) return;
  event.preventDefault();
  go({ view: VIEWS[place] });
  byId(`tab-${VIEWS[place]}`).focus();
}

function alongFindings(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const buttons = [...event.target.closest(".list").querySelectorAll(".finding h3 button")];
  const next = buttons[buttons.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function openAll() {
  allOpen = !allOpen;
  opened.clear();
  byId("open-all").textContent = allOpen ? "Close all" : "Open all";
  lists.findings.again();
}

let openOnScreen = false;

function printing(on) {
  if (on) {
    openOnScreen = allOpen;
    allOpen = true;
    lists.findings.show(answered.findings);
  } else allOpen = openOnScreen;
  lists.findings.everything(on);
  listed.findings = true;
}

const THEMES = ["auto", "light", "dark"];

function theme(name) {
  document.documentElement.dataset.theme = name;
  byId("theme").value = name;
  try {
    localStorage.setItem("passrole-theme", name);
  } catch {
    // A browser may keep its storage from a file; the choice then lasts as long as the page.
  }
}

function lastTheme() {
  try {
    return localStorage.getItem("passrole-theme");
  } catch {
    return null;
  }
}

function listen() {
  let later;
  byId("q").addEventListener("input", (event) => {
    clearTimeout(later);
    later = setTimeout(() => go({ q: event.target.value }), 120);
  });
  for (const name of ["account", "region", "rule"]) byId(name).addEventListener("change", (event) => go({ [name]: event.target.value }));
  byId("new").addEventListener("change", (event) => go({ fresh: event.target.checked }));
  byId("clear").addEventListener("click", () => (go({ ...PLAIN, view: asked.view }), byId("q").focus()));
  byId("group-chip").addEventListener("click", () => (go({ group: "" }), byId("q").focus()));
  byId("open-all").addEventListener("click", openAll);
  byId("theme").addEventListener("change", (event) => theme(event.target.value));
  byId("by").addEventListener("change", (event) => estate.arrange(event.target.value));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  VIEWS.forEach((view) => byId(`tab-${view}`).addEventListener("click", () => go({ view })));
  document.addEventListener("keydown", keys);
  window.addEventListener("hashchange", () => ((asked = fromAddress(location.hash)), refresh()));
  window.addEventListener("beforeprint", () => printing(true));
  window.addEventListener("afterprint", () => printing(false));
  window.matchMedia("(max-width: 759px)").addEventListener("change", () => lists.chains.items && lists.chains.again());
}

const last = lastTheme();
theme(THEMES.includes(last) ? last : "auto");
asked = fromAddress(location.hash);
still();
listen();
refresh();
document.documentElement.dataset.ready = "true";
