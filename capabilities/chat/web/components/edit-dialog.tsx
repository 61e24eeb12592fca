import { useEffect, useId, useRef, useState } from "react";
import { countCharacters } from "#shared/text.ts";
import { Problem, wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { isComposing } from "#web/kit/keys/shortcuts.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { Message, RoomItem } from "../../contract.ts";
import { useChat, useChatState } from "../client/context.ts";
import { type Mentioned, mentionOf, mentionsIn, targetOf } from "../client/mention-words.ts";
import { replaceIn } from "../client/text-edits.ts";
import { findMessage } from "../state.ts";
import { text } from "../text/index.ts";
import { MentionList } from "./mention-list.tsx";
import SendCheckDialog from "./send-check-dialog.tsx";
import { useMentionPicking } from "./use-mention-picking.ts";

/**
 * One's own message, to be written anew. When another device was faster, both texts are shown and what was typed stays;
 * saving then rests on the version that was seen here.
 */
export default function EditDialog({
  room,
  message: opened,
  onClose,
}: {
  room: RoomItem;
  message: Message;
  onClose: () => void;
}) {
  const chat = useChat();
  const now = useChatState((state) => findMessage(state.messages[room.id], opened.seq)) ?? opened;
  const [body, setBody] = useState(opened.body);
  const [version, setVersion] = useState(opened.version ?? 1);
  const [problem, setProblem] = useState<unknown>();
  const [isSaving, setSaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(opened.body.length);
  /** Sections, posts and everybody that were picked here. */
  const [added, setAdded] = useState<readonly Mentioned[]>([]);
  const [isAsked, setAsked] = useState(false);
  const listId = useId();
  const picking = useMentionPicking(room, body, caret, ({ mentioned }, from) => {
    if (targetOf(mentioned)) setAdded((all) => [...all.filter(({ id }) => id !== mentioned.id), mentioned]);
    if (field.current) {
      const words = `${mentionOf(mentioned)} `;
      const at = from + words.length;
      replaceIn(field.current, { from, to: caret, words, select: [at, at] });
    }
  });
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(opened.body.length, opened.body.length);
  }, [opened]);
  const isOutdated = (now.version ?? 1) !== version;
  const limit = chat.session.me.limits.messageCharacters;
  const isTooLong = body.length > limit && countCharacters(body) > limit;
  const canSave = body.trim() !== "" && !isTooLong && !now.deletion;

  const words = body.replace(/\s+$/, "");
  const { mentionTargets } = mentionsIn(words, added);
  const reach = { people: room.memberCount - 1, guests: room.guestCount };
  // As at sending: who calls many with an edit is asked once more.
  const isMany = mentionTargets.length > 0 && room.memberCount > chat.settings.get().reachConfirmedAbove;

  const ask = () => {
    if (!canSave || isSaving) return;
    if (isMany) setAsked(true);
    else void save();
  };
  const save = async () => {
    setAsked(false);
    setSaving(true);
    const known = Object.values(chat.state.get().members[room.id] ?? {});
    const mentions = known
      .filter(({ person }) => words.includes(mentionOf(person)))
      .map(({ person }) => person.id);
    try {
      await chat.editMessage(room.id, opened, { body: words, mentions, mentionTargets, version });
      onClose();
    } catch (error) {
      setProblem(error);
      setSaving(false);
      field.current?.focus();
    }
  };

  return (
    <Dialog
      title={text("edit.title")}
      isFirm={body !== opened.body}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="primary" isPending={isSaving} isDisabled={!canSave} onPress={ask}>
            {text("edit.save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {now.deletion ? (
          <Notice tone="danger">{text("edit.deleted")}</Notice>
        ) : isOutdated ? (
          <Notice tone="warn">
            <p>{text("edit.outdated")}</p>
            <p className="people-text my-2 rounded-md bg-ground px-3 py-2 text-ink">{now.body}</p>
            <Button
              size="small"
              onPress={() => {
                setVersion(now.version ?? 1);
                setProblem(undefined);
                field.current?.focus();
              }}
            >
              {text("edit.outdated.keep")}
            </Button>
          </Notice>
        ) : (
          problem !== undefined &&
          !(problem instanceof Problem && problem.code === "message-changed") && (
            <Notice tone="danger">{wordsOf(problem)}</Notice>
          )
        )}
        <div>
          <textarea
            ref={field}
            rows={Math.min(14, Math.max(4, body.split("\n").length + 1))}
            value={body}
            dir="auto"
            aria-label={text("edit.label")}
            aria-invalid={isTooLong}
            aria-autocomplete="list"
            aria-controls={picking.isPicking ? listId : undefined}
            aria-activedescendant={picking.isPicking ? `${listId}-${picking.picked}` : undefined}
            onChange={(event) => {
              setBody(event.target.value);
              setCaret(event.target.selectionStart);
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
            onKeyDown={(event) => {
              if (isComposing(event.nativeEvent)) return;
              if (picking.takesKey(event)) {
                // Escape puts the list away, not the dialog.
                event.stopPropagation();
                return;
              }
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                ask();
              }
            }}
            className="w-full resize-y rounded-lg border border-line-strong bg-ground px-3.5 py-2.5 text-base"
          />
          {picking.isPicking && <MentionList id={listId} picking={picking} isBelow />}
        </div>
        <p className="text-xs text-ink-3">{text("edit.hint")}</p>
      </div>
      {isAsked && (
        <SendCheckDialog
          roomName={room.name}
          doubts={[{ kind: "many", reach }]}
          onBack={() => setAsked(false)}
          onSend={() => void save()}
        />
      )}
    </Dialog>
  );
}
