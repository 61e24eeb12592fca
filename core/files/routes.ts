import { z } from "zod";
import { decidedBy, defineRoute, type RateLimit, type Route, reading, writing } from "#core/http/index.ts";
import { changeFile } from "./actions/change-file.ts";
import { changeFolder, createFolder } from "./actions/change-folders.ts";
import { changeTextReader } from "./actions/change-text-reader.ts";
import { giveBytes } from "./actions/give-bytes.ts";
import { givePage, giveThumbnail } from "./actions/give-page.ts";
import { givePlaces } from "./actions/give-places.ts";
import { giveText } from "./actions/give-text.ts";
import { carryOutRoutes } from "./carry-out-routes.ts";
import { contentAnswer } from "./content-answer.ts";
import {
  ChangeFileRequest,
  ChangeFolderRequest,
  ChangeTextReader,
  ClassEffects,
  ContentQuery,
  CreateFolderRequest,
  FilePagePath,
  FilePath,
  FilePlaces,
  FileRoomPath,
  FilesPage,
  FilesQuery,
  FileText,
  FileVersions,
  FolderItem,
  FolderPath,
  FolderTree,
  KnownFile,
  LibraryPage,
  LibraryQuery,
  PageQuery,
  PlacesQuery,
  TextQuery,
  TextReaderPath,
  TextReaders,
} from "./contract.ts";
import type { PagePictures } from "./page-pictures.ts";
import { listClassEffects } from "./queries/class-effects.ts";
import { getFile, listFiles, listFileVersions } from "./queries/list-files.ts";
import { listFolders } from "./queries/list-folders.ts";
import { listLibrary } from "./queries/list-library.ts";
import { listTextReaders } from "./queries/text-readers.ts";
import { Readings } from "./readings.ts";
import type { FileServices } from "./services.ts";
import { uploadRoutes } from "./upload-routes.ts";

/** Pages are drawn: somebody who leafs fast through a long document needs a few a second. */
const leafing: RateLimit = { name: "file-pages", perMinute: 600, burst: 120 };

/** Slow enough that nobody guesses a document's text word by word. */
const searching: RateLimit = { name: "file-search", perMinute: 30, burst: 15 };

