// Progress of a rollout, fetched anew every two seconds while it runs; and the filter above the list of sites.
(() => {
  const PAUSE_MS = 2000;

  const watch = (place) => {
    const status = document.querySelector("[data-rollout-status]");
    const running = () => place.querySelector("[data-running]");
    const refresh = async () => {
      try {
        const answer = await fetch(place.dataset.rolloutProgress, { headers: { "X-Requested-With": "XMLHttpRequest" } });
        if (answer.ok && !answer.redirected) {
          const scroll = place.querySelector(".rollout-scroll")?.scrollTop ?? 0;
          place.innerHTML = await answer.text();
          const list = place.querySelector(".rollout-scroll");
          if (list) list.scrollTop = scroll;
          const words = place.querySelector("progress")?.getAttribute("aria-label") ?? "";
          // Told only when it changed: a live region that repeats itself is noise.
          if (status && status.textContent !== words) status.textContent = words;
        }
      } catch {
        // The network comes back or the reader reloads; the next round tries again.
      }
      if (running()) setTimeout(refresh, PAUSE_MS);
      else window.location.reload(); // other buttons fit now
    };
    if (running()) setTimeout(refresh, PAUSE_MS);
  };

  const filter = (form) => {
    const box = form.querySelector("[data-rollout-filter]");
    const rows = [...form.querySelectorAll("tr[data-name]")];
    box.hidden = false;
    box.querySelector("input").addEventListener("input", (event) => {
      const wanted = event.target.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.dataset.name.toLowerCase().includes(wanted);
    });
    box.querySelector("input").addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    // Whoever ticks a site means the ticked ones.
    form.addEventListener("change", (event) => {
      if (event.target.name !== "sites" || !event.target.checked) return;
      const chosen = form.closest("form").querySelector("input[name=scope][value=chosen]");
      if (chosen) chosen.checked = true;
    });
  };

  document.querySelectorAll("[data-rollout-progress]").forEach(watch);
  document.querySelectorAll("[data-rollout-sites]").forEach(filter);
})();
