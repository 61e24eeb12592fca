import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import {
  CheckIcon,
  CopyIcon,
  DeleteIcon,
  EditIcon,
  HistoryIcon,
  LinkIcon,
  MoreIcon,
  PeopleIcon,
  ReplyIcon,
  SmileIcon,
  ThreadIcon,
} from "#web/kit/components/icons.tsx";
import type { Message, RoomItem } from "../../contract.ts";
import { text } from "../text/index.ts";

/** What can be done with a message, in the order of the menu. `key` does the same on a message that has the focus. */
const actions = [
  { action: "reply", words: "message.reply", Icon: ReplyIcon, key: "r" },
  { action: "thread", words: "message.thread", Icon: ThreadIcon, key: "t" },
  { action: "react", words: "message.react", Icon: SmileIcon, key: "a" },
  { action: "confirm", words: "confirmation.do", Icon: CheckIcon, key: "k" },
  { action: "confirmations", words: "confirmation.title", Icon: CheckIcon, key: "o" },
  { action: "copy", words: "message.copy", Icon: CopyIcon, key: "c" },
  { action: "link", words: "message.link", Icon: LinkIcon, key: "l" },
  { action: "readers", words: "message.readers", Icon: PeopleIcon, key: "i" },
  { action: "edit", words: "message.edit", Icon: EditIcon, key: "e" },
  { action: "versions", words: "message.versions", Icon: HistoryIcon, key: "h" },
  { action: "delete", words: "message.delete", Icon: DeleteIcon, key: "d" },
] as const;

export type MessageAction = (typeof actions)[number]["action"];

/** These stand beside the message on a screen with room for them. */
const quick: ReadonlySet<MessageAction> = new Set(["reply", "thread", "react", "readers"]);

/** These change something, which a room that has been put away does not allow. */
const changing: ReadonlySet<MessageAction> = new Set(["reply", "react", "confirm", "edit", "delete"]);

export const actionOfKey = (key: string): MessageAction | undefined =>
  actions.find((each) => each.key === key.toLowerCase())?.action;

/** Whether an action makes sense for this message and this reader; the server decides once more. */
export function canAct(action: MessageAction, message: Message, room: RoomItem, me: string): boolean {
  const isMine = message.senderId === me;
  if (message.deletion) return action === "link" || (action === "thread" && message.thread !== undefined);
  if (room.archivedAt && changing.has(action)) return false;
  if (action === "edit") return isMine && (room.posting === "everybody" || room.role === "owner");
  if (action === "versions") return message.editedAt !== undefined;
  if (action === "confirm") return message.confirmation?.mine === "waiting";
  if (action === "confirmations") return message.confirmation !== undefined;
  if (action === "delete") return isMine || (room.kind !== "direct" && room.role === "owner");
  return true;
}

/** What can be done with the message under the pointer or the focus. On a phone it opens from one button or a long press. */
export function MessageActions({
  message,
  room,
  me,
  isOpen,
  onOpenChange,
  onAct,
}: {
  message: Message;
  room: RoomItem;
  me: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onAct: (action: MessageAction, message: Message) => void;
}) {
  const isMine = message.senderId === me;
  const possible = actions.filter(({ action }) => canAct(action, message, room, me));
  return (
    <div
      data-print="hide"
      role="toolbar"
      aria-label={text("message.actions")}
      className={classes(
        "absolute top-0 z-10 flex rounded-lg border border-line bg-raised p-0.5 shadow-1",
        isMine ? "left-3 md:-top-5 md:left-6" : "right-2 md:right-4",
      )}
    >
      {possible
        .filter(({ action }) => quick.has(action))
        .map(({ action, words, Icon }) => (
          <IconButton
            key={action}
            className="size-8 max-md:hidden"
            label={text(words)}
            icon={<Icon size={18} />}
            onPress={() => onAct(action, message)}
          />
        ))}
      <MenuTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
        <IconButton label={text("message.more")} icon={<MoreIcon size={18} />} className="md:size-8" />
        <Popover
          placement={isMine ? "bottom start" : "bottom end"}
          className="w-64 rounded-xl border border-line bg-raised py-1 shadow-2"
        >
          <Menu className="outline-none" aria-label={text("message.actions")}>
            {possible.map(({ action, words, Icon, key }) => (
              <MenuItem
                key={action}
                textValue={text(words)}
                onAction={() => onAct(action, message)}
                className={classes(
                  "flex min-h-10 cursor-pointer items-center gap-3 px-4 text-base outline-none focus:bg-hover max-md:min-h-12",
                  action === "delete" && "text-danger",
                )}
              >
                <Icon />
                <span className="flex-1">{text(words)}</span>
                <kbd className="font-sans text-xs text-ink-3 pointer-coarse:hidden">{key.toUpperCase()}</kbd>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}
