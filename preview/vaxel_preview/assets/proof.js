// A proof: one question, and wishes pinned to their places.
const $ = (id) => document.getElementById(id);
const wishes = [];
let place = null;
function say(words) { $("said").textContent = words; }
const told = () => (wishes.length === 1 ? "1 wish" : `${wishes.length} wishes`);
function count() {
  $("changes").textContent = wishes.length ? `Send ${told()}` : "Send wishes";
  $("changes").disabled = !wishes.length;
}
function ask(sheet, x, y) {
  place = { sheet: Number(sheet.dataset.sheet), x, y, on: sheet };
  $("words").value = "";
  $("wish").showModal();
}
for (const sheet of document.querySelectorAll(".sheet")) {
  sheet.addEventListener("click", (event) => {
    if (event.target.closest(".pin")) return;
    const box = sheet.getBoundingClientRect();
    ask(sheet, Math.round((1000 * (event.clientX - box.left)) / box.width) / 10, Math.round((1000 * (event.clientY - box.top)) / box.height) / 10);
  });
  sheet.addEventListener("keydown", (event) => event.key === "Enter" && event.target === sheet && (event.preventDefault(), ask(sheet, 50, 10)));
}
$("wish").addEventListener("close", () => {
  const words = $("words").value.trim();
  if ($("wish").returnValue !== "pin" || !words || !place) return;
  wishes.push({ sheet: place.sheet, x: place.x, y: place.y, words });
  const pin = document.createElement("button");
  pin.className = "pin"; pin.type = "button"; pin.textContent = wishes.length; pin.title = words;
  pin.setAttribute("aria-label", `Wish ${wishes.length}: ${words}`);
  Object.assign(pin.style, { left: `${place.x}%`, top: `${place.y}%` });
  place.on.append(pin);
  count();
});
async function send(verdict) {
  if (!$("by").reportValidity()) return;
  const answer = await fetch(location.href, { method: "POST", body: JSON.stringify({ verdict, by: $("by").value.trim(), comments: verdict === "changes" ? wishes : [] }) });
  const done = answer.status === 204;
  say(done ? (verdict === "approved" ? "Thank you: approved." : `Thank you: ${told()} sent.`) : "That could not be sent; try once more.");
  if (done) for (const one of document.querySelectorAll("header button, header input")) one.disabled = true;
}
$("approve").onclick = () => send("approved");
$("changes").onclick = () => send("changes");
$("answer").onsubmit = (event) => event.preventDefault();
count();
