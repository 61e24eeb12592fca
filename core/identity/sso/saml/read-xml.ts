import { DOMParser } from "@xmldom/xmldom";

/** Namespaces of SAML 2.0 and XML Signature. */
export const namespaces = {
  assertion: "urn:oasis:names:tc:SAML:2.0:assertion",
  protocol: "urn:oasis:names:tc:SAML:2.0:protocol",
  metadata: "urn:oasis:names:tc:SAML:2.0:metadata",
  signature: "http://www.w3.org/2000/09/xmldsig#",
} as const;
type Namespace = keyof typeof namespaces;

/** What came from elsewhere as XML and is none that we read. */
export class XmlRefused extends Error {}

/**
 * So many tags, and so many names of tags, has nothing that a provider sends. The parser looks through the whole document for the
 * end of each name: without a limit, a stranger's few kilobytes keep it busy for seconds, before any signature is looked at.
 */
const most = { tags: 5000, names: 200 };

/** Reads XML without a document type: no entities of its own, nothing fetched, nothing unfolded. Throws `XmlRefused`. */
export function readXml(text: string): Element {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new XmlRefused("a document type");
  const tags = text.match(/<[^\s<>/]*/g) ?? [];
  if (tags.length > most.tags || new Set(tags).size > most.names) throw new XmlRefused("too many elements");
  const refuse = (message: unknown) => {
    throw new XmlRefused(String(message).slice(0, 200));
  };
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  const root = parser.parseFromString(text, "text/xml")?.documentElement;
  if (!root) throw new XmlRefused("no element");
  return root;
}

export const isNamed = (element: Element, namespace: Namespace, name: string) =>
  element.namespaceURI === namespaces[namespace] && element.localName === name;

/** The element's own children of a name. */
export function childrenOf(element: Element, namespace: Namespace, name: string): Element[] {
  return elementsOf(element).filter((child) => isNamed(child, namespace, name));
}

/** All children that are elements. */
export function elementsOf(element: Element): Element[] {
  return Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);
}

/** The one child of a name; undefined when there is none, refused when there are several. */
export function childOf(element: Element, namespace: Namespace, name: string): Element | undefined {
  const [only, ...others] = childrenOf(element, namespace, name);
  if (others.length > 0) throw new XmlRefused(`several ${name}`);
  return only;
}

/** All of a name below the element. */
export function descendantsOf(element: Element, namespace: Namespace, name: string): Element[] {
  return Array.from(element.getElementsByTagNameNS(namespaces[namespace], name));
}

export const textOf = (element: Element | undefined): string => element?.textContent?.trim() ?? "";

/** An attribute; undefined when it is not there or empty. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.getAttribute(name) || undefined;
}
