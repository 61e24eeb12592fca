import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { PersonSummary } from "#core/identity/contract.ts";
import { countCharacters, searchKey } from "#shared/text.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { AtIcon, CloseIcon, ReplyIcon, SendIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { isComposing, useShortcuts } from "#web/kit/keys/shortcuts.ts";
import { changeSettings, settings } from "#web/kit/state/settings.ts";
import { useStore } from "#web/kit/state/store.ts";
import type { RoomItem } from "../../contract.ts";
import { useChat, useChatState, usePerson } from "../client/context.ts";
import { emptyDraft } from "../client/drafts.ts";
import { findMessage } from "../state.ts";
import { text } from "../text/index.ts";
import { mentionOf } from "./message-body.tsx";

const candidatesShown = 7;
/** From here on the reader is told how many characters are left. */
const nearLimit = 1000;

/**
 * Where a message is written. What is typed is kept as a draft at every change. A key that belongs to the input method
 * (IME) never sends: composing is over only when the method itself says so.
 */
export function Composer({ room }: { room: RoomItem }) {
  const chat = useChat();
  const roomId = room.id;
  const me = useChatState((state) => state.me);
  const draft = useStore(chat.drafts.drafts, (drafts) => drafts[roomId]) ?? emptyDraft(roomId);
  const sendKey = useStore(settings, (all) => all.sendKey);
  const connection = useStore(chat.session.connection, (now) => now);
  const members = useChatState((state) => state.members[roomId]);
  const field = useRef<HTMLTextAreaElement>(null);
  const caretWanted = useRef<number>(undefined);
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState<string>();
  const [isLasting, setLasting] = useState(true);
  const listId = useId();

  useEffect(() => {
    void chat.session.device.isLasting().then(setLasting);
  }, [chat]);

  // Grows with its text, up to a third of the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the text changes
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, Math.max(120, innerHeight * 0.34))}px`;
  }, [draft.body]);

  // In the same turn as the text: a frame later the caret would be moved under the keys that came in between.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret is asked for together with a text
  useLayoutEffect(() => {
    if (caretWanted.current === undefined) return;
    field.current?.focus();
    field.current?.setSelectionRange(caretWanted.current, caretWanted.current);
    caretWanted.current = undefined;
  }, [draft.body]);

  useShortcuts({ "alt+m": () => field.current?.focus() });

  const query = findMentionQuery(draft.body, caret);
  const candidates = useMemo(() => {
    if (!query || query.at === dismissed || !members) return [];
    const key = searchKey(query.words);
    const found: PersonSummary[] = [];
    for (const { person } of Object.values(members)) {
      if (person.id === me) continue;
      if (key && !searchKey(`${person.name}\n${person.kana}\n${person.sectionName ?? ""}`).includes(key))
        continue;
      found.push(person);
    }
    return found.sort((a, b) => (a.kana < b.kana ? -1 : 1)).slice(0, candidatesShown);
  }, [query, dismissed, members, me]);
  const isPicking = candidates.length > 0;
  const picked = Math.min(chosen, candidates.length - 1);

  const limit = chat.session.me.limits.messageCharacters;
  // Counting graphemes takes time; a short text need not be counted.
  const left = draft.body.length > limit - nearLimit ? limit - countCharacters(draft.body) : limit;
  const canSend = draft.body.trim() !== "" && left >= 0;

  const send = () => {
    if (!canSend) {
      field.current?.focus();
      return;
    }
    const body = draft.body.replace(/\s+$/, "");
    const mentions = draft.mentioned
      .filter((person) => body.includes(mentionOf(person)))
      .map((person) => person.id);
    void chat.outbox.send({ roomId, body, replyTo: draft.replyTo, mentions: [...new Set(mentions)] });
    chat.drafts.clear(roomId);
    field.current?.focus();
  };

  const change = (body: string, at: number) => {
    chat.drafts.change(roomId, { body });
    setCaret(at);
    setChosen(0);
  };

  /** Replaces `from`..`to` of the text and puts the caret behind it. */
  const insert = (words: string, from: number, to: number) => {
    const body = draft.body.slice(0, from) + words + draft.body.slice(to);
    const at = from + words.length;
    caretWanted.current = at;
    chat.drafts.change(roomId, { body });
    setCaret(at);
  };

  const pick = (person: PersonSummary | undefined) => {
    if (!person || !query) return;
    const known = draft.mentioned.filter((each) => each.id !== person.id);
    chat.drafts.change(roomId, { mentioned: [...known, { id: person.id, name: person.name }] });
    insert(`${mentionOf(person)} `, query.from, caret);
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (isPicking) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const by = event.key === "ArrowDown" ? 1 : candidates.length - 1;
        setChosen((picked + by) % candidates.length);
        return;
      }
      if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && !event.ctrlKey) {
        event.preventDefault();
        pick(candidates[picked]);
        return;
      }
      if (event.key === "Escape") {
        event.preventDefault();
        setDismissed(query?.at);
        return;
      }
    }
    if (event.key === "Escape" && draft.replyTo !== null) {
      chat.drafts.change(roomId, { replyTo: null });
      return;
    }
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    const isWithModifier = event.ctrlKey || event.metaKey;
    // On a phone there is a button to send, and Enter is the only way to a new line.
    const isTouch = matchMedia("(hover: none) and (pointer: coarse)").matches;
    if (isWithModifier || (sendKey === "enter" && !isTouch)) {
      event.preventDefault();
      send();
    }
  };

  return (
    <div className="border-t border-line bg-ground px-3 pb-2 pt-2.5 md:px-5 md:pb-3" data-print="hide">
      {connection === "offline" && <p className="mb-2 text-sm text-warn">{text("composer.offline")}</p>}
      {!isLasting && <p className="mb-2 text-sm text-warn">{text("composer.notKept")}</p>}
      <div className="@container relative">
        {isPicking && (
          <div
            id={listId}
            role="listbox"
            aria-label={text("composer.mention.label")}
            className="absolute inset-x-0 bottom-full z-20 mb-2 max-w-lg animate-appear overflow-hidden rounded-xl border border-line bg-raised py-1 shadow-2"
          >
            {candidates.map((person, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and its keys choose
              <div
                key={person.id}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === picked}
                // The field keeps the focus and its caret.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => pick(person)}
                onMouseEnter={() => setChosen(index)}
                className={classes(
                  "flex min-h-11 items-center gap-3 px-3 py-1",
                  index === picked && "bg-accent-soft",
                )}
              >
                <Avatar person={person} size={28} />
                <span className="min-w-0 flex-1 truncate">
                  <PersonName person={person} />
                  <span className="ml-2 text-sm text-ink-3">{placeOf(person)}</span>
                </span>
              </div>
            ))}
          </div>
        )}
        <div
          className={classes(
            "rounded-xl border bg-ground transition-colors focus-within:border-accent focus-within:shadow-[0_0_0_1px_var(--accent)]",
            left < 0 ? "border-danger" : "border-line-strong",
          )}
        >
          {draft.replyTo !== null && (
            <Replying
              roomId={roomId}
              seq={draft.replyTo}
              onCancel={() => {
                chat.drafts.change(roomId, { replyTo: null });
                field.current?.focus();
              }}
            />
          )}
          <textarea
            ref={field}
            rows={1}
            data-composer
            value={draft.body}
            dir="auto"
            aria-label={text("composer.label", { name: room.name })}
            placeholder={text("composer.placeholder", { name: room.name })}
            aria-autocomplete="list"
            aria-controls={isPicking ? listId : undefined}
            aria-activedescendant={isPicking ? `${listId}-${picked}` : undefined}
            aria-invalid={left < 0}
            aria-describedby={`${listId}-hint`}
            enterKeyHint="enter"
            autoComplete="off"
            onChange={(event) => change(event.target.value, event.target.selectionStart)}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
            className="block max-h-[34dvh] min-h-11 w-full resize-none bg-transparent px-3.5 py-2 text-base outline-none! shadow-none! placeholder:truncate placeholder:text-ink-3"
          />
          <div className="flex flex-wrap items-center gap-1 pb-1.5 pl-1.5 pr-1.5">
            <IconButton
              label={text("composer.mention")}
              icon={<AtIcon />}
              onPress={() => {
                setDismissed(undefined);
                const needsSpace = caret > 0 && !/\s$/.test(draft.body.slice(0, caret));
                insert(needsSpace ? " @" : "@", caret, caret);
              }}
            />
            <label className="ml-1 hidden min-h-9 items-center gap-1.5 whitespace-nowrap text-sm text-ink-2 @min-[24rem]:pointer-fine:flex">
              <input
                type="checkbox"
                className="size-4 accent-[var(--accent)]"
                checked={sendKey === "enter"}
                onChange={(event) =>
                  void changeSettings({ sendKey: event.target.checked ? "enter" : "ctrl-enter" })
                }
              />
              {text("composer.enter")}
            </label>
            <span className="min-w-0 flex-1" />
            <span
              id={`${listId}-hint`}
              className="hidden truncate text-xs text-ink-3 @min-[34rem]:pointer-fine:inline"
            >
              {left === limit || left > nearLimit
                ? text(sendKey === "enter" ? "composer.hint.enter" : "composer.hint.ctrl")
                : null}
            </span>
            {left <= nearLimit && (
              <span
                role="status"
                className={classes("text-xs tabular-nums", left < 0 ? "font-bold text-danger" : "text-ink-2")}
              >
                {left < 0 ? text("composer.over", { count: -left }) : text("composer.left", { count: left })}
              </span>
            )}
            <Button
              kind="primary"
              size="small"
              className="ml-2"
              icon={<SendIcon size={18} />}
              isDisabled={!canSend}
              onPress={send}
            >
              {text("composer.send")}
            </Button>
          </div>
        </div>
      </div>
    </div>
  );
}

function Replying({ roomId, seq, onCancel }: { roomId: string; seq: number; onCancel: () => void }) {
  const original = useChatState((state) => findMessage(state.messages[roomId], seq));
  const sender = usePerson(original?.senderId ?? null);
  return (
    <div className="flex items-center gap-2 border-b border-line py-0.5 pl-3.5 pr-1 text-sm text-ink-2">
      <ReplyIcon size={16} />
      <span className="min-w-0 flex-1 truncate">
        <span className="font-bold">{text("composer.replying", { name: sender?.name ?? "" })}</span>
        {"　"}
        <bdi>{original?.body.slice(0, 120).replace(/\s+/g, " ")}</bdi>
      </span>
      <IconButton label={text("composer.reply.cancel")} icon={<CloseIcon size={16} />} onPress={onCancel} />
    </div>
  );
}

/** The `@…` that is being typed before the caret, if any. */
function findMentionQuery(
  body: string,
  caret: number,
): { words: string; from: number; at: string } | undefined {
  const match = /(?:^|[\s\u3000、。（「])[@＠]([^\s\u3000@＠]{0,20})$/.exec(body.slice(0, caret));
  if (!match) return undefined;
  const words = match[1] ?? "";
  const from = caret - words.length - 1;
  return { words, from, at: `${from}` };
}
