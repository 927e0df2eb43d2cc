// Pasting from Word, WPS and Writer into a body: the server makes clean blocks of it, which are inserted behind the
// block that was pasted into. Plain text and short snippets are left to the editor itself.
(function () {
  "use strict";
  var script = document.currentScript;
  var LONGEST = 2 * 1024 * 1024;
  var OFFICE = /class="?Mso|mso-|urn:schemas-microsoft-com|kso|WPS|LibreOffice|<(table|img|h[1-6])\b/i;

  function stream(target) {
    for (var element = target; element; element = element.parentElement) {
      var root = element.rootBlock;
      if (root && root.children && root.insert && root.blockDef.childBlockDefsByName &&
          root.blockDef.childBlockDefsByName.paragraph && root.blockDef.childBlockDefsByName.table) return root;
    }
    return null;
  }
  function position(root, target) {
    return root.children.findIndex(function (child) { return child.element.contains(target); });
  }
  function show(target, text, isError) {
    var box = target.closest("[data-field]") || target.parentElement;
    var old = box.querySelector(".paste-message");
    if (old) old.remove();
    if (!text) return;
    var message = document.createElement("p");
    message.className = "paste-message help-block help-" + (isError ? "critical" : "info");
    message.setAttribute("role", isError ? "alert" : "status");
    message.textContent = text;
    box.insertBefore(message, box.firstChild);
  }
  function textLength(html) {
    return html.replace(/data:image\/[^"')]+/g, "").length;
  }
  function isEmpty(child) {
    return child.type === "paragraph" && !child.element.querySelector(".public-DraftEditor-content").innerText.trim();
  }
  function insert(root, at, blocks) {
    var replaced = isEmpty(root.children[at]);
    blocks.forEach(function (block, number) {
      root.insert({ type: block.type, value: block.value, id: null }, at + 1 + number, { animate: false });
    });
    if (replaced) root.deleteBlock(at, { animate: false });
  }
  function send(root, at, target, html, files) {
    var form = new FormData();
    form.append("html", new Blob([html], { type: "text/html" }), "paste.html");
    files.forEach(function (file) { form.append("pictures", file, file.name || "picture"); });
    var token = document.querySelector("[name=csrfmiddlewaretoken]");
    show(target, "正在整理粘贴的内容……", false);
    fetch(script.dataset.pasteUrl, {
      method: "POST", body: form, credentials: "same-origin", headers: { "X-CSRFToken": token ? token.value : "" }
    }).then(function (answer) {
      return answer.json().then(function (data) {
        if (!answer.ok) throw new Error(data.error || "粘贴没有成功，请重试。");
        show(target, "", false);
        insert(root, at, data.blocks);
        if (data.notes.length) show(root.children[Math.min(at, root.children.length - 1)].element, data.notes.join(" "), true);
      });
    }).catch(function (fault) {
      var known = fault instanceof TypeError || fault instanceof SyntaxError ? "粘贴没有成功，请检查网络或重新登录。剪贴板里的内容没有丢失。" : fault.message;
      show(target, known, true);
    });
  }
  document.addEventListener("paste", function (event) {
    var target = event.target instanceof Element ? event.target : event.target.parentElement;
    if (!target || !target.closest(".Draftail-Editor")) return;
    var root = stream(target);
    var clip = event.clipboardData;
    if (!root || !clip) return;
    var html = clip.getData("text/html");
    var files = Array.prototype.filter.call(clip.files || [], function (file) { return file.type.indexOf("image/") === 0; });
    if (!OFFICE.test(html) && !(files.length && !html)) return;
    event.preventDefault();
    event.stopPropagation();
    if (textLength(html) > LONGEST) {
      show(target, "粘贴的文字超过 2 MB，请分几次粘贴；剪贴板里的内容没有丢失。", true);
      return;
    }
    if (!html) html = files.map(function () { return '<img src="file:///picture">'; }).join("");
    send(root, position(root, target), target, html, files);
  }, true);
})();
