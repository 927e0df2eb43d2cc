// The width of the preview: as on a desk, or as on a telephone. The page is laid out at that width and drawn to fit.
(() => {
  "use strict";

  const WIDTHS = { desktop: 1280, phone: 390 };

  function start(box) {
    const frame = box.querySelector("iframe");
    const buttons = document.querySelectorAll("[data-review-width]");
    let width = box.clientWidth < 600 ? "phone" : "desktop";

    function fit() {
      buttons.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.reviewWidth === width)));
      const scale = Math.min(1, box.clientWidth / WIDTHS[width]);
      frame.style.width = `${WIDTHS[width]}px`;
      frame.style.height = `${box.clientHeight / scale}px`;
      frame.style.transform = `scale(${scale})`;
    }

    buttons.forEach((button) => {
      button.addEventListener("click", () => {
        width = button.dataset.reviewWidth;
        fit();
      });
    });
    new ResizeObserver(fit).observe(box);
    fit();
  }

  document.querySelectorAll("[data-review-preview]").forEach(start);
})();
