
(() => {
  "use strict";
  const root = document.documentElement;
  const wide = matchMedia("(min-width: 1024px)");
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // The page is written closed, for a phone; a wide screen and paper have room for all of it.
  const openAll = (selector) => each(selector, (part) => { part.open = true; });
  if (wide.matches) openAll(".section, .pay");
  addEventListener("beforeprint", () => openAll("details:not(.month):not(.month *)"));

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

  // From month to day: one month at a time, chosen by list, by step, or by its bar in the chart above.
  const steppers = new Map();
  each(".months", (part) => {
    const months = [...part.querySelectorAll(".month")];
    const list = part.querySelector(".choose");
    part.classList.add("stepped");
    part.querySelector(".stepper").hidden = false;
    const choose = (at) => {
      const chosen = Math.max(0, Math.min(months.length - 1, at));
      months.forEach((month, number) => {
        month.classList.toggle("chosen", number === chosen);
        month.open = number === chosen;
      });
      list.selectedIndex = chosen;
      part.querySelectorAll(".step").forEach((step) => {
        const next = chosen + Number(step.dataset.step);
        step.disabled = next < 0 || next >= months.length;
      });
      part.dispatchEvent(new CustomEvent("chosen", { detail: Number(months[chosen].dataset.month) }));
    };
    list.addEventListener("change", () => choose(list.selectedIndex));
    part.querySelectorAll(".step").forEach((step) => {
      step.addEventListener("click", () => choose(list.selectedIndex + Number(step.dataset.step)));
    });
    steppers.set(part.dataset.series, { part, choose: (bar) => choose(months.findIndex((month) => Number(month.dataset.month) === bar)), chosen: () => Number(months[list.selectedIndex].dataset.month) });
    choose(0);
  });

  // A day is read by pointing, touching, or with the arrow keys.
  each(".days", (days) => {
    const said = days.dataset.said.split("|");
    const day = days.querySelector(".day");
    const plot = days.querySelector(".plot");
    const mark = document.createElement("div");
    mark.className = "mark";
    mark.hidden = true;
    plot.append(mark);
    plot.tabIndex = 0;
    plot.setAttribute("role", "slider");
    plot.setAttribute("aria-label", days.dataset.label);
    plot.setAttribute("aria-valuemin", "1");
    plot.setAttribute("aria-valuemax", String(said.length));
    let at = Number(days.dataset.most);
    const tell = () => {
      plot.setAttribute("aria-valuenow", String(at + 1));
      plot.setAttribute("aria-valuetext", said[at]);
    };
    const shown = () => [...plot.querySelectorAll(".still")].find((still) => still.offsetWidth);
    const show = (next) => {
      at = Math.max(0, Math.min(said.length - 1, next));
      const still = shown();
      if (!still) return;
      const width = still.clientWidth;
      mark.style.left = `${(Number(still.dataset.left) + at * Number(still.dataset.slot)) * width}px`;
      mark.style.width = `${Number(still.dataset.slot) * width}px`;
      mark.hidden = false;
      day.textContent = said[at];
      days.dataset.live = "true";
      tell();
    };
    plot.addEventListener("pointermove", (event) => {
      const still = shown();
      const box = still.getBoundingClientRect();
      show(Math.floor(((event.clientX - box.left) / box.width - Number(still.dataset.left)) / Number(still.dataset.slot)));
    });
    plot.addEventListener("focus", () => { if (plot.matches(":focus-visible")) show(at); });
    plot.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: said.length - 1 };
      if (!(event.key in steps)) return;
      event.preventDefault();
      show(steps[event.key]);
    });
    tell();
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
    const months = steppers.get(place.dataset.series);
    if (months) {
      const bar = months.chosen();
      figure.layout.shapes = [{ type: "rect", x0: bar - 0.5, x1: bar + 0.5, y0: 0, y1: 1, yref: "paper", layer: "below", line: { width: 0 }, fillcolor: coloured("var(--wash)") }];
    }
    figure.layout.xaxis = thinned(figure.layout.xaxis, width - 60);
    place.querySelectorAll(".still").forEach((still) => still.remove());
    place.setAttribute("aria-hidden", "true");
    Plotly.react(place, figure.data, figure.layout, { displayModeBar: false, responsive: false, doubleClick: false });
    if (!place.dataset.drawn) place.on("plotly_click", ({ points: [point] }) => {
      const months = steppers.get(place.dataset.series);
      if (months) months.choose(Math.round(point.x));
    });
    place.dataset.drawn = "true";
  };

  steppers.forEach(({ part }, series) => part.addEventListener("chosen", () => {
    each(".chart[data-drawn]", (place) => { if (place.dataset.series === series) draw(place); });
  }));
  const drawAll = () => each(".chart", draw);
  each("details.section", (part) => part.addEventListener("toggle", () => part.querySelectorAll(".chart").forEach(draw)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(drawAll, 120); });
  (document.fonts ? document.fonts.ready : Promise.resolve()).then(drawAll);
})();
