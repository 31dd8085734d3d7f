"use strict";
/* Says on the page that a passkey was not read, where the script of passkeys tells the console alone. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey_trouble").hidden = false;
});
