import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { OwnDevice, OwnDevices } from "../../contract.ts";
import { CutOffDialog } from "./cut-off-dialog.tsx";
import { DeviceStory, DeviceTags, nameOf } from "./device-facts.tsx";
import { text } from "./text/index.ts";

type Open = { kind: "lost" | "consent" | "rename"; device: OwnDevice };

/** 「自分の端末」: the devices of one's account, their approval, and what to do at once when one is lost. */
export default function OwnDevicesSection() {
  const { value, error, reload } = useAnswer<OwnDevices>("/me/devices");
  const [open, setOpen] = useState<Open>();
  const done = () => {
    setOpen(undefined);
    reload();
  };

  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-3">
        <Skeleton className="h-16 w-full" />
        <Skeleton className="h-20 w-full" />
        <Skeleton className="h-20 w-full" />
      </Loading>
    );
  const needsAsking = value.items.some((each) => each.isThis && each.approval !== "approved");
  return (
    <div className="flex flex-col gap-5">
      <p className="text-sm text-ink-2">{text("own.about")}</p>
      {value.isApprovalNeeded && value.graceUntil && needsAsking && (
        <Notice tone="warn">{text("own.grace", { when: longMoment(value.graceUntil) })}</Notice>
      )}
      {value.items.length === 0 && <Empty title={text("own.none")} />}
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {value.items.map((device) => (
          <li key={device.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-bold">
                <bdi>{nameOf(device)}</bdi>
                {device.isThis && <Tag tone="accent">{text("own.here")}</Tag>}
                <DeviceTags device={device} />
              </p>
              <DeviceStory device={device} />
            </div>
            {device.approval !== "cut-off" && (
              <div className="flex flex-wrap gap-2">
                <Button
                  size="small"
                  kind="quiet"
                  aria-label={text("own.rename.named", { device: nameOf(device) })}
                  onPress={() => setOpen({ kind: "rename", device })}
                >
                  {text("own.rename")}
                </Button>
                {device.owned === "personal" && (
                  <Button size="small" onPress={() => setOpen({ kind: "consent", device })}>
                    {text("own.withdraw")}
                  </Button>
                )}
                {!device.isThis && (
                  <Button
                    size="small"
                    kind="danger"
                    aria-label={text("own.lost.named", { device: nameOf(device) })}
                    onPress={() => setOpen({ kind: "lost", device })}
                  >
                    {text("own.lost")}
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      {open && open.kind !== "rename" && (
        <CutOffDialog
          device={open.device}
          path="/me/devices"
          whose={open.kind === "consent" ? "consent" : "own"}
          onClose={() => setOpen(undefined)}
          onDone={done}
        />
      )}
      {open?.kind === "rename" && (
        <RenameDialog device={open.device} onClose={() => setOpen(undefined)} onDone={done} />
      )}
    </div>
  );
}

function RenameDialog({
  device,
  onClose,
  onDone,
}: {
  device: OwnDevice;
  onClose: () => void;
  onDone: () => void;
}) {
  const formId = useId();
  const [name, setName] = useState(device.name ?? "");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!name.trim()) return setProblem(text("form.missing"));
    setBusy(true);
    setProblem(undefined);
    try {
      await request("PUT", `/me/devices/${device.id}`, { body: { name: name.trim() } });
      tell(text("own.renamed"));
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };
  return (
    <Dialog
      title={text("own.rename")}
      onClose={onClose}
      width="small"
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("form.cancel")}
          </Button>
          <Button kind="primary" type="submit" form={formId} isPending={isBusy}>
            {text("form.save")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={text("own.name")}
          hint={text("own.name.hint")}
          value={name}
          onChange={setName}
          inputProps={{ maxLength: 60 }}
          autoComplete="off"
          autoFocus
          error={problem ?? null}
        />
      </form>
    </Dialog>
  );
}
