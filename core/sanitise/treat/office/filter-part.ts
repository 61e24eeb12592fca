import type { Removed } from "../../sanitiser.ts";
import { isHarmless } from "./filter-fields.ts";
import { localName, unescapeXml, type XmlToken } from "./xml.ts";

/** Elements that go with all that is in them, by their local name in lower case. */
const dropped: Readonly<Record<string, Removed>> = {
  oleobject: "embedded-objects",
  oleobjects: "embedded-objects",
  objectembed: "embedded-objects",
  objectlink: "external-links",
  olelink: "external-links",
  embed: "embedded-objects",
  control: "embedded-objects",
  controls: "embedded-objects",
  ocx: "embedded-objects",
  ddelink: "external-links",
  externalreferences: "external-links",
  externalbook: "external-links",
  attachedtemplate: "external-links",
  altchunk: "embedded-objects",
  subdoc: "external-links",
  datasource: "external-links",
  mailmerge: "external-links",
  connection: "external-links",
  webpublishing: "external-links",
  webextension: "embedded-objects",
  fileversion: "metadata",
  vbasuppressed: "macros",
  macrosheet: "macros",
};

/** These stay without what they pointed at; every other element goes with the relationship that it names. */
const staysWithoutTarget: ReadonlySet<string> = new Set([
  "blip",
  "hyperlink",
  "imagedata",
  "fill",
  "bg",
  "stroke",
]);
/** Formulas of Excel that reach outside the workbook: another book, a service, DDE, a program. */
const activeFormula =
  /\[\d+\]|\b(WEBSERVICE|FILTERXML|RTD|CALL|REGISTER(\.ID)?|EXEC|RUN|FOPEN|INITIATE|DDE|SQL\.REQUEST|IMAGE)\s*\(|\|\s*'?[^!]*!/i;

/**
 * One part of an Office file without what acts or reaches outside. `gone` are the ids of relationships that were taken
 * out of it. Text, layout, cached values and pictures stay.
 */
export function filterPart(
  tokens: readonly XmlToken[],
  gone: ReadonlySet<string>,
  removed: Set<Removed>,
): XmlToken[] {
  const kept: XmlToken[] = [];
  const unwrapped = new Set<number>();
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind !== "open") {
      if (!unwrapped.has(at)) kept.push(token);
      continue;
    }
    const element = localName(token.name).toLowerCase();
    if (element === "fldsimple" && isActiveField(token.attributes)) {
      // Its result stays as text; its end is passed over when it comes.
      removed.add("external-links");
      unwrapped.add(endOf(tokens, at));
      continue;
    }
    const reason = reasonToDrop(element, token, tokens, at, gone);
    if (reason) {
      removed.add(reason);
      at = endOf(tokens, at);
    } else kept.push({ ...token, attributes: filterAttributes(element, token.attributes, gone, removed) });
  }
  return kept;
}

function reasonToDrop(
  element: string,
  token: Extract<XmlToken, { kind: "open" }>,
  tokens: readonly XmlToken[],
  at: number,
  gone: ReadonlySet<string>,
): Removed | undefined {
  if (Object.hasOwn(dropped, element)) return dropped[element];
  if (
    !staysWithoutTarget.has(element) &&
    token.attributes.some(([name, value]) => pointsAt(name, value, gone))
  )
    return "external-links";
  if (["f", "formula", "formula1", "formula2"].includes(element) && activeFormula.test(textOf(tokens, at)))
    return "external-links";
  if (element === "definedname") {
    const isProgram = token.attributes.some(([name]) => /^(function|vbProcedure|xlm)$/i.test(name));
    if (isProgram) return "macros";
    if (activeFormula.test(textOf(tokens, at))) return "external-links";
  }
  return undefined;
}

function filterAttributes(
  element: string,
  attributes: readonly [string, string][],
  gone: ReadonlySet<string>,
  removed: Set<Removed>,
): [string, string][] {
  return attributes.filter(([name, value]) => {
    const local = localName(name).toLowerCase();
    if (pointsAt(name, value, gone)) removed.add("external-links");
    // What a click or an opening starts; names of macros; code names that bind a sheet to its module.
    else if (local === "action" && /^ppaction:/i.test(value) && !/hlinkshowjump|hlinksldjump/i.test(value))
      removed.add("actions");
    else if (/^(macro|onaction|codename)$/.test(local)) {
      if (value !== "" && local !== "codename") removed.add("macros");
    } else if (element !== "relationship" && local === "href" && !isSafeLink(unescapeXml(value)))
      removed.add("external-links");
    else return true;
    return false;
  });
}

export function isSafeLink(target: string): boolean {
  return /^(https?:\/\/|mailto:|#)/i.test(target.trim());
}

/** Only attributes of the relationships' namespace name relationships; by custom they have the prefix `r` or `o`. */
function pointsAt(name: string, value: string, gone: ReadonlySet<string>): boolean {
  return gone.has(value) && (name.includes(":") || name === "relId") && value !== "";
}

function isActiveField(attributes: readonly [string, string][]): boolean {
  const instruction = attributes.find(([name]) => localName(name) === "instr")?.[1];
  return instruction !== undefined && !isHarmless(unescapeXml(instruction));
}

function endOf(tokens: readonly XmlToken[], at: number): number {
  const first = tokens[at]!;
  if (first.kind === "open" && first.isEmpty) return at;
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind === "open" && !token.isEmpty) depth++;
    if (token.kind === "close" && --depth === 0) return i;
  }
  return tokens.length - 1;
}

function textOf(tokens: readonly XmlToken[], at: number): string {
  return unescapeXml(
    tokens
      .slice(at, endOf(tokens, at) + 1)
      .map((token) => (token.kind === "text" ? token.raw : ""))
      .join(""),
  );
}
