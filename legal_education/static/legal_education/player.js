// Own controls of a recording: position, fifteen seconds to and fro, speed, keyboard. Without script the browser's own stay.
(function () {
  "use strict";
  var SPEEDS = [1, 1.25, 1.5, 2, 0.75];
  var STEP = 15;
  function shown(seconds) {
    var whole = Math.max(0, Math.floor(seconds || 0));
    var hours = Math.floor(whole / 3600), minutes = Math.floor((whole % 3600) / 60), rest = whole % 60;
    var tail = String(minutes).padStart(2, "0") + ":" + String(rest).padStart(2, "0");
    return hours ? hours + ":" + tail : tail;
  }
  function spoken(seconds) {
    var whole = Math.max(0, Math.floor(seconds || 0));
    return Math.floor(whole / 60) + "分" + (whole % 60) + "秒";
  }
  function store(key, value) {
    try {
      if (value === undefined) return window.localStorage.getItem(key);
      if (value === null) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, value);
    } catch (refused) { /* a browser that keeps nothing: then nothing is kept */ }
    return null;
  }
  function enhance(box) {
    var media = box.querySelector("audio, video");
    if (!media) return;
    var isSound = media.tagName === "AUDIO";
    var key = "position:" + box.dataset.player;
    var bar = box.querySelector("[data-player-bar]"), range = bar && bar.querySelector("input");
    var toggle = box.querySelector("[data-player-toggle]"), speed = box.querySelector("[data-player-speed]");
    var links = Array.prototype.slice.call(document.querySelectorAll("a[data-seek]"));
    var kept = 0, isMoving = false;
    box.querySelector("[data-player-keys]").hidden = false;
    box.querySelector("[data-player-help]").hidden = false;
    if (isSound) { media.removeAttribute("controls"); bar.hidden = false; }
    function length() { return isFinite(media.duration) ? media.duration : Number(range ? range.max : 0); }
    function show() {
      var at = media.currentTime;
      if (range && !isMoving) {
        if (isFinite(media.duration)) range.max = Math.floor(media.duration);
        range.value = Math.floor(at);
        range.setAttribute("aria-valuetext", spoken(at) + "，共" + spoken(length()));
        bar.querySelector("[data-player-at]").textContent = shown(at);
        bar.querySelector("[data-player-length]").textContent = shown(length());
      }
      var current = null;
      links.forEach(function (link) { if (Number(link.dataset.seek) <= at + 0.5) current = link; });
      links.forEach(function (link) {
        if (link === current && (at > 0 || !media.paused)) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    }
    function showState() {
      if (!toggle) return;
      toggle.setAttribute("aria-label", media.paused ? "播放" : "暂停");
      toggle.querySelector("[data-player-play]").hidden = !media.paused;
      toggle.querySelector("[data-player-pause]").hidden = media.paused;
    }
    function seek(seconds) {
      var end = length();
      media.currentTime = Math.max(0, end ? Math.min(seconds, end) : seconds);
      show();
    }
    // Whoever presses twice takes the first press back before the recording has begun: that is no fault.
    function begin() {
      media.play().catch(function (refused) { if (refused.name !== "AbortError") throw refused; });
    }
    function play() { if (media.paused) begin(); else media.pause(); }
    function setSpeed(rate) {
      media.playbackRate = rate;
      speed.textContent = (rate % 1 && rate * 10 % 1 ? rate.toFixed(2) : rate.toFixed(1)) + "倍";
      speed.setAttribute("aria-label", "语速，现在是" + rate + "倍");
      store("speed", String(rate));
    }
    function turnSpeed(step) {
      var sorted = SPEEDS.slice().sort(function (a, b) { return a - b; });
      var at = sorted.indexOf(media.playbackRate);
      setSpeed(sorted[Math.max(0, Math.min(sorted.length - 1, at + step))]);
    }
    function resume() {
      var wanted = /^#t-(\d+)$/.exec(window.location.hash);
      var at = wanted ? Number(wanted[1]) : Number(store(key) || 0);
      if (at > 0 && at < length()) seek(at);
      show();
    }
    function keep() {
      var now = media.currentTime;
      if (media.ended || now < 3 || (length() && now > length() - 5)) store(key, null);
      else if (Math.abs(now - kept) >= 2 || media.paused) { kept = now; store(key, String(Math.floor(now))); }
    }
    box.querySelectorAll("[data-player-step]").forEach(function (button) {
      button.addEventListener("click", function () { seek(media.currentTime + Number(button.dataset.playerStep)); keep(); });
    });
    if (toggle) toggle.addEventListener("click", play);
    speed.addEventListener("click", function () {
      setSpeed(SPEEDS[(SPEEDS.indexOf(media.playbackRate) + 1) % SPEEDS.length]);
    });
    if (range) {
      range.addEventListener("input", function () {
        isMoving = true;
        bar.querySelector("[data-player-at]").textContent = shown(Number(range.value));
        range.setAttribute("aria-valuetext", spoken(Number(range.value)) + "，共" + spoken(length()));
      });
      range.addEventListener("change", function () { isMoving = false; seek(Number(range.value)); keep(); });
    }
    box.addEventListener("keydown", function (event) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target === media) return;
      var onControl = /^(BUTTON|A)$/.test(event.target.tagName), onRange = event.target === range;
      if (event.key === " " && !onControl) play();
      else if (event.key === "ArrowLeft") seek(media.currentTime - STEP);
      else if (event.key === "ArrowRight") seek(media.currentTime + STEP);
      else if (event.key === "ArrowUp" && !onRange) turnSpeed(1);
      else if (event.key === "ArrowDown" && !onRange) turnSpeed(-1);
      else return;
      event.preventDefault();
    });
    links.forEach(function (link) {
      link.addEventListener("click", function () { seek(Number(link.dataset.seek)); if (media.paused) begin(); });
    });
    media.addEventListener("timeupdate", function () { show(); keep(); });
    media.addEventListener("play", showState);
    media.addEventListener("pause", function () { showState(); keep(); });
    media.addEventListener("ended", keep);
    window.addEventListener("pagehide", keep);
    if (SPEEDS.indexOf(Number(store("speed"))) > 0) setSpeed(Number(store("speed")));
    if (media.readyState >= 1) resume(); else media.addEventListener("loadedmetadata", resume, { once: true });
    showState();
  }
  document.querySelectorAll("[data-player]").forEach(enhance);
})();
