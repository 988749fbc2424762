// The document as data: edited with the schema's help, dropped as a batch, saved as a sample, or made to be hard.
import { ask } from "./asking.js";
import { add } from "./commands.js";
import { desk, remember } from "./desk.js";
import { panel, showPanel } from "./studio.js";

const $ = (id) => document.getElementById(id);
const text = $("record");
const data = { from: "", saved: "", due: 0, turn: 0, fields: null, batch: "" };

function say(words, bad = false) {
  $("data-said").textContent = words;
  $("data-said").classList.toggle("bad", bad);
}
async function load() {
  if (panel() !== "data") return;
  const sample = $("sample").value;
  if (sample === "edited:1" && data.from) return;
  const { status, said } = await ask("/data/document");
  if (status !== 200) return say(said.sentence || "It cannot be shown as data.", true);
  data.from = said.sample;
  text.value = data.saved = said.text;
  text.scrollTop = 0;
  $("data-reset").disabled = true;
  say("");
  data.fields ??= (await ask("/data/fields")).said;
  help();
}
// Every document that is shown and lies in no file gets its place in the list of samples.
function list(shown) {
  for (const one of shown) {
    const picker = $("sample");
    let group = [...picker.querySelectorAll("optgroup")].find((each) => each.label === one.group);
    if (!group) { group = document.createElement("optgroup"); group.label = one.group; picker.append(group); }
    const option = [...group.children].find((each) => each.value === one.id) || group.appendChild(new Option("", one.id));
    option.textContent = one.text;
    Object.assign(option.dataset, { recipient: one.recipient, reference: one.reference, gist: one.gist });
  }
}
text.addEventListener("input", () => {
  $("data-reset").disabled = text.value === data.saved;
  clearTimeout(data.due);
  data.due = setTimeout(edit, 350);
});
async function edit() {
  const turn = ++data.turn;
  const { status, said } = await ask("/data/edit", {}, { text: text.value });
  if (turn !== data.turn) return;
  if (status !== 200) return say(said.sentence || "That is no document.", true);
  say("as edited; not saved");
  list(said.shown);
  if ($("sample").value !== said.shown[0].id) desk.choose("sample", said.shown[0].id);
}
async function save() {
  desk.saving = true;
  const asked = ask("/data/save", {}, { text: text.value, name: $("sample-name").value.trim() });
  const { status, said } = await asked.finally(() => { desk.saving = false; });
  if (status !== 200) return say(said.sentence || "It was not saved.", true);
  say("saved");
  data.saved = text.value;
  if (!said.sample) return;
  remember("sample", said.sample);
  location.reload();
}

