import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { Assignment } from "../../contract.ts";
import { text } from "./text/index.ts";

/** Asks once before a booked post is taken back or a concurrent one ends today. */
export function EndPostDialog({
  personId,
  post,
  isBooked,
  onClose,
  onChanged,
}: {
  personId: string;
  post: Assignment;
  isBooked: boolean;
  onClose: () => void;
  onChanged: () => void;
}) {
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const end = async () => {
    setSaving(true);
    try {
      await request("DELETE", `/people/${personId}/posts/${post.id}`);
      tell(text("edit.saved"));
      onChanged();
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
      setSaving(false);
    }
  };
  const place = [post.section.name, post.postName].filter(Boolean).join(" ");
  return (
    <Dialog
      role="alertdialog"
      title={text(isBooked ? "post.takeBack.title" : "post.end.title")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{text("post.stay")}</Button>
          <Button kind="danger" isPending={isSaving} onPress={() => void end()}>
            {text(isBooked ? "post.takeBack" : "post.end")}
          </Button>
        </>
      }
    >
      <p>{text(isBooked ? "post.takeBack.body" : "post.end.body", { place })}</p>
      {problem && (
        <div className="mt-3">
          <Notice tone="danger">{problem}</Notice>
        </div>
      )}
    </Dialog>
  );
}
