// The look's preview follows the choice in the form; without script it shows the saved look.
(function () {
  "use strict";
  function update() {
    var holder = document.querySelector("[data-look-preview]");
    if (!holder) return;
    var chosen = document.querySelector("input[name$=palette]:checked");
    var own = document.querySelector("input[name$=brand_colour]");
    var query = new URLSearchParams({ palette: chosen ? chosen.value : "", brand_colour: own ? own.value.trim() : "" });
    holder.querySelectorAll("iframe").forEach(function (frame) {
      frame.src = holder.dataset.lookPreview + "?" + query;
    });
  }
  document.addEventListener("change", function (event) {
    if (/(palette|brand_colour)$/.test(event.target.name || "")) update();
  });
})();
