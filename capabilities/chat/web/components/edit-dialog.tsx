import { useEffect, useRef, useState } from "react";
import { countCharacters } from "#shared/text.ts";
import { Problem, wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { isComposing } from "#web/kit/keys/shortcuts.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { Message, RoomItem } from "../../contract.ts";
import { useChat, useChatState } from "../client/context.ts";
import { mentionOf } from "../client/mention-words.ts";
import { findMessage } from "../state.ts";
import { text } from "../text/index.ts";

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
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(opened.body.length, opened.body.length);
  }, [opened]);
  const isOutdated = (now.version ?? 1) !== version;
  const limit = chat.session.me.limits.messageCharacters;
  const isTooLong = body.length > limit && countCharacters(body) > limit;
  const canSave = body.trim() !== "" && !isTooLong && !now.deletion;

  const save = async () => {
    if (!canSave || isSaving) return;
    setSaving(true);
    const known = Object.values(chat.state.get().members[room.id] ?? {});
    const words = body.replace(/\s+$/, "");
    const mentions = known
      .filter(({ person }) => words.includes(mentionOf(person)))
      .map(({ person }) => person.id);
    try {
      await chat.editMessage(room.id, opened, words, mentions, version);
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
          <Button kind="primary" isPending={isSaving} isDisabled={!canSave} onPress={() => void save()}>
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
        <textarea
          ref={field}
          rows={Math.min(14, Math.max(4, body.split("\n").length + 1))}
          value={body}
          dir="auto"
          aria-label={text("edit.label")}
          aria-invalid={isTooLong}
          onChange={(event) => setBody(event.target.value)}
          onKeyDown={(event) => {
            if (isComposing(event.nativeEvent)) return;
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              void save();
            }
          }}
          className="w-full resize-y rounded-lg border border-line-strong bg-ground px-3.5 py-2.5 text-base"
        />
        <p className="text-xs text-ink-3">{text("edit.hint")}</p>
      </div>
    </Dialog>
  );
}