export function fileRoutes(services: FileServices, pictures: PagePictures): Route[] {
  const readings = new Readings();
  const viewing = { services, readings, pictures };
  const picture = (png: Buffer) => ({
    status: 200,
    body: null,
    headers: { "content-disposition": "inline", "content-security-policy": "sandbox; default-src 'none'" },
    content: { type: "image/png", length: png.length, bytes: whole(png) },
  });
  return [
    ...uploadRoutes(services),
    ...carryOutRoutes(services),

    defineRoute({
      name: "files.list-files",
      method: "GET",
      path: "/api/v1/files",
      summary: "Files by id: what the caller may know of them and do with them here.",
      request: { query: FilesQuery },
      response: { statuses: [200], schema: FilesPage },
      policy: decidedBy("file.see"),
      limit: reading,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: { items: await listFiles(services, actor, query.ids) },
      }),
    }),

    defineRoute({
      name: "files.get-file",
      method: "GET",
      path: "/api/v1/files/{fileId}",
      summary: "A file: its name, class and state, and what the caller may do with it here.",
      request: { params: FilePath },
      response: { statuses: [200], schema: KnownFile },
      policy: decidedBy("file.see"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await getFile(services, actor, params.fileId),
      }),
    }),

    defineRoute({
      name: "files.change-file",
      method: "PUT",
      path: "/api/v1/files/{fileId}",
      summary: "Renames a file, moves it, raises its class, puts it into the bin or takes it out.",
      request: { params: FilePath, body: ChangeFileRequest },
      response: { statuses: [200], schema: KnownFile },
      policy: decidedBy("file.change"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await changeFile(services, actor, params.fileId, body),
      }),
    }),

    defineRoute({
      name: "files.list-versions",
      method: "GET",
      path: "/api/v1/files/{fileId}/versions",
      summary: "Every version of a file, the newest first.",
      request: { params: FilePath },
      response: { statuses: [200], schema: FileVersions },
      policy: decidedBy("file.see"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listFileVersions(services, actor, params.fileId),
      }),
    }),

    defineRoute({
      name: "files.download-file",
      method: "GET",
      path: "/api/v1/files/{fileId}/content",
      summary:
        "A file's contents, whole or a range: the original of what came from LGWAN, else what was made of it.",
      request: { params: FilePath, query: ContentQuery },
      response: { statuses: [200, 206], schema: z.null(), media: "application/octet-stream" },
      policy: decidedBy("file.download"),
      limit: reading,
      handler: async ({ actor, params, query, facts }) => {
        const range = facts.header("range");
        const given = await giveBytes(services, readings, actor, params.fileId, {
          bytes: "content",
          part: "content",
          version: query.version,
          carryOut: query.carryOut,
          asPdf: query.as === "clean-pdf",
          range,
        });
        return contentAnswer(given, range);
      },
    }),

    defineRoute({
      name: "files.get-page",
      method: "GET",
      path: "/api/v1/files/{fileId}/pages/{page}",
      summary: "A page as a picture; outside LGWAN with marks of who looks, made for this request.",
      request: { params: FilePagePath, query: PageQuery },
      response: { statuses: [200], schema: z.null(), media: "image/png" },
      policy: decidedBy("file.open"),
      limit: leafing,
      handler: async ({ actor, params, query }) =>
        picture(await givePage(viewing, actor, params.fileId, { page: params.page, ...query })),
    }),

    defineRoute({
      name: "files.get-thumbnail",
      method: "GET",
      path: "/api/v1/files/{fileId}/thumbnail",
      summary: "A small picture of the first page, marked as pages are.",
      request: { params: FilePath, query: PageQuery.pick({ version: true }) },
      response: { statuses: [200], schema: z.null(), media: "image/png" },
      policy: decidedBy("file.open"),
      limit: leafing,
      handler: async ({ actor, params, query }) =>
        picture(await giveThumbnail(viewing, actor, params.fileId, query.version)),
    }),

    defineRoute({
      name: "files.find-places",
      method: "GET",
      path: "/api/v1/files/{fileId}/places",
      summary: "Where words stand in a document: pages and rectangles, without any text.",
      request: { params: FilePath, query: PlacesQuery },
      response: { statuses: [200], schema: FilePlaces },
      policy: decidedBy("file.open"),
      limit: searching,
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await givePlaces(viewing, actor, params.fileId, query),
      }),
    }),

    defineRoute({
      name: "files.read-text",
      method: "GET",
      path: "/api/v1/files/{fileId}/text",
      summary: "The words of a page, for a screen reader: for those who were named, and who may download.",
      request: { params: FilePath, query: TextQuery },
      response: { statuses: [200], schema: FileText },
      policy: decidedBy("file.read-text"),
      limit: leafing,
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await giveText(viewing, actor, params.fileId, query),
      }),
    }),

    defineRoute({
      name: "files.list-text-readers",
      method: "GET",
      path: "/api/v1/text-readers",
      summary: "Who was given the words of documents beside their pictures, by whom and why.",
      request: {},
      response: { statuses: [200], schema: TextReaders },
      policy: decidedBy("file.see-text-readers"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listTextReaders(services.database, actor) }),
    }),

    defineRoute({
      name: "files.change-text-reader",
      method: "PUT",
      path: "/api/v1/text-readers/{personId}",
      summary: "Gives somebody the words of documents, or takes them back, with a reason.",
      request: { params: TextReaderPath, body: ChangeTextReader },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("file.change-text-readers"),
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await changeTextReader(services, actor, params.personId, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "files.list-library",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/files",
      summary: "A folder of a room's library, what is found in it by name, or its bin.",
      request: { params: FileRoomPath, query: LibraryQuery },
      response: { statuses: [200], schema: LibraryPage },
      policy: decidedBy("file.see"),
      limit: reading,
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await listLibrary(services, actor, params.roomId, query),
      }),
    }),

    defineRoute({
      name: "files.list-folders",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/folders",
      summary: "Every folder of a room's library with its way from the top, to move something there.",
      request: { params: FileRoomPath },
      response: { statuses: [200], schema: FolderTree },
      policy: decidedBy("file.see"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listFolders(services, actor, params.roomId),
      }),
    }),

    defineRoute({
      name: "files.list-class-effects",
      method: "GET",
      path: "/api/v1/files/{fileId}/class-effects",
      summary: "What each class would mean for a file: who could still do what with it where.",
      request: { params: FilePath },
      response: { statuses: [200], schema: ClassEffects },
      policy: decidedBy("file.change"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listClassEffects(services, actor, params.fileId),
      }),
    }),

    defineRoute({
      name: "files.create-folder",
      method: "POST",
      path: "/api/v1/rooms/{roomId}/folders",
      summary: "Makes a folder in a room's library.",
      request: { params: FileRoomPath, body: CreateFolderRequest },
      response: { statuses: [201], schema: FolderItem },
      policy: decidedBy("file.change-folders"),
      limit: writing,
      idempotencyKey: "required",
      handler: ({ actor, params, body, facts }) =>
        createFolder(services, actor, params.roomId, body, facts.idempotencyKey!),
    }),

    defineRoute({
      name: "files.change-folder",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/folders/{folderId}",
      summary: "Renames a folder, puts it with all that is in it into the bin, or takes it out.",
      request: { params: FolderPath, body: ChangeFolderRequest },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("file.change-folders"),
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await changeFolder(services, actor, params.roomId, params.folderId, body);
        return { status: 204, body: null };
      },
    }),
  ];
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
