import type { Topics } from "./topics.ts";

export const topics: Topics = [
  {
    id: "find",
    title: "Find a room or a person",
    words: "search switch ctrl+k section",
    steps: [
      "Press “Find” on the left, or Ctrl+K (⌘+K on a Mac).",
      "Type part of a name: kanji, kana or romaji. “zaisei” finds 財政課.",
      "Choose with ↑ ↓ and open with Enter. A person opens your direct room with them.",
    ],
  },
  {
    id: "start",
    title: "Start a conversation",
    words: "new room create group direct",
    steps: [
      "Press “Start something new” (Alt+N).",
      "One person makes a direct room; several people and a name make a group.",
      "When guests are in a room, their number stands under its name. Look before you write.",
    ],
  },
  {
    id: "send",
    title: "Send a message",
    words: "enter newline",
    steps: [
      "Write in the field below and press “Send”, or Ctrl+Enter.",
      "Enter makes a new line. To send with Enter, change “Key that sends a message” in Settings, Display.",
      "Send even when the line is down: it goes by itself when you are connected again.",
    ],
  },
  {
    id: "mention",
    title: "Call somebody's attention",
    words: "mention @",
    steps: ["Type @ and a part of the name, and choose.", "Their room list shows @ beside the room."],
  },
  {
    id: "readers",
    title: "Who has read it, and who has not",
    words: "read unread receipts",
    steps: [
      "Press “Read” beside your own message.",
      "Those who have read it and those who have not are listed with their sections.",
    ],
  },
  {
    id: "past",
    title: "Earlier messages, or those of a day",
    words: "date calendar history scroll",
    steps: [
      "Scroll up; earlier messages follow. The scrollbar leads anywhere in the room.",
      "To go to a day choose “…”, “Go to a date” in the room's head (Alt+G).",
      "“To the newest message” goes back to the end (Alt+J). Coming back to a room shows where you were.",
    ],
  },
  {
    id: "size",
    title: "Larger text, other colours",
    words: "font size dark high contrast theme",
    steps: [
      "Open Settings, Display.",
      "“Text size” scales everything on the screen.",
      "“Colours” are light, dark or high contrast; “As the device” follows the device.",
    ],
  },
  {
    id: "keys",
    title: "Use the keyboard alone",
    words: "shortcuts screen reader",
    steps: [
      "Press ? for the list of shortcuts (not while you are typing).",
      "Tab moves between parts, ↑ ↓ within a list, Esc closes or goes back.",
    ],
  },
  {
    id: "offline",
    title: "When there is no connection",
    words: "offline network error reconnecting",
    steps: [
      "The upper right says “Reconnecting…” or “Offline”. What you wrote is kept.",
      "Messages wait and arrive once and in order when the line is back.",
      "If it stays so, tell the IT division.",
    ],
  },
  {
    id: "zones",
    title: "LGWAN side and Internet side",
    words: "network personal data band",
    steps: [
      "The band at the top says on which side you are.",
      "On the Internet side do not write personal data of residents or other confidential information.",
    ],
  },
  {
    id: "sign-out",
    title: "When you leave a shared device",
    words: "log out sign out",
    steps: [
      "Press your own mark at the lower left (on a phone the lower right) and choose “Sign out”.",
      "Drafts and unsent messages on this device are deleted; you are told before if there are any.",
    ],
  },
  {
    id: "files",
    title: "Attach and read files",
    words: "attachment library photo pdf excel word download upload sanitise",
    steps: [
      "Press “Attach a file” beside the field, or drop files on the page: up to 2 GB, 20 with a message.",
      "When it has been inspected, “Open” shows its pages. “Download” is there only where it is permitted.",
      "The room's files are under “Files” above it, with their versions and folders.",
    ],
  },
  {
    id: "carry-out",
    title: "Carry a file out",
    words: "carry out request approve approval download",
    steps: [
      "On the card of a file that you cannot download press “Ask to carry out”; give time, number and reason.",
      "An owner of the room decides on the LGWAN side; the answer comes under Waiting.",
      "Download it under “My requests” on the page of carrying out.",
    ],
  },
];
