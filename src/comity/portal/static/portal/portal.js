/* Passkeys: the browser's ceremony from the options in the page, the answer back in the page's own form. */
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const options = (from) => {
    const made = { ...from, challenge: bytes(from.challenge) };
    if (from.user) made.user = { ...from.user, id: bytes(from.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (from[list]) made[list] = from[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return made;
  };

  const answer = (credential) => {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: {},
    });
  };

  const form = document.querySelector("form[data-passkey]");
  if (form && window.PublicKeyCredential) {
    const given = JSON.parse(document.getElementById("ceremony").textContent);
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      const said = document.getElementById("passkey-failed");
      said.hidden = true;
      try {
        const ask = { publicKey: options(given) };
        const made =
          form.dataset.passkey === "create"
            ? await navigator.credentials.create(ask)
            : await navigator.credentials.get(ask);
        form.elements.answer.value = answer(made);
        form.submit();
      } catch {
        said.hidden = false;
      }
    });
  }

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
})();
