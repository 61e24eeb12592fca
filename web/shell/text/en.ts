import type { Translation } from "../../kit/text/catalogue.ts";
import type { ja } from "./ja.ts";

const en: Translation<typeof ja> = {
  "nav.label": "Functions",
  "nav.chat": "Chat",
  "nav.skip": "Skip to the contents",
  "connection.connecting": "Connecting…",
  "connection.connected": "Connected",
  "connection.reconnecting": "Reconnecting…",
  "connection.offline": "Offline: what you send goes by itself later",
  "connection.offline.short": "Offline",
  "keys.title": "Keyboard shortcuts",
  "keys.general": "Everywhere",
  "keys.this": "Show this list",
  "keys.close": "Close or cancel",
  "keys.move": "Move between items",
  "keys.open": "Open or choose",
  "display.title": "Display",
  "display.theme": "Colours",
  "display.theme.system": "As the device",
  "display.theme.light": "Light",
  "display.theme.dark": "Dark",
  "display.theme.contrast": "High contrast",
  "display.size": "Text size",
  "display.size.normal": "Normal",
  "display.size.large": "Large",
  "display.size.largest": "Largest",
  "display.language": "Language",
  "display.sendKey": "Key that sends a message",
  "display.sendKey.ctrl-enter": "Ctrl+Enter sends (Enter makes a new line)",
  "display.sendKey.enter": "Enter sends (Shift+Enter makes a new line)",
  "display.kept": "For this device only. Changes show at once.",
  "start.failed": "Could not start",
  "page.missing": "There is no such page",
  "page.missing.next": "The address has changed or is wrong.",
  "page.toChat": "Open the chat",
  "crash.title": "The page could not be shown",
  "crash.next":
    "What you were writing is kept on this device. Load the page again; if it goes on, tell the IT division.",
  "crash.reload": "Load again",
};

export default en;
