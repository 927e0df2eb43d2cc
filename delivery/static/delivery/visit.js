// Counts that the page was opened: its path is sent once somebody sees it. No cookie, nothing is kept in the browser.
// Without script, without an answer (as from a static copy of the site), or for a robot nothing happens.
(function () {
  "use strict";
  var ADDRESS = "/visit/";

  // Pages in frames are previews of the admin.
  if (!("sendBeacon" in navigator) || !window.URLSearchParams) return;
  if (navigator.webdriver || window.top !== window || !/^https?:$/.test(location.protocol)) return;

  function send() {
    var told = new URLSearchParams({ path: location.pathname });
    // Who does not wish to be recognised is counted as a view, never as a visitor.
    if (navigator.globalPrivacyControl || navigator.doNotTrack === "1") told.append("anonymous", "1");
    navigator.sendBeacon(ADDRESS, told);
  }

  function sendOnceSeen() {
    if (document.visibilityState === "visible" && !document.prerendering) {
      send();
      return;
    }
    document.addEventListener("visibilitychange", sendOnceSeen, { once: true });
  }

  function begin() {
    if (document.prerendering) document.addEventListener("prerenderingchange", sendOnceSeen, { once: true });
    else sendOnceSeen();
  }

  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
})();
