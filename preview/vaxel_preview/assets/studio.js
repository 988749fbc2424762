// The studio: from a click to the line that wrote it, from a line to every place it shows; the editor, and the facts.
import { ask as askServer } from "./asking.js";
import { add, offer, openPalette } from "./commands.js";
import { address, desk, inside, panes, remember } from "./desk.js";

const $ = (id) => document.getElementById(id);
const text = $("text");
const wall = $("desk");
const LINE = 19;

const open = { id: "", name: "", digest: "", saved: "", line: 0 };
export const places = new Map();

const ask = (path, ...rest) => askServer(`/studio/${path}`, ...rest);

// ---- which panel is open
function show(which) {
  const first = panes().find((pane) => !pane.hidden && pane.getBoundingClientRect().bottom > wall.getBoundingClientRect().top + 60);
  const before = first?.getBoundingClientRect().top;
  $("studio").hidden = !which;
  if (first) wall.scrollTop += first.getBoundingClientRect().top - before; // what was on the screen stays there
  for (const name of PANELS) {
    $(name).hidden = which !== name;
    $(`${name}-on`).setAttribute("aria-pressed", String(which === name));
  }
  remember("panel", which);
  if (which !== "source") { remember("open", ""); mark(""); }
  if (which === "facts") listFacts();
  for (const open of desk.panels) open(which);
}
const PANELS = ["source", "facts", "data", "review"];
export const panel = () => PANELS.find((name) => !$(name).hidden) || "";
export const showPanel = show;
const unsaved = () => open.id && text.value !== open.saved;

// ---- the source
async function openSource(words, line, word) {
  if (unsaved() && !(words.id === open.id || words.name === open.name) && !confirm(`${open.id} is not saved. Leave it?`)) return;
  const { status, said } = await ask("source", words);
  if (status !== 200) return say("There is no such file among the packs.", true);
  show("source");
  if (!(said.id === open.id && unsaved())) {
    Object.assign(open, { id: said.id, name: said.id.slice(said.id.indexOf("/") + 1), digest: said.digest, saved: said.text });
    text.value = said.text;
  }
  open.editor = said.editor;
  await listFiles();
  say("");
  history_(said.versions);
  number();
  goTo(line || 1, word);
}
function goTo(line, word) {
  open.line = line;
  const from = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus({ preventScroll: true });
  text.setSelectionRange(from, from);
  const top = (line - 1) * LINE;
  if (top < text.scrollTop + LINE || top > text.scrollTop + text.clientHeight - 3 * LINE) text.scrollTop = Math.max(0, top - text.clientHeight / 3);
  atLine(line, word);
}
function atLine(line, word) {
  open.line = line;
  $("elsewhere").href = `${open.editor}&line=${line}`;
  $("elsewhere").hidden = !open.editor;
  remember("open", `${open.id}:${line}`);
  place();
  mark(`${open.name}:${line}`, word);
}
function place() {
  $("at-line").style.transform = `translateY(${12 + (open.line - 1) * LINE - text.scrollTop}px)`;
  $("gutter").style.transform = `translateY(${-text.scrollTop}px)`;
}
function number() {
  const count = text.value.split("\n").length;
  if ($("gutter").childElementCount !== count) $("gutter").innerHTML = Array.from({ length: count }, (_, at) => `<span>${at + 1}</span>`).join("");
  $("save").disabled = !unsaved();
  $("file").classList.toggle("unsaved", Boolean(unsaved()));
}
function say(words, bad = false) {
  $("said").textContent = words;
  $("said").classList.toggle("bad", bad);
}
let files = [];
async function listFiles() {
  if (!files.length) files = (await ask("files")).said;
  if (!files.includes(open.id) && open.id) files = [...files, open.id];
  const picker = $("file");
  if (picker.options.length !== files.length + 1)
    picker.replaceChildren(new Option("Open a file …", ""), ...files.map((id) => new Option(id, id)));
  picker.value = open.id;
}
function history_(count) {
  $("versions").replaceChildren(new Option(count ? `History (${count})` : "No history", ""), ...Array.from({ length: count }, (_, at) => new Option(`before save ${at + 1}`, at)));
  $("versions").disabled = $("undo").disabled = !count;
}
async function save() {
  if (!unsaved()) return;
  say("saving …");
  const { status, said } = await ask("save", {}, { id: open.id, text: text.value, was: open.digest });
  if (status !== 200) return say(said.sentence || "Not saved.", true);
  Object.assign(open, { id: said.id, name: said.id.slice(said.id.indexOf("/") + 1), digest: said.digest, saved: said.text, editor: said.editor });
  await listFiles();
  history_(said.versions);
  number();
  say("saved");
}
async function putBack(at) {
  const { said } = await ask("versions", { id: open.id });
  const wanted = said.at?.(at);
  if (wanted === undefined) return;
  const line = open.line;
  text.value = wanted;
  number();
  goTo(Math.min(line, wanted.split("\n").length));
}

