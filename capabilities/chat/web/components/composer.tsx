import { lazy, memo, Suspense, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import {
  filesText,
  isAttached,
  loadAttachedFiles,
  loadAttachments,
  useFiles,
} from "#core/files/web/index.ts";
import { countCharacters } from "#shared/text.ts";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { AtIcon, SendIcon } from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { isComposing, useShortcuts } from "#web/kit/keys/shortcuts.ts";
import { sayTyping } from "#web/kit/state/reach.ts";
import { changeSettings, settings } from "#web/kit/state/settings.ts";
import { useStore } from "#web/kit/state/store.ts";
import type { RoomItem } from "../../contract.ts";
import { useChat, useChatState } from "../client/context.ts";
import { emptyDraft } from "../client/drafts.ts";
import { mentionOf } from "../client/mention-words.ts";
import { type Edit, editFor, type Format, replaceIn, tableOf } from "../client/text-edits.ts";
import { text } from "../text/index.ts";
import { AskConfirmation } from "./ask-confirmation.tsx";
import { OtherDrafts, PastedTable, ReachLine, Replying } from "./composer-notices.tsx";
import { ComposerToolbar, formatOf } from "./composer-toolbar.tsx";
import { MentionList } from "./mention-list.tsx";
import { MessageBody } from "./message-body.tsx";
import { TypingLine } from "./typing-line.tsx";
import { useMentionPicking } from "./use-mention-picking.ts";
import { useSending } from "./use-sending.ts";

const AttachButton = lazy(loadAttachments);
const AttachedFiles = lazy(loadAttachedFiles);
const SendCheckDialog = lazy(() => import("./send-check-dialog.tsx"));

/** In larger rooms it is nobody's business who types. */
const typingMembers = 50;
/** More than this is not pasted at once: the field would stand still. */
const pasteLimitFactor = 5;
/** From here on the reader is told how many characters are left. */
const nearLimit = 1000;

/**
 * Where a message is written. What is typed is kept as a draft at every change. A key that belongs to the input method
 * (IME) never sends: composing is over only when the method itself says so.
 */
export const Composer = memo(function Composer({ room }: { room: RoomItem }) {
  const chat = useChat();
  const roomId = room.id;
  const me = useChatState((state) => state.me);
  const draft = useStore(chat.drafts.drafts, (drafts) => drafts[roomId]) ?? emptyDraft(roomId);
  const sendKey = useStore(settings, (all) => all.sendKey);
  const connection = useStore(chat.session.connection, (now) => now);
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const [isLasting, setLasting] = useState(true);
  const [isPreviewing, setPreviewing] = useState(false);
  /** Where a spreadsheet's cells were put as a table, and how they came. */
  const [pasted, setPasted] = useState<{ table: string; words: string }>();
  const sending = useSending(room);
  const listId = useId();

  useEffect(() => {
    void chat.session.device.isLasting().then(setLasting);
  }, [chat]);

  // Grows with its text, up to a third of the screen.
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    // Measuring lays the whole page out, and an empty field has its height from the style sheet.
    if (draft.body === "") return;
    element.style.height = `${Math.min(element.scrollHeight + 2, Math.max(120, innerHeight * 0.34))}px`;
  }, [draft.body]);

  useShortcuts({
    "alt+m": () => field.current?.focus(),
    "alt+p": () => setPreviewing((isShown) => !isShown),
  });

  const limit = chat.session.me.limits.messageCharacters;
  // Counting graphemes takes time; a short text need not be counted.
  const left = draft.body.length > limit - nearLimit ? limit - countCharacters(draft.body) : limit;
  const { uploads } = useFiles();
  const attached = useStore(uploads.uploads, (all) => all.filter((each) => isAttached(each, roomId)).length);
  const isUploading = useStore(uploads.uploads, (all) =>
    all.some((each) => isAttached(each, roomId) && each.state !== "done"),
  );
  const canSend = (draft.body.trim() !== "" || attached > 0) && left >= 0 && !isUploading;

  const send = () => {
    field.current?.focus();
    if (!canSend) return;
    setPasted(undefined);
    setPreviewing(false);
    sending.send();
  };

  const edit = (change: Edit) => {
    if (field.current) replaceIn(field.current, change);
  };

  const format = (wanted: Format) => {
    const element = field.current;
    if (element) edit(editFor(wanted, element.value, element.selectionStart, element.selectionEnd));
  };

  const change = (body: string, at: number) => {
    chat.drafts.change(roomId, { body });
    if (body !== "" && room.memberCount <= typingMembers) sayTyping(roomId);
    setCaret(at);
  };

  /** Replaces `from`..`to` of the text and puts the caret behind it, as if it had been typed. */
  const insert = (words: string, from: number, to: number) => {
    const at = from + words.length;
    edit({ from, to, words, select: [at, at] });
  };

  const picking = useMentionPicking(room, draft.body, caret, ({ mentioned }, from) => {
    const known = chat.drafts.get(roomId).mentioned.filter((each) => each.id !== mentioned.id);
    chat.drafts.change(roomId, { mentioned: [...known, mentioned] });
    insert(`${mentionOf(mentioned)} `, from, caret);
  });

  const onPaste = (event: React.ClipboardEvent<HTMLTextAreaElement>) => {
    const words = event.clipboardData.getData("text/plain");
    setPasted(undefined);
    if (words.length > limit * pasteLimitFactor) {
      event.preventDefault();
      tell(text("composer.pasted.tooLong", { count: words.length, limit }), "danger");
      return;
    }
    const table = tableOf(words);
    if (table === undefined) return;
    event.preventDefault();
    const { value, selectionStart: from, selectionEnd: to } = event.currentTarget;
    const before = from > 0 && value[from - 1] !== "\n" ? "\n" : "";
    insert(`${before}${table}\n`, from, to);
    setPasted({ table: `${table}\n`, words });
  };

  const pasteAsText = () => {
    const element = field.current;
    const from = pasted && element ? element.value.lastIndexOf(pasted.table) : -1;
    if (pasted && from >= 0) insert(pasted.words, from, from + pasted.table.length);
    setPasted(undefined);
  };

  const rememberCopied = (event: React.ClipboardEvent<HTMLTextAreaElement>) => {
    const { value, selectionStart, selectionEnd } = event.currentTarget;
    const words = value.slice(selectionStart, selectionEnd).trim();
    if (words) chat.copied = { roomId, roomName: room.name, words };
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (picking.takesKey(event)) return;
    const wanted = formatOf(event);
    if (wanted) {
      event.preventDefault();
      format(wanted);
      return;
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
    <div className="border-t border-line bg-ground px-3 pb-2 pt-1 md:px-5 md:pb-3" data-print="hide">
      <TypingLine room={room} />
      {connection === "offline" && <p className="mb-2 text-sm text-warn">{text("composer.offline")}</p>}
      {!isLasting && <p className="mb-2 text-sm text-warn">{text("composer.notKept")}</p>}
      <div className="@container relative">
        {picking.isPicking && <MentionList id={listId} picking={picking} />}
        <OtherDrafts draft={draft} />
        {pasted && <PastedTable onAsText={pasteAsText} onClose={() => setPasted(undefined)} />}
        <ReachLine room={room} />
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
          {isPreviewing && (
            <section
              aria-label={text("composer.preview.title")}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
              tabIndex={0}
              className="focus-inside m-1.5 max-h-[30dvh] overflow-y-auto rounded-lg border border-bubble-own-line bg-bubble-own px-3 py-1.5"
            >
              {draft.body.trim() ? (
                <MessageBody body={draft.body} mentioned={draft.mentioned} me={me} />
              ) : (
                <p className="text-sm text-ink-3">{text("composer.preview.empty")}</p>
              )}
            </section>
          )}
          {attached > 0 && (
            <Suspense>
              <AttachedFiles roomId={roomId} />
            </Suspense>
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
            aria-controls={picking.isPicking ? listId : undefined}
            aria-activedescendant={picking.isPicking ? `${listId}-${picking.picked}` : undefined}
            aria-invalid={left < 0}
            aria-describedby={`${listId}-hint`}
            enterKeyHint="enter"
            autoComplete="off"
            onChange={(event) => change(event.target.value, event.target.selectionStart)}
            onPaste={onPaste}
            onCopy={rememberCopied}
            onCut={rememberCopied}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
            className="block max-h-[34dvh] min-h-11 w-full resize-none bg-transparent px-3.5 py-2 text-base outline-none! shadow-none! placeholder:truncate placeholder:text-ink-3"
          />
          <div className="flex flex-wrap items-center gap-1 pb-1.5 pl-1.5 pr-1.5">
            <Suspense fallback={<span className="size-9" />}>
              <AttachButton roomId={roomId} />
            </Suspense>
            <IconButton
              label={text("composer.mention")}
              icon={<AtIcon />}
              onPress={() => {
                picking.offerAgain();
                const needsSpace = caret > 0 && !/\s$/.test(draft.body.slice(0, caret));
                insert(needsSpace ? " @" : "@", caret, caret);
              }}
            />
            <ComposerToolbar
              isPreviewing={isPreviewing}
              onFormat={format}
              onPreview={() => setPreviewing(!isPreviewing)}
            />
            <label className="ml-1 hidden min-h-9 items-center gap-1.5 whitespace-nowrap text-sm text-ink-2 @min-[44rem]:pointer-fine:flex">
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
            <AskConfirmation roomId={roomId} />
            <span className="min-w-0 flex-1" />
            <span
              id={`${listId}-hint`}
              className="hidden truncate text-xs text-ink-3 @min-[54rem]:pointer-fine:inline"
            >
              {left === limit || left > nearLimit
                ? text(sendKey === "enter" ? "composer.hint.enter" : "composer.hint.ctrl")
                : null}
            </span>
            {isUploading && (
              <span role="status" className="text-xs text-ink-2">
                {filesText("upload.wait")}
              </span>
            )}
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
              className="ml-auto"
              icon={<SendIcon size={18} />}
              isDisabled={!canSend}
              onPress={send}
            >
              {text("composer.send")}
            </Button>
          </div>
        </div>
      </div>
      <Suspense>
        {sending.doubts && (
          <SendCheckDialog
            roomName={room.name}
            doubts={sending.doubts}
            onBack={() => {
              sending.goBack();
              requestAnimationFrame(() => field.current?.focus());
            }}
            onSend={sending.confirm}
          />
        )}
      </Suspense>
    </div>
  );
});
