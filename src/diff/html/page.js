(function () {
  "use strict";
  var all = Array.prototype.slice.call(document.querySelectorAll("article"));
  var sections = Array.prototype.slice.call(document.querySelectorAll("section"));
  var links = Array.prototype.slice.call(document.querySelectorAll("nav a"));
  var filter = document.getElementById("filter");
  var count = document.getElementById("count");
  var help = document.getElementById("help");
  var only = { topic: null, doc: null };
  var here = -1;
  function shown() { return all.filter(function (a) { return !a.hidden; }); }
  function apply() {
    var words = filter.value.trim().toLowerCase();
    all.forEach(function (a) {
      var fits = (!only.topic || a.dataset.topic === only.topic) && (!only.doc || a.dataset.doc === only.doc);
      a.hidden = !(fits && (!words || a.textContent.toLowerCase().indexOf(words) >= 0 || a.dataset.about.toLowerCase().indexOf(words) >= 0));
    });
    document.querySelectorAll(".doc").forEach(function (d) {
      var next = d.nextElementSibling, any = false;
      while (next && next.tagName === "ARTICLE") { any = any || !next.hidden; next = next.nextElementSibling; }
      d.hidden = !any;
    });
    sections.forEach(function (s) { s.hidden = !s.querySelector("article:not([hidden])"); });
    links.forEach(function (a) {
      var on = (a.dataset.topic !== undefined && a.dataset.topic === (only.topic || "")) || (a.dataset.doc !== undefined && a.dataset.doc === (only.doc || ""));
      a.setAttribute("aria-current", String(on));
    });
    count.textContent = shown().length + " / " + all.length;
    all.forEach(function (a) { a.classList.remove("here"); });
    here = -1;
  }
  function go(to) {
    var list = shown();
    if (!list.length) { return; }
    var at = Math.max(0, Math.min(list.length - 1, to));
    all.forEach(function (a) { a.classList.remove("here"); });
    list[at].classList.add("here");
    list[at].focus({ preventScroll: true });
    list[at].scrollIntoView({ block: "center" });
    here = at;
  }
  function document_step(by) {
    var list = shown();
    if (!list.length) { return; }
    var at = here < 0 ? 0 : here, from = list[at].dataset.doc + list[at].dataset.topic, next = at;
    if (here >= 0) {
      while (next >= 0 && next < list.length && list[next].dataset.doc + list[next].dataset.topic === from) { next += by; }
      if (next < 0 || next >= list.length) { return; }
      if (by < 0) {
        var own = list[next].dataset.doc + list[next].dataset.topic;
        while (next > 0 && list[next - 1].dataset.doc + list[next - 1].dataset.topic === own) { next -= 1; }
      }
    }
    go(next);
  }
  links.forEach(function (a) {
    a.addEventListener("click", function (event) {
      event.preventDefault();
      if (a.dataset.topic !== undefined) { only.topic = a.dataset.topic || null; }
      if (a.dataset.doc !== undefined) { only.doc = a.dataset.doc || null; }
      apply();
      window.scrollTo(0, 0);
    });
  });
  all.forEach(function (a) {
    a.addEventListener("click", function () { here = shown().indexOf(a); all.forEach(function (b) { b.classList.toggle("here", a === b); }); });
  });
  filter.addEventListener("input", apply);
  document.getElementById("keys").addEventListener("click", function () { help.showModal(); });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.target === filter) { if (event.key === "Escape") { filter.value = ""; apply(); filter.blur(); } return; }
    if (event.key === "?") { if (help.open) { help.close(); } else { help.showModal(); } }
    else if (help.open) { return; }
    else if (event.key === "j") { go(here + 1); }
    else if (event.key === "k") { go(here < 0 ? 0 : here - 1); }
    else if (event.key === "n") { document_step(1); }
    else if (event.key === "p") { document_step(-1); }
    else if (event.key === "/") { event.preventDefault(); filter.focus(); }
    else if (event.key === "Escape") { only.topic = null; only.doc = null; filter.value = ""; apply(); }
  });
  apply();
})();