// ---- from a line to every place it shows
const frames = () => panes().filter((pane) => !pane.hidden).flatMap((pane) => [...pane.querySelectorAll("iframe:not(.coming)")]);
const shownIn = new Map();
function mark(stamp, word) {
  open.mark = stamp;
  shownIn.clear();
  for (const old of document.querySelectorAll(".spot.marked")) old.remove();
  for (const pane of panes()) {
    const found = (places.get(pane.id) || []).filter(([, , , , , from]) => stamp && from === stamp);
    for (const box of found) pane.querySelector(`.sheet[data-page="${box[0]}"]`)?.append(spot(box, "marked"));
    if (found.length) shownIn.set(pane.id, found.length);
  }
  for (const frame of frames()) markFrame(frame, stamp);
  tellShown(stamp, word);
}
function markFrame(frame, stamp = open.mark) {
  const own = frame.getAttribute("sandbox") === "allow-same-origin" && inside(frame);
  if (!own) return frame.contentWindow?.postMessage({ mark: stamp || "" }, "*");
  let count = 0;
  for (const one of own.document.querySelectorAll("[data-src]")) {
    const is = Boolean(stamp) && one.dataset.src === stamp && one.parentElement.closest("[data-src]")?.dataset.src !== stamp;
    if (is) count += 1;
    if (is) one.style.setProperty("outline", "2px solid #1f6feb"); else one.style.removeProperty("outline");
  }
  if (count) shownIn.set(frame.closest(".pane").id, count);
}
function tellShown(stamp, word) {
  const shows = $("shows");
  if (!stamp) return shows.replaceChildren();
  const chips = [...shownIn].map(([id, count]) => {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.textContent = $(`${id}-title`).textContent + (count > 1 ? ` ×${count}` : "");
    chip.onclick = () => $(id).scrollIntoView({ block: "center", behavior: "smooth" });
    return chip;
  });
  const lead = document.createElement("span");
  lead.textContent = chips.length ? "This line shows in" : open.id.endsWith(".toml") || open.id.endsWith(".css") ? "Shared by every pane that uses it" : "This line shows in no visible pane";
  shows.replaceChildren(lead, ...chips);
  if (word?.id) {
    const link = document.createElement("button");
    link.type = "button";
    link.className = "word";
    link.textContent = `word: ${word.word}`;
    link.title = `${word.id}, line ${word.line}`;
    link.onclick = () => openSource({ id: word.id }, word.line);
    shows.append(link);
  }
}
function spot([, left, top, width, height], kind) {
  const box = document.createElement("i");
  box.className = `spot ${kind}`;
  Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  return box;
}

