// The desk: frames fitted to their columns, one artifact or all, light or dark, keys, and the filter of the table.
"use strict";

const board = {
  fit(root) {
    for (const screen of root.querySelectorAll(".screen")) {
      const wanted = Number(getComputedStyle(screen).getPropertyValue("--width"));
      if (screen.clientWidth) screen.style.setProperty("--scale", Math.min(1, screen.clientWidth / wanted));
    }
    for (const frame of root.querySelectorAll("iframe.tall")) board.measure(frame);
  },

  // Mail frames run no script, so their height may be read from outside; a phone and a window then show all of it.
  measure(frame) {
    const inside = frame.contentDocument;
    if (!inside || !inside.body) return;
    const height = Math.ceil(Math.max(inside.body.scrollHeight, inside.body.getBoundingClientRect().bottom));
    if (height > 40) frame.parentElement.style.setProperty("--height", height);
  },

  arrive(frame) {
    if (frame.classList.contains("tall")) {
      board.measure(frame);
      const inside = frame.contentDocument;
      if (inside && inside.fonts) inside.fonts.ready.then(() => board.measure(frame));
    }
  },

  view(kind) {
    const desk = document.getElementById("desk");
    if (!desk) return;
    const known = kind && document.getElementById(kind);
    desk.dataset.view = known ? kind : "";
    for (const pane of desk.querySelectorAll(".pane")) pane.classList.toggle("shown", pane.id === kind);
    for (const button of document.querySelectorAll(".views button"))
      button.setAttribute("aria-pressed", String(button.dataset.view === desk.dataset.view));
    board.fit(desk);
    board.remember("view", desk.dataset.view);
  },

  // What is shown stands in the address: after `?` on a server, after `#` in a folder, where a query cannot be changed.
  address() {
    return new URLSearchParams(location.protocol === "file:" ? location.hash.slice(1) : location.search);
  },
  remember(name, value) {
    const asked = board.address();
    if (value) asked.set(name, value); else asked.delete(name);
    const words = asked.toString();
    if (location.protocol === "file:") history.replaceState(null, "", "#" + words);
    else history.replaceState(null, "", location.pathname + (words ? "?" + words : ""));
  },

  theme(name) {
    if (name) document.documentElement.dataset.theme = name; else delete document.documentElement.dataset.theme;
    board.remember("desk", name);
  },
  turnTheme() {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    board.theme(dark ? "light" : "dark");
  },
  darkMail(on) {
    document.body.classList.toggle("dark-mail", on);
    const button = document.getElementById("dark");
    if (button) button.setAttribute("aria-pressed", String(on));
    board.remember("mail", on ? "dark" : "");
  },
  zoom(percent) {
    const slider = document.getElementById("zoom");
    if (!slider) return;
    slider.value = percent;
    document.getElementById("desk").style.setProperty("--zoom", slider.value / 100);
    board.remember("size", slider.value === "100" ? "" : slider.value);
    board.fit(document.getElementById("desk"));
  },

  turn(direction) {
    const to = document.body.dataset[direction];
    if (to) location.href = to + (location.protocol === "file:" ? location.hash : "");
  },

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=range],[type=checkbox]), select, textarea")) return;
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) return board.view("");
    const keysOn = document.getElementById("keys-on");
    if (keysOn && !keysOn.checked && event.key !== "?") return;
    const kinds = [...document.querySelectorAll(".views button")].map((button) => button.dataset.view);
    const slider = document.getElementById("zoom");
    if (/^[0-6]$/.test(event.key) && Number(event.key) < kinds.length) board.view(kinds[Number(event.key)]);
    else if (event.key === "ArrowLeft" && event.target !== slider) board.turn("previous");
    else if (event.key === "ArrowRight" && event.target !== slider) board.turn("next");
    else if (event.key === "+" && slider) board.zoom(Number(slider.value) + 20);
    else if (event.key === "-" && slider) board.zoom(Number(slider.value) - 20);
    else if (event.key === "d") board.darkMail(!document.body.classList.contains("dark-mail"));
    else if (event.key === "t") board.turnTheme();
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "/" && document.getElementById("filter")) { event.preventDefault(); document.getElementById("filter").focus(); }
  },

  sift() {
    const words = document.getElementById("filter").value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const pressed = [...document.querySelectorAll(".tally [aria-pressed=true]")].map((button) => button.dataset);
    const asked = (by) => pressed.filter((button) => button.by === by).map((button) => button.value);
    const [statuses, channels] = [asked("status"), asked("channel")];
    let left = 0;
    for (const row of document.querySelectorAll("#rows tr")) {
      const text = row.textContent.toLocaleLowerCase();
      const fits =
        words.every((word) => text.includes(word)) &&
        (!statuses.length || statuses.includes(row.dataset.status)) &&
        (!channels.length || channels.includes(row.dataset.channel));
      row.hidden = !fits;
      left += fits;
    }
    document.getElementById("none").hidden = left > 0;
  },

  start() {
    const asked = board.address();
    if (asked.get("desk")) board.theme(asked.get("desk"));
    document.addEventListener("keydown", board.key);
    const desk = document.getElementById("desk");
    if (desk) {
      desk.addEventListener("load", (event) => event.target.tagName === "IFRAME" && board.arrive(event.target), true);
      document.addEventListener("click", (event) => {
        const button = event.target.closest("button[data-view]");
        if (button) board.view(button.dataset.view);
      });
      document.getElementById("dark").onclick = () => board.darkMail(!document.body.classList.contains("dark-mail"));
      document.getElementById("theme").onclick = board.turnTheme;
      document.getElementById("help").onclick = () => document.getElementById("keys").showModal();
      const keysOn = document.getElementById("keys-on");
      try { keysOn.checked = localStorage.getItem("keys") !== "off"; } catch { /* no storage in a folder: the keys stay on */ }
      keysOn.onchange = () => { try { localStorage.setItem("keys", keysOn.checked ? "on" : "off"); } catch { /* the same */ } };
      document.getElementById("zoom").oninput = (event) => board.zoom(event.target.value);
      for (const frame of desk.querySelectorAll("iframe")) board.arrive(frame);
      if (asked.get("mail") === "dark") board.darkMail(true);
      if (asked.get("size")) board.zoom(asked.get("size"));
      board.view(asked.get("view") || "");
      new ResizeObserver(() => board.fit(desk)).observe(desk);
    }
    const filter = document.getElementById("filter");
    if (filter) {
      filter.oninput = board.sift;
      for (const button of document.querySelectorAll(".tally button"))
        button.onclick = () => { button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")); board.sift(); };
      document.getElementById("clear").onclick = () => {
        filter.value = "";
        for (const button of document.querySelectorAll(".tally button")) button.setAttribute("aria-pressed", "false");
        board.sift();
      };
    }
  },
};

board.start();
