// Reading aloud with the browser's own voice, and printing. The buttons are hidden until a script can serve them.
(function () {
  "use strict";
  var LONGEST = 160; // some voices fall silent in a longer sentence
  function sentences(text) {
    return (text.match(new RegExp("[^。！？；\\n]{1," + LONGEST + "}[。！？；]?", "g")) || []).filter(function (part) {
      return part.trim();
    });
  }
  function stop(buttons) {
    window.speechSynthesis.cancel();
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", "false");
      button.querySelector("[data-speak-label]").textContent = "朗读";
    });
  }
  function start(buttons) {
    var source = document.querySelector("[data-speak-text]") || document.getElementById("main");
    var parts = sentences(source.innerText);
    parts.forEach(function (part, number) {
      var words = new SpeechSynthesisUtterance(part);
      words.lang = "zh-CN";
      words.rate = 0.95;
      if (number === parts.length - 1) words.onend = function () { stop(buttons); };
      window.speechSynthesis.speak(words);
    });
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", "true");
      button.querySelector("[data-speak-label]").textContent = "停止";
    });
  }
  var speakers = Array.prototype.slice.call(document.querySelectorAll("button[data-speak]"));
  if ("speechSynthesis" in window && speakers.length) {
    window.addEventListener("pagehide", function () { window.speechSynthesis.cancel(); });
    speakers.forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        if (button.getAttribute("aria-pressed") === "true") stop(speakers);
        else start(speakers);
      });
    });
  }
  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
