
(() => {
  "use strict";
  const root = document.documentElement;
  const wide = matchMedia("(min-width: 1024px)");
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // The page is written closed, for a phone; a wide screen and paper have room for all of it.
  const openAll = (selector) => each(selector, (part) => { part.open = true; });
  if (wide.matches) openAll(".section, .pay");
  addEventListener("beforeprint", () => openAll("details"));

  const openTarget = () => {
    const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    const part = target && target.closest("details");
    if (part) { part.open = true; part.scrollIntoView({ block: "center" }); }
  };
  addEventListener("hashchange", openTarget);
  each(".bar a", (link) => link.addEventListener("click", () => setTimeout(openTarget)));
  openTarget();

  // The bar shows the amount only while the amount itself is out of sight.
  const bar = document.querySelector(".bar");
  const action = document.querySelector(".action");
  if (bar && "IntersectionObserver" in window) {
    new IntersectionObserver(([seen]) => { bar.hidden = seen.isIntersecting; }).observe(action);
  }

  const said = document.querySelector(".said");
  each(".copy", (button) => {
    if (!navigator.clipboard) return;
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = said.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; said.textContent = ""; }, 2000);
    });
  });

  const source = document.getElementById("figures");
  if (!source || !window.Plotly) return;
  const figures = JSON.parse(source.textContent);

  // Colours are written by name; the style sheet says what they are by day and by night.
  const coloured = (value) => {
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, coloured(inner)]));
    }
    const named = typeof value === "string" && /^var\((--[a-z-]+)\)$/.exec(value);
    return named ? getComputedStyle(root).getPropertyValue(named[1]).trim() : value;
  };

  // As many names under the axis as fit, counted from the newest.
  const thinned = (axis, width) => {
    if (axis.type === "date" || !axis.tickvals) return axis;
    const longest = Math.max(...axis.ticktext.map((text) => text.length));
    const every = Math.max(1, Math.ceil((axis.tickvals.length * (longest * 8 + 6)) / width));
    const kept = (_, at) => (axis.tickvals.length - 1 - at) % every === 0;
    return { ...axis, tickvals: axis.tickvals.filter(kept), ticktext: axis.ticktext.filter(kept) };
  };

  const draw = (place) => {
    const width = place.clientWidth;
    if (!width) return;
    const figure = coloured(figures[place.dataset.figure]);
    figure.layout.font.family = getComputedStyle(document.body).fontFamily;
    figure.layout.width = width;
    figure.layout.xaxis = thinned(figure.layout.xaxis, width - 60);
    place.querySelectorAll(".still").forEach((still) => still.remove());
    place.setAttribute("aria-hidden", "true");
    Plotly.react(place, figure.data, figure.layout, { displayModeBar: false, responsive: false, doubleClick: false });
    place.dataset.drawn = "true";
  };

  const drawAll = () => each(".chart", draw);
  each("details.section", (part) => part.addEventListener("toggle", () => part.querySelectorAll(".chart").forEach(draw)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(drawAll, 120); });
  (document.fonts ? document.fonts.ready : Promise.resolve()).then(drawAll);
})();
