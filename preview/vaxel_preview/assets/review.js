// The review: the ghost of what was approved in every pane, differences in words first; approve, publish, roll back, proofs.
import { ask } from "./asking.js";
import { add } from "./commands.js";
import { address, desk, inside, panes, remember } from "./desk.js";
import { panel, showPanel } from "./studio.js";

const $ = (id) => document.getElementById(id);
const MODES = ["ghost", "swipe", "twoup", "overlay", "onlydiff"];
const ghost = { on: false, mode: "ghost", part: 50, due: 0, turn: 0, panes: {} };

// ---- the ghost in every pane
function turn(on = !ghost.on, mode = ghost.mode) {
  ghost.on = on;
  ghost.mode = mode;
  $("compare").hidden = !on;
  $("compare-on").setAttribute("aria-pressed", String(on));
  $("ghost-words").hidden = !on;
  remember("compare", on ? mode : "");
  for (const one of document.getElementsByName("mode")) one.checked = one.value === mode;
  if (on) load(); else clear();
}
function clear() {
  for (const old of document.querySelectorAll(".spirit, .changed-mark")) old.remove();
  for (const pane of panes()) pane.classList.remove("compared", "same", ...MODES.map((mode) => `as-${mode}`));
}
function later() {
  clearTimeout(ghost.due);
  if (ghost.on) ghost.due = setTimeout(load, 350);
}
async function load() {
  const turn_ = ++ghost.turn;
  const { status, said } = await ask("/review/ghost");
  if (turn_ !== ghost.turn || !ghost.on) return;
  if (status !== 200) { $("compare-said").textContent = said.sentence || "There is nothing to compare with."; return clear(); }
  ghost.panes = said.panes;
  const changed = Object.values(said.panes).filter((one) => one.changed).length;
  $("compare-said").textContent = `${changed ? `${changed} ${changed === 1 ? "pane differs" : "panes differ"}` : "The same in every pane"} · against: ${said.label}`;
  draw();
  words(said);
}
function draw() {
  clear();
  $("compare").dataset.mode = ghost.mode;
  document.querySelector(".wall").classList.toggle("differing", Object.values(ghost.panes).some((one) => one.changed));
  for (const [id, one] of Object.entries(ghost.panes)) {
    const pane = $(id);
    if (!pane || pane.classList.contains("absent")) continue;
    pane.classList.add("compared", `as-${ghost.mode}`);
    pane.classList.toggle("same", !one.changed);
    if (!one.changed) continue;
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = "changed-mark";
    mark.textContent = `${one.words.length || "new"} ${one.words.length === 1 ? "change" : one.words.length ? "changes" : ""}`;
    mark.title = one.words.slice(0, 8).join("\n");
    mark.onclick = () => showPanel("review");
    pane.querySelector(".pane-head .facts").prepend(mark);
    const stage = pane.querySelector(".stage");
    const spirit = document.createElement("div");
    spirit.className = "spirit";
    spirit.setAttribute("aria-hidden", "true");
    const page = new DOMParser().parseFromString(one.html, "text/html");
    for (const part of [...page.querySelector(".stage").children]) spirit.append(document.adoptNode(part));
    for (const part of spirit.querySelectorAll("[data-part], [tabindex], button, a, iframe")) { part.removeAttribute("data-part"); part.tabIndex = -1; }
    stage.append(spirit);
    const [old, now] = [spirit.querySelector("iframe"), stage.querySelector("iframe:not(.spirit iframe)")];
    if (old && now) old.addEventListener("load", () => follow(old, now));
  }
  part();
}
// A page under its ghost is scrolled as one.
function follow(old, now) {
  const [from, to] = [inside(now), inside(old)];
  if (!from || !to) return;
  const align = () => to.scrollTo(0, from.scrollY);
  from.addEventListener("scroll", align, { passive: true });
  align();
}
function part() {
  document.documentElement.style.setProperty("--part", ghost.part / 100);
  $("compare-part").hidden = !["ghost", "swipe"].includes(ghost.mode);
}
function words(said) {
  $("ghost-label").textContent = `Against: ${said.label}`;
  const lists = Object.entries(said.panes).filter(([id, one]) => one.changed && $(id)).map(([id, one]) => [$(id).querySelector("h2").firstChild.textContent, id, one.words]);
  const alike = new Map();
  for (const [title, id, sentences] of lists) {
    const key = sentences.join("\n");
    alike.set(key, [...(alike.get(key) || []), [title, id]]);
  }
  $("ghost-list").replaceChildren(...[...alike].map(([key, titles]) => {
    const group = document.createElement("div");
    const names = group.appendChild(document.createElement("p"));
    for (const [title, id] of titles) {
      const chip = names.appendChild(document.createElement("button"));
      chip.type = "button";
      chip.textContent = title;
      chip.onclick = () => $(id).scrollIntoView({ block: "center", behavior: "smooth" });
    }
    const list = group.appendChild(document.createElement("ul"));
    for (const sentence of key.split("\n").filter(Boolean)) list.appendChild(document.createElement("li")).textContent = sentence;
    return group;
  }));
  if (!alike.size) $("ghost-list").innerHTML = "<p class='soft'>Nothing differs in this document.</p>";
}

