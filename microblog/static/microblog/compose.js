// How long the post is on each platform, asked from the server while one writes: screen and publication count alike.
(() => {
  "use strict";

  const PAUSE = 350;
  const NAMES = ["text", "topic_word", "slug", "link_page"];

  function start(place) {
    const form = place.closest("form");
    if (!form) return;
    let waiting = 0;
    let asked = 0;

    function collect() {
      const data = new FormData();
      data.append("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
      for (const name of NAMES) {
        const field = form.elements.namedItem(name);
        if (field) data.append(name, field.value);
      }
      for (const box of form.querySelectorAll("input[name=accounts]:checked")) data.append("accounts", box.value);
      return data;
    }

    async function ask() {
      const number = ++asked;
      let counts = null;
      try {
        const answer = await fetch(place.dataset.microblogCounts, { method: "POST", body: collect(), credentials: "same-origin" });
        if (answer.ok) counts = (await answer.json()).counts;
      } catch {
        counts = null;
      }
      if (number === asked) show(counts);
    }

    function show(counts) {
      if (counts === null) {
        place.replaceChildren(line("暂时不能计算字数，保存后仍会检查。", false));
      } else if (!counts.length) {
        place.replaceChildren(line("没有选择帐号：只在本站发布。", false));
      } else {
        place.replaceChildren(...counts.map((each) => line(describe(each), each.is_too_long)));
      }
    }

    function describe(each) {
      const rest = each.limit - each.count;
      const state = rest < 0 ? `超出 ${-rest} ${each.unit}` : `还可写 ${rest} ${each.unit}`;
      return `${each.account}：${each.count}／${each.limit} ${each.unit}，${state}`;
    }

    function line(text, isTooLong) {
      const item = document.createElement("li");
      item.textContent = text;
      if (isTooLong) item.className = "micro-counts__over";
      return item;
    }

    function later() {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, PAUSE);
    }

    form.addEventListener("input", later);
    form.addEventListener("change", later);
    ask();
  }

  window.addEventListener("load", () => document.querySelectorAll("[data-microblog-counts]").forEach(start));
})();
