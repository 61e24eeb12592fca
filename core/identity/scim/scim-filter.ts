import { AppError } from "#core/kernel/index.ts";
import { enterpriseSchema, userSchema } from "./scim-contract.ts";

/** What a filter asks of users; all that is set must hold. */
export type UserFilter = {
  id?: string;
  userName?: string;
  externalId?: string;
  employeeNumber?: string;
  active?: boolean;
  /** Of the name: whole, its beginning, or a part. */
  name?: { how: "eq" | "sw" | "co"; text: string };
};

const condition = /^\s*([\w.:-]+)\s+(eq|sw|co)\s+("(?:[^"\\]|\\.)*"|true|false)\s*/i;
const and = /^and\s+/i;

/**
 * Reads a filter (RFC 7644, 3.4.2.2) as far as directories send it: comparisons of a few attributes, joined by `and`. What it does
 * not understand it refuses: an answer to another question than was asked would be taken for the truth.
 */
export function readUserFilter(text: string | undefined): UserFilter {
  const filter: UserFilter = {};
  let rest = (text ?? "").trim();
  while (rest !== "") {
    const found = condition.exec(rest);
    if (!found) throw new AppError("scim-invalid-filter");
    const [whole, attribute = "", operator = "", literal = ""] = found;
    take(filter, attribute, operator.toLowerCase(), readLiteral(literal));
    rest = rest.slice(whole.length);
    if (rest === "") break;
    const next = and.exec(rest);
    if (!next) throw new AppError("scim-invalid-filter");
    rest = rest.slice(next[0].length);
    if (rest === "") throw new AppError("scim-invalid-filter");
  }
  return filter;
}

function take(filter: UserFilter, attribute: string, operator: string, value: string | boolean): void {
  const name = attribute.toLowerCase().replace(`${userSchema}:`.toLowerCase(), "");
  if (name === "active" && operator === "eq" && typeof value === "boolean") {
    filter.active = value;
    return;
  }
  if (typeof value !== "string") throw new AppError("scim-invalid-filter");
  if (["displayname", "name.formatted"].includes(name)) {
    filter.name = { how: operator as "eq" | "sw" | "co", text: value };
    return;
  }
  if (operator !== "eq") throw new AppError("scim-invalid-filter");
  if (name === "id") filter.id = value;
  else if (name === "username") filter.userName = value;
  else if (name === "externalid") filter.externalId = value;
  else if (name === `${enterpriseSchema}:employeenumber`.toLowerCase()) filter.employeeNumber = value;
  else throw new AppError("scim-invalid-filter");
}

function readLiteral(literal: string): string | boolean {
  try {
    return JSON.parse(literal.startsWith('"') ? literal : literal.toLowerCase()) as string | boolean;
  } catch (cause) {
    throw new AppError("scim-invalid-filter", {}, { cause });
  }
}

/** `displayName eq "…"`, the one filter by which directories look for groups. */
export function readGroupFilter(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const found = /^\s*displayName\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i.exec(text);
  if (!found) throw new AppError("scim-invalid-filter");
  return String(readLiteral(found[1]!));
}
