// Words edited in the pane: one click, one word, and every other place where it shows before it is saved.
import { ask } from "./asking.js";
import { add } from "./commands.js";
import { desk } from "./desk.js";
import { openLine } from "./studio.js";

const $ = (id) => document.getElementById(id);
const pop = $("wording");
const editing = { on: false, found: null };

function turn(on = !editing.on) {
  editing.on = on;
  document.body.classList.toggle("wording-on", on);
  $("words-on").setAttribute("aria-pressed", String(on));
  if (!on && pop.open) pop.close();
}
// Called before a click leads to its line; true when it was taken.
desk.edit = (asked, at) => {
  if (!editing.on) return false;
  open(asked, at);
  return true;
};
async function open(asked, at) {
  const { status, said } = await ask("/wording/at", asked);
  editing.found = status === 200 ? said : null;
  $("wording-name").textContent = status === 200 ? said.name : "Not a word";
  $("wording-why").textContent = status === 200 ? "" : said.sentence || "There are no words here.";
  const value = $("wording-value");
  value.hidden = $("wording-save").hidden = $("wording-open").hidden = $("wording-also").hidden = status !== 200;
  if (status === 200) {
    value.value = said.value;
    value.rows = said.block ? 7 : Math.min(5, 1 + Math.ceil(said.value.length / 44));
    const also = $("wording-also");
    also.replaceChildren(document.createElement("span"), ...said.shows.map((one) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = one.title;
      chip.onclick = () => $(one.pane)?.scrollIntoView({ block: "center", behavior: "smooth" });
      return chip;
    }));
    also.firstChild.textContent = said.shows.length ? "Also shows in" : "Shows nowhere else in this document";
  }
  pop.show();
  const [width, height] = [pop.offsetWidth, pop.offsetHeight];
  pop.style.left = `${Math.max(12, Math.min(at.x - 30, innerWidth - width - 12))}px`;
  pop.style.top = `${Math.max(12, Math.min(at.y + 18, innerHeight - height - 12))}px`;
  if (status === 200) { value.focus(); value.select(); } else $("wording-cancel").focus();
}
async function save() {
  const { found } = editing;
  if (!found) return;
  const { status, said } = await ask("/wording/save", {}, { name: found.name, id: found.id, was: found.was, block: found.block, value: $("wording-value").value });
  if (status !== 200) { $("wording-why").textContent = said.sentence || "It was not saved."; return; }
  pop.close();
}
$("wording-save").onclick = save;
$("wording-cancel").onclick = () => pop.close();
$("wording-open").onclick = () => { pop.close(); openLine(editing.found.id, editing.found.line); };
pop.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { event.stopPropagation(); pop.close(); }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey || !editing.found?.block)) { event.preventDefault(); save(); }
});
$("words-on").onclick = () => turn();
add({ title: "Edit words in the panes", group: "Source", key: "e", help: "edit words: a click edits instead of opening the line", run: () => turn() });
