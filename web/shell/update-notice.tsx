import { Button, IconButton } from "#web/kit/components/button.tsx";
import { CloseIcon } from "#web/kit/components/icons.tsx";
import { isUpdateReady, takeUpdate } from "#web/kit/device/service-worker.ts";
import { useStore } from "#web/kit/state/store.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import { text } from "./text/index.ts";

/** A newer version of the program waits. Nobody is pressed: it is taken at the next start in any case. */
export function UpdateNotice() {
  const isReady = useStore(isUpdateReady, (ready) => ready);
  return (
    <div role="status" data-print="hide">
      {isReady && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-accent-line bg-accent-soft px-3 py-1 text-sm text-accent md:px-5">
          <span className="min-w-0 flex-1">{text("update.ready")}</span>
          <Button size="small" onPress={takeUpdate}>
            {text("update.take")}
          </Button>
          <IconButton
            label={kitText("notice.close")}
            icon={<CloseIcon size={18} />}
            onPress={() => isUpdateReady.set(false)}
          />
        </p>
      )}
    </div>
  );
}
