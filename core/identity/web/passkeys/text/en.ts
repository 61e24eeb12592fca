import type { Translation } from "#web/kit/text/catalogue.ts";
import type { ja } from "./ja.ts";

const en: Translation<typeof ja> = {
  title: "Passkeys",
  about:
    "Sign in with this device's fingerprint, face or PIN in the place of password and code. A passkey works on the device and at the address where it was registered.",
  none: "No passkeys are registered.",
  created: "Registered on {when}",
  used: "Last used on {when}",
  backedUp: "Also on other devices",
  register: "Register a passkey",
  next: "Next",
  "name.label": "Name of the passkey",
  "name.hint": "For instance: the finance section's Chromebook, my iPhone",
  "name.missing": "Give it a name.",
  make: "Make it on this device",
  "make.about": "Follow the device: it asks for your fingerprint, face or PIN.",
  registered: "The passkey is registered. From now on you can sign in with it.",
  failed: "No passkey was made: the device's dialog was closed, or it took too long. Try again.",
  known: "This device's passkey is registered already.",
  remove: "Remove",
  "remove.named": "Remove {name}",
  "remove.title": "Remove a passkey",
  "remove.effect": "“{name}” no longer signs in. Delete what is left of it in the device's own settings.",
  "remove.done": "The passkey is removed.",
  password: "Present password",
  "password.missing": "Type your password.",
  cancel: "Cancel",
  notHere: "Passkeys cannot be registered at this address. Open the site by its proper name, with https.",
  needsApp: "To register one from the Internet side, register an authenticator app first.",
};

export default en;
