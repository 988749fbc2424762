// Notes, for each part of a pane, when a change of it was on the screen: two animation frames after it was put there.
(() => {
  const noted = (window.noted = []);
  const frames = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  const onScreen = (part) => {
    const box = part.getBoundingClientRect();
    return box.width && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth;
  };
  // A page that acts says itself when its change is painted; off the screen it paints nothing.
  const tells = (frame) => frame.getAttribute("sandbox") === "allow-scripts" && onScreen(frame);
  const inFrame = (frame, change) => {
    if (change.attributeName === "class") return !frame.classList.contains("coming");
    return change.attributeName === (tells(frame) ? "data-painted" : "data-shows");
  };
  const shown = (change) => {
    const target = change.target.nodeType === 1 ? change.target : change.target.parentElement;
    const stage = target?.closest(".stage");
    if (!stage || !target.closest(".pane")) return null;
    if (target.tagName === "IFRAME") return inFrame(target, change) ? target : null;
    if (target.tagName === "IMG") return change.attributeName === "src" ? target : null;
    return change.type === "attributes" || target.classList.contains("screen") ? null : target;
  };
  new MutationObserver((changes) => {
    for (const target of new Set(changes.map(shown).filter(Boolean))) {
      const pane = target.closest(".pane").id;
      const part = target.closest("[data-part]")?.dataset.part || "";
      const note = () => noted.push([pane, part, performance.timeOrigin + performance.now()]);
      if (target.dataset.painted && tells(target)) note(); else frames(note);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["src", "class", "data-shows", "data-painted"] });

  // Whether every pane on the screen shows something.
  window.usable = () => {
    const panes = [...document.querySelectorAll(".pane")].filter(onScreen);
    const ready = (img) => img.complete && img.naturalWidth > 0;
    return panes.length > 0 && panes.every((pane) => !pane.classList.contains("absent") && !pane.querySelector(".coming")
      && [...pane.querySelectorAll("img")].slice(0, 1).every(ready));
  };
  window.still = () => document.getElementById("pulse")?.dataset.state === "live" && !document.querySelector(".coming, [data-waiting]");

  // How long one picture takes to be decoded, put in the place of another and painted; nothing else happens.
  window.swapped = async (addresses) => {
    const picture = document.createElement("img");
    picture.style.cssText = "position:fixed;left:0;top:0;width:430px;z-index:9";
    document.body.append(picture);
    const spent = [];
    for (const address of addresses) {
      const begun = performance.now();
      const ready = new Image();
      ready.src = address;
      await ready.decode();
      picture.src = address;
      await new Promise(frames);
      spent.push(performance.now() - begun);
    }
    picture.remove();
    return spent;
  };
})();
