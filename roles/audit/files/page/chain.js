// Copyright (c) 2026 passrole contributors
// GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The chain of one group as a drawing: group, launch source, instances, instance profile, role and policies, each with what is found of it.
"use strict";

const ROOM = { width: 154, wide: 190, line: 17, edge: 6 };
const MANY = 4;
// As small as a drawing is made before it is scrolled.
const LEAST = 0.8;

const few = (names) => (names.length > MANY ? [...names.slice(0, MANY - 1), `and ${names.length - MANY + 1} more`] : names);
const isHere = (group) => (finding) => finding.targets.some((one) => one.account_id === group.account && one.region === group.region);
const foundOf = (group, ...arns) => arns.flatMap((arn) => findingsBySubject.get(arn) ?? []).filter(isHere(group));

// The nodes and edges of a group's chain, as values.
function chainOf(group) {
  const { target } = group;
  const nodes = new Map();
  const edges = [];
  const add = (id, kind, name, lines, found) => nodes.has(id) || nodes.set(id, { id, kind, name, lines: lines.filter(Boolean), found });
  const join = (from, to, kind = "") => edges.some((one) => one.from === from && one.to === to) || edges.push({ from, to, kind });

  const identity = (from, name, kind) => {
    if (!name) return;
    const profile = target.profileByName.get(name);
    const id = `profile ${name}`;
    add(id, "Instance profile", name, [profile ? "" : "is not there"], profile ? foundOf(group, profile.arn) : []);
    join(from, id, kind);
    if (profile?.role) roleOfProfile(id, profile.role);
  };

  const roleOfProfile = (from, name) => {
    const role = target.roleByName.get(name);
    const id = `role ${name}`;
    const bound = role?.permissions_boundary ? `bounded by ${role.permissions_boundary.split("/").pop()}` : "";
    add(id, "Role", name, [role ? bound : "is not there"], role ? foundOf(group, role.arn) : []);
    join(from, id);
    if (!role?.policies.length) return;
    const named = role.policies.map((policy) => (policy.kind === "inline" ? `${policy.name} (inline)` : policy.name));
    add(`policies ${name}`, plural(role.policies.length, "policy", "policies"), "", few(named), []);
    join(id, `policies ${name}`);
  };

  add("group", "Auto Scaling group", group.name, [`wants ${plural(group.desired_capacity, "instance")}`], foundOf(group, group.arn));
  group.sources.forEach((id, place) => {
    const source = target.sourceById.get(id);
    if (!source) {
      add(id, "Launch source", id, ["is not there"], []);
      join("group", id);
      return;
    }
    const asked = source.asked.filter((one) => one !== source.version).join(", ");
    const version = [source.version && `version ${source.version}`, asked && `asked for as ${asked}`];
    const kind = source.kind === "launch_template" ? "Launch template" : "Launch configuration";
    add(id, kind, source.name, [...version, source.instance_profile ? "" : "no instance profile"], foundOf(group, source.arn));
    join("group", id, place ? "also" : "");
    identity(id, source.instance_profile);
  });

  const alike = (one) => [one.launched_from, one.instance_profile, one.instance_profile_id, one.up_to_date].join(" ");
  for (const [key, members] of gathered(group.instances, alike)) {
    const [first] = members;
    const from = nodes.has(first.launched_from) ? first.launched_from : "group";
    const lines = [first.up_to_date ? "up to date" : "behind", ...few(members.map((one) => one.id))];
    add(key, plural(members.length, "instance"), "", lines, foundOf(group, ...members.map((one) => one.arn)));
    nodes.get(key).instances = true;
    join(from, key);
    identity(key, first.instance_profile, "carries");
  }
  return { nodes: [...nodes.values()], edges };
}

