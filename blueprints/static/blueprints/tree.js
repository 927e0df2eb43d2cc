// The tree of a blueprint's columns: moved by dragging its grips, by Alt and arrows on them, and by the buttons of each row.
// Every move is a post that the server checks and saves; what comes back is the tree as it is saved. Without this script the
// buttons post by themselves.
(() => {
  "use strict";

  const EDGE = 0.3; // share of a row, at its top and bottom, that stands for "before" and "behind" it
  const SCROLL_ZONE = 60;
  const holder = document.querySelector("[data-tree-holder]");
  const live = document.querySelector("[data-tree-live]");
  if (!holder) return;

  const MOST_WAITING = 5;
  let isBusy = false;
  let waiting = 0;
  let last = Promise.resolve();
  let focusedKey = null;
  let drag = null;

  const tree = () => holder.querySelector("[data-tree]");
  const rows = () => [...holder.querySelectorAll("tr[data-key]")];
  const findRow = (key) => holder.querySelector(`tr[data-key="${CSS.escape(key)}"]`);
  const gripOf = (row) => row && row.querySelector("[data-grip]");
  const depthOf = (row) => Number(row.dataset.depth);

  function say(text) {
    live.textContent = "";
    window.setTimeout(() => { live.textContent = text; }, 50);
  }

  // --- one grip in the order of the tab key, the others by arrows ---------------------------------------------------------

  function prepare() {
    const all = rows();
    const current = (focusedKey && findRow(focusedKey)) || all[0];
    all.forEach((row) => {
      const grip = gripOf(row);
      grip.hidden = false;
      grip.tabIndex = row === current ? 0 : -1;
    });
  }

  function focusRow(row) {
    const grip = gripOf(row);
    if (!grip) return;
    focusedKey = row.dataset.key;
    rows().forEach((each) => { gripOf(each).tabIndex = each === row ? 0 : -1; });
    grip.focus();
  }

  // --- moves --------------------------------------------------------------------------------------------------------------

  // One after the other: each is made in the tree that the one before gave back.
  function move(key, fields, focusAgain) {
    if (waiting >= MOST_WAITING) return;
    waiting += 1;
    last = last.then(() => send(key, fields, focusAgain)).finally(() => { waiting -= 1; });
  }

  async function send(key, fields, focusAgain) {
    isBusy = true;
    tree().setAttribute("aria-busy", "true");
    const body = new FormData();
    body.set("csrfmiddlewaretoken", holder.querySelector("[name=csrfmiddlewaretoken]").value);
    body.set("version", tree().dataset.version);
    body.set("key", key);
    Object.entries(fields).forEach(([name, value]) => body.set(name, value));
    try {
      const answer = await fetch(tree().dataset.moveUrl, {
        method: "POST", body, credentials: "same-origin", headers: { "X-Blueprint-Move": "1" },
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      show(await answer.text(), key, focusAgain);
    } catch {
      tree().removeAttribute("aria-busy");
      tell("未移动：与服务器的连接中断或登录已过期，请刷新页面后再试。", "refused");
    } finally {
      isBusy = false;
    }
  }

  function show(html, key, focusAgain) {
    holder.innerHTML = html;
    focusedKey = key;
    prepare();
    tell(tree().dataset.message, tree().dataset.outcome);
    const row = findRow(key);
    if (!row) return;
    if (tree().dataset.outcome === "saved") row.classList.add("bp-row--moved");
    focusAgain(row);
    row.scrollIntoView({ block: "nearest" });
  }

  function tell(message, outcome) {
    say(message);
    holder.querySelectorAll("[data-tree-note]").forEach((each) => each.remove());
    const note = document.createElement("p");
    note.dataset.treeNote = "";
    note.className = `bp-note bp-note--${outcome}`;
    note.textContent = message;
    tree().append(note);
  }

  // --- keyboard -----------------------------------------------------------------------------------------------------------

  const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

  holder.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.ctrlKey || event.metaKey) return;
    const row = grip.closest("tr");
    if (event.altKey && KEYS[event.key]) {
      event.preventDefault();
      move(row.dataset.key, { move: KEYS[event.key] }, focusRow);
    } else if (!event.altKey && ["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) {
      event.preventDefault();
      const all = rows();
      const place = all.indexOf(row);
      const next = { ArrowUp: all[place - 1], ArrowDown: all[place + 1], Home: all[0], End: all[all.length - 1] }[event.key];
      if (next) focusRow(next);
    }
  });

  holder.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-key]");
    if (row && event.target.matches("[data-grip]")) focusedKey = row.dataset.key;
  });

  // --- buttons of a row ---------------------------------------------------------------------------------------------------

  holder.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-move-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const direction = event.submitter.value;
    move(form.elements.key.value, { move: direction }, (row) => {
      const menu = row.querySelector("details");
      menu.open = true;
      const same = menu.querySelector(`button[value="${direction}"]`);
      (same.disabled ? menu.querySelector("summary") : same).focus();
    });
  });

  document.addEventListener("click", (event) => {
    holder.querySelectorAll("details[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (drag) {
      endDrag();
      say("已取消移动。");
      return;
    }
    holder.querySelectorAll("details[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // --- dragging -----------------------------------------------------------------------------------------------------------

  holder.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0 || isBusy) return;
    event.preventDefault();
    const row = grip.closest("tr");
    focusRow(row);
    grip.setPointerCapture(event.pointerId);
    drag = { row, grip, pointer: event.pointerId, y: event.clientY, isOn: false, place: null, sign: null, carried: listCarried(row) };
  });

  holder.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (!drag.isOn && Math.abs(event.clientY - drag.y) < 4) return;
    if (!drag.isOn) beginDrag();
    scrollNear(event.clientY);
    aim(event.clientX, event.clientY);
  });

  holder.addEventListener("pointerup", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const { row, place, isOn } = drag;
    endDrag();
    if (isOn && place) move(row.dataset.key, { parent: place.parent, position: place.position }, focusRow);
  });

  holder.addEventListener("pointercancel", endDrag);

  // The row and all rows below it in the tree.
  function listCarried(row) {
    const carried = new Set([row]);
    for (let next = row.nextElementSibling; next && depthOf(next) > depthOf(row); next = next.nextElementSibling) carried.add(next);
    return carried;
  }

  function beginDrag() {
    drag.isOn = true;
    drag.carried.forEach((row) => row.classList.add("bp-row--carried"));
    drag.sign = document.createElement("div");
    drag.sign.className = "bp-sign";
    drag.sign.setAttribute("aria-hidden", "true");
    document.body.append(drag.sign);
    document.documentElement.classList.add("bp-dragging");
  }

  function endDrag() {
    if (!drag) return;
    drag.carried.forEach((row) => row.classList.remove("bp-row--carried"));
    clearMarks();
    if (drag.sign) drag.sign.remove();
    document.documentElement.classList.remove("bp-dragging");
    if (drag.grip.hasPointerCapture(drag.pointer)) drag.grip.releasePointerCapture(drag.pointer);
    drag = null;
  }

  function clearMarks() {
    rows().forEach((row) => row.classList.remove("bp-row--before", "bp-row--into", "bp-row--behind"));
  }

  // Wagtail scrolls a part of the page, not the window.
  function findScroller() {
    for (let each = holder; each; each = each.parentElement) {
      if (each.scrollHeight > each.clientHeight && /auto|scroll/.test(getComputedStyle(each).overflowY)) return each;
    }
    return document.scrollingElement;
  }

  function scrollNear(y) {
    if (y < SCROLL_ZONE + 50) findScroller().scrollBy(0, -14);
    else if (y > window.innerHeight - SCROLL_ZONE) findScroller().scrollBy(0, 14);
  }

  function aim(x, y) {
    clearMarks();
    const row = findTarget(y);
    drag.place = row && !drag.carried.has(row) ? findPlace(row, y) : null;
    if (drag.place) drag.place.row.classList.add(`bp-row--${drag.place.mark}`);
    drag.sign.textContent = drag.place ? drag.place.words : `“${drag.row.dataset.title}”：不能放在这里`;
    drag.sign.classList.toggle("bp-sign--no", !drag.place);
    drag.sign.style.left = `${Math.min(x + 16, window.innerWidth - drag.sign.offsetWidth - 8)}px`;
    drag.sign.style.top = `${y + 18}px`;
  }

  function findTarget(y) {
    const all = rows();
    return all.find((row) => { const box = row.getBoundingClientRect(); return y >= box.top && y < box.bottom; }) || null;
  }

  // Where the column would stand: its new parent, and its place among that one's other children.
  function findPlace(row, y) {
    const box = row.getBoundingClientRect();
    const share = (y - box.top) / box.height;
    const { key, title, parent } = row.dataset;
    if (share < EDGE) return { row, mark: "before", parent, position: placeOf(row), words: `放在“${title}”之前` };
    if (share < 1 - EDGE) return { row, mark: "into", parent: key, position: 99999, words: `放入“${title}”之下` };
    if (hasChildrenStaying(row)) return { row, mark: "behind", parent: key, position: 0, words: `放入“${title}”之下，第一个` };
    return { row, mark: "behind", parent, position: placeOf(row) + 1, words: `放在“${title}”之后` };
  }

  function hasChildrenStaying(row) {
    return rows().some((each) => each.dataset.parent === row.dataset.key && each !== drag.row);
  }

  function placeOf(row) {
    const siblings = rows().filter((each) => each.dataset.parent === row.dataset.parent && each !== drag.row);
    return siblings.indexOf(row);
  }

  prepare();
})();
