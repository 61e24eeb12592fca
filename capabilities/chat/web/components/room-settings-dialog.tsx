import { useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { inputClass, TextField } from "#web/kit/components/field.tsx";
import { ArchiveIcon, CopyIcon } from "#web/kit/components/icons.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { copyText } from "#web/kit/device/copy-text.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { RoomItem, RoomSettings } from "../../contract.ts";
import { roomDescriptionLimit, roomNameLimit } from "../../defaults/contract.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";
import { Choice } from "./choice.tsx";
import { ClassField } from "./class-field.tsx";
import { RetentionLine } from "./retention-line.tsx";

type Wanted = Pick<
  RoomSettings,
  "name" | "kana" | "description" | "visibility" | "posting" | "classification"
>;

/**
 * Name, purpose, who may join and who may post. When somebody else has changed them meanwhile, what was typed stays and
 * what is there now is shown beside it.
 */
export default function RoomSettingsDialog({ room, onClose }: { room: RoomItem; onClose: () => void }) {
  const chat = useChat();
  const [wanted, setWanted] = useState<Wanted>({
    name: room.name,
    kana: room.kana,
    description: room.description,
    visibility: room.visibility,
    posting: room.posting,
    classification: room.classification,
  });
  // Changes of others are seen as they come; saved is over the version that was shown last.
  const [version, setVersion] = useState(room.version);
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const isOthers = room.version !== version;
  const isArchived = room.archivedAt !== null;
  const set = (change: Partial<Wanted>) => setWanted((now) => ({ ...now, ...change }));

  const save = async () => {
    if (wanted.name.trim() === "") {
      setProblem(text("settings.name.missing"));
      return;
    }
    setSaving(true);
    setProblem(undefined);
    try {
      await chat.changeRoom(room.id, { ...wanted, version });
      tell(text("settings.saved"));
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
      setSaving(false);
    }
  };
  const archive = async (wish: boolean) => {
    try {
      await chat.archiveRoom(room.id, wish);
      tell(text(wish ? "settings.archived" : "settings.restored", { name: room.name }));
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };

  return (
    <Dialog
      title={text("settings.title")}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          {!isArchived && (
            <Button kind="primary" isPending={isSaving} onPress={() => void save()}>
              {text("settings.save")}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {problem && <Notice tone="danger">{problem}</Notice>}
        {isOthers && (
          <Notice tone="warn">
            {text("settings.others", {
              name: room.name,
              description: room.description || text("settings.empty"),
            })}{" "}
            <Button
              size="small"
              className="mt-2"
              onPress={() => {
                setVersion(room.version);
                setProblem(undefined);
              }}
            >
              {text("settings.others.keep")}
            </Button>
          </Notice>
        )}
        {isArchived ? (
          <p>{text("settings.isArchived")}</p>
        ) : (
          <>
            <TextField
              label={text("settings.name")}
              hint={room.kind === "section" ? text("settings.name.section") : undefined}
              isDisabled={room.kind === "section"}
              value={wanted.name}
              onChange={(name) => set({ name })}
              maxLength={roomNameLimit}
            />
            {room.kind !== "section" && (
              <TextField
                label={text("settings.kana")}
                hint={text("settings.kana.hint")}
                value={wanted.kana}
                onChange={(kana) => set({ kana })}
                maxLength={roomNameLimit}
              />
            )}
            <label className="flex flex-col gap-1.5">
              <span className="text-sm font-bold">{text("settings.description")}</span>
              <textarea
                rows={3}
                value={wanted.description}
                maxLength={roomDescriptionLimit}
                onChange={(event) => set({ description: event.target.value })}
                className={`${inputClass} py-3`}
              />
            </label>
            {room.kind === "group" && (
              <Choice
                legend={text("settings.visibility")}
                value={wanted.visibility}
                onChange={(visibility) => set({ visibility })}
                choices={["closed", "public"]}
                words={(each) => text(`settings.visibility.${each}`)}
                isDisabled={(each) => each === "public" && room.guestCount > 0}
                note={
                  room.guestCount > 0 ? text("settings.visibility.guests", { count: room.guestCount }) : null
                }
              />
            )}
            <Choice
              legend={text("settings.posting")}
              value={wanted.posting}
              onChange={(posting) => set({ posting })}
              choices={["everybody", "owners"]}
              words={(each) => text(`settings.posting.${each}`)}
            />
            <ClassField
              value={wanted.classification}
              least={room.classification}
              onChange={(classification) => set({ classification })}
            />
            <p className="text-sm text-ink-2">
              {text("settings.class.lower")}{" "}
              <Button
                size="small"
                kind="quiet"
                icon={<CopyIcon size={16} />}
                onPress={() => void copyText(room.id).then(() => tell(text("settings.class.copied")))}
              >
                {text("settings.class.copy")}
              </Button>
            </p>
          </>
        )}
        <RetentionLine roomId={room.id} />
        {room.kind !== "section" && (
          <div className="border-t border-line pt-4">
            {isArchived ? (
              <Button icon={<ArchiveIcon />} onPress={() => void archive(false)}>
                {text("settings.restore")}
              </Button>
            ) : isAsked ? (
              <div className="flex flex-col gap-3">
                <p className="text-sm">{text("settings.archive.effect", { count: room.memberCount })}</p>
                <div className="flex gap-2">
                  <Button kind="quiet" onPress={() => setAsked(false)}>
                    {kitText("action.cancel")}
                  </Button>
                  <Button kind="danger" onPress={() => void archive(true)}>
                    {text("settings.archive.do")}
                  </Button>
                </div>
              </div>
            ) : (
              <Button kind="quiet" icon={<ArchiveIcon />} onPress={() => setAsked(true)}>
                {text("settings.archive")}
              </Button>
            )}
          </div>
        )}
      </div>
    </Dialog>
  );
}