// ---- from a click to its line
export const openLine = (id, line) => openSource({ id }, line);
export const openStamp = (stamp) => pick(stamp);
async function pick(stamp, words) {
  const cut = stamp.lastIndexOf(":");
  const word = words ? (await ask("word", { text: words })).said : null;
  await openSource({ name: stamp.slice(0, cut) }, Number(stamp.slice(cut + 1)), word);
}
async function pickWords(words) {
  const { said } = await ask("word", { text: words });
  if (said.id) return openSource({ id: said.id }, said.line);
  show("source");
  say("These words come from the document itself, not from a template.");
}
function under(event) {
  const sheet = event.target.closest?.(".sheet");
  if (!sheet) return null;
  const frame = sheet.getBoundingClientRect();
  const [x, y] = [(100 * (event.clientX - frame.left)) / frame.width, (100 * (event.clientY - frame.top)) / frame.height];
  const hit = (places.get(sheet.closest(".pane").id) || []).filter(
    ([page, left, top, width, height]) => page === Number(sheet.dataset.page) && x >= left && x <= left + width && y >= top && y <= top + height,
  );
  return hit.length ? { sheet, box: hit.reduce((least, box) => (box[3] * box[4] <= least[3] * least[4] ? box : least)) } : null;
}
wall.addEventListener("pointermove", (event) => {
  const found = under(event);
  const old = wall.querySelector(".spot.under");
  if (old && found && old.parentElement === found.sheet && old.dataset.at === String(found.box)) return;
  old?.remove();
  if (!found) return;
  const box = spot(found.box, "under");
  box.dataset.at = String(found.box);
  box.title = found.box[5];
  found.sheet.append(box);
});
wall.addEventListener("pointerleave", () => wall.querySelector(".spot.under")?.remove());
wall.addEventListener("click", (event) => {
  if (event.target.closest("button, a, input")) return;
  const sheet = event.target.closest(".sheet");
  if (sheet) {
    const box = sheet.getBoundingClientRect();
    const place = { made: sheet.closest(".pane").id, page: sheet.dataset.page, x: (100 * (event.clientX - box.left)) / box.width, y: (100 * (event.clientY - box.top)) / box.height };
    if (desk.edit({ ...place, made: sheet.closest(".pane").dataset.made }, { x: event.clientX, y: event.clientY })) return;
  }
  const found = under(event);
  if (found) return pick(found.box[5]);
  const said = event.target.closest(".bubble, .inbox .row > *, .card p, .plain:not(.markup) span");
  if (said && !desk.edit({ text: said.textContent }, { x: event.clientX, y: event.clientY })) pickWords(said.textContent);
});
const acts = (pane) => ["web", "mailbox_html"].includes(pane.dataset.made);
desk.onFrame = (frame, own) => {
  if (own) {
    own.document.addEventListener("click", (event) => {
      const from = event.target.closest?.("[data-src]");
      if (acts(frame.closest(".pane")) && !event.altKey) return event.target.closest("a") && event.preventDefault();
      event.preventDefault();
      const [edge, drawn] = [frame.getBoundingClientRect(), frame.getBoundingClientRect().width / own.innerWidth];
      if (desk.edit({ text: event.target.textContent.slice(0, 600) }, { x: edge.left + event.clientX * drawn, y: edge.top + event.clientY * drawn })) return;
      if (from) pick(from.dataset.src, event.target.textContent.slice(0, 300));
    });
    if (!acts(frame.closest(".pane"))) own.document.documentElement.style.cursor = "pointer";
  }
  if (open.mark) markFrame(frame);
};
addEventListener("message", (event) => {
  const frame = frames().find((one) => one.contentWindow === event.source);
  if (!frame) return;
  if (typeof event.data?.picked === "string" && desk.edit({ text: String(event.data.words || "") }, { x: frame.getBoundingClientRect().left + 60, y: frame.getBoundingClientRect().top + 60 })) return;
  if (typeof event.data?.picked === "string") pick(event.data.picked, String(event.data.words || ""));
  if (Number.isFinite(event.data?.marked) && event.data.mark === open.mark && event.data.marked) {
    shownIn.set(frame.closest(".pane").id, event.data.marked);
    tellShown(open.mark);
  }
});
// New panes came: marks and boxes are theirs from now on.
let due = 0;
desk.arrivals.push((id, boxes) => {
  places.set(id, boxes);
  clearTimeout(due);
  due = setTimeout(() => { if (open.mark) mark(open.mark); if (panel() === "facts") listFacts(); }, 150);
});

// ---- the facts
let listed = [];
async function listFacts() {
  const { status, said } = await ask("facts");
  if (status !== 200) { $("facts-said").textContent = said.sentence || "The facts cannot be had now."; listed = []; } else listed = said;
  sift();
}
const MADE = { print_pdf: "Print", print_pdf_monochrome: "One ink", mailbox_pdf: "Mailbox", email: "E-mail", web: "Page", mailbox_html: "Mailbox page", bank: "Bank", sms: "SMS", card: "Card", einvoice_xml: "XML" };
function sift() {
  const wanted = $("facts-filter").value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fitting = listed.filter((fact) => wanted.every((word) => `${fact.name} ${fact.value}`.toLocaleLowerCase().includes(word)));
  if (listed.length) $("facts-said").textContent = `${fitting.length} of ${listed.length} names · click one to put it into the file`;
  $("facts-list").replaceChildren(...fitting.map((fact) => {
    const row = document.createElement("button");
    row.type = "button";
    const [name, value, shown] = ["b", "span", "small"].map((tag) => row.appendChild(document.createElement(tag)));
    name.textContent = fact.name;
    value.textContent = fact.value || "—";
    shown.textContent = fact.shown.map((made) => MADE[made] || made).join(" · ");
    row.onclick = () => insert(fact.name);
    return row;
  }));
}
async function insert(name) {
  if (!open.id) { show("source"); await listFiles(); return say("Open a file first, then choose the fact.", true); }
  show("source");
  text.focus();
  text.setRangeText(`{{ ${name} }}`, text.selectionStart, text.selectionEnd, "end");
  number();
  say(`{{ ${name} }} stands at the cursor; save to see it`);
}

