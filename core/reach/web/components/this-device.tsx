import { useEffect, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { CheckIcon, WarningIcon } from "#web/kit/components/icons.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { readyRegistration } from "#web/kit/device/service-worker.ts";
import { useStore } from "#web/kit/state/store.ts";
import type { PushTestAnswer } from "../../contract.ts";
import { chooseForDevice, deviceChoice } from "../device-choice.ts";
import { currentSubscription, findObstacle, switchOff, switchOn } from "../push.ts";
import { text } from "../text/index.ts";
import { Check } from "./check.tsx";

type Step = { name: string; words: string; isFine: boolean };

/** Whether this device tells, what stands in the way, and a test that says how far it came. */
export function ThisDevice({ canBeWoken, onChanged }: { canBeWoken: boolean; onChanged: () => void }) {
  const choice = useStore(deviceChoice, (all) => all);
  const [obstacle, setObstacle] = useState(findObstacle);
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [isPending, setPending] = useState(false);
  const [isWoken, setWoken] = useState(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: looked up again after each change
  useEffect(() => {
    void currentSubscription().then((subscription) => setWoken(subscription !== null));
  }, [choice, isPending]);

  const act = async (work: () => Promise<unknown>) => {
    setPending(true);
    try {
      await work();
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
    setObstacle(findObstacle());
    setPending(false);
    onChanged();
  };

  if (obstacle !== "fine" && obstacle !== "not-asked")
    return (
      <Notice tone="warn">
        <p>{text(`device.${obstacle}`)}</p>
        {obstacle === "denied" && (
          <ul className="mt-2 list-disc pl-5 text-sm">
            {(["edge", "chrome", "safari", "ios", "android"] as const).map((browser) => (
              <li key={browser}>{text(`denied.${browser}`)}</li>
            ))}
          </ul>
        )}
      </Notice>
    );

  if (!choice.isOn || obstacle === "not-asked")
    return (
      <>
        <p>{text("device.off")}</p>
        <div>
          <Button kind="primary" isPending={isPending} onPress={() => void act(switchOn)}>
            {text("device.switchOn")}
          </Button>
        </div>
      </>
    );

  return (
    <>
      {canBeWoken && !isWoken ? (
        <Notice tone="warn">{text("device.notWoken")}</Notice>
      ) : (
        <p>{text(canBeWoken ? "device.on" : "device.on.open")}</p>
      )}
      <Check
        label={text("device.sound")}
        isOn={choice.hasSound}
        onChange={(hasSound) => chooseForDevice({ hasSound })}
      />
      <div className="flex flex-wrap gap-3">
        <Button
          isPending={isPending}
          onPress={() => void act(async () => setSteps(await runTest(canBeWoken)))}
        >
          {text(isPending ? "test.sending" : "test.send")}
        </Button>
        <Button kind="quiet" onPress={() => void act(switchOff)}>
          {text("device.switchOff")}
        </Button>
      </div>
      <div role="status">
        <ol aria-label={text("test.send")} className="flex flex-col gap-1.5">
          {steps.map(({ name, words, isFine }) => (
            <li key={name} className="flex items-start gap-2 text-sm">
              <span className={isFine ? "text-ok" : "text-danger"}>
                {isFine ? <CheckIcon size={18} /> : <WarningIcon size={18} />}
              </span>
              <span>
                <span className="font-bold">{name}</span>
                {"　"}
                {words}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </>
  );
}

/** Permission, worker, push service, and the showing: each says how it went. */
async function runTest(canBeWoken: boolean): Promise<Step[]> {
  const steps: Step[] = [{ name: text("test.permission"), words: text("test.permission.ok"), isFine: true }];
  const registration = await readyRegistration();
  const isReady = registration !== undefined;
  steps.push({
    name: text("test.worker"),
    words: text(isReady ? "test.worker.ok" : "test.worker.no"),
    isFine: isReady,
  });
  if (!isReady) return steps;
  if (canBeWoken && (await currentSubscription())) {
    const answer = await request<PushTestAnswer>("POST", "/push-subscription/test");
    steps.push({
      name: text("test.service"),
      words: text(`test.service.${answer.outcome}`, { service: answer.service, status: answer.status }),
      isFine: answer.outcome === "accepted",
    });
    return steps;
  }
  await registration.showNotification(text("test.title"), {
    tag: "chonai-test",
    body: text("test.body"),
    icon: "/icons/icon-192.png",
    silent: !deviceChoice.get().hasSound,
    data: { path: "/settings/notifications" },
  });
  steps.push({ name: text("test.shown"), words: text("test.shown.ok"), isFine: true });
  return steps;
}