// ---- everything: decided, published, rolled back
let polling = 0;
async function loadState() {
  clearTimeout(polling);
  if (panel() !== "review") return;
  const { status, said } = await ask("/review/state");
  if (status !== 200) return;
  const html = said.html || "";
  const body = $("review-body");
  if (!said.able) body.innerHTML = `<section class="stand open"><p>${escaped(said.sentence)}</p></section>${html}`;
  else if (body.dataset.html !== html) {
    const kept = new Set([...body.querySelectorAll("[name=group]:not(:checked)")].map((one) => one.value));
    body.innerHTML = html;
    for (const one of body.querySelectorAll("[name=group]")) one.checked = !kept.has(one.value);
  }
  body.dataset.html = html;
  polling = setTimeout(loadState, said.running ? 600 : 4000);
}
const escaped = (text) => { const one = document.createElement("p"); one.textContent = text; return one.innerHTML; };
async function act(what, body = {}) {
  const { status, said } = await ask(`/review/${what}`, {}, body);
  if (status !== 200) {
    const line = document.createElement("p");
    line.className = "refusal";
    line.role = "alert";
    line.textContent = said.sentence || "That could not be done.";
    $("review-body").querySelector(".refusal")?.remove();
    $("review-body").prepend(line);
    return null;
  }
  $("review-body").querySelector(".refusal")?.remove();
  return said;
}
async function proof() {
  const line = document.createElement("p");
  line.className = "soft";
  line.textContent = "taking its pictures …";
  $("review-body").querySelector("[data-do=proof]").parentElement.after(line);
  let said = await act("proof");
  while (said?.waiting) { await new Promise((again) => setTimeout(again, 700)); said = await act("proof"); }
  if (!said) return line.remove();
  await loadState();
  const link = document.createElement("p");
  link.className = "proof-link";
  const field = link.appendChild(document.createElement("input"));
  Object.assign(field, { readOnly: true, value: said.link });
  field.setAttribute("aria-label", "The proof's link");
  $("review-body").querySelector("[data-do=proof]").parentElement.after(link);
  field.select();
}
$("review-body").addEventListener("click", async (event) => {
  const shot = event.target.closest("[data-now]");
  if (shot) return openShots(shot);
  const button = event.target.closest("[data-do]");
  if (!button || button.disabled) return;
  const chosen = [...$("review-body").querySelectorAll("[name=group]:checked")].map((one) => one.value);
  const what = button.dataset.do;
  if (what === "proof") return proof();
  if (what === "accept") await act("decide", { accept: chosen });
  else if (what === "reject") {
    const reason = prompt("Why? It is kept with the approvals.");
    if (reason === null) return;
    await act("decide", { reject: chosen, reason });
  } else if (what === "rollback") await act("rollback", { version: button.dataset.version });
  else await act(what);
  await loadState();
  if (what === "accept" || what === "rollback") later();
});

// ---- before and now, in pictures
function openShots(shot) {
  $("shot-now").src = `/review/picture/${shot.dataset.now}.png`;
  const before = shot.dataset.before;
  $("shot-before").closest("figure").hidden = !before;
  if (before) $("shot-before").src = `/review/picture/${before}.png`;
  $("shots").showModal();
}
const stageMode = () => { $("shots-stage").dataset.mode = [...document.getElementsByName("shot-mode")].find((one) => one.checked).value; };
for (const one of document.getElementsByName("shot-mode")) one.onchange = stageMode;
$("shots-part").oninput = (event) => $("shots-stage").style.setProperty("--part", event.target.value / 100);
stageMode();

// ---- hands and keys
$("compare-on").onclick = () => turn();
$("compare-off").onclick = () => turn(false);
$("compare-part").oninput = (event) => { ghost.part = Number(event.target.value); part(); };
for (const one of document.getElementsByName("mode")) one.onchange = () => { turn(true, one.value); };
$("review-on").onclick = () => showPanel(panel() === "review" ? "" : "review");
$("review-close").onclick = () => showPanel("");
desk.panels.push((which) => which === "review" && (loadState(), ghost.on || turn(true)));
desk.arrivals.push(later);
add(
  { title: "Review: approve and publish", group: "Panel", key: "a", help: "review: approve, publish, roll back, proofs", run: () => $("review-on").click() },
  { title: "Compare with what was approved", group: "View", key: "g", help: "the ghost of what was approved, in every pane", run: () => turn() },
  ...[["ghost", "as a ghost"], ["swipe", "by swiping"], ["twoup", "side by side"], ["overlay", "as an overlay"], ["onlydiff", "only differences"]].map(([mode, title]) => ({ title: `Compare ${title}`, group: "View", run: () => turn(true, mode) })),
);
const mode = address().get("compare");
if (mode) turn(true, MODES.includes(mode) ? mode : "ghost");
