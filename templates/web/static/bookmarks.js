// Bookmarks stay in this browser: no account, nothing is sent anywhere.
const KEY = "bookmarks";
const REMOVE = {{ _("Remove")|tojson }};

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || [];
  } catch {
    return []; // storage is off, or holds something that is not ours
  }
}

function keep(bookmarks) {
  localStorage.setItem(KEY, JSON.stringify(bookmarks));
  show();
}

function same(a, b) {
  return a.slug === b.slug && a.tool === b.tool;
}

function item(bookmark) {
  const link = document.createElement("a");
  link.href = "/compare/" + encodeURIComponent(bookmark.slug);
  link.textContent = bookmark.tool + " (" + bookmark.title + ")";
  const drop = document.createElement("button");
  drop.type = "button";
  drop.textContent = REMOVE;
  drop.setAttribute("aria-label", REMOVE + ": " + bookmark.tool);
  drop.addEventListener("click", () => keep(kept().filter((other) => !same(other, bookmark))));
  const line = document.createElement("li");
  line.append(link, " ", drop);
  return line;
}

function show() {
  const bookmarks = kept();
  const place = document.getElementById("bookmarks");
  place.querySelector(".empty").hidden = bookmarks.length > 0;
  const list = place.querySelector(".kept");
  list.hidden = bookmarks.length === 0;
  list.replaceChildren(...bookmarks.map(item));
  for (const button of document.querySelectorAll("button.bookmark")) {
    const held = bookmarks.some((bookmark) => same(bookmark, button.dataset));
    button.hidden = false;
    button.setAttribute("aria-pressed", String(held));
  }
}

for (const button of document.querySelectorAll("button.bookmark")) {
  button.addEventListener("click", () => {
    const { slug, title, tool } = button.dataset;
    const others = kept().filter((bookmark) => !same(bookmark, { slug, tool }));
    const held = others.length < kept().length;
    keep(held ? others : [...others, { slug, title, tool }]);
  });
}
show();
