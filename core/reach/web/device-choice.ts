/** Whether this device shows notices, and with a sound: a choice of the device, which holds no names. */
import { Store } from "#web/kit/state/store.ts";

export type DeviceChoice = {
  isOn: boolean;
  hasSound: boolean;
  /** The question at the first sign-in was answered, one way or the other. */
  wasAsked: boolean;
};

const key = "chonai.notices";
const nothing: DeviceChoice = { isOn: false, hasSound: false, wasAsked: false };

export const deviceChoice = new Store<DeviceChoice>(read());

export function chooseForDevice(change: Partial<DeviceChoice>): void {
  const next = { ...deviceChoice.get(), ...change };
  try {
    localStorage.setItem(key, JSON.stringify(next));
  } catch {
    // A device that keeps nothing is asked again.
  }
  deviceChoice.set(next);
}

function read(): DeviceChoice {
  try {
    return { ...nothing, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<DeviceChoice>) };
  } catch {
    return nothing;
  }
}
