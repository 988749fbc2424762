// The drawers below the wall: what is wrong or worth knowing, each row a step to its pane and its line.
import { ask } from "./asking.js";
import { add } from "./commands.js";
import { address, desk, panes, remember } from "./desk.js";
import { openStamp } from "./studio.js";

const $ = (id) => document.getElementById(id);
const tabs = [...document.querySelectorAll("#drawer-tabs [role=tab]")];
const drawer = { open: false, tab: "parity", due: 0, asked: 0, zones: [] };
const SCREENS = ["layout", "access"];

function show(open, tab = drawer.tab) {
  drawer.open = open;
  drawer.tab = tabs.some((one) => one.dataset.tab === tab) ? tab : "parity";
  $("drawer").hidden = !open;
  $("findings-on").setAttribute("aria-pressed", String(open));
  remember("drawer", open ? drawer.tab : "");
  choose();
  if (open) load();
}
function choose() {
  for (const one of tabs) {
    const is = one.dataset.tab === drawer.tab;
    one.setAttribute("aria-selected", String(is));
    one.tabIndex = is ? 0 : -1;
  }
  for (const panel of $("drawer-body").children) panel.hidden = panel.dataset.drawer !== drawer.tab;
}
// What the drawers say is asked for when nothing has changed for a moment: never while somebody types.
function later(wait = 400) {
  clearTimeout(drawer.due);
  drawer.due = setTimeout(load, wait);
}
async function load() {
  if (!drawer.open && !$("zones-on").matches("[aria-pressed=true]") && drawer.asked) return;
  const turn = ++drawer.asked;
  const { status, said } = await ask("/findings", { screens: drawer.open && SCREENS.includes(drawer.tab) ? "yes" : "no" });
  if (turn !== drawer.asked) return;
  if (status !== 200) { $("drawer-said").textContent = said.sentence || "The findings cannot be had now."; return; }
  if ($("drawer-body").dataset.html !== said.html) {
    $("drawer-body").dataset.html = said.html;
    $("drawer-body").innerHTML = said.html;
  }
  let all = 0;
  for (const one of tabs) {
    const [grave, notes] = said.counts[one.dataset.tab] || [0, 0];
    const badge = one.querySelector("b");
    badge.textContent = grave || (["timing", "channel"].includes(one.dataset.tab) ? "" : notes || "");
    badge.className = grave ? "bad" : "";
    badge.title = grave ? `${grave} to mend` : "";
    all += grave;
  }
  const count = $("findings-on").querySelector(".count");
  count.hidden = !all;
  count.textContent = all;
  drawer.zones = said.zones;
  drawZones();
  choose();
  $("drawer-said").textContent = said.waiting ? `looking at ${said.waiting} screens …` : "";
  if (said.waiting && drawer.open) later(700);
}

// ---- the mail house's zones on the sheets
function drawZones() {
  const on = $("zones-on").getAttribute("aria-pressed") === "true";
  for (const old of document.querySelectorAll(".zone, .ruler")) old.remove();
  if (!on) return;
  for (const zone of drawer.zones) {
    const sheet = document.querySelector(`#${zone.pane} .sheet[data-page="${zone.page}"]`);
    if (!sheet) continue;
    const box = document.createElement("i");
    box.className = `zone ${zone.kind}`;
    box.title = box.dataset.said = zone.name;
    const [left, top, width, height] = zone.at;
    Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
    sheet.append(box);
    if (zone.kind === "edge") for (const way of ["across", "down"]) {
      const ruler = document.createElement("i");
      ruler.className = `ruler ${way}`;
      sheet.append(ruler);
    }
  }
}
function turnZones() {
  const on = $("zones-on").getAttribute("aria-pressed") !== "true";
  $("zones-on").setAttribute("aria-pressed", String(on));
  remember("zones", on ? "on" : "");
  if (on && !drawer.zones.length) load(); else drawZones();
}

// ---- from a row to its pane and its line
function flash(pane) {
  const is = $(pane);
  if (!is?.classList.contains("pane")) return;
  if (is.hidden) desk.hide(pane, false);
  is.scrollIntoView({ block: "nearest", behavior: "smooth" });
  is.classList.add("named");
  setTimeout(() => is.classList.remove("named"), 1600);
}
$("drawer-body").addEventListener("click", async (event) => {
  const row = event.target.closest("button[data-pane]");
  if (!row) return;
  flash(row.dataset.pane);
  if (row.dataset.stamp) return openStamp(row.dataset.stamp);
  if (!row.dataset.fact) return;
  const { said } = await ask("/findings/line", { made: row.dataset.made, words: row.dataset.fact, fact: "yes" });
  if (said.stamp) openStamp(said.stamp);
  else $("drawer-said").textContent = "It is written in another way there; click it in the pane.";
});
for (const one of tabs) one.onclick = () => show(true, one.dataset.tab);
$("drawer-tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = tabs[(tabs.findIndex((tab) => tab.dataset.tab === drawer.tab) + step + tabs.length) % tabs.length];
  show(true, next.dataset.tab);
  next.focus();
});
$("findings-on").onclick = () => show(!drawer.open);
$("drawer-close").onclick = () => show(false);
$("zones-on").onclick = turnZones;
desk.arrivals.push(() => later());
add(
  { title: "Findings", group: "Panel", key: "i", help: "findings: what is wrong or worth knowing", run: () => show(!drawer.open) },
  { title: "Print zones in millimetres", group: "View", key: "z", help: "the mail house's window and zones on the sheets", run: turnZones },
  ...tabs.map((one) => ({ title: `Findings: ${one.firstChild.textContent.trim()}`, group: "Panel", run: () => show(true, one.dataset.tab) })),
);
const asked = address();
if (asked.get("zones")) turnZones();
if (asked.get("drawer")) show(true, asked.get("drawer"));
export const closeDrawer = () => drawer.open && (show(false), true);
