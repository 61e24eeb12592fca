import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { enterRow, type Row } from "./enter-row.ts";
import { text } from "./text/index.ts";

/** The frame of an entry by hand: what is wrong stands above the button, else the next page shows what would change. */
export function EnterForm({
  title,
  list,
  name,
  row,
  isReady,
  onClose,
  children,
}: {
  title: string;
  list: "people" | "sections";
  /** What is entered, by its name. */
  name: string;
  row: Row;
  isReady: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const navigate = useNavigate();
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [isChecking, setChecking] = useState(false);

  const check = async () => {
    if (!isReady || isChecking) return;
    setChecking(true);
    setProblems([]);
    try {
      const entered = await enterRow(list, name, row);
      if ("importId" in entered) {
        onClose();
        await navigate({ to: "/people/imports/$importId", params: { importId: entered.importId } });
        return;
      }
      setProblems(entered.problems);
    } catch (error) {
      setProblems([wordsOf(error)]);
    }
    setChecking(false);
  };

  return (
    <Dialog title={title} width="large" isFirm onClose={onClose}>
      <form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        {children}
        {problems.length > 0 && (
          <Notice tone="danger">
            <ul className="flex flex-col gap-1">
              {problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          </Notice>
        )}
        <p className="text-sm text-ink-3">{text("enter.hint")}</p>
        <div className="flex justify-end">
          <Button kind="primary" type="submit" isDisabled={!isReady} isPending={isChecking}>
            {text("enter.check")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
