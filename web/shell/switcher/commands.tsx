/** What can be done from anywhere, for the quick switcher. */
import { chatText } from "#capabilities/chat/web/index.ts";
import { identityText } from "#core/identity/web/index.ts";
import { findable, makeMatcher } from "#shared/match-words.ts";
import {
  ChatIcon,
  DisplayIcon,
  HelpIcon,
  KeyboardIcon,
  SettingsIcon,
  SignOutIcon,
} from "#web/kit/components/icons.tsx";
import type { Jump } from "#web/kit/module.ts";
import { changeSettings, type Settings } from "#web/kit/state/settings.ts";
import { text } from "../text/index.ts";

export type ShellActions = { showKeys: () => void; signOut: () => void };

type Command = Pick<Jump, "title" | "picture" | "open"> & {
  id: string;
  /** Other words for it, and its kana. */
  names: readonly string[];
  key?: string;
};

export function makeCommands({ showKeys, signOut }: ShellActions): (words: string) => readonly Jump[] {
  const set = (change: Partial<Settings>) => () => {
    void changeSettings(change);
    return undefined;
  };
  const colours = (theme: Settings["theme"], names: readonly string[]): Command => ({
    id: `theme-${theme}`,
    title: text("switcher.theme", { theme: text(`display.theme.${theme}`) }),
    picture: <DisplayIcon />,
    names: ["いろ はいしょく", "theme", ...names],
    open: set({ theme }),
  });
  const commands: readonly Command[] = [
    {
      id: "rooms",
      title: text("nav.chat"),
      picture: <ChatIcon />,
      names: ["チャット", "chat", chatText("rooms.title")],
      open: () => "/rooms",
    },
    {
      id: "settings",
      title: text("settings.title"),
      picture: <SettingsIcon />,
      names: ["せってい", "settings"],
      open: () => "/settings",
    },
    {
      id: "display",
      title: text("display.size"),
      picture: <DisplayIcon />,
      names: ["もじのおおきさ", "ひょうじ", "text size", "display"],
      open: () => "/settings/display",
    },
    colours("light", ["あかるい", "light", "ライト"]),
    colours("dark", ["くらい", "dark", "ダーク"]),
    colours("contrast", ["こうコントラスト", "high contrast"]),
    {
      id: "help",
      title: text("help.title"),
      picture: <HelpIcon />,
      names: ["ヘルプ", "つかいかた", "help"],
      open: () => "/help",
    },
    {
      id: "keys",
      title: text("keys.title"),
      picture: <KeyboardIcon />,
      names: ["キーそうさのいちらん", "ショートカット", "shortcuts"],
      key: "?",
      open: () => {
        showKeys();
        return undefined;
      },
    },
    {
      id: "sign-out",
      title: identityText("account.signOut"),
      picture: <SignOutIcon />,
      names: ["ログアウト", "サインアウト", "sign out", "logout"],
      open: () => {
        signOut();
        return undefined;
      },
    },
  ];
  const known = commands.map((command) => ({ command, names: findable(command.title, ...command.names) }));
  return (words) => {
    if (words === "") return [];
    const match = makeMatcher(words);
    return known.flatMap(({ command, names }) => {
      const found = match(names);
      if (found === 0) return [];
      const { id, title, picture, open, key } = command;
      return {
        id: `command ${id}`,
        kind: "command" as const,
        title,
        picture,
        open,
        ...(key && { note: key }),
        nearness: 0,
        match: found,
      };
    });
  };
}
