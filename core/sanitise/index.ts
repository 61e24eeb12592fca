/**
 * Makes files harmless: what they are by content, viruses, clean copies, page images, marks. Knows no database and no
 * municipality. See docs/architecture/sanitising.md.
 */
export {
  type DefinitionsManifest,
  findDefinitions,
  importDefinitions,
  packDefinitions,
} from "./definitions/bundle.ts";
export { definitionsFolder, makeSanitiser, type SanitiserSettings } from "./engine.ts";
export { PageMarks } from "./marks/mark-page.ts";
export {
  type FileKind,
  type PageWords,
  type PartStatus,
  type Product,
  type Removed,
  type Sanitiser,
  SanitiserUnavailable,
  type ScanResult,
  type Treated,
  type TreatOptions,
} from "./sanitiser.ts";
export { type ClamdAddress, ClamdClient } from "./scan/clamd-client.ts";
export { ZipWriter } from "./treat/zip-writer.ts";
