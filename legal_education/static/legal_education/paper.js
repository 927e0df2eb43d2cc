// One page of the paper at a time, turned and enlarged by buttons and keyboard. Without script all pages stand below each other.
(function () {
  "use strict";
  var LARGEST = 4;
  var box = document.querySelector("[data-reader]");
  if (!box) return;
  var sheets = Array.prototype.slice.call(box.querySelectorAll("[data-reader-sheet]"));
  var links = Array.prototype.slice.call(box.querySelectorAll("[data-reader-go]"));
  var at = 0, zoom = 1;
  function button(name, value) { return box.querySelector("[data-reader-" + name + "='" + value + "']"); }
  function show() {
    sheets.forEach(function (sheet, number) { sheet.hidden = number !== at; });
    links.forEach(function (link, number) {
      if (number === at) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    });
    box.querySelector("[data-reader-at]").textContent = "第" + (at + 1) + "版，共" + sheets.length + "版";
    button("turn", -1).disabled = at === 0;
    button("turn", 1).disabled = at === sheets.length - 1;
    scale();
  }
  function scale() {
    box.dataset.zoom = zoom;
    button("zoom", -1).disabled = zoom === 1;
    button("zoom", 1).disabled = zoom === LARGEST;
    var picture = sheets[at].querySelector("img");
    if (picture && zoom > 1 && picture.dataset.large) {
      picture.src = picture.dataset.large;
      delete picture.dataset.large;
    }
  }
  function turn(step) { go(Math.max(0, Math.min(sheets.length - 1, at + step))); }
  function go(number) {
    if (number === at) return;
    at = number;
    show();
    window.history.replaceState(null, "", "#" + sheets[at].id);
  }
  function enlarge(step) { zoom = Math.max(1, Math.min(LARGEST, zoom + step)); scale(); }
  // A button that is pressed for the last time loses the focus, and a page that is turned takes it along.
  function keepFocus() {
    var active = document.activeElement;
    if (!active || active === document.body || active.disabled || !box.contains(active) || active.closest("[hidden]")) {
      sheets[at].querySelector(".sheet__frame").focus();
    }
  }
  function follow() {
    var number = sheets.findIndex(function (sheet) { return "#" + sheet.id === window.location.hash; });
    if (number >= 0) { at = number; show(); }
  }
  box.querySelector("[data-reader-keys]").hidden = false;
  box.classList.add("is-paged");
  box.addEventListener("click", function (event) {
    var pressed = event.target.closest("[data-reader-turn], [data-reader-zoom], [data-reader-go]");
    if (!pressed) return;
    if (pressed.dataset.readerTurn) turn(Number(pressed.dataset.readerTurn));
    else if (pressed.dataset.readerZoom) enlarge(Number(pressed.dataset.readerZoom));
    else { event.preventDefault(); go(Number(pressed.dataset.readerGo) - 1); }
    keepFocus();
  });
  box.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    var isScrolled = zoom > 1 && event.target.classList.contains("sheet__frame");
    if (event.key === "ArrowLeft" && !isScrolled || event.key === "PageUp") turn(-1);
    else if (event.key === "ArrowRight" && !isScrolled || event.key === "PageDown") turn(1);
    else if (event.key === "+" || event.key === "=") enlarge(1);
    else if (event.key === "-") enlarge(-1);
    else if (event.key === "0") { zoom = 1; scale(); }
    else return;
    event.preventDefault();
    keepFocus();
  });
  window.addEventListener("hashchange", follow);
  show();
  follow();
})();
