/** What a person chooses about this screen on this device. No content, no names: it may stay after signing out. */
import { changeLanguage, type Language } from "../text/catalogue.ts";
import { Store } from "./store.ts";

export type Settings = {
  theme: "system" | "light" | "dark" | "contrast";
  textSize: "small" | "normal" | "large" | "largest";
  /** How closely rows stand; targets keep their size on a touch screen. */
  density: "comfortable" | "compact";
  language: Language;
  /** Which key sends a message; the other one makes a new line. */
  sendKey: "enter" | "ctrl-enter";
  /** Which messages wait a moment in which they can be taken back: those to many people or guests, or each. */
  hold: "wide" | "every";
};

const key = "chonai.settings";
const defaults: Settings = {
  theme: "system",
  textSize: "normal",
  density: "comfortable",
  language: "ja",
  sendKey: "ctrl-enter",
  hold: "wide",
};
/** Every size on the screen is in rem, so that these scale everything. */
const textSizes = { small: "87.5%", normal: "100%", large: "118.75%", largest: "150%" } as const;

function read(): Settings {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Settings>) };
  } catch {
    return defaults;
  }
}

export const settings = new Store<Settings>(read());

const darkWished = matchMedia("(prefers-color-scheme: dark)");
const contrastWished = matchMedia("(prefers-contrast: more)");

function show({ theme, textSize, density }: Settings): void {
  const system = contrastWished.matches ? "contrast" : darkWished.matches ? "dark" : "light";
  document.documentElement.dataset.theme = theme === "system" ? system : theme;
  document.documentElement.style.setProperty("--text-size", textSizes[textSize]);
  document.documentElement.dataset.density = density;
}

/** Shows the settings and keeps showing them, also when the device or another tab changes its mind. */
export async function showSettings(): Promise<void> {
  show(settings.get());
  const showAgain = () => show(settings.get());
  darkWished.addEventListener("change", showAgain);
  contrastWished.addEventListener("change", showAgain);
  addEventListener("storage", (event) => {
    if (event.key === key) settings.set(read());
  });
  settings.subscribe(showAgain);
  await changeLanguage(settings.get().language);
}

export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const next = { ...settings.get(), ...change };
  if (change.language) await changeLanguage(change.language);
  try {
    localStorage.setItem(key, JSON.stringify(next));
  } catch {
    // A device that keeps nothing still shows the choice until the page is closed.
  }
  settings.set(next);
}
