// Everything works without this file: it draws what the numbers say over the page, and takes numbers from a pointer.
(function () {
  "use strict";

  const sheet = document.querySelector(".sheet");
  if (!sheet) { return; }
  const edges = ["left", "top", "right", "bottom"];
  const areas = Array.from(document.querySelectorAll("fieldset[data-area]"));
  const drawn = Array.from(sheet.querySelectorAll("rect"));
  const field = function (area, edge) { return area.querySelector("[name^='" + edge + "_']"); };

  function draw() {
    areas.forEach(function (area, place) {
      const said = edges.map(function (edge) { return parseFloat(field(area, edge).value); });
      const whole = said.every(Number.isFinite) && said[0] < said[2] && said[1] < said[3];
      const sides = whole ? [said[0], said[1], said[2] - said[0], said[3] - said[1]] : [0, 0, 0, 0];
      ["x", "y", "width", "height"].forEach(function (name, side) { drawn[place].setAttribute(name, sides[side]); });
    });
  }

  function place(event) {
    const box = sheet.getBoundingClientRect();
    const share = function (at, from, length) { return Math.min(100, Math.max(0, (at - from) / length * 100)).toFixed(1); };
    return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
  }

  let begun = null;
  sheet.addEventListener("pointerdown", function (event) {
    const free = areas.find(function (area) { return edges.every(function (edge) { return !field(area, edge).value; }); });
    if (!free || event.pointerType === "touch") { return; }
    begun = { area: free, at: place(event) };
    sheet.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  sheet.addEventListener("pointermove", function (event) {
    if (!begun) { return; }
    const ends = [begun.at, place(event)], sorted = [0, 1].map(function (axis) {
      return ends.map(function (end) { return end[axis]; }).sort(function (one, other) { return one - other; });
    });
    [sorted[0][0], sorted[1][0], sorted[0][1], sorted[1][1]].forEach(function (value, side) {
      field(begun.area, edges[side]).value = value;
    });
    begun.area.closest("details")?.setAttribute("open", "");
    draw();
  });
  sheet.addEventListener("pointerup", function () { begun = null; });
  sheet.addEventListener("pointercancel", function () { begun = null; });
  document.addEventListener("input", draw);
  draw();
})();
