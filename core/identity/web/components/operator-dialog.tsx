import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { Problem, wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { ReadToEnd } from "#web/kit/components/read-to-end.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { text as kitText } from "#web/kit/text/index.ts";
import type { Me, Operators } from "../../contract.ts";
import { text } from "../text/index.ts";
import { OperatorChoice } from "./operator-choice.tsx";
import { type RulesToAgree, rulesToAgree } from "./rules-to-agree.ts";

/**
 * Another person sits down (操作者の交代): chosen here, without signing out. What was being written stays with the one who wrote
 * it. Whoever has not agreed to the rules yet reads them first.
 */
export default function OperatorDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const { value, error, reload } = useAnswer<Operators>("/me/operators");
  const [chosen, setChosen] = useState("");
  const [rules, setRules] = useState<RulesToAgree & { id: string }>();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const change = async (agreedRules?: string) => {
    if (!chosen) return setProblem(text("signIn.missing.operator"));
    setBusy(true);
    setProblem(undefined);
    try {
      await request("PUT", "/me/operator", {
        attempts: 1,
        body: { operatorId: chosen, ...(agreedRules && { agreedRules }) },
      });
      // Everything on this page belongs to the one before.
      location.reload();
    } catch (failure) {
      setBusy(false);
      if (failure instanceof Problem && failure.code === "rules-not-agreed")
        return setRules({
          ...rulesToAgree(failure.details.facts),
          id: String(failure.details.facts.textId ?? ""),
        });
      setProblem(wordsOf(failure));
    }
  };
  if (rules)
    return (
      <Dialog title={rules.title} width="large" onClose={onClose}>
        <div className="flex flex-col gap-3">
          <p>{text("signIn.rules.about")}</p>
          {problem && <Notice tone="danger">{problem}</Notice>}
          <ReadToEnd title={rules.title} body={rules.body} className="max-h-[44dvh]">
            {(isRead) => (
              <Button
                kind="primary"
                className="self-end"
                isDisabled={!isRead}
                isPending={isBusy}
                onPress={() => void change(rules.id)}
              >
                {text("operator.agree")}
              </Button>
            )}
          </ReadToEnd>
        </div>
      </Dialog>
    );
  return (
    <Dialog
      title={text("operator.change")}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="primary" isPending={isBusy} onPress={() => void change()}>
            {text("operator.do")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p>
          {me.operator ? text("operator.now", { name: me.operator.name }) : text("operator.nobody")}{" "}
          {text("operator.kept")}
        </p>
        {problem && <Notice tone="danger">{problem}</Notice>}
        {error !== undefined && <Failure error={error} onRetry={reload} />}
        {!value && error === undefined && (
          <Loading>
            <Skeleton className="h-40 w-full" />
          </Loading>
        )}
        {value && (
          <OperatorChoice
            operators={value.items.filter((operator) => operator.id !== me.operator?.id)}
            value={chosen}
            onChange={setChosen}
          />
        )}
      </div>
    </Dialog>
  );
}