// ---- hands and keys
text.addEventListener("input", () => { number(); say(""); });
text.addEventListener("scroll", place);
const follow = () => { const line = text.value.slice(0, text.selectionStart).split("\n").length; if (open.id && line !== open.line) atLine(line); };
text.addEventListener("click", follow);
text.addEventListener("keyup", (event) => event.key.startsWith("Arrow") && follow());
text.addEventListener("keydown", (event) => {
  if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey) { event.preventDefault(); text.setRangeText("  ", text.selectionStart, text.selectionEnd, "end"); number(); }
  if (event.key === "Escape") { event.stopPropagation(); $("file").focus(); } // Tab writes here, so Escape is the way out
});
addEventListener("keydown", (event) => { if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); } });
addEventListener("beforeunload", (event) => unsaved() && event.preventDefault());
$("save").onclick = save;
$("undo").onclick = async () => { await putBack(-1); save(); };
$("versions").onchange = async (event) => { if (event.target.value !== "") { await putBack(Number(event.target.value)); say("an earlier version; save to keep it"); } };
$("file").onchange = (event) => event.target.value && openSource({ id: event.target.value }, 1);
$("close").onclick = $("facts-close").onclick = () => show("");
$("source-on").onclick = () => { show(panel() === "source" ? "" : "source"); if (panel()) listFiles(); };
$("facts-on").onclick = () => show(panel() === "facts" ? "" : "facts");
$("facts-filter").oninput = sift;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open]");
  if (!button) return;
  const cut = button.dataset.open.lastIndexOf(":");
  openSource({ id: button.dataset.open.slice(0, cut) }, Number(button.dataset.open.slice(cut + 1)));
});
add(
  { title: "Source", group: "Panel", key: "s", help: "source: the file behind what you click", run: () => $("source-on").click() },
  { title: "Facts", group: "Panel", key: "f", help: "facts: every name a template can use", run: () => $("facts-on").click() },
  { title: "Lines of a pane …", group: "Source", key: "l", help: "the lines behind the pane that has the focus", run: listLines },
  { title: "Save the file", group: "Source", told: ["Ctrl S"], help: "save what stands in the editor", shown: unsaved, run: save },
  { title: "Undo the last save", group: "Source", shown: () => !$("undo").disabled, run: () => $("undo").click() },
);
offer(async () => {
  await listFiles();
  return files.map((id) => ({ title: id, group: "Open", run: () => openSource({ id }, 1) }));
});
// From a pane to its lines without a pointer: what stands in it, in its order, each with the line behind it.
function listLines() {
  const pane = document.activeElement?.closest(".pane") || ($(desk.state.view)?.classList.contains("pane") ? $(desk.state.view) : panes().find((one) => !one.hidden));
  if (!pane) return;
  const lines = new Map();
  for (const [, , , , , from] of places.get(pane.id) || []) lines.set(from, from);
  for (const frame of pane.querySelectorAll("iframe:not(.coming)"))
    for (const one of inside(frame)?.document.querySelectorAll("[data-src]") || []) {
      const said = [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).filter(Boolean).join(" ");
      if (said && !lines.has(one.dataset.src)) lines.set(one.dataset.src, said.slice(0, 80));
    }
  const rows = [...lines].map(([stamp, said]) => ({ title: said, group: said === stamp ? "" : stamp, run: () => desk.edit({ text: said }, { x: 80, y: 160 }) || pick(stamp) }));
  for (const piece of pane.querySelectorAll(".bubble, .inbox .row > *, .card p, .plain:not(.markup) span"))
    if (piece.textContent.trim()) rows.push({ title: piece.textContent.trim().slice(0, 80), group: "Words", run: () => desk.edit({ text: piece.textContent }, { x: 80, y: 160 }) || pickWords(piece.textContent) });
  openPalette(rows);
}
desk.escape = () => { if (!panel()) return false; show(""); return true; };
$("brand").addEventListener("change", () => { if (panel() === "facts") listFacts(); });
$("sample").addEventListener("change", () => { if (panel() === "facts") listFacts(); });

const asked = address();
if (asked.get("open")) {
  const at = asked.get("open");
  openSource({ id: at.slice(0, at.lastIndexOf(":")) }, Number(at.slice(at.lastIndexOf(":") + 1)));
} else if (PANELS.includes(asked.get("panel"))) { setTimeout(() => show(asked.get("panel"))); listFiles(); }
