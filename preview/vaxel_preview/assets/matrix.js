// The matrix: samples, languages, brands and forms as small pictures; a click puts one on the wall.
import { ask } from "./asking.js";
import { add } from "./commands.js";
import { address, desk, remember } from "./desk.js";

const $ = (id) => document.getElementById(id);
let due = 0;

function show(open) {
  $("matrix").hidden = !open;
  $("desk").hidden = open;
  $("matrix-on").setAttribute("aria-pressed", String(open));
  remember("matrix", open ? "on" : "");
  clearTimeout(due);
  if (open) begin();
}
const checked = (name) => [...document.querySelectorAll(`#matrix [name=${name}]:checked`)].map((one) => one.value);
async function begin() {
  const picker = $("sample");
  const files = [...picker.querySelectorAll("optgroup")].map((one) => one.label);
  const here = picker.selectedOptions[0]?.parentElement.label;
  if ($("matrix-file").options.length !== files.length) {
    $("matrix-file").replaceChildren(...files.map((file) => new Option(file, file)));
    $("matrix-file").value = here;
    for (const one of document.getElementsByName("matrix-brand")) one.checked = one.value === $("brand").value;
  }
  await ask("/matrix/begin", {}, { file: $("matrix-file").value, brands: checked("matrix-brand"), languages: checked("matrix-language") });
  load();
}
async function load() {
  if ($("matrix").hidden) return;
  const { status, said } = await ask("/matrix");
  if (status !== 200) return;
  const body = $("matrix-body");
  if (body.dataset.html !== said.html) {
    const focused = document.activeElement?.closest?.("#matrix-body button");
    const key = focused && [focused.dataset.brand, focused.dataset.sample, focused.dataset.pane];
    body.dataset.html = said.html;
    body.innerHTML = said.html;
    if (key) [...body.querySelectorAll("button")].find((one) => [one.dataset.brand, one.dataset.sample, one.dataset.pane].join() === key.join())?.focus();
  }
  const { ok = 0, wrong = 0, failed = 0 } = said.tally;
  $("matrix-said").textContent = `${said.done} of ${said.rows} documents · ${ok} fine · ${wrong} say something else · ${failed} cannot be made`;
  clearTimeout(due);
  if (said.going) due = setTimeout(load, 500);
}
$("matrix-body").addEventListener("click", (event) => {
  const cell = event.target.closest("button");
  if (!cell) return;
  show(false);
  desk.choose("brand", cell.dataset.brand);
  desk.choose("sample", cell.dataset.sample);
  desk.view(cell.dataset.pane);
});
$("matrix-on").onclick = () => show($("matrix").hidden);
$("matrix-close").onclick = () => show(false);
for (const one of document.querySelectorAll("#matrix header select, #matrix header input")) one.onchange = begin;
let quiet = 0;
desk.arrivals.push(() => { clearTimeout(quiet); if (!$("matrix").hidden) quiet = setTimeout(begin, 1500); });
add({ title: "Matrix of samples, languages and brands", group: "View", key: "m", help: "the matrix of samples, languages, brands and forms", run: () => show($("matrix").hidden) });
if (address().get("matrix")) show(true);
