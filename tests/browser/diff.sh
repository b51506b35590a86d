#!/bin/sh
# Plays the keys of a page of `bidwright diff --format html` in a real browser; not part of `cargo test`.
#
#   tests/browser/diff.sh page.html [chromium]
#
# The page allows no script but its own, so a copy without that policy is played. Prints what was seen, and fails where
# a key did not do what the page says of it.
set -eu
page=$1
browser=${2:-chromium}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
grep -v 'http-equiv="Content-Security-Policy"' "$page" | sed 's#</body>##; s#</html>##' > "$folder/page.html"
cat >> "$folder/page.html" <<'PLAY'
<script>
(function () {
  var seen = [];
  function check(words, is) { seen.push((is ? "ok " : "FAILED ") + words); }
  function press(key) { document.dispatchEvent(new KeyboardEvent("keydown", { key: key, bubbles: true })); }
  function here() { return document.querySelector("article.here"); }
  function shown() { return document.querySelectorAll("article:not([hidden])"); }
  var all = shown().length;
  check("there are changes: " + all, all > 1);
  press("j"); var first = here();
  check("j goes to the first change", first === shown()[0]);
  press("j"); check("j goes on", here() === shown()[1]);
  press("k"); check("k goes back", here() === first);
  press("n"); var next = here();
  check("n goes to another document", next && next.dataset.doc + next.dataset.topic !== first.dataset.doc + first.dataset.topic);
  press("p"); check("p goes back to it", here() && here().dataset.doc === first.dataset.doc);
  press("?"); check("? opens the words about keys", document.getElementById("help").open);
  press("?"); check("? closes them", !document.getElementById("help").open);
  press("/"); check("/ goes to the filter", document.activeElement === document.getElementById("filter"));
  var filter = document.getElementById("filter");
  filter.value = "no change says this"; filter.dispatchEvent(new Event("input"));
  check("the filter hides the rest", shown().length === 0);
  filter.value = ""; filter.dispatchEvent(new Event("input"));
  var topic = document.querySelectorAll("nav a[data-topic]")[1]; topic.click();
  check("navigation by kind of change", shown().length > 0 && shown().length === document.querySelectorAll('article[data-topic="' + topic.dataset.topic + '"]').length);
  press("Escape"); check("Esc shows everything", shown().length === all);
  var doc = document.querySelectorAll("nav a[data-doc]")[1]; doc.click();
  check("navigation by document", shown().length > 0 && Array.prototype.every.call(shown(), function (a) { return a.dataset.doc === doc.dataset.doc; }));
  document.body.innerHTML = "<pre id=seen></pre>"; document.getElementById("seen").textContent = seen.join("\n");
})();
</script></body></html>
PLAY
"$browser" --headless --no-sandbox --disable-gpu --disable-background-networking --dump-dom "file://$folder/page.html" 2>/dev/null > "$folder/dom"
sed -n '/<pre id="seen">/,/<\/pre>/p' "$folder/dom" | sed 's/<[^>]*>//g' | tee "$folder/seen"
grep -q '^ok ' "$folder/seen" && ! grep -q FAILED "$folder/seen"
