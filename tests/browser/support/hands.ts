import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The hands of the person in a journey: a mouse or a finger, or a keyboard alone. The same story is told with either. */
export type Hand = {
  isKeyboard: boolean;
  /** Does what pressing it does. */
  press: (target: Locator) => Promise<void>;
  /** Writes into a field, in the place of what stands there. */
  write: (field: Locator, words: string) => Promise<void>;
  /** Chooses in a select by its visible words. */
  choose: (select: Locator, words: string) => Promise<void>;
  /** Hands over a file by the field's own dialog. */
  handOver: (field: Locator, file: { name: string; mimeType: string; buffer: Buffer }) => Promise<void>;
  /** A day, YYYY-MM-DD, in a field for days. */
  writeDay: (field: Locator, day: string) => Promise<void>;
  /** Fails if this was the keyboard's turn and a pointer was used. */
  check: () => Promise<void>;
};

export type Hands = (page: Page) => Promise<Hand>;

/** With a mouse on a terminal, with a finger on a phone. */
export const byPointer: Hands = async (page) => {
  const isTouch = await page.evaluate(() => matchMedia("(pointer: coarse)").matches);
  return {
    isKeyboard: false,
    press: (target) => (isTouch ? target.tap() : target.click()),
    write: (field, words) => field.fill(words),
    choose: async (select, words) => {
      await select.selectOption({ label: words });
    },
    handOver: (field, file) => field.setInputFiles(file),
    writeDay: (field, day) => field.fill(day),
    check: async () => {},
  };
};

/** So many steps of Tab lead round any of our pages. */
const longestWay = 120;

/** By keyboard alone: Tab and the arrows lead to everything, and no pointer is touched. */
export const byKeyboard: Hands = async (page) => {
  const { keyboard } = page;
  await page.addInitScript(watchPointer);
  await page.evaluate(watchPointer);
  // Listened for from the beginning: the browser must know before the key that nobody sees its dialog.
  let handed: Parameters<Hand["handOver"]>[1] | undefined;
  page.on("filechooser", (chooser) => handed && void chooser.setFiles(handed));

  /** One step on the way: whether the target has the focus, and the key that leads on. */
  const look = (target: Locator) =>
    target.evaluate((element) => {
      const at = document.activeElement;
      // In a list, a menu or a group the arrows walk: Tab leads to it as a whole.
      const group = element.closest(
        '[role="menu"],[role="listbox"],[role="tree"],[role="tablist"],[role="radiogroup"],fieldset',
      );
      const isWalked =
        (element instanceof HTMLInputElement && element.type === "radio") ||
        /^(menuitem|menuitemradio|option|treeitem|tab|radio)$/.test(element.getAttribute("role") ?? "");
      return {
        hasFocus: element.contains(at),
        key: isWalked && group?.contains(at) ? "ArrowDown" : "Tab",
        where: `${at?.tagName} ${at?.getAttribute("aria-label") ?? at?.textContent?.slice(0, 60)}`,
      };
    });

  const reach = async (target: Locator) => {
    await target.waitFor({ state: "attached" });
    const seen = new Set<string>();
    for (let step = 0; step < longestWay; step++) {
      const { hasFocus, key, where } = await look(target);
      if (hasFocus) return expectVisibleFocus(page, where);
      seen.add(where);
      await keyboard.press(key);
    }
    throw new Error(`No key leads to ${target}. On the way: ${[...seen].join(" → ")}`);
  };

  return {
    isKeyboard: true,
    press: async (target) => {
      await reach(target);
      const isTicked = await target.evaluate(
        (element) => element instanceof HTMLInputElement && /^(checkbox|radio)$/.test(element.type),
      );
      await keyboard.press(isTicked ? "Space" : "Enter");
    },
    write: async (field, words) => {
      await reach(field);
      await keyboard.press("Control+a");
      await keyboard.insertText(words);
    },
    choose: async (select, words) => {
      await reach(select);
      const labels = await select.locator("option").allInnerTexts();
      const at = await select.evaluate((element) => (element as HTMLSelectElement).selectedIndex);
      const to = labels.findIndex((label) => label.trim() === words);
      expect(to, `${words} in ${labels}`).toBeGreaterThanOrEqual(0);
      for (let step = at; step !== to; step += Math.sign(to - at))
        await keyboard.press(to > at ? "ArrowDown" : "ArrowUp");
    },
    handOver: async (field, file) => {
      await reach(field);
      handed = file;
      await keyboard.press("Enter");
      await expect
        .poll(() => field.evaluate((element) => (element as HTMLInputElement).files?.[0]?.name))
        .toBe(file.name);
    },
    writeDay: async (field, day) => {
      await reach(field);
      // Year, month and day are fields of their own, in the order of the browser's language.
      const [year, month, date] = day.split("-") as [string, string, string];
      await keyboard.type(month + date + year);
      if ((await field.inputValue()) === day) return;
      for (let part = 0; part < 3; part++) await keyboard.press("ArrowLeft");
      await keyboard.type(year);
      await keyboard.press("ArrowRight");
      await keyboard.type(month + date);
      expect(await field.inputValue()).toBe(day);
    },
    check: async () => {
      expect(await page.evaluate(() => (window as { pointerUses?: string[] }).pointerUses)).toEqual([]);
    },
  };
};

/** Both, each with the words for a test's name. */
export const bothHands = [
  { by: "by touch or mouse", hands: byPointer },
  { by: "by keyboard alone", hands: byKeyboard },
] as const;

function watchPointer(): void {
  const page = window as { pointerUses?: string[] };
  if (page.pointerUses) return;
  const uses: string[] = [];
  page.pointerUses = uses;
  for (const type of ["pointerdown", "mousedown", "touchstart", "pointermove"])
    addEventListener(type, (event) => event.isTrusted && uses.push(`${type} ${event.target}`), true);
}

/** Whoever uses keys alone must see where they are: something about the element or around it changes with the focus. */
async function expectVisibleFocus(page: Page, where: string): Promise<void> {
  const isVisible = await page.evaluate(() => {
    const at = document.activeElement;
    for (let element = at; element && element !== document.body; element = element.parentElement) {
      const style = getComputedStyle(element);
      if (style.outlineStyle !== "none" && style.outlineWidth !== "0px") return true;
      if (style.boxShadow !== "none") return true;
    }
    return false;
  });
  expect(isVisible, `the focus is seen at ${where}`).toBe(true);
}
