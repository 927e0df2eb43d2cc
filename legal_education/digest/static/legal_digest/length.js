/* The length of an issue beside its form: asked for again whenever the draft may have been saved. */
(() => {
  const box = document.querySelector("[data-digest-length][data-url]");
  if (!box) return;
  let waiting = 0;
  async function refresh() {
    const answer = await fetch(box.dataset.url, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (answer.ok) box.innerHTML = await answer.text();
  }
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 3000);
  }
  const form = box.closest("form");
  for (const kind of ["change", "input"]) form.addEventListener(kind, soon);
  document.addEventListener("w-autosave:success", refresh);
})();
