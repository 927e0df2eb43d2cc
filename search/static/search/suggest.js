// Suggestions under every search box (WAI-ARIA 1.2 combobox with a list), and which hit was opened. Without script both are missed by nobody.
(function () {
  "use strict";
  var PAUSE_MS = 150; // after the last key: nobody is asked for every key
  var KEPT = 50;
  var SUGGEST = "/search/suggest/";
  var CLICK = "/search/click/";
  var boxes = 0;

  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }

  // What the reader has typed stays light, what is added to it is bold.
  function write(element, text, typed) {
    var at = typed ? text.indexOf(typed) : -1;
    if (at < 0) {
      element.appendChild(make("span", {}, text));
      return;
    }
    var parts = make("span", {});
    if (at) parts.appendChild(make("b", {}, text.slice(0, at)));
    parts.appendChild(document.createTextNode(typed));
    if (at + typed.length < text.length) parts.appendChild(make("b", {}, text.slice(at + typed.length)));
    element.appendChild(parts);
  }

  function enhance(input) {
    var form = input.form;
    var holder = input.closest(".search__box") || input.parentNode;
    var id = "suggest-" + ++boxes;
    var list = make("ul", { id: id, class: "suggestions", role: "listbox", "aria-label": "搜索建议", hidden: "" });
    var said = make("span", { class: "vh" });
    var known = new Map();
    var shown = [];
    var active = -1;
    var timer = 0;
    var asking = null;
    var composing = false;

    // A searchbox may not be a combobox as well; a text field may, and telephones still show their search key.
    input.type = "text";
    input.setAttribute("inputmode", "search");
    input.setAttribute("enterkeyhint", "search");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);
    holder.appendChild(list);
    holder.appendChild(said);

    // A live region only where the box is used: pages have one of their own for what they have to say.
    input.addEventListener("focus", function () {
      said.setAttribute("role", "status");
    });

    function mark(number) {
      active = number;
      Array.prototype.forEach.call(list.children, function (option, place) {
        option.setAttribute("aria-selected", place === number ? "true" : "false");
      });
      if (number < 0) {
        input.removeAttribute("aria-activedescendant");
      } else {
        input.setAttribute("aria-activedescendant", list.children[number].id);
        list.children[number].scrollIntoView({ block: "nearest" });
      }
    }

    function halt() {
      clearTimeout(timer);
      if (asking) asking.abort();
      asking = null;
    }

    function close() {
      halt();
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      mark(-1);
      said.textContent = "";
    }

    function show(suggestions, typed) {
      if (document.activeElement !== input || input.value.trim() !== typed) return;
      list.textContent = "";
      shown = suggestions;
      if (!shown.length) {
        close();
        return;
      }
      shown.forEach(function (suggestion, number) {
        var option = make("li", { id: id + "-" + number, role: "option", "aria-selected": "false" });
        write(option, suggestion.text, typed);
        if (suggestion.hint) option.appendChild(make("small", {}, suggestion.hint));
        list.appendChild(option);
      });
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      mark(-1);
      said.textContent = "有" + shown.length + "条建议，按上下键选择";
    }

    function ask() {
      var typed = input.value.trim();
      halt();
      if (!typed) {
        close();
        return;
      }
      if (known.has(typed)) {
        show(known.get(typed), typed);
        return;
      }
      var mine = new AbortController();
      asking = mine;
      fetch(SUGGEST + "?q=" + encodeURIComponent(typed), {
        signal: mine.signal, credentials: "same-origin", headers: { Accept: "application/json" }
      }).then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      }).then(function (found) {
        var suggestions = (found.suggestions || []).filter(function (each) { return each && each.text; });
        if (known.size >= KEPT) known.clear();
        known.set(typed, suggestions);
        show(suggestions, typed);
      }).catch(function () {
        // Asked too often, no network, or a newer question: the box works on without a list.
        if (asking === mine) close();
      });
    }

    function askSoon() {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE_MS);
    }

    function choose(number) {
      input.value = shown[number].text;
      close();
      if (form.requestSubmit) form.requestSubmit();
      else form.submit();
    }

    function step(by) {
      var count = shown.length + 1; // the field itself is one of the places
      mark((active + 1 + by + count) % count - 1);
    }

    input.addEventListener("compositionstart", function () {
      composing = true;
      halt();
    });
    input.addEventListener("compositionend", function () {
      composing = false;
      askSoon();
    });
    input.addEventListener("input", function () {
      if (!composing) askSoon();
    });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask();
        else step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        choose(active);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", close);
    form.addEventListener("submit", close);
    // The field keeps the focus, so that its list is not closed before the click arrives.
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) choose(Array.prototype.indexOf.call(list.children, option));
    });
    window.addEventListener("pagehide", close);
  }

  function tell(event) {
    var link = event.target.closest && event.target.closest("a[data-hit]");
    if (!link || (event.button && event.button !== 1)) return;
    var results = link.closest("[data-question]");
    var clicked = new FormData();
    clicked.append("q", results ? results.dataset.question : new URLSearchParams(location.search).get("q") || "");
    clicked.append("position", link.dataset.hit);
    navigator.sendBeacon(CLICK, clicked);
  }

  // Whatever names it twice, a page is enhanced once.
  if (document.documentElement.dataset.suggest) return;
  document.documentElement.dataset.suggest = "ready";
  if ("fetch" in window && "AbortController" in window) {
    document.querySelectorAll("form.search input[name=q]").forEach(enhance);
  }
  if ("sendBeacon" in navigator) {
    document.addEventListener("click", tell);
    document.addEventListener("auxclick", tell);
  }
})();
