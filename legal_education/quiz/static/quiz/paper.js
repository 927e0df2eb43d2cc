// One question at a time, each answer saved as it is given. Without script the paper is one plain form; whatever
// happens here, handing in sends the whole form, so that nothing is lost.
(() => {
  const form = document.getElementById("paper");
  if (!form) return;
  const items = [...form.querySelectorAll(".quiz__item")];
  const links = [...form.querySelectorAll(".sheet a")];
  const state = form.querySelector("[data-state]");
  const flagButton = form.querySelector("[data-flag]");
  const ask = form.querySelector("[data-ask]");
  const token = form.elements.csrfmiddlewaretoken.value;
  const endsAt = performance.now() + Number(form.dataset.left) * 1000;
  const flagged = new Set();
  const waiting = new Set();
  let current = 0;
  let isSending = false;
  let isLeaving = false;
  let failures = 0;

  for (const each of form.querySelectorAll("[data-without-script]")) each.hidden = true;
  for (const each of form.querySelectorAll("[data-with-script], [data-go]")) each.hidden = false;

  const chosenOf = (item) => [...item.querySelectorAll("input:checked")].map((input) => input.value).join("");
  const turnOf = (item) => form.elements[`t${item.dataset.position}`];

  const show = (number, { focus = true } = {}) => {
    current = Math.min(Math.max(number, 0), items.length - 1);
    items.forEach((item, place) => { item.hidden = place !== current; });
    form.querySelector("[data-previous]").disabled = current === 0;
    form.querySelector("[data-next]").hidden = current === items.length - 1;
    paint();
    if (!focus) return;
    const legend = items[current].querySelector("legend");
    legend.tabIndex = -1;
    legend.focus({ preventScroll: true });
    form.scrollIntoView({ block: "start" });
  };

  const paint = () => {
    const answered = items.filter((item) => chosenOf(item)).length;
    form.querySelector("[data-answered]").textContent = answered;
    form.querySelector("[data-meter]").style.width = `${(100 * answered) / items.length}%`;
    links.forEach((link, place) => {
      const isDone = Boolean(chosenOf(items[place]));
      link.classList.toggle("is-done", isDone);
      link.classList.toggle("is-flag", flagged.has(place));
      const words = [isDone ? "已答" : "未答", ...(flagged.has(place) ? ["已标记"] : [])];
      link.setAttribute("aria-label", `第 ${place + 1} 题，${words.join("，")}`);
      if (place === current) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    flagButton.setAttribute("aria-pressed", flagged.has(current));
    flagButton.textContent = flagged.has(current) ? "取消标记" : "标记，稍后再看";
  };

  // --- Saving: one request at a time, the newest answer of each question, again until it is there -------------------
  const send = async () => {
    if (isSending || !waiting.size || isLeaving) return;
    isSending = true;
    const [place] = waiting;
    waiting.delete(place);
    const item = items[place];
    const body = new URLSearchParams({
      csrfmiddlewaretoken: token, position: item.dataset.position, chosen: chosenOf(item), turn: turnOf(item).value,
    });
    let pause = 0;
    try {
      const answer = await fetch(form.dataset.answer, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.status === 429 || answer.status >= 500) throw new Error(answer.status);
      const said = await answer.json();
      failures = 0;
      tell(said.saved ? (waiting.size ? "正在保存……" : "答案已保存。") : said.words, !said.saved);
      if (said.why === "handed_in" || said.why === "late") { isLeaving = true; location.reload(); }
    } catch {
      waiting.add(place);
      failures += 1;
      pause = Math.min(1000 * 2 ** failures, 15000);
      tell("网络不通，答案先留在本页，稍后自动再存。", true);
    }
    isSending = false;
    if (waiting.size) setTimeout(send, pause);
  };

  const tell = (words, isProblem) => {
    state.textContent = words;
    state.classList.toggle("is-problem", Boolean(isProblem));
  };

  form.addEventListener("change", (event) => {
    const item = event.target.closest(".quiz__item");
    if (!item) return;
    const turn = turnOf(item);
    turn.value = Number(turn.value) + 1;
    waiting.add(items.indexOf(item));
    paint();
    // Whoever walks through the choices with the arrow keys means the last one.
    setTimeout(send, 250);
  });

  // --- Going about ---------------------------------------------------------------------------------------------------
  form.querySelector("[data-previous]").addEventListener("click", () => show(current - 1));
  form.querySelector("[data-next]").addEventListener("click", () => show(current + 1));
  flagButton.addEventListener("click", () => {
    if (!flagged.delete(current)) flagged.add(current);
    paint();
  });
  links.forEach((link, place) => link.addEventListener("click", (event) => {
    event.preventDefault();
    show(place);
  }));

  // --- Handing in ----------------------------------------------------------------------------------------------------
  const handIn = () => {
    isLeaving = true;
    form.submit();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isLeaving) return;
    if (event.submitter && event.submitter.hasAttribute("data-sure")) { handIn(); return; }
    const open = items.filter((item) => !chosenOf(item)).length;
    const words = [open ? `还有 ${open} 题没有答。` : "全部题目都答了。"];
    if (flagged.size) words.push(`有 ${flagged.size} 题标记了稍后再看。`);
    form.querySelector("[data-ask-words]").textContent = `${words.join("")}交卷后不能再改。`;
    ask.showModal();
  });
  form.querySelector("[data-not-yet]").addEventListener("click", () => ask.close());
  addEventListener("beforeunload", (event) => {
    if (waiting.size && !isLeaving) event.preventDefault();
  });

  // --- The clock -----------------------------------------------------------------------------------------------------
  const clock = form.querySelector("[data-clock]");
  const announced = new Set();
  const tick = () => {
    const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    const minutes = String(Math.floor(left / 60)).padStart(2, "0");
    const seconds = String(left % 60).padStart(2, "0");
    clock.innerHTML = `剩余时间 <b>${minutes}:${seconds}</b>`;
    for (const minute of [5, 1]) {
      if (left <= minute * 60 && left > minute * 60 - 5 && !announced.has(minute)) {
        announced.add(minute);
        tell(`还剩 ${minute} 分钟。`, true);
      }
    }
    if (left === 0 && !isLeaving) { handIn(); return; }
    setTimeout(tick, 500);
  };

  const start = links.findIndex((link) => !link.classList.contains("is-done"));
  const asked = items.findIndex((item) => `#${item.id}` === location.hash);
  show(asked >= 0 ? asked : Math.max(0, start), { focus: false });
  tick();
})();