function laidOut({ nodes, edges }, narrow) {
  const graph = new dagre.graphlib.Graph().setDefaultEdgeLabel(() => ({}));
  graph.setGraph({ rankdir: narrow ? "TB" : "LR", nodesep: 18, ranksep: narrow ? 28 : 30, marginx: 3, marginy: 3 });
  // Without instances the drawing is a column shorter.
  const width = narrow || nodes.some((node) => node.instances) ? ROOM.width : ROOM.wide;
  for (const node of nodes) {
    const lines = node.lines.length + (node.name ? 1 : 0) + (node.found.length ? 1 : 0);
    graph.setNode(node.id, { width, height: 28 + lines * ROOM.line + 6 });
  }
  edges.forEach((edge) => graph.setEdge(edge.from, edge.to));
  dagre.layout(graph);
  return graph;
}

function box(node, { x, y, width, height }, onFound) {
  const severity = gravest(node.found);
  const text = (line, className, words) =>
    draw(
      "text",
      { class: className, x: 14, y: 21 + line * ROOM.line },
      fitted(words, width - 20, className === "name" ? 14 : 12, className === "name" || className.startsWith("found") ? 650 : 400),
    );
  const lines = [text(0, "kind", node.kind)];
  if (node.name) lines.push(text(1, "name", node.name));
  node.lines.forEach((words) => lines.push(text(lines.length, "note", words)));
  if (node.found.length)
    lines.push(text(lines.length, `found s${severity}`, `${NAMES[severity]}${node.found.length > 1 ? ` +${node.found.length - 1}` : ""}`));
  const shape = [
    draw("title", {}, [node.kind, node.name, ...node.lines].filter(Boolean).join("\n")),
    draw("rect", { class: "body", width, height, rx: 8 }),
    draw("rect", { class: "stripe", width: 4, height: height - 16, x: 0, y: 8, rx: 2 }),
    ...lines,
  ];
  const place = `translate(${x - width / 2} ${y - height / 2})`;
  const link = node.found.length && {
    role: "button",
    tabindex: "0",
    "aria-label": `${node.kind} ${node.name}: ${plural(node.found.length, "finding")}, show them`,
    onclick: () => onFound(node.found[0].subject),
  };
  const element = draw("g", { class: `node s${severity}`, transform: place, ...(link || {}) }, shape);
  if (link) element.addEventListener("keydown", (event) => pressed(event) && onFound(node.found[0].subject));
  return element;
}

const pressed = (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), true);

function line(points) {
  const [first, ...rest] = points;
  const middles = rest.slice(0, -1).map((point, place) => {
    const next = rest[place + 1];
    const end = place === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return `M${first.x} ${first.y}${rest.length === 1 ? `L${rest[0].x} ${rest[0].y}` : middles.join("")}`;
}

function drawing(group, narrow, onFound) {
  const chain = chainOf(group);
  const graph = laidOut(chain, narrow);
  const points = graph.edges().flatMap((edge) => graph.edge(edge).points);
  // dagre leaves the bends of edges out of its size.
  const width = Math.max(graph.graph().width, ...points.map((point) => point.x + ROOM.edge));
  const top = Math.min(0, ...points.map((point) => point.y - ROOM.edge));
  const height = Math.max(graph.graph().height, ...points.map((point) => point.y + ROOM.edge)) - top;
  const edges = chain.edges.map((edge) =>
    draw("path", { class: `edge ${edge.kind}`, d: line(graph.edge(edge.from, edge.to).points), "marker-end": "url(#arrow)" }),
  );
  const boxes = chain.nodes.map((node) => box(node, graph.node(node.id), onFound));
  const told = chain.edges.map((edge) => `${named(chain, edge.from)} to ${named(chain, edge.to)}`).join("; ");
  const svg = draw(
    "svg",
    { class: "chain-drawing", width, height, viewBox: `0 ${top} ${width} ${height}`, role: "group", "aria-label": `Chain of ${group.name}: ${told}` },
    edges,
    boxes,
  );
  svg.style.minWidth = `${width * LEAST}px`;
  return svg;
}

function named(chain, id) {
  const node = chain.nodes.find((one) => one.id === id);
  return `${node.kind.toLowerCase()} ${node.name || node.lines.join(" ")}`;
}
