// The live page: follows the server's events and changes, in place, only what is another now.
import "./studio.js";
import "./drawer.js";
import "./review.js";
import "./data.js";
import "./matrix.js";
import "./wording.js";
import "./sending.js";
import { add, offer } from "./commands.js";
import { renew, shows, tell, text } from "./frames.js";
import { address, arrive, desk, readAddress, remember, restoreStages, words } from "./desk.js";

const QUIET = 2500; // ms after the last change
const AT_ONCE = 3; // of what nobody sees, once everything on the screen is there

const live = {
  source: null,
  listener: null,
  looked: 0,
  begun: 0,

  start() {
    for (const name of ["brand", "sample"]) document.getElementById(name).onchange = () => live.look(true);
    document.getElementById("previous").onclick = () => live.turn(-1);
    document.getElementById("next").onclick = () => live.turn(1);
    desk.turn = live.turn;
    desk.choose = live.choose;
    add(
      { title: "Next brand", group: "Brand", key: "b", run: () => live.turnBrand() },
      { title: "The same in another language", group: "Sample", key: "o", help: "the same document in another language", run: () => live.turnLanguage() },
    );
    offer(() => [
      ...[...document.querySelectorAll(".wall .pane")].flatMap((pane) => {
        const title = pane.querySelector("h2").textContent;
        return [
          { title: `Enlarge ${title}`, group: "Pane", run: () => desk.view(pane.id) },
          { title: `${pane.hidden ? "Show" : "Hide"} ${title}`, group: "Pane", run: () => desk.hide(pane.id, !pane.hidden) },
        ];
      }),
      ...[...document.querySelectorAll(".views .group, .views .all")].map((button) => ({ title: button.id === "all" ? "Show all panes" : `Only ${button.textContent}`, group: "Panes", run: () => button.click() })),
      ...[...document.getElementById("sample").options].map((option) => ({ title: option.textContent, also: option.dataset.gist, group: option.parentElement.label, run: () => live.choose("sample", option.value) })),
      ...[...document.getElementById("brand").options].map((option) => ({ title: `Brand ${option.value}`, group: "Brand", run: () => live.choose("brand", option.value) })),
    ]);
    addEventListener("popstate", () => {
      const asked = address();
      readAddress();
      for (const name of ["brand", "sample"]) if (asked.get(name)) document.getElementById(name).value = asked.get(name);
      live.look(false);
    });
    // A hidden page lets go of its connection: browsers allow six to one server, and nobody looks.
    document.addEventListener("visibilitychange", () => (document.hidden ? live.leave() : live.follow()));
    addEventListener("pagehide", live.leave);
    addEventListener("message", live.painted);
    live.seen = new IntersectionObserver(live.noteSeen, { rootMargin: "80px" });
    live.watchPanes();
    const wanted = address().get("sample");
    if (wanted?.includes("@")) live.choose("sample", wanted); else live.look(false);
  },

  asked() {
    return { brand: document.getElementById("brand").value, sample: document.getElementById("sample").value };
  },

  turn(by) {
    const picker = document.getElementById("sample");
    const to = picker.selectedIndex + by;
    if (to < 0 || to >= picker.options.length) return;
    picker.selectedIndex = to;
    live.look(true);
  },

  turnBrand() {
    const picker = document.getElementById("brand");
    live.choose("brand", picker.options[(picker.selectedIndex + 1) % picker.options.length].value);
  },
  turnLanguage() {
    const picker = document.getElementById("sample");
    const [plain, asked] = picker.value.split("@");
    const all = [...document.querySelectorAll("[name=matrix-language]")].map((one) => one.value);
    const now = asked || picker.selectedOptions[0].dataset.gist.match(/ · (\w\w) · /)?.[1];
    live.choose("sample", `${plain}@${all[(all.indexOf(now) + 1) % all.length]}`);
  },
  choose(name, value) {
    const picker = document.getElementById(name);
    if (![...picker.options].some((option) => option.value === value) && value.includes("@")) {
      const plain = [...picker.options].find((option) => option.value === value.split("@")[0]);
      if (!plain) return;
      const spoken = plain.cloneNode(true);
      spoken.value = value;
      spoken.textContent += ` (${value.split("@")[1]})`;
      spoken.dataset.gist = spoken.dataset.gist.replace(/ · \w\w · /, ` · ${value.split("@")[1]} · `);
      plain.after(spoken);
    }
    document.getElementById(name).value = value;
    document.getElementById(name).dispatchEvent(new Event("change"));
  },

  look(isNew) {
    const asked = live.asked();
    const chosen = document.getElementById("sample").selectedOptions[0];
    document.getElementById("recipient").textContent = chosen.dataset.recipient;
    const reference = document.createElement("small");
    reference.textContent = chosen.dataset.reference;
    document.getElementById("recipient").append(" ", reference);
    document.getElementById("gist").textContent = chosen.dataset.gist;
    document.title = `${chosen.dataset.recipient} · ${asked.brand} · Vaxel preview`;
    if (isNew) {
      const now = address();
      now.set("brand", asked.brand);
      now.set("sample", asked.sample);
      history.pushState(null, "", words(now));
    } else {
      remember("brand", asked.brand);
      remember("sample", asked.sample);
    }
    live.follow();
  },

  follow() {
    live.leave();
    if (document.hidden) return;
    live.pulse("working", "rendering");
    live.begun = performance.now();
    const source = new EventSource("/events?" + new URLSearchParams(live.asked()));
    live.source = source;
    const on = (name, act) => source.addEventListener(name, (event) => source === live.source && act(JSON.parse(event.data)));
    on("hello", (said) => { live.listener = said.listener; live.tellSeen(); });
    on("pane", live.swap);
    on("state", live.state);
    on("working", () => { clearTimeout(live.quiet); clearTimeout(live.reading); live.begun = performance.now(); live.pulse("working", "rendering"); });
    on("relisted", () => desk.saving || location.reload());  // who saves goes to what was saved
    source.onerror = () => source === live.source && live.pulse("lost", "not connected; trying again");
  },

  leave() {
    if (live.source) live.source.close();
    live.source = null;
    live.listener = null;
  },

  pulse(state, words) {
    const pulse = document.getElementById("pulse");
    pulse.dataset.state = state;
    pulse.textContent = words;
  },

  state(said) {
    const problems = document.getElementById("problems");
    if (problems.dataset.html !== said.html) {
      problems.dataset.html = said.html;
      problems.innerHTML = said.html;
    }
    for (const pane of document.querySelectorAll(".pane")) {
      const old = said.failed.includes(pane.dataset.made);
      pane.classList.toggle("last-good", old);
      for (const stage of pane.querySelectorAll(".stage")) {
        stage.setAttribute("role", "group");
        stage.setAttribute("aria-labelledby", `${pane.id}-title`);
        stage.setAttribute("aria-disabled", String(old)); // dimmed: what it shows is no longer what the files say
      }
    }
    for (const nothing of document.querySelectorAll(".absent .nothing"))
      if (said.failed.includes(nothing.closest(".pane").dataset.made)) nothing.textContent = "Nothing to show yet: see what is wrong above.";
    if (!said.settled) return;
    live.loadActing();
    const spent = Math.round(performance.now() - live.begun);
    if (said.failed.length) live.pulse("wrong", "the last good state is shown");
    else live.pulse("live", `up to date · ${spent} ms`);
  },

  // Changes a pane part by part; a part that is the same stays the same element, so nothing flickers or scrolls.
  swap(said) {
    const old = document.getElementById(said.kind);
    const page = new DOMParser().parseFromString(said.html, "text/html");
    const fresh = document.adoptNode(page.querySelector(".pane"));
    const frame = fresh.querySelector("iframe");
    if (said.text && frame) tell(said.kind, frame.getAttribute("src"), said.text);
    for (const picture of fresh.querySelectorAll("img")) picture.given = said.pictures[picture.getAttribute("src")];
    const parts = (pane) => [...pane.querySelectorAll("[data-part]")];
    const names = (pane) => parts(pane).map((part) => part.dataset.part + part.tagName).join();
    if (names(old) !== names(fresh)) {
      old.replaceWith(fresh);
      live.watchPanes();
    } else {
      old.dataset.digest = fresh.dataset.digest;
      const byName = new Map(parts(fresh).map((part) => [part.dataset.part, part]));
      for (const part of parts(old)) live.swapPart(part, byName.get(part.dataset.part));
    }
    desk.apply();
    restoreStages();
    for (const tell of desk.arrivals) tell(said.kind, said.places);
  },

  swapPart(old, fresh) {
    if (old.tagName === "IFRAME") {
      if (shows(old) !== fresh.getAttribute("src")) live.inTurn(old, fresh, live.renewFrame);
    } else if (old.tagName === "IMG") {
      if (shows(old) !== fresh.getAttribute("src")) live.inTurn(old, fresh, live.swapPicture);
    } else if (old.tagName === "A") {
      old.href = fresh.href;
    } else if (old.innerHTML !== fresh.innerHTML) {
      old.innerHTML = fresh.innerHTML;
    }
  },

  // What is on the screen is changed at once, then all the rest; frames that must be loaded come one by one, so that the
  // first is there soon.
  waiting: new Map(),
  coming: 0,
  loading: 0,
  acting: 0,
  seenComing: 0,
  inTurn(old, fresh, swap) {
    live.waiting.set(old, [fresh, swap]); // a newer one takes the place of one that has not begun
    old.dataset.waiting = "";
    clearTimeout(live.pumping);
    if (live.isSeen(old) && live.isFree(old, swap)) live.begin(old);
    else live.pumping = setTimeout(live.pump, 60);
  },
  // Pages that act share one process: the second would keep the first from being painted.
  isFree(old, swap) {
    if (swap === live.swapFrame) return !live.loading;
    return !live.acting || old.getAttribute("sandbox") !== "allow-scripts";
  },
  isSeen(part) {
    if (!live.onScreen.has(part.closest(".pane")?.id)) return false;
    const [box, stage] = [part.getBoundingClientRect(), part.closest(".stage").getBoundingClientRect()];
    return box.top < Math.min(innerHeight, stage.bottom) && box.bottom > Math.max(0, stage.top);
  },
  begin(old) {
    const [fresh, swap] = live.waiting.get(old);
    live.waiting.delete(old);
    const seen = live.isSeen(old);
    live.coming += 1;
    live.seenComing += seen;
    const [loads, acts] = [swap === live.swapFrame, swap === live.renewFrame && old.getAttribute("sandbox") === "allow-scripts"];
    live.loading += loads;
    live.acting += acts;
    swap(old, fresh).finally(() => {
      live.coming -= 1;
      live.seenComing -= seen;
      live.loading -= loads;
      live.acting -= acts;
      live.pumping = setTimeout(live.pump, 0);
    });
  },
  pump() {
    clearTimeout(live.pumping);
    for (const old of live.waiting.keys()) if (!old.isConnected) live.waiting.delete(old);
    for (const [old, [, swap]] of [...live.waiting]) if (live.isSeen(old) && live.isFree(old, swap)) live.begin(old);
    if (live.seenComing) return;
    for (const [old, [, swap]] of [...live.waiting]) if (live.coming < AT_ONCE && live.isFree(old, swap)) live.begin(old);
  },

  // A frame is changed in its place. Where that cannot be, it is loaded; and a page that acts is loaded anyway once it is
  // quiet, for its scripts to begin with what it says now.
  async renewFrame(old, fresh) {
    const done = await renew(old, fresh.getAttribute("src")).catch(() => true); // the server went: it comes with all
    if (!old.isConnected || live.waiting.has(old)) return;
    if (!done) return live.inTurn(old, fresh, live.swapFrame);
    delete old.dataset.waiting;
  },
  quiet: 0,
  reading: 0,
  // What is told next is what has changed in what is known now, so that has to be known.
  readSeen() {
    for (const frame of document.querySelectorAll(".screen > iframe[data-part]:not([data-waiting])"))
      if (live.isSeen(frame)) text(shows(frame)).catch(() => live.pulse("lost", "not connected; trying again"));
  },
  loadActing() {
    clearTimeout(live.quiet);
    clearTimeout(live.reading);
    live.reading = setTimeout(live.readSeen, 150);
    live.quiet = setTimeout(() => {
      for (const old of document.querySelectorAll(".stage > .screen > iframe[sandbox=allow-scripts][data-shows]:not(.coming)")) {
        const fresh = old.cloneNode();
        fresh.src = shows(old);
        for (const name of ["shows", "next", "painted"]) delete fresh.dataset[name];
        live.inTurn(old, fresh, live.swapFrame);
      }
    }, QUIET);
  },

  // The new picture is decoded before it takes the place of the old one; what nobody waits for is fetched first.
  async swapPicture(old, fresh) {
    const ready = new Image();
    const address = fresh.getAttribute("src");
    ready.src = fresh.given ? `data:image/png;base64,${fresh.given}` : address;
    old.dataset.next = address;
    try { await ready.decode(); } catch { return; } // out of date already: a newer one is on its way
    if (old.dataset.next !== address) return;
    if (!live.waiting.has(old)) delete old.dataset.waiting;
    old.width = fresh.width;
    old.height = fresh.height;
    old.dataset.shows = address;
    old.src = ready.src;
  },

  // The new frame loads on top of the old one, unseen, and is shown when it is painted, or else loaded.
  swapFrame(old, fresh) {
    const screen = old.parentElement;
    for (const late of screen.querySelectorAll(".coming")) late.remove();
    fresh.classList.add("coming");
    delete old.dataset.part;
    delete old.dataset.waiting;
    return new Promise((loaded) => {
      const show = () => {
        if (!fresh.classList.contains("coming")) return;
        if (old.dataset.scrolled) fresh.dataset.scrolled = old.dataset.scrolled;
        fresh.classList.remove("coming");
        loaded();
        for (const frame of screen.querySelectorAll("iframe")) if (frame !== fresh) frame.remove();
      };
      live.painting.set(fresh, show);
      fresh.addEventListener("load", () => {
        live.painting.delete(fresh);
        show();
        arrive(fresh);
      }, { once: true });
      setTimeout(loaded, 3000); // a frame that was itself replaced never loads
      screen.append(fresh);
    });
  },
  painting: new Map(),
  painted(event) {
    if (event.data?.painted !== true) return;
    const renewed = [...document.querySelectorAll("iframe[data-shows]")].find((frame) => frame.contentWindow === event.source);
    if (renewed) renewed.dataset.painted = renewed.dataset.shows;
    for (const [frame, show] of live.painting) {
      if (!frame.isConnected) live.painting.delete(frame);
      else if (frame.contentWindow === event.source) {
        frame.contentWindow.postMessage({ scrollTo: Number(frame.parentElement.querySelector("[data-scrolled]")?.dataset.scrolled) || 0 }, "*");
        show();
      }
    }
  },

  onScreen: new Set(),
  watchPanes() {
    live.seen.disconnect();
    live.onScreen.clear();
    for (const pane of document.querySelectorAll(".pane")) live.seen.observe(pane);
  },
  noteSeen(entries) {
    for (const entry of entries) live.onScreen[entry.isIntersecting ? "add" : "delete"](entry.target.id);
    clearTimeout(live.looked);
    live.looked = setTimeout(live.tellSeen, 100);
    clearTimeout(live.reading);
    live.reading = setTimeout(live.readSeen, 250);
    if (live.waiting.size) live.pump();
  },
  // How much of a pane is on the screen, in steps that a pixel does not change.
  shown(id) {
    const [box, edge] = [document.getElementById(id).getBoundingClientRect(), document.getElementById("desk").getBoundingClientRect()];
    const side = (from, to, low, high) => Math.max(0, Math.min(to, high) - Math.max(from, low));
    return Math.round((side(box.left, box.right, edge.left, edge.right) * side(box.top, box.bottom, edge.top, edge.bottom)) / 20_000);
  },
  tellSeen() {
    const kinds = [...live.onScreen].sort((one, other) => live.shown(other) - live.shown(one));
    if (live.listener) fetch("/on-screen", { method: "POST", body: JSON.stringify({ listener: live.listener, kinds }) }).catch(() => {});
  },
};

live.start();
