// While sign-ups are being abused, the browser works for about a second before it sends the form.
// It does ALTCHA's proof of work, version 2, with what browsers have built in. Should anything be
// amiss, the form is sent as it is: it is still read, within stricter limits.
const WORKING = {{ _("One moment …")|tojson }};

function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text) {
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
}

async function derived(work, counter) {
  const password = new Uint8Array([...bytes(work.nonce), ...new Uint8Array(4)]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(work.salt), iterations: work.cost };
  return hex(await crypto.subtle.deriveBits(how, key, work.keyLength * 8));
}

async function solved(work) {
  for (let counter = 0; ; counter += 1) {
    const derivedKey = await derived(work, counter);
    if (derivedKey.startsWith(work.keyPrefix)) return { counter, derivedKey };
  }
}

async function proof(email) {
  const subject = hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(email)));
  const answer = await fetch("/challenge?subject=" + subject);
  const { needed, ...challenge } = await answer.json();
  if (!needed) return "";
  const solution = await solved(challenge.parameters);
  return btoa(JSON.stringify({ challenge, solution }));
}

for (const form of document.querySelectorAll("form.sign-up")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const said = button.textContent;
    button.disabled = true; // one press, one sign-up
    button.textContent = WORKING;
    try {
      form.elements.proof.value = await proof(form.elements.email.value);
    } catch (error) {
      console.warn("no proof of work:", error);
    }
    form.submit();
    button.disabled = false; // for who comes back to the page
    button.textContent = said;
  });
}
