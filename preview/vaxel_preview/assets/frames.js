// What a frame shows is changed in its place: nothing is loaded, so nothing scrolls, and a save is seen at once.
import { difference, sameHead } from "./morph.js";

// Milliseconds that a page has for saying that it has changed itself: one that never said anything may still be loading.
const [PATIENCE, OF_A_STRANGER] = [5000, 400];
const answers = new Map();
const heard = new WeakSet();

export const shows = (frame) => frame.dataset.shows || frame.getAttribute("src");

// The text of each frame's page as it was told last: what is told next is what has changed in it.
const texts = new Map();
const parted = (address) => address.split("/").slice(-2);
export function tell(row, address, text) {
  const [look] = parted(address);
  const known = texts.get(row);
  if (known?.look !== text.from) return;
  const { html } = known;
  texts.set(row, { look, html: html.slice(0, text.head) + text.middle + html.slice(html.length - text.tail), acting: text.acting });
}
export async function text(address) {
  const [look, row] = parted(address);
  if (texts.get(row)?.look === look) return texts.get(row);
  const before = texts.get(row);
  const answer = await fetch(address.replace("/frame/", "/text/"));
  if (answer.status === 404) return null; // out of date already: a newer one is on its way
  if (!answer.ok) throw new Error(`The text of ${row} cannot be had`);
  const known = { look, html: await answer.text(), acting: answer.headers.get("X-Acting") || "" };
  if (texts.get(row) === before) texts.set(row, known); // else something newer was told meanwhile
  return known;
}

// Whether `frame` shows `address` now; false where it has to be loaded instead.
export async function renew(frame, address) {
  frame.dataset.next = address;
  const known = await text(address);
  if (!known || frame.dataset.next !== address) return true;
  const done = known.acting ? await asked(frame, { renew: known.html, acting: known.acting }) : renewedStill(frame, known.html);
  if (done && frame.dataset.next === address) frame.dataset.shows = address;
  return done;
}

// A page without scripts is what it came as, but for the marks of the desk, which come again.
function renewedStill(frame, html) {
  const live = frame.contentDocument;
  if (live?.readyState !== "complete" || !live.body) return false;
  const fresh = new DOMParser().parseFromString(html, "text/html").documentElement;
  if (!sameHead(live.documentElement, fresh)) return false;
  for (const change of difference(live.body, live.body, fresh.querySelector("body"))) change();
  return true;
}

// A page that acts has an origin of its own: it is told, and does it itself where it can (scrolling.py).
function asked(frame, words) {
  return new Promise((resolve) => {
    answers.set(frame.contentWindow, resolve);
    setTimeout(resolve, heard.has(frame.contentWindow) ? PATIENCE : OF_A_STRANGER, false);
    frame.contentWindow.postMessage(words, "*");
  });
}

addEventListener("message", (event) => {
  if (event.source && event.source !== window) heard.add(event.source);
  if (typeof event.data?.renewed !== "boolean") return;
  answers.get(event.source)?.(event.data.renewed);
  answers.delete(event.source);
});
