import type { Translation } from "./catalogue.ts";
import type { ja } from "./ja.ts";

const en: Translation<typeof ja> = {
  "action.cancel": "Cancel",
  "action.undo": "Undo",
  "action.close": "Close",
  "action.retry": "Load again",
  "action.back": "Back",
  "calendar.previous": "Previous month",
  "calendar.next": "Next month",
  "problem.network": "The server cannot be reached. What you typed is kept. Check the line and try again.",
  "problem.unknown": "Something went wrong. Try again; if it goes on, tell the IT division.",
  "problem.title": "Could not be loaded",
  loading: "Loading…",
  "reason.label": "Reason",
  "reason.hint": "It stays in the audit record.",
  "reason.missing": "Enter a reason.",
  "read.end": "This is the end",
  "read.done": "You have come to the end.",
  "read.more": "The button can be pressed when you have read to the end.",
  "person.guest": "Guest",
  "person.section": "Section account",
  "notice.close": "Close this notice",
  "presence.active": "Here",
  "presence.away": "Away",
  "status.available": "Available",
  "status.meeting": "In a meeting",
  "status.telework": "At home",
  "status.outside": "Out on duty",
  "status.leave": "On leave",
  "status.until": " (until {time})",
  "zone.lgwan": "LGWAN side",
  "zone.internet": "Internet side",
  "zone.public": "Public side",
  "zone.lgwan.rule": "The closed government network. Pages on the Internet cannot be opened.",
  "zone.internet.rule":
    "Do not write personal data of residents or other highly confidential information here.",
  "zone.public.rule": "Anybody can see this. Internal information is not handled here.",
};

export default en;
