// The list of findings in the editor's checks panel: loaded when the panel opens, and again after each automatic save.
(() => {
  "use strict";

  function start(section) {
    const list = section.querySelector("[data-page-checks-list]");
    const panel = section.closest("[data-side-panel]");
    let page = section.dataset.page;
    let isStale = !("isRefused" in section.dataset);

    async function load() {
      if (!page || !isStale) return;
      isStale = false;
      try {
        const answer = await fetch(section.dataset.pageChecks.replace("/0/", `/${page}/`), { credentials: "same-origin" });
        if (answer.ok) show(await answer.text());
        else isStale = true;
      } catch {
        isStale = true;
      }
    }

    function show(html) {
      const isTicked = Boolean(list.querySelector("input:checked"));
      list.innerHTML = html;
      const box = list.querySelector("input[type=checkbox]");
      if (box) box.checked = isTicked;
    }

    panel.addEventListener("show", load);
    document.addEventListener("w-autosave:success", (event) => {
      page = String((event.detail && event.detail.data && event.detail.data.pk) || page);
      isStale = true;
      if (!panel.hidden) load();
    });
    if ("isRefused" in section.dataset) panel.dispatchEvent(new Event("open"));
    else if (!panel.hidden) load();
  }

  window.addEventListener("load", () => document.querySelectorAll("[data-page-checks]").forEach(start));
})();
