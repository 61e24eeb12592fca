import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

const own = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const given = readFileSync(
  createRequire(import.meta.url).resolve("@digital-go-jp/design-tokens/dist/tokens.css"),
  "utf8",
);

/** Every text and the grounds on which screens put it. */
const pairs: readonly (readonly [text: string, ...grounds: string[]])[] = [
  ["ink", "ground", "ground-sunken", "ground-raised", "ground-hover", "bubble", "bubble-own", "accent-soft"],
  ["ink-2", "ground", "ground-sunken", "ground-raised", "ground-hover"],
  ["ink-3", "ground", "ground-sunken", "ground-raised", "ground-hover", "bubble", "bubble-own"],
  ["accent", "ground", "ground-sunken", "ground-raised", "ground-hover", "accent-soft", "accent-soft-hover"],
  ["on-accent", "accent", "accent-hover"],
  ["link", "ground", "ground-sunken", "ground-raised", "bubble", "bubble-own"],
  ["danger", "ground", "ground-sunken", "ground-raised", "ground-hover", "danger-soft"],
  ["on-danger", "danger"],
  ["warn", "ground", "ground-sunken", "ground-raised", "ground-hover", "warn-soft"],
  ["ok", "ground", "ground-sunken", "ground-raised", "ok-soft"],
  ["on-zone", "lgwan", "internet"],
  ["mention-ink", "mention"],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => [`avatar-${n}-ink`, `avatar-${n}`] as const),
];
/** Edges of things that are pressed or filled in: 3:1 (WCAG 1.4.11). */
const edges: readonly (readonly [edge: string, ...grounds: string[]])[] = [
  ["line-strong", "ground", "ground-sunken", "ground-raised"],
  ["focus", "ground", "ground-sunken", "ground-raised", "accent-soft"],
];

describe.each([
  { theme: "light", least: 4.5 },
  { theme: "dark", least: 4.5 },
  { theme: "contrast", least: 7 },
])("the colours of $theme", ({ theme, least }) => {
  const colours = coloursOf(theme);

  it.each(pairs.flatMap(([text, ...grounds]) => grounds.map((ground) => ({ text, ground }))))(
    "$text on $ground can be read",
    ({ text, ground }) => {
      expect(contrast(colours(text), colours(ground))).toBeGreaterThanOrEqual(least);
    },
  );

  it.each(edges.flatMap(([edge, ...grounds]) => grounds.map((ground) => ({ edge, ground }))))(
    "$edge on $ground can be seen",
    ({ edge, ground }) => {
      expect(contrast(colours(edge), colours(ground))).toBeGreaterThanOrEqual(3);
    },
  );
});

type Rgb = readonly [number, number, number];

/** A theme's colours by name; what it does not choose is light's. */
function coloursOf(theme: string): (name: string) => Rgb {
  const values = new Map([
    ...declarations(given),
    ...declarations(blockOf(":root {")),
    ...(theme === "light" ? [] : declarations(blockOf(`:root[data-theme="${theme}"] {`))),
  ]);
  const resolve = (name: string): Rgb => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`--${name} is not defined`);
    const other = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
    return other ? resolve(other) : rgb(value);
  };
  return resolve;
}

function blockOf(selector: string): string {
  const from = own.indexOf(selector);
  return own.slice(from, own.indexOf("}", from));
}

function declarations(css: string): [string, string][] {
  return [...css.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!.trim()]);
}

function rgb(value: string): Rgb {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(value)?.[1];
  if (!hex) throw new Error(`${value} is no plain colour`);
  const long = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16)) as unknown as Rgb;
}

function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
