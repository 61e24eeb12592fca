import { useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import type { PersonSummary } from "#core/identity/contract.ts";
import type { Classification } from "#shared/classification.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { text as kitText } from "#web/kit/text/index.ts";
import { useChat, useChatState } from "../client/context.ts";
import { text } from "../text/index.ts";
import { ClassField } from "./class-field.tsx";
import { GuestWarning } from "./guest-warning.tsx";
import { PeoplePicker } from "./people-picker.tsx";

/** Starts a talk with one person, or makes a group. */
export default function CreateRoomDialog({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (roomId: string) => void;
}) {
  const chat = useChat();
  const me = useChatState((state) => state.me);
  const [kind, setKind] = useState<"direct" | "group">("direct");
  const [name, setName] = useState("");
  const [person, setPerson] = useState<readonly PersonSummary[]>([]);
  const [members, setMembers] = useState<readonly PersonSummary[]>([]);
  const [classification, setClassification] = useState<Classification>();
  const [isChecked, setChecked] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const [problem, setProblem] = useState<string>();

  const guests = members.filter((member) => member.kind === "guest").length;
  const nameError = isChecked && kind === "group" && name.trim() === "" ? text("create.name.missing") : null;
  const chosen = kind === "direct" ? person : members;
  const peopleError = isChecked && chosen.length === 0 ? text("create.people.missing") : null;

  const make = async () => {
    setChecked(true);
    if (chosen.length === 0 || (kind === "group" && name.trim() === "")) return;
    setMaking(true);
    setProblem(undefined);
    try {
      const memberIds = chosen.map((each) => each.id);
      const roomId = await chat.createRoom(
        kind === "direct"
          ? { kind, memberIds }
          : { kind, name: name.trim(), memberIds, ...(classification && { classification }) },
      );
      if (kind === "group") tell(text("create.made", { name: name.trim() }));
      onMade(roomId);
    } catch (error) {
      setProblem(wordsOf(error));
      setMaking(false);
    }
  };

  return (
    <Dialog
      title={text("create.title")}
      onClose={onClose}
      footer={
        <>
          {kind === "group" && guests > 0 && <GuestWarning count={guests} />}
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="primary" onPress={() => void make()} isPending={isMaking}>
            {text(kind === "direct" ? "create.start" : "create.do")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Tabs
          // The ring belongs to the field or tab inside that has the focus.
          className="outline-none! shadow-none!"
          selectedKey={kind}
          onSelectionChange={(key) => {
            setKind(key === "group" ? "group" : "direct");
            setChecked(false);
          }}
        >
          <TabList
            aria-label={text("create.title")}
            className="grid grid-cols-2 gap-1 rounded-lg bg-sunken p-1"
          >
            {(["direct", "group"] as const).map((each) => (
              <Tab
                key={each}
                id={each}
                className="flex min-h-10 items-center justify-center rounded-md text-sm text-ink-2 data-selected:bg-raised data-selected:font-bold data-selected:text-accent data-selected:shadow-1 max-md:min-h-11"
              >
                {text(`create.${each}`)}
              </Tab>
            ))}
          </TabList>
          <TabPanel key={kind} id={kind} className="mt-4 flex flex-col gap-4 rounded-lg">
            {kind === "group" && (
              <TextField
                label={text("create.name")}
                hint={text("create.name.hint")}
                value={name}
                onChange={setName}
                maxLength={100}
                error={nameError}
              />
            )}
            <PeoplePicker
              key={kind}
              label={text(kind === "direct" ? "create.person" : "create.people")}
              chosen={chosen}
              onChange={kind === "direct" ? setPerson : setMembers}
              isSingle={kind === "direct"}
              without={new Set([me])}
              error={peopleError}
            />
            {kind === "group" && <ClassField value={classification} onChange={setClassification} />}
          </TabPanel>
        </Tabs>
      </div>
    </Dialog>
  );
}
