// Beside a citation (法律依据): laws offered by name, articles by number, the article's words, and a word when it does not exist.
(() => {
  "use strict";
  const ADDRESS = document.currentScript.dataset.choices;
  const WAIT = 250;
  const LAW = /^(.+-)law$/;
  const ARTICLE = /^(.+-)article$/;
  let lists = 0;
  let timer = 0;

  const partsOf = (input) => {
    const match = LAW.exec(input.name) || ARTICLE.exec(input.name);
    if (!match) return null;
    const named = (name) => document.getElementsByName(match[1] + name)[0];
    const parts = { law: named("law"), article: named("article"), text: named("text"), page: named("page") };
    return parts.law && parts.article && parts.text ? parts : null;
  };

  const offer = (input, options) => {
    let list = input.list;
    if (!list) {
      list = document.createElement("datalist");
      list.id = `law-choices-${(lists += 1)}`;
      input.after(list);
      input.setAttribute("list", list.id);
      input.autocomplete = "off";
    }
    list.replaceChildren(
      ...options.map(({ value, label }) => {
        const option = document.createElement("option");
        option.value = value;
        if (label) option.label = label;
        return option;
      }),
    );
  };

  const noteOf = (article) => {
    let note = article.parentElement.querySelector(".law-choice");
    if (!note) {
      note = document.createElement("p");
      note.className = "law-choice";
      note.setAttribute("role", "status");
      article.parentElement.append(note);
    }
    return note;
  };

  const tell = (parts, answer) => {
    const note = noteOf(parts.article);
    note.classList.toggle("law-choice--problem", Boolean(answer.problem));
    note.textContent = answer.problem || (answer.text ? `条文：${answer.text.slice(0, 80)}${answer.text.length > 80 ? "…" : ""}` : "");
    if (answer.text && answer.text !== parts.text.value.trim()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small button-secondary";
      button.textContent = "填入条文";
      button.addEventListener("click", () => {
        parts.text.value = answer.text;
        parts.text.dispatchEvent(new Event("input", { bubbles: true }));
        button.remove();
      });
      note.append(button);
    }
  };

  const ask = async (input) => {
    const parts = partsOf(input);
    if (!parts || !parts.law.value.trim()) return;
    const query = new URLSearchParams({ law: parts.law.value, article: parts.article.value });
    if (parts.page && parts.page.value) query.set("page", parts.page.value);
    const response = await fetch(`${ADDRESS}?${query}`, { credentials: "same-origin" });
    if (!response.ok || !input.isConnected) return;
    const answer = await response.json();
    offer(parts.law, answer.laws.map((value) => ({ value })));
    offer(parts.article, answer.articles.map(({ label, number, begins }) => ({ value: label, label: `${number}　${begins}` })));
    tell(parts, answer);
  };

  const soon = (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !partsOf(input)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT, input);
  };
  document.addEventListener("input", soon);
  document.addEventListener("focusin", soon);
})();