// ---- the field at the cursor, in the schema's words
function path() {
  const stack = [];
  let [key, string, quoted, expectsKey] = [null, "", false, false];
  const before = text.value.slice(0, text.selectionStart);
  for (let at = 0; at < before.length; at += 1) {
    const letter = before[at];
    if (quoted) {
      if (letter === "\\") { string += before[at + 1] || ""; at += 1; } else if (letter === '"') quoted = false; else string += letter;
      if (!quoted && expectsKey) { key = string; expectsKey = false; }
    } else if (letter === '"') { quoted = true; string = ""; }
    else if (letter === "{") { stack.push([key, "{"]); key = null; expectsKey = true; }
    else if (letter === "[") { stack.push([key, "["]); key = null; }
    else if (letter === "}" || letter === "]") { key = stack.pop()?.[0] ?? null; expectsKey = false; }
    else if (letter === "," && stack.at(-1)?.[1] === "{") { expectsKey = true; key = null; }
  }
  if (quoted && expectsKey) {
    const rest = text.value.slice(text.selectionStart).match(/^[^"\n]*/)[0];
    key = string + rest;
  }
  const steps = [];
  for (const [name, kind] of stack) { if (name) steps.push(name); if (kind === "[") steps.push("[]"); }
  if (key) steps.push(key);
  return steps.join(".").replaceAll(".[]", "[]");
}
function help() {
  const at = path();
  const field = data.fields?.[at];
  $("field-help").replaceChildren();
  const name = document.createElement("b");
  name.textContent = at || "A document";
  $("field-help").append(name, field ? ` ${field.type}. ${field.says}` : at ? "" : " Put the cursor into a field; what it means stands here.");
}
for (const event of ["click", "keyup"]) text.addEventListener(event, help);

// ---- a batch, and what is hard in it
async function drop(file) {
  if (!file) return;
  if (panel() !== "data") showPanel("data");
  say(`reading ${file.name} …`);
  const { status, said } = await ask("/data/batch", { name: file.name }, file);
  if (status !== 200) return say(said.sentence || (status === 413 ? "The file is larger than 40 MB; take a part of it." : "The file cannot be read."), true);
  data.batch = said.name;
  list(said.shown);
  const box = $("batch-rows");
  box.hidden = false;
  box.replaceChildren();
  const head = box.appendChild(document.createElement("p"));
  head.textContent = `${said.name}: ${said.accepted} of ${said.read} can be read. The hard ones:`;
  for (const one of said.shown) {
    const row = box.appendChild(document.createElement("button"));
    row.type = "button";
    row.innerHTML = "<b></b> <span></span>";
    row.children[0].textContent = one.why;
    row.children[1].textContent = `${one.reference} · ${one.recipient}`;
    row.onclick = () => desk.choose("sample", one.id);
  }
  for (const sentence of said.rejected) { const line = box.appendChild(document.createElement("p")); line.className = "bad"; line.textContent = sentence; }
  const other = box.appendChild(document.createElement("form"));
  other.innerHTML = "<label>Record <input type=number min=1 required></label> <button>Show</button>";
  other.onsubmit = async (event) => {
    event.preventDefault();
    const answer = await ask("/data/record", {}, { batch: data.batch, record: Number(other.querySelector("input").value) });
    if (answer.status !== 200) return say(answer.said.sentence, true);
    list(answer.said.shown);
    desk.choose("sample", answer.said.shown[0].id);
  };
  say("");
  if (said.shown.length) desk.choose("sample", said.shown[0].id);
}
async function torture() {
  const options = () => [...$("sample").options].filter((one) => one.value.startsWith("torture:"));
  if (!options().length) {
    say("making hard documents …");
    const { status, said } = await ask("/data/torture", {}, {});
    if (status !== 200) { showPanel("data"); return say(said.sentence || "They cannot be made.", true); }
    list(said.shown);
    say("");
  }
  const all = options();
  const next = all[(all.findIndex((one) => one.value === $("sample").value) + 1) % all.length];
  desk.choose("sample", next.value);
}
addEventListener("dragover", (event) => { if ([...event.dataTransfer.types].includes("Files")) event.preventDefault(); });
addEventListener("drop", (event) => { if (event.dataTransfer.files.length) { event.preventDefault(); drop(event.dataTransfer.files[0]); } });
$("batch").onchange = (event) => drop(event.target.files[0]);
$("torture").onclick = torture;
$("data-save").onclick = save;
$("data-reset").onclick = () => { text.value = data.saved; $("data-reset").disabled = true; say(""); desk.choose("sample", data.from); };
$("data-on").onclick = () => showPanel(panel() === "data" ? "" : "data");
$("data-close").onclick = () => showPanel("");
$("sample").addEventListener("change", load);
desk.panels.push((which) => which === "data" && load());
add(
  { title: "Data of this document", group: "Panel", key: "d", help: "data: edit the document, drop a batch, save a sample", run: () => $("data-on").click() },
  { title: "Next hard case", group: "Sample", key: "h", help: "the next document that is made to be hard", run: torture },
  { title: "Drop a batch: choose its file …", group: "Sample", run: () => { showPanel("data"); $("batch").click(); } },
);
