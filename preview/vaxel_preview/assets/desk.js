// The wall of panes: which are shown, how wide and how large, where they are scrolled to; all of it stands in the address.
import { add, openHelp, openPalette, pressed } from "./commands.js";

const $ = (id) => document.getElementById(id);
const wall = $("desk");

export const panes = () => [...wall.querySelectorAll(".pane")];
export const address = () => new URLSearchParams(location.search);

// `sample=november.json:3` stays readable in the address: `:` and `,` need no percent sign in a query.
export function words(asked) {
  const text = asked.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return location.pathname + (text ? "?" + text : "");
}
export function remember(name, value) {
  const asked = address();
  if (value) asked.set(name, value); else asked.delete(name);
  history.replaceState(null, "", words(asked));
}

const state = { hidden: new Set(), widths: new Map(), scrolled: new Map(), zoom: 100, view: "" };
export const desk = { state, apply, settle, view, zoom, theme, hide, keepScroll, onFrame: () => {}, arrivals: [], panels: [], edit: () => false, saving: false };

function apply() {
  for (const pane of panes()) {
    pane.hidden = state.hidden.has(pane.id);
    const width = state.widths.get(pane.id) || Number(pane.dataset.width);
    pane.style.setProperty("--width", width);
    const field = pane.querySelector(".px input");
    if (field && document.activeElement !== field) field.value = width;
    pane.querySelector(".edge")?.setAttribute("aria-valuenow", width);
    pane.classList.toggle("shown", pane.id === state.view);
  }
  for (const button of document.querySelectorAll("[data-toggle]"))
    button.setAttribute("aria-pressed", String(!state.hidden.has(button.dataset.toggle)));
  wall.dataset.view = state.view;
  wall.style.setProperty("--zoom", state.zoom / 100);
  $("zoom").value = state.zoom;
  $("none").hidden = panes().some((pane) => !pane.hidden);
}
function settle() {
  remember("hide", [...state.hidden].join(","));
  remember("width", [...state.widths].map(([id, width]) => `${id}:${width}`).join(","));
  remember("size", state.zoom === 100 ? "" : String(state.zoom));
  remember("view", state.view);
  apply();
}

function view(id) {
  state.view = id && $(id)?.classList.contains("pane") ? id : "";
  if (state.view) state.hidden.delete(state.view);
  settle();
}
function zoom(percent) {
  state.zoom = Math.min(200, Math.max(50, Math.round(Number(percent) / 10) * 10 || 100));
  settle();
}
function hide(id, hidden) {
  state.hidden[hidden ? "add" : "delete"](id);
  if (hidden && state.view === id) state.view = "";
  settle();
}
function widen(id, width) {
  const pane = $(id);
  const wanted = Math.round(Math.min(2560, Math.max(220, width)));
  if (wanted === Number(pane.dataset.width)) state.widths.delete(id); else state.widths.set(id, wanted);
  settle();
}
function only(group) {
  for (const button of document.querySelectorAll("[data-toggle]"))
    state.hidden[group && button.dataset.in !== group ? "add" : "delete"](button.dataset.toggle);
  state.view = "";
  settle();
}
function theme(name) {
  if (name) document.documentElement.dataset.theme = name; else delete document.documentElement.dataset.theme;
  remember("desk", name);
}

// A pane's edge is dragged: the width of its screen changes, at the scale it is drawn.
function drag(edge, down) {
  const pane = $(edge.dataset.of);
  const scale = Number(getComputedStyle(pane).getPropertyValue("--scale")) * (state.zoom / 100);
  const [from, begun] = [down.clientX, Number(pane.style.getPropertyValue("--width"))];
  edge.setPointerCapture(down.pointerId);
  document.body.classList.add("dragging");
  edge.onpointermove = (event) => {
    const width = Math.round(Math.min(2560, Math.max(220, begun + (event.clientX - from) / scale)));
    pane.style.setProperty("--width", width);
    const field = pane.querySelector(".px input");
    if (field) field.value = width;
  };
  edge.onlostpointercapture = () => {
    edge.onpointermove = edge.onlostpointercapture = null;
    document.body.classList.remove("dragging");
    widen(edge.dataset.of, Number(pane.style.getPropertyValue("--width")));
  };
}

// Where the page, a stage and a frame are scrolled to: kept over a save, in the address over a reload.
let late = 0;
function keepScroll(id, top) {
  if (top > 0) state.scrolled.set(id, Math.round(top)); else state.scrolled.delete(id);
  clearTimeout(late);
  late = setTimeout(() => remember("at", [...state.scrolled].map((entry) => entry.join(":")).join(",")), 250);
}
export function inside(frame) {
  try { return frame.contentDocument?.body ? frame.contentWindow : null; } catch { return null; }
}
export function arrive(frame) {
  const id = frame.closest(".pane").id;
  const own = frame.getAttribute("sandbox") === "allow-same-origin" && inside(frame);
  const top = state.scrolled.get(id) || 0;
  if (own) {
    own.scrollTo(0, top);
    own.addEventListener("scroll", () => keepScroll(id, own.scrollY), { passive: true });
    own.document.addEventListener("keydown", pressed);
  } else if (top) frame.contentWindow.postMessage({ scrollTo: top }, "*");
  desk.onFrame(frame, own || null);
}
function onMessage(event) {
  if (!Number.isFinite(event.data?.scrolled)) return;
  for (const frame of wall.querySelectorAll("iframe:not(.coming)"))
    if (frame.contentWindow === event.source) {
      frame.dataset.scrolled = event.data.scrolled;
      keepScroll(frame.closest(".pane").id, event.data.scrolled);
    }
}

