// Everything works without this file. It only moves the focus where the keyboard expects it.
(function () {
  "use strict";

  // Arrow keys walk through the docket, and only while a line of it has the focus (WCAG 2.1.4).
  document.addEventListener("keydown", function (event) {
    const link = event.target.closest && event.target.closest(".docket tbody a");
    if (!link || event.altKey || event.ctrlKey || event.metaKey) { return; }
    const links = Array.from(document.querySelectorAll(".docket tbody a"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && links[links.indexOf(link) + step];
    if (next) { event.preventDefault(); next.focus(); }
  });

  // A form that was refused: go to the first field that is wrong.
  const wrong = document.querySelector(".wrong input, .wrong select, .wrong textarea");
  if (wrong) { wrong.focus(); }

  // A command is given once; coming back with the browser's button makes it available again.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method !== "post" || form.dataset.sent) { if (form.dataset.sent) { event.preventDefault(); } return; }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
