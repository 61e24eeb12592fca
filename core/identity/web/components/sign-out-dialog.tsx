import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { text } from "../text/index.ts";

/** Asked only when something would be lost. */
export default function SignOutDialog({
  count,
  onStay,
  onSignOut,
}: {
  count: number;
  onStay: () => void;
  onSignOut: () => void;
}) {
  return (
    <Dialog
      title={text("account.signOut.unsent.title")}
      role="alertdialog"
      width="small"
      onClose={onStay}
      footer={
        <>
          <Button kind="danger" onPress={onSignOut}>
            {text("account.signOut.unsent.do")}
          </Button>
          <Button kind="primary" autoFocus onPress={onStay}>
            {text("account.signOut.unsent.stay")}
          </Button>
        </>
      }
    >
      <p>{text("account.signOut.unsent", { count })}</p>
    </Dialog>
  );
}