function turnTheme() {
  const set = document.documentElement.dataset.theme;
  theme((set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches) ? "light" : "dark");
}

const pairs = (text) => (text || "").split(",").map((pair) => pair.split(":")).filter(([id, value]) => id && Number(value) > 0);
export function readAddress() {
  const asked = address();
  state.hidden = new Set((asked.get("hide") || "").split(",").filter(Boolean));
  state.widths = new Map(pairs(asked.get("width")).map(([id, width]) => [id, Math.min(2560, Math.max(220, Number(width)))]));
  state.scrolled = new Map(pairs(asked.get("at")).map(([id, top]) => [id, Number(top)]));
  state.zoom = Math.min(200, Math.max(50, Number(asked.get("size")) || 100));
  state.view = asked.get("view") && $(asked.get("view"))?.classList.contains("pane") ? asked.get("view") : "";
  theme(asked.get("desk"));
  apply();
}
// Also called for panes that came later: a stage is put where it was.
export function restoreStages() {
  for (const pane of panes()) {
    const stage = pane.querySelector(".stage");
    const top = state.scrolled.get(pane.id);
    if (top && !pane.querySelector("iframe") && stage.scrollTop !== top) stage.scrollTop = top;
  }
}

readAddress();
document.addEventListener("keydown", pressed);
const aside = (event) => event.target.matches?.("#zoom, .edge, [role=tab], [type=radio]");
const shownPanes = () => panes().filter((pane) => !pane.hidden);
function step(by) {
  const all = shownPanes();
  const now = all.indexOf(document.activeElement?.closest(".pane"));
  const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : (now + by + all.length) % all.length];
  next?.querySelector(".actions button").focus();
  next?.scrollIntoView({ block: "nearest" });
}
add(
  { title: "Everything you can do …", group: "Help", help: "find anything: a pane, a sample, a file, a command", told: ["Ctrl K"], run: () => openPalette() },
  { title: "Keys", group: "Help", key: "?", help: "this list", run: openHelp },
  { title: "All panes side by side", group: "View", key: "0", keys: ["Escape"], run: (event) => (event?.key === "Escape" && desk.escape?.()) || view("") },
  { title: "", help: "enlarge one of the panes shown", told: ["1", "… 9"], keys: [..."123456789"], run: (event) => shownPanes()[event.key - 1] && view(shownPanes()[event.key - 1].id) },
  { title: "Next pane", group: "View", key: "]", keys: ["["], help: "to the next, the previous pane; Tab goes into it", run: (event) => step(event?.key === "[" ? -1 : 1) },
  { title: "Previous sample", group: "Sample", key: "ArrowLeft", help: "previous, next sample; on the edge of a pane: narrower, wider", unless: aside, run: () => desk.turn?.(-1) },
  { title: "Next sample", group: "Sample", key: "ArrowRight", help: "previous, next sample; on the edge of a pane: narrower, wider", unless: aside, run: () => desk.turn?.(1) },
  { title: "Larger", group: "View", key: "+", help: "larger, smaller", run: () => zoom(state.zoom + 10) },
  { title: "Smaller", group: "View", key: "-", help: "larger, smaller", run: () => zoom(state.zoom - 10) },
  { title: "Light or dark desk", group: "View", key: "t", run: turnTheme },
  { title: "", help: "the line that wrote it; on a page that acts: Alt and click", told: ["click"] },
);
addEventListener("message", onMessage);
wall.addEventListener("scroll", (event) => event.target === wall && keepScroll("page", wall.scrollTop), { passive: true });
wall.addEventListener("scroll", (event) => {
  if (event.target.classList?.contains("stage")) keepScroll(event.target.closest(".pane").id, event.target.scrollTop);
}, { capture: true, passive: true });
wall.addEventListener("load", (event) => {
  if (event.target.tagName === "IFRAME" && !event.target.classList.contains("coming")) arrive(event.target);
  if (event.target.tagName === "IMG") restoreStages();
}, true);
for (const frame of wall.querySelectorAll("iframe")) if (frame.contentDocument?.readyState === "complete") arrive(frame);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.view) view(state.view === button.dataset.view ? "" : button.dataset.view);
  else if (button.dataset.hide) hide(button.dataset.hide, true);
  else if (button.dataset.toggle) hide(button.dataset.toggle, button.getAttribute("aria-pressed") === "true");
  else if (button.dataset.group) only(button.dataset.group);
  else if (button.id === "all" || button.id === "show-all") only("");
});
wall.addEventListener("pointerdown", (event) => event.target.classList.contains("edge") && drag(event.target, event));
wall.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -10, ArrowRight: 10 }[event.key];
  if (!step || !event.target.classList.contains("edge")) return;
  event.preventDefault();
  widen(event.target.dataset.of, Number($(event.target.dataset.of).style.getPropertyValue("--width")) + step);
});
wall.addEventListener("change", (event) => event.target.matches(".px input") && widen(event.target.dataset.of, Number(event.target.value) || 0));
$("zoom").oninput = (event) => zoom(event.target.value);
$("theme").onclick = turnTheme;
$("help").onclick = openHelp;
$("find").onclick = () => openPalette();
try { $("keys-on").checked = localStorage.getItem("keys") !== "off"; } catch { /* no storage: the keys stay on */ }
$("keys-on").onchange = () => { try { localStorage.setItem("keys", $("keys-on").checked ? "on" : "off"); } catch { /* the same */ } };
requestAnimationFrame(() => { restoreStages(); wall.scrollTop = state.scrolled.get("page") || 0; });
