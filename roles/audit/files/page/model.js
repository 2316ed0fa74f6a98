// Copyright (c) 2026 passrole contributors
// GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the report tells, and which of it is asked for. Touches no element but the one that holds the report.
"use strict";

const SEVERITIES = ["critical", "high", "medium", "low", "informational"];
const CLEAN = SEVERITIES.length;
const NAMES = ["Critical", "High", "Medium", "Low", "Informational", "Nothing found"];
const LETTERS = ["C", "H", "M", "L", "I", ""];
const KINDS = {
  auto_scaling_group: "Auto Scaling group",
  launch_template: "Launch template",
  launch_configuration: "Launch configuration",
  instance_profile: "Instance profile",
  iam_role: "IAM role",
  ec2_instance: "Instance",
};

const report = JSON.parse(document.getElementById("report").textContent);

const keyOf = (target, name) => `${target.account_id}/${target.region}/${name}`;
const rank = (finding) => SEVERITIES.indexOf(finding.severity);
const gravest = (findings) => findings.reduce((worst, finding) => Math.min(worst, rank(finding)), CLEAN);
const distinct = (values) => [...new Set(values)].sort();
const mapBy = (values, key) => new Map(values.map((value) => [value[key], value]));

const rules = mapBy(report.rules, "rule");
// What a finding has of its rule is told there once.
for (const finding of [...report.findings, ...report.silenced]) {
  const { title, why, controls } = rules.get(finding.rule) ?? {};
  Object.assign(finding, { title, why, controls, ...finding });
}
const groups = report.estate.flatMap((target) =>
  target.groups.map((group) => ({
    ...group,
    account: target.account_id,
    region: target.region,
    key: keyOf(target, group.name),
    findings: [],
    target,
  })),
);
const groupsByKey = mapBy(groups, "key");

for (const target of report.estate) {
  target.sourceById = mapBy(target.sources, "id");
  target.profileByName = mapBy(target.instance_profiles, "name");
  target.roleByName = mapBy(target.roles, "name");
}

for (const finding of [...report.findings, ...report.silenced]) {
  finding.groupKeys = finding.targets.flatMap((target) => target.groups.map((name) => keyOf(target, name)));
}

for (const finding of report.findings) {
  for (const key of new Set(finding.groupKeys)) {
    groupsByKey.get(key)?.findings.push(finding);
  }
}

function gathered(values, keyOf) {
  const together = new Map();
  for (const value of values) {
    const key = keyOf(value);
    if (together.has(key)) together.get(key).push(value);
    else together.set(key, [value]);
  }
  return together;
}

const findingsBySubject = gathered(report.findings, (finding) => finding.subject);

const roleOf = (group) => {
  const source = group.target.sourceById.get(group.sources[0]);
  return group.target.profileByName.get(source?.instance_profile)?.role ?? "";
};

// What is asked for lives in the address, so that a view can be kept and sent.
const VIEWS = ["findings", "chains", "rules", "silenced"];
const PLAIN = { view: "findings", account: "", region: "", rule: "", q: "", group: "", severity: [], fresh: false };
let asked = { ...PLAIN };

function fromAddress(hash) {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const view = words.get("view");
  return {
    view: VIEWS.includes(view) ? view : PLAIN.view,
    account: words.get("account") ?? "",
    region: words.get("region") ?? "",
    rule: words.get("rule") ?? "",
    q: words.get("q") ?? "",
    group: words.get("group") ?? "",
    severity: (words.get("severity") ?? "").split(",").filter((one) => SEVERITIES.includes(one)),
    fresh: words.get("new") === "1",
  };
}

function toAddress(state) {
  const words = new URLSearchParams();
  for (const name of ["account", "region", "rule", "q", "group"]) {
    if (state[name]) words.set(name, state[name]);
  }
  if (state.severity.length) words.set("severity", state.severity.join(","));
  if (state.fresh) words.set("new", "1");
  if (state.view !== PLAIN.view) words.set("view", state.view);
  return words.toString();
}

const textOf = (finding) => (finding.text ??= lowered(finding));

function lowered(finding) {
  const words = [
    finding.id,
    finding.rule,
    finding.title,
    finding.what,
    finding.subject,
    finding.subject_name,
    finding.remedy,
    ...finding.groups,
    ...finding.accounts,
    ...finding.regions,
    JSON.stringify(finding.evidence),
    JSON.stringify(finding.controls),
  ];
  return words.join("\n").toLowerCase();
}

const textOfGroup = (group) =>
  (group.text ??= [group.name, group.arn, group.account, group.region, roleOf(group), JSON.stringify(group.tags)].join("\n").toLowerCase());

let split = { q: "", words: [] };
const wordsOf = ({ q }) => (split.q === q ? split : (split = { q, words: q.toLowerCase().split(/\s+/).filter(Boolean) })).words;
const hasAll = (text, words) => words.every((word) => text.includes(word));

// A finding is in an account and a region if one and the same place is both.
const isIn = (finding, account, region) =>
  finding.targets.some((one) => (!account || one.account_id === account) && (!region || one.region === region));

function matches(finding, state, but = "") {
  const words = wordsOf(state);
  return (
    isIn(finding, but === "account" ? "" : state.account, but === "region" ? "" : state.region) &&
    (but === "rule" || !state.rule || finding.rule === state.rule) &&
    (but === "severity" || !state.severity.length || state.severity.includes(finding.severity)) &&
    (!state.fresh || finding.new) &&
    (!state.group || finding.groupKeys.includes(state.group)) &&
    (!words.length || hasAll(textOf(finding), words))
  );
}

const asksOfFindings = (state) => Boolean(state.rule || state.severity.length || state.fresh);

// A group is shown with its findings, and if only words are asked for also by its own name and tags.
function matchesGroup(group, state, found) {
  const place = (!state.account || group.account === state.account) && (!state.region || group.region === state.region);
  if (!place || (state.group && group.key !== state.group)) return false;
  if (found.length) return true;
  return !asksOfFindings(state) && hasAll(textOfGroup(group), wordsOf(state));
}

function answer(state) {
  const findings = report.findings.filter((finding) => matches(finding, state));
  const among = new Set(findings);
  const shown = new Map();
  for (const group of groups) {
    const found = group.findings.filter((finding) => among.has(finding));
    if (matchesGroup(group, state, found)) shown.set(group.key, gravest(found));
  }
  return { findings, shown, silenced: report.silenced.filter((finding) => matches(finding, { ...state, fresh: false })) };
}

function counts(state, facet, valuesOf) {
  const found = new Map();
  for (const finding of report.findings) {
    if (!matches(finding, state, facet)) continue;
    for (const value of valuesOf(finding)) found.set(value, (found.get(value) ?? 0) + 1);
  }
  return found;
}
