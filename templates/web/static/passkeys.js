// Forms that a passkey answers: shown only where the browser knows passkeys. The server hands out a
// challenge, the browser's answer goes back in the same form.
const KNOWN = Boolean(window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON);

async function posted(path, fields) {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields) });
  if (!answer.ok) throw new Error(path + " answered " + answer.status);
  return answer.json();
}

function made(kind, options) {
  if (kind === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const wrong = form.querySelector("[role=alert]");
  form.closest("[data-passkeys]").hidden = !KNOWN;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    const fields = Object.fromEntries(new FormData(form));
    try {
      const options = await posted(form.getAttribute("action") + "/options", fields);
      const credential = JSON.stringify(await made(form.dataset.passkey, options));
      const { next } = await posted(form.getAttribute("action"), { ...fields, credential });
      location.assign(next);
    } catch (error) {
      console.warn("no passkey:", error);
      wrong.textContent = {{ _("That did not work. Try again, or use the link in a mail.")|tojson }};
    }
  });
}
