import { useEffect, useId, useState } from "react";
import type { PeoplePage, SectionTree } from "#core/identity/contract.ts";
import { query, request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField } from "#web/kit/components/field.tsx";
import { Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { text as kitText } from "#web/kit/text/index.ts";
import type { RoomItem } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Adds everybody of a section at once, and says before how many they are. */
export function AddSectionDialog({ room, onClose }: { room: RoomItem; onClose: () => void }) {
  const chat = useChat();
  const id = useId();
  const [tree, setTree] = useState<SectionTree>();
  const [chosen, setChosen] = useState("");
  const [count, setCount] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const [isAdding, setAdding] = useState(false);
  const section = tree?.items.find((each) => each.id === chosen);

  useEffect(() => {
    request<SectionTree>("GET", "/sections").then(setTree, (error) => setProblem(wordsOf(error)));
  }, []);
  useEffect(() => {
    setCount(undefined);
    if (!chosen) return;
    const counting = new AbortController();
    const path = `/people${query({ section: chosen, limit: 200 })}`;
    request<PeoplePage>("GET", path, { signal: counting.signal }).then(
      (page) => setCount(page.items.length),
      (error) => !counting.signal.aborted && setProblem(wordsOf(error)),
    );
    return () => counting.abort();
  }, [chosen]);

  const add = async () => {
    if (!section) return;
    setAdding(true);
    setProblem(undefined);
    try {
      const added = await chat.addMembers(room.id, { sectionId: section.id });
      tell(text("members.section.added", { name: section.name, count: added }));
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
      setAdding(false);
    }
  };

  return (
    <Dialog
      title={text("members.section")}
      width="small"
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button
            kind="primary"
            isDisabled={!section || !count}
            isPending={isAdding}
            onPress={() => void add()}
          >
            {text("members.section.do", { count: count ?? 0 })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        {tree ? (
          <SelectField id={id} label={text("members.section.choose")} value={chosen} onChange={setChosen}>
            <option value="">{text("members.section.none")}</option>
            {tree.items.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </SelectField>
        ) : (
          <Loading>
            <Skeleton className="h-12 w-full" />
          </Loading>
        )}
        <p role="status" className="text-sm text-ink-2">
          {section && count !== undefined && text("members.section.effect", { name: section.name, count })}
        </p>
      </div>
    </Dialog>
  );
}
