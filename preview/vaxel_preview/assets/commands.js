// Everything that can be done on this page, told once: what the keys do, what the palette offers and what the help lists.
const $ = (id) => document.getElementById(id);

// A command: `title` as the palette says it, `group`, `key` (one, as `event.key` calls it), `run`; `shown` where it is not always there.
const commands = [];
// Sources of more entries, asked when the palette opens: samples, files, lines of a pane.
const sources = [];

export const add = (...fresh) => commands.push(...fresh);
export const offer = (source) => sources.push(source);
export const listed = () => commands.filter((command) => command.title);

const TYPED = "input:not([type=range],[type=checkbox],[type=radio]), select, textarea, [contenteditable]";
export function pressed(event) {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.(TYPED)) return;
  if (!$("keys-on").checked && !["?", "Escape"].includes(event.key)) return;
  const command = commands.find((one) => one.key === event.key || one.keys?.includes(event.key));
  if (!command || command.unless?.(event)) return;
  event.preventDefault();
  command.run(event);
}

// ---- the help: the commands that have a key
const KEYS = { ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", "-": "−" };
export function openHelp() {
  const rows = new Map();
  for (const command of commands) {
    const keys = command.told || [command.key, ...(command.keys || [])].filter(Boolean).map((key) => KEYS[key] || key.toUpperCase());
    if (keys.length) rows.set(command.help || command.title, [...(rows.get(command.help || command.title) || []), ...keys]);
  }
  $("keys-list").replaceChildren(...[...rows].flatMap(([words, keys]) => {
    const [term, said] = [document.createElement("dt"), document.createElement("dd")];
    for (const key of keys) { const cap = document.createElement("kbd"); cap.textContent = key; term.append(cap, " "); }
    said.textContent = words;
    return [term, said];
  }));
  $("keys").showModal();
}

// ---- the palette
let entries = [];
let shown = [];
let at = 0;
export async function openPalette(only) {
  if ($("palette").open) return;
  entries = only || commands.filter((command) => command.title && command.run && (!command.shown || command.shown()));
  $("palette-words").value = "";
  $("palette").showModal();
  sift();
  if (only) return;
  const first = entries;
  const more = await Promise.all(sources.map((source) => Promise.resolve(source()).catch(() => [])));
  entries = [...first, ...more.flat()];
  if ($("palette").open) sift();
}
function rank(entry, words) {
  const title = entry.title.toLocaleLowerCase();
  const whole = `${title} ${(entry.group || "").toLocaleLowerCase()} ${(entry.also || "").toLocaleLowerCase()}`;
  if (!words.every((word) => whole.includes(word))) return -1;
  return words.reduce((sum, word) => sum + (title.startsWith(word) ? 4 : title.includes(` ${word}`) ? 3 : title.includes(word) ? 2 : 1), 0);
}
function sift() {
  const words = $("palette-words").value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  shown = entries.map((entry, order) => [rank(entry, words), order, entry]).filter(([found]) => found >= 0)
    .sort((one, other) => other[0] - one[0] || one[1] - other[1]).slice(0, 60).map(([, , entry]) => entry);
  at = 0;
  $("palette-list").replaceChildren(...shown.map((entry, number) => {
    const row = document.createElement("li");
    row.id = `palette-${number}`;
    row.role = "option";
    const [title, group, cap] = ["span", "small", "kbd"].map((tag) => document.createElement(tag));
    title.textContent = entry.title;
    group.textContent = entry.group || "";
    cap.textContent = entry.key ? KEYS[entry.key] || entry.key.toUpperCase() : "";
    row.append(title, group, ...(entry.key ? [cap] : []));
    row.onclick = () => take(number);
    row.onpointermove = () => at !== number && choose(number);
    return row;
  }));
  $("palette-none").hidden = shown.length > 0;
  choose(0);
}
function choose(number) {
  const rows = [...$("palette-list").children];
  at = rows.length ? (number + rows.length) % rows.length : 0;
  rows.forEach((row, order) => row.setAttribute("aria-selected", String(order === at)));
  rows[at]?.scrollIntoView({ block: "nearest" });
  $("palette-words").setAttribute("aria-activedescendant", rows.length ? `palette-${at}` : "");
}
function take(number) {
  const entry = shown[number];
  if (!entry) return;
  $("palette").close();
  entry.run();
}
$("palette-words").addEventListener("input", sift);
$("palette-words").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (step) { event.preventDefault(); choose(at + step); }
  if (event.key === "Enter") { event.preventDefault(); take(at); }
});
$("palette").addEventListener("click", (event) => event.target === $("palette") && $("palette").close());
