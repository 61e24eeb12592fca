import { z } from "zod";
import {
  decidedBy,
  defineRoute,
  type RateLimit,
  type RequestFacts,
  type Route,
  writing,
} from "#core/http/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { noteDecision } from "#core/policy/index.ts";
import { appendUpload } from "./actions/append-upload.ts";
import { createUpload } from "./actions/create-upload.ts";
import { endUpload } from "./actions/end-upload.ts";
import { offerOf, parseFields, uploadFile } from "./actions/upload-file.ts";
import { KnownFile, UploadAnswer, UploadPath } from "./contract.ts";
import { fileRules } from "./policy.ts";
import { getUpload } from "./queries/get-upload.ts";
import type { FileServices } from "./services.ts";

const uploading: RateLimit = { name: "upload", perMinute: 120, burst: 60 };
/** Pieces of a large file: small ones on a bad line, one behind the other. */
const adding: RateLimit = { name: "upload-piece", perMinute: 3000, burst: 600 };

/** Bringing files: whole in one request, or in pieces by the tus protocol 1.0 (core, creation, checksum, expiration, termination). */
export function uploadRoutes(services: FileServices): Route[] {
  return [
    defineRoute({
      name: "files.upload-file",
      method: "POST",
      path: "/api/v1/files",
      summary: "Brings a whole file: a form with the fields of UploadFields first and the file behind them.",
      request: {},
      takes: ["multipart/form-data"],
      response: { statuses: [201], schema: KnownFile },
      policy: decidedBy("file.upload"),
      limit: uploading,
      idempotencyKey: "required",
      handler: ({ actor, stream, facts }) => uploadFile(services, actor, stream, facts.idempotencyKey!),
    }),

    defineRoute({
      name: "files.create-upload",
      method: "POST",
      path: "/api/v1/uploads",
      summary:
        "Begins an upload in pieces (tus: Upload-Length, Upload-Metadata with the fields of UploadFields).",
      request: {},
      response: { statuses: [201], schema: UploadAnswer },
      policy: decidedBy("file.upload"),
      limit: uploading,
      handler: async ({ actor, facts }) => {
        checkProtocol(facts);
        const length = numberIn(facts, "upload-length");
        const fields = parseFields(readMetadata(facts.header("upload-metadata") ?? ""));
        if (!fields.name) throw new AppError("invalid-request", { where: "Upload-Metadata.name" });
        const upload = await createUpload(services, actor, offerOf(fields, fields.name, length));
        const headers = { ...headersOf(upload), location: `/api/v1/uploads/${upload.id}` };
        return { status: 201, body: upload, headers };
      },
    }),

    defineRoute({
      name: "files.get-upload",
      method: "GET",
      path: "/api/v1/uploads/{uploadId}",
      summary: "How far an upload has come (tus: also HEAD), and the file that it became.",
      request: { params: UploadPath },
      response: { statuses: [200], schema: UploadAnswer },
      policy: decidedBy("file.upload"),
      limit: adding,
      handler: async ({ actor, params }) => {
        noteDecision(actor, fileRules.ownUpload);
        const upload = await getUpload(services, actor, params.uploadId);
        return { status: 200, body: upload, headers: headersOf(upload) };
      },
    }),

    defineRoute({
      name: "files.append-upload",
      method: "PATCH",
      path: "/api/v1/uploads/{uploadId}",
      summary: "Adds bytes from where the upload stands (tus: Upload-Offset, Upload-Checksum with sha256).",
      request: { params: UploadPath },
      takes: ["application/offset+octet-stream"],
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("file.upload"),
      limit: adding,
      handler: async ({ actor, params, facts, stream }) => {
        checkProtocol(facts);
        if (!stream) throw new AppError("unsupported-media-type");
        noteDecision(actor, fileRules.ownUpload);
        const upload = await appendUpload(services, actor, params.uploadId, {
          offset: numberIn(facts, "upload-offset"),
          checksum: readChecksum(facts.header("upload-checksum")),
          bytes: stream.bytes,
        });
        return { status: 204, body: null, headers: headersOf(upload) };
      },
    }),

    defineRoute({
      name: "files.end-upload",
      method: "DELETE",
      path: "/api/v1/uploads/{uploadId}",
      summary: "Gives an upload up; what has arrived goes.",
      request: { params: UploadPath },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("file.upload"),
      limit: writing,
      handler: async ({ actor, params }) => {
        noteDecision(actor, fileRules.ownUpload);
        await endUpload(services, actor, params.uploadId);
        return { status: 204, body: null, headers: { "tus-resumable": version } };
      },
    }),
  ];
}

const version = "1.0.0";

/** A client of another version of the protocol would be misunderstood; one that names none is a program of our API. */
function checkProtocol(facts: RequestFacts): void {
  const named = facts.header("tus-resumable");
  if (named !== undefined && named !== version) throw new AppError("tus-version", { version });
}

function headersOf(upload: UploadAnswer): Record<string, string> {
  return {
    "tus-resumable": version,
    "upload-offset": String(upload.offset),
    "upload-length": String(upload.length),
    "upload-expires": new Date(upload.expiresAt).toUTCString(),
    ...(upload.fileId && { "chonai-file": upload.fileId }),
  };
}

function numberIn(facts: RequestFacts, header: string): number {
  const value = facts.header(header) ?? "";
  if (!/^\d{1,15}$/.test(value)) throw new AppError("invalid-request", { where: header });
  return Number(value);
}

/** `roomId ZjM…,name 6KaL…`: values in base64 of UTF-8. */
function readMetadata(header: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const pair of header.split(",")) {
    const [name, value = ""] = pair.trim().split(" ");
    if (name) fields[name] = Buffer.from(value, "base64").toString("utf8");
  }
  return fields;
}

function readChecksum(header: string | undefined): Buffer | undefined {
  if (header === undefined) return undefined;
  const [algorithm, value = ""] = header.trim().split(" ");
  const digest = Buffer.from(value, "base64");
  if (algorithm !== "sha256" || digest.length !== 32)
    throw new AppError("invalid-request", { where: "Upload-Checksum", reason: "sha256 only" });
  return digest;
}
