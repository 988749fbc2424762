// Asks once a second how the identification goes, moves the QR code on, and goes where it leads.
"use strict";
const waiting = document.getElementById("waiting");
const part = (name) => document.getElementById(name);

async function look() {
  let told;
  try {
    told = await (await fetch(waiting.dataset.state, { headers: { Accept: "application/json" } })).json();
  } catch {
    return true; // the network is away for a moment
  }
  if (told.go) {
    location.replace(told.go);
    return false;
  }
  if (told.fail) {
    if (told.title) part("title").textContent = told.title;
    part("say").textContent = told.fail;
    part("qr").remove();
    part("app").remove();
    const button = waiting.querySelector("button");
    button.textContent = button.dataset.again;
    button.classList.remove("quiet");
    return false;
  }
  part("qr").src = told.qr;
  part("say").textContent = told.say;
  return true;
}

async function wait() {
  while (await look()) await new Promise((next) => setTimeout(next, 1000));
}
wait();
