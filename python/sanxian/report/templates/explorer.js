(() => {
  "use strict";
  const svg = document.querySelector("#map svg");
  const full = svg.getAttribute("viewBox").split(" ").map(Number);
  const marks = [...svg.querySelectorAll("[data-anchor]")].map((mark) => [mark, mark.dataset.anchor]);
  const patterns = [...svg.querySelectorAll("pattern")];
  const bar = document.querySelector("#scale i");
  const barText = document.querySelector("#scale span");
  const position = document.getElementById("position");
  let box = [...full];

  // Where a pointer is in the drawing.
  const at = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  const draw = () => {
    svg.setAttribute("viewBox", box.join(" "));
    const shrink = box[2] / full[2];
    // Numbers and hatches keep their size on the screen, each about the point that it belongs to.
    for (const [mark, anchor] of marks) {
      const [x, y] = anchor.split(" ").map(Number);
      mark.setAttribute("transform", `translate(${x} ${y}) scale(${shrink}) translate(${-x} ${-y})`);
    }
    for (const pattern of patterns) pattern.setAttribute("patternTransform", `scale(${shrink})`);
    drawScale();
  };

  const drawScale = () => {
    const metres = frame.metres / svg.getScreenCTM().a;
    const power = 10 ** Math.floor(Math.log10(130 * metres));
    const length = [5, 2, 1].map((step) => step * power).find((step) => step <= 130 * metres);
    bar.style.width = `${length / metres}px`;
    barText.textContent = length >= 1000 ? `${length / 1000} 千米` : `${Number(length.toPrecision(2))} 米`;
  };

  const zoom = (point, factor) => {
    const width = Math.min(full[2], Math.max(full[2] / frame.mostZoom, box[2] * factor));
    const scale = width / box[2];
    box = [point.x - (point.x - box[0]) * scale, point.y - (point.y - box[1]) * scale, width, box[3] * scale];
    // Zoomed out entirely, the map is where it was at first.
    if (width === full[2]) box = [...full];
    draw();
  };

  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    zoom(at(event), Math.exp(Math.max(-1, Math.min(1, event.deltaY * lines * 0.002))));
  }, { passive: false });

  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = at(event);
    svg.setPointerCapture(event.pointerId);
    svg.classList.add("dragged");
  });
  svg.addEventListener("pointermove", (event) => {
    let point = at(event);
    if (held) {
      box[0] += held.x - point.x;
      box[1] += held.y - point.y;
      draw();
      point = held;
    }
    const x = frame.minx + (point.x - frame.left) * frame.unitsX;
    const y = frame.maxy - (point.y - frame.top) * frame.unitsY;
    position.textContent = frame.isGeographic
      ? `经度 ${x.toFixed(6)}° 纬度 ${y.toFixed(6)}°`
      : `横坐标 ${x.toFixed(2)} 纵坐标 ${y.toFixed(2)} 米`;
  });
  for (const name of ["pointerup", "pointercancel"]) {
    svg.addEventListener(name, () => {
      held = null;
      svg.classList.remove("dragged");
    });
  }
  svg.addEventListener("dblclick", () => {
    box = [...full];
    draw();
  });

  document.getElementById("layers").addEventListener("change", (event) => {
    const key = event.target.dataset.toggle;
    for (const part of svg.querySelectorAll(`[data-layer="${key}"]`)) part.classList.toggle("hidden", !event.target.checked);
  });
  window.addEventListener("resize", drawScale);
  draw();
})();
