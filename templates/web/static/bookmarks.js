// Bookmarks stay in this browser: no account, nothing is sent anywhere.
const KEY = "bookmarks";
const REMOVE = {{ _("Remove")|tojson }};
const ADDED = {{ _("Added from the file.")|tojson }};
const REFUSED = {{ _("This file holds no bookmarks of ours.")|tojson }};
const PATH = /^\/(compare|tools)\/[a-z0-9-]+$/;
const SITE = {{ publication.base_url|tojson }};
const TITLE = {{ _("Bookmarks of %(publication)s", publication=publication.name)|tojson }};

// What a file or another version left may be anything: only our own pages go in, each once.
function ours(found) {
  const known = new Map();
  for (const one of Array.isArray(found) ? found : []) {
    if (one && typeof one.name === "string" && PATH.test(one.path)) {
      known.set(one.path, { path: one.path, name: one.name });
    }
  }
  return [...known.values()];
}

function kept() {
  try {
    return ours(JSON.parse(localStorage.getItem(KEY)));
  } catch {
    return []; // storage is off, or holds something that is not ours
  }
}

function keep(bookmarks) {
  localStorage.setItem(KEY, JSON.stringify(bookmarks));
  show();
}

function item(bookmark) {
  const link = document.createElement("a");
  link.href = bookmark.path;
  link.textContent = bookmark.name;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.textContent = REMOVE;
  drop.setAttribute("aria-label", REMOVE + ": " + bookmark.name);
  drop.addEventListener("click", () => keep(kept().filter((one) => one.path !== bookmark.path)));
  const line = document.createElement("li");
  line.append(link, " ", drop);
  return line;
}

function show() {
  const bookmarks = kept();
  const place = document.getElementById("bookmarks");
  if (place) {
    place.querySelector(".empty").hidden = bookmarks.length > 0;
    const list = place.querySelector(".kept");
    list.hidden = bookmarks.length === 0;
    list.replaceChildren(...bookmarks.map(item));
  }
  for (const button of document.querySelectorAll("button.bookmark")) {
    const held = bookmarks.some((bookmark) => bookmark.path === button.dataset.path);
    button.hidden = false;
    button.setAttribute("aria-pressed", String(held));
  }
  for (const button of document.querySelectorAll("button[data-save]")) {
    button.disabled = bookmarks.length === 0;
  }
}

// The Netscape bookmark format, which every browser imports.
function html(bookmarks) {
  const page = document.implementation.createHTMLDocument(TITLE);
  const list = page.createElement("dl");
  for (const bookmark of bookmarks) {
    const link = page.createElement("a");
    link.href = SITE + bookmark.path;
    link.textContent = bookmark.name;
    const line = page.createElement("dt");
    line.append(link);
    list.append(line, "\n");
  }
  return "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<meta charset=\"utf-8\">\n" + list.outerHTML;
}

const FILES = {
  json: ["application/json", (bookmarks) => JSON.stringify({ bookmarks }, null, 1)],
  html: ["text/html", html],
};

function save(kind) {
  const [type, write] = FILES[kind];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([write(kept())], { type }));
  link.download = "bookmarks." + kind;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function add(file) {
  let found = [];
  try {
    found = ours(JSON.parse(await file.text()).bookmarks);
  } catch {
    // not JSON: told below, like a file without bookmarks
  }
  if (found.length) keep(ours([...kept(), ...found]));
  return found.length ? ADDED : REFUSED;
}

for (const button of document.querySelectorAll("button.bookmark")) {
  button.addEventListener("click", () => {
    const { path, name } = button.dataset;
    const others = kept().filter((bookmark) => bookmark.path !== path);
    const held = others.length < kept().length;
    keep(held ? others : [...others, { path, name }]);
  });
}
for (const button of document.querySelectorAll("button[data-save]")) {
  button.addEventListener("click", () => save(button.dataset.save));
}
const carry = document.getElementById("carry");
if (carry) {
  carry.hidden = false;
  const choose = carry.querySelector("input");
  choose.addEventListener("change", async () => {
    if (choose.files.length) carry.querySelector("[role=status]").textContent = await add(choose.files[0]);
    choose.value = "";
  });
}
show();
